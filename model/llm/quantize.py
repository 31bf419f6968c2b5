"""Four-bit weights in blocks of 32, as the MatMulNBits operator reads them."""

import numpy as np
import torch

BLOCK = 32


def quantized(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """weight[N, K] as nibbles uint8[N, K/32, 16], scales f32[N * K/32], and the weight they stand for.

    Symmetric around 8: the value of largest size in a block becomes 0, so its sign decides the scale's.
    """
    rows, columns = weight.shape
    blocks = weight.reshape(rows, columns // BLOCK, BLOCK).astype(np.float32)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)
    scales = largest / -8
    inverse = np.divide(1, scales, out=np.zeros_like(scales), where=scales != 0)
    steps = np.clip(np.round(blocks * inverse) + 8, 0, 15).astype(np.uint8)
    nibbles = steps[..., 0::2] | (steps[..., 1::2] << 4)
    stands_for = ((steps.astype(np.float32) - 8) * scales).reshape(rows, columns)
    return nibbles, scales.reshape(-1).astype(np.float32), stands_for


@torch.no_grad()
def with_four_bits(model: torch.nn.Module) -> torch.nn.Module:
    """The same model with the weights that its four bits stand for; the embedding keeps its own, the output does not."""
    for layer in model.layers:
        for part in layer.children():
            if isinstance(part, torch.nn.Linear):
                part.weight.copy_(torch.from_numpy(quantized(part.weight.numpy())[2]))
    output = torch.from_numpy(quantized(model.embed_tokens.weight.numpy())[2])
    model.logits = lambda states: torch.nn.functional.linear(states, output)
    return model
