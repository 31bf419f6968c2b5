"""Trains the network on endless generated frames for a given time, then leaves a checkpoint whose `average` is exported.

    python model/train.py --minutes 75 --decay-minutes 30

Processes are data-parallel: each has its own stream of batches, and their gradients are added (gloo on CPUs, NCCL with a
process for each GPU). On CPUs several one-thread processes are about twice as fast as one with as many threads, and
OMP_WAIT_POLICY=PASSIVE keeps waiting threads from spinning.
"""

import argparse
import hashlib
import json
import math
import os
import sys
import tempfile
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
    parser.add_argument("--from-minute", type=float, default=0, help="minutes of the schedule that earlier stretches spent")
    parser.add_argument("--until-minute", type=float, help="end this stretch there; the schedule stays that of --minutes")
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
    parser.add_argument("--compile", action="store_true", help="torch.compile the layers; worth its minutes on a GPU only")
    return parser.parse_args()


def flatten(network, options) -> dict:
    """The parameters as views into one flat array, and the optimizer's arrays beside it."""
    import torch

    parameters = list(network.named_parameters())
    total = sum(p.numel() for _, p in parameters)
    flat = {name: torch.zeros(total) for name in ("weight", "first", "second", "average", "decay")}
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


def adamw(flat: dict, grad, settings: list[float], kernels: bool) -> None:
    """One step; settings are rate, two betas, two bias corrections, gradient scale, keep."""
    import native

    if kernels:
        return native.adamw({**flat, "grad": grad}, settings)
    rate, beta1, beta2, correct1, correct2, scale, keep = settings
    g = grad * scale
    first, second, weight = flat["first"], flat["second"], flat["weight"]
    first.lerp_(g, 1 - beta1)
    second.mul_(beta2).addcmul_(g, g, value=1 - beta2)
    weight.mul_(1 - rate * flat["decay"]).sub_(rate * first * correct1 / ((second * correct2).sqrt() + 1e-8))
    flat["average"].lerp_(weight, 1 - keep)


