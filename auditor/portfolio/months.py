"""How much work falls into which month, and how many people it takes."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.portfolio.client_summary import ClientSummary, Hours, add_hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A phase that reaches a client."""

    day: date
    phase: str
    folder: str
    client: str
    dated: bool
    """Whether the day is the account's own; otherwise it is the first of the phase's window."""
    hours: Hours
    """What has to be done before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The work of one month."""

    begins: date
    """The first of the month."""
    hours: Hours
    by_who: tuple[tuple[str, Hours], ...]
    people: Hours
    """How many people are needed, for the least and the most hours."""
    due: tuple[Due, ...]
    """The phases that come in this month, in the order of their days, those that need no work included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """All work by month, from the date of the portfolio to the last date of a phase."""

    hours_a_month: float
    """What one person gets done in a month."""
    months: tuple[Month, ...]
    due_now: tuple[Due, ...]
    """Phases that have come, or may come any day as their window is open, while something breaks."""

    @property
    def due_now_hours(self) -> Hours:
        """The hours of what is due now."""
        return add_hours(item.hours for item in self.due_now)


def plan_months(clients: Sequence[ClientSummary], as_of: date | None, hours_a_month: float) -> Months:
    """Return the work by month: what a phase needs is spread evenly over the days that are left until it comes."""
    if as_of is None:
        return Months(hours_a_month=hours_a_month, months=(), due_now=())
    hours: dict[date, dict[str, list[Hours]]] = defaultdict(lambda: defaultdict(list))
    coming: dict[date, list[Due]] = defaultdict(list)
    due_now = []
    for client in clients:
        for item in client.phases:
            due = Due(
                day=item.due,
                phase=item.phase.id,
                folder=client.folder,
                client=client.client,
                dated=item.phase.effective is not None,
                hours=item.hours,
            )
            if item.due > as_of:
                coming[item.due.replace(day=1)].append(due)
                for work in item.work:
                    for month, part in _spread(work.hours, as_of, item.due):
                        hours[month][work.who].append(part)
            elif item.work:
                due_now.append(due)
    last = max((*hours, *coming), default=None)
    return Months(
        hours_a_month=hours_a_month,
        months=tuple(
            _month(month, hours[month], coming[month], hours_a_month * _share_left(month, as_of))
            for month in (_months(as_of, last) if last else ())
        ),
        due_now=tuple(sorted(due_now, key=_by_day)),
    )


def _month(month: date, hours: dict[str, list[Hours]], due: Sequence[Due], capacity: float) -> Month:
    by_who = tuple((who, add_hours(parts)) for who, parts in sorted(hours.items()))
    total = add_hours(one for _, one in by_who)
    return Month(
        begins=month,
        hours=total,
        by_who=by_who,
        people=(round(total[0] / capacity, 1), round(total[1] / capacity, 1)),
        due=tuple(sorted(due, key=_by_day)),
    )


def _spread(hours: Hours, as_of: date, due: date) -> Iterator[tuple[date, Hours]]:
    """Give each month's part; the parts add up to the whole, however they are rounded."""
    days = (due - as_of).days
    before = (0.0, 0.0)
    for month in _months(as_of, due - timedelta(days=1)):
        share = (min(_next(month), due) - as_of).days / days
        until = (round(hours[0] * share, 1), round(hours[1] * share, 1))
        yield month, (round(until[0] - before[0], 1), round(until[1] - before[1], 1))
        before = until


def _share_left(month: date, as_of: date) -> float:
    """Return the part of the month that is left: of the first only the days from the portfolio's date on."""
    length = monthrange(month.year, month.month)[1]
    return (length - as_of.day + 1) / length if (month.year, month.month) == (as_of.year, as_of.month) else 1.0


def _months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _by_day(due: Due) -> tuple[date, str, str]:
    return due.day, due.folder, due.phase
