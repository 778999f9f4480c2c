"""Makes the pictures that the fingerprint model is trained on, from seeds, and packs them into one .npy file.

    python3 pictures.py --count 24000 --out /tmp/pictures.npy --photos FOLDER

No picture set is needed: textures (spectra with colour models, random programs over the plane, Julia sets, patterns)
are cut into shapes and laid over each other ("dead leaves", Lee, Mumford and Huang, IJCV 41, 2001; variety matters more
than likeness: Baradad et al., "Learning to see by looking at noise" and "Procedural image programs", NeurIPS 2021 and
2022), with text, diagrams and objects on plain ground between them. Photographs whose licence allows it may be added:
they become textures, and one picture in six.
"""
import argparse
import glob
import pathlib
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

EDGE = 160  # pixels a side, of pictures and of textures
TEXTURES = 2500
PHOTO_SHARE = 1 / 6
FONTS = sorted(glob.glob("/usr/share/fonts/truetype/**/*.ttf", recursive=True))
LETTERS = list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;:!?-+=%&$")
Y, X = (np.mgrid[:EDGE, :EDGE] + 0.5) / EDGE - 0.5


def spread(field):
    """A field brought to 0..1 by its 1st and 99th percentile."""
    low, high = np.percentile(field, [1, 99])
    return np.clip((field - low) / (high - low + 1e-6), 0, 1)


def palette(rng):
    """[2 to 5, 3] colours in 0..1 which go together: grey levels with a common, mostly small, cast."""
    grey = rng.uniform(0, 1, (rng.integers(2, 6), 1))
    return np.clip(grey + rng.normal(0, rng.choice([0.0, 0.06, 0.15, 0.3]), (len(grey), 3)), 0, 1)


def coloured(rng, field):
    """A field of 0..1 through a random colour ramp."""
    colours = palette(rng)
    at = np.linspace(0, 1, len(colours))
    return np.stack([np.interp(field, at, colours[:, c]) for c in range(3)], -1)


def spectrum(rng):
    """Noise with amplitude 1/f^slope, in colour or through a ramp, blurred more along one direction at times."""
    fy, fx = np.fft.fftfreq(EDGE)[:, None] * EDGE, np.fft.fftfreq(EDGE)[None] * EDGE
    angle, stretch = rng.uniform(0, np.pi), np.exp(rng.choice([0, rng.uniform(0, 2)]))
    f = np.hypot((fx * np.cos(angle) + fy * np.sin(angle)) * stretch, -fx * np.sin(angle) + fy * np.cos(angle))
    weight = 1 / np.maximum(f, 1) ** rng.uniform(0.6, 2.4)
    weight[0, 0] = 0
    planes = [spread(np.fft.ifft2(np.fft.fft2(rng.normal(size=(EDGE, EDGE))) * weight).real) for _ in range(3)]
    if rng.random() < 0.6:
        return coloured(rng, planes[0])
    mix = np.eye(3) * rng.uniform(0, 1) + rng.uniform(0.2, 1, (1, 3))
    return np.clip(np.stack(planes, -1) @ (mix / mix.sum(0)), 0, 1)


def program(rng):
    """A random composition of simple functions of the coordinates, as in shaders."""
    def leaf():
        angle, scale = rng.uniform(0, 2 * np.pi), np.exp(rng.uniform(0.5, 4))
        kind = rng.integers(3)
        if kind == 0:
            return scale * (X * np.cos(angle) + Y * np.sin(angle))
        cx, cy = rng.uniform(-0.6, 0.6, 2)
        return scale * np.hypot(X - cx, Y - cy) if kind == 1 else rng.integers(1, 9) * np.arctan2(Y - cy, X - cx)

    def grow(depth):
        if depth == 0:
            return leaf()
        a = grow(depth - 1)
        kind = rng.integers(7)
        if kind == 0:
            return np.sin(a * rng.uniform(0.5, 2) + rng.uniform(0, 6))
        if kind == 1:
            return np.abs(a) % rng.uniform(0.5, 2)
        b = grow(depth - 1)
        return (a + b, a * b, np.maximum(a, b), np.sin(a) * b, np.hypot(a, b) - rng.uniform(0, 2))[kind - 2]

    if rng.random() < 0.5:
        return coloured(rng, spread(grow(int(rng.integers(1, 4)))))
    return np.stack([spread(grow(2)) for _ in range(3)], -1)


