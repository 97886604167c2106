"""What was typed into the workbook of an earlier report, placed in the plan of this one; what has no place there is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from auditor.reporter import plain, words
from auditor.reporter.identity import bare
from auditor.reporter.plan import Step
from auditor.reporter.previous import ELSEWHERE, UNPLACED, Elsewhere, Previous
from auditor.reporter.table import Value
from auditor.reporter.typed_row import DONE, TypedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What was typed, where it belongs now."""

    file: str
    placed: Mapping[str, Mapping[str, Value]]
    """Id of the step to what was typed, by header."""
    added: tuple[TypedRow, ...]
    """Rows of the client's own."""
    unplaced: tuple[TypedRow, ...]
    """Rows whose task is no longer in the plan, or stands twice."""
    elsewhere: tuple[Elsewhere, ...]
    """What stands outside the plan."""
    added_columns: tuple[str, ...]
    notes: tuple[str, ...]
    """What the reader must know of it."""


def carry(previous: Previous, steps: Sequence[Step], *, renamed: Mapping[str, str]) -> Carried:
    """Place what was typed in the plan of these steps: by id, otherwise by integration and task.

    `renamed` tells what integrations were called to what they are called now.
    """
    placed: dict[str, TypedRow] = {}
    left: list[TypedRow] = []
    ids = {step.id for step in steps}
    for row in previous.rows:
        if not row.is_touched:
            continue
        if row.id in ids and row.id not in placed:
            placed[row.id] = row
        elif row.id not in placed or placed[row.id].typed != row.typed:
            left.append(row)
    placed_by_name = _by_name(left, [step for step in steps if step.id not in placed], renamed)
    for id_, row in placed_by_name.items():
        placed[id_] = row
        left.remove(row)
    typed = {id_: row.typed for id_, row in placed.items()}
    unplaced = tuple(row for row in left if not row.is_own)
    return Carried(
        file=previous.file,
        placed=typed,
        added=tuple(row for row in left if row.is_own),
        unplaced=unplaced,
        elsewhere=previous.elsewhere,
        added_columns=previous.added_columns,
        notes=(
            *previous.notes,
            *_notes_on_rows(previous, placed),
            *_ended_early(previous.file, placed, steps),
            *_notes_on_places(previous, len(placed_by_name), unplaced),
        ),
    )


def _by_name(rows: Sequence[TypedRow], steps: Sequence[Step], renamed: Mapping[str, str]) -> Mapping[str, TypedRow]:
    """Return the rows whose id is not in this plan, or was deleted, and whose integration and task are."""
    by_name: dict[tuple[str, str], list[str]] = {}
    for step in steps:
        by_name.setdefault((bare(step.integration.label), _what(step.rules, step.title)), []).append(step.id)
    found: dict[str, TypedRow] = {}
    for row in rows:
        label = bare(str(row.cells.get("Integration") or ""))
        key = (bare(renamed.get(label, label)), _what(row.rules, str(row.cells.get("Task") or "")))
        ids = by_name.get(key, [])
        if len(ids) == 1 and ids[0] not in found and row.changed.keys().isdisjoint(("Integration", "Task", "Rules")):
            found[ids[0]] = row
    return found


def _what(rules: Sequence[str], task: str) -> str:
    return rules[0] if rules else bare(task)


def _notes_on_rows(previous: Previous, placed: Mapping[str, TypedRow]) -> Iterator[str]:
    done = sum(row.cells.get("Status") == DONE for row in placed.values())
    if done:
        verb = "task is" if done == 1 else "tasks are"
        yield f"{done} {verb} marked done in {previous.file}, and the exports still show what it was for"
    yield from previous.faults


def _ended_early(file: str, placed: Mapping[str, TypedRow], steps: Sequence[Step]) -> Iterator[str]:
    """Say which risks are accepted for too short a time to change anything."""
    for step in steps:
        if (row := placed.get(step.id)) is None:
            continue
        # Without the account's own date, only what outlasts the whole window surely covers the phase.
        day = step.phase.effective or step.phase.window[1]
        for until in {waiver.until for waiver in row.waivers}:
            if until < day:
                yield (
                    f"{file}, sheet {row.sheet}, row {row.row}: the risk is accepted until {words.day(until)},"
                    f" which is before {step.phase.id} ({words.day(day)})"
                )


def _integrations(rows: Sequence[TypedRow]) -> list[str]:
    named = (plain.shorten(str(row.cells.get("Integration") or f"row {row.row}")) for row in rows)
    return list(dict.fromkeys(named))


def _notes_on_places(previous: Previous, by_name: int, unplaced: Sequence[TypedRow]) -> Iterator[str]:
    changed = sum(len(row.changed) for row in previous.rows if row.is_touched and not row.is_own)
    if changed:
        yield (
            f"{words.plural(changed, 'cell')} of {previous.file} that every audit writes anew had been changed:"
            " what was typed there stands in columns of its own, at the right of the plan"
        )
    if by_name:
        yield (
            f"{words.plural(by_name, 'row')} of {previous.file} had no ID of this plan:"
            " what was typed there was placed by integration and task"
        )
    if unplaced:
        yield (
            f"{words.plural(len(unplaced), 'row')} of {previous.file} could no longer be placed, of"
            f' {words.listing(_integrations(unplaced), 10)}: the sheet "{UNPLACED}" keeps what was typed there'
        )
    if previous.elsewhere:
        yield (
            f"{words.plural(len(previous.elsewhere), 'text')} of {previous.file} stood outside the plan:"
            f' the sheet "{ELSEWHERE}" keeps what was typed there'
        )
