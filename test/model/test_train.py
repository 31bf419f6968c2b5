"""Processes that add their gradients must end where one process with all their batches ends, and a run must go on where it stopped.

python -m unittest discover test/model  (needs torch)
"""

import argparse
import json
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
import torch.distributed
import torch.multiprocessing

sys.path[:0] = [str(Path(__file__).parents[2] / "model"), str(Path(__file__).parent)]

from batch import collate  # noqa: E402
from test_network import VOCABULARY, random_frame  # noqa: E402
from train import Trainer  # noqa: E402

STEPS = 3


def frames_of(step: int, half: int) -> list[dict]:
    random = np.random.default_rng(100 * step + half)
    return [random_frame(random, questions=2 + half) for _ in range(3)]


class FixedFeed:
    """Batches made of the halves given, step after step."""

    def __init__(self, halves: list[int]):
        self.halves, self.step = halves, 0

    def next(self) -> dict:
        self.step += 1
        return collate([frame for half in self.halves for frame in frames_of(self.step, half)])


def options(folder: str, processes: int, **changes) -> argparse.Namespace:
    vocabulary = Path(folder) / "vocabulary.json"
    vocabulary.write_text(json.dumps({"specials": ["s"] * 64, "pieces": ["p"] * (VOCABULARY - 64)}))
    values = dict(
        size="tiny", name="test", minutes=1, decay_minutes=0, rate=1e-3, warm=1, processes=processes, dropout=0.0, smoothing=0.0,
        weight_decay=0.05, keep=0.999, seed=3, vocabulary=str(vocabulary), resume=None, restart_optimizer=False, device="cpu",
        compile=False, dev="missing", save_minutes=1,
    )  # fmt: skip
    return argparse.Namespace(**{**values, **changes})


def trained(rank: int, given: argparse.Namespace, halves: list[int]) -> torch.Tensor:
    trainer = Trainer(given, rank, FixedFeed(halves))
    trainer.begin, trainer.first_seen = 0, 0
    for _ in range(STEPS):
        trainer.update(0.0)
    return trainer.flat["weight"]


def one_of_two(rank: int, given: argparse.Namespace, folder: str) -> None:
    torch.distributed.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2)
    torch.save(trained(rank, given, [rank]).clone(), f"{folder}/{rank}.pt")


class Processes(unittest.TestCase):
    def test_two_processes_make_the_update_of_one(self):
        with tempfile.TemporaryDirectory() as folder:
            alone = trained(0, options(folder, 1), [0, 1])
            start = Trainer(options(folder, 1), 0, FixedFeed([0])).flat["weight"]
            torch.multiprocessing.spawn(one_of_two, (options(folder, 2), folder), 2)
            first, second = (torch.load(f"{folder}/{rank}.pt") for rank in (0, 1))
        self.assertTrue(torch.equal(first, second))
        self.assertFalse(torch.equal(first, start))
        # Gradients are summed in another order and activations are bfloat16: the way walked is the same to a few per cent.
        self.assertLess(float((first - alone).norm()), 0.03 * float((alone - start).norm()))

    def test_a_checkpoint_holds_all_that_a_run_goes_on_with(self):
        with tempfile.TemporaryDirectory() as folder:
            whole = Trainer(options(folder, 1), 0, FixedFeed([0, 1]))
            whole.begin, whole.first_seen = 0, 0
            whole.update(0.0)
            state = {name: whole.flat[name].clone() for name in ("weight", "first", "second", "average")}
            torch.save({**state, "step": whole.step, "seen": whole.seen}, f"{folder}/checkpoint.pt")
            whole.update(0.0)
            resumed = Trainer(options(folder, 1, resume=f"{folder}/checkpoint.pt"), 0, whole.feed)
            resumed.begin, resumed.first_seen = 0, 0
            resumed.feed.step = 1
            resumed.update(0.0)
            self.assertTrue(torch.equal(resumed.flat["weight"], whole.flat["weight"]))


if __name__ == "__main__":
    unittest.main()
