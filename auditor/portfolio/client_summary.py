"""One client in a few lines, of what its assessment.json says: verdicts, effort and what causes it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from auditor.assessment import JudgedConnection, JudgedIntegration, Phase
from auditor.portfolio.decisions import ClientDecision, find_decisions, is_waived
from auditor.reporter.recorded import Recorded, RecordedFinding
from auditor.vocabulary import RuleVerdict, Verdict

Hours = tuple[float, float]
"""Least and most."""

_GRAVITY = {verdict: rank for rank, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A client that could not be audited, and why."""

    folder: str
    reason: str
    where: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one kind of person has to do for a client before a phase."""

    who: str
    integrations: int
    hours: Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPhase:
    """A phase as it meets one client."""

    phase: Phase
    verdict: Verdict
    """The worst of its integrations."""
    integrations: Mapping[Verdict, int]
    """How many have each verdict, every verdict named."""
    waived: int
    """How many NetSuite refuses, which the client accepts by a waiver: they count as exempt, or as worse, but not as breaking."""
    work: tuple[Work, ...]
    """For what first breaks at this phase."""

    @property
    def due(self) -> date:
        """The day by which the work has to be done: the account's own, otherwise the first on which it may come."""
        return self.phase.effective or self.phase.window[0]

    @property
    def hours(self) -> Hours:
        """The hours of all its work."""
        return add_hours(item.hours for item in self.work)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A rule that decides the verdict of an integration."""

    integration: str
    vendor: str | None
    rule: str
    title: str
    phase: str
    verdict: RuleVerdict
    who: str
    hours: Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSummary:
    """A client that was audited."""

    folder: str
    client: str
    as_of: date
    packs: tuple[tuple[str, str], ...]
    """Id and version of each."""
    integrations: int
    connections: int
    phases: tuple[ClientPhase, ...]
    problems: tuple[Problem, ...]
    decisions: tuple[ClientDecision, ...]
    """Exemptions and waivers, the one that ends first on top."""
    missing_lists: tuple[str, ...]

    @property
    def hours(self) -> Hours:
        """The hours for everything that breaks."""
        return add_hours(phase.hours for phase in self.phases)


def add_hours(parts: Iterable[Hours]) -> Hours:
    """Return the least and the most hours of all of them together."""
    listed = list(parts)
    return round(sum(least for least, _ in listed), 1), round(sum(most for _, most in listed), 1)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the gravest verdict; of nothing at all, undetermined: no integration found is no proof that there is none."""
    return min(verdicts, key=_GRAVITY.__getitem__, default=Verdict.UNDETERMINED)


def summarise_client(folder: str, recorded: Recorded) -> ClientSummary:
    """Return what the portfolio needs of the client."""
    deciding = _deciding(recorded)
    carriers = _carriers(recorded, deciding)
    connections = {one.connection.id: one for one in recorded.connections}
    return ClientSummary(
        folder=folder,
        client=recorded.client,
        as_of=recorded.as_of,
        packs=recorded.packs,
        integrations=len(recorded.integrations),
        connections=len(recorded.connections),
        phases=tuple(_phase(phase, recorded, carriers, connections) for phase in recorded.phases),
        problems=tuple(
            _problem(judged, finding)
            for judged in recorded.integrations
            for finding in deciding[judged.integration.key]
        ),
        decisions=find_decisions(folder, recorded, connections),
        missing_lists=recorded.missing_lists,
    )


def _deciding(recorded: Recorded) -> dict[str, list[RecordedFinding]]:
    """Return the findings that decide each integration's verdict, one a rule: of the first phase it breaks at, if it does."""
    order = [phase.id for phase in recorded.phases]
    by_connection = _by_connection(recorded)
    found = {}
    for judged in recorded.integrations:
        kind = _kind(judged)
        until = order.index(judged.breaks_at) if judged.breaks_at in order else len(order)
        findings = [
            finding
            for id_ in judged.integration.connections
            for finding in by_connection[id_]
            # An exemption may put off what a rule of an earlier phase says.
            if finding.verdict is kind and order.index(finding.phase) <= until
        ]
        first = min((order.index(finding.phase) for finding in findings), default=None)
        of_first = {finding.rule: finding for finding in reversed(findings) if order.index(finding.phase) == first}
        found[judged.integration.key] = sorted(of_first.values(), key=lambda finding: finding.rule)
    return found


def _by_connection(recorded: Recorded) -> Mapping[str, Sequence[RecordedFinding]]:
    found: dict[str, list[RecordedFinding]] = defaultdict(list)
    for finding in recorded.findings:
        found[finding.connection].append(finding)
    return found


def _carriers(recorded: Recorded, deciding: Mapping[str, Sequence[RecordedFinding]]) -> Mapping[str, str]:
    """Return who carries the effort of each integration that breaks: as in the client's own report, its largest part."""
    order = [phase.id for phase in recorded.phases]
    by_connection = _by_connection(recorded)
    carriers = {}
    for judged in recorded.integrations:
        to_do = [
            finding for id_ in judged.integration.connections for finding in _to_do(by_connection.get(id_, ()), order)
        ]
        if judged.breaks_at:
            parts = [*deciding[judged.integration.key], *to_do]
            carriers[judged.integration.key] = max(parts, key=lambda finding: finding.effort_hours[1]).who
    return carriers


def _to_do(findings: Sequence[RecordedFinding], order: Sequence[str]) -> list[RecordedFinding]:
    """Return what is not advice, and not said again of a later phase."""
    breaking = [order.index(finding.phase) for finding in findings if finding.verdict is RuleVerdict.BREAKS]
    return [
        finding
        for finding in findings
        if finding.verdict is RuleVerdict.AT_RISK
        or (finding.verdict is RuleVerdict.BREAKS and order.index(finding.phase) == min(breaking))
    ]


def _kind(judged: JudgedIntegration) -> RuleVerdict | None:
    if judged.breaks_at:
        return RuleVerdict.BREAKS
    return RuleVerdict.AT_RISK if worst(judged.verdicts.values()) is Verdict.AT_RISK else None


def _phase(
    phase: Phase, recorded: Recorded, carriers: Mapping[str, str], connections: Mapping[str, JudgedConnection]
) -> ClientPhase:
    verdicts = [judged.verdicts[phase.id] for judged in recorded.integrations]
    counted = Counter(verdicts)
    led: dict[str, list[JudgedIntegration]] = defaultdict(list)
    for judged in recorded.integrations:
        if judged.breaks_at == phase.id:
            led[carriers[judged.integration.key]].append(judged)
    return ClientPhase(
        phase=phase,
        verdict=worst(verdicts),
        integrations={verdict: counted[verdict] for verdict in Verdict},
        waived=sum(is_waived(judged, phase.id, connections) for judged in recorded.integrations),
        work=tuple(
            Work(who=who, integrations=len(group), hours=add_hours(judged.effort_hours for judged in group))
            for who, group in sorted(led.items())
        ),
    )


def _problem(judged: JudgedIntegration, finding: RecordedFinding) -> Problem:
    return Problem(
        integration=judged.integration.name,
        vendor=judged.integration.vendor,
        rule=finding.rule,
        title=finding.title,
        phase=finding.phase,
        verdict=finding.verdict,
        who=finding.who,
        hours=finding.effort_hours,
    )
