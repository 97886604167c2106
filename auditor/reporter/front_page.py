"""What the first sheet of a workbook is made of: lines of text across the page, and the chart of the verdicts."""

from __future__ import annotations

from math import ceil
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from auditor.reporter.pages import COLOURS, HIGHEST_ROW, WRAPPED, append, put
from auditor.reporter.table import Sheet
from auditor.vocabulary import Verdict

ROWS_OF_CHART = 17
"""How many rows the chart covers."""


class Lines:
    """Rows written one after the other, as wide as the columns of that sheet."""

    def __init__(self, page: Worksheet, sheet: Sheet) -> None:
        self._page, self._across = page, len(sheet.columns)
        self._letters = sum(width for _, width in sheet.columns)
        self.next_row = 1

    def line(self, text: str, font: Font) -> None:
        """Write a line of text across the width of the page, high enough for what it says."""
        row = self.next_row
        self._page.merged_cells.add(f"A{row}:{get_column_letter(self._across)}{row}")
        cell = WriteOnlyCell(self._page)
        cell.font, cell.alignment = font, WRAPPED
        size = font.size or 11
        lines = max(1, ceil(len(text) * size / 11 / self._letters))
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


def add_chart(page: Worksheet, counts: Sheet, *, first_row: int) -> None:
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
