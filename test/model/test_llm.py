"""The small text model's exports against PyTorch: the same tokens and nearly the same logits, in both graphs, in four bits and in 32."""

import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "model" / "llm"))

from decoder import Config, Decoder, step  # noqa: E402
from graph import exported, write  # noqa: E402
from quantize import quantized, with_four_bits  # noqa: E402

CONFIG = Config(vocab_size=96, hidden_size=64, intermediate_size=96, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2)
STEPS = 12


def random_model() -> Decoder:
    torch.manual_seed(3)
    model = Decoder(CONFIG)
    for parameter in model.parameters():
        if parameter.ndim == 2:
            torch.nn.init.normal_(parameter, std=0.2)
    return model.eval()


def torch_logits(model: Decoder, prompt: list[int], following: list[int]) -> np.ndarray:
    logits, past = step(model, torch.tensor([prompt]), None)
    rows = [logits]
    for token in following:
        logits, past = step(model, torch.tensor([[token]]), past)
        rows.append(logits)
    return torch.cat(rows).numpy()


def onnx_logits(path: Path, prompt: list[int], following: list[int]) -> np.ndarray:
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    outputs = [one.name for one in session.get_outputs()]
    empty = np.zeros((1, CONFIG.num_key_value_heads, 0, CONFIG.head_dim), np.float32)
    past = {name: empty for name in names if name.startswith("past_key_values.")}
    rows, start = [], 0
    for tokens in [prompt, *([token] for token in following)]:
        end = start + len(tokens)
        feed = {**past, "input_ids": np.array([tokens]), "attention_mask": np.ones((1, end), np.int64)}
        if "position_ids" in names:
            feed["position_ids"] = np.arange(start, end)[None]
        if "num_logits_to_keep" in names:
            feed["num_logits_to_keep"] = np.array(1)
        found = dict(zip(outputs, session.run(None, feed)))
        past = {name: found[name.replace("past_key_values", "present")] for name in past}
        rows.append(found["logits"][:, -1])
        start = end
    return np.concatenate(rows)


class Exports(unittest.TestCase):
    def test_graphs_give_pytorchs_logits(self) -> None:
        prompt = list(range(5, 17))
        following = [(7 * token) % CONFIG.vocab_size for token in range(STEPS)]
        for bits in (32, 4):
            model = random_model()
            with tempfile.TemporaryDirectory() as folder:
                graphs = {f"{fused}.onnx": exported(model, fused=fused, bits=bits) for fused in (True, False)}
                write(graphs, Path(folder), "weights.onnx_data")
                wanted = torch_logits(with_four_bits(model) if bits == 4 else model, prompt, following)
                for name in graphs:
                    with self.subTest(bits=bits, graph=name):
                        given = onnx_logits(Path(folder) / name, prompt, following)
                        np.testing.assert_allclose(given, wanted, atol=2e-4)
                        np.testing.assert_array_equal(given.argmax(-1), wanted.argmax(-1))

    def test_four_bits_stand_for_nearly_the_weights(self) -> None:
        weight = np.random.default_rng(1).normal(size=(8, 64)).astype(np.float32)
        nibbles, scales, stands_for = quantized(weight)
        self.assertEqual((nibbles.shape, scales.shape), ((8, 2, 16), (16,)))
        self.assertLess(np.abs(stands_for - weight).max(), np.abs(weight).max() / 7)
        self.assertTrue((quantized(np.zeros((1, 32), np.float32))[2] == 0).all())


if __name__ == "__main__":
    unittest.main()
