"""Trains the network on endless generated frames for a given time, then leaves a checkpoint whose `average` is exported.

    python model/train.py --minutes 75 --decay-minutes 30

Several one-thread processes that average their gradients are about twice as fast as one process with as many threads
(and OMP_WAIT_POLICY=PASSIVE keeps waiting threads from spinning). With a GPU, one process runs on it.
"""

import argparse
import hashlib
import json
import math
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
STREAM = "node --import tsx model/stream.ts --seed {seed}"
# Without these, glibc returns each large buffer to the system and every step spends half its time on page faults.
ENVIRONMENT = {
    "MALLOC_MMAP_THRESHOLD_": "4000000000",
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "OMP_WAIT_POLICY": "PASSIVE",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="small")
    parser.add_argument("--name", default="model", help="checkpoints are .cache/<name>*.pt")
    parser.add_argument("--minutes", type=float, default=75)
    parser.add_argument("--decay-minutes", type=float, default=30, help="the learning rate falls to 0 over the last ones")
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--warm", type=int, default=300, help="steps of warm-up")
    parser.add_argument("--examples", type=int, default=40, help="questions per step and process")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--streams", type=int, default=1, help="stream processes for each training process")
    parser.add_argument("--stream", default=STREAM, help="command that writes frames; {seed} is filled in")
    parser.add_argument("--rename", type=float, default=0.3, help="share of a schema's words that are renamed (augment.py)")
    parser.add_argument("--renew-s", type=float, default=600)
    parser.add_argument("--dev", default=".cache/dev.frames", help="fixed frames for the development loss")
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--smoothing", type=float, default=0.0)
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--keep", type=float, default=0.999, help="decay of the moving average of the weights")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--vocabulary", default="model/weights/vocabulary.json")
    parser.add_argument("--resume", help="checkpoint to go on from, optimizer state included")
    parser.add_argument("--restart-optimizer", action="store_true", help="take only the weights of --resume")
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    return parser.parse_args()


def flatten(network, options) -> dict:
    """The parameters as views into one flat array, and the optimizer's arrays beside it."""
    import torch

    parameters = list(network.named_parameters())
    total = sum(p.numel() for _, p in parameters)
    flat = {name: torch.zeros(total, device=options.device) for name in ("weight", "first", "second", "average", "decay")}
    at = 0
    for name, parameter in parameters:
        part = slice(at, at + parameter.numel())
        flat["weight"][part] = parameter.data.flatten()
        flat["decay"][part] = options.weight_decay if name.endswith(".weight") else 0
        at = part.stop
    flat["average"].copy_(flat["weight"])
    return flat


def attach(network, flat: dict, grad) -> None:
    """Makes every parameter and its gradient a view into the flat arrays."""
    at = 0
    for parameter in network.parameters():
        end = at + parameter.numel()
        parameter.data = flat["weight"][at:end].view_as(parameter)
        parameter.grad = grad[at:end].view_as(parameter)
        at = end


def rate_at(options, step: int, elapsed_s: float) -> float:
    left = max(0.0, options.minutes * 60 - elapsed_s)
    return options.rate * min(1, (step + 1) / options.warm) * min(1, left / max(1, options.decay_minutes * 60))


def adamw(flat: dict, grad, part: slice, settings: list[float], kernels: bool) -> None:
    """One step on `part`; settings are rate, two betas, two bias corrections, gradient scale, keep."""
    import native

    if kernels:
        return native.adamw({**flat, "grad": grad}, part, settings)
    rate, beta1, beta2, correct1, correct2, scale, keep = settings
    g = grad[part] * scale
    first, second, weight = flat["first"][part], flat["second"][part], flat["weight"][part]
    first.lerp_(g, 1 - beta1)
    second.mul_(beta2).addcmul_(g, g, value=1 - beta2)
    weight.mul_(1 - rate * flat["decay"][part]).sub_(rate * first * correct1 / ((second * correct2).sqrt() + 1e-8))
    flat["average"][part].lerp_(weight, 1 - keep)


