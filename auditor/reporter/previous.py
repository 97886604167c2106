"""What people typed into the remediation plan of an earlier report: read back, and placed in the new plan."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from auditor.engagement import Confirmed, Engagement, Waiver
from auditor.errors import InputError
from auditor.reporter import plain
from auditor.reporter.answers import Answer, answers_in
from auditor.reporter.plan import Step
from auditor.reporter.table import Value

PLAN = "Remediation plan"
UNPLACED = "No longer in the plan"
OPEN = "open"
DONE = "done"
ACCEPTED = "risk accepted"
TYPED = ("Status", "Owner", "Due", "Notes", "Confirmed fact", "Said by", "Said on")
"""The columns that are there to be filled in."""
WRITTEN = (
    "ID",
    "Integration",
    "Task",
    "Phase",
    "Phase begins",
    "Verdict",
    "Rules",
    "Steps",
    "Who",
    "Hours, least",
    "Hours, most",
)
"""The columns that the program fills in anew in every report."""

_HEADER_WITHIN = 50
_LARGEST = 1 << 30
_MOST_ROWS = 200_000
_FIX = "give the report.xlsx that was worked in, saved as .xlsx"
_ASIDE = "close it if another program has it open, move it, or choose another folder with --out"
_SEALED = bytes.fromhex("D0CF11E0A1B11AE1")
"""How a workbook begins that Excel has encrypted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRow:
    """A row of the plan as somebody left it."""

    id: str | None
    """None for a row that somebody added."""
    sheet: str
    row: int
    cells: Mapping[str, Value]
    """By header, blank cells left out: all columns for a row that was added, otherwise those to fill in and added ones."""

    @property
    def is_touched(self) -> bool:
        """Tell whether a person typed anything here."""
        return any(
            header not in WRITTEN and (header, value) != ("Status", OPEN) for header, value in self.cells.items()
        )

    @property
    def is_accepted(self) -> bool:
        """Tell whether somebody accepted the risk."""
        return self.id is not None and self.cells.get("Status") == ACCEPTED

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """The waivers that an accepted risk amounts to; none without owner, reason (the notes) and end (the due date)."""
        owner, reason, until = (self.cells.get(header) for header in ("Owner", "Notes", "Due"))
        if not (self.is_accepted and owner and reason and isinstance(until, date)):
            return ()
        return tuple(
            Waiver(
                integration=str(self.cells.get("Integration") or ""),
                rule=rule,
                owner=str(owner),
                reason=str(reason),
                until=until,
            )
            for rule in self.rules
        )

    @property
    def rules(self) -> list[str]:
        """The rules that the task mends."""
        return str(self.cells.get("Rules") or "").split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Previous:
    """The plan of an earlier report."""

    file: str
    rows: tuple[TypedRow, ...]
    added_columns: tuple[str, ...]
    """Headers of columns that somebody added."""
    answers: tuple[Answer, ...]

    @property
    def confirmed(self) -> Confirmed:
        """The facts that somebody confirmed in it."""
        return Confirmed(
            role=tuple(one.role for one in self.answers if one.role),
            integration=tuple(one.integration for one in self.answers if one.integration),
        )

    def applied_to(self, engagement: Engagement, rules: Collection[str]) -> Engagement:
        """Return the engagement with what was decided in the plan: confirmed facts, and accepted risks of these rules."""
        waivers = [waiver for row in self.rows for waiver in row.waivers if waiver.rule in rules]
        return engagement.deciding(self.confirmed, waivers)

    @property
    def is_touched(self) -> bool:
        """Tell whether a person typed anything into it."""
        return any(row.is_touched for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What was typed, where it belongs now."""

    file: str
    placed: Mapping[str, Mapping[str, Value]]
    """Id of the step to the cells by header."""
    added: tuple[TypedRow, ...]
    """Rows of the client's own."""
    unplaced: tuple[TypedRow, ...]
    """Rows whose task is no longer in the plan, or stands twice."""
    added_columns: tuple[str, ...]
    notes: tuple[str, ...]
    """What the reader must know of it."""


def read_previous(path: Path) -> Previous:
    """Return the plan of that workbook. Raises InputError for what is no report of this program."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > _LARGEST:
                raise InputError("the workbook is larger than 1 GiB unpacked", where=str(path), fix=_FIX)
        book = load_workbook(path, read_only=True, data_only=True)
    except OSError as error:
        raise InputError(f"can't be read ({error.strerror or error})", where=str(path), fix="check the path") from error
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError) as error:
        raise InputError("is no Excel workbook", where=str(path), fix=_FIX) from error
    try:
        tables = [table for page in book.worksheets if (table := _table(page.title, page.iter_rows(values_only=True)))]
    finally:
        book.close()
    if not tables:
        raise InputError(f'has no sheet with the columns of the "{PLAN}"', where=str(path), fix=_FIX)
    rows = [row for _, found in tables for row in found]
    headers = dict.fromkeys(header for found, _ in tables for header in found)
    return Previous(
        file=path.name,
        rows=tuple(rows),
        added_columns=tuple(header for header in headers if header not in (*TYPED, *WRITTEN)),
        answers=tuple(
            answer
            for row in rows
            for answer in answers_in(
                row.cells, source=path.name, where=f"{path.name}, sheet {row.sheet}, row {row.row}"
            )
        ),
    )


def worked_in(path: Path) -> Previous | None:
    """Return the plan of that report where somebody typed something into it; None for anything else.

    Raises InputError where that can't be told.
    """
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            is_sealed = file.read(len(_SEALED)) == _SEALED
    except OSError as error:
        # Nobody can tell what stands in it, and what somebody typed must not be lost.
        raise InputError(
            f"can't be read ({(error.strerror or str(error)).lower()})", where=str(path), fix=_ASIDE
        ) from error
    if is_sealed:
        raise InputError(
            "is protected by a password, and would be replaced by the new report", where=str(path), fix=_ASIDE
        )
    try:
        there = read_previous(path)
    except InputError:
        return None  # no report of ours, so nobody worked in its plan
    return there if there.is_touched else None


def refuse_to_lose(path: Path, carried_over: Path | None) -> None:
    """Raise InputError where a report would replace a workbook that people worked in and that is not carried over."""
    if carried_over and carried_over.resolve() == path.resolve():
        return
    if worked_in(path):
        raise InputError(
            "somebody has worked in the plan of this report, which would be replaced",
            where=str(path),
            fix=f"carry it over with --previous {path}, or choose another folder with --out",
        )


def carry(previous: Previous, steps: Sequence[Step]) -> Carried:
    """Place what was typed in the plan of these steps, by the id of each."""
    ids = {step.id for step in steps}
    placed: dict[str, Mapping[str, Value]] = {}
    added, unplaced = [], []
    for row in previous.rows:
        if not row.is_touched:
            continue
        if row.id is None:
            added.append(row)
        elif row.id in ids and row.id not in placed:
            placed[row.id] = {header: value for header, value in row.cells.items() if header not in WRITTEN}
        else:
            unplaced.append(row)
    return Carried(
        file=previous.file,
        placed=placed,
        added=tuple(added),
        unplaced=tuple(unplaced),
        added_columns=previous.added_columns,
        notes=tuple(_notes(previous, placed, unplaced)),
    )


def _notes(
    previous: Previous, placed: Mapping[str, Mapping[str, Value]], unplaced: Sequence[TypedRow]
) -> Iterator[str]:
    done = sum(cells.get("Status") == DONE for cells in placed.values())
    if done:
        verb = "task is" if done == 1 else "tasks are"
        yield f"{done} {verb} marked done in {previous.file}, and the exports still show what it was for"
    for row in previous.rows:
        if row.is_accepted and row.rules and not row.waivers:
            yield (
                f"{previous.file}, sheet {row.sheet}, row {row.row}: the risk is accepted, which counts only with an owner,"
                " a reason in Notes and an end in Due"
            )
    if unplaced:
        rows = "1 row" if len(unplaced) == 1 else f"{len(unplaced)} rows"
        yield f'{rows} of {previous.file} could no longer be placed: the sheet "{UNPLACED}" keeps what was typed there'
    for answer in previous.answers:
        if answer.fault:
            yield f'{answer.where}: the confirmed fact "{plain.shorten(answer.text)}" was not used: {answer.fault}'


def _table(sheet: str, rows: Iterable[tuple[Any, ...]]) -> tuple[tuple[str, ...], list[TypedRow]] | None:
    """Return the headers of a sheet that is a plan, and its rows; None for any other."""
    headers: list[str] | None = None
    found = []
    for number, cells in enumerate(rows, 1):
        if headers is None:
            written = [plain.one_line(str(cell)) if cell is not None else "" for cell in cells]
            if {"ID", "Task", "Status", "Notes"}.issubset(written):
                headers = written
            elif number >= _HEADER_WITHIN:
                return None
        elif number > _MOST_ROWS:
            break
        elif any(cell is not None for cell in cells):
            found.append(_row(sheet, number, headers, cells))
    return (tuple(filter(None, headers)), found) if headers else None


def _row(sheet: str, number: int, headers: Sequence[str], cells: Sequence[Any]) -> TypedRow:
    # A column whose header somebody cleared still holds what they typed.
    named = {header or f"Column {at}": _value(cell) for at, (header, cell) in enumerate(_paired(headers, cells), 1)}
    known = {header: value for header, value in named.items() if value is not None}
    id_ = known.get("ID")
    return TypedRow(
        id=str(id_) if id_ is not None else None,
        sheet=sheet,
        row=number,
        cells=known,
    )


def _paired(headers: Sequence[str], cells: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for at in range(max(len(headers), len(cells))):
        yield headers[at] if at < len(headers) else "", cells[at] if at < len(cells) else None


def _value(cell: Any) -> Value:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, str):
        return plain.clean(cell).strip() or None
    return cell if isinstance(cell, int | float | date) else None if cell is None else str(cell)
