"""The gist network before its projection: colour planes, Gabor amplitudes on a pyramid, soft grids.

Shapes are [pictures, channels, height, width]; the input is RGB in 0..1, 128 x 128.
"""
import numpy as np
from onnx import helper

EDGE = 128
ORIENTATIONS = 8
KERNEL = 7
GRID = 4


class Graph:
    """ONNX nodes and constants, in order; every method returns the name of what it computes."""

    def __init__(self):
        self.nodes, self.constants = [], {}

    def constant(self, values, dtype=np.float32):
        name = f"constant_{len(self.constants)}"
        self.constants[name] = np.asarray(values, dtype=dtype)
        return name

    def add(self, op, *inputs, **attributes):
        name = f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], name=name, **attributes))
        return name

    def conv(self, x, weights, bias=None, stride=1):
        """Correlation with reflected borders, so that the frame of a picture is no edge."""
        weights = np.asarray(weights, np.float32)
        edge = weights.shape[-1] // 2
        if edge:
            pads = self.constant([0, 0, edge, edge, 0, 0, edge, edge], np.int64)
            x = self.add("Pad", x, pads, mode="reflect")
        extra = [] if bias is None else [self.constant(bias)]
        return self.add("Conv", x, self.constant(weights), *extra, strides=[stride, stride],
                        kernel_shape=list(weights.shape[2:]), pads=[0, 0, 0, 0])

    def halve(self, x):
        return self.add("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2])

    def grid(self, x, size, cells):
        """Averages a size x size map under cells x cells overlapping windows: W x W^T."""
        windows = soft_windows(size, cells)
        rows = self.add("MatMul", self.constant(windows), x)
        return self.add("MatMul", rows, self.constant(windows.T.copy()))


def soft_windows(size, cells):
    """[cells, size]: raised-cosine windows two cells wide, each summing to one."""
    position = (np.arange(size) + 0.5) / size * cells
    distance = np.abs(position[None] - (np.arange(cells)[:, None] + 0.5))
    windows = np.where(distance < 1, 0.5 + 0.5 * np.cos(np.pi * distance), 0)
    return (windows / windows.sum(1, keepdims=True)).astype(np.float32)


def gabor(wavelength=4.0, sigma=1.8):
    """[2 x orientations, 1, kernel, kernel]: even then odd, zero mean, unit norm."""
    y, x = np.mgrid[:KERNEL, :KERNEL] - KERNEL // 2
    envelope = np.exp(-(x ** 2 + y ** 2) / (2 * sigma ** 2))
    even, odd = [], []
    for k in range(ORIENTATIONS):
        angle = np.pi * k / ORIENTATIONS
        phase = 2 * np.pi / wavelength * (x * np.cos(angle) + y * np.sin(angle))
        wave = envelope * np.cos(phase)
        wave -= envelope * wave.sum() / envelope.sum()
        even.append(wave / np.linalg.norm(wave))
        wave = envelope * np.sin(phase)
        odd.append(wave / np.linalg.norm(wave))
    return np.stack(even + odd)[:, None].astype(np.float32)


# Luma (BT.601 weights, in units where its contrasts resemble the opponent planes'), red-green, yellow-blue.
PLANES = np.array([[0.299, 0.587, 0.114], [1.0, -1.0, 0.0], [0.5, 0.5, -1.0]], np.float32)


def amplitudes(graph, plane, stride):
    """Local Gabor amplitude of one plane, every orientation: sqrt(even^2 + odd^2 + epsilon)."""
    both = graph.conv(plane, gabor(), stride=stride)
    square = graph.add("Mul", both, both)
    # A 1 x 1 convolution adds each even square to its odd one.
    pair = np.concatenate([np.eye(ORIENTATIONS)] * 2, 1)[:, :, None, None]
    return graph.add("Sqrt", graph.conv(square, pair, bias=np.full(ORIENTATIONS, 1e-4)))


def colour_words(graph, planes):
    """Soft membership of every pixel in a small codebook of colours: exp(-|c - word|^2 / s^2), summing to one."""
    words = np.array([[l, a, b] for l in (0.15, 0.5, 0.85) for a in (-0.25, 0, 0.25) for b in (-0.3, 0, 0.3)])
    scale = np.array([1 / 0.2, 1 / 0.15, 1 / 0.2])
    scaled = words * scale
    square = graph.conv(graph.add("Mul", planes, planes), np.tile(-(scale ** 2), (len(words), 1))[:, :, None, None])
    cross = graph.conv(planes, (2 * scaled * scale)[:, :, None, None], bias=-(scaled ** 2).sum(1))
    return graph.add("Softmax", graph.add("Add", square, cross), axis=1), len(words)


def features(graph, picture):
    """All pooled measurements of a picture; returns [(name, channels, cells per side, oriented), ...]."""
    planes = graph.conv(picture, PLANES[:, :, None, None])
    out = []
    size, level = EDGE, planes
    pick = np.eye(3, dtype=np.float32)
    for scale in range(4):
        for plane in range(3):
            if plane > 0 and scale == 0:
                continue
            one = graph.conv(level, pick[plane][None, :, None, None])
            stride = 2 if scale == 0 or (plane > 0 and scale == 1) else 1
            pooled = graph.grid(amplitudes(graph, one, stride), size // stride, GRID)
            out.append((contrast_free(graph, graph.add("Sqrt", pooled)), ORIENTATIONS, GRID, True))
        if scale == 2:
            out.append((graph.grid(level, size, GRID), 3, GRID, False))
            words, count = colour_words(graph, level)
            pooled = graph.grid(words, size, 2)
            out.append((graph.add("Sqrt", graph.add("Add", pooled, graph.constant([1e-4]))), count, 2, False))
        level, size = graph.halve(level), size // 2
    return out


def contrast_free(graph, amplitude):
    """Divides one plane's grid of amplitudes by its mean, so that contrast and gamma matter little."""
    mean = graph.add("ReduceMean", amplitude, axes=[1, 2, 3], keepdims=1)
    return graph.add("Div", amplitude, graph.add("Add", mean, graph.constant([0.02])))


def mirror_pairs(spec):
    """For every measurement the index of the one it becomes when the picture is mirrored left to right."""
    mirrored, first = [], 0
    for _, channels, cells, oriented in spec:
        index = first + np.arange(channels * cells * cells).reshape(channels, cells, cells)[:, :, ::-1]
        if oriented:  # a Gabor at angle t becomes the one at -t
            index = index[-np.arange(channels) % channels]
        mirrored.append(index.ravel())
        first += index.size
    return np.concatenate(mirrored)


def measurements(graph, picture):
    """[pictures, 1436]: sums, then absolute differences, of each measurement and its mirror image's."""
    spec = features(graph, picture)
    flat = [graph.add("Flatten", name, axis=1) for name, *_ in spec]
    every = graph.add("Concat", *flat, axis=1)
    mirrored = mirror_pairs(spec)
    index = np.arange(len(mirrored))
    one, two = index[index <= mirrored], index[index < mirrored]
    take = lambda i: graph.add("Gather", every, graph.constant(i, np.int64), axis=1)
    total = graph.add("Add", take(one), take(mirrored[one]))
    difference = graph.add("Abs", graph.add("Sub", take(two), take(mirrored[two])))
    return graph.add("Concat", total, difference, axis=1), len(one)
