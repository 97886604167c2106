"""What a document says of each phase: when it comes, what breaks at it, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.reporter import picture, words
from auditor.reporter.chapters.gaps import gap_content
from auditor.reporter.chapters.links import Content, link, links, more
from auditor.reporter.integrations import IntegrationView
from auditor.reporter.phases import PhaseView, alike
from auditor.reporter.view import View
from auditor.vocabulary import Verdict

_MOST_ROWS = 300  # of one verdict


def timeline_content(view: View) -> Content | None:
    """Return the picture of the phases on one axis of time; None where there are none."""
    if not view.phases:
        return None
    line = picture.timeline(view.phases, view.assessment.as_of)
    return {
        "today": line.today,
        "begins": words.day(line.begins),
        "ends": words.day(line.ends),
        "spans": [
            {"phase": span.phase, "x": span.x, "width": span.width, "effective": span.effective} for span in line.spans
        ],
    }


def phase_content(item: PhaseView) -> Content:
    """Return what the phase brings."""
    id_ = item.phase.id
    return {
        "id": id_,
        "title": item.phase.title,
        "date": words.begin(item.date),
        "countdown": item.countdown,
        "counts": {verdict: words.number(count) for verdict, count in item.counts.items()},
        "concerned": {verdict: words.plural(count, "integration") for verdict, count in item.counts.items()},
        "bar": [
            {"verdict": part.verdict, "count": words.number(part.count), "width": part.width}
            for part in picture.stack(item.counts)
        ],
        "effort": words.hours(item.effort),
        "new_breaks": _rows(item.new_breaks, id_),
        "new_count": words.number(len(item.new_breaks)),
        "old_breaks": links(item.old_breaks, 40),
        "old_count": words.number(len(item.old_breaks)),
        "gaps": [gap_content(gap) for gap in item.gaps],
        "undetermined": _rows(item.by_verdict[Verdict.UNDETERMINED], id_),
        "at_risk": _rows(item.by_verdict[Verdict.AT_RISK], id_),
        "exempt": _rows(item.by_verdict[Verdict.EXEMPT], id_),
        "ready": links(item.by_verdict[Verdict.READY], _MOST_ROWS),
        "inactive": links(item.by_verdict[Verdict.INACTIVE], _MOST_ROWS),
    }


def _rows(found: Sequence[IntegrationView], phase: str) -> Content:
    """Return what a phase says of each integration, and how many more there are than it tells of.

    Of rows that follow each other and are told the same, the first begins them.
    """
    rows = [
        {
            **link(item),
            "begins": number == 0,
            "why": group.why,
            "next_step": group.next_step,
            "in_short": item.in_short,
            "effort": words.hours_to_do(item.effort),
            "who": ", ".join(item.who),
        }
        for group in alike(found[:_MOST_ROWS], phase)
        for number, item in enumerate(group.integrations)
    ]
    return {"rows": rows, "more": more(found, _MOST_ROWS)}


def count_content(phases: Sequence[PhaseView], verdict: Verdict) -> Content:
    """Return how many integrations have the verdict at each phase."""
    return {
        "verdict": verdict,
        "numbers": [words.number(item.counts[verdict]) for item in phases],
        "meaning": words.MEANINGS[verdict],
    }
