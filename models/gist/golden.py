"""Prints what gist.onnx gives for drawn pictures, by the numpy evaluation: the reference of the project's tests.

python3 golden.py > ../../tests/ImagePipeline.Inference.Tests/golden/gist.json
"""
import json
import pathlib
import platform
import types

import numpy as np
import onnx
from onnx import numpy_helper

import evaluation


def draw(kind):
    """uint8 [128, 128, 3], in integers only; the same pictures as Pictures.cs."""
    y, x = np.mgrid[:128, :128]
    flat = np.full_like(x, 128)

    def choose(mask, yes, no):
        return np.stack([np.where(mask, a + 0 * x, b + 0 * x) for a, b in zip(yes, no)], 2)

    if kind == 0:
        rgb = np.stack([2 * x, 2 * y, 255 - x - y], 2)
    elif kind == 1:
        rgb = choose((x // 8 + y // 8) % 2 == 0, (230, 230, 220), (20, 40, 60))
    elif kind == 2:
        rgb = choose((x - 44) ** 2 + (y - 70) ** 2 < 900, (200, 60, 40), (90, 130 + y // 2, 60))
    elif kind == 3:
        rgb = choose((x * x // 16 + 3 * y) % 64 < 32, (40, 40, 160), (220, 200, 40))
    elif kind == 4:
        noise = (x * 7 + y * 13 + x * y) % 97
        rgb = choose(y > 64 + x // 8, (noise, 2 * noise, noise), (120, 170, 250))
    else:
        rgb = np.stack([flat] * 3, 2)
    return rgb.astype(np.uint8)


def main():
    model = onnx.load(pathlib.Path(__file__).parent / "gist.onnx")
    constants = {c.name: numpy_helper.to_array(c) for c in model.graph.initializer}
    graph = types.SimpleNamespace(nodes=model.graph.node, constants=constants)
    pictures = np.stack([draw(kind) for kind in range(6)]).transpose(0, 3, 1, 2).astype(np.float32) / 255
    vectors = evaluation.run(graph, {"image": pictures}, "embedding")
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    tool = f"models/gist/golden.py, numpy {np.__version__}, onnx {onnx.__version__}, Python {platform.python_version()}"
    rows = ",\n".join("    " + json.dumps([round(float(v), 6) for v in row]) for row in vectors)
    print('{\n  "tool": "%s",\n  "command": "python3 models/gist/golden.py",\n  "vectors": [\n%s\n  ]\n}' % (tool, rows))


if __name__ == "__main__":
    main()
