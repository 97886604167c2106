"""HTML tables named .xls."""

from __future__ import annotations

from html.parser import HTMLParser

_WIDEST = 1000


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
