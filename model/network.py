"""The embedded model's network: reads a schema, then a question, and writes a program of keywords and pointers.

The schema is encoded apart (it never sees the question, so its keys and values are computed once per catalog); the
question sees the schema and itself; the output sees both and what was written before. Why a word may mean an item enters
as attention bias, as a feature of the pointer keys, and by the link pointer ("point at the word you are translating,
move along its link").
"""

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

import native
from batch import (
    ACROSS_WORD, DECODER_TOKENS, ITEM_CODES, KEYWORDS, LINK_RELATIONS, NEAR, REFERENCE, REFERENCE_TABLE, SCHEMA_REACH,
    SCHEMA_RELATIONS, STREAM_IDS, STREAM_REACH, WORD_CODES,
)  # fmt: skip

NEVER = -1e4
LINK_HEADS, LINK_WIDTH = 4, 32
# First guess of how much a link says, by relation id (src/link.ts RELATIONS): exact names most, numbers in range least.
LINK_GUESS = {1: 3.0, 2: 1.5, 3: 3.0, 4: 1.0, 5: 2.0, 6: 1.0, 7: 0.3, 8: 1.0, 9: 0.7, 10: 1.5, 11: 3.0, 12: 1.0, 13: 0.5}


@dataclass
class Size:
    """Shape of a network; `hidden` is the width of the feed-forward part."""

    width: int
    layers: int
    heads: int
    hidden: int
    pointer: int = 128


SIZES = {
    "tiny": Size(128, 4, 4, 352),
    "lean": Size(192, 6, 6, 512),
    "small": Size(256, 6, 8, 672),
    "base": Size(384, 8, 12, 1024),
}


class Norm(nn.Module):
    """RMSNorm's gain."""

    def __init__(self, width: int):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.gain


class Linear(nn.Module):
    """Matrix without bias, multiplied in the type of its input."""

    def __init__(self, inputs: int, outputs: int, spread: float | None = None):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * (spread or 1 / math.sqrt(inputs)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.weight.to(x.dtype))


class Layer(nn.Module):
    """One block: attention with relation biases, then SwiGLU."""

    def __init__(self, size: Size):
        super().__init__()
        width, heads = size.width, size.heads
        self.before = Norm(width)
        self.between = Norm(width)
        self.qkv = Linear(width, 3 * width)
        self.out = Linear(width, width, 0.5 / math.sqrt(width * size.layers))
        self.up = Linear(width, 2 * size.hidden)
        self.down = Linear(size.hidden, width, 0.5 / math.sqrt(size.hidden * size.layers))
        self.schema_relation = nn.Parameter(torch.randn(SCHEMA_RELATIONS, heads) * 0.3)
        self.schema_near = nn.Parameter(torch.zeros(2 * SCHEMA_REACH + 1, heads))
        self.stream = nn.Parameter(torch.zeros(STREAM_IDS, heads))
        self._first_guess(heads)

    @torch.no_grad()
    def _first_guess(self, heads: int) -> None:
        """Heads that start out looking at neighbours, along links, or at what was pointed at last learn sooner."""
        self.schema_relation[0] = 0
        self.schema_near[SCHEMA_REACH + 1, 1] = 1
        self.stream[1 : REFERENCE + 1] = torch.randn(LINK_RELATIONS, heads) * 0.5
        self.stream[REFERENCE] += 1
        self.stream[REFERENCE_TABLE] = self.stream[REFERENCE]
        self.stream[ACROSS_WORD] = 0.5 + torch.randn(heads) * 0.5
        self.stream[NEAR + STREAM_REACH - 1, 0] = 2
        self.stream[NEAR + STREAM_REACH + 1, 1] = 2
        self.stream[1:REFERENCE, 2] = 2.5
        self.stream[REFERENCE, 3] = self.stream[ACROSS_WORD, 3] = 4

    def schema_table(self) -> torch.Tensor:
        """Bias of schema → schema pairs by id: [heads, 256]."""
        table = (self.schema_relation[:, None] + self.schema_near[None]).flatten(0, 1)
        return F.pad(table.t(), (0, 256 - len(table)), value=NEVER)

    def stream_table(self) -> torch.Tensor:
        """Bias of pairs from the question and the output by id: [heads, 256]."""
        return F.pad(self.stream.t(), (0, 256 - len(self.stream)), value=NEVER)


