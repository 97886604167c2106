"""The view as plain texts, numbers and lists under names: what documents made from a template are filled with.

Nothing is counted here. Every text is on one line, cleaned of what cannot be shown, and no longer than a page can bear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.reporter import plain, words
from auditor.reporter.chapters.gaps import gap_content
from auditor.reporter.chapters.glossary import detail_content, glossary_content, verdict_content
from auditor.reporter.chapters.integrations import integration_content
from auditor.reporter.chapters.links import Content, link, more
from auditor.reporter.chapters.phases import count_content, phase_content, timeline_content
from auditor.reporter.chapters.plan import carried_content, effort_content, step_content, worker_content
from auditor.reporter.chapters.quality import quality_content
from auditor.reporter.chapters.roles import role_content
from auditor.reporter.chapters.rules import pack_content, rule_content
from auditor.reporter.chapters.since import since_content
from auditor.reporter.view import MANY_INTEGRATIONS, View
from auditor.vocabulary import Verdict

_MOST_INTEGRATIONS = 1_000
_LONGEST_TEXT = 1_000  # longer ones are an attack or an accident, and stand whole in assessment.json


def content(view: View) -> Content:
    """Return what the report says, from the cover to the glossary."""
    assessment, branding = view.assessment, view.branding
    many = len(view.integrations) > MANY_INTEGRATIONS
    known = frozenset(rule.id for rule in assessment.rules)
    shown = view.integrations[:_MOST_INTEGRATIONS]
    told = {
        "kind": "NetSuite integration readiness assessment",
        "client": assessment.client,
        "consultant": assessment.consultant,
        "rollout": assessment.title,
        "as_of": words.day(assessment.as_of),
        "consultancy": branding.consultancy,
        "confidentiality": branding.confidentiality,
        "colour": branding.colour,
        "language": words.language(),
        "headline": view.headline,
        "since": since_content(view.since, {item.integration.key: item for item in view.integrations}),
        "verdicts": verdict_content(),
        "symbols": words.SYMBOLS,
        "counted": words.plural(len(view.integrations), "integration"),
        "timeline": timeline_content(view),
        "phases": [phase_content(item) for item in view.phases],
        "counts": [count_content(view.phases, verdict) for verdict in Verdict],
        "presences": [f"{words.number(count)} {presence}" for presence, count in view.presences.items()],
        "most_important": [{**link(item), "because": item.matters_because} for item in view.most_important],
        "effort": words.hours(view.effort),
        "effort_lines": [effort_content(line) for line in view.effort_lines],
        "gaps": [gap_content(gap) for gap in view.gaps],
        "plan": [worker_content(worker) for worker in view.plan],
        "steps": [step_content(step) for step in view.steps],
        "carried": carried_content(view.carried, view.steps),
        "many": many,
        "integrations": [integration_content(item, known=known, many=many) for item in shown],
        "more_integrations": more(view.integrations, _MOST_INTEGRATIONS),
        "roles": [role_content(item) for item in view.roles],
        "quality": quality_content(view),
        "packs": pack_content(assessment),
        "rules": [rule_content(rule, view.rules[rule.id]) for rule in assessment.rules],
        "glossary": glossary_content(),
        "login_details": [detail_content(detail) for detail in view.login_details],
    }
    return {name: _shown(value) for name, value in told.items()}


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return plain.shorten(str(value), _LONGEST_TEXT)
    if isinstance(value, Mapping):
        return {str(name): _shown(one) for name, one in value.items()}
    return [_shown(one) for one in value] if isinstance(value, Sequence) else value
