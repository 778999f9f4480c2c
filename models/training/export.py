"""Writes fingerprint.onnx from a checkpoint, and its SHA-256 into fingerprint.json beside it.

    python3 export.py --checkpoint /tmp/fingerprint/checkpoint.pt

The vector has two parts, each of unit length before its weight: what was trained to tell copies, then gist's formulas
(models/gist), which tell layout, texture and colour. Copies are decided by the first part, look-alikes by both.
"""
import argparse
import hashlib
import json
import math
import pathlib
import warnings

import onnx
import torch
from onnx import TensorProto, compose, helper, numpy_helper

import network
import train

MODELS = pathlib.Path(__file__).parent.parent
COPY_SHARE = 0.3  # of the squared length; the share at which most nearest neighbours had the same label


def trained(checkpoint, file):
    """The averaged encoder as ONNX, convolutions and normalisations folded together."""
    encoder = network.Fingerprint().eval()
    encoder.load_state_dict(torch.load(checkpoint, map_location="cpu")["slow"])
    edge = train.EDGES[-1][0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            encoder, torch.rand(2, 3, edge, edge), file, opset_version=13, input_names=["image"], output_names=["embedding"],
            dynamic_axes={"image": {0: "pictures"}, "embedding": {0: "pictures"}})
    return onnx.load(file)


def joined(copies, looks):
    """One graph over one picture: [copies x weight, looks / length x weight]."""
    parts = [compose.add_prefix(part, prefix) for part, prefix in ((copies, "copy_"), (looks, "look_"))]
    nodes, constants = [], []
    for part in parts:
        given = part.graph.input[0].name
        for node in part.graph.node:
            node.input[:] = ["image" if name == given else name for name in node.input]
        nodes += part.graph.node
        constants += part.graph.initializer
    scales = {"copy_weight": COPY_SHARE, "look_weight": 1 - COPY_SHARE}
    constants += [numpy_helper.from_array(numpy_weight(share), name) for name, share in scales.items()]
    ends = [part.graph.output[0].name for part in parts]
    nodes += [
        helper.make_node("LpNormalization", [ends[1]], ["look_unit"], axis=1, p=2),
        helper.make_node("Mul", [ends[0], "copy_weight"], ["copy_part"]),
        helper.make_node("Mul", ["look_unit", "look_weight"], ["look_part"]),
        helper.make_node("Concat", ["copy_part", "look_part"], ["embedding"], axis=1),
    ]
    edge = train.EDGES[-1][0]
    dimensions = network.DIMENSIONS + looks.graph.output[0].type.tensor_type.shape.dim[1].dim_value
    graph = helper.make_graph(
        nodes, "fingerprint",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["pictures", 3, edge, edge])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["pictures", dimensions])], constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], producer_name="models/training/export.py")
    made.ir_version = 8
    onnx.checker.check_model(made, full_check=True)
    return made


def numpy_weight(share):
    return torch.tensor([math.sqrt(share)]).numpy()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--checkpoint", type=pathlib.Path, required=True)
    options.add_argument("--out", type=pathlib.Path, default=MODELS / "fingerprint" / "fingerprint.onnx")
    chosen = options.parse_args()
    made = joined(trained(chosen.checkpoint, chosen.out), onnx.load(MODELS / "gist" / "gist.onnx"))
    chosen.out.write_bytes(made.SerializeToString())
    manifest = chosen.out.with_suffix(".json")
    content = json.loads(manifest.read_text())
    content["sha256"] = hashlib.sha256(chosen.out.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()