class Trainer:
    """One process's part of the run; process 0 also logs and saves."""

    def __init__(self, options, rank: int, shared: dict):
        import torch
        from feed import Feed
        from network import SIZES, Network

        torch.set_num_threads(1 if options.device == "cpu" else 4)
        torch.manual_seed(options.seed * 1000 + rank)
        self.options, self.rank, self.shared = options, rank, shared
        self.flat, self.grads, self.stats, self.barrier = shared["flat"], shared["grads"], shared["stats"], shared["barrier"]
        kernels = None if options.device == "cpu" else False
        self.network = Network(shared["vocabulary"], SIZES[options.size], options.dropout, kernels).to(options.device)
        attach(self.network, self.flat, self.grads[rank])
        total = len(self.flat["weight"])
        cut = [total * n // options.processes for n in range(options.processes + 1)]
        self.part = slice(cut[rank], cut[rank + 1])
        seed = options.seed * 100 + rank + 10 * (shared["step"] > 0) * (1 + shared["step"] % 9)
        self.feed = Feed(options, seed, shared["vocabulary"])
        self.step, self.seen, self.sums = shared["step"], shared["seen"], []
        self.dev = load_dev(options, rank)

    def run(self) -> None:
        self.begin = time.monotonic()
        saves = 1
        self.first_seen = self.seen
        while not self.agree((elapsed := time.monotonic() - self.begin) >= self.options.minutes * 60):
            self.update(elapsed)
            if self.agree(elapsed >= saves * self.options.save_minutes * 60):
                saves += 1
                self.evaluate(elapsed)
        self.evaluate(elapsed)

    def agree(self, wish: bool) -> bool:
        """Process 0's wish, so that all leave the loop or save in the same step."""
        if self.rank == 0:
            self.stats[-1, 0] = float(wish)
        self.barrier.wait()
        answer = bool(self.stats[-1, 0])
        self.barrier.wait()
        return answer

    def update(self, elapsed: float) -> None:
        import torch

        options, grad = self.options, self.grads[self.rank]
        batch = to_device(self.feed.next(), options.device)
        grad.zero_()
        loss, tokens, whole = self.network.loss(batch, options.smoothing)
        loss.backward()
        self.stats[self.rank, :4] = torch.tensor([loss.item(), tokens.item(), whole.item(), len(batch["parents"])])
        self.barrier.wait()
        total = sum(g[self.part] for g in self.grads) if len(self.grads) > 1 else grad[self.part]
        self.stats[self.rank, 4] = float(total.square().sum())
        self.barrier.wait()
        norm = math.sqrt(float(self.stats[: options.processes, 4].sum())) / options.processes
        self.step += 1
        self.seen += int(self.stats[: options.processes, 3].sum())
        rate = rate_at(options, self.step, elapsed)
        keep = min(options.keep, (1 + self.step) / (10 + self.step))
        scale = min(1.0, 1.0 / (norm + 1e-6)) / options.processes
        settings = [rate, 0.9, 0.98, 1 / (1 - 0.9**self.step), 1 / (1 - 0.98**self.step), scale, keep]
        grad[self.part] = total
        adamw(self.flat, grad, self.part, settings, self.network.kernels)
        self.sums.append(self.stats[: options.processes, :3].mean(0).tolist() + [norm])
        self.barrier.wait()
        if self.rank == 0 and (self.step in (5, 20) or self.step % 100 == 0):
            self.report(elapsed, rate)

    def report(self, elapsed: float, rate: float) -> None:
        loss, tokens, whole, norm = (sum(column) / len(self.sums) for column in zip(*self.sums))
        speed = (self.seen - self.first_seen) / max(1e-9, time.monotonic() - self.begin)
        log(step=self.step, seen=self.seen, minutes=round(elapsed / 60, 2), rate=round(rate, 6), loss=round(loss, 4),
            tokens=round(tokens, 4), sequences=round(whole, 4), norm=round(norm, 2), per_second=round(speed, 1))  # fmt: skip
        self.sums = []

    def evaluate(self, elapsed: float) -> None:
        """Development loss and sequence accuracy of the averaged weights, then a checkpoint."""
        import torch

        kept = self.flat["weight"].clone() if self.rank == 0 else None
        self.barrier.wait()
        if self.rank == 0:
            self.flat["weight"].copy_(self.flat["average"])
        self.barrier.wait()
        self.network.eval()
        with torch.no_grad():
            rows = []
            for batch in self.dev:
                loss, tokens, whole = self.network.loss(to_device(batch, self.options.device))
                rows.append([loss.item(), tokens.item(), whole.item()] + [len(batch["parents"])])
        self.network.train()
        rows = torch.tensor(rows or [[0.0, 0, 0, 0]])
        self.stats[self.rank, :3] = (rows[:, :3] * rows[:, 3:]).sum(0)
        self.stats[self.rank, 3] = rows[:, 3].sum()
        self.barrier.wait()
        if self.rank == 0:
            self.flat["weight"].copy_(kept)
            sums = self.stats[: self.options.processes].sum(0)
            count = max(1.0, float(sums[3]))
            log(dev=int(count), step=self.step, seen=self.seen, minutes=round(elapsed / 60, 2), loss=round(float(sums[0]) / count, 4),
                tokens=round(float(sums[1]) / count, 4), sequences=round(float(sums[2]) / count, 4))  # fmt: skip
            self.save()
        self.barrier.wait()

    def save(self) -> None:
        import torch

        state = {name: self.flat[name].cpu() for name in ("weight", "first", "second", "average")}
        state |= {"config": self.network.config(), "step": self.step, "seen": self.seen, "size": self.options.size}
        path = ROOT / ".cache" / f"{self.options.name}.pt"
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)
        kept = {key: state[key] for key in ("average", "config", "step", "seen", "size")}
        torch.save(kept, ROOT / ".cache" / f"{self.options.name}-{self.seen}.pt")


