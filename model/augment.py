"""Renames words of a training frame, so that the network cannot learn its databases by heart.

There are some 130 training databases, and 8,000 questions soon teach a network which column each is about. Here some of a
schema's word pieces become other pieces, in the schema and in its questions alike; the links, made before, stay. Then
only links and structure say what is meant. Words of items that a question asks for without naming them ("oldest" → age)
are left alone: for those the words are all there is.
"""

import numpy as np

FIRST_PIECE = 64
NAMED = (1, 2, 3, 4, 11)
"""Relations of a word that names the item itself, exactly or in part."""


def renamed(frame: dict, random: np.random.Generator, pieces: int, share: float) -> dict:
    """The frame with about `share` of its schema's pieces exchanged for random ones of `pieces`; not always the same share."""
    table = renaming(frame, random, pieces, share * 2 * random.random())
    questions = [{**question, "tokens": table[question["tokens"]]} for question in frame["questions"]]
    return {**frame, "tokens": table[frame["tokens"]], "questions": questions}


def renaming(frame: dict, random: np.random.Generator, pieces: int, share: float) -> np.ndarray:
    """New id of every piece: [pieces]."""
    table = np.arange(pieces)
    words = np.unique(frame["tokens"])
    words = words[(words >= FIRST_PIECE) & ~np.isin(words, unnamed_pieces(frame))]
    chosen = words[random.random(len(words)) < share]
    table[chosen] = random.integers(FIRST_PIECE, pieces, len(chosen))
    return table


def unnamed_pieces(frame: dict) -> np.ndarray:
    """Pieces of items that some question's program points at although no word of it names them."""
    items = set()
    for question in frame["questions"]:
        kind, index = question["target"].T
        named = np.isin(question["links"], NAMED).any(0)
        columns = (kind == 1) & (frame["item_kind"][np.where(kind == 1, index, 0)] == 1)
        items.update(int(item) for item in index[columns] if not named[item])
    return np.unique(frame["tokens"][np.isin(frame["token_item"], list(items))])
