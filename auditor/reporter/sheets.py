"""What stands in each sheet of the workbook, as rows; how it looks is the workbook's business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.model import Evidence, Input, Verdict
from auditor.reporter import words
from auditor.reporter.integrations import IntegrationView
from auditor.reporter.phases import PhaseView
from auditor.reporter.view import View

Value = str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet that is one table."""

    name: str
    columns: tuple[tuple[str, int], ...]
    """Header and width in characters."""
    rows: tuple[tuple[Value, ...], ...]


def sheets(view: View) -> tuple[Sheet, ...]:
    """Return the sheets that follow the summary."""
    return (*(_phase(item) for item in view.phases), _integrations(view), _roles(view), _evidence(view), _inputs(view))


def summary_counts(view: View) -> Sheet:
    """Return the table of the summary: how many integrations have each verdict at each phase."""
    return Sheet(
        name="Summary",
        columns=(("Verdict", 34), *((item.phase.id, 16) for item in view.phases), ("What it means", 60)),
        rows=tuple(
            (verdict, *(item.counts[verdict] for item in view.phases), words.MEANINGS[verdict]) for verdict in Verdict
        ),
    )


def _phase(item: PhaseView) -> Sheet:
    phase = item.phase.id
    columns = (
        ("Verdict", 15), ("Integration", 34), ("Breaks first at", 14), ("Why", 40), ("What to do", 64),
        ("Who", 22), ("Hours, least", 11), ("Hours, most", 11),
    )  # fmt: skip
    rows = tuple(
        (
            verdict,
            integration.label,
            integration.breaks_at,
            integration.standings[phase].why,
            _steps(integration) or integration.standings[phase].next_step,
            ", ".join(integration.who),
            *_hours(integration),
        )
        for verdict, group in item.by_verdict.items()
        for integration in group
    )
    return Sheet(name=phase, columns=columns, rows=rows)


def _integrations(view: View) -> Sheet:
    phases = [item.phase.id for item in view.phases]
    columns = (
        ("Integration", 30), ("Application ID", 21), ("Internal ID", 10), ("State", 11), ("Owner", 10), ("Vendor", 15),
        ("Contact", 22), ("Users", 24), ("Roles", 20), ("Channels", 11), ("Authentication", 15),
        *((f"Verdict {phase}", 15) for phase in phases), ("Breaks first at", 9), ("Hours, least", 8), ("Hours, most", 8),
        ("Why", 34), ("Next step", 34), ("Notes", 18),
    )  # fmt: skip
    return Sheet(
        name="Integrations", columns=columns, rows=tuple(_integration(item, phases) for item in view.integrations)
    )


def _integration(item: IntegrationView, phases: list[str]) -> tuple[Value, ...]:
    integration = item.integration
    return (
        item.label if len(integration.name) <= len(item.label) else integration.name,
        integration.application_id,
        integration.internal_id,
        integration.state,
        integration.owner,
        integration.vendor,
        integration.contact,
        "\n".join(item.users),
        "\n".join(item.roles),
        "\n".join(item.channels),
        "\n".join(item.authentications),
        *(item.standings[phase].verdict for phase in phases),
        item.breaks_at,
        *_hours(item),
        item.worst.why,
        item.worst.next_step,
        integration.notes,
    )


def _steps(item: IntegrationView) -> str:
    steps = [step for finding in item.findings if finding.decides for step in finding.rule.fix]
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


def _hours(item: IntegrationView) -> tuple[Value, Value]:
    """Return least and most hours; nothing known to do is an empty cell, which is not the same as no work."""
    return item.effort if item.effort[1] else (None, None)


def _roles(view: View) -> Sheet:
    columns = (
        ("Role", 34), ("Internal ID", 12), ("Highly privileged", 17), ("Why", 46), ("Base role", 24), ("Active", 12),
        ("Requires 2FA", 14), ("Web services only", 17), ("Can use tokens", 15), ("Integrations", 40), ("Advice", 40),
    )  # fmt: skip
    rows = tuple(
        (
            item.role.name,
            item.role.internal_id,
            item.privileged,
            item.role.privileged_because,
            item.role.base_role or words.UNKNOWN,
            words.yes_no(item.role.active),
            words.yes_no(item.role.requires_2fa),
            words.yes_no(item.role.web_services_only),
            words.yes_no(item.role.can_use_tokens),
            "\n".join(integration.label for integration in item.integrations),
            item.advice,
        )
        for item in view.roles
    )
    return Sheet(name="Roles", columns=columns, rows=rows)


def _evidence(view: View) -> Sheet:
    columns = (
        ("Kind", 12), ("Integration or subject", 34), ("Connection", 46), ("Fact", 26), ("Value", 34),
        ("File", 30), ("Sheet", 16), ("Rows", 14), ("Count", 9), ("Settled by", 30),
    )  # fmt: skip
    return Sheet(
        name="Evidence and gaps", columns=columns, rows=(*_gap_rows(view), *_conflict_rows(view), *_proof_rows(view))
    )


def _gap_rows(view: View) -> Iterator[tuple[Value, ...]]:
    integrations = {item.integration.key: item for item in view.integrations}
    for gap in view.gaps:
        connections = frozenset(gap.connections)
        for key in gap.integrations:
            item = integrations[key]
            concerned = [row.title for row in item.connections if row.connection.id in connections]
            yield (
                "gap",
                item.label,
                "\n".join(concerned),
                gap.fact,
                words.UNKNOWN,
                None,
                None,
                None,
                None,
                gap.settled_by,
            )


def _conflict_rows(view: View) -> Iterator[tuple[Value, ...]]:
    for conflict in view.assessment.conflicts:
        for claim in conflict.claims:
            place = (claim.file, claim.sheet, str(claim.row), 1)
            yield (
                "conflict",
                conflict.subject,
                None,
                conflict.fact,
                claim.value,
                *place,
                "whoever knows which list is right",
            )


def _proof_rows(view: View) -> Iterator[tuple[Value, ...]]:
    for item in view.integrations:
        for evidence in item.evidence:
            yield ("evidence", item.label, None, *_proof(evidence), None)
        for row in item.connections:
            for evidence in row.connection.evidence:
                yield ("evidence", item.label, row.title, *_proof(evidence), None)


def _proof(evidence: Evidence) -> tuple[Value, ...]:
    rows = " to ".join(str(row) for row in evidence.rows)
    return evidence.supports, evidence.value, evidence.file, evidence.sheet, rows, evidence.count


def _inputs(view: View) -> Sheet:
    columns = (
        ("What", 16), ("File", 34), ("Sheet", 18), ("List", 22), ("Row", 9), ("Rows", 9), ("Used", 9), ("Set aside", 10),
        ("Rejected", 10), ("Detail", 70),
    )  # fmt: skip
    return Sheet(
        name="Inputs", columns=columns, rows=tuple(row for table in view.assessment.inputs for row in _input(table))
    )


def _input(table: Input) -> Iterator[tuple[Value, ...]]:
    of = (table.file, table.sheet, table.list or "not a list we know")
    unused = [f"columns not used: {', '.join(table.unused_columns)}"] if table.unused_columns else []
    counts = (table.rows, table.used, table.set_aside_count, table.rejected_count)
    yield ("table", *of, None, *counts, "; ".join((*unused, *table.notes)))
    for what, rows in (("rejected row", table.rejected), ("set aside row", table.set_aside)):
        for row in rows:
            yield (what, *of, row.row, None, None, None, None, row.reason)
