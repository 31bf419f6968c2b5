"""``%ask question`` and ``%%ask`` for notebooks."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Tuple

from . import client
from .answer import Answer

OPTIONS = {"-d": "dataset", "--dataset": "dataset", "-c": "chart", "--chart": "chart", "-n": "limit", "--limit": "limit"}

USAGE = "%ask [-d dataset] [-c chart] [-n rows] question     %ask + only 2024 (follows up the last answer)"


def register(shell: Any) -> None:
    """Add the magics; ``%ask -d dataset question`` names a dataset, ``%ask + only 2024`` follows up the last answer."""
    last: Dict[str, Answer] = {}

    def run(line: str, cell: str = "") -> Answer:
        options, words = _options(f"{line} {cell}".split())
        follows = words[:1] == ["+"]
        question = " ".join(words[1:] if follows else words)
        if question == "":
            raise client.AsklakeError("There is no question.", "question-empty", USAGE)
        if follows and "answer" not in last:
            raise client.AsklakeError("There is no answer yet to follow up.", "no-previous", USAGE)
        if follows:
            options.pop("dataset", None)
            last["answer"] = last["answer"].ask(question, **options)
        else:
            last["answer"] = client.ask(question, **options)
        return last["answer"]

    run.__doc__ = USAGE
    shell.register_magic_function(run, magic_kind="line_cell", magic_name="ask")
    if _without_question_mark not in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.append(_without_question_mark)


def _options(words: List[str]) -> Tuple[Dict[str, Any], List[str]]:
    options: Dict[str, Any] = {}
    while len(words) > 1 and words[0] in OPTIONS:
        name = OPTIONS[words[0]]
        options[name] = int(words[1]) if name == "limit" else words[1]
        words = words[2:]
    return options, words


_ASKING = re.compile(r"^(\s*(?:\w+\s*=\s*)?%%?ask\b.*?)\?+\s*$")


def _without_question_mark(lines: List[str]) -> List[str]:
    """IPython takes a line that ends in ? for a call for help; of ours, only the mark goes."""
    return [_ASKING.sub(r"\1\n", line) for line in lines]
