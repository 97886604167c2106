"""Files to tables: unpack archives, open each file by its content and never by its extension."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import cast

from auditor.errors import InputError
from auditor.loader.html_tables import html_tables
from auditor.loader.kinds import markup, not_text
from auditor.loader.recognise import HEADER_WITHIN
from auditor.loader.sdf import sdf_role
from auditor.loader.sheet_size import check_sheets
from auditor.loader.sources import files_of, is_own_report, is_own_text, own_workbook
from auditor.loader.spreadsheet_xml import spreadsheet_tables
from auditor.loader.tables import Reading, Skipped, Table
from auditor.loader.text import DELIMITERS, Broken, text_file

# What one archive may unpack to, and how much smaller than its content it may be: text packs 10 to 30 times, a bomb 1000.
_UNPACKED_LIMIT = 1 << 30
_ARCHIVE_LIMIT = 1 << 37
_PACKED_RATIO = 300
_ENCRYPTED = 1
_HEAD = 1 << 16
# Notes and what editors keep of earlier days: a table in them is no export.
_NO_EXPORTS = {".md", ".rst", ".adoc", ".bak", ".old", ".orig", ".tmp", ".swp", ".part", ".crdownload"}
_TABLE_SUFFIXES = {".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".gz", ".zip", ".xml"}


NO_TABLE = "not a table"
"""What is said of a file that is none, and whose name does not say that it is one."""


_Opened = Iterator[Table | Skipped | InputError]


def open_exports(sources: Sequence[Path], unpack_to: Path) -> _Opened:
    """Give every table of every file named or found in the folders named, in the order of their names.

    What archives hold is unpacked to that folder, where it is read from. Of what can't be opened the error is given in its
    place. Raises InputError for sources that are not there.
    """
    for shown, path, named in files_of(sources):
        if path.is_dir():
            yield Skipped(file=shown, reason="a link to a folder, which is not followed")
        elif not named and is_own_report(path):
            yield Skipped(file=shown, reason="an earlier report of this program")
        elif named:
            yield from _as_far_as_it_goes(_open(shown, path, named=True, unpack_to=unpack_to))
        else:
            yield from _found(shown, path, unpack_to)


def _as_far_as_it_goes(tables: _Opened) -> _Opened:
    """Give the tables, and why there are no more of them where that is so."""
    try:
        yield from tables
    except InputError as error:
        yield error


def _found(shown: str, path: Path, unpack_to: Path) -> _Opened:
    """Give the tables of a file that was found: one that its name does not call a table may well be notes or a picture."""
    suffix = path.suffix.casefold()
    if suffix in _TABLE_SUFFIXES:
        yield from _as_far_as_it_goes(_open(shown, path, named=False, unpack_to=unpack_to))
        return
    try:
        if suffix in _NO_EXPORTS or suffix.endswith("~") or _is_archive(path):
            raise InputError(NO_TABLE)
        tables = list(_open(shown, path, named=False, unpack_to=unpack_to))
    except InputError:
        yield Skipped(file=shown, reason=NO_TABLE)
    else:
        yield from (replace(one, is_called_table=False) if isinstance(one, Table) else one for one in tables)


def _is_archive(path: Path) -> bool:
    """Tell whether it is an archive, and no workbook: programs and documents are that, and hold much that is no list."""
    try:
        if not zipfile.is_zipfile(path):
            return False
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" not in archive.namelist()
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError):
        return True


def _open(shown: str, path: Path, *, named: bool, unpack_to: Path) -> _Opened:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise InputError(f"can't be read ({error.strerror})", where=shown, fix="check its permissions") from error
    packed = head.startswith(b"\x1f\x8b")
    if packed:
        head = _unpacked_head(shown, path)
    if not head.strip():
        raise InputError("the file is empty; expected an export from NetSuite", where=shown, fix="export it again")
    if head.startswith(b"PK\x03\x04") and not packed:
        yield from _zip(shown, path, named=named, unpack_to=unpack_to)
    elif head.startswith(b"\xd0\xcf\x11\xe0") and not packed:
        yield from _workbook(shown, path, named=named)
    elif kind := not_text(head):
        raise InputError(
            f"this is {kind}; expected CSV text or an Excel workbook",
            where=shown,
            fix="export the list again as CSV or XLSX, or move the file out of the folder",
        )
    elif not packed and is_own_text(head):
        yield _own(shown, "leave it out", named=named)
    elif not packed and (markup_kind := markup(head)):
        yield from _marked_up(shown, path, markup_kind, named=named)
    else:
        text = text_file(path, packed=packed, shown=shown)
        readings = tuple(
            Reading(records=partial(text.records, delimiter), text=text, delimiter=delimiter)
            for delimiter in [one for one in DELIMITERS if one.encode() in head] or DELIMITERS[:1]
        )
        yield Table(file=shown, sheet=None, readings=readings, named=named)


def _own(shown: str, fix: str, *, named: bool) -> Skipped:
    """Set a report of this program aside: read as an export, its words would become evidence. Raises InputError for one named."""
    if named:
        raise InputError("this is a report of this program, and no export", where=shown, fix=fix)
    return Skipped(file=shown, reason="an earlier report of this program")


def _unpacked_head(shown: str, path: Path) -> bytes:
    try:
        with gzip.open(path, "rb") as file:
            head = file.read(_HEAD)
            # A bomb shows its ratio at once; the trail's summary runs in constant memory whatever comes after.
            read = file.read(_UNPACKED_LIMIT >> 4)
            if len(read) > _PACKED_RATIO * max(path.stat().st_size, 1):
                raise InputError("the archive unpacks to many times its size", where=shown, fix="export the list again")
            return head
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"the gzip archive is damaged ({error})", where=shown, fix="copy or export it again"
        ) from error


def _marked_up(shown: str, path: Path, kind: str, *, named: bool) -> Iterator[Table | Skipped]:
    if kind == "spreadsheet":
        for sheet, rows in spreadsheet_tables(path, shown):
            if rows:
                yield _table_of_rows(shown, sheet, rows, named=named)
    elif kind == "html":
        if path.stat().st_size > _UNPACKED_LIMIT >> 2:
            raise InputError("the HTML file is larger than 256 MiB", where=shown, fix="export the list as CSV")
        text = text_file(path, packed=False, shown=shown)
        with text.open() as file:
            tables = html_tables(file.read())
        for number, rows in enumerate(tables, start=1):
            yield _table_of_rows(shown, f"table {number}" if len(tables) > 1 else None, rows, named=named)
    else:
        role = sdf_role(path, shown)
        if role is None:
            yield Skipped(file=shown, reason="XML that is no role object")
        else:
            yield _table_of_rows(shown, None, role, named=named)


def _table_of_rows(shown: str, sheet: str | None, rows: list[list[str]], *, named: bool) -> Table:
    return Table(file=shown, sheet=sheet, readings=(Reading(records=partial(_filled, rows)),), named=named)


def _filled(rows: list[list[str]]) -> Iterator[list[str] | Broken]:
    """Give rows of markup, which end at their last filled cell, as wide as the first of them: one is the header."""
    width = max(map(len, rows[:HEADER_WITHIN]), default=0)
    blank = [""] * width
    for row in rows:
        if not row:
            yield blank
        else:
            yield [*row, *blank[len(row) :]] if len(row) < width else row


def _zip(shown: str, path: Path, *, named: bool, unpack_to: Path) -> _Opened:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if "[Content_Types].xml" in names or "mimetype" in names:
                _check_size(shown, members, _UNPACKED_LIMIT)
                check_sheets(archive, shown)
                yield from _workbook(shown, path, named=named)
                return
            _check_size(shown, members, _ARCHIVE_LIMIT)
            if "" in names:
                raise zipfile.BadZipFile("a file in it has no name")
            for member in sorted(members, key=lambda one: one.filename):
                inside = PurePosixPath(member.filename)
                hidden = any(part.startswith((".", "__MACOSX")) for part in inside.parts)
                if member.is_dir() or hidden or not _may_be_table(archive, member):
                    continue
                if member.flag_bits & _ENCRYPTED:
                    raise InputError(
                        "the archive is protected by a password",
                        where=shown,
                        fix="unpack it with its password, and name the folder",
                    )
                # A name of our own: the archive's may lead out of the folder.
                unpacked = Path(tempfile.mkdtemp(dir=unpack_to), f"member{inside.suffix}")
                with archive.open(member) as source, unpacked.open("wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
                yield from _found(f"{shown}/{inside}", unpacked, unpack_to)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, OSError) as error:
        raise InputError(
            f"the archive can't be opened ({error})",
            where=shown,
            fix="a workbook is damaged: open it in Excel and save it again; an archive: unpack it, without its password, and name the folder",
        ) from error


def _may_be_table(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Tell whether a member is worth unpacking: its name says that it is a table, or it begins as text does."""
    suffix = PurePosixPath(member.filename).suffix.casefold()
    if suffix in _TABLE_SUFFIXES:
        return True
    if suffix in _NO_EXPORTS or member.flag_bits & _ENCRYPTED:
        return False
    with archive.open(member) as source:
        return not_text(source.read(_HEAD)) is None


