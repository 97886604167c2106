"""A workbook that people worked in, sheet by sheet: values, formulas without a value, merged cells and comments."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.errors import InputError
from auditor.reporter import plain
from auditor.reporter.table import Value

# openpyxl is imported where a workbook is read: an audit without one does not wait for it.
if TYPE_CHECKING:
    from openpyxl import Workbook

FIX = "give the report.xlsx that was worked in, saved as .xlsx"
MOST_ROWS = 200_000
_LARGEST = 1 << 30
# Comments and merged cells come only with the whole workbook in memory, at some ten bytes for one.
_WHOLE = 1 << 26

Place = tuple[int, int]
"""Row and column, as a spreadsheet counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet."""

    title: str
    rows: Sequence[Sequence[Any]]
    """The cells of each row, the first row first."""
    merged: Mapping[Place, Any]
    """What the cells below the first of a merged area stand for."""
    comments: Mapping[Place, str]


@dataclass(frozen=True, slots=True)
class Reopened:
    """A workbook, read sheet by sheet so that the sheets nobody asks for cost nothing."""

    _values: Workbook
    _formulas: Workbook
    whole: bool
    """Whether comments and merged cells were read too; a workbook that is too large for it keeps them to itself."""

    @property
    def titles(self) -> list[str]:
        """The names of its sheets."""
        return [page.title for page in self._values.worksheets]

    def head(self, title: str, rows: int) -> list[Sequence[Any]]:
        """Return the first rows of a sheet."""
        return list(self._values[title].iter_rows(max_row=rows, values_only=True))

    def page(self, title: str) -> Page:
        """Return a sheet."""
        sheet: Any = self._values[title]  # of either kind: whole, or read row by row
        last = min(sheet.max_row or MOST_ROWS, MOST_ROWS)
        rows = [list(row) for row in sheet.iter_rows(max_row=last, values_only=True)]
        _fill(rows, self._formulas_of(title, last))
        return Page(title=title, rows=rows, merged=_merged(sheet) if self.whole else {}, comments=self.comments(title))

    def comments(self, title: str) -> Mapping[Place, str]:
        """Return the comments of a sheet."""
        cells = getattr(
            self._values[title], "_cells", {}
        )  # iterating over the rows would create every empty cell between
        return {place: cell.comment.text.strip() for place, cell in cells.items() if cell.comment and cell.comment.text}

    def _formulas_of(self, title: str, last: int) -> Mapping[Place, str]:
        return {
            (row, column): str(getattr(cell.value, "text", cell.value))
            for row, cells in enumerate(self._formulas[title].iter_rows(max_row=last), 1)
            for column, cell in enumerate(cells, 1)
            if cell.data_type == "f"
        }


@contextmanager
def reopen(path: Path) -> Iterator[Reopened]:
    """Open that workbook. Raises InputError for what is none."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    books: list[Workbook] = []
    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > _LARGEST:
            raise InputError("the workbook is larger than 1 GiB unpacked", where=str(path), fix=FIX)
        whole = size <= _WHOLE
        books.append(load_workbook(path, read_only=not whole, data_only=True))
        books.append(load_workbook(path, read_only=True))
        yield Reopened(books[0], books[1], whole)
    except OSError as error:
        raise InputError(f"can't be read ({error.strerror or error})", where=str(path), fix="check the path") from error
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError) as error:
        raise InputError("is no Excel workbook", where=str(path), fix=FIX) from error
    finally:
        for book in books:
            book.close()


def place_of(row: int, column: int) -> str:
    """Return what a spreadsheet calls that cell, e.g. "B2"."""
    return f"{column_name(column)}{row}"


def column_name(column: int) -> str:
    """Return what a spreadsheet calls that column, e.g. "B"."""
    from openpyxl.utils import get_column_letter

    return get_column_letter(column)


def day_of(serial: float) -> Value:
    """Return the day that a spreadsheet counts as that number."""
    from openpyxl.utils.datetime import from_excel

    return value_of(from_excel(serial))


def value_of(cell: Any) -> Value:
    """Return what stands in a cell; None for nothing."""
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date() if midnight else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, str):
        return plain.clean(cell).strip() or None
    return cell if isinstance(cell, int | float | date) else None if cell is None else str(cell)


def _fill(rows: list[list[Any]], values: Mapping[Place, Any]) -> None:
    """Write the values where nothing stands."""
    for (row, column), value in values.items():
        if row <= len(rows) and column <= len(rows[row - 1]) and rows[row - 1][column - 1] is None:
            rows[row - 1][column - 1] = value


def _merged(sheet: Any) -> Mapping[Place, Any]:
    """Return what each cell below the first of a merged area stands for."""
    found: dict[Place, Any] = {}
    for area in sheet.merged_cells.ranges:
        column, first, last = area.min_col, area.min_row, min(area.max_row, MOST_ROWS)
        value = sheet.cell(first, column).value
        found |= {(row, column): value for row in range(first + 1, last + 1)}
    return found
