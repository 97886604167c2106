"""The rows of one table: each is used, set aside with the reason, or rejected with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from auditor.errors import InputError
from auditor.inventory import Unusable
from auditor.loader import values
from auditor.loader.recognise import Recognised
from auditor.loader.tables import Records
from auditor.loader.text import Broken

_TOTAL = re.compile(
    r"((grand |overall )?totals?|(gesamt)?summe|gesamt(ergebnis)?|total general|合計|総計)\s*[:=-]?\s*[\d.,]*",
    re.IGNORECASE,
)
# Lists are held in memory; the login audit trail, which may be of any size, is not read here.
_MOST_ROWS = 2_000_000
_NUMBER = re.compile(r"[\d.,]+")

BLANK, HEADER_AGAIN, TOTAL = "blank row", "header row repeated", "total row"
FURTHER = "further rows of these kinds"
FRAME = frozenset({BLANK, HEADER_AGAIN, TOTAL, FURTHER})
"""Why rows are set aside that are the frame of a list, and say nothing in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedRows:
    """What became of every record below the header row."""

    used: Mapping[int, list[str]]
    """Row number, 1-based as a person counts, to its cells."""
    set_aside: tuple[Unusable, ...]
    rejected: tuple[Unusable, ...]

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.used) + sum(item.count for item in (*self.set_aside, *self.rejected))


def sort_rows(records: Records, recognised: Recognised, *, where: str) -> SortedRows:
    """Return the rows that can be used, and why the others can't. Raises InputError for more rows than a list can have."""
    rows = list(islice(records(), recognised.header_row, recognised.header_row + _MOST_ROWS))
    if len(rows) >= _MOST_ROWS:
        raise InputError(
            f"the {recognised.known.list} has more than {_MOST_ROWS:,} rows, which no account has",
            where=where,
            fix="export the list again, in smaller parts",
        )
    set_aside = []
    # Only at the end: an integration may well be called "Total".
    while rows and not isinstance(rows[-1], Broken) and (reason := _footer(rows[-1])):
        set_aside.append(Unusable(row=recognised.header_row + len(rows), reason=reason))
        rows.pop()
    used, rejected = {}, []
    first_header = list(recognised.headers[:1])
    for number, record in enumerate(rows, start=recognised.header_row + 1):
        if isinstance(record, Broken):
            rejected.append(Unusable(row=number, reason=record.reason))
        elif record[:1] == first_header and tuple(record[: recognised.width]) == recognised.headers:
            set_aside.append(Unusable(row=number, reason=HEADER_AGAIN))
        elif (fault := _fault(record, recognised)) is None:
            used[number] = record
        elif any(cell.strip() for cell in record):
            rejected.append(Unusable(row=number, reason=fault))
        else:
            set_aside.append(Unusable(row=number, reason=BLANK))
    return SortedRows(
        used=used,
        set_aside=tuple(_runs(sorted(set_aside, key=lambda item: item.row))),
        rejected=tuple(rejected),
    )


def _runs(rows: Iterable[Unusable]) -> Iterator[Unusable]:
    """Give rows that follow each other for the same reason as one: a sheet may end in a million blank rows."""
    run: Unusable | None = None
    for row in rows:
        if run and (row.row, row.reason) == (run.row + run.count, run.reason):
            run = replace(run, count=run.count + 1)
            continue
        if run:
            yield run
        run = row
    if run:
        yield run


def _footer(record: list[str]) -> str | None:
    if not any(cell.strip() for cell in record):
        return BLANK
    return TOTAL if is_total(record) else None


def is_total(record: list[str]) -> bool:
    """Tell whether a record holds a total and nothing else, as reports end with."""
    said = [cell.strip() for cell in record if cell.strip()]
    return any(_TOTAL.fullmatch(cell) for cell in said) and all(
        _TOTAL.fullmatch(cell) or _NUMBER.fullmatch(cell) for cell in said
    )


def _fault(record: list[str], recognised: Recognised) -> str | None:
    width = recognised.width
    if len(record) < width:
        return f"has {len(record)} of {width} columns"
    if len(record) > width and any(cell.strip() for cell in record[width:]):
        return f"has {len(record)} cells for {width} columns"
    for need in recognised.known.needs:
        if values.says_nothing(record[recognised.columns[need]]):
            return f'has no "{recognised.headers[recognised.columns[need]]}"'
    return None
