"""Compiles kernels.cpp for this machine and offers its operations to autograd; `AVAILABLE` is False without a compiler."""

import ctypes
import hashlib
import shutil
import subprocess
from pathlib import Path

import torch

SOURCE = Path(__file__).with_name("kernels.cpp")
CACHE = Path(__file__).parent.parent / ".cache"
FLAGS = ["-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-std=c++17", "-shared", "-fPIC"]
AVAILABLE = shutil.which("g++") is not None


class Ragged(ctypes.Structure):
    """Mirror of `struct Ragged` in kernels.cpp."""

    _fields_ = [
        ("groups", ctypes.c_int), ("heads", ctypes.c_int), ("size", ctypes.c_int),
        ("schema", ctypes.c_void_p), ("stream", ctypes.c_void_p), ("members", ctypes.c_void_p),
        ("schema_ids", ctypes.c_void_p), ("stream_ids", ctypes.c_void_p),
        ("schema_ids_at", ctypes.c_void_p), ("stream_ids_at", ctypes.c_void_p),
    ]  # fmt: skip


def _load() -> ctypes.CDLL:
    name = hashlib.sha256(SOURCE.read_bytes() + " ".join(FLAGS).encode()).hexdigest()[:16]
    target = CACHE / f"kernels-{name}.so"
    if not target.exists():
        CACHE.mkdir(exist_ok=True)
        part = target.with_suffix(f".{id(target)}.part")
        subprocess.run(["g++", *FLAGS, str(SOURCE), "-o", str(part)], check=True)
        part.replace(target)
    return ctypes.CDLL(str(target))


_library = _load() if AVAILABLE else None


def _at(tensor: torch.Tensor | None) -> ctypes.c_void_p:
    return ctypes.c_void_p(None if tensor is None else tensor.data_ptr())


def _ragged(batch: dict, heads: int, size: int) -> Ragged:
    names = ("schema_at", "stream_at", "members", "schema_ids", "stream_ids", "schema_ids_at", "stream_ids_at")
    return Ragged(len(batch["schema_at"]) - 1, heads, size, *(batch[name].data_ptr() for name in names))


class Attention(torch.autograd.Function):
    """qkv bf16 [T, 3 * d], biases float [H, 256] of the schema and the question/output stream → bf16 [T, d]."""

    @staticmethod
    def forward(ctx, qkv, schema_bias, stream_bias, batch):
        heads = schema_bias.shape[0]
        width = qkv.shape[1] // 3
        qkv, schema_bias, stream_bias = qkv.contiguous(), schema_bias.contiguous(), stream_bias.contiguous()
        out = torch.empty(qkv.shape[0], width, dtype=torch.bfloat16)
        ragged = _ragged(batch, heads, width // heads)
        _library.attention_forward(ctypes.byref(ragged), _at(qkv), _at(schema_bias), _at(stream_bias), _at(out))
        ctx.save_for_backward(qkv, schema_bias, stream_bias)
        ctx.batch = batch
        return out

    @staticmethod
    def backward(ctx, grad_out):
        qkv, schema_bias, stream_bias = ctx.saved_tensors
        heads, size = schema_bias.shape[0], qkv.shape[1] // 3 // schema_bias.shape[0]
        grad_out = grad_out.contiguous()
        grad = torch.zeros(qkv.shape, dtype=torch.float32)
        grad_schema, grad_stream = torch.zeros_like(schema_bias), torch.zeros_like(stream_bias)
        _library.attention_backward(
            ctypes.byref(_ragged(ctx.batch, heads, size)), _at(qkv), _at(schema_bias), _at(stream_bias), _at(grad_out),
            _at(grad), _at(grad_schema), _at(grad_stream),
        )  # fmt: skip
        return grad.to(torch.bfloat16), grad_schema, grad_stream, None


class AddNorm(torch.autograd.Function):
    """(x float [T, d], added bf16 [T, d] or None, gain [d]) → (x + added, its RMSNorm as bf16)."""

    @staticmethod
    def forward(ctx, x, added, gain):
        rows, width = x.shape
        x = x.contiguous()
        added = None if added is None else added.contiguous()
        total, y, inverse = torch.empty_like(x), torch.empty(x.shape, dtype=torch.bfloat16), torch.empty(rows)
        _library.norm_forward(ctypes.c_int64(rows), width, _at(x), _at(added), _at(gain), _at(total), _at(y), _at(inverse))
        ctx.save_for_backward(total, gain, inverse)
        ctx.added = added is not None
        return total, y

    @staticmethod
    def backward(ctx, grad_total, grad_y):
        total, gain, inverse = ctx.saved_tensors
        rows, width = total.shape
        grad_total = None if grad_total is None else grad_total.contiguous()
        grad_x, grad_gain = torch.empty_like(total), torch.zeros_like(gain)
        grad_added = torch.empty(total.shape, dtype=torch.bfloat16) if ctx.added else None
        _library.norm_backward(
            ctypes.c_int64(rows), width, _at(total), _at(gain), _at(inverse), _at(grad_y.contiguous()), _at(grad_total),
            _at(grad_x), _at(grad_added), _at(grad_gain),
        )  # fmt: skip
        return grad_x, grad_added, grad_gain


class SwiGlu(torch.autograd.Function):
    """bf16 [T, 2 * f] as [gate | value] → silu(gate) * value, bf16 [T, f]."""

    @staticmethod
    def forward(ctx, both):
        both = both.contiguous()
        rows, width = both.shape[0], both.shape[1] // 2
        y = torch.empty(rows, width, dtype=torch.bfloat16)
        _library.swiglu_forward(ctypes.c_int64(rows), width, _at(both), _at(y))
        ctx.save_for_backward(both)
        return y

    @staticmethod
    def backward(ctx, grad_y):
        (both,) = ctx.saved_tensors
        grad = torch.empty_like(both)
        rows, width = both.shape[0], both.shape[1] // 2
        _library.swiglu_backward(ctypes.c_int64(rows), width, _at(both), _at(grad_y.contiguous()), _at(grad))
        return grad


def adamw(flat: dict, settings: list[float]) -> None:
    """One AdamW step with moving average on the flat float arrays weight, grad, first, second, average, decay."""
    names = ("weight", "grad", "first", "second", "average", "decay")
    values = torch.tensor(settings, dtype=torch.float32)
    _library.adamw(ctypes.c_int64(len(flat["weight"])), *(_at(flat[name]) for name in names), _at(values))