class Network(nn.Module):
    """All weights, and the packed forward pass that training uses; graphs.py holds the three passes that serving uses."""

    def __init__(self, vocabulary: int, size: Size, dropout: float = 0.0, kernels: bool | None = None):
        super().__init__()
        self.size, self.vocabulary, self.dropout = size, vocabulary, dropout
        self.kernels = native.AVAILABLE if kernels is None else kernels
        width, pointer = size.width, size.pointer
        self.tokens = nn.Parameter(torch.randn(vocabulary, width) * 0.5)
        self.decoder_tokens = nn.Parameter(torch.randn(DECODER_TOKENS, width) * 0.5)
        self.item_codes = nn.Parameter(torch.randn(ITEM_CODES, width) * 0.5)
        self.word_codes = nn.Parameter(torch.randn(WORD_CODES, width) * 0.5)
        self.layers = nn.ModuleList([Layer(size) for _ in range(size.layers)])
        self.last = Norm(width)
        self.keywords = Linear(width, KEYWORDS)
        self.query = Linear(width, pointer)
        self.item_key = Linear(width, pointer)
        self.item_code_key = Linear(width, pointer)
        self.item_feature = nn.Parameter(torch.randn(LINK_RELATIONS, pointer) * 0.1)
        self.word_key = Linear(width, pointer)
        self.word_code_key = Linear(width, pointer)
        self.link_query = Linear(width, LINK_HEADS * LINK_WIDTH)
        self.link_key = Linear(width, LINK_HEADS * LINK_WIDTH)
        self.link_none = nn.Parameter(torch.zeros(LINK_HEADS))
        guess = torch.tensor([LINK_GUESS.get(n, 0.0) for n in range(LINK_RELATIONS)])[:, None]
        self.link_gain = nn.Parameter(guess + torch.randn(LINK_RELATIONS, LINK_HEADS) * 0.3 * (guess > 0))

    def config(self) -> dict:
        return {"vocabulary": self.vocabulary, **asdict(self.size)}

    def forward(self, batch: dict) -> torch.Tensor:
        """Logits [N, O, 96 + I + W] of a batch of batch.py; places past a question's own items and words hold NEVER."""
        x = self.body(batch)
        return self.point(x, batch)

    def embed(self, batch: dict) -> torch.Tensor:
        """Token (decoder tokens are -1 - id), plus the code of the item or word it marks or points at: [T, d]."""
        ids = batch["tokens"]
        ids = torch.where(ids < 0, self.vocabulary - 1 - ids, ids)
        none = torch.zeros(1, self.size.width, device=ids.device)
        table = torch.cat([self.tokens, self.decoder_tokens])
        codes = torch.cat([none, self.item_codes, self.word_codes])
        return F.embedding(ids, table) + F.embedding(batch["codes"], codes)

    def body(self, batch: dict) -> torch.Tensor:
        """Last hidden states [T, d], normed, bfloat16."""
        x, added = self.embed(batch), None
        for layer in self.layers:
            x, y = self.add_norm(x, added, layer.before)
            seen = self.attend(layer.qkv(y), layer.schema_table(), layer.stream_table(), batch)
            x, y = self.add_norm(x, self.drop(layer.out(seen)), layer.between)
            added = self.drop(layer.down(self.gate(layer.up(y))))
        return self.add_norm(x, added, self.last)[1]

    def drop(self, x: torch.Tensor) -> torch.Tensor:
        return F.dropout(x, self.dropout, self.training) if self.dropout else x

    def add_norm(self, x, added, norm):
        if self.kernels:
            return native.AddNorm.apply(x, added, norm.gain)
        x = x if added is None else x + added
        return x, norm(x).to(torch.bfloat16)

    def gate(self, both):
        if self.kernels:
            return native.SwiGlu.apply(both)
        gate, value = both.chunk(2, -1)
        return F.silu(gate) * value

    def attend(self, qkv, schema_table, stream_table, batch):
        if self.kernels:
            return native.Attention.apply(qkv, schema_table, stream_table, batch)
        return attend_padded(qkv, schema_table, stream_table, batch)

    def point(self, x: torch.Tensor, batch: dict) -> torch.Tensor:
        """Logits of every output position from hidden states [T, d]."""
        anchors, words, parents = batch["anchors"], batch["words"], batch["parents"]
        output = x[batch["outputs"].clamp(min=0)]
        word_state = x[words.clamp(min=0)]
        query = self.query(output).float()
        items = self.item_key(x[anchors.clamp(min=0)]).float() + self.item_code_key(self.item_codes[batch["item_codes"]])
        items = items[parents] + self.features(batch["links"])
        words_key = self.word_key(word_state).float() + self.word_code_key(self.word_code_rows(words.shape[1]))
        scale = 1 / math.sqrt(self.size.pointer)
        to_items = query @ items.transpose(1, 2) * scale + self.link_pointer(output, word_state, words >= 0, batch["links"])
        to_items = to_items.masked_fill((anchors < 0)[parents][:, None], NEVER)
        to_words = (query @ words_key.transpose(1, 2) * scale).masked_fill((words < 0)[:, None], NEVER)
        return torch.cat([self.keywords(output).float(), to_items, to_words], -1)

    def word_code_rows(self, words: int) -> torch.Tensor:
        return self.word_codes[torch.arange(words, device=self.word_codes.device).clamp(max=WORD_CODES - 1)]

    def features(self, links: torch.Tensor) -> torch.Tensor:
        """Which relations an item has to any word of the question, as part of its pointer key: [N, I, p]."""
        has = F.one_hot(links, LINK_RELATIONS).amax(1).float()
        has[..., 0] = 0
        return has @ self.item_feature

    def link_pointer(self, output, words, shown, links) -> torch.Tensor:
        """[N, O, d], [N, W, d], [N, W], [N, W, I] → what the links of the words attended to add to each item: [N, O, I]."""
        count, steps, _ = output.shape
        query = self.link_query(output).float().reshape(count, steps, LINK_HEADS, LINK_WIDTH).transpose(1, 2)
        key = self.link_key(words).float().reshape(count, -1, LINK_HEADS, LINK_WIDTH).permute(0, 2, 3, 1)
        scores = (query @ key / math.sqrt(LINK_WIDTH)).masked_fill(~shown[:, None, None], NEVER)
        none = self.link_none[None, :, None, None].expand(count, -1, steps, 1)
        weight = F.softmax(torch.cat([scores, none], -1), -1)[..., :-1]
        gain = F.one_hot(links, LINK_RELATIONS)[..., 1:].float() @ self.link_gain[1:]
        return (weight @ gain.permute(0, 3, 1, 2)).sum(1)

    def loss(self, batch: dict, smoothing: float = 0.0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """(mean cross entropy, share of right tokens, share of questions with every token right)."""
        logits, targets = self.forward(batch), batch["targets"]
        asked = targets >= 0
        chosen = torch.log_softmax(logits, -1)
        nll = -chosen.gather(-1, targets.clamp(min=0)[..., None])[..., 0]
        if smoothing:
            possible = logits > NEVER / 2
            even = -(chosen * possible).sum(-1) / possible.sum(-1)
            nll = (1 - smoothing) * nll + smoothing * even
        right = logits.argmax(-1) == targets
        return (nll * asked).sum() / asked.sum(), right[asked].float().mean(), (right | ~asked).all(1).float().mean()


def attend_padded(qkv, schema_table, stream_table, batch):
    """The attention of native.Attention in plain PyTorch, sequence by padded sequence (for GPUs and for tests)."""
    heads = schema_table.shape[0]
    q, k, v = qkv.reshape(len(qkv), 3, heads, -1).unbind(1)
    out = torch.zeros_like(q)
    schema_at, stream_at = batch["schema_at"], batch["stream_at"]
    schema, schema_there = _rows(schema_at)
    stream, stream_there = _rows(stream_at)
    keys = torch.cat([schema[batch["parents"]], stream], 1)
    keys_there = torch.cat([schema_there[batch["parents"]], stream_there], 1)
    for rows, there, keys_, keys_there_, table, name in (
        (schema, schema_there, schema, schema_there, schema_table, "schema"),
        (stream, stream_there, keys, keys_there, stream_table, "stream"),
    ):
        pairs = there[:, :, None] & keys_there_[:, None]
        ids = torch.full(pairs.shape, 255, device=qkv.device)
        ids[pairs] = batch[f"{name}_ids"].long()
        bias = table[:, ids].transpose(0, 1)
        scores = q[rows].transpose(1, 2).float() @ k[keys_].permute(0, 2, 3, 1).float() / math.sqrt(q.shape[-1]) + bias
        seen = F.softmax(scores, -1).to(v.dtype) @ v[keys_].transpose(1, 2)
        out = out.index_put((rows[there],), seen.transpose(1, 2)[there])
    return out.flatten(1)


def _rows(offsets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Token positions of each sequence, padded with the first token, and which are real."""
    lengths = offsets.diff()
    place = torch.arange(int(lengths.max()), device=offsets.device)[None]
    there = place < lengths[:, None]
    return torch.where(there, offsets[:-1, None] + place, 0), there
