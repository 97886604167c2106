"""What the logins of the trail come to: frames of one row a group, whichever file they are of and however it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import duckdb
import pandas as pd
from pandas.api.types import union_categoricals

from auditor import share
from auditor.inventory import Unusable

WAY = ("user", "email", "role", "path", "status", "detail", "application", "has_token")
"""What tells one way of signing in from another: `path` is the request URI without its query."""

KEY = ("day", *WAY)
"""What logins are grouped by: `day` is the date as it is written, where the grain keeps it."""

TEXTS = tuple(name for name in (*KEY, "token") if name != "has_token")

GROUP_COLUMNS = (*KEY, "token", "logins", "first_row", "last_row", "least", "greatest", "first", "last")
"""TEXTS are categories, in order of their texts; `token` is one token name of the group. `least` and `greatest` are
written dates, where the grain keeps them; `first` and `last` are stamps, where it reads them."""

READ = """
    case when count(*) = count(first) then min(first) end as first,
    case when count(*) = count(last) then max(last) end as last
"""
"""The first and last stamp of several groups: one that can't be read may be either of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailGroups:
    """The logins of one file, grouped. Its records = logins in groups + set aside + rejected."""

    groups: pd.DataFrame
    """GROUP_COLUMNS; rows of the file as a person counts them."""
    set_aside: tuple[Unusable, ...]
    rejected: tuple[Unusable, ...]
    is_unfinished: bool = False
    """Whether quotes are open at the end of what was read."""

    @property
    def records(self) -> int:
        """How many records there are below the header."""
        return int(self.groups["logins"].sum()) + sum(one.count for one in (*self.set_aside, *self.rejected))


def joined(groups: pd.DataFrame) -> pd.DataFrame:
    """Return the groups with equal ones of a file put together; `number`, where there is one, is the file."""
    key = ", ".join(f'"{name}"' for name in ("number", *KEY) if name in groups)
    return categorised(
        ask(
            f"""
            select {key}, max(token) as token, sum(logins)::bigint as logins,
                min(first_row) as first_row, max(last_row) as last_row, min(least) as least, max(greatest) as greatest,
                {READ}
            from groups group by {key}
            """,  # noqa: S608 - our own column names
            groups=groups,
        )
    )


def no_groups() -> pd.DataFrame:
    """Return the groups of a file without logins; `number` is the file."""
    counts = dict.fromkeys(("number", "logins", "first_row", "last_row"), "int64")
    stamps = dict.fromkeys(("first", "last"), "datetime64[us]")
    empty = pd.DataFrame(columns=["number", *GROUP_COLUMNS])
    return categorised(empty.astype({**counts, **stamps, "has_token": bool}))


def stacked(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return groups of several files or pieces, one below the other."""
    parts = [categorised(part) for part in parts if len(part)] or [categorised(part) for part in parts[:1]]
    texts = {name: union_categoricals([part[name] for part in parts], sort_categories=True) for name in TEXTS}
    others = [part.drop(columns=list(TEXTS)) for part in parts]
    return pd.concat(others, ignore_index=True).assign(**texts)[list(parts[0].columns)]


def categorised(groups: pd.DataFrame) -> pd.DataFrame:
    """Return the groups with each text once, however many of them say it."""
    return groups.assign(**{name: _category(groups[name]) for name in TEXTS})


def _category(texts: pd.Series[str]) -> pd.Series[pd.CategoricalDtype[object]]:
    known = texts.astype("category")
    # DuckDB's are ordered, and pandas has several types of text: only what is all alike can be put together.
    return known.astype(pd.CategoricalDtype(known.cat.categories.astype(object), ordered=False))


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
