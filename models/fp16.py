#!/usr/bin/python3
"""Converts a model to half precision and holds it against the original.

    models/fp16.py models/NAME/NAME.json [--keep NAME ...] [--imagepipeline COMMAND]

Writes NAME_fp16.onnx beside the .onnx, compares the vectors of drawn pictures under both by `imagepipeline embed`, and, if
every cosine is above 0.999, names the file in the manifest (fp16.file, fp16.sha256). Needs Debian's python3-onnx and python3-numpy.

Weights become float16, and a cast is inserted wherever a tensor is wanted in another type than it has, once per tensor. The
graph's inputs and outputs stay float32. What float16 (largest number 65504, 11 bits) cannot hold stays float32: the operators of KEEP,
a chain of them without casts in between, so that in GeM pooling the powers and the mean between them are computed in full.

The comparison is twofold. ONNX Runtime's CPU provider runs the converted file, which shows that it is a sound graph; but that
provider computes float16 in float32 and skips the rounding in between, so overflow and underflow do not show there. So a third graph is
compared as well: the original with every tensor that becomes float16 rounded to it and back by casts of its own, which are kept.
That is what a device does that multiplies in float16 and adds in float32.
"""
import argparse
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

HALF, FULL = TensorProto.FLOAT16, TensorProto.FLOAT
LEAST_COSINE = 0.999
LARGEST = float(np.finfo(np.float16).max)

# Powers, sums over many numbers, and what divides or takes logarithms by them.
KEEP = {"Pow", "Sqrt", "Reciprocal", "Exp", "Log", "Div", "Softmax", "LogSoftmax", "LpNormalization", "LayerNormalization",
        "InstanceNormalization", "MeanVarianceNormalization", "GlobalAveragePool", "GlobalLpPool", "ReduceMean", "ReduceSum", "ReduceL1",
        "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp", "ReduceProd", "CumSum", "Resize", "Upsample"}


class Conversion:
    """One graph on its way: what type each tensor has, and the casts made so far."""

    def __init__(self, model, keep):
        self.model, self.keep = shape_inference.infer_shapes(model), keep
        graph = self.model.graph
        if any(attribute.type in (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS)
               for node in graph.node for attribute in node.attribute):
            raise SystemExit("fp16.py: graphs within nodes (If, Loop) are not converted.")
        self.weights = {weight.name: weight for weight in graph.initializer}
        self.types = {value.name: value.type.tensor_type.elem_type
                      for value in [*graph.input, *graph.value_info, *graph.output]}
        self.types.update({name: weight.data_type for name, weight in self.weights.items()})
        self.half_weights, self.casts, self.nodes = {}, {}, []

    def run(self):
        graph = self.model.graph
        outputs = {value.name for value in graph.output}
        for node in graph.node:
            kept = node.op_type in self.keep or node.name in self.keep
            if any(name and name not in self.types for name in node.output):
                raise SystemExit(f"fp16.py: the type of what {node.op_type} '{node.name}' gives is not known.")
            wanted = FULL if kept else HALF
            floats = [name for name in node.output if name and self.types[name] == FULL]
            node.input[:] = [self.as_type(name, wanted) for name in node.input]
            if not kept:
                half_attributes(node)
            self.nodes.append(node)
            for at, name in enumerate(node.output):
                if name not in floats or kept:
                    continue
                if name in outputs:
                    # The graph's output keeps its name and type; the node gives its half under another name.
                    node.output[at] = f"{name}__half"
                    self.nodes.append(helper.make_node("Cast", [f"{name}__half"], [name], name=f"{name}__full", to=FULL))
                    self.casts[name, HALF] = f"{name}__half"
                else:
                    self.types[name] = HALF
        del graph.node[:]
        graph.node.extend(self.nodes)
        used = {name for node in graph.node for name in node.input}
        weights = [weight for weight in [*self.weights.values(), *self.half_weights.values()] if weight.name in used]
        del graph.initializer[:]
        graph.initializer.extend(weights)
        del graph.value_info[:]
        onnx.checker.check_model(self.model)
        return self.model

    def as_type(self, name, wanted):
        """The name under which a tensor can be had in a type; only float32 and float16 are ever cast."""
        has = self.types.get(name)
        if not name or has == wanted or has not in (HALF, FULL):
            return name
        if name in self.weights:
            return self.half_weight(name)
        if (name, wanted) not in self.casts:
            cast = f"{name}__{'half' if wanted == HALF else 'full'}"
            self.nodes.append(helper.make_node("Cast", [name], [cast], name=cast, to=wanted))
            self.casts[name, wanted] = cast
        return self.casts[name, wanted]

    def half_weight(self, name):
        if name not in self.half_weights:
            self.half_weights[name] = half_tensor(self.weights[name], f"{name}__half")
        return self.half_weights[name].name


