"""How a sheet of the workbook looks: cells, table, colours of verdicts, print.

Sheets are openpyxl's write-only ones: they are written from the top down, and each row is gone once it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import ceil

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.formatting.rule import CellIsRule, Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from auditor.reporter import plain
from auditor.reporter.table import Sheet, Value
from auditor.reporter.view import View
from auditor.vocabulary import Verdict

TYPEFACE = "Calibri"
HIGHEST_ROW = 400.0  # Excel takes no more than 409
WRAPPED = Alignment(horizontal="left", vertical="top", indent=1, wrap_text=True)
COLOURS = {  # ink, paper: each pair has a contrast above 4.5
    Verdict.BREAKS: ("9F1D1D", "FBE3E1"),
    Verdict.UNDETERMINED: ("5B3F94", "ECE6F7"),
    Verdict.AT_RISK: ("7A4B00", "FCEFD6"),
    Verdict.EXEMPT: ("2A5C8A", "E1EDF7"),
    Verdict.READY: ("1D6A3E", "E0F2E7"),
    Verdict.INACTIVE: ("4F5860", "ECEFF1"),
}
_LINE_HEIGHT = 14.5
_WIDTH_OF_PAPER = 260
"""How many characters across a page can be read: on A4 and Letter, lying, they are set at 6 points."""
_DATE = "yyyy-mm-dd"
_NUMBER = Alignment(horizontal="right", vertical="top", indent=1, wrap_text=True)
_HEAD = Font(name=TYPEFACE, bold=True, color="FFFFFF")
_LINE = Border(bottom=Side(style="hair", color="B9C4CB"))
_TABLE_LOOK = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)


def set_default_look(book: Workbook) -> None:
    """Make wrapped text at the top the look of every cell that has no other."""
    normal = book._named_styles["Normal"]  # type: ignore[attr-defined]
    normal.alignment = WRAPPED  # LibreOffice reads it here, Excel below
    look = StyleArray()
    look.alignmentId = book._alignments.add(WRAPPED)  # type: ignore[attr-defined]
    book._cell_styles = IndexedList([look])  # type: ignore[attr-defined]


def colour_of(view: View) -> str:
    """Return the consultancy's colour as a workbook writes it."""
    return view.branding.colour.removeprefix("#").upper()


