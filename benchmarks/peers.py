"""What others would do with the same files: python -m benchmarks.peers CASE FILE..."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable

COLUMNS = ("Date", "Email Address", "Request URI", "Role", "Status", "User", "Token-based Application Name")


def duckdb_scan(file: str) -> None:
    """DuckDB's own scan of the seven columns that the audit needs most."""
    import duckdb

    with open(file, encoding="utf-8") as opened:  # noqa: PTH123 - a peer's script, as people write it
        header = next(csv.reader(opened))
    schema = ", ".join(f"'{name}': 'VARCHAR'" for name in header)
    lengths = " + ".join(f'length("{name}")' for name in COLUMNS)
    query = f"""select sum({lengths}) from read_csv('{file}', columns = {{{schema}}}, header = true, auto_detect = false,
        delim = ',', quote = '"', escape = '"', strict_mode = true)"""
    duckdb.sql(query).fetchall()


def pandas_naive(file: str) -> None:
    """A consultant's script: everything read, dates guessed, a function a row."""
    import pandas as pd

    frame = pd.read_csv(file)
    frame["Date"] = pd.to_datetime(frame["Date"])
    frame["Channel"] = frame["Request URI"].apply(lambda uri: "SOAP" if "NetSuitePort" in str(uri) else "other")
    frame["Token"] = frame["Token-based Application Name"].apply(lambda name: isinstance(name, str))
    frame.groupby(["User", "Role", "Channel", "Token"])["Date"].agg(["count", "min", "max"])


def pandas_careful(file: str) -> None:
    """The same with the columns named, the format given, and each URI looked at once."""
    import pandas as pd

    frame = pd.read_csv(file, usecols=list(COLUMNS), dtype=str, keep_default_na=False)
    frame["Date"] = pd.to_datetime(frame["Date"], format="%m/%d/%Y %I:%M %p")
    channels = {uri: "NetSuitePort" in uri for uri in frame["Request URI"].unique()}
    frame["Channel"] = frame["Request URI"].map(channels)
    frame["Token"] = frame["Token-based Application Name"] != ""
    frame.groupby(["User", "Role", "Channel", "Token"])["Date"].agg(["count", "min", "max"])


def csv_loop(file: str) -> None:
    """A bare loop of the csv module."""
    with open(file, encoding="utf-8", newline="") as opened:  # noqa: PTH123
        for _ in csv.reader(opened):
            pass


def load_list(file: str) -> None:
    """The auditor's loader over one list."""
    from pathlib import Path

    from auditor import Engagement, load

    load([Path(file)], Engagement())


def calamine_rows(file: str) -> None:
    """python-calamine's own rows."""
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(file)
    for name in workbook.sheet_names:
        workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)


def spreadsheet_xml(file: str) -> None:
    """The auditor's reader of XML Spreadsheet 2003."""
    from pathlib import Path

    from auditor.loader.spreadsheet_xml import spreadsheet_tables

    list(spreadsheet_tables(Path(file), file))


def lxml_loop(file: str) -> None:
    """An lxml iterparse loop over XML Spreadsheet 2003."""
    from lxml import etree  # type: ignore[import-untyped,unused-ignore]

    space = "{urn:schemas-microsoft-com:office:spreadsheet}"
    rows = []
    for _, row in etree.iterparse(file, tag=f"{space}Row"):
        rows.append([data.text for data in row.iter(f"{space}Data")])
        row.clear()


def import_libraries() -> None:
    """Import what an audit with all reports imports."""
    import babel.dates
    import babel.numbers  # noqa: F401
    import click  # noqa: F401
    import duckdb  # noqa: F401
    import jinja2  # noqa: F401
    import openpyxl  # noqa: F401
    import pandas as pd  # noqa: F401
    import pydantic  # noqa: F401
    import sqlglot  # noqa: F401


CASES: dict[str, Callable[..., None]] = {
    one.__name__: one
    for one in (
        duckdb_scan, pandas_naive, pandas_careful, csv_loop, load_list, calamine_rows, spreadsheet_xml,
        lxml_loop, import_libraries,
    )
}  # fmt: skip

if __name__ == "__main__":
    CASES[sys.argv[1]](*sys.argv[2:])
