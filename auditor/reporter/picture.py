"""Where the shapes of the pictures on page one stand, in percent of the picture's width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from auditor.reporter.phases import PhaseView
from auditor.vocabulary import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The part of a stacked bar that stands for one verdict."""

    verdict: Verdict
    count: int
    x: float
    width: float

    @property
    def middle(self) -> float:
        """Where its number is centred."""
        return round(self.x + self.width / 2, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A phase on the timeline: its window, and the account's own date where it is given."""

    phase: str
    x: float
    width: float
    effective: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All phases on one axis, with the date of the assessment."""

    spans: tuple[Span, ...]
    today: float
    begins: date
    ends: date


def stack(counts: Mapping[Verdict, int]) -> tuple[Segment, ...]:
    """Return the stacked bar of a phase's verdicts, empty ones left out."""
    total = sum(counts.values())
    segments: list[Segment] = []
    before = 0
    for verdict, count in counts.items():
        if count:
            x, end = (round(100 * sum_ / total, 2) for sum_ in (before, before + count))
            segments.append(Segment(verdict=verdict, count=count, x=x, width=round(end - x, 2)))
        before += count
    return tuple(segments)


def timeline(phases: Sequence[PhaseView], as_of: date) -> Timeline:
    """Return the phases on one axis that reaches from the first date that matters to the last."""
    dates = [as_of, *(end for item in phases for end in (*item.phase.window, item.phase.effective) if end)]
    begins, ends = min(dates), max(dates)
    length = max((ends - begins).days, 1)

    def place(when: date) -> float:
        return round(100 * (when - begins).days / length, 2)

    spans = tuple(
        Span(
            phase=item.phase.id,
            x=place(item.phase.window[0]),
            width=round(place(item.phase.window[1]) - place(item.phase.window[0]), 2),
            effective=place(item.phase.effective) if item.phase.effective else None,
        )
        for item in phases
    )
    return Timeline(spans=spans, today=place(as_of), begins=begins, ends=ends)
