"""An answer, and how a notebook shows it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from .client import Client

VEGALITE = "application/vnd.vegalite.v6+json"
SHOWN_ROWS = 20


class Answer:
    """What the server answered: ``columns``, ``rows`` (lists in column order), ``sql``, ``chart`` (a Vega-Lite spec or None), ``explanation``, ``findings``, ``confidence``."""

    def __init__(self, data: dict, client: "Client"):
        self.raw = data
        self._client = client
        self.id: str = data["id"]
        self.question: str = data["question"]
        self.dataset: str = data["dataset"]
        self.sql: str = data["sql"]
        self.columns: list = [column["name"] for column in data["columns"]]
        self.types: list = [column["type"] for column in data["columns"]]
        self.rows: list = data["rows"]
        self.truncated: bool = data["truncated"]
        self.chart: Optional[dict] = data["chart"]
        self.explanation: str = data["explanation"]
        self.findings: list = data["findings"]
        self.confidence: float = data["confidence"]
        self.alternatives: list = data["alternatives"]

    def ask(self, question: str, **options: Any) -> "Answer":
        """A follow-up: ``answer.ask("only 2024")``."""
        return self._client.ask(question, self.dataset, previous=self.id, **options)

    @property
    def df(self):
        """The rows as a pandas DataFrame, dates and numbers typed (needs pandas)."""
        import pandas

        frame = pandas.DataFrame(self.rows, columns=self.columns)
        for position, kind in enumerate(self.types):
            column = frame.iloc[:, position]
            if kind == "DATE" or kind.startswith("TIMESTAMP"):
                frame.isetitem(position, pandas.to_datetime(column, errors="coerce"))
            elif kind.startswith(("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "UHUGEINT")):
                frame.isetitem(position, pandas.to_numeric(column, errors="coerce"))
            elif kind in ("BIGINT", "UBIGINT"):
                frame.isetitem(position, pandas.array([None if x is None else int(x) for x in column], dtype="Int64"))
        return frame

    def arrow(self):
        """The rows as a pyarrow Table (needs pyarrow)."""
        import pyarrow

        with pyarrow.ipc.open_stream(self._client.fetch(self.id, "arrow")) as reader:
            return reader.read_all()

    def save(self, path: str) -> None:
        """Write the answer to a file; the ending names the format (csv, parquet, arrow, json, png, svg)."""
        with open(path, "wb") as file:
            file.write(self._client.fetch(self.id, path.rsplit(".", 1)[-1]))

    def __repr__(self) -> str:
        table = "\n".join("  ".join("" if cell is None else str(cell) for cell in row) for row in self.rows[:SHOWN_ROWS])
        notes = "\n".join(f"! {finding['text']}" for finding in self.findings)
        parts = [self.explanation, "  ".join(self.columns), table, notes]
        return "\n".join(part for part in parts if part)

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.columns)
        lines = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in self.rows[:SHOWN_ROWS])
        rest = len(self.rows) - SHOWN_ROWS
        more = f"<p>… and {rest} more rows</p>" if rest > 0 else ""
        notes = "".join(f"<li>{html.escape(finding['text'])}</li>" for finding in self.findings)
        listed = f"<ul>{notes}</ul>" if notes else ""
        sql = f"<details><summary>SQL</summary><pre>{html.escape(self.sql)}</pre></details>"
        sure = f"<p><small>{round(self.confidence * 100)} % sure</small></p>"
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>{more}"
        return f"<p>{html.escape(self.explanation)}</p>{listed}{table}{sql}{sure}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Text and HTML always; with a chart its Vega-Lite spec, and a PNG for places that cannot draw one."""
        bundle: dict = {"text/plain": repr(self), "text/html": self._repr_html_()}
        if self.chart is None:
            return bundle
        from IPython.display import display

        pictures = {VEGALITE: self.chart, "text/plain": self.chart.get("description", "Chart")}
        metadata = {}
        try:
            import base64

            pictures["image/png"] = base64.b64encode(self._client.fetch(self.id, "png")).decode()
            metadata["image/png"] = {"alt": self.chart.get("description", "Chart")}
        except Exception as problem:  # the picture is a fallback: the spec and the table are shown without it
            pictures["text/plain"] += f" (no picture: {problem})"
        display(pictures, raw=True, metadata=metadata)
        return bundle


def _cell(cell: Any) -> str:
    if cell is None:
        return "<td></td>"
    aligned = ' style="text-align:right"' if isinstance(cell, (int, float)) and not isinstance(cell, bool) else ""
    return f"<td{aligned}>{html.escape(str(cell))}</td>"
