"""Training's packed pass, its kernels, the three serving graphs and their ONNX files must all say the same.

python -m unittest discover test/model  (needs torch, onnx, onnxruntime)
"""

import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "model"))

import native  # noqa: E402
from batch import collate, parse, table_of  # noqa: E402
from export import export, network_of  # noqa: E402
from graphs import QuestionGraph, SchemaGraph, StepGraph  # noqa: E402
from network import SIZES, Network  # noqa: E402

VOCABULARY = 300
TOLERANCE = 0.06
"""Training rounds activations to bfloat16 (8 bits), serving does not; logits have a spread of about 1."""


def random_question(random: np.random.Generator, items: int) -> list[np.ndarray]:
    """A question as it stands in a frame."""
    words = int(random.integers(3, 9))
    pieces = random.integers(1, 3, words)
    asked = 1 + int(pieces.sum())
    relation = (random.random((words, items)) < 0.2) * random.integers(1, 12, (words, items))
    word, item = np.nonzero(relation)
    outputs = int(random.integers(4, 9))
    kind = random.integers(0, 3, outputs)
    limit = np.array([60, items, words])[kind]
    target = np.stack([kind, random.integers(0, limit)], 1)
    target[-1] = 0
    token_word = np.concatenate([[-1], np.repeat(np.arange(words), pieces)])
    first = 1 + np.cumsum(pieces) - pieces
    links = np.stack([word, item, relation[word, item]], 1)
    return [np.array([asked, words, len(word), outputs]), random.integers(0, VOCABULARY, asked), token_word, first, links, target]


def random_frame(random: np.random.Generator, questions: int = 2) -> dict:
    """A frame written and parsed as model/stream.ts and batch.py do."""
    items = int(random.integers(3, 9))
    pieces = random.integers(2, 4, items)
    shown = int(pieces.sum())
    parts = [
        np.array([shown, items, questions]), random.integers(0, VOCABULARY, shown), np.repeat(np.arange(items), pieces),
        random.integers(0, 2, items), np.cumsum(pieces) - pieces,
    ]  # fmt: skip
    relations = random.integers(0, 9, items * items).astype(np.int8).tobytes()
    payload = b"".join(part.astype("<i4").tobytes() for part in parts) + relations + b"\0" * (-len(relations) % 4)
    for _ in range(questions):
        payload += b"".join(part.astype("<i4").tobytes() for part in random_question(random, items))
    return parse(payload)


def as_tensor(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.asarray(array).astype(np.int64))


def stepwise(frame: dict, question: dict, run, shape: tuple[int, int, int]) -> np.ndarray:
    """Logits [O, 96 + I + W] of the question's program through the three graphs; `run(name, inputs)` runs one."""
    layers, heads, head = shape
    token_item, links = as_tensor(frame["token_item"]), as_tensor(question["links"])
    token_word = as_tensor(question["token_word"])
    tables = as_tensor(table_of(frame))
    schema = [as_tensor(frame[name]) for name in ("tokens", "token_item", "anchors", "relations")]
    asked = [as_tensor(question["tokens"]), token_word, as_tensor(question["word_first"]), links, token_item]
    prefix = run("question", [*asked, *run("schema", schema)])
    past = [torch.zeros(layers, 1, heads, 0, head)] * 2
    given, rows = (96, -1, -1), []
    for kind, index in question["target"].tolist():
        pointed = [torch.tensor([value]) for value in given]
        logits, *new = run("step", [*pointed, token_item, tables, token_word, links, *prefix, *past])
        past = [torch.cat([old, more], 3) for old, more in zip(past, new)]
        rows.append(logits[0].numpy())
        pointer = 97 if kind == 1 and frame["item_kind"][index] == 0 else 98
        given = {0: (index, -1, -1), 1: (pointer, index, -1), 2: (99, -1, index)}[kind]
    return np.stack(rows)


class NetworkTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)
        random = np.random.default_rng(2)
        self.network = Network(VOCABULARY, SIZES["tiny"], kernels=False).eval()
        self.frames = [random_frame(random) for _ in range(3)]
        self.shape = (4, 4, 32)

    @torch.no_grad()
    def packed(self) -> list[np.ndarray]:
        """Logits of each question by the packed pass, cut to its own items and words."""
        batch = collate(self.frames)
        logits = self.network(batch).numpy()
        width, rows, n = batch["anchors"].shape[1], [], 0
        for frame in self.frames:
            for question in frame["questions"]:
                items, words = len(frame["anchors"]), len(question["word_first"])
                mine = logits[n, : len(question["target"])]
                rows.append(np.concatenate([mine[:, : 96 + items], mine[:, 96 + width : 96 + width + words]], 1))
                n += 1
        return rows

    def compare(self, run, tolerance: float) -> None:
        expected = iter(self.packed())
        for frame in self.frames:
            for question in frame["questions"]:
                np.testing.assert_allclose(stepwise(frame, question, run, self.shape), next(expected), atol=tolerance)

    @unittest.skipUnless(native.AVAILABLE, "no C++ compiler")
    def test_kernels_give_the_gradients_of_plain_pytorch(self):
        fast = Network(VOCABULARY, SIZES["tiny"], kernels=True)
        fast.load_state_dict(self.network.state_dict())
        for network in (fast, self.network):
            network.loss(collate(self.frames), smoothing=0.1)[0].backward()
        for (name, mine), (_, plain) in zip(fast.named_parameters(), self.network.named_parameters()):
            gap = (mine.grad - plain.grad).norm() / (plain.grad.norm() + 1e-6)
            self.assertLess(gap.item(), 0.03, name)

    @torch.no_grad()
    def test_the_serving_graphs_say_what_training_says(self):
        graphs = {"schema": SchemaGraph, "question": QuestionGraph, "step": StepGraph}
        made = {name: graph(self.network) for name, graph in graphs.items()}
        self.compare(lambda name, inputs: made[name](*inputs), TOLERANCE)

    def test_the_exported_files_say_what_training_says(self):
        import onnxruntime

        weight = torch.cat([parameter.detach().flatten() for parameter in self.network.parameters()])
        state = {"config": self.network.config(), "average": weight, "seen": 0, "size": "tiny"}
        again = network_of(state)
        self.assertTrue(all(torch.equal(a, b) for a, b in zip(again.parameters(), self.network.parameters())))
        with tempfile.TemporaryDirectory() as folder:
            export(state, Path(folder), bits=32)
            sessions = {n: onnxruntime.InferenceSession(f"{folder}/{n}.onnx") for n in ("schema", "question", "step")}

            def run(name, inputs):
                names = [value.name for value in sessions[name].get_inputs()]
                feed = {key: value.numpy() for key, value in zip(names, inputs, strict=True)}
                return [torch.from_numpy(value) for value in sessions[name].run(None, feed)]

            self.compare(run, TOLERANCE)


if __name__ == "__main__":
    unittest.main()
