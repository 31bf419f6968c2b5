"""The three passes that serving runs, as modules without a batch: schema (once per catalog), question, one step of the output."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from batch import ACROSS, ACROSS_WORD, ITEM_CODES, LINK_RELATIONS, NEAR, REFERENCE, REFERENCE_TABLE, SCHEMA_REACH, STREAM_REACH, WORD_CODES
from network import LINK_HEADS, LINK_WIDTH, Layer, Network


def split(layer: Layer, x: torch.Tensor, heads: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """[n, d] → queries, keys, values [H, n, d / H]."""
    q, k, v = layer.qkv(layer.before(x)).reshape(-1, 3, heads, x.shape[-1] // heads).permute(1, 2, 0, 3).unbind(0)
    return q, k, v


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """Heads first; [H, n, m] bias → [n, d]."""
    weight = F.softmax(q @ k.transpose(1, 2) / math.sqrt(q.shape[-1]) + bias, -1)
    return (weight @ v).transpose(0, 1).flatten(1)


def finish(layer: Layer, x: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    x = x + layer.out(seen)
    gate, value = layer.up(layer.between(x)).chunk(2, -1)
    return x + layer.down(F.silu(gate) * value)


def near(rows: int, reach: int, device=None) -> torch.Tensor:
    """Clipped distance from each row to each column, from 0 to 2 * reach."""
    place = torch.arange(rows)
    return (place[None] - place[:, None]).clamp(-reach, reach) + reach


class SchemaGraph(nn.Module):
    """tokens [S], token_item [S], anchors [I], relations [I, I] → keys, values [L, H, S, d], item_keys [I, p]."""

    def __init__(self, network: Network):
        super().__init__()
        self.network = network

    def forward(self, tokens, token_item, anchors, relations):
        network = self.network
        codes = network.item_codes[torch.arange(anchors.shape[0]) % ITEM_CODES]
        x = network.tokens[tokens].index_add(0, anchors, codes)
        pairs = relations[token_item][:, token_item]
        distance = near(tokens.shape[0], SCHEMA_REACH)
        keys, values = [], []
        for layer in network.layers:
            q, k, v = split(layer, x, network.size.heads)
            bias = (layer.schema_relation[pairs] + layer.schema_near[distance]).permute(2, 0, 1)
            x = finish(layer, x, attend(q, k, v, bias))
            keys.append(k)
            values.append(v)
        item_keys = network.item_key(network.last(x)[anchors]) + network.item_code_key(codes)
        return torch.stack(keys), torch.stack(values), item_keys


class QuestionGraph(nn.Module):
    """tokens, token_word [Q], word_first [W], links [W, I], token_item [S], keys, values, item_keys → prefix_keys, prefix_values [L, H, S + Q, d], pointer_items [I, p], pointer_words [W, p], word_link_keys [W, 128]."""

    def __init__(self, network: Network):
        super().__init__()
        self.network = network

    def forward(self, tokens, token_word, word_first, links, token_item, keys, values, item_keys):
        network = self.network
        codes = network.word_codes[torch.arange(word_first.shape[0]).clamp(max=WORD_CODES - 1)]
        x = network.tokens[tokens].index_add(0, word_first, codes)
        none = torch.zeros_like(links[:1])
        relation = torch.cat([none, links])[token_word + 1][:, token_item]
        distance = near(tokens.shape[0], STREAM_REACH) + NEAR
        bias_id = torch.cat([relation, distance], 1)
        prefix_keys, prefix_values = [], []
        for n, layer in enumerate(network.layers):
            q, k, v = split(layer, x, network.size.heads)
            k, v = torch.cat([keys[n], k], 1), torch.cat([values[n], v], 1)
            x = finish(layer, x, attend(q, k, v, layer.stream[bias_id].permute(2, 0, 1)))
            prefix_keys.append(k)
            prefix_values.append(v)
        words = network.last(x)[word_first]
        has = (links[:, :, None] == torch.arange(LINK_RELATIONS)).any(0).float()
        pointer_items = item_keys + has[:, 1:] @ network.item_feature[1:]
        pointer_words = network.word_key(words) + network.word_code_key(codes)
        return torch.stack(prefix_keys), torch.stack(prefix_values), pointer_items, pointer_words, network.link_key(words)


class StepGraph(nn.Module):
    """One output token for B hypotheses: see forward → logits [B, 96 + I + W], new_keys, new_values [L, B, H, 1, d]."""

    def __init__(self, network: Network):
        super().__init__()
        self.network = network

    def forward(self, tokens, ref_item, ref_word, token_item, item_table, token_word, links, prefix_keys, prefix_values, pointer_items,
                pointer_words, word_link_keys, past_keys, past_values):  # fmt: skip
        network = self.network
        x = network.decoder_tokens[tokens]
        x = x + network.item_codes[ref_item.clamp(min=0) % ITEM_CODES] * (ref_item >= 0)[:, None].float()
        x = x + network.word_codes[ref_word.clamp(0, WORD_CODES - 1)] * (ref_word >= 0)[:, None].float()
        at_item = (token_item[None] == ref_item[:, None]).long()
        table = item_table[ref_item.clamp(min=0)]
        at_table = ((token_item[None] == table[:, None]) & (ref_item >= 0)[:, None]).long() * (1 - at_item)
        to_schema = at_item * REFERENCE + at_table * REFERENCE_TABLE
        at_word = (token_word[None] == ref_word[:, None]) & (ref_word >= 0)[:, None]
        prefix_ids = torch.cat([to_schema, at_word.long() * (ACROSS_WORD - ACROSS) + ACROSS], 1)
        length = past_keys.shape[3]
        past_ids = (torch.arange(length + 1) - length).clamp(min=-STREAM_REACH) + STREAM_REACH + NEAR
        new_keys, new_values = [], []
        for n, layer in enumerate(network.layers):
            q, k, v = split(layer, x, network.size.heads)
            k, v = k.transpose(0, 1)[:, :, None], v.transpose(0, 1)[:, :, None]
            new_keys.append(k)
            new_values.append(v)
            own = (torch.cat([past_keys[n], k], 2), torch.cat([past_values[n], v], 2))
            bias = (layer.stream[prefix_ids].permute(2, 0, 1), layer.stream[past_ids].t())
            x = finish(layer, x, self.attend(q, (prefix_keys[n], prefix_values[n]), own, bias))
        state = network.last(x)
        query = network.query(state) / math.sqrt(network.size.pointer)
        to_items = query @ pointer_items.t() + self.link_pointer(state, word_link_keys, links)
        logits = torch.cat([network.keywords(state), to_items, query @ pointer_words.t()], 1)
        return logits, torch.stack(new_keys), torch.stack(new_values)

    def attend(self, q, prefix, own, bias):
        """The prefix is the same for all hypotheses (q [H, B, d] against [H, S + Q, d]); each has its own past."""
        scale = 1 / math.sqrt(q.shape[-1])
        prefix_scores = q @ prefix[0].transpose(1, 2) * scale + bias[0]
        mine = q.transpose(0, 1)[:, :, None]
        own_scores = (mine @ own[0].transpose(2, 3))[:, :, 0].transpose(0, 1) * scale + bias[1][:, None]
        weight = F.softmax(torch.cat([prefix_scores, own_scores], 2), -1)
        shared = prefix[0].shape[1]
        seen = weight[:, :, :shared] @ prefix[1]
        past = weight[:, :, shared:].transpose(0, 1)[:, :, None] @ own[1]
        return (seen.transpose(0, 1) + past[:, :, 0]).flatten(1)

    def link_pointer(self, state, word_link_keys, links):
        network = self.network
        query = network.link_query(state).reshape(-1, LINK_HEADS, LINK_WIDTH).transpose(0, 1)
        key = word_link_keys.reshape(-1, LINK_HEADS, LINK_WIDTH).permute(1, 2, 0)
        scores = query @ key / math.sqrt(LINK_WIDTH)
        none = network.link_none[:, None, None] + torch.zeros_like(scores[:, :, :1])
        weight = F.softmax(torch.cat([scores, none], -1), -1)[:, :, :-1]
        gain = torch.cat([torch.zeros_like(network.link_gain[:1]), network.link_gain[1:]])[links]
        return (weight @ gain.permute(2, 0, 1)).sum(0)
