"""Originals and edited copies for training, made in batches on the processor.

A pair is two renderings of one picture: the original, a window of it, and a copy of that window under one random
projective map and a random choice of the edits below. The evaluation's edits (imagepipeline evaluate copies) are of the
same kinds, drawn by other code with other strengths.

Tensors are float32 [pictures, 3, height, width] in 0..1; maps are [pictures, 3, 3] and take output coordinates in
-1..1 (x, y, 1) to source coordinates.
"""
import math

import torch
import torch.nn.functional as F


def uniform(n, low, high, generator):
    return torch.rand(n, generator=generator) * (high - low) + low


def chance(n, p, generator):
    return torch.rand(n, generator=generator) < p


def maps(n):
    return torch.eye(3).repeat(n, 1, 1)


def scaling(sx, sy):
    m = maps(len(sx))
    m[:, 0, 0], m[:, 1, 1] = sx, sy
    return m


def moving(x, y):
    m = maps(len(x))
    m[:, 0, 2], m[:, 1, 2] = x, y
    return m


def turning(angle):
    m = maps(len(angle))
    m[:, 0, 0], m[:, 0, 1] = torch.cos(angle), -torch.sin(angle)
    m[:, 1, 0], m[:, 1, 1] = torch.sin(angle), torch.cos(angle)
    return m


def original_window(n, g):
    """The window of a picture that is the original: 50 to 100 % of its area, any shape up to 3 : 2."""
    area, shape = uniform(n, 0.5, 1, g), torch.exp(uniform(n, -0.4, 0.4, g))
    sx, sy = (area * shape).sqrt().clamp(max=1), (area / shape).sqrt().clamp(max=1)
    x, y = (1 - sx) * uniform(n, -1, 1, g), (1 - sy) * uniform(n, -1, 1, g)
    flip = torch.where(chance(n, 0.5, g), -1.0, 1.0)
    return moving(x, y) @ scaling(sx * flip, sy)


def copy_map(n, g):
    """Copy to original: crop, margin, small or quarter turns, mirror, perspective; each for its share of copies."""
    m = maps(n)

    def some(p, other):
        nonlocal m
        m = torch.where(chance(n, p, g)[:, None, None], m @ other, m)

    crop = uniform(n, 0.6, 0.98, g)
    some(0.4, moving((1 - crop) * uniform(n, -1, 1, g), (1 - crop) * uniform(n, -1, 1, g)) @ scaling(crop, crop * torch.exp(uniform(n, -0.08, 0.08, g))))
    some(0.35, turning(torch.randn(n, generator=g) * 0.1))
    some(0.08, turning(uniform(n, -math.pi, math.pi, g)))
    tilt = maps(n)
    tilt[:, 2, :2] = torch.randn(n, 2, generator=g) * 0.1
    some(0.15, tilt)
    # A picture within a larger one: margins, screenshots, collages, inserts. A factor of 1.4 is a margin of 20 % on every side.
    larger = torch.exp(uniform(n, 0.05, 0.9, g))
    some(0.4, scaling(larger, larger * torch.exp(uniform(n, -0.25, 0.25, g))) @ moving(uniform(n, -0.3, 0.3, g), uniform(n, -0.3, 0.3, g)))
    some(0.2, scaling(-torch.ones(n), torch.ones(n)))
    some(0.15, turning(math.pi / 2 * torch.randint(1, 4, (n,), generator=g)))
    return m


def coordinates(m, edge):
    """[pictures, edge, edge, 2]: where the pixels of an edge x edge picture lie under the maps."""
    line = (torch.arange(edge) + 0.5) / edge * 2 - 1
    points = torch.stack([line.repeat(edge), line.repeat_interleave(edge), torch.ones(edge * edge)])
    mapped = m @ points
    return (mapped[:, :2] / mapped[:, 2:].clamp(min=0.2)).transpose(1, 2).reshape(len(m), edge, edge, 2)


def render(pictures, points):
    return F.grid_sample(pictures, points, mode="bilinear", padding_mode="border", align_corners=False)


def affine_points(points, m):
    return points @ m[:, None, :2, :2].transpose(2, 3) + m[:, None, None, :2, 2]


