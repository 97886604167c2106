"""The templates that reports are made from: ours, and those of a folder of the consultancy's that stand in for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from auditor import resources
from auditor.errors import InputError

WORD = "report.docx"
NAMES = (
    "report.html.j2",
    "since.html.j2",
    "report.css",
    "report.js",
    "report.typ",
    WORD,
    "letter.md.j2",
    "letter.txt.j2",
)


@dataclass(frozen=True, slots=True)
class Templates:
    """Where templates are looked for: in the folder first, if there is one, then among ours."""

    folder: Path | None = None
    word: Path | None = None
    """A Word document that stands in for report.docx, wherever it lies and whatever it is called."""

    def path(self, name: str) -> Path:
        """Return the file of that template."""
        if name == WORD and self.word:
            return self.word
        own = self.folder / name if self.folder else None
        return own if own and own.is_file() else resources.folder("templates") / name

    def text(self, name: str) -> str:
        """Return the template as it is written. Raises InputError when it can't be read."""
        path = self.path(name)
        try:
            return path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"the template can't be read ({error})", where=str(path), fix="save it as UTF-8"
            ) from error

    def misspelt(self) -> Mapping[str, str]:
        """Return the files of the folder that stand in for nothing, though their name is nearly that of a template."""
        names = [path.name for path in sorted(self.folder.iterdir())] if self.folder else []
        close = {name: get_close_matches(name, NAMES, n=1, cutoff=0.8) for name in names if name not in NAMES}
        return {name: found[0] for name, found in close.items() if found}


def templates_in(folder: Path | None, word: Path | None = None) -> Templates:
    """Return the templates with those of that folder, and that Word document, before ours.

    Raises InputError where there is no such folder or document.
    """
    if folder and not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder), fix="'auditor templates copy DIR' makes one")
    if word and not word.is_file():
        raise InputError("there is no such file", where=str(word), fix="name a Word document (.docx) after --template")
    return Templates(folder, word)


def copy_templates(folder: Path) -> tuple[Path, ...]:
    """Copy our templates to that folder, to be changed there. Raises InputError rather than overwrite one."""
    targets = [folder / name for name in NAMES]
    there = [path for path in targets if path.exists()]
    if there:
        raise InputError("the file is there already", where=str(there[0]), fix="choose another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target in targets:
            target.write_bytes((resources.folder("templates") / target.name).read_bytes())
    except OSError as error:
        raise InputError(
            f"can't be written ({error.strerror})", where=str(folder), fix="choose another folder"
        ) from error
    return tuple(targets)
