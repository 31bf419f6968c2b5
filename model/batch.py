"""Reads training frames (made by model/stream.ts) and packs them into batches without padding.

A frame is one schema with 1 to 8 questions. A batch is a dict of tensors: all schema tokens first, then question after
question its tokens and its output tokens ("the stream"). Every attention pair has a bias id, an index into the rows of
the bias tables of network.py.
"""

import re
import struct
from functools import cache
from pathlib import Path
from typing import BinaryIO, Iterator

import numpy as np
import torch

KEYWORDS = 96
BEGIN, TABLE, COLUMN, WORD = 96, 97, 98, 99
DECODER_TOKENS = 100
ITEM_CODES = 160
WORD_CODES = 100
LINK_RELATIONS = 16
SCHEMA_RELATIONS = 9
SCHEMA_REACH = 8
STREAM_REACH = 20
# Bias ids of the stream: 16 link relations, the reference relation, relative positions, output → question, the same for
# the word pointed at, output → table of the column pointed at, and the one that hides a pair (kernels.cpp needs ids
# below 64). COLUMN_OF is the schema relation of a column to its table.
REFERENCE = LINK_RELATIONS
NEAR = REFERENCE + 1
ACROSS = NEAR + 2 * STREAM_REACH + 1
ACROSS_WORD = ACROSS + 1
REFERENCE_TABLE = ACROSS_WORD + 1
STREAM_IDS = REFERENCE_TABLE + 1
COLUMN_OF = 3
HIDDEN = 63


@cache
def keywords() -> list[str]:
    """The keyword list of src/draft/program.ts, in order."""
    text = (Path(__file__).parent.parent / "src/draft/program.ts").read_text()
    return re.findall(r"'([^']+)'", text[text.index("KEYWORDS = [") : text.index("] as const")])


