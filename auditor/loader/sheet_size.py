"""How far the sheets of a workbook reach: one cell in the last corner makes a reader fill everything before it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from auditor.errors import InputError

# A full sheet of 1,048,576 rows has 32 columns then; in memory it takes about one GiB.
_MOST_CELLS = 1 << 25
_BLOCK = 1 << 20
_LONGEST_TAG = 64
_WIDE = re.compile(rb'r="([A-Z]{2,3})\d')
_DEEP = re.compile(rb'r="[A-Z]{0,3}(\d{6,7})"')
_ROW = re.compile(rb'r="[A-Z]{0,3}(\d{1,7})"')


def check_sheets(archive: zipfile.ZipFile, shown: str) -> None:
    """Raise InputError where a sheet of the XLSX workbook reaches further than any list."""
    for name in archive.namelist():
        if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
            continue
        columns, rows = 26, 99_999
        for block in _blocks(archive, name):
            columns = max([columns, *map(_column, set(_WIDE.findall(block)))])
            rows = max([rows, *map(int, set(_DEEP.findall(block)))])
        if rows * columns > _MOST_CELLS and rows < 100_000:
            # Wide, and how deep does not show in rows of six digits: look at every cell.
            rows = max((int(row) for block in _blocks(archive, name) for row in set(_ROW.findall(block))), default=1)
        if rows * columns > _MOST_CELLS:
            raise InputError(
                f"a sheet reaches to row {rows:,} and column {columns:,}, which is more than a list can be",
                where=shown,
                fix="delete what stands far below or beside the list, or save the list alone as CSV",
            )


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Give what is packed under that name in parts, each with the end of the one before: a tag may lie across both."""
    with archive.open(name) as file:
        before = b""
        while block := file.read(_BLOCK):
            yield before + block
            before = block[-_LONGEST_TAG:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
