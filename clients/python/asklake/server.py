"""A local server over a folder, started from Python."""

from __future__ import annotations

import atexit
import os
import queue
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
from typing import IO, Any, List, Optional

from .client import AsklakeError, Client, use


class LocalClient(Client):
    """A client of a server of its own, which ends with ``close()``, with the ``with`` block, or with Python."""

    def __init__(self, url: str, process: subprocess.Popen[str], timeout: float):
        super().__init__(url, timeout=timeout)
        self._process = process

    def close(self) -> None:
        """End the server; answers under way are finished first."""
        self._process.terminate()
        self._process.wait()

    def __enter__(self) -> LocalClient:
        return self

    def __exit__(self, *problem: Any) -> None:
        self.close()


def local(
    folder: str,
    *,
    command: Optional[List[str]] = None,
    wait: float = 60.0,
    timeout: float = 60.0,
) -> LocalClient:
    """Start a server over ``folder`` (its sub-folders are datasets, or it is one itself) on a free port of this machine and connect to it; it ends with Python. ``command`` starts asklake when it is not on the PATH (``ASKLAKE_COMMAND`` does the same)."""
    if not os.path.isdir(folder) and not folder.startswith("s3://"):
        raise AsklakeError(f"There is no folder {folder}.", "no-folder", "Name a folder of files, or of folders of files.")
    data = folder if folder.startswith("s3://") else os.path.abspath(folder)
    environment = {**os.environ, "ASKLAKE_DATA": data, "PORT": "0", "ASKLAKE_HOST": "127.0.0.1"}
    log = tempfile.TemporaryFile("w+")  # a pipe that nobody reads would stop the server when it is full
    process = subprocess.Popen(
        [*(command or _command()), "serve"], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
    )
    atexit.register(_stop, process)
    client = LocalClient(_address(process, log, wait), process, timeout)
    use(client)
    return client


def _command() -> List[str]:
    named = os.environ.get("ASKLAKE_COMMAND")
    if named:
        return shlex.split(named)
    if shutil.which("asklake"):
        return ["asklake"]
    if shutil.which("npx"):
        return ["npx", "asklake"]
    raise AsklakeError("Node.js is not on the PATH.", "no-server", "Install Node.js 20.19 or newer, or use asklake.connect(url).")


def _address(process: subprocess.Popen[str], log: IO[str], wait: float) -> str:
    """What the server prints once it listens; its later lines are read and dropped."""
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    try:
        while True:
            line = lines.get(timeout=wait)
            found = re.search(r"https?://\S+", line)
            if found:
                return found.group(0)
            if line == "":
                process.wait()
                log.seek(0)
                raise AsklakeError("The local server ended at once.", "no-server", log.read()[-2000:])
    except queue.Empty:
        process.terminate()
        hint = "Give a longer wait=."
        raise AsklakeError(f"The local server did not answer within {wait:.0f} s.", "no-server", hint) from None


def _stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.terminate()
