"""The client against a real server over the example datasets, and a real notebook run headless."""

import asyncio
import os
import pathlib
import shutil
import tempfile

import asklake
import nbformat
import pandas
import pytest
from nbclient import NotebookClient

ROOT = pathlib.Path(__file__).resolve().parents[3]
COMMAND = ["node", str(ROOT / "dist" / "cli.js")]
SQL = "SELECT ShipCountry, count(*) AS orders, sum(Freight) AS freight, max(OrderDate)::DATE AS latest FROM Orders GROUP BY 1 ORDER BY 2 DESC"


@pytest.fixture(scope="session", autouse=True)
def server():
    state = tempfile.mkdtemp(prefix="asklake-python-")
    os.environ["ASKLAKE_STATE_DIR"] = state
    client = asklake.local(str(ROOT / "examples"), command=COMMAND)
    os.environ["ASKLAKE_URL"] = client.url
    yield client
    shutil.rmtree(state, ignore_errors=True)


def test_datasets():
    assert [one["name"] for one in asklake.datasets()] == ["birdstrikes", "flights", "northwind", "weather"]


def test_sql_gives_rows_frame_arrow_and_chart():
    answer = asklake.sql(SQL, "northwind")
    assert answer.columns == ["ShipCountry", "orders", "freight", "latest"]
    assert answer.df["orders"].sum() == 830
    assert pandas.api.types.is_datetime64_any_dtype(answer.df["latest"])
    assert answer.arrow().num_rows == len(answer.rows) == 21
    assert "Orders" in answer.sql
    assert answer.explanation


def test_ask_answers_and_tells_its_progress():
    steps = []
    answer = asklake.ask("How many orders are there?", "northwind", progress=steps.append)
    assert answer.rows == [[830]]
    assert steps[0] == "catalog" and "execute" in steps


def test_ask_without_blocking():
    async def both():
        return await asyncio.gather(*(asklake.ask_async("How many orders are there?", "northwind") for _ in range(2)))

    assert [answer.rows for answer in asyncio.run(both())] == [[[830]], [[830]]]


def test_a_refusal_reads_well():
    with pytest.raises(asklake.AsklakeError) as raised:
        asklake.ask("zebra stripes of unicorn foals", "northwind")
    assert raised.value.code == "not-answerable"
    assert len(raised.value.suggestions) == 3
    assert "try:" in str(raised.value)


def test_no_server_says_what_to_do():
    with pytest.raises(asklake.AsklakeError, match="asklake.local"):
        asklake.Client("http://127.0.0.1:9").datasets()


def test_html_escapes_cells():
    answer = asklake.sql("SELECT '<script>alert(1)</script>' AS x", "northwind")
    assert "<script>" not in answer._repr_html_()


def test_save(tmp_path):
    answer = asklake.sql(SQL, "northwind")
    for ending, start in {"csv": b"ShipCountry", "parquet": b"PAR1", "png": b"\x89PNG"}.items():
        answer.save(str(tmp_path / f"x.{ending}"))
        assert (tmp_path / f"x.{ending}").read_bytes().startswith(start)


def test_a_notebook_shows_table_chart_and_picture():
    cells = [
        "import asklake\n%load_ext asklake\nanswer = asklake.sql(\"SELECT ShipCountry, count(*) AS orders FROM Orders GROUP BY 1 ORDER BY 2 DESC LIMIT 5\", 'northwind')\nanswer",
        "%ask -d northwind How many orders are there?",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [output for output in notebook.cells[0].outputs if "data" in output]
    assert any("application/vnd.vegalite.v6+json" in output.data and "image/png" in output.data for output in shown)
    assert any("<table>" in output.data.get("text/html", "") for output in shown)
    assert any("830" in output.data.get("text/html", "") for output in notebook.cells[1].outputs if "data" in output)
