"""Who has to do what: the remediation plan and what it costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from auditor.assessment import Assessment, Phase, Rule
from auditor.reporter import words
from auditor.reporter.findings import FindingView
from auditor.reporter.integrations import IntegrationView
from auditor.reporter.phases import PhaseView, add_effort
from auditor.vocabulary import RuleVerdict, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One remedy and the integrations it has to be applied to."""

    rule: Rule
    phase: Phase
    """When it is due."""
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
    """How many integrations have the largest part of their effort with this person; it is counted here, and only here."""
    effort: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one integration needs of one person: a row that a client works through."""

    id: str
    """The same in every audit of the account: made from the integration and what has to be done, not from their order."""
    integration: IntegrationView
    title: str
    rules: tuple[str, ...]
    """What it mends: a rule, and those that only say again of a later phase what this one breaks; none for a question."""
    phase: Phase
    """When it is due."""
    verdict: Verdict
    """Of the integration, at that phase."""
    instructions: tuple[str, ...]
    who: str
    effort: tuple[float, float] | None
    """Of the integration, with the step that is its largest part; None with its others: one migration mends all."""


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
        # Advice alone costs nothing that is counted, so it is nobody's part of the effort.
        if to_do and integration.effort[1]:
            led[_largest(to_do).rule.who].append(integration)
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
            tasks=tuple(
                Task(
                    rule=rule,
                    phase=assessment.phases[phases[rule.phase]],
                    integrations=tuple(concerned[rule.id]),
                )
                for rule in ordered
                if rule.who == who
            ),
            leads=len(led[who]),
            effort=add_effort(led[who]),
        )
        for who in dict.fromkeys(rule.who for rule in ordered)
    )


def _to_do(integration: IntegrationView) -> list[FindingView]:
    if integration.worst.verdict is Verdict.INACTIVE:
        return []
    return [finding for finding in integration.findings if finding.decides]


def _largest(to_do: Sequence[FindingView]) -> FindingView:
    """Return what the effort hangs on, the first of equals; advice costs nothing that is counted."""
    return max(to_do, key=lambda finding: (not finding.is_advice, finding.rule.effort_hours[1]))


def view_steps(assessment: Assessment, integrations: Sequence[IntegrationView]) -> tuple[Step, ...]:
    """Return everything that has to be done or found out, without advice: the earliest phase and the gravest first."""
    phases = {phase.id: phase for phase in assessment.phases}
    order = list(phases)
    steps = []
    for item in integrations:
        pressing = [finding for finding in _to_do(item) if not finding.is_advice]
        largest = _largest(pressing) if pressing else None
        steps += [
            _step(item, phases[finding.rule.phase], finding, item.effort if finding is largest else None)
            for finding in pressing
        ]
        unknown = [phase for phase in order if item.standings[phase].verdict is Verdict.UNDETERMINED]
        if unknown:
            steps.append(_question(item, phases[unknown[0]]))
    gravity = list(Verdict)
    return tuple(sorted(steps, key=lambda step: (order.index(step.phase.id), gravity.index(step.verdict))))


def _step(item: IntegrationView, phase: Phase, finding: FindingView, effort: tuple[float, float] | None) -> Step:
    return Step(
        id=_id(item, finding.rule.id),
        integration=item,
        title=finding.rule.title,
        rules=(finding.rule.id, *_repeated(item, finding)),
        phase=phase,
        verdict=item.standings[phase.id].verdict,
        instructions=words.steps(finding.rule),
        who=finding.rule.who,
        effort=effort,
    )


def _repeated(item: IntegrationView, finding: FindingView) -> tuple[str, ...]:
    concerned = set(finding.connections)
    breaks = finding.rule.verdict is RuleVerdict.BREAKS
    return tuple(one.rule.id for one in item.repeated if breaks and concerned.intersection(one.connections))


def _question(item: IntegrationView, phase: Phase) -> Step:
    standing = item.standings[phase.id]
    return Step(
        id=_id(item, "question"),
        integration=item,
        title="Find out what decides it",
        rules=(),
        phase=phase,
        verdict=standing.verdict,
        instructions=(standing.next_step,),
        who="client administrator",
        effort=None,
    )


def _id(item: IntegrationView, what: str) -> str:
    return sha256(f"{item.integration.key}\n{what}".encode()).hexdigest()[:10]


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
    parts += [("Accepted by a waiver", tuple(item for item in integrations if item.waived_at and not item.breaks_at))]
    rest = [item for item in integrations if not item.breaks_at and not item.waived_at]
    parts += [(_TITLES[verdict], tuple(item for item in rest if item.worst.verdict is verdict)) for verdict in Verdict]
    return tuple(
        EffortLine(title=title, integrations=len(working), effort=add_effort(working))
        for title, group in parts
        if (working := [item for item in group if item.effort[1]])
    )
