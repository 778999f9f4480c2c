"""Trains the fingerprint model. Goes on where it stopped when run again with the same --out.

    python3 train.py --pictures /tmp/pictures.npy --out /tmp/fingerprint --steps 4600

One encoder learns to bring a copy near its original and away from 8,192 other originals, which a slowly moving average
of the same encoder has embedded (momentum contrast: He et al., CVPR 2020), with SSCD's temperature and its term that
spreads the vectors out (Pizzi et al., "A self-supervised descriptor for image copy detection", CVPR 2022). Windows
of one picture are never negatives of each other. Pictures grow from 64 to 128 pixels a side on the way.

Writes checkpoint.pt and curve.csv: step, seconds, loss, then on 1,000 held-out pictures, every copy against every
original: share of copies whose original is nearest; share nearer to it than any wrong pair is near (no false pair).
"""
import argparse
import csv
import math
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F

import edits
import network

HELD_OUT = 1000
QUEUE = 8192
TEMPERATURE = 0.05
SPREAD = 5.0
MOMENTUM = 0.99
WARM_UP = 300
EDGES = ((64, 0.55), (96, 0.92), (128, 1.0))  # pixels a side, until this share of the steps


class Pairs(torch.utils.data.IterableDataset):
    """Batches (groups, originals, copies); batch i is a function of seed and i."""

    def __init__(self, chosen, first):
        self.chosen, self.first = chosen, first

    def __iter__(self):
        torch.set_num_threads(1)
        worker = torch.utils.data.get_worker_info()
        part, parts = (worker.id, worker.num_workers) if worker else (0, 1)
        pictures = np.load(self.chosen.pictures, mmap_mode="r")
        groups = torch.from_numpy(np.load(self.chosen.pictures.with_suffix(".groups.npy")))
        text = torch.from_numpy(np.load(self.chosen.pictures.with_suffix(".text.npy")))
        for step in range(self.first + part, self.chosen.steps, parts):
            g = torch.Generator().manual_seed(self.chosen.seed * 1_000_003 + step)
            pick = torch.randperm(len(pictures) - HELD_OUT, generator=g)[:self.chosen.batch]
            batch = torch.from_numpy(pictures[pick.numpy()])
            yield groups[pick], *edits.original_and_copy(batch, text, edge(step, self.chosen.steps), g)


def edge(step, steps):
    """Small pictures first, which are cheap: pixels a side at a step."""
    return next(edge for edge, until in EDGES if step < until * steps)


def rate(chosen, step):
    """Warm-up, then half a cosine."""
    return chosen.rate * min(1, step / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * step / chosen.steps))


def contrast(copies, originals, groups, queue, queued):
    negatives = (copies @ queue.T).masked_fill(groups[:, None] == queued[None], -10)
    logits = torch.cat([(copies * originals).sum(1, keepdim=True), negatives], 1) / TEMPERATURE
    return F.cross_entropy(logits, torch.zeros(len(copies), dtype=torch.long, device=copies.device))


def spread(vectors):
    """KoLeo: minus the mean logarithm of the distance to the nearest other vector (Sablayrolles et al., ICLR 2019)."""
    near = (vectors @ vectors.T).fill_diagonal_(-1).max(1).values
    return -torch.log((2 - 2 * near).clamp(min=1e-6).sqrt()).mean()