def log(**values) -> None:
    print(json.dumps(values), flush=True)


def to_device(batch: dict, device: str) -> dict:
    return batch if device == "cpu" else {name: value.to(device, non_blocking=True) for name, value in batch.items()}


def load_dev(options, rank: int) -> list[dict]:
    """This process's share of the fixed frames, in batches of eight."""
    from batch import collate, fits, read_frames
    from canonical import canonical

    path = ROOT / options.dev
    if not path.exists():
        log(dev_missing=str(options.dev))
        return []
    with path.open("rb") as source:
        frames = [canonical(frame) for frame in read_frames(source) if fits(frame)][rank :: options.processes]
    frames.sort(key=lambda frame: len(frame["tokens"]))
    return [collate(frames[at : at + 8]) for at in range(0, len(frames), 8)]


def vocabulary_size(path: Path) -> int:
    """Rows of the token table: special tokens and pieces."""
    content = json.loads(path.read_text())
    return len(content["specials"]) + len(content["pieces"])


def start(options) -> dict:
    """Shared memory of all processes, filled from scratch or from a checkpoint."""
    import torch
    from network import SIZES, Network
    from vectors import start_tokens

    torch.manual_seed(options.seed)
    vocabulary = vocabulary_size(ROOT / options.vocabulary)
    network = Network(vocabulary, SIZES[options.size])
    if not options.resume:
        log(word_vectors=start_tokens(network.tokens, ROOT / options.vocabulary))
    flat = flatten(network, options)
    step = seen = 0
    if options.resume:
        state = torch.load(options.resume, weights_only=False)
        names = ("weight",) if options.restart_optimizer else ("weight", "first", "second", "average")
        for name in names:
            flat[name].copy_(state[name])
        if options.restart_optimizer:
            flat["average"].copy_(state["weight"])
        else:
            step = state["step"]
        seen = state["seen"]
    total = len(flat["weight"])
    log(parameters=total, vocabulary=vocabulary, step=step, seen=seen, vocabulary_hash=digest(ROOT / options.vocabulary),
        options=vars(options))  # fmt: skip
    grads = [torch.zeros(total, device=options.device) for _ in range(options.processes)]
    stats = torch.zeros(options.processes + 1, 5)
    if options.device == "cpu":
        for tensor in (*flat.values(), *grads, stats):
            tensor.share_memory_()
    barrier = torch.multiprocessing.get_context("fork").Barrier(options.processes)
    return {"flat": flat, "grads": grads, "stats": stats, "barrier": barrier, "vocabulary": vocabulary, "step": step, "seen": seen}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def train(options, rank: int, shared: dict) -> None:
    Trainer(options, rank, shared).run()


def main() -> None:
    options = arguments()
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ENVIRONMENT})
    (ROOT / ".cache").mkdir(exist_ok=True)
    if options.device == "cuda":
        options.processes = 1
    import torch

    torch.set_num_threads(1)
    shared = start(options)
    context = torch.multiprocessing.get_context("fork")
    others = [context.Process(target=train, args=(options, rank, shared), daemon=True) for rank in range(1, options.processes)]
    for other in others:
        other.start()
    train(options, 0, shared)
    for other in others:
        other.join(10)
    os._exit(0)  # the feed's threads and streams have no end of their own


if __name__ == "__main__":
    main()
