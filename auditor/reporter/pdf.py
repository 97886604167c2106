"""report.pdf: the report to print, send and file, typeset by Typst from `report.typ`.

Typst gets every text as data and shows it as text, so that no name of the client's can be markup.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import typst
from babel import Locale

from auditor import resources
from auditor.branding import read_logo
from auditor.errors import InputError
from auditor.reporter.content import content
from auditor.reporter.view import View

_NAME = "report.typ"
_NO_GLYPH = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_NO_FIELD = re.compile(r'does not contain key "([^"]+)"')
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")  # which is in every font
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
_LETTER_PAPER = frozenset({"US", "CA", "MX", "PH", "CL", "CO"})


def write(view: View, path: Path) -> None:
    """Write the document. Raises InputError for a template that Typst can't read."""
    template = view.templates.path(_NAME)
    fonts = [folder for folder in (template.parent, resources.folder("templates") / "fonts") if folder.is_dir()]
    compiler = typst.Compiler(template, root=template.parent, font_paths=fonts)
    known = _told(view)
    told = json.dumps(known, ensure_ascii=False)
    # The same assessment gives the same bytes, so the document carries the date of the audit and not that of the run.
    made = datetime(view.assessment.as_of.year, view.assessment.as_of.month, view.assessment.as_of.day, tzinfo=UTC)
    try:
        made_of = _compile(compiler, told, made)
    except typst.TypstError as error:
        raise _explained(error, template, known) from error
    path.write_bytes(made_of)


def _compile(compiler: typst.Compiler, told: str, made: datetime) -> bytes:
    """Return the document, with the characters named that no font has: accessible PDF may not show an empty box."""
    try:
        return _once(compiler, told, made)
    except typst.TypstError as error:
        missing = {_unescaped(found) for found in _NO_GLYPH.findall(error.diagnostic)}
        if not missing:
            raise
    for text in sorted(missing, key=len, reverse=True):
        told = told.replace(text, _NOT_ASCII.sub(lambda one: _named(one[0]), text))
    return _once(compiler, told, made)


def _once(compiler: typst.Compiler, told: str, made: datetime) -> bytes:
    compiled = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=made, sys_inputs={"report": told})
    return compiled if isinstance(compiled, bytes) else b"".join(compiled or ())


def _told(view: View) -> dict[str, Any]:
    as_of, logo = view.assessment.as_of, view.branding.logo
    territory = Locale.parse(view.branding.language, sep="-").territory
    return {
        **content(view),
        "date": [as_of.year, as_of.month, as_of.day],
        "paper": "us-letter" if territory in _LETTER_PAPER else "a4",
        # JSON holds no bytes, and Typst makes them of a list.
        "logo": list(read_logo(logo)[1]) if logo else None,
    }


def _named(character: str) -> str:
    """Return e.g. "[ship]"; what only joins or varies other characters goes."""
    name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
    return "" if unicodedata.category(character) == "Cf" or name.startswith("variation selector") else f"[{name}]"


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)


def _explained(error: typst.TypstError, template: Path, told: Mapping[str, Any]) -> InputError:
    placed = re.search(r":(\d+):\d+\s*$", error.diagnostic.split("┌─", 1)[-1].split("\n", 1)[0])
    where = f"{template}, line {placed[1]}" if placed else str(template)
    missing = _NO_FIELD.search(error.message)
    near = get_close_matches(missing[1], sorted(_fields_of(told)), n=1) if missing else []
    fix = f'did you mean "{near[0]}"?' if near else "; ".join(error.hints) or "see docs/pdf-and-word.md"
    return InputError(error.message, where=where, fix=fix)


def _fields_of(told: Any) -> set[str]:
    """Return the names of all fields of the report, at any depth."""
    if isinstance(told, Mapping):
        return set(told).union(*map(_fields_of, told.values()))
    return set().union(*map(_fields_of, told)) if isinstance(told, list | tuple) else set()
