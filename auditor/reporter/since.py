"""What happened since the last audit: the comparison with it, and how the open integrations went down over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from auditor.assessment import Phase
from auditor.reporter import words
from auditor.reporter.compare import Change, Comparison, Row, compare
from auditor.reporter.forecast import Forecast, Point, forecast, outlook
from auditor.reporter.recorded import Recorded
from auditor.vocabulary import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseSince:
    """What happened at one phase."""

    phase: Phase
    course: tuple[Point | None, ...]
    """One an audit, the earliest first, this one last; None for an audit that did not judge the phase."""
    counts: Mapping[Change, int]
    """Every change named."""
    forecast: Forecast | None
    outlook: str

    @property
    def points(self) -> tuple[Point, ...]:
        """The audits that judged the phase; this one and the last did."""
        return tuple(point for point in self.course if point)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The integrations that one change befell, each with the phases at which it did."""

    change: Change
    rows: tuple[tuple[Row, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The comparison with the last audit, and the course over all of them."""

    comparison: Comparison
    audits: tuple[date, ...]
    """The earliest first, this one last."""
    phases: tuple[PhaseSince, ...]
    groups: tuple[Group, ...]
    """What matters most first. One that was fixed at one phase and is open at another stands in both groups."""
    headline: str


def view_since(earlier: Sequence[Recorded], now: Recorded) -> Since | None:
    """Compare with the latest of the earlier audits; None when there is none."""
    if not earlier:
        return None
    audits = (*sorted(earlier, key=lambda one: one.as_of), now)
    comparison = compare(audits[-2], now)
    phases = tuple(_phase(phase, audits, comparison) for phase in comparison.phases)
    return Since(
        comparison=comparison,
        audits=tuple(one.as_of for one in audits),
        phases=phases,
        groups=tuple(group for change in Change if (group := _group(comparison, change)).rows),
        headline=_headline(comparison, phases),
    )


def _phase(phase: Phase, audits: Sequence[Recorded], comparison: Comparison) -> PhaseSince:
    course = tuple(_point(one, phase.id) if phase.id in {known.id for known in one.phases} else None for one in audits)
    points = tuple(point for point in course if point)
    return PhaseSince(
        phase=phase,
        course=course,
        counts={change: len(comparison.at(phase.id, change)) for change in Change},
        forecast=forecast(points, phase),
        outlook=outlook(points, phase),
    )


def _group(comparison: Comparison, change: Change) -> Group:
    found = []
    for row in comparison.rows:
        phases = tuple(phase for phase, befell in row.changes.items() if befell is change)
        if change is Change.NEVER_OPEN:
            if row.differs and row.worst is change:
                found.append((row, phases))
        elif phases or (change is Change.REGRESSED and row.regressed):
            found.append((row, phases or tuple(row.changes)))
    return Group(change=change, rows=tuple(found))


def _point(audit: Recorded, phase: str) -> Point:
    verdicts = [one.verdicts[phase] for one in audit.integrations]
    return Point(
        as_of=audit.as_of,
        breaks=verdicts.count(Verdict.BREAKS),
        undetermined=verdicts.count(Verdict.UNDETERMINED),
        integrations=len(verdicts),
    )


_TOLD = (
    Change.REGRESSED,
    Change.NEWLY_BREAKING,
    Change.IN_DOUBT,
    Change.FIXED,
    Change.CLEARED,
    Change.EXEMPTED,
    Change.STILL_OPEN,
)


def _headline(comparison: Comparison, phases: Sequence[PhaseSince]) -> str:
    """Return e.g. "Since 28 August 2018: 1 regressed and 5 fixed at 2018.2; 1 new."."""
    said = []
    for item in phases:
        counts = [f"{words.number(item.counts[change])} {change}" for change in _TOLD if item.counts[change]]
        said.append(f"{words.listing(counts, len(_TOLD)) if counts else 'nothing is open or was'} at {item.phase.id}")
    came = sum(row.before is None for row in comparison.rows)
    went = sum(row.after is None for row in comparison.rows)
    moved = [f"{words.number(count)} {what}" for count, what in ((came, "new"), (went, "gone")) if count]
    also = [words.listing(moved)] if moved else []
    return f"Since {words.day(comparison.before)}: {'; '.join([*said, *also])}."
