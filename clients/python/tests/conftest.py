"""One real server over the example datasets, for all tests."""

import os
import pathlib
import shutil
import tempfile

import asklake
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
COMMAND = ["node", str(ROOT / "dist" / "cli.js")]


@pytest.fixture(scope="session", autouse=True)
def server():
    state = tempfile.mkdtemp(prefix="asklake-python-")
    os.environ["ASKLAKE_STATE_DIR"] = state
    client = asklake.local(str(ROOT / "examples"), command=COMMAND)
    os.environ["ASKLAKE_URL"] = client.url
    yield client
    client.close()
    shutil.rmtree(state, ignore_errors=True)
