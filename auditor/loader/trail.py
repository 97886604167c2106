"""One file of the login audit trail, and what its logins come to: one row a group, whichever way it was read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice

import duckdb
import pandas as pd

from auditor import share
from auditor.loader.files import Reading
from auditor.loader.recognise import Recognised
from auditor.loader.text import Broken
from auditor.model import Unusable

FIELDS = ("date", "user", "email", "role", "request_uri", "status", "detail", "application", "token")
"""The canonical columns that are read; no other column leaves the file."""

KEY = ("day", "user", "email", "role", "path", "status", "detail", "application", "has_token")
"""What logins are grouped by: `day` is the date as it is written, `path` the request URI without its query."""

GROUP_COLUMNS = (*KEY, "token", "logins", "first_row", "last_row", "least", "greatest")
"""`token` is one token name of the group; `least` and `greatest` are written dates, where the grain keeps them."""

LONGEST_DETAIL = 120
_SAMPLE = 1000


class Grain(StrEnum):
    """How finely logins are grouped: no finer than it takes to tell the files' overlaps, for it costs time."""

    DAY = "day"
    """One file overlaps with none."""
    SPAN = "day, with its first and last stamp"
    STAMP = "stamp"
    """`day` is the whole written date: even an overlap of some hours shows. For small files only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFile:
    """A table that was recognised as a login audit trail."""

    file: str
    sheet: str | None
    reading: Reading
    recognised: Recognised

    @property
    def layout(self) -> tuple[object, ...]:
        """What files must share to be read in one query."""
        text = self.reading.text
        return (
            self.recognised.headers,
            self.recognised.header_row,
            self.reading.delimiter,
            (text.encoding, text.packed) if text else None,
        )

    def column(self, name: str) -> int | None:
        """Return the position of a canonical column, or None when the file lacks it."""
        return self.recognised.columns.get(name)

    @property
    def few_uris(self) -> bool:
        """Whether the URIs of the first records are so few that logins can be grouped by them as they are."""
        at = self.column("request_uri")
        first = islice((one for one in self.reading.records() if not isinstance(one, Broken)), _SAMPLE)
        return at is None or len({record[at] for record in first if len(record) > at}) * 4 < _SAMPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailGroups:
    """The logins of one file, grouped. Its records = logins in groups + set aside + rejected."""

    groups: pd.DataFrame
    """GROUP_COLUMNS; rows of the file as a person counts them."""
    set_aside: tuple[Unusable, ...]
    rejected: tuple[Unusable, ...]


def day_of(written: str) -> str:
    """Return the part of a written date and time that says the day."""
    return written.strip().partition(" ")[0][:LONGEST_DAY]


# "22-September-2018" is the longest documented form.
LONGEST_DAY = 17


def joined(groups: pd.DataFrame) -> pd.DataFrame:
    """Return the groups with equal ones of a file put together; `number`, where there is one, is the file."""
    key = ", ".join(f'"{name}"' for name in ("number", *KEY) if name in groups)
    return ask(
        f"""
        select {key}, max(token) as token, sum(logins)::bigint as logins,
            min(first_row) as first_row, max(last_row) as last_row, min(least) as least, max(greatest) as greatest
        from groups group by {key}
        """,  # noqa: S608 - our own column names
        groups=groups,
    )


def ask(query: str, **frames: pd.DataFrame) -> pd.DataFrame:
    """Return what DuckDB answers of the frames: pandas takes seconds for the least text of some ten thousand groups."""
    with _database().cursor() as connection:
        for name, frame in frames.items():
            connection.register(name, frame)
        return connection.execute(query).df()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """Return one empty database for all questions: opening one takes longer than a small audit's answers."""
    return duckdb.connect(":memory:", config=share.database_limits())
