"""The sheet a client works in, and the progress that the summary reads from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from auditor.reporter import words
from auditor.reporter.answers import EXAMPLE
from auditor.reporter.plan import Step
from auditor.reporter.previous import ELSEWHERE, PLAN, UNPLACED
from auditor.reporter.table import Sheet, Value
from auditor.reporter.typed_row import (
    ACCEPTED,
    AS_WRITTEN,
    DATES,
    DONE,
    HIDDEN,
    KNOWN_AS,
    OPEN,
    STATUSES,
    TypedRow,
    as_written,
)
from auditor.reporter.view import View

_SETTLED = (DONE, ACCEPTED)
_COLOURS = {"in progress": "E1EDF7", "waiting": "FCEFD6", "done": "E0F2E7", "risk accepted": "ECEFF1"}
_COLUMNS = (
    ("ID", 12), ("Integration", 28), ("Task", 30), ("Status", 14), ("Owner", 16), ("Due", 13), ("Notes", 26),
    ("Phase", 9), ("Phase begins", 15), ("Verdict", 17), ("Rules", 12), ("Steps", 52), ("Who", 16), ("Hours, least", 9), ("Hours, most", 9),
    ("Confirmed fact", 28), ("Said by", 16), ("Said on", 13),
    (KNOWN_AS, 12), (AS_WRITTEN, 12),
)  # fmt: skip
_ADDED_WIDTH = 20
_ELSEWHERE_COLUMNS = (("Sheet", 24), ("Cell", 10), ("Text", 80))
_PLACES = {header: get_column_letter(number) for number, (header, _) in enumerate(_COLUMNS, 1)}
# Rows that a client adds below the last one count too.
_SPARE_ROWS = 500


def plan_sheets(view: View) -> tuple[Sheet, ...]:
    """Return the plan, a row for each thing to do, and where there is any, what could no longer be placed in it."""
    carried = view.carried
    columns = (*_COLUMNS, *((header, _ADDED_WIDTH) for header in carried.added_columns)) if carried else _COLUMNS
    typed = carried.placed if carried else {}
    rows: list[Mapping[str, Value]] = [
        {**_written(step), "Status": OPEN, **typed.get(step.id, {})} for step in view.steps
    ]
    rows += [_own(row) for row in carried.added] if carried else []
    sheets = [_sheet(PLAN, columns, rows)]
    if carried and carried.unplaced:
        sheets.append(_sheet(UNPLACED, columns, [{**row.cells, **row.typed} for row in carried.unplaced]))
    if carried and carried.elsewhere:
        elsewhere = tuple((one.sheet, one.cell, one.text) for one in carried.elsewhere)
        sheets.append(Sheet(name=ELSEWHERE, columns=_ELSEWHERE_COLUMNS, rows=elsewhere))
    return tuple(sheets)


def _sheet(name: str, columns: tuple[tuple[str, int], ...], rows: Sequence[Mapping[str, Value]]) -> Sheet:
    cells = tuple(tuple(row.get(header) for header, _ in columns) for row in rows)
    return Sheet(name=name, columns=columns, rows=cells, date_columns=DATES, hidden=HIDDEN)


def _own(row: TypedRow) -> Mapping[str, Value]:
    """Return a row that somebody added, perhaps as a copy of one of ours."""
    return {header: value for header, value in row.cells.items() if header not in HIDDEN}


def _written(step: Step) -> dict[str, Value]:
    phase = step.phase
    least, most = step.effort or (None, None)
    cells: dict[str, Value] = {
        "ID": step.id,
        "Integration": step.integration.label,
        "Task": step.title,
        "Phase": phase.id,
        "Phase begins": words.due(phase),
        "Verdict": step.verdict,
        "Rules": "\n".join(step.rules) or None,
        "Steps": "\n".join(f"{number}. {line}" for number, line in enumerate(step.instructions, 1)),
        "Who": step.who,
        "Hours, least": least,
        "Hours, most": most,
    }
    integration = step.integration.integration
    if integration.name != step.integration.label:
        cells[KNOWN_AS] = integration.application_id or integration.internal_id or integration.name
    return cells | {AS_WRITTEN: as_written(cells)}


def make_workable(page: Worksheet, rows: int) -> None:
    """Add drop-downs and colours to the plan, which has that many rows below its header."""
    last = rows + 1 + _SPARE_ROWS
    statuses = DataValidation(type="list", formula1=f'"{",".join(STATUSES)}"', allow_blank=True)
    statuses.error, statuses.errorTitle = f"Choose one of: {', '.join(STATUSES)}", "Status"
    dates = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True)
    dates.error, dates.errorTitle = "Enter a date", "Date"
    facts = DataValidation(allow_blank=True, showInputMessage=True)
    facts.promptTitle, facts.prompt = "Confirmed fact", f"What decides it, e.g. {EXAMPLE}. Say who said so, and when."
    for validation, header in ((statuses, "Status"), (dates, "Due"), (dates, "Said on"), (facts, "Confirmed fact")):
        if not validation.ranges:
            page.data_validations.append(validation)
        validation.add(_area(header, last))
    status, due = f"${_PLACES['Status']}2", f"${_PLACES['Due']}2"
    for name, colour in _COLOURS.items():
        fill = PatternFill(bgColor=colour, fill_type="solid")
        rule = FormulaRule(formula=[f'{status}="{name}"'], fill=fill)  # type: ignore[no-untyped-call]
        page.conditional_formatting.add(_area("Status", last), rule)
    late = f'AND({due}<>"",{due}<TODAY(),{status}<>"done",{status}<>"risk accepted")'
    rule = FormulaRule(formula=[late], font=Font(color="9F1D1D", bold=True))  # type: ignore[no-untyped-call]
    page.conditional_formatting.add(_area("Due", last), rule)


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """A row of the progress table: a title and one or two formulas over the plan."""

    title: str
    tasks: str
    hours: str | None
    is_share: bool = False
    is_head: bool = False

    def cells(self, page: Worksheet) -> list[Any]:
        """Return the row as cells of that page."""
        cells = [WriteOnlyCell(page, value) for value in (self.title, self.tasks, self.hours)]
        for column, cell in enumerate(cells):
            cell.font = Font(name="Calibri", bold=self.is_head)
            cell.alignment = Alignment(horizontal="right" if column else "left", indent=1)
        if self.is_share:
            cells[1].number_format = "0%"
        return cells


def progress_lines(rows: int) -> tuple[ProgressLine, ...]:
    """Return the live progress of a plan of that many rows, its header first."""
    last = rows + 1 + _SPARE_ROWS
    status, hours, due = (_range(header, last) for header in ("Status", "Hours, most", "Due"))
    settled = "+".join(f'COUNTIF({status},"{name}")' for name in _SETTLED)
    left = "".join(f',{status},"<>{name}"' for name in _SETTLED)
    all_rows = _range("ID", last)
    return (
        ProgressLine("Progress of the plan", "Tasks", "Hours, most", is_head=True),
        *(
            ProgressLine(name, f'=COUNTIF({status},"{name}")', f'=SUMIF({status},"{name}",{hours})')
            for name in STATUSES
        ),
        ProgressLine(
            "settled, of all", f"=IF(COUNTA({all_rows})=0,0,({settled})/COUNTA({all_rows}))", None, is_share=True
        ),
        ProgressLine("overdue", f'=COUNTIFS({due},">0",{due},"<"&TODAY(){left})', None),
    )


def add_progress_chart(page: Worksheet, first_row: int, *, colour: str) -> None:
    """Draw the progress table that begins at that row."""
    chart = BarChart()
    chart.type, chart.gapWidth, chart.height, chart.width = "bar", 60, 5.5, 18
    chart.add_data(
        Reference(page, min_col=2, min_row=first_row, max_row=first_row + len(STATUSES)), titles_from_data=True
    )
    chart.set_categories(Reference(page, min_col=1, min_row=first_row + 1, max_row=first_row + len(STATUSES)))
    chart.legend = None
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"
    chart.series[0].graphicalProperties.solidFill = colour
    page.add_chart(chart, f"A{first_row + len(STATUSES) + 4}")


def _area(header: str, last: int) -> str:
    return f"{_PLACES[header]}2:{_PLACES[header]}{last}"


def _range(header: str, last: int) -> str:
    letter = _PLACES[header]
    return f"'{PLAN}'!${letter}$2:${letter}${last}"
