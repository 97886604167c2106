"""What a document says of one integration, as plain texts and lists under names."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from auditor.model import Evidence
from auditor.reporter import words
from auditor.reporter.activity import PRESENCE_MEANINGS, UNDOCUMENTED, Failure, Presence
from auditor.reporter.chapters.gaps import gap_content
from auditor.reporter.chapters.links import Content, link
from auditor.reporter.connections import ConnectionView
from auditor.reporter.findings import FindingView
from auditor.reporter.integrations import IntegrationView


def integration_content(item: IntegrationView, *, known: Collection[str], many: bool) -> Content:
    """Return the section of the integration; among many it refers to the rules for their steps."""
    missing = item.presence is not Presence.LISTED_AND_SEEN
    return {
        **link(item),
        "presence": item.presence,
        "presence_meaning": words.begin(PRESENCE_MEANINGS[item.presence]) if missing else "",
        "verdict": item.worst.verdict,
        "standings": [{"phase": phase, "verdict": one.verdict} for phase, one in item.standings.items()],
        "why": item.worst.why,
        "next_step": item.worst.next_step,
        "effort": words.hours_to_do(item.effort),
        "who": ", ".join(item.who),
        "described": [{"title": title, "text": text} for title, text in item.described],
        "connection_count": words.plural(len(item.connections), "connection"),
        "connections": [_connection(row) for row in item.connections],
        "remedies": [_finding(finding, known=known, many=many) for finding in item.remedies],
        "repeated": [_finding(finding, known=known, many=True) for finding in item.repeated],
        "gaps": [gap_content(gap) for gap in item.gaps],
        "advice": [_finding(finding, known=known, many=False) for finding in item.advice],
        "evidence": _evidence(item.evidence),
    }


def _evidence(found: Sequence[Evidence]) -> list[Content]:
    """Return what proves something: the fact, the raw value, the rows."""
    return [
        {"supports": item.supports.replace("_", " "), "raw": item.value, "place": words.place(item)} for item in found
    ]


def _connection(row: ConnectionView) -> Content:
    contradiction = row.activity.contradiction
    return {
        "title": row.title,
        "verdicts": [{"phase": phase, "verdict": verdict} for phase, verdict in row.verdicts.items()],
        "privileged_because": row.connection.privileged_because,
        "exemptions": [{"phase": phase, "reason": reason} for phase, reason in row.exemptions.items()],
        "used": row.used,
        "contradiction": contradiction.said if contradiction else "",
        "failures": [_failure(failure) for failure in row.activity.failures],
        "evidence": _evidence(row.connection.evidence),
    }


def _failure(failure: Failure) -> Content:
    known = failure.explained
    return {
        "detail": failure.detail,
        "count": words.plural(failure.count, "failed sign-in"),
        "places": "; ".join(words.place(item) for item in failure.evidence),
        "cause": known.cause if known else "",
        "cure": known.cure if known else "",
        "undocumented": "" if known else UNDOCUMENTED,
    }


def _finding(finding: FindingView, *, known: Collection[str], many: bool) -> Content:
    rule = finding.rule
    return {
        "title": rule.title,
        "verdict": rule.verdict,
        "phase": rule.phase,
        "rule": rule.id,
        "is_explained": rule.id in known,
        "authority": rule.authority,
        "why": "" if many else rule.why,
        "note": "" if many else rule.note,
        "fix": () if many else words.steps(rule),
        "effort": words.hours(rule.effort_hours),
        "who": rule.who,
    }
