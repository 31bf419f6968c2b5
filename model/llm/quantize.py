"""Four-bit weights in blocks of 32, as the MatMulNBits operator reads them."""

import numpy as np

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
