"""Who has to do what: the remediation plan and what it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.model import Assessment, Rule, RuleVerdict, Verdict
from auditor.reporter.findings import FindingView
from auditor.reporter.integrations import IntegrationView
from auditor.reporter.phases import PhaseView, add_effort


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One remedy and the integrations it has to be applied to."""

    rule: Rule
    integrations: tuple[IntegrationView, ...]

    @property
    def is_advice(self) -> bool:
        """Tell whether nothing fails for want of it."""
        return self.rule.verdict is RuleVerdict.ADVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Everything that one kind of person has to do, in order of date and risk."""

    who: str
    tasks: tuple[Task, ...]
    leads: int
    """How many integrations have their first remedy with this person; their whole effort is counted here, and only here."""
    effort: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class EffortLine:
    """Part of the total effort, e.g. what first breaks at one phase."""

    title: str
    integrations: int
    effort: tuple[float, float]


def view_plan(assessment: Assessment, integrations: Sequence[IntegrationView]) -> tuple[Worker, ...]:
    """Return the remedies grouped by who does them, the earliest and gravest first."""
    phases = {phase.id: number for number, phase in enumerate(assessment.phases)}
    severity = list(RuleVerdict)
    concerned: dict[str, list[IntegrationView]] = defaultdict(list)
    led: dict[str, list[IntegrationView]] = defaultdict(list)
    rules: dict[str, Rule] = {}
    for integration in integrations:
        to_do = _to_do(integration)
        if to_do:
            led[to_do[0].rule.who].append(integration)
        for finding in to_do:
            rules[finding.rule.id] = finding.rule
            concerned[finding.rule.id].append(integration)

    def urgency(rule: Rule) -> tuple[int, int, str]:
        # Advice waits until nothing is left that may fail, whatever its phase.
        return (
            0 if rule.verdict is not RuleVerdict.ADVICE else 1,
            phases[rule.phase] * 10 + severity.index(rule.verdict),
            rule.id,
        )

    ordered = sorted(rules.values(), key=urgency)
    return tuple(
        Worker(
            who=who,
            tasks=tuple(Task(rule=rule, integrations=tuple(concerned[rule.id])) for rule in ordered if rule.who == who),
            leads=len(led[who]),
            effort=add_effort(led[who]),
        )
        for who in dict.fromkeys(rule.who for rule in ordered)
    )


def _to_do(integration: IntegrationView) -> list[FindingView]:
    if integration.worst.verdict is Verdict.INACTIVE:
        return []
    return [finding for finding in integration.findings if finding.decides]


_TITLES = {
    Verdict.BREAKS: "Breaks",
    Verdict.UNDETERMINED: "Undetermined, as far as known",
    Verdict.AT_RISK: "At risk",
    Verdict.EXEMPT: "Exempt, due before the exemption ends",
    Verdict.READY: "Ready, advice only",
    Verdict.INACTIVE: "Inactive",
}


def view_effort(phases: Sequence[PhaseView], integrations: Sequence[IntegrationView]) -> tuple[EffortLine, ...]:
    """Return the parts of the total effort that are not nothing; they add up to the total."""
    parts = [(f"Breaks first at {item.phase.id}", item.new_breaks) for item in phases]
    rest = [item for item in integrations if not item.breaks_at]
    parts += [(_TITLES[verdict], tuple(item for item in rest if item.worst.verdict is verdict)) for verdict in Verdict]
    return tuple(
        EffortLine(title=title, integrations=len(working), effort=add_effort(working))
        for title, group in parts
        if (working := [item for item in group if item.effort[1]])
    )
