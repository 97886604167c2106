"""The login audit trail, record by record with the csv module: slower than DuckDB, and it names each bad row."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

import pandas as pd

from auditor.loader.rows import is_total
from auditor.loader.text import Broken
from auditor.loader.trail import FIELDS, GROUP_COLUMNS, LONGEST_DETAIL, TrailFile, TrailGroups, day_of
from auditor.model import Unusable

_NAMED_AT_MOST = 1000


def group_exactly(trail: TrailFile, *, by_stamp: bool = False) -> TrailGroups:
    """Return the logins of the file, grouped; every record is counted, set aside or rejected.

    `by_stamp` groups by the whole written date.
    """
    width = trail.recognised.width
    header_row, headers = trail.recognised.header_row, list(trail.recognised.headers)
    pick = _picker(trail)
    groups: dict[tuple[object, ...], list[Any]] = {}
    set_aside: list[Unusable] = []
    rejected: list[Unusable] = []
    for number, record in enumerate(trail.reading.records(), start=1):
        if number <= header_row:
            continue
        if isinstance(record, list) and len(record) == width and any(record) and record != headers:
            written, user, email, role, uri, status, detail, application, token = pick(record)
            key = (
                written if by_stamp else day_of(written), user, email, role, uri.partition("?")[0], status, detail[:LONGEST_DETAIL], application,
                token != "",
            )  # fmt: skip
            group = groups.get(key)
            if group is None:
                groups[key] = [token, 1, number, number, written, written]
                continue
            group[1] += 1
            group[3] = number
            if written < group[4]:
                group[4] = written
            elif written > group[5]:
                group[5] = written
            continue
        _note(number, record, width, headers, set_aside, rejected)
    frame = pd.DataFrame([(*key, *group) for key, group in groups.items()], columns=list(GROUP_COLUMNS))
    return TrailGroups(
        trail=trail, groups=frame, set_aside=tuple(set_aside), rejected=tuple(rejected), exact=True
    )


def _picker(trail: TrailFile) -> Callable[[list[str]], tuple[str, ...]]:
    """Return what takes the FIELDS out of a record; a column that the file lacks is taken from an empty one."""
    positions = [trail.column(name) for name in FIELDS]
    if all(position is not None for position in positions):
        return itemgetter(*positions)
    return lambda record: tuple("" if position is None else record[position] for position in positions)


def _note(
    number: int,
    record: list[str] | Broken,
    width: int,
    headers: list[str],
    set_aside: list[Unusable],
    rejected: list[Unusable],
) -> None:
    if isinstance(record, Broken):
        _add(rejected, number, record.reason)
    elif not any(cell.strip() for cell in record):
        _add(set_aside, number, "blank row")
    elif record == headers:
        _add(set_aside, number, "header row repeated")
    elif is_total(record):
        _add(set_aside, number, "total row")
    else:
        _add(rejected, number, f"has {len(record)} cells for {width} columns")


def _add(to: list[Unusable], number: int, reason: str) -> None:
    """Name the row, and past the first thousand count them: a broken file must not fill the memory."""
    if len(to) < _NAMED_AT_MOST:
        to.append(Unusable(row=number, reason=reason))
        return
    counted = to[_NAMED_AT_MOST].count if len(to) > _NAMED_AT_MOST else 0
    first = to[_NAMED_AT_MOST].row if counted else number
    to[_NAMED_AT_MOST:] = [Unusable(row=first, reason="further rows of these kinds", count=counted + 1)]
