"""What every report shows of an integration: its connections, why it gets its verdict, and what comes next."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from auditor.model import (
    Assessment,
    Connection,
    Evidence,
    Finding,
    Integration,
    JudgedConnection,
    JudgedIntegration,
    Owner,
    Rule,
    RuleVerdict,
    State,
    Verdict,
)
from auditor.reporter import plain, words
from auditor.reporter.gaps import GapView

_WORST_FIRST = {verdict: rank for rank, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionView:
    """One way in which the integration signs in."""

    connection: Connection
    title: str
    verdicts: Mapping[str, Verdict]
    exemptions: Mapping[str, str]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A rule that holds for one or more connections of the integration."""

    rule: Rule
    connections: tuple[str, ...]
    decides: bool
    """False for a rule that only says again, of a later phase, what an earlier phase breaks: one migration mends both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What happens to the integration at a phase, why, and what comes next."""

    verdict: Verdict
    why: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationView:
    """An integration as reports show it."""

    integration: Integration
    anchor: str
    label: str
    """Its name on one line, told apart from others of the same name."""
    standings: Mapping[str, Standing]
    """Phase to what happens at it."""
    worst: Standing
    """The first of the worst over all phases."""
    breaks_at: str | None
    effort: tuple[float, float]
    privileged: bool
    who: tuple[str, ...]
    users: tuple[str, ...]
    roles: tuple[str, ...]
    channels: tuple[str, ...]
    authentications: tuple[str, ...]
    connections: tuple[ConnectionView, ...]
    findings: tuple[FindingView, ...]
    gaps: tuple[GapView, ...]
    evidence: tuple[Evidence, ...]

    @property
    def matters_because(self) -> str:
        """Say in a few words why it comes before others."""
        reasons = [f"breaks at {self.breaks_at}" if self.breaks_at else str(self.worst.verdict)]
        if self.privileged:
            reasons.append("highly privileged role")
        if self.integration.owner == Owner.VENDOR:
            reasons.append("its vendor has to change it")
        if len(self.connections) > 1:
            reasons.append(words.plural(len(self.connections), "connection"))
        return ", ".join(reasons)


def view_integrations(assessment: Assessment, gaps: Sequence[GapView]) -> tuple[IntegrationView, ...]:
    """Return every integration, the one that matters most first."""
    phases = {phase.id: number for number, phase in enumerate(assessment.phases)}
    findings = {finding.id: finding for finding in assessment.findings}
    connections = {judged.connection.id: judged for judged in assessment.connections}
    gaps_of = defaultdict(list)
    for gap in gaps:
        for key in gap.integrations:
            gaps_of[key].append(gap)
    labels = _labels([judged.integration for judged in assessment.integrations])
    anchors = _anchors(labels)
    views = [
        _view(
            judged,
            label=labels[number],
            anchor=anchors[number],
            connections=[connections[id_] for id_ in judged.integration.connections],
            findings=findings,
            phases=phases,
            gaps=tuple(gaps_of[judged.integration.key]),
        )
        for number, judged in enumerate(assessment.integrations)
    ]
    return tuple(sorted(views, key=lambda view: _priority(view, phases)))


def _priority(view: IntegrationView, phases: Mapping[str, int]) -> tuple[int | float | str, ...]:
    return (
        _WORST_FIRST[view.worst.verdict],
        phases[view.breaks_at] if view.breaks_at else len(phases),
        not view.privileged,
        -view.effort[1],
        -len(view.connections),
        view.label.casefold(),
        view.integration.key,
    )


def _view(
    judged: JudgedIntegration,
    *,
    label: str,
    anchor: str,
    connections: Sequence[JudgedConnection],
    findings: Mapping[str, Finding],
    phases: Mapping[str, int],
    gaps: tuple[GapView, ...],
) -> IntegrationView:
    found = _view_findings(connections, findings, phases)
    standings = {
        phase: _standing(
            judged.integration,
            verdict,
            connections=connections,
            findings=[item for item in found if item.decides and phases[item.rule.phase] <= phases[phase]],
            gaps=gaps,
        )
        for phase, verdict in judged.verdicts.items()
    }
    rows = [item.connection for item in connections]
    return IntegrationView(
        integration=judged.integration,
        anchor=anchor,
        label=label,
        standings=standings,
        worst=min(standings.values(), key=lambda standing: _WORST_FIRST[standing.verdict]),
        breaks_at=judged.breaks_at,
        effort=judged.effort_hours,
        privileged=any(row.role_privileged for row in rows),
        who=_distinct(item.rule.who for item in found if item.decides),
        users=_distinct(row.user for row in rows),
        roles=_distinct(row.role for row in rows),
        channels=_distinct(row.channel for row in rows),
        authentications=_distinct(row.authentication or words.UNKNOWN for row in rows) or (words.UNKNOWN,),
        connections=tuple(_view_connection(item, findings) for item in connections),
        findings=found,
        gaps=gaps,
        evidence=judged.integration.evidence,
    )


