"""assessment.json: the contract "auditor.assessment/1" that other programs rely on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from auditor.assessment import Assessment, Finding, Gap, JudgedConnection, JudgedIntegration, Phase
from auditor.inventory import Input, Unusable
from auditor.model import Conflict, Connection, Evidence, Role, facts
from auditor.reporter.since import Since
from auditor.reporter.since_data import since_data
from auditor.reporter.view import View
from auditor.vocabulary import Verdict

SCHEMA = "auditor.assessment/1"


def write(view: View, path: Path) -> None:
    """Write the assessment as JSON."""
    path.write_bytes(assessment_json(view.assessment, view.since).encode())


def assessment_json(assessment: Assessment, since: Since | None = None) -> str:
    """Return the assessment as JSON text: the same assessment always gives the same bytes."""
    members = _assessment(assessment) | ({"since": since_data(since)} if since else {})
    text = "{\n" + ",\n".join(_member(name, value) for name, value in members.items()) + "\n}"
    # A file name that could not be decoded holds lone surrogates, which neither UTF-8 nor a terminal takes.
    return text.encode(errors="replace").decode() + "\n"


def _member(name: str, value: Any) -> str:
    """Return a member with one element a line: compact, readable, and the encoder's fast way."""
    if isinstance(value, list) and value:
        elements = ",\n".join("  " + json.dumps(element, ensure_ascii=False) for element in value)
        return f" {json.dumps(name)}: [\n{elements}\n ]"
    return f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"


def _assessment(assessment: Assessment) -> dict[str, Any]:
    names = {item.integration.key: item.integration.name for item in assessment.integrations}
    return {
        "schema": SCHEMA,
        "client": assessment.client,
        "consultant": assessment.consultant,
        "as_of": assessment.as_of.isoformat(),
        "pack": {"id": assessment.pack_id, "version": assessment.pack_version, "title": assessment.pack_title},
        **_packs(assessment),
        "phases": [_phase(item, assessment.counts(item.id)) for item in assessment.phases],
        "integrations": [_integration(item) for item in assessment.integrations],
        "connections": [_connection(item) for item in assessment.connections],
        "findings": [_finding(item) for item in assessment.findings],
        "gaps": [_gap(item, names) for item in assessment.gaps],
        "conflicts": [_conflict(item) for item in assessment.conflicts],
        "roles": [_role(item) for item in assessment.roles],
        "inputs": [_input(item) for item in assessment.inputs],
        "notes": list(assessment.notes),
        "missing_lists": list(assessment.missing_lists),
    }


def _packs(assessment: Assessment) -> dict[str, Any]:
    """Return all packs where there are several; a single one is named by "pack" alone."""
    if len(assessment.packs) < 2:
        return {}
    return {"packs": [{"id": one.id, "version": one.version, "title": one.title} for one in assessment.packs]}


def _phase(phase: Phase, counts: Any) -> dict[str, Any]:
    return {
        "id": phase.id,
        "title": phase.title,
        "effective": phase.effective.isoformat() if phase.effective else None,
        "window": [end.isoformat() for end in phase.window],
        "verdicts": {str(verdict): counts[verdict] for verdict in Verdict},
    } | ({"tentative": True} if phase.tentative else {})


def _integration(judged: JudgedIntegration) -> dict[str, Any]:
    integration = judged.integration
    return {
        "key": integration.key,
        "name": integration.name,
        "internal_id": integration.internal_id,
        "application_id": integration.application_id,
        "state": integration.state,
        "created_on": integration.created_on,
        "owner": integration.owner,
        "vendor": integration.vendor,
        "contact": integration.contact,
        "notes": integration.notes,
        "listed": integration.listed,
        "unattributed": integration.unattributed,
        "verdicts": dict(judged.verdicts),
        "breaks_at": judged.breaks_at,
        "effort_hours": _hours(judged.effort_hours),
        "connections": list(integration.connections),
        "evidence": _evidence(integration.evidence),
    }


