"""What stands in each sheet of the workbook, as rows; how it looks is the workbook's business."""

from __future__ import annotations

from auditor.reporter import words
from auditor.reporter.connections import ConnectionView
from auditor.reporter.integrations import IntegrationView
from auditor.reporter.phases import PhaseView
from auditor.reporter.proof import proof_sheets
from auditor.reporter.table import Sheet, Value
from auditor.reporter.view import View
from auditor.vocabulary import Verdict


def sheets(view: View) -> tuple[Sheet, ...]:
    """Return the sheets that follow the summary."""
    return (
        *(_phase(item) for item in view.phases),
        _integrations(view),
        _connections(view),
        _roles(view),
        *proof_sheets(view),
    )


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
        ("Who", 22), ("Hours, least", 11), ("Hours, most", 11), ("Advice", 40),
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
            "\n".join(item.rule.title for item in integration.advice) or None,
        )
        for verdict, group in item.by_verdict.items()
        for integration in group
    )
    return Sheet(name=phase, columns=columns, rows=rows)


def _integrations(view: View) -> Sheet:
    phases = [item.phase.id for item in view.phases]
    columns = (
        ("Integration", 30), ("Known from", 16), ("Application ID", 21), ("Internal ID", 10), ("State", 11), ("Owner", 10), ("Vendor", 15),
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
        item.presence,
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
    told = [step if item.who == (who,) else f"{step} ({words.begin(who)}.)" for step, who in item.steps]
    return "\n".join(f"{number}. {step}" for number, step in enumerate(told, 1))


def _hours(item: IntegrationView) -> tuple[Value, Value]:
    """Return least and most hours; nothing known to do is an empty cell, which is not the same as no work."""
    return item.effort if item.effort[1] else (None, None)


def _connections(view: View) -> Sheet:
    phases = [item.phase.id for item in view.phases]
    columns = (
        ("Connection", 11), ("Integration", 28), ("Channel", 10), ("Authentication", 15), ("List claims", 15),
        ("Role", 22), ("Highly privileged", 10), ("User", 28), *((f"Verdict {phase}", 15) for phase in phases),
        ("Sign-ins", 9), ("Failed", 8), ("First seen", 17), ("Last seen", 17), ("Days quiet", 8),
        ("Tokens only since", 17), ("Access token", 20), ("Details of failures, likely cause and cure", 60),
    )  # fmt: skip
    rows = tuple(_connection(item.label, row, phases) for item in view.integrations for row in item.connections)
    return Sheet(name="Connections", columns=columns, rows=rows)


def _connection(label: str, row: ConnectionView, phases: list[str]) -> tuple[Value, ...]:
    connection = row.connection
    days = (connection.first_seen, connection.last_seen)
    return (
        connection.id,
        label,
        connection.channel or words.UNKNOWN,
        connection.authentication or words.UNKNOWN,
        connection.listed_authentication,
        connection.role or words.UNKNOWN,
        words.yes_no(connection.role_privileged),
        connection.user or words.UNKNOWN,
        *(row.verdicts[phase] for phase in phases),
        connection.logins,
        connection.failures,
        *(words.day(when) if when else None for when in days),
        connection.days_quiet,
        words.day(connection.superseded_on) if connection.superseded_on else None,
        row.activity.token,
        "\n".join(failure.said for failure in row.activity.failures) or None,
    )


def _roles(view: View) -> Sheet:
    columns = (
        ("Role", 34), ("Internal ID", 12), ("Highly privileged", 12), ("Why", 46), ("Base role", 24), ("Active", 11),
        ("Requires 2FA", 11), ("Web services only", 13), ("Can use tokens", 11), ("Integrations", 40), ("Advice", 40),
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
