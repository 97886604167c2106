"""The first sentence of every report: how many integrations stop working, when, and what is not certain of it."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.assessment import Assessment
from auditor.reporter import words
from auditor.reporter.integrations import IntegrationView
from auditor.reporter.phases import PhaseView
from auditor.vocabulary import Verdict


def write_headline(assessment: Assessment, phases: Sequence[PhaseView], integrations: Sequence[IntegrationView]) -> str:
    """Return how many integrations break at which phase; a waiver makes none of them wait, and that is said."""
    if not integrations or not phases:
        return "No integration was found in the exports."
    told = "; ".join((_breaking(phases, integrations), *_doubts(phases[-1])))
    return f"{_over(assessment)}{told}."


def _over(assessment: Assessment) -> str:
    """Say that the rollout lies behind the audit, before anything sounds as if it were to come."""
    if not assessment.is_over:
        return ""
    return (
        f"Every phase of {assessment.title} was over before {words.day(assessment.as_of)}: "
        "what follows is what NetSuite refuses already, and nothing of a coming rollout. "
    )


def _breaking(phases: Sequence[PhaseView], integrations: Sequence[IntegrationView]) -> str:
    # "3 of 25 integrations stop working at 2018.2 (14 September 2018) and 6 more at 2019.1"
    breaking = [item for item in phases if item.new_breaks]
    waived = [item for item in integrations if item.waived_at and not item.breaks_at]
    order = [item.phase.id for item in phases]
    sooner = [
        item
        for item in integrations
        if item.waived_at and item.breaks_at and order.index(item.waived_at) < order.index(item.breaks_at)
    ]
    if not breaking and not waived:
        return f"None of {words.plural(len(integrations), 'integration')} is known to stop working"
    if not breaking:
        return f"{_some(len(waived), len(integrations))} working, which the client accepts by a waiver"
    first, *later = breaking
    parts = [
        f"{_some(len(first.new_breaks), len(integrations))} working {_at(first)}",
        *(f"{words.number(len(item.new_breaks))} more {_at(item)}" for item in later),
    ]
    clauses = [words.listing(parts, most=len(parts))]
    if sooner:
        clauses.append(
            f"{words.number(len(sooner))} of them {_stop(sooner)} earlier and {_accepted(sooner)} by a waiver"
        )
    if waived:
        clauses.append(f"{words.number(len(waived))} more {_stop(waived)} and {_accepted(waived)} by a waiver")
    return "; ".join(clauses)


def _some(count: int, total: int) -> str:
    of_all = words.plural(total, "integration")
    if count < total:
        return f"{words.number(count)} of {of_all} {'stops' if count == 1 else 'stop'}"
    return f"All {of_all} stop" if total > 1 else "The only integration stops"


def _stop(integrations: Sequence[IntegrationView]) -> str:
    return "stops" if len(integrations) == 1 else "stop"


def _accepted(integrations: Sequence[IntegrationView]) -> str:
    return "is accepted" if len(integrations) == 1 else "are accepted"


def _at(item: PhaseView) -> str:
    effective = item.phase.effective
    return f"at {item.phase.id}" + (f" ({words.day(effective)})" if effective else "")


def _doubts(last: PhaseView) -> list[str]:
    unknown, at_risk = last.counts[Verdict.UNDETERMINED], last.counts[Verdict.AT_RISK]
    doubts = []
    if unknown:
        doubts.append(f"{words.number(unknown)} cannot be judged yet")
    if at_risk:
        doubts.append(f"{words.number(at_risk)} {'is' if at_risk == 1 else 'are'} at risk")
    return [" and ".join(doubts)] if doubts else []
