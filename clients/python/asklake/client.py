"""The HTTP client, on the standard library alone."""

from __future__ import annotations

import asyncio
import json
import os
import urllib.error
import urllib.request
from typing import Any, Callable, Iterator, Optional

from .answer import Answer

DEFAULT_URL = "http://127.0.0.1:8787"

Progress = Callable[[str], None]


class AsklakeError(Exception):
    """A refusal, or a server that cannot be reached; ``code`` names it, ``hint`` says what to do, ``suggestions`` what can be asked."""

    def __init__(self, detail: str, code: str = "unknown", hint: str = "", suggestions: Optional[list] = None):
        self.detail = detail
        self.code = code
        self.hint = hint
        self.suggestions = list(suggestions or [])
        lines = [detail, hint, *(f"  try: {question}" for question in self.suggestions)]
        super().__init__("\n".join(line for line in lines if line))


class Client:
    """A connection to one asklake server. ``timeout`` is in seconds, for one answer."""

    def __init__(self, url: Optional[str] = None, timeout: float = 60.0, key: Optional[str] = None):
        self.url = (url or os.environ.get("ASKLAKE_URL") or DEFAULT_URL).rstrip("/")
        self.timeout = timeout
        self.key = key or os.environ.get("ASKLAKE_KEY")

    def ask(
        self,
        question: str,
        dataset: Optional[str] = None,
        *,
        chart: Optional[str] = None,
        limit: Optional[int] = None,
        previous: Optional[str] = None,
        progress: Optional[Progress] = None,
    ) -> Answer:
        """The answer to a question; ``progress`` hears the name of each step as it begins."""
        body = {"question": question, "dataset": dataset, "chart": chart, "limit": limit, "previous": previous}
        return self._answer("/v1/ask", body, progress)

    async def ask_async(self, question: str, dataset: Optional[str] = None, **options: Any) -> Answer:
        """Like ``ask``, without blocking the event loop."""
        return await asyncio.to_thread(self.ask, question, dataset, **options)

    def sql(self, sql: str, dataset: Optional[str] = None, *, limit: Optional[int] = None) -> Answer:
        """Your own SELECT, through the server's check."""
        return self._answer("/v1/sql", {"sql": sql, "dataset": dataset, "limit": limit}, None)

    def datasets(self) -> list:
        """The datasets: name, title, number of tables, questions to begin with."""
        with self._open("/v1/datasets") as response:
            return json.load(response)["datasets"]

    def fetch(self, answer_id: str, format: str) -> bytes:
        """A kept answer as ``csv``, ``parquet``, ``arrow``, ``png``, ``svg``, ``vega-lite`` or ``json``."""
        with self._open(f"/v1/answers/{answer_id}?format={format}") as response:
            return response.read()

    def _answer(self, path: str, body: dict, progress: Optional[Progress]) -> Answer:
        known = {name: value for name, value in body.items() if value is not None}
        with self._open(path, known, accept="text/event-stream") as response:
            for event, data in _events(response):
                if event == "answer":
                    return Answer(data, self)
                if event == "problem":
                    raise _refusal(data)
                if progress is not None and data.get("state") == "start":
                    progress(data["step"])
        raise AsklakeError("The server ended the connection before the answer came.", "cut-off", "Ask again.")

    def _open(self, path: str, body: Optional[dict] = None, accept: str = "application/json"):
        headers = {"accept": accept, "content-type": "application/json"}
        if self.key:
            headers["authorization"] = f"Bearer {self.key}"
        payload = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=payload, headers=headers)
        try:
            return urllib.request.urlopen(request, timeout=self.timeout)
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(_problem(error)) from None
        except (urllib.error.URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            hint = "Start one with asklake.local('folder'), or give its address to asklake.connect()."
            raise AsklakeError(f"No asklake server at {self.url} ({reason}).", "offline", hint) from None


def _problem(error: urllib.error.HTTPError) -> dict:
    try:
        return json.load(error)
    except ValueError:
        return {"detail": f"The server answered {error.code}.", "code": "unknown"}


def _refusal(problem: dict) -> AsklakeError:
    return AsklakeError(
        problem.get("detail", "Refused."), problem.get("code", "unknown"), problem.get("hint", ""), problem.get("suggestions")
    )


def _events(lines) -> Iterator[tuple]:
    event, data = "", []
    for raw in lines:
        line = raw.decode().rstrip("\r\n")
        if line.startswith("event:"):
            event = line[6:].strip()
        elif line.startswith("data:"):
            data.append(line[5:].strip())
        elif line == "" and data:
            yield event, json.loads("\n".join(data))
            event, data = "", []


_client: Optional[Client] = None


def connect(url: Optional[str] = None, **options: Any) -> Client:
    """Use this server for ``asklake.ask``: an address, else ``ASKLAKE_URL``, else the local default."""
    global _client
    _client = Client(url, **options)
    return _client


def _current() -> Client:
    return _client or connect()


def ask(question: str, dataset: Optional[str] = None, **options: Any) -> Answer:
    """Ask the connected server; see ``Client.ask``."""
    return _current().ask(question, dataset, **options)


async def ask_async(question: str, dataset: Optional[str] = None, **options: Any) -> Answer:
    """Ask without blocking the event loop; see ``Client.ask``."""
    return await _current().ask_async(question, dataset, **options)


def sql(statement: str, dataset: Optional[str] = None, **options: Any) -> Answer:
    """Run your own SELECT; see ``Client.sql``."""
    return _current().sql(statement, dataset, **options)


def datasets() -> list:
    """The datasets of the connected server."""
    return _current().datasets()
