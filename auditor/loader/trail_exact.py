"""The login audit trail, record by record with the csv module: slower than DuckDB, and it names each bad row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

import pandas as pd

from auditor.loader.recognise import Recognised
from auditor.loader.rows import is_total
from auditor.loader.text import Broken
from auditor.loader.trail import FIELDS, GROUP_COLUMNS, LONGEST_DETAIL, TrailFile, TrailGroups, day_of, joined
from auditor.model import Unusable

_NAMED_AT_MOST = 1000


def group_exactly(trail: TrailFile, *, by_stamp: bool = False) -> TrailGroups:
    """Return the logins of the file, grouped; every record is counted, set aside or rejected.

    `by_stamp` groups by the whole written date.
    """
    width = trail.recognised.width
    header_row = trail.recognised.header_row
    date_at, uri_at = trail.recognised.columns["date"], trail.column("request_uri")
    pick = _picker(trail)
    by_day: dict[str, dict[tuple[str, ...], list[Any]]] = defaultdict(dict)
    groups: dict[tuple[str, ...], list[Any]] = {}
    set_aside: list[Unusable] = []
    rejected: list[Unusable] = []
    before = None
    for number, record in enumerate(trail.reading.records(), start=1):
        if number <= header_row:
            continue
        if isinstance(record, Broken) or len(record) != width:
            _note(number, record, trail.recognised, set_aside, rejected)
            continue
        written = record[date_at]
        # The trail is in order of time: mostly the day is the one of the row before.
        if written != before:
            groups, before = by_day[written if by_stamp else day_of(written)], written
        if uri_at is not None:
            record[uri_at] = record[uri_at].partition("?")[0]
        key = pick(record)
        group = groups.get(key)
        if group is not None:
            group[0] += 1
            group[2] = number
            if written < group[3]:
                group[3] = written
            elif written > group[4]:
                group[4] = written
        elif written and not is_total(record) and tuple(record) != trail.recognised.headers:
            groups[key] = [1, number, number, written, written]
        else:
            _note(number, record, trail.recognised, set_aside, rejected)
    return TrailGroups(groups=_frame(by_day), set_aside=tuple(set_aside), rejected=tuple(rejected))


def _frame(by_day: Mapping[str, Mapping[tuple[str, ...], list[Any]]]) -> pd.DataFrame:
    rows = (
        (day, user, email, role, path, status, detail[:LONGEST_DETAIL], application, token != "", token, *counted)
        for day, groups in by_day.items()
        for (user, email, role, path, status, detail, application, token), counted in groups.items()
    )
    return joined(pd.DataFrame(rows, columns=list(GROUP_COLUMNS)))


def _picker(trail: TrailFile) -> Callable[[list[str]], tuple[str, ...]]:
    """Return what takes the FIELDS but the date out of a record; a column that the file lacks is taken from an empty one."""
    positions = [trail.column(name) for name in FIELDS[1:]]
    if all(position is not None for position in positions):
        return itemgetter(*positions)
    return lambda record: tuple("" if position is None else record[position] for position in positions)


def _note(
    number: int, record: list[str] | Broken, recognised: Recognised, set_aside: list[Unusable], rejected: list[Unusable]
) -> None:
    if isinstance(record, Broken):
        _add(rejected, number, record.reason)
    elif not any(cell.strip() for cell in record):
        _add(set_aside, number, "blank row")
    elif tuple(record) == recognised.headers:
        _add(set_aside, number, "header row repeated")
    elif is_total(record):
        _add(set_aside, number, "total row")
    elif len(record) == recognised.width:
        _add(rejected, number, f'has no "{recognised.headers[recognised.columns["date"]]}"')
    else:
        _add(rejected, number, f"has {len(record)} cells for {recognised.width} columns")


def _add(to: list[Unusable], number: int, reason: str) -> None:
    """Name the row, and past the first thousand count them: a broken file must not fill the memory."""
    if len(to) < _NAMED_AT_MOST:
        to.append(Unusable(row=number, reason=reason))
        return
    counted = to[_NAMED_AT_MOST].count if len(to) > _NAMED_AT_MOST else 0
    first = to[_NAMED_AT_MOST].row if counted else number
    to[_NAMED_AT_MOST:] = [Unusable(row=first, reason="further rows of these kinds", count=counted + 1)]