class Trainer:
    """One process of the run, with weights and optimizer of its own: all processes add their gradients and make the same update. Process 0 also logs and saves."""

    def __init__(self, options, rank: int, feed=None):
        import torch
        from feed import Feed
        from network import SIZES, Network

        self.options, self.rank = options, rank
        self.device = f"cuda:{rank % torch.cuda.device_count()}" if options.device == "cuda" else "cpu"
        torch.set_num_threads(1 if options.device == "cpu" else 4)
        state = start(options)
        self.step, self.seen = state["step"], state["seen"]
        kernels = None if options.device == "cpu" else False
        self.network = Network(state["vocabulary"], SIZES[options.size], options.dropout, kernels).to(self.device)
        self.flat = {name: values.to(self.device) for name, values in state["flat"].items()}
        self.grad = torch.zeros_like(self.flat["weight"])
        attach(self.network, self.flat, self.grad)
        if options.compile:
            self.network.body = torch.compile(self.network.body, dynamic=True)
        torch.manual_seed(options.seed * 1000 + rank)
        seed = options.seed * 100 + rank + 10 * (self.step > 0) * (1 + self.step % 9)
        self.feed = feed or Feed(options, seed, state["vocabulary"])
        self.dev, self.sums = load_dev(options, rank), []

    def run(self) -> None:
        start_s = self.options.from_minute * 60
        end_s = (self.options.until_minute or self.options.minutes) * 60
        self.begin = time.monotonic()
        self.first_seen, saves, elapsed = self.seen, 1, start_s
        while elapsed < end_s:
            elapsed = self.update(start_s + time.monotonic() - self.begin)
            if elapsed >= start_s + saves * self.options.save_minutes * 60:
                saves += 1
                self.evaluate(elapsed)
        self.evaluate(elapsed)

    def together(self, *values: float) -> list[float]:
        """Sums over all processes."""
        import torch
        import torch.distributed as processes

        sums = torch.tensor(values, dtype=torch.float64, device=self.device)
        if self.options.processes > 1:
            processes.all_reduce(sums)
        return sums.tolist()

    def update(self, elapsed: float) -> float:
        """One step; returns process 0's clock, which all keep to."""
        import torch.distributed as processes

        options, grad = self.options, self.grad
        batch = to_device(self.feed.next(), self.device)
        grad.zero_()
        loss, right, whole = self.network.loss(batch, options.smoothing)
        tokens, questions = int((batch["targets"] >= 0).sum()), len(batch["parents"])
        (loss * tokens).backward()
        own = (loss.item() * tokens, right.item() * tokens, whole.item() * questions, tokens, questions)
        *sums, elapsed = self.together(*own, elapsed if self.rank == 0 else 0.0)
        if options.processes > 1:
            processes.all_reduce(grad)
        loss_sum, right_sum, whole_sum, token_sum, question_sum = sums
        grad /= token_sum
        norm = float(grad.norm())
        self.step += 1
        self.seen += int(question_sum)
        rate = rate_at(options, self.step, elapsed)
        keep = min(options.keep, (1 + self.step) / (10 + self.step))
        scale = min(1.0, 1.0 / (norm + 1e-6))
        settings = [rate, 0.9, 0.98, 1 / (1 - 0.9**self.step), 1 / (1 - 0.98**self.step), scale, keep]
        adamw(self.flat, grad, settings, self.network.kernels)
        self.sums.append([loss_sum / token_sum, right_sum / token_sum, whole_sum / question_sum, norm])
        if self.rank == 0 and (self.step in (5, 20) or self.step % 100 == 0):
            self.report(elapsed, rate)
        return elapsed

    def report(self, elapsed: float, rate: float) -> None:
        loss, tokens, whole, norm = (sum(column) / len(self.sums) for column in zip(*self.sums))
        speed = (self.seen - self.first_seen) / max(1e-9, time.monotonic() - self.begin)
        log(step=self.step, seen=self.seen, minutes=round(elapsed / 60, 2), rate=round(rate, 6), loss=round(loss, 4),
            tokens=round(tokens, 4), sequences=round(whole, 4), norm=round(norm, 2), per_second=round(speed, 1))  # fmt: skip
        self.sums = []

    def evaluate(self, elapsed: float) -> None:
        """Development loss and sequence accuracy of the averaged weights, then a checkpoint."""
        import torch

        kept = self.flat["weight"].clone()
        self.flat["weight"].copy_(self.flat["average"])
        self.network.eval()
        sums = [0.0, 0.0, 0.0, 1e-9]
        with torch.no_grad():
            for batch in self.dev:
                row = [value.item() for value in self.network.loss(to_device(batch, self.device))]
                count = len(batch["parents"])
                sums = [total + value * count for total, value in zip(sums, (*row, 1.0))]
        self.network.train()
        self.flat["weight"].copy_(kept)
        loss, tokens, whole, count = self.together(*sums)
        if self.rank == 0:
            log(dev=round(count), step=self.step, seen=self.seen, minutes=round(elapsed / 60, 2), loss=round(loss / count, 4),
                tokens=round(tokens / count, 4), sequences=round(whole / count, 4))  # fmt: skip
            self.save()

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
    """Weights and optimizer from scratch or from a checkpoint: the same in every process."""
    import torch
    from network import SIZES, Network
    from vectors import start_tokens

    torch.manual_seed(options.seed)
    vocabulary = vocabulary_size(ROOT / options.vocabulary)
    network = Network(vocabulary, SIZES[options.size])
    vectors = 0 if options.resume else start_tokens(network.tokens, ROOT / options.vocabulary)
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
    return {"flat": flat, "vocabulary": vocabulary, "vectors": vectors, "step": step, "seen": seen}


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def train(rank: int, options, meeting: str) -> None:
    """One process, from joining the others to its last step."""
    import torch.distributed as processes

    if options.processes > 1:
        backend = "nccl" if options.device == "cuda" else "gloo"
        processes.init_process_group(backend, init_method=f"file://{meeting}", rank=rank, world_size=options.processes)
    trainer = Trainer(options, rank)
    if rank == 0:
        log(parameters=len(trainer.grad), step=trainer.step, seen=trainer.seen,
            vocabulary_hash=digest(ROOT / options.vocabulary), options=vars(options))  # fmt: skip
    trainer.run()
    os._exit(0)  # the feed's threads and streams have no end of their own


def main() -> None:
    options = arguments()
    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ENVIRONMENT})
    (ROOT / ".cache").mkdir(exist_ok=True)
    import torch.multiprocessing as multiprocessing

    if options.processes == 1:
        train(0, options, "")
    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.spawn(train, (options, f"{folder}/meeting"), options.processes)


if __name__ == "__main__":
    main()
