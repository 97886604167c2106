"""The login audit trail, record by record with the csv module: slower than DuckDB, and it names each bad row.

What has to be done to every record is left to functions written in C, some hundred records at a time.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import count, groupby
from operator import itemgetter
from typing import TypeGuard

import pandas as pd

from auditor.inventory import Unusable
from auditor.loader.groups import GROUP_COLUMNS, TrailGroups, joined
from auditor.loader.pieces import Piece
from auditor.loader.recognise import Recognised
from auditor.loader.rows import BLANK, FURTHER, HEADER_AGAIN, TOTAL, is_total
from auditor.loader.text import Broken
from auditor.loader.trail import FIELDS, LONGEST_DETAIL, Grain, TrailFile, day_of

_NAMED_AT_MOST = 1000
# What this finds is a date, and no total; what it doesn't find may be either.
_STAMP = re.compile(r"\d[^\d.,]+\d")


class _Day:
    """The logins of one day, by the numbers of their keys: a number is looked up faster than a tuple of texts."""

    def __init__(self) -> None:
        self.logins: Counter[int] = Counter()
        self.first_row: dict[int, int] = {}
        self.last_row: dict[int, int] = {}
        self.spans: dict[int, tuple[str, str]] = {}
        """Least and greatest written date."""

    def add(self, first: int, keys: Sequence[int]) -> None:
        self.logins.update(keys)
        self.last_row.update(zip(keys, count(first)))
        if len(self.first_row) < len(self.last_row):
            rows = range(first + len(keys) - 1, first - 1, -1)
            self.first_row = dict(zip(reversed(keys), rows, strict=True)) | self.first_row

    def widen(self, keys: Sequence[int], dates: Sequence[str]) -> None:
        for key, written in zip(keys, dates, strict=True):
            least, greatest = self.spans.get(key, (written, written))
            self.spans[key] = (min(least, written), max(greatest, written))


def group_exactly(
    trail: TrailFile, *, grain: Grain = Grain.DAY, piece: Piece | None = None, first_row: int = 1
) -> TrailGroups:
    """Return the logins of the file, grouped; every record is counted, set aside or rejected.

    Of a piece of the file, whose first record stands in `first_row`, only these.
    """
    recognised, width = trail.recognised, trail.recognised.width
    days: dict[str, _Day] = defaultdict(_Day)
    keys: dict[tuple[str, ...], int] = defaultdict(count().__next__)
    """FIELDS without the date, numbered as they come."""
    set_aside: list[Unusable] = []
    rejected: list[Unusable] = []
    add = _adder(trail, grain, days, keys)
    number, is_unfinished = first_row, False
    for block in piece.blocks(trail.reading.delimiter) if piece else trail.reading.blocks():
        below = block[max(recognised.header_row + 1 - number, 0) :]
        row = number + len(block) - len(below)
        if _are_stamped(below, recognised):
            add(row, below)
        else:
            for at, record in enumerate(below, start=row):
                if not isinstance(record, Broken) and len(record) == width and _is_login(record, recognised):
                    add(at, [record])
                else:
                    _note(at, record, recognised, set_aside, rejected)
                is_unfinished = is_unfinished or (isinstance(record, Broken) and record.is_unfinished)
        number += len(block)
    return TrailGroups(
        groups=_frame(days, list(keys)),
        set_aside=tuple(set_aside),
        rejected=tuple(rejected),
        is_unfinished=is_unfinished,
    )


def _are_stamped(block: list[list[str] | Broken], recognised: Recognised) -> TypeGuard[list[list[str]]]:
    """Tell whether the block holds nothing but logins."""
    if not set(map(type, block)) <= {list} or not set(map(len, block)) <= {recognised.width}:  # type: ignore[arg-type]
        return False
    dates = set(map(itemgetter(recognised.columns["date"]), block))  # type: ignore[arg-type]
    return all(map(_STAMP.search, dates))


def _is_login(record: list[str], recognised: Recognised) -> bool:
    if is_total(record) or tuple(record) == recognised.headers:
        return False
    # Without its date it is a sign-in all the same, of a day that is not known.
    said = (recognised.columns.get(name) for name in ("date", "request_uri", "application"))
    return any(record[at].strip() for at in said if at is not None)


def _adder(
    trail: TrailFile, grain: Grain, days: Mapping[str, _Day], numbers: Mapping[tuple[str, ...], int]
) -> Callable[[int, Sequence[list[str]]], None]:
    """Return what adds records to the days, the first of them standing in the row that is given."""
    date, pick = itemgetter(trail.recognised.columns["date"]), _picker(trail)
    long_uri = None if trail.few_uris else trail.column("request_uri")

    def add(row: int, records: Sequence[list[str]]) -> None:
        if long_uri is not None:
            for record in records:
                record[long_uri] = record[long_uri].partition("?")[0]
        dates = list(map(date, records))
        said = {written: written if grain is Grain.STAMP else day_of(written) for written in set(dates)}
        keys = list(map(numbers.__getitem__, map(pick, records)))
        # The trail is in order of time: mostly they are all of one day.
        runs = groupby(map(said.__getitem__, dates)) if len(set(said.values())) != 1 else [(said[dates[0]], dates)]
        at = 0
        for day, run in runs:
            end = at + len(list(run))
            days[day].add(row + at, keys[at:end])
            if grain is Grain.SPAN:
                days[day].widen(keys[at:end], dates[at:end])
            at = end

    return add


def _frame(days: Mapping[str, _Day], keys: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    rows = (
        (
            *(name, user, email, role, uri.partition("?")[0], status, detail[:LONGEST_DETAIL], application),
            *(token != "", token, logins, day.first_row[key], day.last_row[key], *day.spans.get(key, ("", ""))),
            *(pd.NaT, pd.NaT),
        )
        for name, day in days.items()
        for key, logins in day.logins.items()
        for user, email, role, uri, status, detail, application, token in (keys[key],)
    )
    frame = pd.DataFrame(rows, columns=list(GROUP_COLUMNS))
    return joined(frame.astype({"first": "datetime64[us]", "last": "datetime64[us]"}))


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
        name_row(rejected, Unusable(row=number, reason=record.reason))
    elif not any(cell.strip() for cell in record):
        name_row(set_aside, Unusable(row=number, reason=BLANK))
    elif tuple(record) == recognised.headers:
        name_row(set_aside, Unusable(row=number, reason=HEADER_AGAIN))
    elif is_total(record):
        name_row(set_aside, Unusable(row=number, reason=TOTAL))
    elif len(record) == recognised.width:
        name_row(rejected, Unusable(row=number, reason=f'has no "{recognised.headers[recognised.columns["date"]]}"'))
    else:
        name_row(rejected, Unusable(row=number, reason=f"has {len(record)} cells for {recognised.width} columns"))


def name_row(to: list[Unusable], one: Unusable) -> None:
    """Name the row, and past the first thousand count them: a broken file must not fill the memory."""
    if len(to) < _NAMED_AT_MOST:
        to.append(one)
        return
    counted = to[_NAMED_AT_MOST].count if len(to) > _NAMED_AT_MOST else 0
    first = to[_NAMED_AT_MOST].row if counted else one.row
    to[_NAMED_AT_MOST:] = [Unusable(row=first, reason=FURTHER, count=counted + one.count)]
