"""What every report shows of a phase: its date, how many integrations have each verdict, and which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.assessment import Assessment, Phase
from auditor.reporter import words
from auditor.reporter.gaps import GapView
from auditor.reporter.integrations import IntegrationView
from auditor.vocabulary import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseView:
    """A phase and the integrations by their verdict at it."""

    phase: Phase
    date: str
    countdown: str
    counts: Mapping[Verdict, int]
    by_verdict: Mapping[Verdict, tuple[IntegrationView, ...]]
    """Every verdict named, each with its integrations, the one that matters most first."""
    new_breaks: tuple[IntegrationView, ...]
    """Those that first break at this phase."""
    old_breaks: tuple[IntegrationView, ...]
    """Those that break at an earlier phase already."""
    gaps: tuple[GapView, ...]
    """The gaps that keep a verdict of this phase undetermined."""
    effort: tuple[float, float]
    """For what first breaks at this phase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Integrations of which a phase says the same."""

    why: str
    next_step: str
    integrations: tuple[IntegrationView, ...]


def alike(integrations: Iterable[IntegrationView], phase: str) -> tuple[Alike, ...]:
    """Return the integrations by what that phase says of them, so that it is said once, the first of each in its order."""
    found: dict[tuple[str, str], list[IntegrationView]] = defaultdict(list)
    for item in integrations:
        standing = item.standings[phase]
        found[standing.why, standing.next_step].append(item)
    return tuple(
        Alike(why=why, next_step=next_step, integrations=tuple(group)) for (why, next_step), group in found.items()
    )


def view_phases(
    assessment: Assessment, integrations: Sequence[IntegrationView], gaps: Sequence[GapView]
) -> tuple[PhaseView, ...]:
    """Return every phase in the order of the rollout."""
    return tuple(_view(assessment, phase, integrations, gaps) for phase in assessment.phases)


def _view(
    assessment: Assessment, phase: Phase, integrations: Sequence[IntegrationView], gaps: Sequence[GapView]
) -> PhaseView:
    by_verdict = {
        verdict: tuple(item for item in integrations if item.standings[phase.id].verdict is verdict)
        for verdict in Verdict
    }
    breaking = by_verdict[Verdict.BREAKS]
    new = tuple(item for item in breaking if item.breaks_at == phase.id)
    undetermined = {item.integration.key for item in by_verdict[Verdict.UNDETERMINED]}
    return PhaseView(
        phase=phase,
        date=words.phase_date(phase),
        countdown=words.countdown(phase, assessment.as_of),
        counts=assessment.counts(phase.id),
        by_verdict=by_verdict,
        new_breaks=new,
        old_breaks=tuple(item for item in breaking if item.breaks_at != phase.id),
        gaps=tuple(gap for gap in gaps if undetermined.intersection(gap.integrations)),
        effort=add_effort(new),
    )


def add_effort(integrations: Sequence[IntegrationView]) -> tuple[float, float]:
    """Return the least and the most hours for all of them together."""
    return sum(item.effort[0] for item in integrations), sum(item.effort[1] for item in integrations)
