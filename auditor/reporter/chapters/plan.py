"""What a document says of the plan: who does what, step by step, and what earlier plans had noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditor.reporter import words
from auditor.reporter.carry import Carried
from auditor.reporter.chapters.links import Content, link, links
from auditor.reporter.plan import EffortLine, Step, Task, Worker
from auditor.reporter.table import Value


def effort_content(line: EffortLine) -> Content:
    """Return a part of the whole effort."""
    return {
        "title": line.title,
        "hours": words.hours(line.effort),
        "integrations": words.plural(line.integrations, "integration"),
    }


def worker_content(worker: Worker) -> Content:
    """Return what one kind of person has to do."""
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
        "integrations": links(task.integrations, 40),
    }


def step_content(step: Step) -> Content:
    """Return one thing to do of one integration."""
    return {
        **link(step.integration),
        "id": step.id,
        "title": step.title,
        "phase": step.phase.id,
        "due": words.day(step.phase.effective) if step.phase.effective else "",
        "verdict": step.verdict,
        "instructions": step.instructions,
        "who": step.who,
        "effort": words.hours_to_do(step.effort) if step.effort else "",
    }


def carried_content(carried: Carried | None, steps: Sequence[Step]) -> Content | None:
    """Return what was noted in the plan of an earlier report; None where none was given."""
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
