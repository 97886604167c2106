"""report.xlsx: the report as sheets to filter, sort and work from."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

from openpyxl import Workbook

from auditor.reporter import plain
from auditor.reporter.pages import (
    colour_of,
    footer_of,
    set_default_look,
    set_up_print,
    set_widths,
    sheet_name,
    write_table,
)
from auditor.reporter.plan_sheet import make_workable, plan_sheets
from auditor.reporter.previous import PLAN, UNPLACED
from auditor.reporter.reopened import TITLE
from auditor.reporter.sheets import sheets
from auditor.reporter.since_sheet import COURSE, draw_course, since_sheets
from auditor.reporter.summary_sheet import write_summary
from auditor.reporter.view import View


def write(view: View, path: Path) -> None:
    """Write the workbook, row by row: its size costs no memory."""
    book = Workbook(write_only=True)
    book.properties.creator = plain.cell(view.assessment.consultant or "NetSuite readiness auditor")
    book.properties.title = plain.cell(f"{TITLE}{view.assessment.client}")
    book.properties.created = datetime.combine(view.assessment.as_of, time())
    set_default_look(book)
    names: set[str] = set()
    write_summary(book.create_sheet(sheet_name("Summary", names)), view)
    for number, sheet in enumerate((*plan_sheets(view), *since_sheets(view.since), *sheets(view)), 2):
        page = book.create_sheet(sheet_name(sheet.name, names))
        page.freeze_panes = "B2" if sheet.columns[0][0] in ("Integration", "Role") else "C2"
        set_up_print(page, sheet=sheet, title_row=1, footer=footer_of(view))
        set_widths(page, sheet)
        if sheet.name in (PLAN, UNPLACED):
            # Before the table, whose lines between the rows are a rule too: of two, LibreOffice shows only the first.
            make_workable(page, len(sheet.rows))
        write_table(page, sheet, first_row=1, number=number, colour=colour_of(view))
        if sheet.name == COURSE and view.since:
            draw_course(page, sheet, view.since)
    book.save(path)