def rounded(model, keep):
    """The model in float32, with every tensor rounded that the conversion makes float16."""
    model = shape_inference.infer_shapes(model)
    graph = model.graph
    weights = {weight.name: weight for weight in graph.initializer}
    types = {value.name: value.type.tensor_type.elem_type for value in [*graph.input, *graph.value_info, *graph.output]}
    nodes, made, halves = [], {}, set()

    def through_half(name, result):
        nodes.append(helper.make_node("Cast", [name], [f"{result}__h"], to=HALF))
        nodes.append(helper.make_node("Cast", [f"{result}__h"], [result], to=FULL))
        return result

    def rounded_input(name):
        if name in weights and weights[name].data_type == FULL and name not in made:
            made[name] = f"{name}__rounded"
            half = numpy_helper.to_array(half_tensor(weights[name], name))
            graph.initializer.append(numpy_helper.from_array(half.astype(np.float32), made[name]))
        elif name not in weights and types.get(name) == FULL and name not in halves and name not in made:
            made[name] = through_half(name, f"{name}__rounded")
        return made.get(name, name)

    for node in list(graph.node):
        kept = node.op_type in keep or node.name in keep
        if not kept:
            node.input[:] = [rounded_input(name) for name in node.input]
        nodes.append(node)
        for at, name in enumerate(node.output):
            if not kept and types.get(name) == FULL:
                node.output[at] = f"{name}__raw"
                through_half(f"{name}__raw", name)
                halves.add(name)
    del graph.node[:]
    graph.node.extend(nodes)
    del graph.value_info[:]
    onnx.checker.check_model(model)
    return model


def half_tensor(tensor, name):
    values = numpy_helper.to_array(tensor)
    if np.abs(values).max(initial=0) > LARGEST:
        raise SystemExit(f"fp16.py: '{tensor.name}' holds {np.abs(values).max():g}; name its node with --keep.")
    return numpy_helper.from_array(values.astype(np.float16), name)


def half_attributes(node):
    """Constants inside a node, and the type that a node is told to make."""
    for attribute in node.attribute:
        if attribute.type == onnx.AttributeProto.TENSOR and attribute.t.data_type == FULL:
            attribute.t.CopyFrom(half_tensor(attribute.t, attribute.t.name))
        elif attribute.name in ("to", "dtype") and attribute.i == FULL:
            attribute.i = HALF


def draw(seed, edge=256):
    """A picture of smooth colours, discs and some noise, or of flat colours alone; the same on every machine."""
    random = np.random.RandomState(seed)
    y, x = np.mgrid[0:edge, 0:edge] / edge
    picture = np.zeros((edge, edge, 3)) + random.uniform(-3, 3, 3)
    flat = seed % 4 == 3
    for channel in range(0 if flat else 3):
        for _ in range(6):
            fx, fy, phase = random.uniform(-9, 9), random.uniform(-9, 9), random.uniform(0, 6.3)
            picture[..., channel] += np.sin(fx * x + fy * y + phase)
    for _ in range(1 if flat else 5):
        cx, cy, radius = random.uniform(0, 1), random.uniform(0, 1), random.uniform(0.05, 0.3)
        picture[(x - cx) ** 2 + (y - cy) ** 2 < radius ** 2] = random.uniform(-3, 3, 3)
    if not flat:
        picture += random.normal(0, 0.1, picture.shape)
    return np.clip(picture * 32 + 128, 0, 255).astype(np.uint8)


