"""What becomes of an earlier report where a new one takes its place: the workbook that people worked in, and files that stay."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Collection
from datetime import date
from pathlib import Path

from auditor.assessment import Assessment
from auditor.errors import InputError
from auditor.reporter import FORMATS
from auditor.reporter.data import assessment_json
from auditor.reporter.previous import Previous, read_previous
from auditor.reporter.since import Since

_APPLICATION = "docProps/app.xml"
_OURS = b"Openpyxl"
_LARGEST = 1 << 20
_ASIDE = "close it if another program has it open, move it, or choose another folder with --out"
_SEALED = bytes.fromhex("D0CF11E0A1B11AE1")
"""How a workbook begins that Excel has encrypted."""


def worked_in(path: Path) -> Previous | None:
    """Return the plan of that report where somebody typed something into it; None for anything else.

    Raises InputError where that can't be told.
    """
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            is_sealed = file.read(len(_SEALED)) == _SEALED
    except OSError as error:
        # Nobody can tell what stands in it, and what somebody typed must not be lost.
        raise InputError(
            f"can't be read ({(error.strerror or str(error)).lower()})", where=str(path), fix=_ASIDE
        ) from error
    if is_sealed:
        raise InputError(
            "is protected by a password, and would be replaced by the new report", where=str(path), fix=_ASIDE
        )
    try:
        there = read_previous(path)
    except InputError:
        return None  # no report of ours, so nobody worked in its plan
    return there if there.is_touched else None


def refuse_to_lose(path: Path, carried_over: Path | None) -> None:
    """Raise InputError where a report would replace a workbook that people worked in and that is not carried over."""
    if carried_over and carried_over.resolve() == path.resolve():
        return
    if worked_in(path):
        raise InputError(
            "somebody has worked in the plan of this report, which would be replaced",
            where=str(path),
            fix=f"carry it over with --previous {path}, or choose another folder with --out",
        )


def keep_replaced(path: Path, as_of: date, previous: Previous | None) -> Path | None:
    """Keep a copy of the workbook that the report of that day replaces, and return it; None where nobody saved that one.

    What was typed is carried over, but not how a cell looks, nor what was changed in a sheet that is written anew.
    """
    carried = previous is not None and previous.path.resolve() == path.resolve()
    if not path.is_file() or not (carried or _saved_by_somebody(path)):
        return None
    kept = path.with_name(f"{path.stem} before {as_of}{path.suffix}")
    number = 1
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.stem} before {as_of} ({number}){path.suffix}")
    shutil.copy2(path, kept)
    return kept


def left_over(out: Path, formats: Collection[str], assessment: Assessment, since: Since | None) -> list[str]:
    """Return the files in the folder that the report in these formats leaves there, where they are of another audit.

    Beside the JSON of this very assessment they are of this audit: a PDF that was asked for apart, for example.
    """
    there = [item.file for name, item in FORMATS.items() if name not in formats and (out / item.file).exists()]
    if not there:
        return []
    try:
        is_same = (out / FORMATS["json"].file).read_bytes() == assessment_json(assessment, since).encode()
    except OSError:
        is_same = False
    return [] if is_same else there


def _saved_by_somebody(path: Path) -> bool:
    """Tell whether another program saved the workbook: Excel, LibreOffice and the rest write their name into it."""
    try:
        with zipfile.ZipFile(path) as parts, parts.open(_APPLICATION) as written:
            return _OURS not in written.read(_LARGEST)
    except (OSError, KeyError, RuntimeError, zipfile.BadZipFile):
        return True  # whatever it is, it is not as this program wrote it
