"""Tables as they were found: which file and sheet, and how each is cut into records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from auditor.loader.text import Broken, TextFile

_BLOCK = 1 << 8


class Records(Protocol):
    """Reads a table from its first record, every time it is called."""

    def __call__(self) -> Iterator[list[str] | Broken]:
        """Give the records in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way in which a table can be cut into records."""

    records: Records
    text: TextFile | None = None
    delimiter: str = ","
    """Of delimited text."""

    def blocks(self) -> Iterator[list[list[str] | Broken]]:
        """Give the records some hundred at a time."""
        if self.text:
            yield from self.text.blocks(self.delimiter)
        else:
            records = self.records()
            while block := list(islice(records, _BLOCK)):
                yield block


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of one file."""

    file: str
    """The name shown to people: relative to the folder that was given."""
    sheet: str | None
    readings: tuple[Reading, ...]
    """One for a sheet; one a delimiter for delimited text."""
    named: bool
    """Whether the file itself was given, rather than the folder it lies in."""
    is_called_table: bool = True
    """Whether the file was given, or its name says that it is a table: of any other nothing more is said than that it is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file in a folder that is no table."""

    file: str
    reason: str
