"""Exports to tables: expand folders, open each file by its content and never by its extension."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from auditor.errors import InputError
from auditor.loader import text
from auditor.loader.text import Broken

# What a list may unpack to. The largest real lists are far below; a zip bomb is far above.
_UNPACKED_LIMIT = 1 << 30
_TABLE_SUFFIXES = {".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}
_ENGAGEMENT = "engagement.toml"


class Records(Protocol):
    """Reads a table from its first record, every time it is called."""

    def __call__(self) -> Iterator[list[str] | Broken]:
        """Give the records in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of one file: its records, or the several ways in which a text can be cut into records."""

    file: str
    """The name shown to people: relative to the folder that was given."""
    sheet: str | None
    readings: tuple[Records, ...]
    """One for a sheet; one a delimiter for delimited text."""
    named: bool
    """Whether the file itself was given, rather than the folder it lies in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file in a folder that is no table."""

    file: str
    reason: str


def open_exports(sources: Sequence[Path]) -> Iterator[Table | Skipped]:
    """Give every table of every file named or found in the folders named, in the order of their names.

    Raises InputError for what can't be opened at all.
    """
    for shown, path, named in _expand(sources):
        yield from _open(shown, path, named=named)


def _expand(sources: Sequence[Path]) -> list[tuple[str, Path, bool]]:
    found: dict[Path, tuple[str, Path, bool]] = {}
    for source in sources:
        if source.is_dir():
            members = [(path.relative_to(source).as_posix(), path, False) for path in sorted(source.rglob("*"))]
        elif source.exists():
            members = [(source.name, source, True)]
        else:
            raise InputError("there is no such file or folder", where=str(source), fix="check the path")
        for shown, path, named in members:
            hidden = any(part.startswith((".", "~$")) for part in Path(shown).parts)
            if path.is_file() and not hidden and path.name != _ENGAGEMENT:
                found.setdefault(path.resolve(), (shown, path, named))
    shown_names = [shown for shown, _, _ in found.values()]
    return [
        (shown if shown_names.count(shown) == 1 else f"{path.parent.name}/{shown}", path, named)
        for shown, path, named in found.values()
    ]


def _open(shown: str, path: Path, *, named: bool) -> Iterator[Table | Skipped]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"can't be read ({error.strerror})", where=shown, fix="check its permissions") from error
    claims_table = named or path.suffix.casefold() in _TABLE_SUFFIXES
    if not claims_table:
        yield Skipped(file=shown, reason="not a table")
        return
    if not content.strip():
        raise InputError("the file is empty; expected an export from NetSuite", where=shown, fix="export it again")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        yield from _workbook(shown, path, named=named)
        return
    kind = _not_text(content)
    if kind:
        raise InputError(
            f"this is {kind}; expected CSV text or an Excel workbook",
            where=shown,
            fix="export the list again as CSV or XLSX, or move the file out of the folder",
        )
    decoded = text.decode(content)
    if decoded is None:
        raise InputError(
            "the encoding can't be read; expected UTF-8, UTF-16 or Windows-1252 text",
            where=shown,
            fix='save it again as "CSV UTF-8"',
        )
    readings = tuple(partial(text.records, decoded, delimiter) for delimiter in text.DELIMITERS)
    yield Table(file=shown, sheet=None, readings=readings, named=named)


def _not_text(content: bytes) -> str | None:
    kinds = {
        b"%PDF": "a PDF",
        b"\x89PNG": "a picture",
        b"\xff\xd8\xff": "a picture",
        b"GIF8": "a picture",
        b"{\\rtf": "an RTF document",
        b"\x1f\x8b": "a gzip archive",
    }
    for start, kind in kinds.items():
        if content.startswith(start):
            return kind
    # UTF-16 text is full of NUL bytes, but every other byte; anything else with NULs is no text.
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        sample = content[:4096]
        if not (sample[::2].count(0) == 0 or sample[1::2].count(0) == 0):
            return "a binary file"
    return None


def _workbook(shown: str, path: Path, *, named: bool) -> Iterator[Table | Skipped]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError  # only where a workbook is given

    _check_size(shown, path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
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
            yield Table(file=shown, sheet=name, readings=(partial(_sheet_records, rows),), named=named)


def _check_size(shown: str, path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > _UNPACKED_LIMIT:
            raise InputError(
                "the workbook unpacks to more than 1 GiB", where=shown, fix="export the list again, in smaller parts"
            )


def _sheet_records(rows: list[list[object]]) -> Iterator[list[str] | Broken]:
    for row in rows:
        yield [_cell(value) for value in row]


def _cell(value: object) -> str:
    # calamine gives every number as a float: an internal ID of 1005 arrives as 1005.0.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
