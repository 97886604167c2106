"""A workbook that people worked in, sheet by sheet: values, formulas without a value, merged cells and comments."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from auditor.errors import InputError
from auditor.reporter import plain
from auditor.reporter.table import Value

# openpyxl is imported where a workbook is read: an audit without one does not wait for it.
if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

FIX = "give the report.xlsx that was worked in, saved as .xlsx"
TITLE = "NetSuite integration readiness: "
"""How the title of a report's workbook begins: the client's name follows."""
MOST_ROWS = 200_000
_LARGEST = 1 << 30
# Comments and merged cells come only with the whole workbook in memory, at some ten bytes for one.
_WHOLE = 1 << 26
_MOST_COLUMNS = 500
_MOST_MERGED = 1_000
# openpyxl makes a cell of each that is merged, and one merged area may be a whole sheet.
_MOST_MERGED_CELLS = 1 << 20
_MERGED = re.compile(rb'<mergeCell\s+ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')

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
    is_cut: bool
    """Whether it goes on beyond what is read."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """A workbook, read sheet by sheet so that the sheets nobody asks for cost nothing."""

    _values: Workbook
    _whole: Workbook | None

    @property
    def is_whole(self) -> bool:
        """Whether comments, merged cells and formulas were read too."""
        return self._whole is not None

    @property
    def titles(self) -> list[str]:
        """The names of its sheets."""
        return [page.title for page in self._values.worksheets]

    @property
    def client(self) -> str | None:
        """Whose report it is, by the title that the program gave it; None where that was taken out."""
        title = str(self._values.properties.title or "")
        return title.removeprefix(TITLE) if title.startswith(TITLE) else None

    def head(self, title: str, rows: int) -> list[Sequence[Any]]:
        """Return the first rows of a sheet."""
        return list(self._rows(title, rows))

    def page(self, title: str) -> Page:
        """Return a sheet."""
        rows = list(self._rows(title, MOST_ROWS))
        merged: Mapping[Place, Any] = {}
        if self._whole:
            whole = self._whole[title]
            for place, cell in _cells(whole).items():
                if cell.data_type == "f" and place[0] <= len(rows):
                    _set(rows[place[0] - 1], place[1], str(getattr(cell.value, "text", cell.value)))
            merged = _merged(whole)
        sheet = self._values[title]
        return Page(
            title=title,
            rows=rows,
            merged=merged,
            comments=self.comments(title),
            is_cut=(sheet.max_row or 0) > MOST_ROWS or (sheet.max_column or 0) > _MOST_COLUMNS,
        )

    def comments(self, title: str) -> Mapping[Place, str]:
        """Return the comments of a sheet."""
        cells = _cells(self._whole[title]) if self._whole else {}
        return {place: cell.comment.text.strip() for place, cell in cells.items() if cell.comment and cell.comment.text}

    def _rows(self, title: str, last: int) -> Iterator[list[Any]]:
        sheet = self._values[title]
        wide = min(sheet.max_column or _MOST_COLUMNS, _MOST_COLUMNS)
        for row in sheet.iter_rows(max_row=last, max_col=wide, values_only=True):
            cells = list(row)
            while cells and cells[-1] is None:
                cells.pop()
            yield cells


@contextmanager
def reopen(path: Path) -> Iterator[Reopened]:
    """Open that workbook. Raises InputError for what is none."""
    opened: list[Workbook | IO[bytes]] = []
    try:
        yield _open(path, opened)
    except (zipfile.BadZipFile, zlib.error, EOFError, SyntaxError) as error:
        raise InputError("is damaged", where=str(path), fix=FIX) from error
    finally:
        for one in reversed(opened):
            one.close()


def _open(path: Path, opened: list[Workbook | IO[bytes]]) -> Reopened:
    """Open the workbook, and remember in `opened` what has to be closed."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
            if size > _LARGEST:
                raise InputError("the workbook is larger than 1 GiB unpacked", where=str(path), fix=FIX)
            is_small = size <= _WHOLE and _merged_cells(parts) <= _MOST_MERGED_CELLS
        # Opened here, since openpyxl leaves a file open in which it finds a fault.
        file = path.open("rb")
        opened.append(file)
        values = load_workbook(file, read_only=True, data_only=True)
        opened.append(values)
        whole = load_workbook(file) if is_small else None
    except OSError as error:
        raise InputError(f"can't be read ({error.strerror or error})", where=str(path), fix="check the path") from error
    except (
        zipfile.BadZipFile, zlib.error, EOFError, InvalidFileException, LookupError, ValueError, TypeError, SyntaxError,
        RuntimeError,
    ) as error:  # fmt: skip
        raise InputError("is no Excel workbook", where=str(path), fix=FIX) from error
    return Reopened(values, whole)


def _merged_cells(parts: zipfile.ZipFile) -> int:
    """Return how many cells of all sheets are merged."""
    from openpyxl.utils import column_index_from_string

    sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    areas = [area for name in sheets for area in _MERGED.findall(parts.read(name))]
    return sum(
        (abs(column_index_from_string(right.decode()) - column_index_from_string(left.decode())) + 1)
        * (abs(int(bottom) - int(top)) + 1)
        for left, top, right, bottom in areas
    )


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


def _cells(sheet: Worksheet) -> Mapping[Place, Any]:
    """Return the cells in which something stands: going through the rows would make each of a million empty ones."""
    return sheet._cells


def _set(row: list[Any], column: int, value: Any) -> None:
    """Write the value where nothing stands."""
    if column <= _MOST_COLUMNS:
        row += [None] * (column - len(row))
        row[column - 1] = value if row[column - 1] is None else row[column - 1]


def _merged(sheet: Worksheet) -> Mapping[Place, Any]:
    """Return what each cell below the first of a merged area stands for."""
    found: dict[Place, Any] = {}
    for area in sheet.merged_cells.ranges:
        column, first, last = area.min_col, area.min_row, min(area.max_row, area.min_row + _MOST_MERGED)
        value = sheet.cell(first, column).value
        found |= {(row, column): value for row in range(first + 1, last + 1)}
    return found
