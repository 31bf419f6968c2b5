"""The client against a real server over the example datasets, and a real notebook run headless."""

import asyncio
import base64
import http.server
import json
import pathlib
import select
import subprocess
import sys
import tempfile
import threading

import asklake
import nbconvert
import nbformat
import pandas
import pytest
from nbclient import NotebookClient

from conftest import COMMAND, ROOT

SQL = "SELECT ShipCountry, count(*) AS orders, sum(Freight) AS freight, max(OrderDate)::DATE AS latest FROM Orders GROUP BY 1 ORDER BY 2 DESC"


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


def test_follow_ups_and_verdicts():
    answer = asklake.ask("number of orders per ship country", "northwind")
    pie = answer.ask("as a pie")
    assert pie.rows == answer.rows and "arc" in json.dumps(pie.chart)
    answer.right()
    assert asklake.ask("number of orders per ship country", "northwind").confidence == 1
    answer.wrong()


def test_frames_keep_what_pandas_has_a_word_for():
    answer = asklake.sql(
        "SELECT 9007199254740993 AS big, 1::TINYINT AS small, NULL::INTEGER AS none, 1.5::DECIMAL(9,2) AS money,"
        " DATE '9999-12-31' AS never, DATE '2024-01-02' AS day, true AS yes",
        "northwind",
    )
    frame = answer.df
    assert frame["big"][0] == 9007199254740993
    assert [str(kind) for kind in frame.dtypes[:4]] == ["Int64", "Int64", "Int64", "float64"]
    assert str(frame["never"][0]).startswith("9999-12-31")
    assert frame["day"][0] == pandas.Timestamp("2024-01-02")
    assert answer.arrow().schema.field("money").type.scale == 2


def test_the_bundle_has_everything_a_place_may_show():
    bundle = asklake.sql(SQL, "northwind")._repr_mimebundle_()
    assert bundle["application/vnd.vegalite.v6+json"]["$schema"].endswith("v6.json")
    assert bundle["application/vnd.vegalite.v5+json"]["$schema"].endswith("v5.json")
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert "<table>" in bundle["text/html"] and "data:image/png;base64," in bundle["text/html"]
    assert "ShipCountry" in bundle["text/plain"]


class Waiting(http.server.BaseHTTPRequestHandler):
    """Answers with a first step, or not yet at all, and then sees whether the asker leaves."""

    first = threading.Event()
    gone = threading.Event()

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.first.wait(30)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b'event: step\ndata: {"step":"catalog","state":"start"}\n\n')
        if select.select([self.connection], [], [], 30)[0] and self.connection.recv(1) == b"":
            self.gone.set()

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("early", [False, True])
def test_a_cancelled_task_leaves_and_so_cancels_its_query(early):
    """Also when it is cancelled before the server has said anything. The server's own tests show that a leaver's query ends."""
    Waiting.gone.clear()
    Waiting.first.clear() if early else Waiting.first.set()

    async def leave(url):
        begun = asyncio.Event()
        asking = asyncio.create_task(asklake.Client(url).aask("x", progress=lambda step: begun.set()))
        await (asyncio.sleep(0.5) if early else begun.wait())
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        Waiting.first.set()
        assert await asyncio.to_thread(Waiting.gone.wait, 30)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Waiting) as fake:
        threading.Thread(target=fake.serve_forever, daemon=True).start()
        asyncio.run(leave(f"http://127.0.0.1:{fake.server_port}"))
        fake.shutdown()


def test_a_key_is_sent():
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.headers["authorization"])
            self.send_response(401)
            self.end_headers()
            self.wfile.write(b'{"detail": "The key is wrong.", "code": "key-wrong", "hint": "Ask the operator."}')

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as fake:
        threading.Thread(target=fake.handle_request, daemon=True).start()
        with pytest.raises(asklake.AsklakeError) as raised:
            asklake.Client(f"http://127.0.0.1:{fake.server_port}", key="asklake_secret").datasets()
    assert seen == ["Bearer asklake_secret"]
    assert raised.value.code == "key-wrong"
    assert str(raised.value) == "The key is wrong.\nAsk the operator."


def test_a_folder_that_is_not_there_and_a_server_that_ends():
    with pytest.raises(asklake.AsklakeError, match="no folder"):
        asklake.local("/nowhere")
    with pytest.raises(asklake.AsklakeError, match="ended at once"):
        asklake.local(str(ROOT / "examples"), command=["node", "-e", "process.exit(1)"])


def test_a_local_server_ends_with_its_block(server):
    with asklake.local(str(ROOT / "examples" / "northwind"), command=COMMAND) as lake:
        assert [one["name"] for one in lake.datasets()] == ["northwind"]
        assert lake.dataset("northwind")["tables"]
    with pytest.raises(asklake.AsklakeError, match="No asklake server"):
        lake.datasets()
    asklake.connect(server.url)


def test_types():
    """What is written about the types holds, also for those who use them."""
    package = ROOT / "clients" / "python"
    use = "import asklake\nanswer: asklake.Answer = asklake.ask('x').ask('y')\nrows: list[list[object]] = answer.rows\n"
    for what in ([str(package / "asklake")], ["-c", use]):
        command = [sys.executable, "-m", "mypy", "--config-file", str(package / "pyproject.toml"), *what]
        checked = subprocess.run(command, capture_output=True, text=True, cwd=package)
        assert checked.returncode == 0, checked.stdout


CELLS = [
    """import asklake
%load_ext asklake
answer = asklake.sql("SELECT ShipCountry, count(*) AS orders FROM Orders GROUP BY 1 ORDER BY 2 DESC LIMIT 5", "northwind")
answer""",
    "%ask -d northwind number of orders per ship country?",
    "%ask + as a pie",
    "%%ask -d northwind -c line\nnumber of orders\nper month",
    "answer.df.head(2)",
    "asklake.ask('zebra stripes of unicorn foals', 'northwind')",
    "last = await asklake.aask('How many orders are there?', 'northwind', progress=True)\nlast",
]


def run_notebook():
    """The notebook above, executed by a kernel of its own."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=True).execute()
    return notebook


def test_a_notebook_shows_tables_charts_and_errors_that_read_well():
    notebook = run_notebook()
    shown = [[output for output in cell.outputs if "data" in output] for cell in notebook.cells]
    table, chart = (output.data for output in shown[0])
    assert "<table>" in table["text/html"] and "image/png" not in table
    assert {"application/vnd.vegalite.v6+json", "application/vnd.vegalite.v5+json", "image/png"} <= set(chart)
    assert "text/html" not in chart
    assert all(isinstance(spec["width"], int) for kind, spec in chart.items() if "vegalite" in kind), "seen only when sized"
    assert "orders" in shown[0][1].metadata["image/png"]["alt"].lower()
    assert "Germany" in shown[1][0].data["text/html"]
    assert "arc" in json.dumps(shown[2][1].data["application/vnd.vegalite.v6+json"])
    assert "line" in json.dumps(shown[3][1].data["application/vnd.vegalite.v6+json"])
    assert "ShipCountry" in shown[4][0].data["text/html"]
    [refused] = [output for output in notebook.cells[5].outputs if output.output_type == "error"]
    assert "\n".join(refused.traceback).startswith("asklake: ") and "try:" in "\n".join(refused.traceback)
    assert "File" not in "\n".join(refused.traceback)
    assert any("830" in output.data.get("text/html", "") for output in shown[6])
    page, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
    (pathlib.Path(tempfile.gettempdir()) / "asklake-notebook.html").write_text(page)
    assert page.count("data:image/png;base64,") >= 4
