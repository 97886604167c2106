"""Everything that any report shows, computed once from the Assessment; no report computes a number of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.assessment import Assessment
from auditor.branding import Branding
from auditor.inventory import Guide
from auditor.reporter.activity import Presence
from auditor.reporter.carry import Carried, carry
from auditor.reporter.details import LoginDetail
from auditor.reporter.gaps import GapView, view_gaps
from auditor.reporter.headline import write_headline
from auditor.reporter.identity import bare
from auditor.reporter.integrations import IntegrationView, view_integrations
from auditor.reporter.outreach import Letter, view_letters
from auditor.reporter.phases import PhaseView, add_effort, view_phases
from auditor.reporter.plan import EffortLine, Step, Worker, view_effort, view_plan, view_steps
from auditor.reporter.previous import Previous
from auditor.reporter.roles import RoleView, view_roles
from auditor.reporter.since import Since
from auditor.reporter.templates import Templates
from auditor.vocabulary import Verdict

_MOST_IMPORTANT = 5

MANY_INTEGRATIONS = 300
"""Above so many, an integration refers to its rules for the steps instead of repeating them."""

_PLAIN = Branding()
_OURS = Templates()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """How often a rule of the pack holds."""

    id: str
    connections: int
    integrations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCounts:
    """What became of all rows of all files: rows = used + set aside + rejected."""

    files: int
    rows: int
    used: int
    set_aside: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One assessment as reports show it."""

    assessment: Assessment
    headline: str
    phases: tuple[PhaseView, ...]
    integrations: tuple[IntegrationView, ...]
    """The one that matters most first."""
    most_important: tuple[IntegrationView, ...]
    plan: tuple[Worker, ...]
    steps: tuple[Step, ...]
    """The plan again, a row each, to work from."""
    effort_lines: tuple[EffortLine, ...]
    effort: tuple[float, float]
    letters: tuple[Letter, ...]
    gaps: tuple[GapView, ...]
    missing: tuple[Guide, ...]
    """The lists nobody exported, and where an administrator finds each."""
    login_details: tuple[LoginDetail, ...]
    """What the Details of the failed logins in this account mean, the most frequent first."""
    presences: Mapping[Presence, int]
    """How many integrations are known from where; none that is nought."""
    roles: tuple[RoleView, ...]
    rules: Mapping[str, RuleView]
    row_counts: RowCounts
    since: Since | None
    """What changed since the last audit; None when no earlier one was given."""
    carried: Carried | None
    """What people typed into the plan of an earlier report; None when none was given."""
    branding: Branding
    templates: Templates


def view_assessment(
    assessment: Assessment,
    since: Since | None = None,
    *,
    previous: Previous | None = None,
    branding: Branding = _PLAIN,
    templates: Templates = _OURS,
) -> View:
    """Compute what reports show of the assessment, in the consultancy's colours and from its templates if it has any."""
    gaps = view_gaps(assessment)
    integrations = view_integrations(assessment, gaps)
    phases = view_phases(assessment, integrations, gaps)
    steps = view_steps(assessment, integrations)
    return View(
        assessment=assessment,
        headline=write_headline(assessment, phases, integrations),
        phases=phases,
        integrations=integrations,
        most_important=tuple(item for item in integrations if item.worst.verdict in _PRESSING)[:_MOST_IMPORTANT],
        plan=view_plan(assessment, integrations),
        steps=steps,
        effort_lines=view_effort(phases, integrations),
        effort=add_effort(integrations),
        letters=view_letters(assessment, integrations),
        gaps=gaps,
        missing=tuple(guide for guide in assessment.guides if guide.list in assessment.missing_lists),
        login_details=_login_details(integrations),
        presences=_count_presences(integrations),
        roles=view_roles(assessment, integrations),
        rules=_count_rules(assessment, integrations),
        row_counts=_count_rows(assessment),
        since=since,
        carried=carry(previous, steps, renamed=_renamed(since)) if previous else None,
        branding=branding,
        templates=templates,
    )


def _renamed(since: Since | None) -> Mapping[str, str]:
    rows = since.comparison.rows if since else ()
    return {bare(row.former_name): row.name for row in rows if row.former_name}


_PRESSING = (Verdict.BREAKS, Verdict.UNDETERMINED, Verdict.AT_RISK)


def _login_details(integrations: Sequence[IntegrationView]) -> tuple[LoginDetail, ...]:
    counted: Counter[LoginDetail] = Counter()
    for failure in (one for item in integrations for row in item.connections for one in row.activity.failures):
        if failure.explained:
            counted[failure.explained] += failure.count
    return tuple(detail for detail, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0].codes)))


def _count_presences(integrations: Sequence[IntegrationView]) -> Mapping[Presence, int]:
    counted = Counter(item.presence for item in integrations)
    return {presence: counted[presence] for presence in Presence if counted[presence]}


def _count_rules(assessment: Assessment, integrations: Sequence[IntegrationView]) -> Mapping[str, RuleView]:
    connections = dict.fromkeys((rule.id for rule in assessment.rules), 0)
    holding = dict(connections)
    for finding in assessment.findings:
        connections[finding.rule.id] += 1
    for integration in integrations:
        for item in integration.findings:
            holding[item.rule.id] += 1
    return {id_: RuleView(id=id_, connections=count, integrations=holding[id_]) for id_, count in connections.items()}


def _count_rows(assessment: Assessment) -> RowCounts:
    inputs = assessment.inputs
    return RowCounts(
        files=len({item.file for item in inputs}),
        rows=sum(item.rows for item in inputs),
        used=sum(item.used for item in inputs),
        set_aside=sum(item.set_aside_count for item in inputs),
        rejected=sum(item.rejected_count for item in inputs),
    )
