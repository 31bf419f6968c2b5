"""The HTTP client, on the standard library alone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Tuple, Union

from .answer import Answer

DEFAULT_URL = "http://127.0.0.1:8787"

#: Hears the name of each step as it begins; ``True`` shows the steps on one line.
Progress = Union[bool, Callable[[str], None]]


class AsklakeError(Exception):
    """A refusal, or a server that cannot be reached; ``code`` names it, ``hint`` says what to do, ``suggestions`` what can be asked."""

    def __init__(
        self, detail: str, code: str = "unknown", hint: str = "", suggestions: Optional[Iterable[str]] = None
    ):
        self.detail = detail
        self.code = code
        self.hint = hint
        self.suggestions = list(suggestions or [])
        lines = [detail, hint, *(f"  try: {question}" for question in self.suggestions)]
        super().__init__("\n".join(line for line in lines if line))

    def _render_traceback_(self) -> List[str]:
        """In a notebook the words alone: where in this library it was raised helps nobody."""
        return [f"asklake: {self}"]


class Client:
    """A connection to one asklake server. ``timeout`` is in seconds, for one answer; ``key`` (else ``ASKLAKE_KEY``) is sent with every request."""

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
        """The answer to a question; ``previous`` is the id of the answer it follows up. An interrupt cancels the query."""
        with _told(progress) as hear:
            return self._answer("/v1/ask", _asked(question, dataset, chart, limit, previous), hear, _Leaving())

    async def aask(
        self,
        question: str,
        dataset: Optional[str] = None,
        *,
        chart: Optional[str] = None,
        limit: Optional[int] = None,
        previous: Optional[str] = None,
        progress: Optional[Progress] = None,
    ) -> Answer:
        """Like ``ask``, without blocking the event loop; a cancelled task cancels the query."""
        loop = asyncio.get_running_loop()
        leaving = _Leaving()
        with _told(progress) as hear:
            later = None if hear is None else lambda step: loop.call_soon_threadsafe(hear, step)
            body = _asked(question, dataset, chart, limit, previous)
            try:
                return await asyncio.to_thread(self._answer, "/v1/ask", body, later, leaving)
            except asyncio.CancelledError:
                leaving.leave()
                raise

    ask_async = aask

    def sql(
        self,
        sql: str,
        dataset: Optional[str] = None,
        *,
        question: Optional[str] = None,
        chart: Optional[str] = None,
        limit: Optional[int] = None,
    ) -> Answer:
        """Your own SELECT, through the server's check; ``question`` is the title of its chart."""
        body = {"sql": sql, "dataset": dataset, "question": question, "chart": chart, "limit": limit}
        return self._answer("/v1/sql", body, None, _Leaving())

    def datasets(self) -> List[Dict[str, Any]]:
        """The datasets: name, title, number of tables, questions to begin with."""
        with self._open("/v1/datasets") as response:
            listed: List[Dict[str, Any]] = json.load(response)["datasets"]
            return listed

    def dataset(self, name: str) -> Dict[str, Any]:
        """The catalog of a dataset: tables with their columns, joins."""
        with self._open(f"/v1/datasets/{urllib.parse.quote(name, safe='')}") as response:
            catalog: Dict[str, Any] = json.load(response)
            return catalog

    def fetch(self, answer_id: str, format: str, *, scale: int = 1) -> bytes:
        """A kept answer as ``csv``, ``parquet``, ``arrow``, ``png``, ``svg``, ``vega-lite`` or ``json``; ``scale`` is for pictures."""
        fields = {"format": format, **({"scale": str(scale)} if scale != 1 else {})}
        with self._open(f"/v1/answers/{answer_id}?{urllib.parse.urlencode(fields)}") as response:
            data: bytes = response.read()
            return data

    def feedback(self, answer_id: str, verdict: str, comment: Optional[str] = None) -> None:
        """Say whether an answer was right: ``up`` or ``down``."""
        body = {"verdict": verdict, **({"comment": comment} if comment else {})}
        with self._open(f"/v1/answers/{answer_id}/feedback", body):
            pass

    def _answer(
        self,
        path: str,
        body: Dict[str, Any],
        hear: Optional[Callable[[str], Any]],
        leaving: _Leaving,
    ) -> Answer:
        known = {name: value for name, value in body.items() if value is not None}
        with self._open(path, known, accept="text/event-stream") as response:
            leaving.hold(response)
            for event, data in _events(response):
                if event == "answer":
                    return Answer(data, self)
                if event == "problem":
                    raise _refusal(data)
                if hear is not None and data.get("state") == "start":
                    hear(data["step"])
        raise AsklakeError("The server ended the connection before the answer came.", "cut-off", "Ask again.")

    def _open(self, path: str, body: Optional[Dict[str, Any]] = None, accept: str = "application/json") -> Any:
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
        except TimeoutError:
            raise AsklakeError(f"No answer within {self.timeout:.0f} s.", "timeout", "Give a longer timeout=.") from None
        except (urllib.error.URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            hint = "Start one with asklake.local('folder'), or give its address to asklake.connect()."
            raise AsklakeError(f"No asklake server at {self.url} ({reason}).", "offline", hint) from None


class _Leaving:
    """Lets an asker leave: the connection ends, which cancels the query, also when it is opened only afterwards."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = False
        self._response: Any = None

    def hold(self, response: Any) -> None:
        with self._lock:
            self._response = response
            if self._left:
                self._end()

    def leave(self) -> None:
        with self._lock:
            self._left = True
            if self._response is not None:
                self._end()

    def _end(self) -> None:
        # Closing the response would wait until whoever reads it has read something.
        with contextlib.suppress(OSError, ValueError):
            with socket.fromfd(self._response.fileno(), socket.AF_INET, socket.SOCK_STREAM) as connection:
                connection.shutdown(socket.SHUT_RDWR)


def _asked(
    question: str, dataset: Optional[str], chart: Optional[str], limit: Optional[int], previous: Optional[str]
) -> Dict[str, Any]:
    return {"question": question, "dataset": dataset, "chart": chart, "limit": limit, "previous": previous}


def _problem(error: urllib.error.HTTPError) -> Dict[str, Any]:
    try:
        problem: Dict[str, Any] = json.load(error)
        return problem
    except ValueError:
        return {"detail": f"The server answered {error.code}.", "code": "unknown"}


def _refusal(problem: Dict[str, Any]) -> AsklakeError:
    return AsklakeError(
        problem.get("detail", "Refused."), problem.get("code", "unknown"), problem.get("hint", ""), problem.get("suggestions")
    )


def _events(lines: Iterable[bytes]) -> Iterator[Tuple[str, Dict[str, Any]]]:
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


@contextlib.contextmanager
def _told(progress: Optional[Progress]) -> Iterator[Optional[Callable[[str], None]]]:
    """What hears the steps: a caller's function, or one line that is gone when the answer is there."""
    if not progress or callable(progress):
        yield progress if callable(progress) else None
        return
    show, clear = _notebook_line() or _terminal_line()
    try:
        yield lambda step: show(f"{step} …")
    finally:
        clear()


Line = Tuple[Callable[[str], None], Callable[[], None]]


def _notebook_line() -> Optional[Line]:
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    if not shell or not hasattr(shell, "kernel"):
        return None
    from IPython.display import display

    handle = display({"text/plain": ""}, raw=True, display_id=True)
    return lambda text: handle.update({"text/plain": text}, raw=True), lambda: handle.update({"text/plain": ""}, raw=True)


def _terminal_line() -> Line:
    def show(text: str) -> None:
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()

    return show, lambda: show("")


_client: Optional[Client] = None


def connect(url: Optional[str] = None, *, timeout: float = 60.0, key: Optional[str] = None) -> Client:
    """Use this server for ``asklake.ask``: an address, else ``ASKLAKE_URL``, else the local default."""
    return use(Client(url, timeout=timeout, key=key))


def use(client: Client) -> Client:
    """Make a client the one ``asklake.ask`` speaks through."""
    global _client
    _client = client
    return client


def current() -> Client:
    """The connected client, or one for the default address."""
    return _client or connect()


def ask(
    question: str,
    dataset: Optional[str] = None,
    *,
    chart: Optional[str] = None,
    limit: Optional[int] = None,
    progress: Optional[Progress] = None,
) -> Answer:
    """Ask the connected server; see ``Client.ask``."""
    return current().ask(question, dataset, chart=chart, limit=limit, progress=progress)


async def aask(
    question: str,
    dataset: Optional[str] = None,
    *,
    chart: Optional[str] = None,
    limit: Optional[int] = None,
    progress: Optional[Progress] = None,
) -> Answer:
    """Ask without blocking the event loop; see ``Client.aask``."""
    return await current().aask(question, dataset, chart=chart, limit=limit, progress=progress)


ask_async = aask


def sql(statement: str, dataset: Optional[str] = None, *, chart: Optional[str] = None, limit: Optional[int] = None) -> Answer:
    """Run your own SELECT; see ``Client.sql``."""
    return current().sql(statement, dataset, chart=chart, limit=limit)


def datasets() -> List[Dict[str, Any]]:
    """The datasets of the connected server."""
    return current().datasets()
