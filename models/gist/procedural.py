"""Pictures made from a seed: dead leaves with textures and shading, skies, stripes, lines of text-like marks.

They stand in for photographs when the projection's statistics are fitted, so that no photograph is needed to rebuild
the model and none is in its weights. Occluding shapes with power-law sizes have the edge, scale and colour
statistics of natural pictures (Lee, Mumford and Huang, "Occlusion models for natural images", IJCV 41, 2001).
"""
import numpy as np

Y, X = (np.mgrid[:128, :128] + 0.5) / 128


def noise(rng, slope):
    """A 128 x 128 field with amplitude spectrum 1/f^slope, zero mean, unit deviation."""
    f = np.hypot(np.fft.fftfreq(128)[:, None], np.fft.fftfreq(128)[None]) * 128
    f[0, 0] = 1
    spectrum = (rng.normal(size=(128, 128)) + 1j * rng.normal(size=(128, 128))) / f ** slope
    spectrum[0, 0] = 0
    field = np.fft.ifft2(spectrum).real
    return field / (field.std() + 1e-9)


def colour(rng, palette):
    """One of the picture's few colours, varied a little."""
    return np.clip(palette[rng.integers(len(palette))] + rng.normal(0, 0.06, 3) + rng.normal(0, 0.08), 0, 1)


def shape_mask(rng, cx, cy, size):
    angle, stretch = rng.uniform(0, np.pi), np.exp(rng.uniform(0, 1.2))
    if rng.random() < 0.35:
        angle = rng.choice([0, np.pi / 2]) + rng.normal(0, 0.03)
    u = ((X - cx) * np.cos(angle) + (Y - cy) * np.sin(angle)) / size / stretch
    v = (-(X - cx) * np.sin(angle) + (Y - cy) * np.cos(angle)) / size * stretch
    kind = rng.integers(4)
    if kind == 0:
        return u * u + v * v < 1
    if kind == 1:
        return (np.abs(u) < 1) & (np.abs(v) < 1)
    if kind == 2:
        return (v > -0.7) & (v < 1 - 1.7 * np.abs(u))
    radius, turn = np.hypot(u, v), np.arctan2(v, u)
    return radius < 0.75 + 0.25 * np.cos(rng.integers(2, 7) * turn + rng.uniform(0, 6))


def paint(rng, canvas, mask, palette, contrast):
    tone = colour(rng, palette)
    shade = rng.normal(0, 0.25) * (X - 0.5) + rng.normal(0, 0.3) * (Y - 0.5)
    pick = rng.random()
    if pick < 0.55:
        shade = shade + contrast * rng.uniform(0, 0.2) * noise(rng, rng.uniform(0.6, 1.6))
    elif pick < 0.7:
        angle, count = rng.uniform(0, np.pi), rng.uniform(3, 40)
        wave = np.sin(2 * np.pi * count * (X * np.cos(angle) + Y * np.sin(angle)))
        shade = shade + rng.uniform(0.05, 0.35) * np.clip(wave * rng.uniform(1, 5), -1, 1)
    canvas[mask] = (tone[None, None] * (1 + shade[..., None]))[mask]


def text(rng, canvas):
    top, left, height = rng.uniform(0, 0.8), rng.uniform(0, 0.5), rng.uniform(0.02, 0.08)
    ink = np.full(3, float(rng.random() < 0.4))
    for line in range(rng.integers(1, 6)):
        y, x = top + 1.7 * line * height, left
        while x < min(1.0, left + 0.6):
            width = height * rng.uniform(0.2, 0.7)
            if rng.random() > 0.17:
                box = (np.abs(Y - y) < height / 2 * rng.uniform(0.5, 1)) & (X > x) & (X < x + width * 0.6)
                canvas[box] = ink
            x += width


def picture(seed):
    """uint8 [128, 128, 3], the same for the same seed."""
    rng = np.random.default_rng(seed)
    grey = rng.uniform(0.05, 0.95, (rng.integers(2, 7), 1))
    palette = np.clip(grey + rng.normal(0, rng.choice([0.0, 0.05, 0.12, 0.25]), (len(grey), 3)), 0, 1)
    canvas = np.empty((128, 128, 3))
    contrast = rng.uniform(0.2, 1.5)
    paint(rng, canvas, np.ones((128, 128), bool), palette, contrast)
    if rng.random() < 0.5:
        horizon = rng.uniform(0.25, 0.75) + 0.04 * noise(rng, 2.0)
        paint(rng, canvas, Y > horizon, palette, contrast)
    for size in np.sort(rng.pareto(1.6, int(np.exp(rng.uniform(0.5, 4.8)))) * 0.02 + 0.015)[::-1]:
        centre = rng.uniform(0, 1, 2) if rng.random() < 0.6 else rng.normal(0.5, 0.15, 2)
        paint(rng, canvas, shape_mask(rng, *centre, min(size * 1.5, 0.6)), palette, contrast)
    if rng.random() < 0.12:
        text(rng, canvas)
    if rng.random() < 0.35:  # a subject cut out on plain ground, as in catalogues
        keep = shape_mask(rng, *rng.normal(0.5, 0.05, 2), rng.uniform(0.25, 0.45))
        canvas[~keep] = rng.choice([1.0, 0.97, 0.0, 0.5])
    canvas += rng.normal(0, rng.uniform(0, 0.02), canvas.shape)
    if rng.random() < 0.4:  # out of focus
        for axis in (0, 1):
            for _ in range(rng.integers(1, 6)):
                canvas = (np.roll(canvas, 1, axis) + 2 * canvas + np.roll(canvas, -1, axis)) / 4
    return (np.clip(canvas, 0, 1) ** rng.uniform(0.7, 1.4) * 255).astype(np.uint8)
