"""The known lists and wordings, as `lists.toml` declares them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from auditor.engagement import Engagement
from auditor.errors import InputError, nearest
from auditor.inventory import Guide
from auditor.vocabulary import List

OPEN_TYPES = ("text", "names", "date", "endpoint", "permission key")
"""Types of columns whose values are no closed set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One canonical column of a list."""

    name: str
    type: str
    headers: tuple[str, ...]
    """In English."""
    translated: tuple[str, ...] = ()
    """In the other languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownList:
    """One list that NetSuite can export."""

    guide: Guide
    needs: tuple[str, ...]
    tells: tuple[str, ...]
    hints: tuple[str, ...]
    columns: Mapping[str, Column]
    exported: bool
    """Whether NetSuite exports it; otherwise this program writes it."""
    may_be_empty: bool
    """Whether an account may well have none of its rows."""

    @property
    def list(self) -> List:
        """Which list it is."""
        return self.guide.list


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How people write the values of a closed set."""

    values: Mapping[str, str]
    """Normalised wording to value."""
    several: bool = False
    """Whether one cell may name several values."""


@lru_cache(maxsize=1 << 14)
def normal(text: str) -> str:
    """Return a header or wording without the differences that mean nothing: case, spacing, punctuation, width."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s\-_/:;,.?*#()&]+", " ", folded).strip()


@cache
def known_lists() -> Mapping[List, KnownList]:
    """Return every known list by name, in the order of `lists.toml`."""
    return {
        List(entry["name"]): KnownList(
            guide=Guide(list=List(entry["name"]), title=entry["title"], menu=entry["menu"], how=entry["how"]),
            needs=tuple(entry["needs"]),
            tells=tuple(entry["tells"]),
            hints=tuple(entry["hints"]),
            columns={
                name: Column(
                    name=name,
                    type=column["type"],
                    headers=tuple(column["headers"]),
                    translated=tuple(column.get("translated", ())),
                )
                for name, column in entry["columns"].items()
            },
            exported=entry.get("exported", True),
            may_be_empty=entry.get("may_be_empty", False),
        )
        for entry in _declared()["list"]
    }


@cache
def columns_by_header(name: List) -> Mapping[str, str]:
    """Return the canonical columns of a list by their normalised headers."""
    columns = known_lists()[name].columns.values()
    return {normal(header): column.name for column in columns for header in (*column.headers, *column.translated)}


@cache
def english_headers(name: List) -> frozenset[str]:
    """Return the normalised English headers of a list."""
    return frozenset(normal(header) for column in known_lists()[name].columns.values() for header in column.headers)


def check_columns(engagement: Engagement) -> None:
    """Raise InputError where the engagement says that a header stands for a column that no list has."""
    known = sorted({name for one in known_lists().values() for name in one.columns})
    for header, column in engagement.columns.items():
        if column not in known:
            raise InputError(
                f'"{column}" is not a column of any list',
                where=engagement.where("columns", header),
                fix=nearest(column, known),
            )


@cache
def all_headers() -> frozenset[str]:
    """Return every normalised header that any list may have."""
    return frozenset(header for name in known_lists() for header in columns_by_header(name))


@cache
def wordings() -> Mapping[str, Wording]:
    """Return how the values of each closed set are written."""
    return {
        name: Wording(
            values={normal(word): value for value, words in entry["values"].items() for word in words},
            several=entry.get("several", False),
        )
        for name, entry in _declared()["wording"].items()
    }


@cache
def uri_patterns() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what request URIs sign in to: channel ("" for a program of no known channel) and the texts that tell it."""
    return tuple((entry["channel"], tuple(entry["contains"])) for entry in _declared()["uri"])


@cache
def permission_names() -> Mapping[str, str]:
    """Return the names of permissions by their SDF keys."""
    names: Mapping[str, str] = _declared()["permission_keys"]
    return names


@cache
def application_names() -> Mapping[str, str]:
    """Return the listed names of applications that the login audit trail calls otherwise."""
    names: Mapping[str, str] = _declared()["application_names"]
    return names


@cache
def _declared() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "lists.toml").read_text(encoding="utf-8"))
