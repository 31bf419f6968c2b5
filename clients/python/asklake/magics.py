"""``%ask question`` and ``%%ask`` for notebooks."""

from __future__ import annotations

import re

from . import client
from .answer import Answer


def register(shell) -> None:
    """Add the magics; ``%ask -d dataset question`` names a dataset, ``%ask + only 2024`` follows up the last answer."""
    last: dict = {}

    def run(line: str, cell: str = "") -> Answer:
        words = f"{line} {cell}".split()
        dataset = None
        if len(words) > 1 and words[0] == "-d":
            dataset, words = words[1], words[2:]
        follow = words[:1] == ["+"] and "answer" in last
        if follow:
            answer = last["answer"].ask(" ".join(words[1:]))
        else:
            answer = client.ask(" ".join(words), dataset)
        last["answer"] = answer
        return answer

    shell.register_magic_function(run, magic_kind="line_cell", magic_name="ask")
    if _without_question_mark not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(_without_question_mark)


_ASKING = re.compile(r"^(\s*(?:\w+\s*=\s*)?%%?ask\b.*?)\?+\s*$")


def _without_question_mark(lines):
    """IPython takes a line that ends in ? for a call for help; of ours, only the mark goes."""
    return [_ASKING.sub(r"\1\n", line) for line in lines]