def _connection(judged: JudgedConnection) -> dict[str, Any]:
    connection = judged.connection
    return {
        "id": connection.id,
        "integration": connection.integration,
        "user": connection.user,
        "role": connection.role,
        "channel": connection.channel,
        "authentication": connection.authentication,
        "facts": {name: _fact(connection, name) for name in facts()},
        "verdicts": dict(judged.verdicts),
        "exemptions": {
            phase: "; ".join(one.said(str(one.until)) for one in decisions)
            for phase, decisions in judged.exemptions.items()
        },
        "findings": list(judged.findings),
        "evidence": _evidence(connection.evidence),
        **_decisions(judged),
    } | (
        {
            "other_facts": [
                {"pack": one.pack, "phase": one.phase, "facts": dict(one.facts)} for one in judged.other_facts
            ]
        }
        if judged.other_facts
        else {}
    )


def _decisions(judged: JudgedConnection) -> dict[str, Any]:
    decided = {
        phase: [
            {"reason": one.reason, "owner": one.owner, "until": one.until.isoformat(), "waiver": one.is_waiver}
            for one in decisions
        ]
        for phase, decisions in judged.exemptions.items()
    }
    return {"decisions": decided} if decided else {}


def _fact(connection: Connection, name: str) -> str | bool | int | None:
    value: str | bool | int | date | None = getattr(connection, name)
    return value.isoformat() if isinstance(value, date) else value


def _evidence(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [
        {
            "file": item.file,
            "sheet": item.sheet,
            "rows": list(item.rows),
            "count": item.count,
            "supports": item.supports,
            "value": item.value,
        }
        for item in evidence
    ]


def _finding(finding: Finding) -> dict[str, Any]:
    rule = finding.rule
    return {
        "id": finding.id,
        "rule": rule.id,
        "phase": rule.phase,
        "verdict": rule.verdict,
        "connection": finding.connection,
        "title": rule.title,
        "why": rule.why,
        "authority": rule.authority,
        "note": rule.note,
        "fix": list(rule.fix),
        "doers": [who for _, who in rule.steps],
        "who": rule.who,
        "effort_hours": _hours(rule.effort_hours),
        "sources": list(rule.sources),
    }


def _gap(gap: Gap, names: dict[str, str]) -> dict[str, Any]:
    return {
        "fact": gap.fact,
        "meaning": gap.meaning,
        "connections": list(gap.connections),
        "integrations": [names[key] for key in gap.integrations],
        "settled_by": list(gap.settled_by),
    }


def _conflict(conflict: Conflict) -> dict[str, Any]:
    return {
        "subject": conflict.subject,
        "fact": conflict.fact,
        "claims": [
            {"value": claim.value, "file": claim.file, "sheet": claim.sheet, "row": claim.row}
            for claim in conflict.claims
        ],
    }


def _role(role: Role) -> dict[str, Any]:
    return {
        "name": role.name,
        "internal_id": role.internal_id,
        "base_role": role.base_role,
        "privileged": role.privileged,
        "privileged_because": role.privileged_because,
        "privileged_permission": role.privileged_permission,
        "mandatory_2fa": role.mandatory_2fa,
        "requires_2fa": role.requires_2fa,
        "active": role.active,
        "web_services_only": role.web_services_only,
        "can_use_tokens": role.can_use_tokens,
        "listed": role.listed,
        "evidence": _evidence(role.evidence),
    }


def _input(table: Input) -> dict[str, Any]:
    return {
        "file": table.file,
        "sheet": table.sheet,
        "list": table.list,
        "rows": table.rows,
        "used": table.used,
        "set_aside": _unusable(table.set_aside),
        "rejected": _unusable(table.rejected),
        "columns": dict(table.columns),
        "unused_columns": list(table.unused_columns),
        "notes": list(table.notes),
    }


def _unusable(rows: Iterable[Unusable]) -> list[dict[str, Any]]:
    return [{"row": item.row, "reason": item.reason, "count": item.count} for item in rows]


def _hours(effort: tuple[float, float]) -> list[int | float]:
    return [int(hours) if float(hours).is_integer() else hours for hours in effort]
