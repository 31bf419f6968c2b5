"""A decoder of Qwen2's architecture: RMSNorm, rotary positions, grouped queries with biases, SwiGLU, tied embeddings."""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class Config:
    vocab_size: int = 2048
    hidden_size: int = 192
    intermediate_size: int = 576
    num_hidden_layers: int = 4
    num_attention_heads: int = 6
    num_key_value_heads: int = 2
    rms_norm_eps: float = 1e-6
    rope_theta: float = 10000.0
    max_position_embeddings: int = 2048

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_attention_heads

    def as_dict(self) -> dict:
        return asdict(self)


class Norm(nn.Module):
    def __init__(self, size: int, eps: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x.float(), self.weight.shape, self.weight, self.eps)


def rotary_tables(config: Config) -> tuple[Tensor, Tensor]:
    """cos and sin, [positions, head_dim / 2]."""
    half = config.head_dim // 2
    frequency = config.rope_theta ** (-torch.arange(half, dtype=torch.float64) / half)
    angle = torch.arange(config.max_position_embeddings, dtype=torch.float64)[:, None] * frequency
    return angle.cos().float(), angle.sin().float()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """x[..., tokens, heads, head_dim] by tables[tokens, head_dim / 2]; halves, as Hugging Face stores them."""
    one, other = x.chunk(2, dim=-1)
    cos, sin = cos[:, None, :], sin[:, None, :]
    return torch.cat([one * cos - other * sin, other * cos + one * sin], dim=-1)


class Layer(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        hidden, kv = config.hidden_size, config.num_key_value_heads * config.head_dim
        self.config = config
        self.input_layernorm = Norm(hidden, config.rms_norm_eps)
        self.post_attention_layernorm = Norm(hidden, config.rms_norm_eps)
        self.q_proj = nn.Linear(hidden, hidden)
        self.k_proj = nn.Linear(hidden, kv)
        self.v_proj = nn.Linear(hidden, kv)
        self.o_proj = nn.Linear(hidden, hidden, bias=False)
        self.gate_proj = nn.Linear(hidden, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(hidden, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, hidden, bias=False)

    def heads(self, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys, values of tokens [T, hidden] as [T, heads, head_dim], rotated."""
        size = self.config.head_dim
        q = self.q_proj(x).unflatten(-1, (-1, size))
        k = self.k_proj(x).unflatten(-1, (-1, size))
        v = self.v_proj(x).unflatten(-1, (-1, size))
        return rotate(q.float(), cos, sin), rotate(k.float(), cos, sin), v.float()

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, attend) -> Tensor:
        q, k, v = self.heads(self.input_layernorm(x), cos, sin)
        x = x + self.o_proj(attend(q, k, v).flatten(-2))
        normed = self.post_attention_layernorm(x)
        return x + self.down_proj(F.silu(self.gate_proj(normed)) * self.up_proj(normed))


class Decoder(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))
        self.norm = Norm(config.hidden_size, config.rms_norm_eps)
        cos, sin = rotary_tables(config)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.apply(initialise)
        for layer in self.layers:
            nn.init.zeros_(layer.o_proj.weight)
            nn.init.zeros_(layer.down_proj.weight)

    def states(self, tokens: Tensor, positions: Tensor, attend) -> Tensor:
        """Last states [T, hidden] of tokens[T] at positions[T]; `attend(layer, q, k, v)` gives [T, heads, head_dim]."""
        x = self.embed_tokens(tokens)
        cos, sin = self.cos[positions], self.sin[positions]
        for index, layer in enumerate(self.layers):
            x = layer(x, cos, sin, lambda q, k, v, index=index: attend(index, q, k, v))
        return self.norm(x)

    def logits(self, states: Tensor) -> Tensor:
        return F.linear(states, self.embed_tokens.weight)


def initialise(module: nn.Module) -> None:
    if isinstance(module, (nn.Linear, nn.Embedding)):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear) and module.bias is not None:
        nn.init.zeros_(module.bias)


def grouped(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """Attention of q[B, L, heads, d] over k, v[B, M, kv heads, d]; `mask` [B or 1, L, M] is true where it may look."""
    mask = None if mask is None else mask[:, None]
    out = F.scaled_dot_product_attention(
        q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), attn_mask=mask, enable_gqa=True
    )
    return out.transpose(1, 2)


@torch.no_grad()
def step(model: Decoder, tokens: Tensor, past: list[tuple[Tensor, Tensor]] | None, half: bool = False):
    """Logits [B, V] after tokens[B, L] behind `past`, and the new past: the reference that exports are held to.

    `half` keeps the past in half precision between steps.
    """
    batch, length = tokens.shape
    start = 0 if past is None else past[0][0].shape[1]
    positions = torch.arange(start, start + length).repeat(batch)
    mask = torch.ones(length, start + length, dtype=torch.bool).tril(start)[None]
    present: list[tuple[Tensor, Tensor]] = []

    def attend(index: int, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        q, k, v = (x.unflatten(0, (batch, length)) for x in (q, k, v))
        if past is not None:
            k, v = torch.cat([past[index][0], k], 1), torch.cat([past[index][1], v], 1)
        present.append((k.half().float(), v.half().float()) if half else (k, v))
        return grouped(q, k, v, mask).flatten(0, 1)

    states = model.states(tokens.flatten(), positions, attend).unflatten(0, (batch, length))
    return model.logits(states[:, -1]), present