def parse(payload: bytes) -> dict:
    """One frame as numpy arrays: tokens, token_item, item_kind, anchors, relations [I, I], questions."""
    ints = np.frombuffer(payload, "<i4")
    shown, items, count = (int(n) for n in ints[:3])
    at = 3

    def take(n: int) -> np.ndarray:
        nonlocal at
        at += n
        return ints[at - n : at]

    frame = {"tokens": take(shown), "token_item": take(shown), "item_kind": take(items), "anchors": take(items)}
    square = items * items
    relations = take((square + 3) // 4).view(np.int8)[:square]
    frame["relations"] = relations.reshape(items, items)
    frame["questions"] = [_question(take, items) for _ in range(count)]
    return frame


def _question(take, items: int) -> dict:
    length, words, links, outputs = (int(n) for n in take(4))
    question = {"tokens": take(length), "token_word": take(length), "word_first": take(words)}
    relation = np.zeros((words, items), np.uint8)
    word, item, kind = take(3 * links).reshape(-1, 3).T
    relation[word, item] = kind
    question["links"] = relation
    question["target"] = take(2 * outputs).reshape(-1, 2)
    return question


def read_frames(source: BinaryIO) -> Iterator[dict]:
    """Frames of a stream until it ends; refuses one cut off in the middle."""
    while header := source.read(4):
        size = struct.unpack("<I", header)[0]
        payload = source.read(size)
        if len(payload) < size:
            raise EOFError("a frame is cut off")
        yield parse(payload)


def collate(frames: list[dict], random: np.random.Generator | None = None) -> dict:
    """Packs frames into one batch; `random` permutes the item codes (training), None leaves them in order."""
    pack = _Pack(random)
    for group, frame in enumerate(frames):
        pack.schema(frame)
    for group, frame in enumerate(frames):
        for question in frame["questions"]:
            pack.question(group, frame, question)
        pack.members.append(len(pack.parents))
    return pack.tensors()


class _Pack:
    """The growing parts of a batch."""

    def __init__(self, random):
        self.random = random
        self.tokens, self.codes = [], []
        self.schema_at, self.stream_at, self.members, self.parents = [0], [], [0], []
        self.schema_ids, self.stream_ids, self.item_codes, self.anchors = [], [], [], []
        self.word_at, self.output_at, self.targets, self.links = [], [], [], []

    def schema(self, frame: dict) -> None:
        items = len(frame["anchors"])
        order = np.arange(max(items, ITEM_CODES)) % ITEM_CODES
        item_codes = (order if self.random is None else self.random.permutation(order))[:items]
        codes = np.zeros(len(frame["tokens"]), np.int64)
        codes[frame["anchors"]] = 1 + item_codes
        owner = frame["token_item"]
        place = np.arange(len(owner))
        near = np.clip(place[None] - place[:, None], -SCHEMA_REACH, SCHEMA_REACH) + SCHEMA_REACH
        ids = frame["relations"][owner[:, None], owner[None]].astype(np.int64) * (2 * SCHEMA_REACH + 1) + near
        self.schema_ids.append(ids.astype(np.uint8))
        self.tokens.append(frame["tokens"])
        self.codes.append(codes)
        self.item_codes.append(item_codes)
        self.anchors.append(frame["anchors"] + self.schema_at[-1])
        self.schema_at.append(self.schema_at[-1] + len(owner))

    def question(self, group: int, frame: dict, question: dict) -> None:
        if not self.stream_at:
            self.stream_at.append(self.schema_at[-1])
        start, asked, target = self.stream_at[-1], len(question["tokens"]), question["target"]
        outputs = len(target)
        kind, index = target[:-1, 0], target[:-1, 1]
        pointer = np.where(frame["item_kind"][np.where(kind == 1, index, 0)] == 0, TABLE, COLUMN)
        given = np.concatenate([[BEGIN], np.where(kind == 0, index, np.where(kind == 1, pointer, WORD))])
        codes = np.zeros(asked + outputs, np.int64)
        words = np.minimum(np.arange(len(question["word_first"])), WORD_CODES - 1)
        codes[question["word_first"]] = 1 + ITEM_CODES + words
        item_codes = self.item_codes[group]
        of_item = 1 + item_codes[np.where(kind == 1, index, 0)]
        of_word = 1 + ITEM_CODES + np.minimum(np.where(kind == 2, index, 0), WORD_CODES - 1)
        codes[asked + 1 :] = np.where(kind == 1, of_item, np.where(kind == 2, of_word, 0))
        self.tokens.append(np.concatenate([question["tokens"], -1 - given]))
        self.codes.append(codes)
        self.stream_ids.append(_stream_ids(frame, question, asked, outputs))
        self.word_at.append(question["word_first"] + start)
        self.output_at.append(np.arange(outputs) + start + asked)
        self.targets.append(target)
        self.links.append(question["links"])
        self.parents.append(group)
        self.stream_at.append(start + asked + outputs)

    def tensors(self) -> dict:
        items = max(len(a) for a in self.anchors)
        words = max(len(w) for w in self.word_at)
        link = np.zeros((len(self.links), words, items), np.int64)
        for n, one in enumerate(self.links):
            link[n, : one.shape[0], : one.shape[1]] = one
        arrays = {
            "tokens": np.concatenate(self.tokens).astype(np.int64),
            "codes": np.concatenate(self.codes),
            "schema_at": np.array(self.schema_at, np.int64),
            "stream_at": np.array(self.stream_at, np.int64),
            "members": np.array(self.members, np.int64),
            "parents": np.array(self.parents, np.int64),
            "schema_ids": np.concatenate([ids.ravel() for ids in self.schema_ids]),
            "stream_ids": np.concatenate([ids.ravel() for ids in self.stream_ids]),
            "schema_ids_at": _offsets(self.schema_ids),
            "stream_ids_at": _offsets(self.stream_ids),
            "anchors": _padded(self.anchors, -1),
            "item_codes": _padded(self.item_codes, 0),
            "words": _padded(self.word_at, -1),
            "outputs": _padded(self.output_at, -1),
            "targets": _targets(self.targets, items),
            "links": link,
        }
        return {name: torch.from_numpy(array) for name, array in arrays.items()}


def _stream_ids(frame: dict, question: dict, asked: int, outputs: int) -> np.ndarray:
    owner, links, token_word = frame["token_item"], question["links"], question["token_word"]
    length, shown = asked + outputs, len(owner)
    ids = np.zeros((length, shown + length), np.uint8)
    has_word = token_word >= 0
    if links.shape[0]:
        ids[:asked, :shown][has_word] = links[token_word[has_word]][:, owner]
    place = np.arange(length)
    own = np.clip(place[None] - place[:, None], -STREAM_REACH, STREAM_REACH) + STREAM_REACH + NEAR
    own[asked:, :asked] = ACROSS
    own[(place[None] > place[:, None]) & (place[None] >= asked)] = HIDDEN
    given = question["target"][:-1]
    table = table_of(frame)
    for at in np.flatnonzero(given[:, 0] == 1):
        ids[asked + 1 + at, :shown][owner == table[given[at, 1]]] = REFERENCE_TABLE
        ids[asked + 1 + at, :shown][owner == given[at, 1]] = REFERENCE
    for at in np.flatnonzero(given[:, 0] == 2):
        own[asked + 1 + at, :asked][token_word == given[at, 1]] = ACROSS_WORD
    ids[:, shown:] = own
    return ids


def table_of(frame: dict) -> np.ndarray:
    """Shown position of each item's table: a table's own."""
    is_table = frame["relations"] == COLUMN_OF
    return np.where(is_table.any(1), is_table.argmax(1), np.arange(len(is_table)))


def _offsets(blocks: list[np.ndarray]) -> np.ndarray:
    return np.cumsum([0] + [block.size for block in blocks]).astype(np.int64)


def _padded(rows: list[np.ndarray], fill: int) -> np.ndarray:
    table = np.full((len(rows), max(len(row) for row in rows)), fill, np.int64)
    for n, row in enumerate(rows):
        table[n, : len(row)] = row
    return table


def _targets(rows: list[np.ndarray], items: int) -> np.ndarray:
    base = np.array([0, KEYWORDS, KEYWORDS + items])
    return _padded([base[row[:, 0]] + row[:, 1] for row in rows], -100)


def cost(frame: dict) -> int:
    """Tokens of a frame: what its computation grows with."""
    return len(frame["tokens"]) + sum(len(q["tokens"]) + len(q["target"]) for q in frame["questions"])


def fits(frame: dict) -> bool:
    """Whether a frame is of a length worth its time."""
    longest = max((len(q["tokens"]) for q in frame["questions"]), default=0)
    return 0 < longest < 120 and len(frame["tokens"]) < 500