def _view_connection(judged: JudgedConnection, findings: Mapping[str, Finding]) -> ConnectionView:
    return ConnectionView(
        connection=judged.connection,
        title=words.sign_in(judged.connection),
        verdicts=judged.verdicts,
        exemptions=judged.exemptions,
        rules=_distinct(findings[id_].rule.id for id_ in judged.findings),
    )


def _view_findings(
    connections: Sequence[JudgedConnection], findings: Mapping[str, Finding], phases: Mapping[str, int]
) -> tuple[FindingView, ...]:
    held: dict[str, list[str]] = defaultdict(list)
    deciding: set[str] = set()
    rules = {}
    for judged in connections:
        of_connection = [findings[id_].rule for id_ in judged.findings]
        first = min((phases[rule.phase] for rule in of_connection if rule.verdict is RuleVerdict.BREAKS), default=-1)
        for rule in of_connection:
            rules[rule.id] = rule
            held[rule.id].append(judged.connection.id)
            if rule.verdict is not RuleVerdict.BREAKS or phases[rule.phase] == first:
                deciding.add(rule.id)
    severity = list(RuleVerdict)
    ordered = sorted(rules.values(), key=lambda rule: (severity.index(rule.verdict), phases[rule.phase], rule.id))
    return tuple(
        FindingView(rule=rule, connections=tuple(held[rule.id]), decides=rule.id in deciding) for rule in ordered
    )


def _standing(
    integration: Integration,
    verdict: Verdict,
    *,
    connections: Sequence[JudgedConnection],
    findings: Sequence[FindingView],
    gaps: Sequence[GapView],
) -> Standing:
    why = _why(integration, verdict, connections=connections, findings=findings, gaps=gaps)
    return Standing(verdict=verdict, why=why, next_step=_next_step(verdict, findings, gaps))


def _why(
    integration: Integration,
    verdict: Verdict,
    *,
    connections: Sequence[JudgedConnection],
    findings: Sequence[FindingView],
    gaps: Sequence[GapView],
) -> str:
    titles = {
        kind: "; ".join(item.rule.title for item in findings if item.rule.verdict is kind) for kind in RuleVerdict
    }
    match verdict:
        case Verdict.BREAKS:
            return titles[RuleVerdict.BREAKS]
        case Verdict.UNDETERMINED if not connections:
            return "No export shows how it signs in"
        case Verdict.UNDETERMINED:
            return (
                "Not known: " + "; ".join(gap.question for gap in gaps)
                if gaps
                else "A fact that decides it is not known"
            )
        case Verdict.AT_RISK:
            return titles[RuleVerdict.AT_RISK]
        case Verdict.EXEMPT:
            return "; ".join(_distinct(reason for item in connections for reason in item.exemptions.values()))
        case Verdict.READY:
            methods = _distinct(item.connection.authentication for item in connections)
            return f"Signs in with {words.listing(methods)}" if methods else "No rule of this rollout holds for it"
        case Verdict.INACTIVE if integration.state is not None and integration.state is not State.ENABLED:
            return f"The integration record is {integration.state}, so it cannot sign in today"
        case _:
            return "None of its connections can sign in today"


def _next_step(verdict: Verdict, findings: Sequence[FindingView], gaps: Sequence[GapView]) -> str:
    steps = next((item.rule.fix for item in findings if item.rule.fix), ())
    match verdict:
        case Verdict.UNDETERMINED if gaps:
            return f"Supply the {gaps[0].settled_by}: it must show {gaps[0].question}"
        case Verdict.UNDETERMINED:
            return "Ask whoever runs it how it signs in"
        case Verdict.INACTIVE:
            return "Decide whether to delete it"
        case Verdict.EXEMPT:
            return "Migrate it before the exemption ends"
        case _ if steps:
            return steps[0]
        case _:
            return "Nothing to do"


def _distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(str(value) for value in dict.fromkeys(values) if value)


def _labels(integrations: Sequence[Integration]) -> list[str]:
    names = [plain.shorten(integration.name) or "(no name)" for integration in integrations]
    shared = {name for name, count in Counter(names).items() if count > 1}
    seen: Counter[str] = Counter()
    labels = []
    for name, integration in zip(names, integrations, strict=True):
        seen[name] += 1
        apart = f"internal ID {integration.internal_id}" if integration.internal_id else f"number {seen[name]}"
        labels.append(f"{name} ({apart})" if name in shared else name)
    return labels


def _anchors(labels: Sequence[str]) -> list[str]:
    seen: Counter[str] = Counter()
    anchors = []
    for label in labels:
        slug = re.sub(r"[^a-z0-9]+", "-", label.casefold()).strip("-")[:60] or "unnamed"
        seen[slug] += 1
        # Two hyphens never come out of a name, so a numbered anchor can't meet another integration's own.
        anchors.append(f"integration-{slug}" if seen[slug] == 1 else f"integration-{slug}--{seen[slug]}")
    return anchors
