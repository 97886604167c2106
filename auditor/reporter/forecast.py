"""When nothing is open any more, if it goes on like this: a straight line, and said to be one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from auditor.assessment import Phase
from auditor.reporter import words

_FARTHEST = 3650  # days: a line that far ahead says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """How many integrations were open at a phase on the day of an audit."""

    as_of: date
    breaks: int
    undetermined: int
    integrations: int
    """All that the audit knew."""

    @property
    def open(self) -> int:
        """Those that break, and those that nobody can tell of yet."""
        return self.breaks + self.undetermined


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Where the straight line through the first and the last count leads."""

    days: int
    """From the first audit to the last."""
    closed: int
    """How many fewer are open since."""
    done_on: date | None
    """When none is open any more; None when that is more than ten years away."""
    open_then: int | None
    """How many are open on the phase's own date; None where that is not given or past."""
    late: bool | None
    """Whether the phase comes first; None where its own date is not given."""
    said: str


def forecast(points: Sequence[Point], phase: Phase) -> Forecast | None:
    """Return where the line leads; None with fewer than two days, without progress, and when nothing is open."""
    if len(points) < 2:
        return None
    first, last = points[0], points[-1]
    days, closed = (last.as_of - first.as_of).days, first.open - last.open
    if days <= 0 or closed <= 0 or not last.open:
        return None
    ahead = ceil(last.open * days / closed)
    done_on = last.as_of + timedelta(days=ahead) if ahead <= _FARTHEST else None
    due = phase.effective
    open_then = None
    if due and due >= last.as_of:
        open_then = max(0, ceil(last.open - closed * (due - last.as_of).days / days))
    late = None if due is None else done_on is None or done_on > due
    return Forecast(
        days=days,
        closed=closed,
        done_on=done_on,
        open_then=open_then,
        late=late,
        said=_say(first, last, done_on, phase, open_then),
    )


def outlook(points: Sequence[Point], phase: Phase) -> str:
    """Return the forecast in words, or why there is none."""
    line = forecast(points, phase)
    if line:
        return line.said
    if points and not points[-1].open:
        return "Nothing is open."
    if len(points) < 2 or points[0].as_of == points[-1].as_of:
        return "No forecast: it takes audits of two days that judged this phase."
    return f"No forecast: since {words.day(points[0].as_of)} the open ones have not become fewer."


def _say(first: Point, last: Point, done_on: date | None, phase: Phase, open_then: int | None) -> str:
    went = (
        f"From {words.number(first.open)} open on {words.day(first.as_of)} to {words.number(last.open)} on {words.day(last.as_of)}: "
        "a straight line through these two counts"
    )
    plainly = "It is a straight line and no promise: the hard ones tend to come last."
    if done_on is None:
        return f"{went} does not reach none within ten years. {plainly}"
    return f"{went} reaches none on {words.day(done_on)}{_beside(done_on, last, phase, open_then)}. {plainly}"


def _beside(done_on: date, last: Point, phase: Phase, open_then: int | None) -> str:
    """Return how that day lies to the phase's date."""
    due = phase.effective
    if due is None:
        opens, closes = phase.window
        if done_on < opens:
            return f", {words.plural((opens - done_on).days, 'day')} before the window of {phase.id} opens"
        inside = "within" if done_on <= closes else "after"
        return f", {inside} the window of {phase.id} ({words.day(opens)} to {words.day(closes)})"
    if due < last.as_of:
        return f"; {phase.id} was due on {words.day(due)}"
    days = (done_on - due).days
    if days <= 0:
        ahead = f"{words.plural(-days, 'day')} before" if days else "on the day of"
        return f", {ahead} {phase.id} ({words.day(due)})"
    left = f", when {words.number(open_then)} would still be open" if open_then else ""
    return f", {words.plural(days, 'day')} after {phase.id} ({words.day(due)}){left}"
