"""The view as plain texts, numbers and lists under names: what documents made from a template are filled with.

Nothing is counted here. Every text is on one line, cleaned of what cannot be shown, and no longer than a page can bear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from auditor.inventory import Input
from auditor.reporter import picture, plain, words
from auditor.reporter.carry import Carried
from auditor.reporter.glossary import GLOSSARY
from auditor.reporter.integrations import IntegrationView
from auditor.reporter.phases import PhaseView, alike
from auditor.reporter.plan import Step, Task, Worker
from auditor.reporter.roles import RoleView
from auditor.reporter.sections import Content, gap_content, guide_content, hours, integration_content, link
from auditor.reporter.since_content import since_content
from auditor.reporter.table import Value
from auditor.reporter.view import MANY_INTEGRATIONS, View
from auditor.vocabulary import RuleVerdict, Verdict

_MOST_INTEGRATIONS = 1_000
_MOST_ROWS = 300  # of one verdict at one phase
_MOST_UNUSED = 100  # rows of one file
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
        "verdicts": [
            {"verdict": verdict, "meaning": meaning, "sentence": f"{words.begin(meaning)}."}
            for verdict, meaning in words.MEANINGS.items()
        ],
        "symbols": words.SYMBOLS,
        "counted": words.plural(len(view.integrations), "integration"),
        "timeline": _timeline(view),
        "phases": [_phase(item) for item in view.phases],
        "counts": [_count(view.phases, verdict) for verdict in Verdict],
        "presences": [f"{words.number(count)} {presence}" for presence, count in view.presences.items()],
        "most_important": [{**link(item), "because": item.matters_because} for item in view.most_important],
        "effort": words.hours(view.effort),
        "effort_lines": [
            {
                "title": line.title,
                "hours": words.hours(line.effort),
                "integrations": words.plural(line.integrations, "integration"),
            }
            for line in view.effort_lines
        ],
        "gaps": [gap_content(gap) for gap in view.gaps],
        "plan": [_worker(worker) for worker in view.plan],
        "steps": [_step(step) for step in view.steps],
        "carried": _carried(view.carried, view.steps),
        "many": many,
        "integrations": [integration_content(item, known=known, many=many) for item in shown],
        "more_integrations": _more(view.integrations, _MOST_INTEGRATIONS),
        "roles": [_role(item) for item in view.roles],
        "quality": _quality(view),
        "packs": [
            {"id": id_, "version": version}
            for id_, version in [(pack.id, pack.version) for pack in assessment.packs]
            or [(assessment.pack_id, assessment.pack_version)]
        ],
        "rules": [_rule(view, number) for number in range(len(assessment.rules))],
        "glossary": [{"word": word, "meaning": meaning} for word, meaning in GLOSSARY],
        "login_details": [
            {
                "codes": ", ".join(detail.codes),
                "method": detail.method,
                "cause": detail.cause,
                "cure": detail.cure,
                "source": detail.source,
            }
            for detail in view.login_details
        ],
    }
    return {name: _shown(value) for name, value in told.items()}


def _timeline(view: View) -> Content | None:
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


def _phase(item: PhaseView) -> Content:
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
        "old_breaks": _links(item.old_breaks, 40),
        "old_count": words.number(len(item.old_breaks)),
        "gaps": [gap_content(gap) for gap in item.gaps],
        "undetermined": _rows(item.by_verdict[Verdict.UNDETERMINED], id_),
        "at_risk": _rows(item.by_verdict[Verdict.AT_RISK], id_),
        "exempt": _rows(item.by_verdict[Verdict.EXEMPT], id_),
        "ready": _links(item.by_verdict[Verdict.READY], _MOST_ROWS),
        "inactive": _links(item.by_verdict[Verdict.INACTIVE], _MOST_ROWS),
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
            "effort": hours(item.effort),
            "who": ", ".join(item.who),
        }
        for group in alike(found[:_MOST_ROWS], phase)
        for number, item in enumerate(group.integrations)
    ]
    return {"rows": rows, "more": _more(found, _MOST_ROWS)}


def _links(found: Sequence[IntegrationView], most: int) -> Content:
    return {"links": [link(item) for item in found[:most]], "more": _more(found, most)}


def _more(found: Sequence[IntegrationView], most: int) -> str:
    return words.number(len(found) - most) if len(found) > most else ""


def _count(phases: Sequence[PhaseView], verdict: Verdict) -> Content:
    return {
        "verdict": verdict,
        "numbers": [words.number(item.counts[verdict]) for item in phases],
        "meaning": words.MEANINGS[verdict],
    }


def _worker(worker: Worker) -> Content:
    leading = f"{words.hours(worker.effort)} for {words.plural(worker.leads, 'integration')}" if worker.leads else ""
    return {
        "who": words.begin(worker.who),
        "effort": leading,
        "tasks": [_task(task) for task in worker.tasks if not task.is_advice],
        "advice": [_task(task) for task in worker.tasks if task.is_advice],
    }


def _task(task: Task) -> Content:
    return {
        "title": task.rule.title,
        "verdict": task.rule.verdict,
        "phase": task.rule.phase,
        "due": words.due(task.phase),
        "effort": words.hours(task.rule.effort_hours),
        "rule": task.rule.id,
        "fix": words.steps(task.rule),
        "concerned": words.plural(len(task.integrations), "integration"),
        "integrations": _links(task.integrations, 40),
    }


def _step(step: Step) -> Content:
    return {
        **link(step.integration),
        "id": step.id,
        "title": step.title,
        "phase": step.phase.id,
        "due": words.day(step.phase.effective) if step.phase.effective else "",
        "verdict": step.verdict,
        "instructions": step.instructions,
        "who": step.who,
        "effort": words.hours(step.effort) if step.effort and step.effort[1] else "",
    }


def _carried(carried: Carried | None, steps: Sequence[Step]) -> Content | None:
    if carried is None:
        return None
    return {
        "file": carried.file,
        "notes": [f"{note}." for note in carried.notes],
        "rows": [
            {**link(step.integration), "title": step.title, **_typed(carried.placed[step.id])}
            for step in steps
            if step.id in carried.placed
        ],
    }


def _typed(cells: Mapping[str, Value]) -> Content:
    noted = {header: cells.get(header) for header in ("Status", "Owner", "Due", "Notes")}
    return {header.lower(): "" if value is None else words.shown(value) for header, value in noted.items()}


def _role(item: RoleView) -> Content:
    return {
        "name": item.role.name or "(no name)",
        "inactive": item.role.active is False,
        "privileged": item.privileged,
        "because": item.role.privileged_because,
        "base_role": item.role.base_role or words.UNKNOWN,
        "integrations": _links(item.integrations, 12),
        "advice": item.advice,
    }


def _quality(view: View) -> Content:
    counts, assessment = view.row_counts, view.assessment
    return {
        "rows": words.plural(counts.rows, "row"),
        "files": words.plural(counts.files, "file"),
        "used": words.number(counts.used),
        "set_aside": words.number(counts.set_aside),
        "rejected": words.number(counts.rejected),
        "not_exported": list(assessment.missing_lists),
        "guides": [guide_content(guide) for guide in view.missing],
        "assumptions": list(assessment.notes),
        "conflicts": [
            {
                "subject": conflict.subject,
                "fact": conflict.fact.replace("_", " "),
                "claims": [
                    {
                        "value": claim.value,
                        "place": f"{_table(claim.file, claim.sheet)}, row {words.number(claim.row)}",
                    }
                    for claim in conflict.claims
                ],
            }
            for conflict in assessment.conflicts
        ],
        "inputs": [_input(table) for table in assessment.inputs],
    }


def _input(table: Input) -> Content:
    rejected, aside = table.rejected[:_MOST_UNUSED], table.set_aside[:_MOST_UNUSED]
    unused = [f"Row {words.number(row.row)}, rejected: {row.reason}" for row in rejected]
    for row in aside:
        more = f" ({words.number(row.count)} rows from there on)" if row.count > 1 else ""
        unused.append(f"Row {words.number(row.row)}, set aside: {row.reason}{more}")
    if len(rejected) < len(table.rejected) or len(aside) < len(table.set_aside):
        unused.append("All of them stand in assessment.json.")
    return {
        "table": _table(table.file, table.sheet),
        "list": table.list or "not a list we know",
        "rows": words.number(table.rows),
        "used": words.number(table.used),
        "set_aside": words.number(table.set_aside_count),
        "rejected": words.number(table.rejected_count),
        "read": ", ".join(table.columns.values()),
        "unused": ", ".join(table.unused_columns),
        "notes": list(table.notes),
        "unused_rows": unused,
    }


def _table(file: str, sheet: str | None) -> str:
    return f"{file}, sheet {sheet}" if sheet else file


def _rule(view: View, number: int) -> Content:
    rule = view.assessment.rules[number]
    holds = view.rules[rule.id]
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


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return plain.shorten(str(value), _LONGEST_TEXT)
    if isinstance(value, Mapping):
        return {str(name): _shown(one) for name, one in value.items()}
    return [_shown(one) for one in value] if isinstance(value, Sequence) else value
