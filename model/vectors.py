"""Starts the token table from published word vectors, so that words of like meaning begin near each other."""

import gzip
import json
import os
from pathlib import Path

import torch

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("ASKLAKE_SHARED", ROOT.parent / "shared"))
GLOVE = "data/glove/twitter-25d.txt.gz"
WORD_START = "▁"
SPREAD = 0.5
"""Size of a token's entries at the start, as in network.py."""


def word_vectors(path: Path = SHARED / GLOVE) -> dict[str, torch.Tensor]:
    """GloVe's vectors (Pennington et al. 2014), whitened by entry; empty where the file is not at hand."""
    if not path.exists():
        return {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip().split(" ") for line in lines]
    table = torch.tensor([[float(entry) for entry in row[1:]] for row in rows])
    table = (table - table.mean(0)) / table.std(0)
    return {row[0]: vector for row, vector in zip(rows, table)}


@torch.no_grad()
def start_tokens(tokens: torch.Tensor, vocabulary: Path, share: float = 0.7) -> int:
    """Makes `share` of the variance of whole words' rows of [vocabulary, width] their word vector, turned at random; returns how many."""
    vectors = word_vectors()
    content = json.loads(vocabulary.read_text(encoding="utf-8"))
    turn, _ = torch.linalg.qr(torch.randn(tokens.shape[1], 25))
    found = 0
    for row, piece in enumerate(content["pieces"], len(content["specials"])):
        vector = vectors.get(piece.removeprefix(WORD_START)) if piece.startswith(WORD_START) else None
        if vector is None:
            continue
        image = turn @ vector
        image *= SPREAD * tokens.shape[1] ** 0.5 / image.norm()
        tokens[row] = (1 - share) ** 0.5 * tokens[row] + share**0.5 * image
        found += 1
    return found
