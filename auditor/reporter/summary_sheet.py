"""The first sheet of the workbook: the verdict in a sentence, the counts with their chart, and what comes next."""

from __future__ import annotations

from io import BytesIO
from itertools import chain
from math import ceil
from pathlib import Path
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart, Reference
from openpyxl.drawing.image import Image
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from auditor.branding import read_logo
from auditor.model import Verdict
from auditor.reporter import words
from auditor.reporter.pages import (
    COLOURS,
    HIGHEST_ROW,
    TYPEFACE,
    WRAPPED,
    append,
    colour_of,
    put,
    set_up_print,
    set_widths,
    write_table,
)
from auditor.reporter.plan_sheet import add_progress_chart, progress_lines
from auditor.reporter.sheets import summary_counts
from auditor.reporter.since_sheet import since_lines
from auditor.reporter.table import Sheet
from auditor.reporter.view import View

_LETTERS_ACROSS = 115
_LOGO_HEIGHT, _LOGO_WIDTH = 48, 240  # pixels
_ROWS_OF_CHART = 17
_ROWS_OF_PROGRESS_CHART = 13


def write_summary(page: Worksheet, view: View) -> None:
    """Write the summary."""
    counts = summary_counts(view)
    page.sheet_view.showGridLines = False
    set_up_print(page, title_row=None, view=view)
    set_widths(page, counts)
    writer = _Lines(page, across=len(counts.columns))
    for text, font in _opening_lines(view):
        writer.line(text, font)
    first = writer.next_row
    write_table(page, counts, first_row=first, number=1, colour=colour_of(view))
    writer.skip(len(counts.rows) + 1)
    _add_chart(page, counts, first_row=first)
    writer.blank(_ROWS_OF_CHART + 2)
    first = writer.next_row
    for line in progress_lines(len(view.steps) + len(view.carried.added if view.carried else ())):
        writer.cells(line.cells(page))
    add_progress_chart(page, first, colour=colour_of(view))
    writer.blank(_ROWS_OF_PROGRESS_CHART)
    for text, font in _closing_lines(view):
        writer.line(text, font)
    if view.branding.logo:
        _add_logo(page, view.branding.logo, column=len(counts.columns))


class _Lines:
    """Rows written one after the other."""

    def __init__(self, page: Worksheet, *, across: int) -> None:
        self._page, self._across = page, across
        self.next_row = 1

    def line(self, text: str, font: Font) -> None:
        """Write a line of text across the width of the page, high enough for what it says."""
        row = self.next_row
        self._page.merged_cells.add(f"A{row}:{get_column_letter(self._across)}{row}")
        cell = WriteOnlyCell(self._page)
        cell.font, cell.alignment = font, WRAPPED
        size = font.size or 11
        lines = max(1, ceil(len(text) * size / 11 / _LETTERS_ACROSS))
        append(self._page, row, [put(cell, text)], min(size * 1.4 * lines, HIGHEST_ROW))
        self.next_row += 1

    def cells(self, cells: list[Any]) -> None:
        """Write a row of cells."""
        append(self._page, self.next_row, cells)
        self.next_row += 1

    def blank(self, rows: int) -> None:
        """Leave that many rows empty."""
        for _ in range(rows):
            self.cells([])

    def skip(self, rows: int) -> None:
        """Count rows that somebody else has written."""
        self.next_row += rows


def _opening_lines(view: View) -> list[tuple[str, Font]]:
    assessment = view.assessment
    prepared = f" · prepared by {assessment.consultant}" if assessment.consultant else ""
    return [
        (
            " · ".join(filter(None, (view.branding.consultancy, "NetSuite integration readiness assessment"))),
            Font(name=TYPEFACE, bold=True, color=colour_of(view)),
        ),
        (assessment.client, Font(name=TYPEFACE, size=20)),
        (
            f"{assessment.title} · as of {words.day(assessment.as_of)}{prepared}",
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
        ("Since last time", since_lines(view.since) if view.since else []),
        ("What matters most", important or ["Nothing breaks, is at risk or is undetermined."]),
        (f"Total effort: {words.hours(view.effort)}", effort),
        ("What cannot be told yet", gaps or ["Nothing: every verdict is proved by the exports."]),
        ("Not exported", missing),
        ("The plan of last time", list(view.carried.notes) if view.carried else []),
        ("Assumptions", list(view.assessment.notes)),
    )
    written = (
        [(title, bold), *((line, Font(name=TYPEFACE)) for line in lines), ("", Font(name=TYPEFACE))]
        for title, lines in blocks
        if lines or title.startswith("Total")
    )
    return list(chain.from_iterable(written))


def _add_chart(page: Worksheet, counts: Sheet, *, first_row: int) -> None:
    """Draw a stacked bar a phase under the table, from the table's own cells."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "percentStacked", 100, 60
    phases = len(counts.columns) - 2
    for number, verdict in enumerate(Verdict, first_row + 1):
        chart.add_data(
            Reference(page, min_col=1, max_col=1 + phases, min_row=number), from_rows=True, titles_from_data=True
        )
        chart.series[-1].graphicalProperties.solidFill = COLOURS[verdict][0]
    chart.set_categories(Reference(page, min_col=2, max_col=1 + phases, min_row=first_row))
    chart.height, chart.width = 7.5, 26
    chart.legend.position = "b"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"
    page.add_chart(chart, f"A{first_row + len(counts.rows) + 2}")


def _add_logo(page: Worksheet, logo: Path, *, column: int) -> None:
    """Set the logo at the right end of the title, as high as its two lines."""
    image = Image(BytesIO(read_logo(logo)[1]))
    scale = min(_LOGO_HEIGHT / image.height, _LOGO_WIDTH / image.width)
    image.height, image.width = round(image.height * scale), round(image.width * scale)
    page.add_image(image, f"{get_column_letter(column)}1")
