"""What a document says of the changes since the last audit, as plain texts and lists under names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from auditor.reporter import burn_down, since_words, words
from auditor.reporter.chapters.links import Content
from auditor.reporter.compare import MEANINGS, Change, Row
from auditor.reporter.forecast import Point
from auditor.reporter.integrations import IntegrationView
from auditor.reporter.since import Group, PhaseSince, Since

_MOST_ROWS = 100  # of one change


def since_content(since: Since | None, integrations: Mapping[str, IntegrationView]) -> Content | None:
    """Return the chapter, given the integrations by their keys; None where no earlier audit was given."""
    if since is None:
        return None
    return {
        "headline": since.headline,
        "compared_with": words.day(since.comparison.before),
        "audits": words.number(len(since.audits)) if len(since.audits) > 2 else "",
        "notes": since.comparison.notes,
        "changes": [
            {
                "change": change,
                "numbers": [words.number(item.counts[change]) for item in since.phases],
                "meaning": MEANINGS[change],
                "said": _by_phase(since, change),
            }
            for change in Change
        ],
        "phases": [_phase(item) for item in since.phases],
        "course": [
            {
                "audit": words.day(when),
                "counts": [_point(item.course[number]) for item in since.phases],
                "said": "; ".join(f"{item.phase.id}: {_point(item.course[number])}" for item in since.phases),
            }
            for number, when in enumerate(since.audits)
        ],
        "groups": [_group(group, integrations) for group in since.groups],
    }


def _by_phase(since: Since, change: Change) -> str:
    return ", ".join(f"{words.number(item.counts[change])} at {item.phase.id}" for item in since.phases)


def _phase(item: PhaseSince) -> Content:
    drawn = burn_down.draw(item)
    opens, closes = (words.day(day) for day in item.phase.window)
    key = ""
    if drawn.due is not None and item.phase.effective:
        key = f"Upright: {item.phase.id} on {words.day(item.phase.effective)}."
    elif drawn.window:
        key = f"Shaded: the window of {item.phase.id}, {opens} to {closes}."
    return {
        "id": item.phase.id,
        "outlook": item.outlook,
        "key": f"{key} Dotted: the forecast.".strip() if drawn.ahead else key,
        "drawing": {
            **asdict(drawn),
            "dots": [{**asdict(dot), "open": words.number(dot.open)} for dot in drawn.dots],
            "begins": words.day(drawn.begins),
            "ends": words.day(drawn.ends),
        },
    }


def _point(point: Point | None) -> str:
    if point is None:
        return "not judged"
    return (
        f"{words.number(point.open)} of {words.number(point.integrations)}: {words.number(point.breaks)} break, "
        f"{words.number(point.undetermined)} undetermined"
    )


def _group(group: Group, integrations: Mapping[str, IntegrationView]) -> Content:
    left = len(group.rows) - _MOST_ROWS
    return {
        "title": words.begin(since_words.group_title(group.change)),
        "rows": [_row(row, phases, integrations) for row, phases in group.rows[:_MOST_ROWS]],
        "more": words.number(left) if left > 0 else "",
    }


def _row(row: Row, phases: tuple[str, ...], integrations: Mapping[str, IntegrationView]) -> Content:
    item = integrations[row.after.integration.key] if row.after else None
    return {
        "label": item.label if item else since_words.name(row),
        "anchor": item.anchor if item else "",
        "at": ", ".join(f"{phase} {since_words.verdicts(row, phase)}" for phase in phases),
        "recognised": since_words.recognised(row) or "",
        "sign_ins": since_words.sign_ins(row),
    }
