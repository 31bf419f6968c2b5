"""A local server over a folder, started from Python."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from typing import List, Optional

from .client import AsklakeError, Client, connect

STARTED: List[subprocess.Popen] = []


def local(folder: str, *, command: Optional[List[str]] = None, wait: float = 60.0) -> Client:
    """Start a server over ``folder`` (its sub-folders are datasets, or it is one itself) on a free port of this machine and connect to it; it ends with Python. ``command`` starts asklake when it is not on the PATH (``ASKLAKE_COMMAND`` does the same)."""
    port = _free_port()
    environment = {**os.environ, "ASKLAKE_DATA": os.path.abspath(folder), "PORT": str(port)}
    process = subprocess.Popen(
        [*(command or _command()), "serve"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    STARTED.append(process)
    client = connect(f"http://127.0.0.1:{port}")
    _wait_for(client.url, process, wait)
    return client


def _command() -> List[str]:
    named = os.environ.get("ASKLAKE_COMMAND")
    if named:
        return named.split()
    if shutil.which("asklake"):
        return ["asklake"]
    if shutil.which("npx"):
        return ["npx", "asklake"]
    raise AsklakeError("Node.js is not on the PATH.", "no-server", "Install Node.js 20.19 or newer, or use asklake.connect(url).")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(url: str, process: subprocess.Popen, wait: float) -> None:
    deadline = time.monotonic() + wait
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = (process.stderr.read() if process.stderr else b"").decode(errors="replace")
            raise AsklakeError("The local server ended at once.", "no-server", said[-2000:])
        try:
            with urllib.request.urlopen(url + "/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    process.terminate()
    raise AsklakeError(f"The local server did not answer within {wait:.0f} s.", "no-server", "Give a longer wait=.")


@atexit.register
def _stop_all() -> None:
    for process in STARTED:
        process.terminate()
