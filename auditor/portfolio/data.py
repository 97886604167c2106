"""portfolio.json: the contract "auditor.portfolio/1" that other programs rely on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from auditor.portfolio.causes import Cause
from auditor.portfolio.client_summary import ClientPhase, ClientSummary, Failure, Hours
from auditor.portfolio.decisions import ClientDecision
from auditor.portfolio.months import Due, Month
from auditor.portfolio.summary import Portfolio, PortfolioPhase
from auditor.vocabulary import Verdict

SCHEMA = "auditor.portfolio/1"


def write(portfolio: Portfolio, path: Path) -> None:
    """Write the portfolio as JSON."""
    path.write_bytes(portfolio_json(portfolio).encode())


def portfolio_json(portfolio: Portfolio) -> str:
    """Return the portfolio as JSON text: the same clients always give the same bytes."""
    document = {
        "schema": SCHEMA,
        "as_of": portfolio.as_of.isoformat() if portfolio.as_of else None,
        "hours_a_month": _number(portfolio.months.hours_a_month),
        "hours": _hours(portfolio.hours),
        "phases": [_phase(item) for item in portfolio.phases],
        "clients": [_client(item) for item in portfolio.clients],
        "failed": [_failure(item) for item in portfolio.failed],
        "months": [_month(item) for item in portfolio.months.months],
        "due_now": [_due(item) for item in portfolio.months.due_now],
        "causes": [_cause(item) for item in portfolio.causes],
        "decisions": [_decision(item) for item in portfolio.decisions],
        "missing_lists": dict(portfolio.missing_lists),
    }
    text = "{\n" + ",\n".join(_member(name, value) for name, value in document.items()) + "\n}"
    # A folder name that could not be decoded holds lone surrogates, which UTF-8 does not take.
    return text.encode(errors="replace").decode() + "\n"


def _member(name: str, value: Any) -> str:
    """Return a member with one element a line."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        elements = ",\n".join("  " + json.dumps(element, ensure_ascii=False) for element in value)
        return f" {json.dumps(name)}: [\n{elements}\n ]"
    return f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"


def _phase(item: PortfolioPhase) -> dict[str, Any]:
    return {
        "id": item.phase.id,
        "title": item.phase.title,
        "window": [day.isoformat() for day in item.phase.window],
        "tentative": item.phase.tentative,
        "clients": _counts(item.clients),
        "integrations": _counts(item.integrations),
        "waived": item.waived,
        "clients_with_own_date": item.dated,
        "own_dates": [day.isoformat() for day in item.own_dates] if item.own_dates else None,
        "hours": _hours(item.hours),
    }


def _client(client: ClientSummary) -> dict[str, Any]:
    return {
        "folder": client.folder,
        "client": client.client,
        "as_of": client.as_of.isoformat(),
        "packs": [{"id": id_, "version": version} for id_, version in client.packs],
        "integrations": client.integrations,
        "connections": client.connections,
        "hours": _hours(client.hours),
        "phases": [_client_phase(item) for item in client.phases],
        "missing_lists": list(client.missing_lists),
    }


def _client_phase(item: ClientPhase) -> dict[str, Any]:
    return {
        "id": item.phase.id,
        "verdict": item.verdict,
        "effective": item.phase.effective.isoformat() if item.phase.effective else None,
        "due": item.due.isoformat(),
        "integrations": _counts(item.integrations),
        "waived": item.waived,
        "hours": _hours(item.hours),
        "work": [
            {"who": work.who, "integrations": work.integrations, "hours": _hours(work.hours)} for work in item.work
        ],
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {"folder": failure.folder, "reason": failure.reason, "where": failure.where, "fix": failure.fix}


def _month(month: Month) -> dict[str, Any]:
    return {
        "month": month.begins.isoformat()[:7],
        "hours": _hours(month.hours),
        "people": _hours(month.people),
        "by_who": {who: _hours(hours) for who, hours in month.by_who},
        "due": [_due(item) for item in month.due],
    }


def _due(due: Due) -> dict[str, Any]:
    return {
        "day": due.day.isoformat(),
        "own_date": due.dated,
        "phase": due.phase,
        "folder": due.folder,
        "hours": _hours(due.hours),
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "name": cause.name,
        "kind": "vendor" if cause.is_vendor else "integration",
        "rule": cause.rule,
        "title": cause.title,
        "phase": cause.phase,
        "verdict": cause.verdict,
        "who": cause.who,
        "clients": list(cause.clients),
        "integrations": dict(cause.integrations),
        "hours": _hours(cause.hours),
    }


def _decision(item: ClientDecision) -> dict[str, Any]:
    return {
        "folder": item.folder,
        "waiver": item.decision.is_waiver,
        "reason": item.decision.reason,
        "owner": item.decision.owner,
        "until": item.decision.until.isoformat(),
        "integrations": list(item.integrations),
        "phases": list(item.phases),
        "breaks_at": item.breaks_at,
    }


def _counts(counts: Any) -> dict[str, int]:
    return {str(verdict): counts[verdict] for verdict in Verdict}


def _hours(hours: Hours) -> list[int | float]:
    return [_number(hours[0]), _number(hours[1])]


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value
