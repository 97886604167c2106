"""The comparison as JSON: "since" in assessment.json, and what `auditor compare --format json` prints."""

from __future__ import annotations

from datetime import date
from typing import Any

from auditor.reporter.compare import Change, Row, SignInChange
from auditor.reporter.forecast import Forecast, Point
from auditor.reporter.identity import SignIn
from auditor.reporter.since import PhaseSince, Since


def since_data(since: Since) -> dict[str, Any]:
    """Return the comparison with the last audit and the course over all of them, ready for JSON."""
    comparison = since.comparison
    return {
        "before": comparison.before.isoformat(),
        "after": comparison.after.isoformat(),
        "audits": [when.isoformat() for when in since.audits],
        "headline": since.headline,
        "notes": list(comparison.notes),
        "phases": [_phase(item) for item in since.phases],
        # What is as fine as it was stands in "integrations" of the assessment already.
        "integrations": [_row(row) for row in comparison.rows if row.differs or row.worst is not Change.NEVER_OPEN],
    }


def _phase(item: PhaseSince) -> dict[str, Any]:
    return {
        "id": item.phase.id,
        "changes": {str(change): item.counts[change] for change in Change},
        "burn_down": [_point(point) for point in item.points],
        "forecast": _forecast(item.forecast) if item.forecast else None,
        "outlook": item.outlook,
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "as_of": point.as_of.isoformat(),
        "open": point.open,
        "breaks": point.breaks,
        "undetermined": point.undetermined,
        "integrations": point.integrations,
    }


def _forecast(line: Forecast) -> dict[str, Any]:
    return {
        "method": "straight line through the first and the last count",
        "done_on": _day(line.done_on),
        "open_at_phase": line.open_then,
        "late": line.late,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "former_name": row.former_name,
        "key": row.after.integration.key if row.after else None,
        "matched_by": row.mark,
        "changed": row.differs,
        "regressed": row.regressed,
        "changes": dict(row.changes),
        "verdicts": {
            phase: {"before": row.verdict(phase, now=False), "after": row.verdict(phase, now=True)}
            for phase in row.changes
        },
        "sign_ins": [_change(one) for one in row.sign_ins if one.differs],
    }


def _change(change: SignInChange) -> dict[str, Any]:
    return {"before": _sign_in(change.before), "after": _sign_in(change.after)}


def _sign_in(sign_in: SignIn | None) -> dict[str, Any] | None:
    if sign_in is None:
        return None
    return {
        "user": sign_in.user,
        "role": sign_in.role,
        "channel": sign_in.channel,
        "authentications": list(sign_in.authentications),
        "facts": dict(sign_in.facts),
    }


def _day(when: date | None) -> str | None:
    return when.isoformat() if when else None