def julia(rng):
    """Escape times of z^2 + c near the border of the Mandelbrot set."""
    angle = rng.uniform(0, 2 * np.pi)
    c = (np.exp(1j * angle) / 2 - np.exp(2j * angle) / 4) * rng.uniform(1, 1.1)
    z = (X + 1j * Y) * np.exp(rng.uniform(-1.5, 1.2)) + rng.normal(0, 0.3) + 1j * rng.normal(0, 0.3)
    times = np.zeros((EDGE, EDGE))
    for _ in range(40):
        z = np.where(np.abs(z) < 4, z * z + c, z)
        times += np.abs(z) < 4
    return coloured(rng, spread(np.sqrt(times + np.minimum(np.abs(z), 4) / 8)))


def pattern(rng):
    """Stripes, checks, dots or tiles, softened."""
    angle, count = rng.choice([0, rng.uniform(0, np.pi)]), np.exp(rng.uniform(1, 3.5))
    u, v = (X * np.cos(angle) + Y * np.sin(angle)) * count, (-X * np.sin(angle) + Y * np.cos(angle)) * count
    kind = rng.integers(4)
    if kind == 0:
        field = np.sin(2 * np.pi * u) * rng.uniform(1, 8)
    elif kind == 1:
        field = np.sin(np.pi * u) * np.sin(np.pi * v) * rng.uniform(1, 20)
    elif kind == 2:
        field = (rng.uniform(0.15, 0.45) - np.hypot(u % 1 - 0.5, v % 1 - 0.5)) * rng.uniform(5, 30)
    else:
        tiles = rng.random((64, 64))
        field = 4 * tiles[np.floor(u).astype(int) % 64, np.floor(v).astype(int) % 64] - 2
    return coloured(rng, np.clip(field, -1, 1) / 2 + 0.5)


def as_bytes(values):
    return (np.clip(values, 0, 1) * 255).astype(np.uint8)


def photo_window(rng, photo):
    """A random part of a photograph, at least a fifth of its shorter side, brought to EDGE."""
    side = int(min(photo.size) * rng.uniform(0.2, 1))
    left, top = (int(rng.integers(0, extent - side + 1)) for extent in photo.size)
    window = photo.resize((EDGE, EDGE), Image.BILINEAR, (left, top, left + side, top + side), reducing_gap=2)
    return window.transpose(Image.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else window


def texture(seed, photos):
    """One texture, RGB, EDGE x EDGE."""
    rng = np.random.default_rng([1, seed])
    if photos and rng.random() < 0.35:
        return photo_window(rng, photos[rng.integers(len(photos))])
    make = (spectrum, spectrum, program, program, julia, pattern)[rng.integers(6)]
    return Image.fromarray(as_bytes(make(rng)))


def font(rng, height):
    if not FONTS:
        raise SystemExit("No TrueType fonts found. Debian: apt-get install fonts-dejavu-core fonts-liberation2")
    return ImageFont.truetype(FONTS[rng.integers(len(FONTS))], max(6, int(height)))


def words(rng, count):
    return " ".join("".join(rng.choice(LETTERS, rng.integers(1, 9))) for _ in range(count))


def ink(rng, colours):
    return tuple(int(v) for v in as_bytes(colours[rng.integers(len(colours))] + rng.normal(0, 0.08)))


def shape(rng, x, y, size):
    """A mask: an ellipse, a polygon, a star-like blob, a bar; rotated, stretched; pixels at 2 x for smooth edges."""
    mask = Image.new("L", (2 * EDGE, 2 * EDGE))
    turn = rng.uniform(0, 2 * np.pi) if rng.random() < 0.6 else rng.choice([0, np.pi / 2])
    stretch = np.exp(rng.uniform(0, 1))
    kind = rng.integers(5)
    if kind == 0:
        angles, radii = np.linspace(0, 2 * np.pi, 40), np.ones(40)
    elif kind == 1:
        angles, radii = np.pi / 4 + np.arange(4) * np.pi / 2, np.full(4, np.sqrt(2))
    elif kind == 2:
        angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 8)))
        radii = rng.uniform(0.5, 1.3, len(angles))
    elif kind == 3:
        angles = np.linspace(0, 2 * np.pi, 60)
        radii = 1 + rng.uniform(0.1, 0.5) * np.sin(rng.integers(2, 8) * angles + rng.uniform(0, 6))
    else:
        angles, radii = np.pi / 4 + np.arange(4) * np.pi / 2, np.full(4, np.sqrt(2))
        stretch *= 3
    u, v = radii * np.cos(angles) * size * stretch, radii * np.sin(angles) * size / stretch
    px = (x + u * np.cos(turn) - v * np.sin(turn)) * 2 * EDGE
    py = (y + u * np.sin(turn) + v * np.cos(turn)) * 2 * EDGE
    ImageDraw.Draw(mask).polygon(list(zip(px, py)), fill=255)
    return mask.resize((EDGE, EDGE), Image.BOX)


