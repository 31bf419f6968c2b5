"""Ask questions of files from a notebook.

>>> import asklake
>>> asklake.local("data")                       # starts a server over a folder, or asklake.connect("https://…")
>>> asklake.ask("average order value by country")   # shows the table and the chart
"""

from typing import Any

from .answer import Answer
from .client import AsklakeError, Client, aask, ask, ask_async, connect, datasets, sql
from .server import LocalClient, local

__all__ = [
    "Answer",
    "AsklakeError",
    "Client",
    "LocalClient",
    "aask",
    "ask",
    "ask_async",
    "connect",
    "datasets",
    "local",
    "sql",
]


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext asklake`` gives ``%ask question`` and ``%%ask``."""
    from .magics import register

    register(shell)
