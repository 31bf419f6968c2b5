"""A question as an address, read by the tools people have: what docs/http.md says of them, run."""

import datetime
import io
import urllib.error
import urllib.parse
import urllib.request

import duckdb
import fsspec.implementations.http
import pandas
import polars
import pyarrow.csv
import pyarrow.ipc
import pyarrow.json
import pyarrow.parquet
import pytest

QUESTION = "number of orders by ship country"


@pytest.fixture
def address(server):
    """The address of the question's rows as a format; the question is approved first, so that the rows do not hang on the model."""
    sql = "SELECT ShipCountry, count(*) AS orders, sum(Freight) AS freight, max(OrderDate) AS latest FROM Orders GROUP BY 1 ORDER BY 2 DESC, 1"
    approved = server.sql(sql, "northwind", question=QUESTION)
    approved.right()
    query = urllib.parse.urlencode({"dataset": "northwind", "question": QUESTION})
    yield lambda format: f"{server.url}/v1/ask.{format}?{query}"
    approved.wrong()


def test_pandas(address):
    for frame in (pandas.read_csv(address("csv")), pandas.read_json(address("json")), pandas.read_parquet(address("parquet"))):
        assert list(frame.columns) == ["ShipCountry", "orders", "freight", "latest"]
        assert frame["orders"].sum() == 830
    for frame in (pandas.read_csv(address("csv"), parse_dates=["latest"]), pandas.read_parquet(address("parquet"))):
        assert pandas.to_datetime(frame["latest"]).max() == pandas.Timestamp("1998-05-06"), "a day is a day, in no time zone"


def test_polars_reads_whole_and_lazily_by_parts(address):
    assert polars.read_csv(address("csv"))["orders"].sum() == 830
    assert polars.scan_parquet(address("parquet")).filter(polars.col("orders") > 100).select("ShipCountry").collect().height == 2
    assert polars.read_ipc_stream(io.BytesIO(urllib.request.urlopen(address("arrow")).read())).schema["latest"].is_temporal()


def test_pyarrow(address):
    def opened(format):
        return urllib.request.urlopen(address(format))

    with pyarrow.ipc.open_stream(opened("arrow")) as reader:
        table = reader.read_all()
    assert (table.num_rows, table.schema.field("orders").type) == (21, pyarrow.int64())
    assert pyarrow.csv.read_csv(opened("csv")).num_rows == 21
    files = fsspec.filesystem("http")
    assert pyarrow.parquet.read_table(files.open(address("parquet")), columns=["orders"]).num_rows == 21


class Addresses(fsspec.implementations.http.HTTPFileSystem):
    """DuckDB asks a file system when a file was changed; HTTP's has no answer."""

    def modified(self, path):
        return datetime.datetime(2000, 1, 1)


def test_duckdb(address):
    with duckdb.connect() as connection:
        connection.register_filesystem(Addresses(skip_instance_cache=True))
        for reader, format in (("read_csv", "csv"), ("read_parquet", "parquet"), ("read_json", "json")):
            found = connection.sql(f"SELECT sum(orders), count(DISTINCT ShipCountry) FROM {reader}('{address(format)}')")
            assert found.fetchall() == [(830, 21)]


def test_a_client_that_keeps_the_tag_is_sent_the_rows_once(address):
    with urllib.request.urlopen(address("csv")) as first:
        tag = first.headers["etag"]
    again = urllib.request.Request(address("csv"), headers={"if-none-match": tag})
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        urllib.request.urlopen(again)
    assert unchanged.value.code == 304
