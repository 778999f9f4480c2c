"""The fingerprint network: plain 3 x 3 convolutions with shortcuts, generalised-mean pooling, one linear layer.

Plain convolutions train about twice as many pictures a second on a processor as depthwise ones of half as many weights. Input
[pictures, 3, height, width] in 0..1, any size that 16 divides; output [pictures, 256], unit length.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

DIMENSIONS = 256
WIDTHS = (24, 48, 96, 192)
POOLED = 512


def convolution(before, after, stride=1, edge=3):
    return nn.Sequential(nn.Conv2d(before, after, edge, stride, edge // 2, bias=False), nn.BatchNorm2d(after))


class Residual(nn.Module):
    """y = relu(x + f(x)), f one 3 x 3 convolution and its normalisation."""

    def __init__(self, width):
        super().__init__()
        self.change = convolution(width, width)

    def forward(self, x):
        return F.relu(x + self.change(x))


class Fingerprint(nn.Module):
    def __init__(self):
        super().__init__()
        layers, before = [], 3
        for width in WIDTHS:
            layers += [convolution(before, width, 2), nn.ReLU()]
            if before > 3:
                layers += [Residual(width)]
            before = width
        self.layers = nn.Sequential(*layers, convolution(before, POOLED, edge=1), nn.ReLU())
        self.project = nn.Linear(POOLED, DIMENSIONS)

    def forward(self, x):
        x = self.layers((x - 0.5) * 4)
        # Generalised mean, exponent 3 (Radenovic, Tolias and Chum, TPAMI 2019): between the average and the maximum.
        x = (x * x * x).mean((2, 3)).clamp(min=1e-6).pow(1 / 3)
        return F.normalize(self.project(x))
