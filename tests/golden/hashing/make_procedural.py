"""Hashes pictures that are drawn by integer formulas, with the reference tools: the golden file procedural.txt.

    PYTHONPATH=.../imagehash python3 make_procedural.py .../libpdqreference.so > procedural.txt

imagehash: a checkout of github.com/JohannesBuchner/imagehash; the library: see pdq_reference.cpp. The same pictures
are drawn by ProceduralPicture.cs.
"""
import ctypes
import sys

import imagehash
import numpy
import PIL
import scipy
from PIL import Image

SIZES = [(1, 1), (1, 9), (4, 300), (5, 5), (7, 5), (9, 8), (32, 32), (63, 65), (64, 64), (127, 129), (130, 257),
         (300, 200), (340, 512), (512, 384), (513, 100), (2000, 3), (6, 1500)]
KINDS = ["waves", "noise", "ramp", "flat", "mirrored"]


def wave(at, period):
    """A triangle between 0 and 255."""
    return numpy.abs(at % (2 * period) - period) * 255 // period


def noise(x, y, channel):
    mixed = (x * 73856093 ^ y * 19349663 ^ channel * 83492791) & 0xFFFFFFFF
    mixed = mixed * 2654435761 & 0xFFFFFFFF
    return mixed >> 24


def level(kind, x, y, width, height, channel):
    if kind == "waves":
        waves = wave(3 * x + (channel + 1) * y, 137 + 11 * channel) + wave(5 * y + channel * x, 301)
        return (2 * waves + noise(x // 16, y // 16, channel)) // 5
    if kind == "noise":
        return noise(x, y, channel)
    if kind == "ramp":
        return x * 255 // width + 0 * y
    if kind == "flat":
        return 100 + 50 * channel + 0 * x + 0 * y
    return (wave(7 * numpy.minimum(x, width - 1 - x), 90) + wave(4 * y, 77)) // 2


def picture(kind, width, height):
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.int64)
    channels = [level(kind, x, y, width, height, channel) for channel in range(3)]
    return Image.fromarray(numpy.stack(channels, axis=2).astype(numpy.uint8), "RGB")


def main():
    pdq = ctypes.CDLL(sys.argv[1]).pdq_reference
    print(f"# imagehash {imagehash.__version__}, Pillow {PIL.__version__}, numpy {numpy.__version__}, scipy "
          f"{scipy.__version__}; ThreatExchange pdq/cpp baefb4ed by g++ -O2, x86-64. Made by make_procedural.py.")
    print("# kind width height | aHash dHash pHash | PDQ quality, then the hashes of PdqDihedral.Names")
    for width, height in SIZES:
        for kind in KINDS:
            image = picture(kind, width, height)
            text = ctypes.create_string_buffer(8 * 65)
            quality = pdq(image.tobytes(), width, height, text)
            hashes = [text.raw[65 * i:65 * i + 64].decode() for i in range(8)]
            if (width, height) == (64, 64):
                # The plain hasher takes these pixels as they are, the dihedral one filters them: the product
                # follows the first.
                hashes[1:] = ["-"] * 7
            print(kind, width, height, imagehash.average_hash(image), imagehash.dhash(image),
                  imagehash.phash(image), quality, *hashes)


if __name__ == "__main__":
    main()