def smaller(pictures, levels):
    """A picture averaged down by 2^level, its pixels repeated: what keeps strong shrinking free of aliasing."""
    out = pictures.clone()
    for level in (1, 2):
        pick = levels == level
        if pick.any():
            low = F.avg_pool2d(pictures[pick], 2 ** level)
            out[pick] = F.interpolate(low, scale_factor=2 ** level, mode="bilinear", align_corners=False)
    return out


def frame(pictures, window, m, edge, g):
    """Renders the copy's geometry. Outside the original there is black, white, a colour, or other pictures."""
    n = len(pictures)
    points = coordinates(m, edge)
    shrink = m[:, :2, :2].det().abs().clamp(1e-3).sqrt()
    levels = (torch.log2(shrink * pictures.shape[-1] / edge * 0.7).round()).clamp(0, 2).long()
    inside = render(smaller(pictures, levels), affine_points(points, window))
    outside = points.abs().amax(-1) > 1
    fill = torch.where(chance(n, 0.6, g)[:, None], torch.where(chance(n, 0.6, g), 0.0, 1.0)[:, None], torch.rand(n, 3, generator=g))
    ground = fill[:, :, None, None].repeat(1, 1, edge, edge)
    busy = chance(n, 0.4, g) & outside.flatten(1).any(1)
    if busy.any():
        other = torch.roll(pictures, 1, 0)[busy]
        if torch.rand(1, generator=g) < 0.5:  # the neighbours in a collage
            ground[busy] = render(other, affine_points((points[busy] + 1) % 2 - 1, window[busy]))
        else:  # a background
            ground[busy] = F.interpolate(other, size=(edge, edge), mode="bilinear", align_corners=False)
    return torch.where(outside[:, None], ground, inside)


def blurred(x, sigma):
    radius = max(1, int(2.5 * sigma))
    taps = torch.exp(-torch.arange(-radius, radius + 1) ** 2 / (2 * sigma ** 2))
    taps = (taps / taps.sum()).repeat(3, 1)
    x = F.conv2d(F.pad(x, (radius, radius, 0, 0), "replicate"), taps[:, None, None, :], groups=3)
    return F.conv2d(F.pad(x, (0, 0, radius, radius), "replicate"), taps[:, None, :, None], groups=3)


def coarser(x, factor):
    """Shrunk and enlarged again, as by small resolutions."""
    edge = x.shape[-1]
    low = F.interpolate(x, size=(int(edge * factor),) * 2, mode="bilinear", align_corners=False, antialias=True)
    return F.interpolate(low, size=(edge, edge), mode="bilinear", align_corners=False)


DCT = torch.tensor([[math.cos((2 * i + 1) * k * math.pi / 16) * (math.sqrt(1 / 8) if k == 0 else 0.5) for i in range(8)] for k in range(8)])
STEPS = 12 + 9.0 * (torch.arange(8)[:, None] + torch.arange(8)[None])  # close to the standard's luma table, times 1