def write_png(path, picture):
    height, width, _ = picture.shape
    rows = b"".join(b"\0" + row.tobytes() for row in picture)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def vectors(command, files, manifest, precision, out):
    subprocess.run([*command, "embed", *map(str, files), "--model", str(manifest), "--device", "cpu",
                    "--precision", precision, "--out", str(out)], check=True)
    return np.load(out).astype(np.float64)


def cosines(command, manifest, model, keep, count):
    """Of each drawn picture the cosines of full precision to the converted file, and to the rounded graph; all on the CPU."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        files = [place / f"{seed}.png" for seed in range(count)]
        for seed, file in enumerate(files):
            write_png(file, draw(seed))
        onnx.save(rounded(model, keep), str(place / "rounded.onnx"))
        fields = {**json.loads(manifest.read_text()), "file": "rounded.onnx",
                  "sha256": hashlib.sha256((place / "rounded.onnx").read_bytes()).hexdigest()}
        fields.pop("fp16")
        (place / "rounded.json").write_text(json.dumps(fields))
        full = vectors(command, files, manifest, "full", place / "full.npy")
        others = [vectors(command, files, manifest, "half", place / "half.npy"),
                  vectors(command, files, place / "rounded.json", "full", place / "rounded.npy")]
        return [(full * other).sum(axis=1) / (np.linalg.norm(full, axis=1) * np.linalg.norm(other, axis=1)) for other in others]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("manifest", type=pathlib.Path)
    parser.add_argument("--keep", nargs="*", default=[], help="operators, or names of nodes, that stay float32 besides the usual")
    parser.add_argument("--pictures", type=int, default=32, help="drawn to compare both; 0 compares nothing")
    parser.add_argument("--imagepipeline", default=str(pathlib.Path(__file__).resolve().parent.parent / "imagepipeline"),
                        help="the command that runs both models")
    arguments = parser.parse_args()

    original = arguments.manifest.read_text()
    manifest = json.loads(original)
    onnx_path = arguments.manifest.parent / manifest["file"]
    half_path = onnx_path.with_name(f"{onnx_path.stem}_fp16.onnx")
    model, keep = onnx.load(str(onnx_path)), KEEP | set(arguments.keep)
    onnx.save(Conversion(model, keep).run(), str(half_path))

    named = {}
    for field, value in manifest.items():
        if field != "fp16":
            named[field] = value
        if field == "sha256":
            named["fp16"] = {"file": half_path.name, "sha256": hashlib.sha256(half_path.read_bytes()).hexdigest()}
    arguments.manifest.write_text(json.dumps(named, indent=2, ensure_ascii=False) + "\n")
    if arguments.pictures == 0:
        print(f"{half_path.name}: {onnx_path.stat().st_size:,} -> {half_path.stat().st_size:,} bytes; not compared")
        return
    try:
        loaded, found = cosines(arguments.imagepipeline.split(), arguments.manifest, model, keep, arguments.pictures)
    except BaseException:
        arguments.manifest.write_text(original)
        raise
    print(f"{half_path.name}: {onnx_path.stat().st_size:,} -> {half_path.stat().st_size:,} bytes; cosine to full precision over "
          f"{len(found)} drawn pictures: as the CPU runs it at least {loaded.min():.6f}, rounded at least {found.min():.6f}")
    # A cosine that is no number is not above the limit either.
    good = bool(np.all(found > LEAST_COSINE) and np.all(loaded > LEAST_COSINE))
    if not good:
        arguments.manifest.write_text(original)
        sys.exit(f"fp16.py: below {LEAST_COSINE}; the manifest stays as it was. Keep more in float32 with --keep.")


if __name__ == "__main__":
    main()
