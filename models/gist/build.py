"""Writes gist.onnx and gist.json. Debian: apt-get install python3-onnx python3-numpy; then python3 build.py

Nothing is trained: the filters are formulas, and the projection is the whitened principal components of what they
measure on pictures made from seeds. About three minutes on two cores.
"""
import hashlib
import json
import pathlib
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import evaluation
import network
import procedural

PICTURES = 4000
DIMENSIONS = 256
DIFFERENCE_WEIGHT = 0.5  # of what tells left from right, against what does not
SHRINKAGE = 0.03  # added to every component's variance before whitening, as a part of the mean variance
HERE = pathlib.Path(__file__).parent


def measure(seeds):
    """float32 [seeds, measurements] of procedural pictures."""
    graph = network.Graph()
    wanted, _ = network.measurements(graph, "image")
    pictures = np.stack([procedural.picture(seed) for seed in seeds])
    return evaluation.run(graph, {"image": pictures.transpose(0, 3, 1, 2).astype(np.float32) / 255}, wanted)


def projection(samples, sums):
    """Centre, weigh, rotate to principal components, whiten: returns [measurements, dimensions] and a bias."""
    weights = np.where(np.arange(samples.shape[1]) < sums, 1, DIFFERENCE_WEIGHT)
    centre = samples.mean(0)
    weighted = (samples - centre) * weights
    variance, axes = np.linalg.eigh(weighted.T @ weighted / len(weighted))
    variance, axes = variance[::-1][:DIMENSIONS], axes[:, ::-1][:, :DIMENSIONS]
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(DIMENSIONS)])
    matrix = weights[:, None] * axes / np.sqrt(variance + SHRINKAGE * variance.mean())
    return matrix.astype(np.float32), (-centre @ matrix).astype(np.float32)


def model(matrix, bias):
    graph = network.Graph()
    measured, _ = network.measurements(graph, "image")
    graph.nodes.append(helper.make_node(
        "Gemm", [measured, graph.constant(matrix), graph.constant(bias)], ["embedding"], name="projection"))
    constants = [numpy_helper.from_array(values, name) for name, values in graph.constants.items()]
    edge = network.EDGE
    onnx_graph = helper.make_graph(
        graph.nodes, "gist",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["pictures", 3, edge, edge])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["pictures", DIMENSIONS])], constants)
    opset = [helper.make_opsetid("", 13)]
    built = helper.make_model(onnx_graph, opset_imports=opset, producer_name="models/gist/build.py")
    built.ir_version = 8
    onnx.checker.check_model(built, full_check=True)
    return built


def main():
    with ProcessPoolExecutor(2) as workers:
        samples = np.concatenate(list(workers.map(measure, [range(i, i + 40) for i in range(0, PICTURES, 40)])))
    _, sums = network.measurements(network.Graph(), "image")
    blob = model(*projection(samples.astype(np.float64), sums)).SerializeToString()
    (HERE / "gist.onnx").write_bytes(blob)
    manifest = json.loads((HERE / "gist.json").read_text())
    manifest["sha256"] = hashlib.sha256(blob).hexdigest()
    (HERE / "gist.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
