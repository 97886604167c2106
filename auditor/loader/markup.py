"""Tables in XML and HTML: XML Spreadsheet 2003, and HTML tables named .xls."""

from __future__ import annotations

import xml.parsers.expat
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from auditor.errors import InputError

_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_WIDEST = 1000
_DEEPEST = 1 << 20


def spreadsheet_tables(path: Path, shown: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Give name and rows of every worksheet of an XML Spreadsheet 2003 file, gaps (ss:Index) filled."""
    # Straight expat: several times faster than building a tree, and a list may have 100,000 rows.
    reader = _SpreadsheetReader()
    parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.said.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    # A ValueError is an ss:Index that is no number, or leads too far.
    except (xml.parsers.expat.ExpatError, ValueError) as error:
        raise InputError(
            f"the XML can't be read ({error})", where=shown, fix="export the list again; the file may be cut off"
        ) from error
    except _DoctypeError as error:
        raise InputError(
            "the XML declares a document type, which no export from NetSuite does", where=shown, fix="export it again"
        ) from error
    yield from reader.tables


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


class _SpreadsheetReader:
    """Collects rows while expat calls it."""

    def __init__(self) -> None:
        self.tables: list[tuple[str, list[list[str]]]] = []
        self.said: list[str] = []
        self._rows: list[list[str]] = []
        self._row: list[str] = []
        self._cell = ""
        self._empty = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        if name == _DATA:
            self.said.clear()
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
        elif name == _WORKSHEET:
            self._rows = []
            self.tables.append((attributes.get(_NAME, "Sheet"), self._rows))

    def end(self, name: str) -> None:
        """Close an element."""
        if name == _DATA:
            self._cell = "".join(self.said)
        elif name == _CELL:
            self._row.append(self._cell)
        elif name == _ROW:
            self._rows.append(self._row)


def html_tables(text: str) -> list[list[list[str]]]:
    """Return the rows of every outermost table of an HTML page."""
    reader = _TableReader()
    reader.feed(text)
    reader.close()
    return reader.tables


class _TableReader(HTMLParser):
    """Collects the cells of tables; what stands in a table within a table belongs to the outer cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._depth = 0
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell."""
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append([])
        elif self._depth == 1 and tag == "tr":
            self._close_cell()
            self.tables[-1].append([])
        elif self._depth == 1 and tag in ("td", "th"):
            self._close_cell()
            span = dict(attrs).get("colspan") or "1"
            self._cell, self._span = [], min(int(span), _WIDEST) if span.isdecimal() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close a table, row or cell."""
        if self._depth == 1 and tag in ("td", "th", "tr", "table"):
            self._close_cell()
        if tag == "table" and self._depth:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        """Take the text of a cell."""
        if self._cell is not None:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is not None:
            if not self.tables[-1]:
                self.tables[-1].append([])
            self.tables[-1][-1].extend(["".join(self._cell).strip(), *[""] * (self._span - 1)])
        self._cell = None
