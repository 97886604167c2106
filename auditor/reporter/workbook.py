"""report.xlsx: the report as sheets to filter, sort and work from."""

from __future__ import annotations

from datetime import datetime, time
from itertools import chain
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from auditor.reporter import plain, words
from auditor.reporter.cells import ACCENT, TYPEFACE, add_chart, set_up_print, sheet_name, write_line, write_table
from auditor.reporter.plan_sheet import NAME as PLAN
from auditor.reporter.plan_sheet import make_workable, plan_sheet, write_progress
from auditor.reporter.sheets import sheets, summary_counts
from auditor.reporter.view import View


def write(view: View, path: Path) -> None:
    """Write the workbook."""
    book = Workbook()
    book.properties.creator = plain.cell(view.assessment.consultant or "NetSuite readiness auditor")
    book.properties.title = plain.cell(f"NetSuite integration readiness: {view.assessment.client}")
    book.properties.created = datetime.combine(view.assessment.as_of, time())
    names: set[str] = set()
    _write_summary(book.worksheets[0], view, names)
    for sheet in (plan_sheet(view), *sheets(view)):
        page = book.create_sheet(sheet_name(sheet.name, names))
        write_table(page, sheet, first_row=1, number=len(names))
        page.freeze_panes = "B2" if sheet.columns[0][0] in ("Integration", "Role") else "C2"
        if sheet.name == PLAN:
            make_workable(page, len(sheet.rows))
        set_up_print(page, title_row=1, footer=view.assessment.client)
    book.save(path)


def _write_summary(page: Worksheet, view: View, names: set[str]) -> None:
    page.title = sheet_name("Summary", names)
    assessment, counts = view.assessment, summary_counts(view)
    lines: list[tuple[str, Font]] = [
        ("NetSuite integration readiness assessment", Font(name=TYPEFACE, bold=True, color=ACCENT)),
        (assessment.client, Font(name=TYPEFACE, size=20)),
        (
            f"{assessment.title} · as of {words.day(assessment.as_of)}" + _prepared_by(view),
            Font(name=TYPEFACE, color="55616B"),
        ),
        (view.headline, Font(name=TYPEFACE, size=14)),
        ("", Font(name=TYPEFACE)),
        *(
            (f"{item.phase.id}: {item.phase.title}. {words.begin(item.date)} ({item.countdown}).", Font(name=TYPEFACE))
            for item in view.phases
        ),
        ("", Font(name=TYPEFACE)),
    ]
    for row, (text, font) in enumerate(lines, 1):
        write_line(page, row, text=text, font=font, last_column=len(counts.columns))
    write_table(page, counts, first_row=len(lines) + 1, number=len(names))
    add_chart(page, counts, first_row=len(lines) + 1)
    after = write_progress(page, len(lines) + len(counts.rows) + 20, len(view.steps))
    for row, (text, font) in enumerate(_closing_lines(view), after):
        write_line(page, row, text=text, font=font, last_column=len(counts.columns))
    page.sheet_view.showGridLines = False
    set_up_print(page, title_row=None, footer=view.assessment.client)


def _prepared_by(view: View) -> str:
    return f" · prepared by {view.assessment.consultant}" if view.assessment.consultant else ""


def _closing_lines(view: View) -> list[tuple[str, Font]]:
    bold = Font(name=TYPEFACE, bold=True)
    important = [f"{item.label}: {item.matters_because}" for item in view.most_important]
    effort = [
        f"{line.title}: {words.hours(line.effort)} for {words.plural(line.integrations, 'integration')}"
        for line in view.effort_lines
    ]
    gaps = [f"{gap.concerns}: {gap.question}. Settled by the {gap.settled_by}." for gap in view.gaps]
    missing = [f"{words.begin(guide.list)}: {guide.menu}" for guide in view.missing]
    blocks = (
        ("What matters most", important or ["Nothing breaks, is at risk or is undetermined."]),
        (f"Total effort: {words.hours(view.effort)}", effort),
        ("What cannot be told yet", gaps or ["Nothing: every verdict is proved by the exports."]),
        ("Not exported", missing),
        ("Assumptions", list(view.assessment.notes)),
    )
    written = (
        [(title, bold), *((line, Font(name=TYPEFACE)) for line in lines), ("", Font(name=TYPEFACE))]
        for title, lines in blocks
        if lines or title.startswith("Total")
    )
    return list(chain.from_iterable(written))
