"""A file of the trail that DuckDB can't vouch for: only the pieces it refuses are read record by record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from auditor.errors import InputError
from auditor.inventory import Unusable
from auditor.loader.groups import TrailGroups, joined, stacked
from auditor.loader.pieces import Piece, cut
from auditor.loader.text import text_file
from auditor.loader.trail import Grain, TrailFile
from auditor.loader.trail_exact import group_exactly, name_row
from auditor.loader.trail_fast import group_pieces

_PIECE = 1 << 26
_MOST = 1000


def group_piecewise(trail: TrailFile, *, grain: Grain, piece: int = _PIECE) -> TrailGroups:
    """Return the logins of the file, grouped; every record is counted, set aside or rejected.

    A file of several times `piece` bytes is cut into pieces; any other is read record by record.
    """
    trail = _decoded(trail)
    text = trail.reading.text
    is_divided = text is not None and text.encoding.startswith("utf-8")
    pieces = cut(text, trail.recognised.header_row, piece, _MOST) if text and is_divided else []
    if not pieces:
        return group_exactly(trail, grain=grain)
    found = list(group_pieces(trail, pieces, grain))
    parts: list[pd.DataFrame] = []
    set_aside: list[Unusable] = []
    rejected: list[Unusable] = []
    row, at = trail.recognised.header_row + 1, 0
    while at < len(pieces):
        groups = found[at]
        if groups is None:
            read, at = _exactly(trail, grain, pieces, at, row)
        else:
            rows = {column: groups[column] + row - 1 for column in ("first_row", "last_row")}
            read, at = TrailGroups(groups=groups.assign(**rows), set_aside=(), rejected=()), at + 1
        parts.append(read.groups)
        for to, found_there in ((set_aside, read.set_aside), (rejected, read.rejected)):
            for one in found_there:
                name_row(to, one)
        row += read.records
    return TrailGroups(groups=joined(stacked(parts)), set_aside=tuple(set_aside), rejected=tuple(rejected))


def _decoded(trail: TrailFile) -> TrailFile:
    """Return the trail in the encoding that all of the file is in: what it starts with may be in several."""
    text = trail.reading.text
    if text is None or not text.encoding.startswith("utf-8"):
        return trail
    try:
        whole = text_file(text.path, packed=text.packed, shown=trail.file, whole=True)
    except InputError:
        # No encoding fits: its few bytes that can't be read are shown as such.
        return trail
    records = partial(whole.records, trail.reading.delimiter)
    return replace(trail, reading=replace(trail.reading, text=whole, records=records))


def _exactly(trail: TrailFile, grain: Grain, pieces: Sequence[Piece], at: int, row: int) -> tuple[TrailGroups, int]:
    """Return what stands in the piece, and which piece comes after it.

    A record that is open at its end goes on in the next one: then several are read as one.
    """
    several = 1
    while True:
        last = min(at + several, len(pieces)) - 1
        whole = Piece(text=pieces[at].text, start=pieces[at].start, end=pieces[last].end)
        read = group_exactly(trail, grain=grain, piece=whole, first_row=row)
        if whole.end is None or not read.is_unfinished:
            return read, last + 1
        several *= 2
