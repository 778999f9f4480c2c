#!/usr/bin/python3
"""Draws the weights of a small network that ends in GeM pooling, and has models/fp16.py convert it; numpy 1.24.2, onnx 1.12.0.

    tests/ImagePipeline.Inference.Tests/golden/small/small.py [COMMAND]        COMMAND runs imagepipeline; the launcher by default

Activations reach some hundreds, so their cubes are beyond float16: the vectors agree only if the pooling stays float32.
"""
import hashlib
import json
import pathlib
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
EDGE, DIMENSIONS = 32, 24


def main():
    random = np.random.RandomState(7)

    def weight(name, *shape):
        return numpy_helper.from_array(random.normal(0, 1.5 / np.sqrt(np.prod(shape[1:])), shape).astype(np.float32), name)

    def number(name, *values):
        return numpy_helper.from_array(np.array(values if len(values) > 1 else values[0], np.float32), name)

    nodes = [
        helper.make_node("Conv", ["image", "w1"], ["c1"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("Conv", ["r1", "w2"], ["c2"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("Clip", ["c2", "least"], ["r2"]),
        helper.make_node("Pow", ["r2", "p"], ["cubes"]),
        helper.make_node("GlobalAveragePool", ["cubes"], ["mean"]),
        helper.make_node("Pow", ["mean", "root"], ["gem"]),
        helper.make_node("Flatten", ["gem"], ["flat"]),
        helper.make_node("Gemm", ["flat", "w3"], ["embedding"], transB=1),
    ]
    graph = helper.make_graph(
        nodes, "small",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["pictures", 3, EDGE, EDGE])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["pictures", DIMENSIONS])],
        [weight("w1", 8, 3, 3, 3), weight("w2", 16, 8, 3, 3), weight("w3", DIMENSIONS, 16),
         number("least", 1e-3), number("p", 3.0), number("root", 1 / 3)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(HERE / "small.onnx"))
    manifest = {
        "name": "small", "version": "1", "file": "small.onnx",
        "sha256": hashlib.sha256((HERE / "small.onnx").read_bytes()).hexdigest(),
        "input": {"name": "image", "width_px": EDGE, "height_px": EDGE, "layout": "nchw", "channels": "rgb"},
        "resize": {"mode": "stretch", "interpolation": "bilinear"},
        "normalise": {"scale": 1, "mean": [128, 128, 128], "std": [1, 1, 1]},
        "output": {"name": "embedding", "dimensions": DIMENSIONS, "l2_normalise": True},
        "licence": "MIT", "source": "small.py beside it",
    }
    (HERE / "small.json").write_text(json.dumps(manifest, indent=2) + "\n")
    command = ["--imagepipeline", sys.argv[1]] if len(sys.argv) > 1 else []
    subprocess.run([str(HERE.parents[3] / "models" / "fp16.py"), str(HERE / "small.json"), *command], check=True)


if __name__ == "__main__":
    main()
