"""Which NetSuite list a table is, where its header row is, and which column is which: told by its columns alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from auditor.errors import InputError
from auditor.loader.lists import (
    OPEN_TYPES,
    KnownList,
    all_headers,
    columns_by_header,
    english_headers,
    known_lists,
    normal,
)
from auditor.loader.text import Broken

# Reports carry title rows above the header; NetSuite's own lists do not.
HEADER_WITHIN = 20
"""The header row of a list is one of its first records, no later than this."""

# Exports never hold secrets, but worksheets kept by hand do, in any of the languages of the captions.
_SECRET = re.compile(
    r"secret|passw|passphrase|private key|consumer key|api key|\btoken (id|key|value)\b|\bpin\b|\botp\b"
    r"|kennwort|geheim|contraseña|contrasena|clave (privada|secreta|de api)|パスワード|シークレット|秘密|暗証"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What a table is and where its columns are."""

    known: KnownList
    header_row: int
    """1-based, as a person counts."""
    headers: tuple[str, ...]
    columns: Mapping[str, int]
    """Canonical column to its position."""
    unused: tuple[str, ...]
    secret: tuple[str, ...]
    """Headers of columns that look like secrets: never read."""

    @property
    def width(self) -> int:
        """How many columns the header row has."""
        return len(self.headers)

    @property
    def english(self) -> bool:
        """Whether every column that is read has an English header: otherwise NetSuite's names may be translated too."""
        return english_headers(self.known.list).issuperset(normal(self.headers[at]) for at in self.columns.values())


# How many columns tell the list and how many fit it; the list; the header row's number and cells.
_Fit = tuple[tuple[int, int], KnownList, int, list[str]]


def recognise(
    records: Iterable[list[str] | Broken], *, where: str, names: Mapping[str, str] | None = None
) -> Recognised | None:
    """Return which list this is, or None when it is none of the known ones.

    `names` maps further headers to canonical columns (the engagement's [columns]).
    Raises InputError for a list that lacks a column it needs, or has one twice.
    """
    headers = all_headers().union(map(normal, names or {}))
    best: _Fit | None = None
    nearly: _Fit | None = None
    for number, record in enumerate(islice(records, HEADER_WITHIN), start=1):
        # Most records are no header of anything, and there are many lists to try.
        if isinstance(record, Broken) or headers.isdisjoint(map(_header, record)):
            continue
        for known in known_lists().values():
            found = {column for column in _canonical(record, known, names or {}) if column}
            fit = (len(found.intersection(known.tells)), len(found))
            # The row that fits better is the header row; of equals, the first.
            if found.issuperset(known.needs) and found.intersection(known.tells + known.hints):
                best = best if best and best[0] >= fit else (fit, known, number, record)
            elif fit >= (1, 2):
                nearly = nearly if nearly and nearly[0] >= fit else (fit, known, number, record)
    if nearly is not None and (fault := _missing_column(nearly, best, names or {}, where)):
        raise fault
    return _recognised(best[1], best[2], best[3], names or {}, where) if best else None


def looks_secret(header: str) -> bool:
    """Tell whether a column of that name would hold secrets."""
    return bool(_SECRET.search(normal(header)))


def _canonical(headers: list[str], known: KnownList, names: Mapping[str, str]) -> list[str | None]:
    by_header = columns_by_header(known.list)
    own = {normal(header): name for header, name in names.items() if name in known.columns}
    return [own.get(header) or by_header.get(header) for header in map(_header, headers)]


def _header(written: str) -> str:
    # A cell of prose is no header, and the tidied headers are remembered.
    return normal(written) if len(written) < 100 else ""


def _recognised(known: KnownList, row: int, record: list[str], names: Mapping[str, str], where: str) -> Recognised:
    headers = list(record)
    while headers and not headers[-1].strip():
        headers.pop()
    canonical = _canonical(headers, known, names)
    secret = tuple(header for header in headers if looks_secret(header))
    columns: dict[str, int] = {}
    for position, column in enumerate(canonical):
        if column is None or headers[position] in secret:
            continue
        if column in columns:
            position = _preferred(known, column, columns[column], position, headers, f"{where}, row {row}")
        columns[column] = position
    unused = tuple(
        header
        for position, header in enumerate(headers)
        if position not in columns.values() and header.strip() and header not in secret
    )
    return Recognised(
        known=known, header_row=row, headers=tuple(headers), columns=columns, unused=unused, secret=secret
    )


def _preferred(known: KnownList, column: str, first: int, second: int, headers: list[str], where: str) -> int:
    """Return which of two columns that give the same is read. Raises InputError where a verdict may hang on it."""
    same = normal(headers[first]) == normal(headers[second])
    if same or known.columns[column].type not in OPEN_TYPES or column in (*known.tells, *known.hints):
        what = (
            f'the column "{headers[first]}" stands twice'
            if same
            else (f'the columns "{headers[first]}" and "{headers[second]}" both give the {column.replace("_", " ")}')
        )
        raise InputError(
            f"{what} in this {known.list}; expected one", where=where, fix="rename or remove the one that is not meant"
        )
    order = list(map(normal, (*known.columns[column].headers, *known.columns[column].translated)))
    return min(first, second, key=lambda at: order.index(normal(headers[at])) if normal(headers[at]) in order else -1)


def _missing_column(nearly: _Fit, best: _Fit | None, names: Mapping[str, str], where: str) -> InputError | None:
    """Return what is missing in a list that is nearly one; None where it may well be no list, or another one."""
    fit, known, row, record = nearly
    # The access tokens without their application fit the users, too: but far worse.
    if best and (fit[0] <= best[0][0] or fit[1] < best[0][1] + 2):
        return None
    canonical = _canonical(record, known, names)
    missing = next(column for column in known.needs if column not in canonical)
    free = {normal(header): header for header, column in zip(record, canonical, strict=True) if not column and header}
    wanted = known.columns[missing].headers
    near = next(
        (close for header in wanted for close in get_close_matches(normal(header), free, n=1, cutoff=0.6)), None
    )
    if best is None and fit < (2, 2) and not near:
        return None
    offered = f'; the nearest is "{free[near]}"' if near else ""
    return InputError(
        f'this looks like the {known.list}, but has no column "{wanted[0]}"{offered}',
        where=f"{where}, row {row}",
        fix=f'rename the column, or say in engagement.toml under [columns]: "{free[near] if near else "Their header"}" = "{missing}"',
    )