def shaded(rng, filling):
    """A filling lit from one side, its contrast varied."""
    values = np.asarray(filling, np.float32) / 255
    light = 1 + rng.normal(0, 0.35) * X + rng.normal(0, 0.35) * Y
    mean = values.mean((0, 1))
    return Image.fromarray(as_bytes((mean + (values - mean) * rng.uniform(0.2, 1.2)) * light[..., None]))


def leaves(rng, textures):
    canvas = shaded(rng, textures[rng.integers(len(textures))])
    colours = palette(rng)
    fillings = [textures[rng.integers(len(textures))] for _ in range(rng.integers(1, 7))]
    sizes = np.sort(rng.pareto(1.5, int(np.exp(rng.uniform(0.7, 4)))) * 0.03 + 0.02)[::-1]
    centred = rng.random() < 0.5
    for size in sizes:
        x, y = rng.normal(0.5, 0.18, 2) if centred else rng.uniform(0, 1, 2)
        plain = rng.random() < 0.4
        filling = Image.new("RGB", (EDGE, EDGE), ink(rng, colours)) if plain else fillings[rng.integers(len(fillings))]
        if size > 0.05:
            filling = shaded(rng, filling)
        canvas.paste(filling, (0, 0), shape(rng, x, y, min(size, 0.35)))
    return canvas


def object_on_ground(rng, textures):
    """One thing of several parts on a plain or shaded ground, as in catalogues and drawings."""
    grounds = ([[1, 1, 1]], [[0.05] * 3], [[0.5] * 3], palette(rng))
    ground = Image.new("RGB", (EDGE, EDGE), ink(rng, np.array(grounds[rng.integers(4)])))
    x, y = rng.normal(0.5, 0.06, 2)
    scale = rng.uniform(0.12, 0.3)
    for part in range(rng.integers(1, 9)):
        spot = rng.normal(0, scale * 0.8, 2) * (part > 0)
        filling = shaded(rng, textures[rng.integers(len(textures))])
        ground.paste(filling, (0, 0), shape(rng, x + spot[0], y + spot[1], scale * rng.uniform(0.15, 1)))
    return ground


def page(rng, textures):
    """Text and boxes: a document, a screen, a diagram."""
    colours = palette(rng)
    paper = ink(rng, np.full((1, 3), 0.1 if rng.random() < 0.3 else 1.0))
    canvas = Image.new("RGB", (EDGE, EDGE), paper)
    draw = ImageDraw.Draw(canvas)
    for _ in range(rng.integers(0, 6)):
        x, y = sorted(rng.uniform(0, EDGE, 2)), sorted(rng.uniform(0, EDGE, 2))
        draw.rectangle([x[0], y[0], x[1], y[1]], ink(rng, colours) if rng.random() < 0.6 else None, ink(rng, colours))
    for _ in range(rng.integers(0, 8)):
        draw.line([tuple(rng.uniform(0, EDGE, 2)) for _ in range(rng.integers(2, 6))], ink(rng, colours), int(rng.integers(1, 4)))
    if rng.random() < 0.5:
        window = textures[rng.integers(len(textures))].resize(tuple(int(v) for v in rng.integers(20, 100, 2)))
        canvas.paste(window, tuple(int(v) for v in rng.integers(0, 100, 2)))
    for _ in range(rng.integers(1, 4)):
        height = np.exp(rng.uniform(1.9, 3.3))
        face, x, y = font(rng, height), rng.uniform(0, EDGE / 2), rng.uniform(0, EDGE)
        for line in range(rng.integers(1, 9)):
            draw.text((x, y + line * height * 1.3), words(rng, int(rng.integers(1, 6))), ink(rng, colours), face)
    return canvas


