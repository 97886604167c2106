"""The files of the trail, each grouped as finely as it takes to tell which logins stand in two of them.

Small files are grouped by stamps. Of large ones the first and the last stamp come first: only those whose spans overlap
are read once more and compared, by days, and by stamps on the days on which they meet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from auditor.days import DateOrder
from auditor.loader.borders import by_the_minute
from auditor.loader.dates import Dates
from auditor.loader.groups import TrailGroups, stacked
from auditor.loader.overlap import without_repeated_logins
from auditor.loader.spans import ALWAYS, meeting, spans_in_days
from auditor.loader.stamps import Form, forms, proven, stamped
from auditor.loader.trail import Grain, TrailFile
from auditor.loader.trail_fast import group_fast
from auditor.loader.trail_piecewise import group_piecewise

_SMALL = 1 << 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """The logins of all files, each counted in one of them."""

    groups: pd.DataFrame
    """GROUP_COLUMNS, and `number`: which of the files it is."""
    repeated: Mapping[int, int]
    """How many logins of a file stand in another one as well."""
    exact: Mapping[int, TrailGroups]
    """What became of the rows of files that were read the exact way."""
    dates: Mapping[int, Dates]
    """Of files whose stamps were read, whether these can be used; of the others, the days in `groups` have to tell."""


def group_files(
    trails: Sequence[TrailFile],
    order: DateOrder | None,
    progress: Callable[[int], None],
    apart: Mapping[str, TrailGroups],
) -> Grouped:
    """Return the logins of all files. `apart` are files that `group_trail` has grouped before, by their names."""
    every = range(len(trails))
    if apart or (len(trails) > 1 and sum(map(_size, trails)) < _SMALL):
        grain = Grain.SPAN if apart else Grain.STAMP
        groups, exact = _group(trails, every, progress, grain, apart=apart)
        groups, repeated = _counted_once(groups, trails, order, grain)
        return Grouped(groups=groups, repeated=repeated, exact=exact, dates={})
    grain = Grain.SPAN if len(trails) > 1 else Grain.DAY
    written = dict(zip(every, forms(trails, order), strict=True))
    groups, exact = _group(trails, every, progress, grain, written=written)
    read = stamped(groups, [number for number, form in written.items() if form and number not in exact])
    dates = proven(read, written, order)
    groups, exact = _finer(trails, read.keys() - dates.keys(), grain, groups, exact)
    by_day = spans_in_days(groups[~groups["number"].isin(list(dates))], order)
    # Stamps that were read in an order that is only taken tell what overlaps where all are read in that one.
    is_common = len({form.order for form in written.values() if form and form.order}) < 2
    by_stamp = {number: one.span for number, one in read.items() if one.span and (is_common or number in dates)}
    known = {
        number: by_day.get(number) or by_stamp.get(number, ALWAYS) for number in map(int, groups["number"].unique())
    }
    compared = meeting(known)
    groups, exact = _finer(trails, compared & dates.keys(), grain, groups, exact)
    dates = {number: one for number, one in dates.items() if number not in compared}
    if not compared:
        return Grouped(groups=groups, repeated={}, exact=exact, dates=dates)
    alone = ~groups["number"].isin(list(compared))
    once, repeated = _counted_once(groups[~alone], trails, order, grain)
    return Grouped(groups=stacked([groups[alone], once]), repeated=repeated, exact=exact, dates=dates)


def group_trail(trail: TrailFile) -> TrailGroups:
    """Return the logins of one file, to be merged with those of the account's other files."""
    groups, exact = _group([trail], [0], lambda records: None, Grain.SPAN)
    return exact.get(0) or TrailGroups(groups=groups, set_aside=(), rejected=())


def _finer(
    trails: Sequence[TrailFile],
    numbers: Collection[int],
    grain: Grain,
    groups: pd.DataFrame,
    exact: Mapping[int, TrailGroups],
) -> tuple[pd.DataFrame, Mapping[int, TrailGroups]]:
    """Return the groups with those of some files grouped again."""
    if not numbers:
        return groups, exact
    finer, exactly = _group(trails, sorted(numbers), lambda records: None, grain)
    return stacked([groups[~groups["number"].isin(list(numbers))], finer]), {**exact, **exactly}


def _group(
    trails: Sequence[TrailFile],
    numbers: Sequence[int],
    progress: Callable[[int], None],
    grain: Grain,
    *,
    written: Mapping[int, Form | None] = MappingProxyType({}),
    apart: Mapping[str, TrailGroups] = MappingProxyType({}),
) -> tuple[pd.DataFrame, Mapping[int, TrailGroups]]:
    """Return the groups of some files, `number` being the file, and what the exact way said of those it had to read.

    Of files whose form is known, the first and last stamps are read in place of the grain.
    """
    parts: list[pd.DataFrame] = []
    exact = {number: apart[trails[number].file] for number in numbers if trails[number].file in apart}
    for strptime, alike in _alike(trails, [number for number in numbers if number not in exact], written):
        vouched = set[int]()
        if trails[alike[0]].reading.text:
            how = Grain.FILE if strptime else grain
            fast = group_fast([trails[number] for number in alike], progress, grain=how, strptime=strptime)
            fast["number"] = fast["number"].map(alike.__getitem__).astype("int64")
            vouched = set(fast["number"])
            parts.append(fast)
        exact |= {number: group_piecewise(trails[number], grain=grain) for number in alike if number not in vouched}
    parts += [read.groups.assign(number=number) for number, read in exact.items()]
    return stacked(parts), exact


def _alike(
    trails: Sequence[TrailFile], numbers: Sequence[int], written: Mapping[int, Form | None]
) -> Iterator[tuple[str, list[int]]]:
    """Give the files that are read together, and how their stamps are read: a query a file would cost more than they do."""
    alike: dict[tuple[str, tuple[object, ...]], list[int]] = defaultdict(list)
    for number in numbers:
        form, trail = written.get(number), trails[number]
        alike[form.strptime if form else "", trail.layout if trail.reading.text else (number,)].append(number)
    return ((strptime, together) for (strptime, _), together in alike.items())


def _counted_once(
    groups: pd.DataFrame, trails: Sequence[TrailFile], order: DateOrder | None, grain: Grain
) -> tuple[pd.DataFrame, Mapping[int, int]]:
    finer = by_the_minute(groups, trails) if grain is Grain.SPAN else groups
    return without_repeated_logins(finer, trails, order)


def _size(trail: TrailFile) -> int:
    text = trail.reading.text
    return text.path.stat().st_size * (10 if text.packed else 1) if text else 0
