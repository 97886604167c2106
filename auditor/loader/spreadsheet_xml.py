"""XML Spreadsheet 2003.

Rows as Excel and NetSuite write nearly all of theirs are cut out of the text by a pattern, a hundred thousand in a second,
and the parser finds an empty row in the place of each run of them: that it tells where it stands is what makes them rows.
"""

from __future__ import annotations

import re
import secrets
import xml.parsers.expat
from collections.abc import Iterator
from pathlib import Path

from auditor.errors import InputError

_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_WIDEST = 1000
_DEEPEST = 1 << 20
_BLOCK = 1 << 20

# No markup, no entities, and no character that XML would change or refuse.
_TEXT = r"[^<>&\x00-\x08\x0b-\x1f\ufffe\uffff]*"
_SPACE = r"[ \t\r\n]*"
_ATTRIBUTES = r'(?: ss:(?!Index=)\w+="[^"<&]*")*'
_PLAIN_CELL = rf"<Cell{_ATTRIBUTES}>{_SPACE}<Data{_ATTRIBUTES}>{_TEXT}</Data>{_SPACE}</Cell>{_SPACE}"
_PLAIN_ROWS = re.compile(rf"(?:<Row{_ATTRIBUTES}>{_SPACE}(?:{_PLAIN_CELL})*+</Row>{_SPACE})++")
_CELL_TEXT = re.compile(r">([^<>]*)</Data>")
_ROW_END = "</Row>"
_ENCODING = re.compile(rb"""^[^>]*?encoding\s*=\s*["']([\w-]+)""")


def spreadsheet_tables(path: Path, shown: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Give name and rows of every worksheet of an XML Spreadsheet 2003 file, gaps (ss:Index) filled.

    Raises InputError for XML that can't be read.
    """
    reader = _Reader()
    try:
        if _is_utf8(path):
            with path.open(encoding="utf-8-sig", newline="") as text:
                while block := text.read(_BLOCK):
                    reader.read(block)
            reader.close()
        else:
            with path.open("rb") as file:
                reader.parser.ParseFile(file)
    # A ValueError is an ss:Index that is no number or leads too far, or a byte that is no UTF-8.
    except (xml.parsers.expat.ExpatError, ValueError) as error:
        raise InputError(
            f"the XML can't be read ({error})", where=shown, fix="export the list again; the file may be cut off"
        ) from error
    except _DoctypeError as error:
        raise InputError(
            "the XML declares a document type, which no export from NetSuite does", where=shown, fix="export it again"
        ) from error
    yield from reader.tables


def _is_utf8(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(200)
    said = _ENCODING.match(start)
    return b"\0" not in start and (said is None or said[1].lower() in (b"utf-8", b"us-ascii"))


class _DoctypeError(Exception):
    """A document type may define entities that unpack without end."""


def _refuse_doctype(*_: object) -> None:
    raise _DoctypeError


_WORKSHEET = f"{_SPREADSHEET} Worksheet"
_ROW = f"{_SPREADSHEET} Row"
_CELL = f"{_SPREADSHEET} Cell"
_DATA = f"{_SPREADSHEET} Data"
_INDEX = f"{_SPREADSHEET} Index"
_NAME = f"{_SPREADSHEET} Name"


class _Reader:
    """Collects rows while expat calls it."""

    def __init__(self) -> None:
        self.tables: list[tuple[str, list[list[str]]]] = []
        self.parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self._said: list[str] = []
        self.parser.CharacterDataHandler = self._said.append
        self._rows: list[list[str]] = []
        self._row: list[str] = []
        self._cell = ""
        self._empty = 0
        self._rest = ""
        self._is_plain = True
        # A name that no file can know.
        self._run = f"run-{secrets.token_hex(16)}"
        self._runs: list[list[list[str]]] = []

    def read(self, block: str) -> None:
        """Read a part of the text."""
        text = self._rest + block
        end = text.rfind(_ROW_END) + len(_ROW_END)
        # In a section of characters the empty row would be text.
        self._is_plain = self._is_plain and "<!" not in text and _ROW_END in text
        if not self._is_plain:
            self.parser.Parse(text)
            self._rest = ""
            return
        self.parser.Parse(_PLAIN_ROWS.sub(self._cut_out, text[:end]))
        self._rest = text[end:]

    def close(self) -> None:
        """Read what is left of the text."""
        self.parser.Parse(self._rest, True)

    def _cut_out(self, found: re.Match[str]) -> str:
        self._runs.append([_CELL_TEXT.findall(row) for row in found[0].split(_ROW_END)[:-1]])
        return f'<Row {self._run}="{len(self._runs) - 1}"/>'

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == _DATA:
            self._said.clear()
        elif name == _CELL:
            self._cell = ""
            if _INDEX in attributes:
                gap = min(int(attributes[_INDEX]) - 1, _WIDEST) - len(self._row)
                self._row.extend([""] * gap)
        elif name == _ROW:
            self._row = []
            if _INDEX in attributes:
                gap = min(int(attributes[_INDEX]) - 1, _DEEPEST) - len(self._rows)
                self._empty += max(gap, 0)
                if self._empty > _DEEPEST:
                    raise ValueError("its sheets have more empty rows than a list can be long")
                self._rows.extend([] for _ in range(gap))
            elif self._run in attributes:
                *before, self._row = self._runs[int(attributes[self._run])]
                self._rows.extend(before)
        elif name == _WORKSHEET:
            self._rows = []
            self.tables.append((attributes.get(_NAME, "Sheet"), self._rows))

    def _end(self, name: str) -> None:
        if name == _DATA:
            self._cell = "".join(self._said)
        elif name == _CELL:
            self._row.append(self._cell)
        elif name == _ROW:
            self._rows.append(self._row)
