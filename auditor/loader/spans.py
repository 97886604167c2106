"""From when to when the logins of each file are: only files whose spans overlap can hold the same login."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pandas as pd

from auditor.days import DateOrder
from auditor.loader.dates import read_dates
from auditor.loader.trail import day_of

MINUTE = timedelta(minutes=1)
# As many files that do no more than share a minute are parts of one trail, cut where it came to be long enough.
_MOST_TOUCHING = 100


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From the first moment to before the end."""

    start: datetime
    end: datetime


# No stamp names its time zone.
ALWAYS = Span(datetime.min, datetime.max)  # noqa: DTZ901


def spans_in_days(groups: pd.DataFrame, order: DateOrder | None) -> dict[int, Span]:
    """Return from which day to which the logins of each file are, without the files that have a day that can't be read."""
    found = {}
    for number, written in groups.sort_values("first_row").groupby("number")["day"]:
        days = read_dates([day_of(day) for day in written.unique()], order).days.values()
        known = [day for day in days if day]
        if len(known) == len(days):
            found[int(str(number))] = Span(
                datetime.combine(min(known), time.min), datetime.combine(max(known), time.max)
            )
    return found


def meeting(spans: Mapping[int, Span]) -> set[int]:
    """Return the files that may hold a login of another one.

    Stamps name no seconds, so that two files share a minute where one ends and the other begins.
    """
    found = overlapping(spans)
    if len(found) <= _MOST_TOUCHING:
        return found
    shorter = {number: Span(one.start, max(one.end - MINUTE, one.start + MINUTE / 2)) for number, one in spans.items()}
    return overlapping(shorter)


def overlapping(spans: Mapping[int, Span]) -> set[int]:
    """Return the files whose spans overlap with that of another one."""
    found: set[int] = set()
    latest: int | None = None
    for number, span in sorted(spans.items(), key=lambda item: item[1]):
        if latest is not None and span.start < spans[latest].end:
            found |= {latest, number}
        if latest is None or span.end > spans[latest].end:
            latest = number
    return found
