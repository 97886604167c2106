"""What every report shows of an integration: why it gets its verdict, and what comes next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.assessment import Assessment, Finding, JudgedConnection, JudgedIntegration
from auditor.model import Evidence, Integration
from auditor.reporter import plain, words
from auditor.reporter.activity import Presence, Sources, presence_of, sources_of
from auditor.reporter.connections import ConnectionView, view_connection
from auditor.reporter.findings import FindingView, Standing, distinct, standing_of, view_findings, without_waivers
from auditor.reporter.gaps import GapView
from auditor.reporter.labels import label_integrations, make_anchors
from auditor.vocabulary import Owner, Verdict

OWNER = "owner of the integration"
"""What rule packs call whoever answers for an integration at the client: he decides and asks, and no vendor does."""

_WORST_FIRST = {verdict: rank for rank, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationView:
    """An integration as reports show it."""

    integration: Integration
    anchor: str
    label: str
    """Its name on one line, told apart from others of the same name."""
    presence: Presence
    standings: Mapping[str, Standing]
    """Phase to what happens at it."""
    without_waivers: Mapping[str, Standing]
    """The same as NetSuite goes on, whatever the client accepts: what somebody outside is told."""
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
    """What breaks first, then what is at risk, then advice."""
    gaps: tuple[GapView, ...]
    evidence: tuple[Evidence, ...]

    @property
    def described(self) -> tuple[tuple[str, str], ...]:
        """What it is: titles with what is known."""
        integration = self.integration
        known = (
            ("Full name", integration.name if len(integration.name) > len(self.label) else None),
            ("State", integration.state),
            ("Application ID", integration.application_id),
            ("Internal ID", integration.internal_id),
            ("Owner", integration.owner),
            ("Vendor", integration.vendor),
            ("Contact", integration.contact),
            ("Created", integration.created_on),
            ("Notes", integration.notes),
            ("Effort", words.hours_to_do(self.effort)),
            ("Done by", ", ".join(self.who)),
        )
        return tuple((title, str(value)) for title, value in known if value)

    @property
    def waived_at(self) -> str | None:
        """The first phase at which NetSuite refuses it, while its verdict says otherwise for a waiver's sake."""
        return next(
            (
                phase
                for phase, standing in self.standings.items()
                if standing.verdict is not Verdict.BREAKS and self.without_waivers[phase].verdict is Verdict.BREAKS
            ),
            None,
        )

    @property
    def remedies(self) -> tuple[FindingView, ...]:
        """What has to be done, in order: advice is none, and one migration mends what two phases break."""
        return tuple(item for item in self.findings if item.decides and not item.is_advice)

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Every step of the remedies once, with who takes it; what its owner has to decide or find out comes first."""
        steps = dict.fromkeys(step for finding in self.remedies for step in finding.rule.steps)
        return tuple(sorted(steps, key=lambda step: step[1] != OWNER))

    @property
    def repeated(self) -> tuple[FindingView, ...]:
        """What the remedies of an earlier phase mend along with it."""
        return tuple(item for item in self.findings if not item.decides)

    @property
    def advice(self) -> tuple[FindingView, ...]:
        """What would be better, though nothing fails for want of it."""
        return tuple(item for item in self.findings if item.is_advice)

    @property
    def use(self) -> str:
        """Say in a few words how much it is used; "" when no log tells of a sign-in."""
        rows = [row.connection for row in self.connections]
        logins = sum(row.logins or 0 for row in rows)
        last = max((row.last_seen for row in rows if row.last_seen), default=None)
        if not logins:
            return ""
        return words.plural(logins, "sign-in") + (f", last {words.day(last)}" if last else "")

    @property
    def in_short(self) -> str:
        """Say in one line what it is: whose, through which channels, how it signs in, how much it is used."""
        known = (self.integration.vendor or self.integration.owner, ", ".join(self.channels))
        authentications = [name for name in self.authentications if name != words.UNKNOWN]
        parts = [plain.shorten(part) for part in (*known, " and ".join(authentications)) if part]
        return " · ".join((*parts, *((self.use,) if self.use else ())))

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
        more = (self.use, words.hours_to_do(self.effort))
        return "; ".join((", ".join(reasons), *filter(None, more)))


def view_integrations(assessment: Assessment, gaps: Sequence[GapView]) -> tuple[IntegrationView, ...]:
    """Return every integration, the one that matters most first."""
    phases = {phase.id: number for number, phase in enumerate(assessment.phases)}
    findings = {finding.id: finding for finding in assessment.findings}
    connections = {judged.connection.id: judged for judged in assessment.connections}
    gaps_of = defaultdict(list)
    for gap in gaps:
        for key in gap.integrations:
            gaps_of[key].append(gap)
    labels = label_integrations([judged.integration for judged in assessment.integrations])
    anchors = make_anchors(labels)
    sources = sources_of(assessment)
    views = [
        _view(
            judged,
            label=labels[number],
            anchor=anchors[number],
            connections=[connections[id_] for id_ in judged.integration.connections],
            findings=findings,
            phases=phases,
            gaps=tuple(gaps_of[judged.integration.key]),
            sources=sources,
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
    sources: Sources,
) -> IntegrationView:
    found = view_findings(connections, findings, phases)

    def stand(verdicts: Mapping[str, Verdict], connections: Sequence[JudgedConnection]) -> Mapping[str, Standing]:
        return {
            phase: standing_of(
                judged.integration,
                verdict,
                connections=connections,
                findings=[item for item in found if item.decides and phases[item.rule.phase] <= phases[phase]],
                gaps=gaps,
            )
            for phase, verdict in verdicts.items()
        }

    standings = stand(judged.verdicts, connections)
    refused = [without_waivers(item) for item in connections]
    waived = refused != list(connections)
    rows = [item.connection for item in connections]
    return IntegrationView(
        integration=judged.integration,
        anchor=anchor,
        label=label,
        presence=presence_of(judged.integration, rows, sources),
        standings=standings,
        without_waivers=stand(_worst_of(refused), refused) if waived else standings,
        worst=min(standings.values(), key=lambda standing: _WORST_FIRST[standing.verdict]),
        breaks_at=judged.breaks_at,
        effort=judged.effort_hours,
        privileged=any(row.role_privileged for row in rows),
        who=distinct(item.rule.who for item in found if item.decides and not item.is_advice),
        users=distinct(row.user for row in rows),
        roles=distinct(row.role for row in rows),
        channels=distinct(row.channel for row in rows),
        authentications=distinct(row.authentication or words.UNKNOWN for row in rows) or (words.UNKNOWN,),
        connections=tuple(view_connection(item, findings, sources) for item in connections),
        findings=found,
        gaps=gaps,
        evidence=judged.integration.evidence,
    )


def _worst_of(connections: Sequence[JudgedConnection]) -> Mapping[str, Verdict]:
    """Return the worst verdict of these connections at each phase."""
    return {
        phase: min((item.verdicts[phase] for item in connections), key=lambda verdict: _WORST_FIRST[verdict])
        for phase in connections[0].verdicts
    }
