"""Lists without a row that says something: their silence proves nothing, as no account is without such rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from auditor.inventory import Input
from auditor.loader.lists import known_lists
from auditor.loader.rows import FRAME
from auditor.vocabulary import List

NO_ROWS = "has a header and no rows: was the search filtered?"


def silent_lists(inputs: Iterable[Input]) -> frozenset[List]:
    """Return the lists of which no file has a row that says something, and of which an account always has some."""
    said: dict[List, int] = {}
    for read in inputs:
        if read.list:
            said[read.list] = said.get(read.list, 0) + _rows(read) - read.rejected_count
    return frozenset(name for name, rows in said.items() if not rows and not known_lists()[name].may_be_empty)


def with_silence(read: Input) -> Input:
    """Return the table with a note where it has a header and no rows, and an account always has some."""
    if read.list is None or known_lists()[read.list].may_be_empty or _rows(read):
        return read
    return replace(read, notes=(*read.notes, NO_ROWS))


def _rows(read: Input) -> int:
    return read.rows - sum(item.count for item in read.set_aside if item.reason in FRAME)
