"""A large file in pieces that are read at the same time, each with row numbers of its own.

Where a piece may end is guessed, at a line end, and vouched for by the count of its quotes: a line end that stands in
quotes is no end of a record, and then the piece before it does not close.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np

from auditor import share
from auditor.loader.text import TextFile

_BLOCK = 1 << 22
_HEAD = 1 << 20
_LINE_END, _QUOTE = 10, 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Bytes of a file from `start` to before `end`; the end of the file is None."""

    text: TextFile
    start: int = 0
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What a piece holds, counted apart from any reader."""

    records: int
    closed: bool
    """Whether it ends outside quotes, given that it starts outside them."""


def cut(text: TextFile, header_row: int, size: int, most: int) -> list[Piece]:
    """Return up to `most` pieces of at least `size` bytes, without the header; none when the file is better read whole."""
    if text.packed:
        return []
    length = text.path.stat().st_size
    with text.open_bytes() as file:
        line_ends = _outside_quotes(np.frombuffer(file.read(_HEAD), dtype=np.uint8), False)
        if len(line_ends) < header_row:
            return []
        start = int(line_ends[header_row - 1]) + 1
        several = min(most, (length - start) // size)
        borders = {start}
        for number in range(1, several):
            file.seek(start + (length - start) * number // several)
            file.readline(_HEAD)
            borders.add(file.tell())
    starts = sorted(border for border in borders if border < length)
    if len(starts) < 2:
        return []
    return [Piece(text=text, start=one, end=end) for one, end in zip(starts, [*starts[1:], None], strict=True)]


def count(piece: Piece, progress: Callable[[int], None]) -> Count:
    """Return how many records the piece has: line ends that stand in no quotes."""
    records, inside, last = 0, False, b"\n"
    with piece.text.open_bytes() as file:
        file.seek(piece.start)
        for block in _blocks(file, None if piece.end is None else piece.end - piece.start):
            if inside or _QUOTE in block:
                values = np.frombuffer(block, dtype=np.uint8)
                found = len(_outside_quotes(values, inside))
                inside ^= bool(block.count(b'"') % 2)
            else:
                found = block.count(b"\n")
            records += found
            last = block[-1:]
            progress(found)
    return Count(records=records + (last != b"\n"), closed=not inside)


def _outside_quotes(
    values: np.ndarray[tuple[int], np.dtype[np.uint8]], inside: bool
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return where the line ends are that stand in no quotes; `inside`: the first byte stands in quotes."""
    line_ends = np.flatnonzero(values == _LINE_END)
    quotes = np.flatnonzero(values == _QUOTE)
    outside: np.ndarray[tuple[int], np.dtype[np.intp]] = line_ends[
        (np.searchsorted(quotes, line_ends) + inside) % 2 == 0
    ]
    return outside


def _blocks(file: IO[bytes], left: int | None) -> Iterator[bytes]:
    while block := file.read(_BLOCK if left is None else min(_BLOCK, left)):
        left = None if left is None else left - len(block)
        yield block


def workers() -> int:
    """Return how many pieces to read at once: the processors this process may use, and no more than their memory."""
    return min(share.processors(), 8)
