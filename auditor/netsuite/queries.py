"""The queries of `queries.toml` as SQL: how many rows, and the rows of one slice in one order."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from auditor.vocabulary import List

Bound = int | datetime
"""Where a slice begins and where it ends: a number, or a point in time to the second."""

_TIME = "YYYY-MM-DD HH24:MI:SS"


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows from one bound to before another; no bounds where one query can give them all."""

    low: Bound | None
    high: Bound | None
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One list, as SuiteQL gives it."""

    list: List
    file: str
    needs: str
    lacks: str
    """What the list's own export has beyond it; "" where that is nothing of weight."""
    tables: str
    cut: str
    """The column that cuts it into slices."""
    cut_by_date: bool
    order: tuple[str, ...]
    columns: Mapping[str, str]
    """Alias to SQL."""
    headers: tuple[str, ...]
    """As the list's own export has them, in the order of the columns."""

    def rows(self, part: Slice) -> str:
        """Return the query for the rows of a slice."""
        selected = ", ".join(f"{sql} AS {alias}" for alias, sql in self.columns.items())
        where = _where(self.cut, part.low, part.high)
        return f"SELECT {selected} FROM {self.tables}{where} ORDER BY {', '.join(self.order)}"  # noqa: S608 - our own data

    def count(self, low: Bound | None, high: Bound | None) -> str:
        """Return the query for how many rows there are between the bounds."""
        where = _where(self.cut, low, high)
        return f"SELECT COUNT(*) AS row_count FROM {self.tables}{where}"  # noqa: S608 - our own data

    def bounds(self) -> str:
        """Return the query for the first and the last value of the column that cuts."""
        return f"SELECT MIN({self.cut}) AS first_one, MAX({self.cut}) AS last_one FROM {self.tables}"  # noqa: S608 - our own data


@cache
def queries() -> tuple[Query, ...]:
    """Return every query, in the order of `queries.toml`."""
    declared = tomllib.loads((Path(__file__).parent / "queries.toml").read_text(encoding="utf-8"))
    return tuple(_query(entry) for entry in declared["query"])


def _query(entry: Mapping[str, Any]) -> Query:
    return Query(
        list=List(entry["list"]),
        file=entry["file"],
        needs=entry["needs"],
        lacks=entry.get("lacks", ""),
        tables=entry["from"],
        cut=entry["cut"]["column"],
        cut_by_date=entry["cut"]["type"] == "date",
        order=tuple(entry["order"]),
        columns={alias: column["sql"] for alias, column in entry["columns"].items()},
        headers=tuple(column["header"] for column in entry["columns"].values()),
    )


def _where(column: str, low: Bound | None, high: Bound | None) -> str:
    if low is None or high is None:
        return ""
    return f" WHERE {column} >= {_literal(low)} AND {column} < {_literal(high)}"


def _literal(bound: Bound) -> str:
    # Only numbers and dates of our own making are ever written into a query.
    if isinstance(bound, datetime):
        return f"TO_DATE('{bound:%Y-%m-%d %H:%M:%S}', '{_TIME}')"
    return str(bound)