def _check_size(shown: str, members: Sequence[zipfile.ZipInfo], limit: int) -> None:
    unpacked, packed = sum(one.file_size for one in members), sum(one.compress_size for one in members)
    if unpacked > limit or (unpacked > _UNPACKED_LIMIT >> 4 and unpacked > _PACKED_RATIO * max(packed, 1)):
        raise InputError(
            f"the archive unpacks to {unpacked // (1 << 20)} MiB, which is more than a list can be",
            where=shown,
            fix="export the list again, in smaller parts",
        )


def _workbook(shown: str, path: Path, *, named: bool) -> Iterator[Table | Skipped]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # only where a workbook is given

    try:
        # From the open file: by its path, calamine would go by the extension.
        with path.open("rb") as file:
            workbook = CalamineWorkbook.from_filelike(file)
        if fix := own_workbook(workbook.sheet_names):
            yield _own(shown, fix, named=named)
            return
        sheets = [(name, workbook.get_sheet_by_name(name)) for name in workbook.sheet_names]
    except PasswordError as error:
        raise InputError(
            "the workbook is protected by a password", where=shown, fix="save it without the password"
        ) from error
    except (CalamineError, OSError) as error:
        raise InputError(
            f"the file can't be opened as a workbook ({error}); expected XLSX or CSV",
            where=shown,
            fix="open it in Excel and save it again as XLSX; a file protected by a password must be saved without it",
        ) from error
    for name, sheet in sheets:
        rows = sheet.to_python(skip_empty_area=False)
        if rows:
            reading = Reading(records=partial(_sheet_records, rows))
            yield Table(file=shown, sheet=name, readings=(reading,), named=named)


def _sheet_records(rows: Sequence[Sequence[object]]) -> Iterator[list[str] | Broken]:
    for row in rows:
        if set(map(type, row)) == {str}:
            yield cast("list[str]", row)
        else:
            yield [value if type(value) is str else _cell(value) for value in row]


def _cell(value: object) -> str:
    # calamine gives every number as a float: an internal ID of 1005 arrives as 1005.0.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