def footer_of(view: View) -> str:
    """Return what stands at the foot of every sheet."""
    return " · ".join(
        plain.shorten(text, 60) for text in (view.assessment.client, view.branding.confidentiality) if text
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


def set_widths(page: Worksheet, sheet: Sheet) -> None:
    """Set the widths of the columns; this has to come before the first row."""
    for column, (header, width) in enumerate(sheet.columns, 1):
        dimension = page.column_dimensions[get_column_letter(column)]
        dimension.width, dimension.hidden = width, header in sheet.hidden
        dimension.alignment = WRAPPED  # LibreOffice gives a cell without a look that of its column


def write_table(page: Worksheet, sheet: Sheet, *, first_row: int, number: int, colour: str) -> None:
    """Write the sheet's table; it begins at the next row, which is `first_row`."""
    headers = [header for header, _ in sheet.columns]
    # Excel calls a workbook damaged when a table has a header and nothing else.
    rows = sheet.rows or (("none", *[None] * (len(headers) - 1)),)
    cells = _Cells(page, sheet)
    append(page, first_row, cells.head(headers, rows[0], colour), _height(headers, sheet))
    for at, row in enumerate(rows, first_row + 1):
        append(page, at, cells.row(row), _height(row, sheet))
    last = first_row + len(rows)
    name = f"T{number}_{re.sub(r'[^A-Za-z0-9]', '_', page.title)}"
    table = Table(displayName=name, ref=f"A{first_row}:{get_column_letter(len(headers))}{last}")
    table.tableStyleInfo = _TABLE_LOOK
    # A page that is written row by row can't be asked for its headers any more.
    table.tableColumns = [TableColumn(id=at, name=plain.cell(header)) for at, header in enumerate(headers, 1)]
    table.autoFilter = AutoFilter(ref=table.ref)
    page.tables.add(table)
    _colour_verdicts(page, headers, rows=(first_row + 1, last))
    # One rule for the lines between the rows: as a look of the cells they would make every empty cell a written one.
    line = DifferentialStyle(border=_LINE)
    area = f"A{first_row + 1}:{get_column_letter(len(headers))}{last}"
    page.conditional_formatting.add(area, Rule(type="expression", dxf=line, formula=["TRUE"]))


def append(page: Worksheet, row: int, cells: list[Cell | None], height: float | None = None) -> None:
    """Write the next row, which is that one; its height is forgotten once it is written."""
    if height is not None:
        # All that openpyxl wants of a row's dimensions are these attributes; an object for each costs a tenth of the time.
        page.row_dimensions[row] = {"ht": f"{height:g}", "customHeight": "1"}  # type: ignore[assignment]
    # openpyxl would try each cell as a value before it takes it as a cell.
    page._values_to_row = _placed  # type: ignore[attr-defined]
    page.append(cells)
    page.row_dimensions.pop(row, None)


def _placed(cells: Sequence[Cell | None], row: int) -> Iterator[Cell]:
    """Give the cells that there are, each with its place in that row."""
    for column, cell in enumerate(cells, 1):
        if cell is not None:
            cell.row, cell.column = row, column
            yield cell


class _Reused(Cell):
    """A cell that is filled again and again. Its look is looked up once: openpyxl looks it up each time it is written."""

    __slots__ = ("look_number",)

    def __init__(self, page: Worksheet, look: Cell | None = None) -> None:
        super().__init__(page, row=1, column=1)
        self.look_number = look.style_id if look else None
        if look:
            self.number_format = look.number_format

    @property
    def has_style(self) -> bool:
        """Whether it has a look of its own."""
        return self.look_number is not None

    @property
    def style_id(self) -> int:
        """The number of its look in the workbook."""
        return self.look_number or 0

    def say(self, clean: str) -> None:
        """Fill it with a text that has been cleaned; openpyxl would look for what no cell can hold once more."""
        self._value, self.data_type = clean, "s"


class _Cells:
    """The cells of a table, for one row after the other: to make them anew for each costs twice the time."""

    def __init__(self, page: Worksheet, sheet: Sheet) -> None:
        self._page = page
        self._is_date = [header in sheet.date_columns for header, _ in sheet.columns]
        self._texts = [_Reused(page) for _ in sheet.columns]
        self._numbers = [_Reused(page, self._look(_NUMBER)) for _ in sheet.columns]
        date_look = self._look(WRAPPED)
        date_look.number_format = _DATE
        self._dates = [_Reused(page, date_look) for _ in sheet.columns]

    def head(self, headers: Sequence[str], below: Sequence[Value], colour: str) -> list[Cell | None]:
        """Return the cells of the header row, aligned as what stands below."""
        fill = PatternFill("solid", fgColor=colour)
        made: list[Cell | None] = []
        for header, value in zip(headers, below, strict=True):
            cell = self._look(_alignment(value))
            cell.font, cell.fill = _HEAD, fill
            made.append(put(cell, header))
        return made

    def row(self, values: Sequence[Value]) -> list[Cell | None]:
        """Return the cells of a row, which are good until the next."""
        return [
            self._text(column, value) if isinstance(value, str) else self._cell(column, value)
            for column, value in enumerate(values)
        ]

    def _text(self, column: int, value: str) -> Cell | None:
        shown = plain.cell(value)
        # What was dropped from the text may have hidden what it begins with.
        if plain.is_special(shown):
            return put(self._look(WRAPPED), shown)
        if not shown:
            return None
        self._texts[column].say(shown)
        return self._texts[column]

    def _cell(self, column: int, value: Value) -> Cell | None:
        if isinstance(value, int | float):
            self._numbers[column].value = value
            return self._numbers[column]
        if self._is_date[column] or value is not None:
            self._dates[column].value = value
            return self._dates[column]
        return None

    def _look(self, alignment: Alignment) -> Cell:
        cell = Cell(self._page, row=1, column=1)
        cell.alignment = alignment
        return cell


def _alignment(value: Value) -> Alignment:
    return _NUMBER if isinstance(value, int | float) else WRAPPED


def _height(row: Sequence[Value], sheet: Sheet) -> float:
    """Return a height that shows the whole row, in points: LibreOffice does not work it out by itself."""
    lines = 1
    for value, (header, width) in zip(row, sheet.columns, strict=True):
        if isinstance(value, str) and header not in sheet.hidden:
            if len(value) * 1.15 <= width and "\n" not in value:
                continue
            # Words that do not fit move to the next line, so a line holds less than the column is wide.
            lines = max(lines, sum(max(1, ceil(len(line) * 1.15 / width)) for line in value.split("\n")))
    return min(lines * _LINE_HEIGHT + 3, HIGHEST_ROW)


def put(cell: Cell, value: Value) -> Cell:
    """Put the value into the cell; a text stays text whatever it begins with."""
    if isinstance(value, str):
        cell.value = plain.cell(value) or None
        if cell.value is not None:
            cell.data_type = "s"
            cell.quotePrefix = plain.is_formula(str(cell.value))
    else:
        cell.value = value
    return cell


def _colour_verdicts(page: Worksheet, headers: Sequence[str], *, rows: tuple[int, int]) -> None:
    for column, header in enumerate(headers, 1):
        if not header.startswith("Verdict"):
            continue
        letter = get_column_letter(column)
        for verdict, (ink, paper) in COLOURS.items():
            fill = PatternFill(bgColor=paper, fill_type="solid")
            rule = CellIsRule(  # type: ignore[no-untyped-call]
                operator="equal", formula=[f'"{verdict}"'], font=Font(color=ink, bold=True), fill=fill
            )
            page.conditional_formatting.add(f"{letter}{rows[0]}:{letter}{rows[1]}", rule)


def set_up_print(page: Worksheet, *, sheet: Sheet, title_row: int | None, footer: str) -> None:
    """Fit the sheet to the paper, with head row and footer; this has to come before the first row.

    What is too wide to be read on one page is printed on several beside each other, with the frozen columns on each.
    """
    page.page_setup.orientation = "landscape"
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.75, footer=0.35)
    across = ceil(sum(width for _, width in sheet.columns) / _WIDTH_OF_PAPER)
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = across, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if title_row:
        page.print_title_rows = f"{title_row}:{title_row}"
    if across > 1:
        page.print_title_cols = "A:A" if page.freeze_panes == "B2" else "A:B"
    page.HeaderFooter.oddFooter = HeaderFooterItem(
        # In a footer "&" begins a command.
        left=_HeaderFooterPart(text=footer.replace("&", "&&")),
        center=_HeaderFooterPart(text="&A"),
        right=_HeaderFooterPart(text="&P / &N"),
    )
