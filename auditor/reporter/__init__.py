"""Assessment -> report files: one module a format, listed in FORMATS.

A report appears whole or not at all: all files are written aside first and then moved into place together.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from auditor.assessment import Assessment
from auditor.branding import Branding
from auditor.errors import InputError, nearest
from auditor.reporter import words
from auditor.reporter.previous import Previous
from auditor.reporter.since import Since
from auditor.reporter.templates import Templates
from auditor.reporter.view import View, view_assessment

ASIDE = ".auditor-"
"""How the name of a folder begins in which files are written before they are moved into place."""
_PLAIN = Branding()
_OURS = Templates()
_NOTHING: Mapping[str, str] = {}

Renderer = Callable[[View, Path], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """The file of a format, or its folder, and the module whose `write(view, path)` makes it."""

    file: str
    module: str
    holds: str | None = None
    """For a folder: how the names in it look, so that no folder of somebody else's is replaced."""
    needs: str | None = None
    """The library that it is made with, where that is not installed with the program but with an extra."""
    extra: str = ""


FORMATS = {
    "html": Format(file="report.html", module="auditor.reporter.html"),
    "xlsx": Format(file="report.xlsx", module="auditor.reporter.workbook"),
    "json": Format(file="assessment.json", module="auditor.reporter.data"),
    "letters": Format(file="letters", module="auditor.reporter.letters", holds="letter-*"),
    "pdf": Format(file="report.pdf", module="auditor.reporter.pdf", needs="typst", extra="pdf"),
    "docx": Format(file="report.docx", module="auditor.reporter.word", needs="docxtpl", extra="word"),
    "csv": Format(file="integrations.csv", module="auditor.reporter.inventory"),
}


_CALLED = {"word": "docx", "doc": "docx", "excel": "xlsx", "workbook": "xlsx", "page": "html", "letter": "letters"}
"""What people call the formats."""


def render(
    assessment: Assessment,
    formats: Sequence[str],
    out: Path,
    *,
    since: Since | None = None,
    previous: Previous | None = None,
    branding: Branding = _PLAIN,
    templates: Templates = _OURS,
) -> tuple[Path, ...]:
    """Write the assessment in these formats to the folder `out` and return the files, in the order asked for.

    `since` adds what changed since earlier audits, `previous` what people typed into the plan of an earlier report.
    """
    chosen = find_formats(formats)
    with words.written_in(branding.language):
        view = view_assessment(assessment, since, previous=previous, branding=branding, templates=templates)
        return write_together({item.file: partial(_renderer(item), view) for item in chosen}, out, holds=_holds(chosen))


def write_together(
    files: Mapping[str, Callable[[Path], None]], out: Path, *, holds: Mapping[str, str] = _NOTHING
) -> tuple[Path, ...]:
    """Write each file by its function to the folder `out`, all or none, and return them in the order given.

    `holds` says how the names in a folder of ours look, so that no folder of somebody else's is replaced.
    """
    try:
        _refuse_strange_folders(holds, out)
        home = _existing_folder(out)
        with tempfile.TemporaryDirectory(dir=home, prefix=ASIDE, ignore_cleanup_errors=True) as aside:
            for name, write in files.items():
                write(Path(aside, name))
            out.mkdir(parents=True, exist_ok=True)
            return _move_together([Path(aside, name) for name in files], out)
    except OSError as error:
        raise _unwritable(error, out, list(files)) from error


def find_formats(names: Sequence[str]) -> tuple[Format, ...]:
    """Return the formats of these names. Raises InputError for one that is not known, or whose extra is not installed."""
    return tuple(_format(name) for name in dict.fromkeys(names))


def _format(name: str) -> Format:
    if name not in FORMATS:
        meant = _CALLED.get(name.casefold(), name)
        raise InputError(f'no format is called "{name}"', where="--format", fix=nearest(meant, list(FORMATS)))
    found = FORMATS[name]
    if found.needs and importlib.util.find_spec(found.needs) is None:
        raise InputError(
            f"{name} needs the library {found.needs}, which is not installed",
            where="--format",
            fix=f'pip install "netsuite-readiness-auditor[{found.extra}]"; the html report prints as well',
        )
    return found


def _renderer(item: Format) -> Renderer:
    # Jinja2 and openpyxl cost more to import than the rest of the program; only a format that was asked for pays.
    write: Renderer = importlib.import_module(item.module).write
    return write


def _existing_folder(out: Path) -> Path:
    """Return `out`, or the nearest folder above it that is there: on the same disk, so that moving a file is one step."""
    home = next((path for path in (out, *out.absolute().parents) if path.exists()), Path())
    if not home.is_dir():
        raise InputError(
            "this is a file, and a report needs a folder", where=str(home), fix="choose another folder with --out"
        )
    return home


def _holds(chosen: Sequence[Format]) -> Mapping[str, str]:
    return {item.file: item.holds for item in chosen if item.holds}


def _refuse_strange_folders(holds: Mapping[str, str], out: Path) -> None:
    for folder, pattern in holds.items():
        there = out / folder
        strange = [path.name for path in there.iterdir() if not path.match(pattern)] if there.is_dir() else []
        if strange:
            raise InputError(
                f'the folder holds "{min(strange)}", which is no file of a report, and would be replaced',
                where=str(there),
                fix="move it, or choose another folder with --out",
            )


def _move_together(files: Sequence[Path], out: Path) -> tuple[Path, ...]:
    """Move every file into `out`, or put back what was there before when one of them can't be moved."""
    moved: list[tuple[Path, Path | None]] = []
    try:
        for file in files:
            target, earlier = out / file.name, file.with_name(f"{file.name}.earlier")
            kept = _keep(target, earlier, for_folder=file.is_dir()) if target.exists() else None
            file.replace(target)
            moved.append((target, kept))
    except OSError:
        for target, kept in moved:
            if target.is_dir():
                shutil.rmtree(target)
            if kept:
                kept.replace(target)
            else:
                target.unlink(missing_ok=True)
        raise
    return tuple(target for target, _ in moved)


def _keep(target: Path, earlier: Path, *, for_folder: bool) -> Path:
    """Keep what is there: a file as a copy, so that there is one at every moment; no folder can be replaced in place."""
    return target.rename(earlier) if for_folder and target.is_dir() else Path(shutil.copy2(target, earlier))


def _unwritable(error: OSError, out: Path, files: Sequence[str]) -> InputError:
    reason = (error.strerror or str(error)).lower()
    file = Path(error.filename2 or error.filename or "").name
    return InputError(
        f"the report could not be written ({reason}), and an earlier one is as it was",
        where=str(out / file if file in files else out),
        fix="close the file if another program has it open, or choose another folder with --out",
    )
