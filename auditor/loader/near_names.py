"""Columns that nobody reads and that are nearly called like one that is missing: most likely a slip of the pen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher, get_close_matches

from auditor.inventory import Input
from auditor.loader.lists import Column, known_lists, normal

_NEAR = 0.8
# Where a verdict hangs on the column, less will do.
_NEAR_NEEDED = 0.5


def with_near_names(read: Input, lacking: Sequence[str]) -> Input:
    """Return the table with a note for each unread column whose name is close to that of a missing one.

    `lacking` are missing columns on which verdicts hang.
    """
    if read.list is None:
        return read
    columns = known_lists()[read.list].columns
    missing = {header: name for name in columns if name not in read.columns for header in _headers(columns[name])}
    meant = {
        header: missing[near]
        for header in read.unused_columns
        for near in get_close_matches(normal(header), missing, n=1, cutoff=_NEAR)
    }
    for name in lacking:
        free = {normal(header): header for header in read.unused_columns if header not in meant}
        if name not in meant.values() and (near := _nearest(columns[name], list(free))):
            meant[free[near]] = name
    notes = (
        f'column "{header}" is not read; if it is "{columns[name].headers[0]}", say in engagement.toml under [columns]: '
        f'"{header}" = "{name}"'
        for header, name in meant.items()
    )
    return replace(read, notes=(*read.notes, *notes)) if meant else read


def _headers(column: Column) -> list[str]:
    return [normal(header) for header in (*column.headers, *column.translated)]


def _nearest(column: Column, free: Sequence[str]) -> str | None:
    """Return the header that is nearest to any of the column's, if one is near at all."""
    rated = [(SequenceMatcher(None, header, wanted).ratio(), header) for header in free for wanted in _headers(column)]
    ratio, header = max(rated, default=(0.0, ""))
    return header if ratio >= _NEAR_NEEDED else None
