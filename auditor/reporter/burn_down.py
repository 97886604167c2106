"""Where the shapes of a burn-down stand: across in percent of the picture's width, down in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from auditor.reporter.since import PhaseSince

_LEFT, _RIGHT = 4.0, 96.0
_TOP, _GROUND = 26.0, 130.0
_CLOSEST = 9.0  # percent between two numbers that can both be read on a telephone


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """An audit: how many are open."""

    x: float
    y: float
    open: int
    numbered: bool
    """Whether there is room for its number; the table beside the picture has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BurnDown:
    """The open integrations of one phase, over all audits and ahead."""

    dots: tuple[Dot, ...]
    course: tuple[Stroke, ...]
    ahead: Stroke | None
    """The forecast."""
    due: float | None
    """The account's own date."""
    window: tuple[float, float] | None
    """Left edge and width of the release's window, where the account's own date is not given."""
    ground: float
    begins: date
    ends: date


def draw(item: PhaseSince) -> BurnDown:
    """Return the picture of one phase; it has a point an audit at least."""
    points, phase = item.points, item.phase
    begins, ends = points[0].as_of, _end(item)
    length = max((ends - begins).days, 1)
    most = max(1, *(point.open for point in points))

    def across(when: date) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * (when - begins).days / length, 2)

    def down(open_: float) -> float:
        return round(_GROUND - (_GROUND - _TOP) * open_ / most, 1)

    places = [(across(point.as_of), down(point.open)) for point in points]
    ahead = None
    if item.forecast:
        x, y = places[-1]
        left = (ends - points[-1].as_of).days
        open_ = max(0.0, points[-1].open - item.forecast.closed * left / item.forecast.days)
        reached = item.forecast.done_on if item.forecast.done_on and item.forecast.done_on < ends else ends
        ahead = Stroke(x1=x, y1=y, x2=across(reached), y2=down(open_))
    window = None
    if not phase.effective and phase.window[1] > begins:
        opens = across(max(phase.window[0], begins))
        window = (opens, round(across(phase.window[1]) - opens, 2))
    return BurnDown(
        dots=_dots(places, [point.open for point in points]),
        course=tuple(Stroke(x1=one[0], y1=one[1], x2=other[0], y2=other[1]) for one, other in pairwise(places)),
        ahead=ahead,
        due=across(phase.effective) if phase.effective and phase.effective >= begins else None,
        window=window,
        ground=_GROUND,
        begins=begins,
        ends=ends,
    )


def _end(item: PhaseSince) -> date:
    """Return the last day of the picture: the phase, or the forecast where that is not too far behind it."""
    begins, last = item.points[0].as_of, item.points[-1].as_of
    horizon = max(last, item.phase.effective or item.phase.window[1])
    farthest = horizon + timedelta(days=(horizon - begins).days // 2)
    if item.forecast is None:
        return horizon
    return max(horizon, min(item.forecast.done_on or farthest, farthest))


def _dots(places: list[tuple[float, float]], counts: list[int]) -> tuple[Dot, ...]:
    """Number the last one, then the first, then those between that leave room."""
    last = len(places) - 1
    numbered: list[int] = []
    for number in (last, *range(last)):
        if all(abs(places[number][0] - places[other][0]) >= _CLOSEST for other in numbered):
            numbered.append(number)
    return tuple(
        Dot(x=x, y=y, open=counts[number], numbered=number in numbered) for number, (x, y) in enumerate(places)
    )
