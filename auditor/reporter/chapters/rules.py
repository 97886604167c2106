"""What a document says of the rules that judged, and of the packs that they come from."""

from __future__ import annotations

from auditor.assessment import Assessment, Rule
from auditor.reporter import words
from auditor.reporter.chapters.links import Content
from auditor.reporter.view import RuleView
from auditor.vocabulary import RuleVerdict


def pack_content(assessment: Assessment) -> list[Content]:
    """Return the rule packs with their versions."""
    packs = [(pack.id, pack.version) for pack in assessment.packs]
    return [
        {"id": id_, "version": version} for id_, version in packs or [(assessment.pack_id, assessment.pack_version)]
    ]


def rule_content(rule: Rule, holds: RuleView) -> Content:
    """Return what the rule says, and for how many it holds."""
    return {
        "id": rule.id,
        "title": rule.title,
        "verdict": rule.verdict,
        "is_advice": rule.verdict is RuleVerdict.ADVICE,
        "phase": rule.phase,
        "authority": rule.authority,
        "connections": words.plural(holds.connections, "connection"),
        "integrations": words.plural(holds.integrations, "integration"),
        "why": rule.why,
        "note": rule.note,
        "fix": words.steps(rule),
        "when": rule.when,
        "sources": rule.sources,
    }