def picture(seed, textures, photos):
    """uint8 [EDGE, EDGE, 3], the same for the same seed, textures and photographs; and its group: windows of one photograph,
    which may overlap, share one."""
    rng = np.random.default_rng([2, seed])
    group = seed
    if photos and rng.random() < PHOTO_SHARE:
        number = int(rng.integers(len(photos)))
        group = -1 - number
        made = photo_window(rng, photos[number])
        if rng.random() < 0.3:
            made.paste(textures[rng.integers(len(textures))], (0, 0), shape(rng, *rng.uniform(0, 1, 2), rng.uniform(0.05, 0.3)))
    else:
        make = rng.choice([leaves, object_on_ground, page, None], p=[0.6, 0.2, 0.1, 0.1])
        made = make(rng, textures) if make else shaded(rng, textures[rng.integers(len(textures))])
        if rng.random() < 0.35:
            made = made.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.5)))
    values = np.asarray(made, np.float32) / 255
    values = values + rng.normal(0, rng.uniform(0, 0.03), values.shape)
    return as_bytes(np.clip(values, 0, 1) ** rng.uniform(0.7, 1.4)), group


def load(folder):
    return [Image.open(path).convert("RGB") for path in sorted(pathlib.Path(folder).rglob("*.jpg"))] if folder else []


def make_textures(job):
    seeds, folder = job
    photos = load(folder)
    return [np.asarray(texture(seed, photos)) for seed in seeds]


def make_pictures(job):
    seeds, folder, file = job
    photos, textures = load(folder), [Image.fromarray(t) for t in np.load(file, mmap_mode="r")]
    made, groups = zip(*(picture(seed, textures, photos) for seed in seeds))
    return np.stack(made), groups


def text_masks(count):
    """uint8 [count, EDGE, EDGE]: white lettering on black, for overlays and watermarks."""
    masks = np.zeros((count, EDGE, EDGE), np.uint8)
    for seed in range(count):
        rng = np.random.default_rng([3, seed])
        mask = Image.new("L", (EDGE, EDGE))
        height = np.exp(rng.uniform(2.3, 3.7))
        for line in range(rng.integers(1, 4)):
            at = rng.uniform(-10, EDGE / 2), rng.uniform(0, EDGE - height)
            ImageDraw.Draw(mask).text(at, words(rng, int(rng.integers(1, 4))), 255, font(rng, height))
        masks[seed] = np.asarray(mask.rotate(rng.choice([0, 0, rng.uniform(-45, 45)]), Image.BILINEAR))
    return masks


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=24000)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--photos", help="folder of .jpg whose licence allows training")
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    textures = chosen.out.with_suffix(".textures.npy")
    parts = lambda count: [range(first, min(first + 250, count)) for first in range(0, count, 250)]
    with ProcessPoolExecutor(chosen.workers) as workers:
        made = workers.map(make_textures, [(seeds, chosen.photos) for seeds in parts(TEXTURES)])
        np.save(textures, np.concatenate(list(made)))
        pictures = np.lib.format.open_memmap(chosen.out, "w+", np.uint8, (chosen.count, EDGE, EDGE, 3))
        jobs = [(seeds, chosen.photos, textures) for seeds in parts(chosen.count)]
        groups = np.empty(chosen.count, np.int64)
        for (seeds, *_), (done, of) in zip(jobs, workers.map(make_pictures, jobs)):
            pictures[seeds.start:seeds.stop], groups[seeds.start:seeds.stop] = done, of
            print(f"{seeds.stop} of {chosen.count} pictures", flush=True)
    np.save(chosen.out.with_suffix(".groups.npy"), groups)
    np.save(chosen.out.with_suffix(".text.npy"), text_masks(1500))


if __name__ == "__main__":
    main()