@torch.no_grad()
def examine(encoder, chosen):
    pictures = torch.from_numpy(np.load(chosen.pictures, mmap_mode="r")[-HELD_OUT:])
    text = torch.from_numpy(np.load(chosen.pictures.with_suffix(".text.npy")))
    g = torch.Generator().manual_seed(7)
    vectors = []
    for part in pictures.split(100):
        both = edits.original_and_copy(part, text, EDGES[-1][0], g)
        vectors.append([encoder(x.to(chosen.device)).cpu() for x in both])
    originals, copies = (torch.cat(part) for part in zip(*vectors))
    all_pairs = copies @ originals.T
    right = all_pairs.diagonal().clone()
    groups = torch.from_numpy(np.load(chosen.pictures.with_suffix(".groups.npy"))[-HELD_OUT:])
    wrong = all_pairs.masked_fill(groups[:, None] == groups[None], -1)
    return (right > wrong.max(1).values).float().mean().item(), (right > wrong.max()).float().mean().item()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pictures", type=pathlib.Path, required=True, help="what pictures.py wrote")
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--steps", type=int, default=4600)
    options.add_argument("--batch", type=int, default=128)
    options.add_argument("--rate", type=float, default=2e-3)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    chosen = options.parse_args()
    torch.manual_seed(chosen.seed)
    torch.set_num_threads(chosen.threads)
    chosen.out.mkdir(parents=True, exist_ok=True)

    encoder, slow = network.Fingerprint().to(chosen.device), network.Fingerprint().to(chosen.device).eval()
    encoder, slow = (net.to(memory_format=torch.channels_last) for net in (encoder, slow))
    slow.load_state_dict(encoder.state_dict())
    decayed = [p for p in encoder.parameters() if p.ndim > 1]
    others = [p for p in encoder.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.02}, {"params": others, "weight_decay": 0}])
    queue = F.normalize(torch.randn(QUEUE, network.DIMENSIONS)).to(chosen.device)
    queued = torch.full((QUEUE,), -10**9, device=chosen.device)
    step, seconds = 0, 0.0
    kept = chosen.out / "checkpoint.pt"
    if kept.exists():
        state = torch.load(kept, map_location=chosen.device)
        encoder.load_state_dict(state["encoder"]), slow.load_state_dict(state["slow"])
        optimiser.load_state_dict(state["optimiser"])
        queue, queued, step, seconds = state["queue"], state["queued"], state["step"], state["seconds"]
        print(f"going on from step {step}", flush=True)

    loader = torch.utils.data.DataLoader(Pairs(chosen, step), batch_size=None, num_workers=chosen.workers, prefetch_factor=4)
    began, losses = time.time() - seconds, []
    for groups, originals, copies in loader:
        for group in optimiser.param_groups:
            group["lr"] = rate(chosen, step)
        groups = groups.to(chosen.device)
        with torch.no_grad():
            keys = slow(originals.to(chosen.device))
        vectors = encoder(copies.to(chosen.device))
        loss = contrast(vectors, keys, groups, queue, queued) + SPREAD * spread(vectors)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 5.0)
        optimiser.step()
        with torch.no_grad():
            for mine, theirs in zip(slow.parameters(), encoder.parameters()):
                mine.lerp_(theirs, 1 - MOMENTUM)
            for mine, theirs in zip(slow.buffers(), encoder.buffers()):
                mine.copy_(theirs)
            at = step * chosen.batch % QUEUE
            queue[at:at + len(keys)], queued[at:at + len(keys)] = keys, groups
        losses.append(loss.item())
        step += 1
        if step % 50 == 0:
            print(f"step {step}, {time.time() - began:.0f} s, loss {np.mean(losses[-50:]):.3f}", flush=True)
        if step % 500 == 0 or step == chosen.steps:
            torch.save({"encoder": encoder.state_dict(), "slow": slow.state_dict(), "optimiser": optimiser.state_dict(), "queue": queue,
                        "queued": queued, "step": step, "seconds": time.time() - began}, kept)
            nearest, clean = examine(slow, chosen)
            with open(chosen.out / "curve.csv", "a", newline="") as file:
                csv.writer(file).writerow([step, int(time.time() - began), f"{np.mean(losses[-500:]):.3f}", f"{nearest:.3f}", f"{clean:.3f}"])
            print(f"step {step}: nearest {nearest:.3f}, without false pairs {clean:.3f}", flush=True)


if __name__ == "__main__":
    main()
