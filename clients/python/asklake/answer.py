"""An answer, and how a notebook shows it."""

from __future__ import annotations

import base64
import decimal
import html
import re
import struct
from typing import TYPE_CHECKING, Any, Dict, List, Optional, TypedDict

if TYPE_CHECKING:
    import pandas
    import pyarrow

    from .client import Client, Progress

# JupyterLab 4 and VS Code draw version 5 and pass over version 6, of which the charts are; what they use reads the same in both.
VEGALITE = "application/vnd.vegalite.v6+json"
VEGALITE_BEFORE = "application/vnd.vegalite.v5+json"
SCHEMA_BEFORE = "https://vega.github.io/schema/vega-lite/v5.json"
SHOWN_ROWS = 20
# Pixels, as the server draws its pictures.
WIDTH = 720


class Finding(TypedDict):
    """One thing that was noticed about the rows."""

    code: str
    level: str
    text: str


class Alternative(TypedDict):
    """Another likely reading of the question."""

    sql: str
    reading: str


class Answer:
    """What the server answered: ``columns``, ``rows`` (lists in column order), ``sql``, ``chart`` (a Vega-Lite spec or None), ``explanation``, ``findings``, ``confidence``."""

    def __init__(self, data: Dict[str, Any], client: Client):
        self.raw = data
        self._client = client
        self._png: Optional[bytes] = None
        self.id: str = data["id"]
        self.question: str = data["question"]
        self.dataset: str = data["dataset"]
        self.sql: str = data["sql"]
        self.columns: List[str] = [column["name"] for column in data["columns"]]
        self.types: List[str] = [column["type"] for column in data["columns"]]
        self.rows: List[List[Any]] = data["rows"]
        self.truncated: bool = data["truncated"]
        self.chart: Optional[Dict[str, Any]] = _drawable(data["chart"])
        self.explanation: str = data["explanation"]
        self.findings: List[Finding] = data["findings"]
        self.confidence: float = data["confidence"]
        self.alternatives: List[Alternative] = data["alternatives"]

    def ask(
        self,
        question: str,
        *,
        chart: Optional[str] = None,
        limit: Optional[int] = None,
        progress: Optional[Progress] = None,
    ) -> Answer:
        """A follow-up: ``answer.ask("only 2024")``."""
        return self._client.ask(
            question, self.dataset, chart=chart, limit=limit, previous=self.id, progress=progress
        )

    async def aask(
        self,
        question: str,
        *,
        chart: Optional[str] = None,
        limit: Optional[int] = None,
        progress: Optional[Progress] = None,
    ) -> Answer:
        """A follow-up without blocking the event loop."""
        return await self._client.aask(
            question, self.dataset, chart=chart, limit=limit, previous=self.id, progress=progress
        )

    def right(self, comment: Optional[str] = None) -> None:
        """Say that this answer is right: its question is answered this way from now on."""
        self._client.feedback(self.id, "up", comment)

    def wrong(self, comment: Optional[str] = None) -> None:
        """Say that this answer is wrong."""
        self._client.feedback(self.id, "down", comment)

    @property
    def df(self) -> pandas.DataFrame:
        """The rows as a pandas DataFrame: dates as datetimes, whole numbers as Int64, decimals as floats (needs pandas)."""
        import pandas

        frame = pandas.DataFrame(self.rows, columns=self.columns)
        for position, kind in enumerate(self.types):
            frame.isetitem(position, _typed(frame.iloc[:, position], kind))
        return frame

    def arrow(self) -> pyarrow.Table:
        """The rows as a pyarrow Table, decimals exact (needs pyarrow)."""
        import pyarrow

        with pyarrow.ipc.open_stream(self._client.fetch(self.id, "arrow")) as reader:
            table = reader.read_all()
        for position, kind in enumerate(self.types):
            found = re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", kind)
            if found:  # the stream has doubles, the rows the exact digits
                digits = [None if row[position] is None else decimal.Decimal(str(row[position])) for row in self.rows]
                exact = pyarrow.array(digits, type=pyarrow.decimal128(int(found[1]), int(found[2])))
                table = table.set_column(position, table.field(position).name, exact)
        return table

    def png(self) -> bytes:
        """The chart as a PNG at twice its size; refused with ``no-chart`` when a table says more."""
        if self._png is None:
            self._png = self._client.fetch(self.id, "png", scale=2)
        return self._png

    def save(self, path: str) -> None:
        """Write the answer to a file; the ending names the format (csv, parquet, arrow, json, png, svg)."""
        data = self._client.fetch(self.id, path.rsplit(".", 1)[-1])
        with open(path, "wb") as file:
            file.write(data)

    def __repr__(self) -> str:
        notes = [f"! {finding['text']}" for finding in self.findings]
        parts = [self.explanation, _text_table(self.columns, self.rows), *notes]
        return "\n".join(part for part in parts if part)

    def _repr_html_(self) -> str:
        """Words, findings and table; the chart as a picture for places that show HTML and nothing else."""
        return self._words() + self._picture()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Dict[str, Any]:
        """Everything there is: text and HTML always, with a chart its Vega-Lite spec and a PNG."""
        bundle = {"text/plain": repr(self), "text/html": self._repr_html_()}
        if self.chart is not None:
            bundle = {**self._chart_bundle(), **bundle}
        return bundle

    def _ipython_display_(self) -> None:
        """The table, then the chart: in one bundle a notebook would choose between them, and choose the table."""
        from IPython.display import display

        display({"text/plain": repr(self), "text/html": self._words()}, raw=True)
        if self.chart is None:
            return
        bundle = self._chart_bundle()
        metadata: Dict[str, Any] = {}
        if "image/png" in bundle:
            width, height = _size(self.png())
            alt = str(self.chart.get("description", "Chart"))
            metadata["image/png"] = {"width": width // 2, "height": height // 2, "alt": alt}
        display(bundle, raw=True, metadata=metadata)

    def _chart_bundle(self) -> Dict[str, Any]:
        assert self.chart is not None
        told = str(self.chart.get("description", "Chart"))
        before = {**self.chart, "$schema": SCHEMA_BEFORE}
        bundle: Dict[str, Any] = {VEGALITE: self.chart, VEGALITE_BEFORE: before, "text/plain": told}
        try:
            bundle["image/png"] = base64.b64encode(self.png()).decode()
        except Exception as problem:  # the picture is a fallback: spec and table are shown, and why it is missing
            bundle["text/plain"] = f"{told} (no picture: {problem})"
        return bundle

    def _words(self) -> str:
        notes = "".join(f"<li>{html.escape(finding['text'])}</li>" for finding in self.findings)
        listed = f"<ul>{notes}</ul>" if notes else ""
        others = "".join(f"<p>It may also mean: {html.escape(other['reading'])}</p>" for other in self.alternatives)
        sql = f"<details><summary>SQL</summary><pre>{html.escape(self.sql)}</pre></details>"
        sure = f"<p><small>{round(self.confidence * 100)} % sure</small></p>"
        table = _html_table(self.columns, self.rows, self.truncated)
        return f"<p>{html.escape(self.explanation)}</p>{listed}{table}{others}{sql}{sure}"

    def _picture(self) -> str:
        if self.chart is None:
            return ""
        alt = html.escape(str(self.chart.get("description", "Chart")), quote=True)
        try:
            data = base64.b64encode(self.png()).decode()
        except Exception as problem:  # as above: said in place of the picture
            return f"<p><small>No picture: {html.escape(str(problem))}</small></p>"
        return f'<img alt="{alt}" width="{_size(self.png())[0] // 2}" src="data:image/png;base64,{data}">'


def _drawable(chart: Optional[Dict[str, Any]]) -> Optional[Dict[str, Any]]:
    """A notebook's output is as wide as what is in it: a chart that asks how wide it may be is told nothing, and is not seen."""
    if chart is None or chart.get("width") != "container":
        return chart
    return {**chart, "width": WIDTH}


def _typed(column: Any, kind: str) -> Any:
    import pandas

    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        try:
            return pandas.to_datetime(column)
        except (ValueError, OverflowError):  # years pandas has no word for stay text
            return column
    if kind.startswith(("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "UHUGEINT")):
        return pandas.to_numeric(column, errors="coerce")
    if kind.endswith(("INT", "INTEGER")):
        return pandas.array([None if cell is None else int(cell) for cell in column], dtype="Int64")
    return column


def _text_table(columns: List[str], rows: List[List[Any]]) -> str:
    shown = [["" if cell is None else str(cell) for cell in row] for row in rows[:SHOWN_ROWS]]
    widths = [max([len(name), *(len(row[i]) for row in shown)]) for i, name in enumerate(columns)]
    numeric = [all(isinstance(row[i], (int, float, type(None))) for row in rows[:SHOWN_ROWS]) for i in range(len(columns))]

    def line(cells: List[str]) -> str:
        padded = [cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(cells, widths, numeric)]
        return "  ".join(padded).rstrip()

    rest = len(rows) - len(shown)
    more = [f"… and {rest} more row{'' if rest == 1 else 's'}"] if rest > 0 else []
    return "\n".join([line(columns), *map(line, shown), *more])


def _html_table(columns: List[str], rows: List[List[Any]], truncated: bool) -> str:
    head = "".join(f'<th style="text-align:left">{html.escape(name)}</th>' for name in columns)
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows[:SHOWN_ROWS])
    rest = len(rows) - SHOWN_ROWS
    cut = " (and more, cut by the limit)" if truncated else ""
    more = f"<p>… and {rest} more row{'' if rest == 1 else 's'}{cut}</p>" if rest > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>{more}"


def _cell(cell: Any) -> str:
    if cell is None:
        return "<td></td>"
    side = "right" if isinstance(cell, (int, float)) and not isinstance(cell, bool) else "left"
    return f'<td style="text-align:{side}">{html.escape(str(cell))}</td>'


def _size(png: bytes) -> Any:
    """Width and height in pixels, from the header of a PNG."""
    return struct.unpack(">II", png[16:24])
