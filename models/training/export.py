"""Writes fingerprint.onnx from a checkpoint, and its SHA-256 into fingerprint.json.

    python3 export.py --checkpoint /tmp/fingerprint/checkpoint.pt
"""
import argparse
import hashlib
import json
import pathlib
import warnings

import onnx
import torch

import network
import train

HERE = pathlib.Path(__file__).parent.parent / "fingerprint"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--checkpoint", type=pathlib.Path, required=True)
    options.add_argument("--out", type=pathlib.Path, default=HERE / "fingerprint.onnx")
    chosen = options.parse_args()
    encoder = network.Fingerprint().eval()
    encoder.load_state_dict(torch.load(chosen.checkpoint, map_location="cpu")["slow"])
    edge = train.EDGES[-1][0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            encoder, torch.rand(2, 3, edge, edge), chosen.out, opset_version=13, input_names=["image"], output_names=["embedding"],
            dynamic_axes={"image": {0: "pictures"}, "embedding": {0: "pictures"}})
    onnx.checker.check_model(onnx.load(chosen.out), full_check=True)
    manifest = chosen.out.with_suffix(".json")
    if manifest.exists():
        content = json.loads(manifest.read_text())
        content["sha256"] = hashlib.sha256(chosen.out.read_bytes()).hexdigest()
        manifest.write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()
