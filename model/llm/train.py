"""Command: trains the small text decoder on pairs of prompt and SQL, in a box of processor time.

python model/llm/train.py .cache/llm-pairs.jsonl --cpu-minutes 35 --out .cache/llm.pt      (needs `tokenizers`)

A group's schema is read once and its questions branch off behind it, as serving reuses a prompt's prefix. `--resume`
goes on from a checkpoint. New lines of the pairs file are read while it trains.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from decoder import Config, Decoder, grouped

LONGEST_PREFIX = 420
LONGEST_BRANCH = 180


class Groups:
    """Tokenised groups of a file that may still be growing."""

    def __init__(self, path: Path, tokenizer: Tokenizer):
        self.path, self.tokenizer = path, tokenizer
        self.lines: list[str] = []
        self.order: list[int] = []
        self.read()

    def read(self) -> None:
        complete = self.path.read_text().split("\n")[:-1]
        fresh = list(range(len(self.lines), len(complete)))
        self.lines = complete
        self.order = fresh or list(range(len(complete)))
        random.shuffle(self.order)

    def ids(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def next(self) -> tuple[list[int], list[tuple[list[int], int]]]:
        """Prefix tokens, and per question its tokens and the place where its SQL begins."""
        while True:
            if not self.order:
                self.read()
            group = json.loads(self.lines[self.order.pop()])
            prefix = self.ids(f"<|im_start|>system\n{group['system']}<|im_end|>\n")
            branches = []
            for pair in group["pairs"]:
                asked = self.ids(f"<|im_start|>user\n{pair['user']}<|im_end|>\n<|im_start|>assistant\n")
                told = self.ids(f"{pair['sql']}<|im_end|>")
                if len(asked) + len(told) <= LONGEST_BRANCH:
                    branches.append((asked + told, len(asked)))
            if branches and len(prefix) <= LONGEST_PREFIX:
                return prefix, branches


def group_loss(model: Decoder, prefix: list[int], branches: list[tuple[list[int], int]]) -> tuple[Tensor, int]:
    """Summed loss over the SQL tokens of a group, and their count."""
    P, B, L = len(prefix), len(branches), max(len(tokens) for tokens, _ in branches)
    tokens = torch.tensor(prefix + [token for branch, _ in branches for token in branch])
    lengths = torch.tensor([len(branch) for branch, _ in branches])
    inside = torch.arange(L)[None] < lengths[:, None]
    positions = torch.cat([torch.arange(P), (P + torch.arange(L)).expand(B, L)[inside]])
    causal = torch.ones(L, L, dtype=torch.bool).tril()
    mask = torch.cat([torch.ones(L, P, dtype=torch.bool), causal], 1)[None]

    def attend(_index: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        before = grouped(q[None, :P], k[None, :P], v[None, :P], torch.ones(1, P, P, dtype=torch.bool).tril())[0]
        padded = [x.new_zeros(B, L, *x.shape[1:]).masked_scatter(inside[:, :, None, None], x[P:]) for x in (q, k, v)]
        keys, values = (
            torch.cat([whole[None, :P].expand(B, -1, -1, -1), own], 1)
            for whole, own in ((k, padded[1]), (v, padded[2]))
        )
        return torch.cat([before, grouped(padded[0], keys, values, mask)[inside]])

    states = model.states(tokens, positions, attend)
    places, at = [], P
    for branch, begin in branches:
        places.extend(range(at + begin - 1, at + len(branch) - 1))
        at += len(branch)
    place = torch.tensor(places)
    logits = model.logits(states[place]).float()
    return F.cross_entropy(logits, tokens[place + 1], reduction="sum"), len(places)


def orthogonal(gradient: Tensor) -> Tensor:
    """Newton-Schulz iteration of Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/)."""
    x = gradient / (gradient.norm() + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(5):
        square = x @ x.T
        x = 3.4445 * x + (-4.775 * square + 2.0315 * square @ square) @ x
    return x.T if tall else x


class Optimizer:
    """Muon for the matrices of the layers, AdamW for the rest."""

    def __init__(self, model: Decoder, rate: float):
        self.rate = rate
        self.matrices = [p for p in model.layers.parameters() if p.ndim == 2]
        rest = [p for p in model.parameters() if all(p is not m for m in self.matrices)]
        self.momentum = [torch.zeros_like(p) for p in self.matrices]
        self.adam = torch.optim.AdamW(rest, lr=rate * 0.15, betas=(0.9, 0.98), weight_decay=0.0)

    @torch.no_grad()
    def step(self, share: float) -> None:
        """`share` of the full rate."""
        for group in self.adam.param_groups:
            group["lr"] = self.rate * 0.15 * share
        self.adam.step()
        self.adam.zero_grad()
        for p, m in zip(self.matrices, self.momentum):
            m.mul_(0.95).add_(p.grad)
            scale = max(1.0, p.shape[0] / p.shape[1]) ** 0.5
            p.mul_(1 - self.rate * share * 0.05)
            p.add_(orthogonal(p.grad.add(m, alpha=0.95)), alpha=-self.rate * share * scale)
            p.grad = None

    def state(self) -> dict:
        return {"adam": self.adam.state_dict(), "momentum": self.momentum}

    def load(self, state: dict) -> None:
        self.adam.load_state_dict(state["adam"])
        self.momentum = state["momentum"]


def schedule(done: float, decay: float) -> float:
    """Share of the rate at `done` of the box: constant, then falling to zero over the last `decay` of it."""
    return min(1.0, (1.0 - done) / decay) if done < 1 else 0.0


def save(path: Path, model: Decoder, optimizer: Optimizer, seen: int, spent: float) -> None:
    kept = {
        "config": model.config.as_dict(),
        "model": model.state_dict(),
        "optimizer": optimizer.state(),
        "seen": seen,
        "cpu_minutes": spent,
    }
    torch.save(kept, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


@torch.no_grad()
def development_loss(model: Decoder, groups: list) -> float:
    parts = [group_loss(model, *group) for group in groups]
    return sum(loss.item() for loss, _ in parts) / sum(count for _, count in parts)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--development", type=Path)
    parser.add_argument("--tokenizer", type=Path, default=Path("model/llm/weights/tokenizer.json"))
    parser.add_argument("--out", type=Path, default=Path(".cache/llm.pt"))
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--cpu-minutes", type=float, default=35)
    parser.add_argument("--wall-minutes", type=float, default=600)
    parser.add_argument("--decay", type=float, default=0.4)
    parser.add_argument("--rate", type=float, default=0.02)
    parser.add_argument("--groups", type=int, default=4)
    parser.add_argument("--bf16", action="store_true")
    args = parser.parse_args()
    torch.manual_seed(1)
    random.seed(1)
    tokenizer = Tokenizer.from_file(str(args.tokenizer))
    model = Decoder(Config(vocab_size=tokenizer.get_vocab_size()))
    optimizer = Optimizer(model, args.rate)
    seen, before = 0, 0.0
    if args.resume:
        kept = torch.load(args.resume, weights_only=True)
        model.load_state_dict(kept["model"])
        optimizer.load(kept["optimizer"])
        seen, before = kept["seen"], kept["cpu_minutes"]
    train(model, optimizer, Groups(args.pairs, tokenizer), args, seen, before)


def train(model: Decoder, optimizer: Optimizer, groups: Groups, args: argparse.Namespace, seen: int, before: float) -> None:
    development = []
    started, wall, saved, smooth, steps = time.process_time(), time.monotonic(), 0.0, math.nan, 0
    while True:
        spent, gone = (time.process_time() - started) / 60, (time.monotonic() - wall) / 60
        done = max(spent / args.cpu_minutes, gone / args.wall_minutes)
        if done >= 1:
            break
        drawn = [groups.next() for _ in range(args.groups)]
        count = sum(len(branch) - begin for _, branches in drawn for branch, begin in branches)
        total = 0.0
        for group in drawn:
            with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16):
                loss, _ = group_loss(model, *group)
            (loss / count).backward()
            total += loss.item() / count
        optimizer.step(schedule(done, args.decay) * min(1.0, (steps + 1) / 20))
        steps += 1
        seen += sum(len(branches) for _, branches in drawn)
        smooth = total if math.isnan(smooth) else 0.95 * smooth + 0.05 * total
        if steps % 20 == 0:
            print(f"{spent:.2f} cpu min {gone:.1f} wall min, {seen} questions, loss {smooth:.4f}", flush=True)
        if spent - saved >= 2:
            saved = spent
            save(args.out, model, optimizer, seen, before + spent)
            if args.development and args.development.exists():
                if not development:
                    reader = Groups(args.development, groups.tokenizer)
                    development = [reader.next() for _ in range(min(12, len(reader.lines)))]
                print(f"  development loss {development_loss(model, development):.4f}", flush=True)
    save(args.out, model, optimizer, seen, before + (time.process_time() - started) / 60)


if __name__ == "__main__":
    main()
