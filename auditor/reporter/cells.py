"""Tables, lines and pages of a workbook: how they look, and that every text stays text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from math import ceil
from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from auditor.model import Verdict
from auditor.reporter import plain
from auditor.reporter.table import Sheet, Value

_LINE_HEIGHT = 14.5
_HIGHEST_ROW = 400.0  # Excel takes no more than 409
ACCENT = "0B5363"
TYPEFACE = "Calibri"
_COLOURS = {  # ink, paper: each pair has a contrast above 4.5
    Verdict.BREAKS: ("9F1D1D", "FBE3E1"),
    Verdict.UNDETERMINED: ("5B3F94", "ECE6F7"),
    Verdict.AT_RISK: ("7A4B00", "FCEFD6"),
    Verdict.EXEMPT: ("2A5C8A", "E1EDF7"),
    Verdict.READY: ("1D6A3E", "E0F2E7"),
    Verdict.INACTIVE: ("4F5860", "ECEFF1"),
}
_WRAPPED = Alignment(horizontal="left", vertical="top", indent=1, wrap_text=True)
_NUMBER = Alignment(horizontal="right", vertical="top", indent=1, wrap_text=True)
_HEAD = Font(name=TYPEFACE, bold=True, color="FFFFFF")
_HEAD_FILL = PatternFill("solid", fgColor=ACCENT)
_LINE = Border(bottom=Side(style="hair", color="B9C4CB"))
_LETTERS_ACROSS = 115  # of the summary
_TABLE_LOOK = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)


def write_line(page: Worksheet, row: int, *, text: str, font: Font, last_column: int) -> None:
    """Write a line of text across the width of the page, high enough for what it says."""
    page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=last_column)
    written = _set(page.cell(row, 1), text)
    written.font = font
    written.alignment = _WRAPPED
    size = font.size or 11
    lines = max(1, ceil(len(text) * size / 11 / _LETTERS_ACROSS))
    page.row_dimensions[row].height = min(size * 1.4 * lines, _HIGHEST_ROW)


def write_table(page: Worksheet, sheet: Sheet, *, first_row: int, number: int) -> None:
    """Write the sheet's table from that row on; `number` makes its name unique in the workbook."""
    headers = [header for header, _ in sheet.columns]
    # Excel calls a workbook damaged when a table has a header and nothing else.
    rows = sheet.rows or (("none", *[None] * (len(headers) - 1)),)
    for column, (header, width) in enumerate(sheet.columns, 1):
        cell = _set(page.cell(first_row, column), header)
        cell.font, cell.fill, cell.alignment = _HEAD, _HEAD_FILL, _alignment(rows[0][column - 1])
        page.column_dimensions[get_column_letter(column)].width = width
    page.row_dimensions[first_row].height = _height(headers, sheet)
    looks: dict[int, Any] = {}
    for at, row in enumerate(rows, first_row + 1):
        page.row_dimensions[at].height = _height(row, sheet)
        for column, value in enumerate(row, 1):
            _dress(page.cell(at, column), _alignment(value), looks)
            _set(page.cell(at, column), value)
    last = first_row + len(rows)
    name = f"T{number}_{re.sub(r'[^A-Za-z0-9]', '_', page.title)}"
    table = Table(displayName=name, ref=f"A{first_row}:{get_column_letter(len(headers))}{last}")
    table.tableStyleInfo = _TABLE_LOOK
    page.add_table(table)
    _colour_verdicts(page, headers, rows=(first_row + 1, last))


def _dress(cell: Any, alignment: Alignment, looks: dict[int, Any]) -> None:
    """Give the cell its look, worked out for the first cell and copied to all others: that is faster by half."""
    kind = id(alignment)
    if kind in looks:
        cell._style = copy(looks[kind])
    else:
        cell.alignment, cell.border = alignment, _LINE
        looks[kind] = copy(cell._style)


def _alignment(value: Value) -> Alignment:
    return _NUMBER if isinstance(value, int | float) else _WRAPPED


def _height(row: Sequence[Value], sheet: Sheet) -> float:
    """Return a height that shows the whole row, in points: LibreOffice does not work it out by itself."""
    lines = 1
    for value, (_, width) in zip(row, sheet.columns, strict=True):
        if isinstance(value, str):
            # Words that do not fit move to the next line, so a line holds less than the column is wide.
            lines = max(lines, sum(max(1, ceil(len(line) * 1.15 / width)) for line in value.split("\n")))
    return min(lines * _LINE_HEIGHT + 3, _HIGHEST_ROW)


def _set(cell: Any, value: Value) -> Any:
    """Put the value into the cell; a text stays text whatever it begins with."""
    if isinstance(value, str):
        cell.value = plain.cell(value) or None
        if cell.value is not None:
            cell.data_type = "s"
            if plain.is_formula(value):
                cell.quotePrefix = True
    else:
        cell.value = value
    return cell


def _colour_verdicts(page: Worksheet, headers: Sequence[str], *, rows: tuple[int, int]) -> None:
    for column, header in enumerate(headers, 1):
        if not header.startswith("Verdict"):
            continue
        letter = get_column_letter(column)
        for verdict, (ink, paper) in _COLOURS.items():
            fill = PatternFill(bgColor=paper, fill_type="solid")
            rule = CellIsRule(  # type: ignore[no-untyped-call]
                operator="equal", formula=[f'"{verdict}"'], font=Font(color=ink, bold=True), fill=fill
            )
            page.conditional_formatting.add(f"{letter}{rows[0]}:{letter}{rows[1]}", rule)


def add_chart(page: Worksheet, counts: Sheet, *, first_row: int) -> None:
    """Draw a stacked bar a phase under the table, from the table's own cells."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "bar", "percentStacked", 100, 60
    phases = len(counts.columns) - 2
    for number, verdict in enumerate(Verdict, first_row + 1):
        chart.add_data(
            Reference(page, min_col=1, max_col=1 + phases, min_row=number), from_rows=True, titles_from_data=True
        )
        chart.series[-1].graphicalProperties.solidFill = _COLOURS[verdict][0]
    chart.set_categories(Reference(page, min_col=2, max_col=1 + phases, min_row=first_row))
    chart.height, chart.width = 7.5, 26
    chart.legend.position = "b"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"
    page.add_chart(chart, f"A{first_row + len(counts.rows) + 2}")


def set_up_print(page: Worksheet, *, title_row: int | None, footer: str) -> None:
    """Make the page print well: across, as wide as the paper, with the footer's text on each sheet."""
    page.page_setup.orientation = "landscape"
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.75, footer=0.35)
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if title_row:
        page.print_title_rows = f"{title_row}:{title_row}"
    # In a footer "&" begins a command.
    said = plain.shorten(footer, 60).replace("&", "&&")
    page.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(text=said),
        center=_HeaderFooterPart(text="&A"),
        right=_HeaderFooterPart(text="&P / &N"),
    )


def sheet_name(wanted: str, taken: set[str]) -> str:
    """Return a sheet name that Excel takes and no other sheet has."""
    base = re.sub(r"[\[\]:*?/\\]", "-", plain.clean(wanted)).strip("'")[:31] or "Sheet"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: 31 - len(str(number)) - 1]} {number}"
    taken.add(name.casefold())
    return name
