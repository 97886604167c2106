"""Who breaks when: the phases of each client on one axis of time, in percent of the picture's width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.portfolio.client_summary import ClientSummary
from auditor.portfolio.summary import Portfolio
from auditor.vocabulary import Verdict

_ROWS = 40
_LABELS = 8
_MARGIN = 4
_SHOWN = (Verdict.BREAKS, Verdict.UNDETERMINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A phase that reaches a client."""

    phase: str
    verdict: Verdict
    day: date
    dated: bool
    x: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRow:
    """A client that has something to do, or to find out."""

    folder: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The clients, whoever breaks first on top."""

    rows: tuple[CalendarRow, ...]
    more: int
    """How many more there are."""
    months: tuple[tuple[date, float], ...]
    """The months that are named on the axis."""
    today: float
    """Where the date of the portfolio stands."""


def make_calendar(portfolio: Portfolio) -> Calendar:
    """Return the clients of which an integration breaks, or can't be judged, with their phases."""
    clients = sorted((one for one in portfolio.clients if _days(one)), key=lambda one: (_first(one), one.folder))
    shown = clients[:_ROWS]
    days = [phase.due for client in shown for phase in client.phases] + ([portfolio.as_of] if portfolio.as_of else [])
    begins, ends = min(days, default=date.min), max(days, default=date.min)
    length = max((ends - begins).days, 1)

    def place(day: date) -> float:
        return round(_MARGIN + (100 - 2 * _MARGIN) * (day - begins).days / length, 2)

    rows = tuple(
        CalendarRow(
            folder=client.folder,
            marks=tuple(
                Mark(
                    phase=item.phase.id,
                    verdict=item.verdict,
                    day=item.due,
                    dated=item.phase.effective is not None,
                    x=place(item.due),
                )
                for item in client.phases
            ),
        )
        for client in shown
    )
    months = list(_months(begins, ends)) if shown else []
    every = -(-len(months) // _LABELS) or 1
    return Calendar(
        rows=rows,
        more=len(clients) - len(shown),
        months=tuple((month, place(month)) for month in months[::every]),
        today=place(portfolio.as_of) if portfolio.as_of else 0,
    )


def _days(client: ClientSummary) -> list[date]:
    return [item.due for item in client.phases if item.verdict in _SHOWN]


def _first(client: ClientSummary) -> tuple[bool, date]:
    breaks = [item.due for item in client.phases if item.verdict is Verdict.BREAKS]
    return not breaks, min(breaks or _days(client))


def _months(begins: date, ends: date) -> Iterator[date]:
    """Give the firsts of months between two days."""
    month = begins if begins.day == 1 else (begins.replace(day=1) + timedelta(days=31)).replace(day=1)
    while month <= ends:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)
