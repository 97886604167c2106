"""Columns that nobody reads and that are nearly called like one that is missing: most likely a slip of the pen."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from auditor.loader.lists import known_lists, normal
from auditor.model import Input

_NEAR = 0.8


def with_near_names(read: Input) -> Input:
    """Return the table with a note for each unread column whose name is close to that of a missing one."""
    if read.list is None:
        return read
    columns = known_lists()[read.list].columns
    missing = {
        normal(header): column.name
        for column in columns.values()
        if column.name not in read.columns
        for header in (*column.headers, *column.translated)
    }
    notes = []
    for header in read.unused_columns:
        for near in get_close_matches(normal(header), missing, n=1, cutoff=_NEAR):
            meant = columns[missing[near]]
            notes.append(
                f'column "{header}" is not read; if it is "{meant.headers[0]}", say in engagement.toml under [columns]: '
                f'"{header}" = "{meant.name}"'
            )
    return replace(read, notes=(*read.notes, *notes)) if notes else read