def recompressed(x, strength):
    """Block transform coding as JPEG does, without its chroma subsampling; strength 1 is about quality 50."""
    n, c, edge, _ = x.shape
    blocks = x.reshape(n, c, edge // 8, 8, edge // 8, 8).transpose(3, 4)
    steps = STEPS / 255 * strength[:, None, None, None, None, None]
    coded = torch.round(DCT @ (blocks - 0.5) @ DCT.T / steps) * steps
    return (DCT.T @ coded @ DCT + 0.5).transpose(3, 4).reshape(n, c, edge, edge)


def coloured(x, g):
    """Gamma, brightness, contrast, gains by channel, saturation down to grey; on shares of the batch."""
    n = len(x)
    shape = (n, 1, 1, 1)
    pick = lambda p, value, neutral: torch.where(chance(n, p, g), value, torch.full((n,), float(neutral))).view(shape)
    x = x.clamp(1e-4, 1) ** pick(0.35, torch.exp(uniform(n, -0.8, 0.8, g)), 1)
    x = x + pick(0.25, uniform(n, -0.2, 0.2, g), 0)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * pick(0.3, uniform(n, 0.5, 1.6, g), 1)
    gains = torch.where(chance(n, 0.25, g)[:, None], torch.exp(torch.randn(n, 3, generator=g) * 0.2), torch.ones(n, 3))
    x = x * gains[:, :, None, None]
    grey = (x * torch.tensor([0.299, 0.587, 0.114])[None, :, None, None]).sum(1, keepdim=True)
    saturation = pick(0.3, torch.where(chance(n, 0.5, g), torch.zeros(n), uniform(n, 0.2, 1.8, g)), 1)
    return grey + (x - grey) * saturation


def lettered(x, text, g):
    """Lettering, solid or faint, black, white or coloured."""
    n, edge = len(x), x.shape[-1]
    masks = text[torch.randint(0, len(text), (n,), generator=g)].float()[:, None] / 255
    strength = torch.where(chance(n, 0.5, g), uniform(n, 0.2, 0.6, g), torch.ones(n)).view(n, 1, 1, 1)
    alpha = F.interpolate(masks, size=(edge, edge), mode="bilinear", align_corners=False) * strength
    colour = torch.where(chance(n, 0.6, g)[:, None], chance(n, 0.7, g).float()[:, None], torch.rand(n, 3, generator=g))
    return x * (1 - alpha) + colour[:, :, None, None] * alpha


def stickered(x, pictures, g):
    """A rectangle or an ellipse of one colour or of another picture."""
    n, edge = len(x), x.shape[-1]
    line = (torch.arange(edge) + 0.5) / edge
    along = lambda: (line[None] - uniform(n, 0.1, 0.9, g)[:, None]) / uniform(n, 0.08, 0.22, g)[:, None]
    u, v = along()[:, None, :], along()[:, :, None]
    covered = torch.where(chance(n, 0.5, g)[:, None, None], u ** 2 + v ** 2 < 1, (u.abs() < 1) & (v.abs() < 1))
    picked = pictures[torch.randperm(len(pictures), generator=g)[:n]]
    other = F.interpolate(picked, size=(edge, edge), mode="bilinear", align_corners=False)
    plain = torch.rand(n, 3, 1, 1, generator=g).expand_as(other)
    return torch.where(covered[:, None], torch.where(chance(n, 0.5, g)[:, None, None, None], plain, other), x)


def on_some(x, p, g, change):
    pick = chance(len(x), p, g)
    if pick.any():
        x[pick] = change(x[pick])
    return x


def vignetted(x, g):
    line = torch.linspace(-1, 1, x.shape[-1])
    return x * (1 - uniform(len(x), 0.2, 0.5, g)[:, None, None, None] * (line[None] ** 2 + line[:, None] ** 2))


def original_and_copy(pictures, text, edge, g):
    """uint8 [n, EDGE, EDGE, 3] to (originals, copies), both [n, 3, edge, edge]."""
    x = pictures.permute(0, 3, 1, 2).float() / 255
    n = len(x)
    window = original_window(n, g)
    originals = render(x, affine_points(coordinates(maps(n), edge), window))
    still = chance(n, 0.25, g)[:, None, None]  # a quarter keeps its geometry
    m = torch.where(still, maps(n), copy_map(n, g))
    copies = frame(x, window, m, edge, g)
    copies = on_some(copies, 0.22, g, lambda part: lettered(part, text, g))
    copies = on_some(copies, 0.15, g, lambda part: stickered(part, x, g))
    copies = coloured(copies, g).clamp(0, 1)
    copies = on_some(copies, 0.15, g, lambda part: blurred(part, float(torch.rand(1, generator=g) * 1.3 + 0.3)))
    copies = on_some(copies, 0.1, g, lambda part: coarser(part, float(torch.rand(1, generator=g) * 0.4 + 0.35)))
    copies = on_some(copies, 0.1, g, lambda part: vignetted(part, g))
    copies = on_some(copies, 0.2, g, lambda part: part + torch.randn(part.shape, generator=g) * uniform(len(part), 0.01, 0.1, g)[:, None, None, None])
    copies = on_some(copies, 0.3, g, lambda part: recompressed(part, torch.exp(uniform(len(part), -2, 1.3, g))))
    return originals.clamp(0, 1), copies.clamp(0, 1)
