"""A large file in pieces that are read at the same time, each with row numbers of its own.

Where a piece may end is guessed, at a line end, and vouched for by the count of its quotes: a line end that stands in
quotes is no end of a record, and then the piece before it does not close.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, TYPE_CHECKING

import numpy as np

from auditor import share
from auditor.loader.text import Broken, TextFile, blocks

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Fits the processor's own memory together with what is made of it: three times as fast as blocks of megabytes.
_BLOCK = 1 << 18
_HEAD = 1 << 20
_LINE_END, _QUOTE = 10, 34
_SHORT_LINE = re.compile(rb"\n.?\n", re.DOTALL)
_Words = np.ndarray[tuple[int], np.dtype[np.uint64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Bytes of a file from `start` to before `end`; the end of the file is None."""

    text: TextFile
    start: int = 0
    end: int | None = None

    @property
    def size(self) -> int:
        """How many bytes it has; of a file that isn't packed."""
        return (self.text.path.stat().st_size if self.end is None else self.end) - self.start

    def open_raw(self) -> io.RawIOBase:
        """Open the bytes for reading; of a file that isn't packed."""
        return _PieceFile(self)

    def blocks(self, delimiter: str) -> Iterator[list[list[str] | Broken]]:
        """Give the records some hundred at a time."""
        with self.open_raw() as raw:
            text = io.TextIOWrapper(io.BufferedReader(raw), self.text.encoding, errors="replace", newline="")
            yield from blocks(text, delimiter)


class _PieceFile(io.RawIOBase):
    def __init__(self, piece: Piece) -> None:
        self._file = piece.text.path.open("rb", buffering=0)
        self._start, self._end, self._at = piece.start, piece.start + piece.size, piece.start

    def read(self, size: int = -1) -> bytes:
        left = self._end - self._at
        self._file.seek(self._at)
        data = self._file.read(left if size < 0 else min(size, left)) or b""
        self._at += len(data)
        return data

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: self._start, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        return self.tell()

    def tell(self) -> int:
        return self._at - self._start

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What a piece holds, counted apart from any reader."""

    records: int
    closed: bool
    """Whether it ends outside quotes, given that it starts outside them."""
    has_blank: bool
    """Whether a line has less than two characters, which DuckDB passes over without a word."""


def cut(text: TextFile, header_row: int, size: int, most: int) -> list[Piece]:
    """Return up to `most` pieces of at least `size` bytes, without the header; none when the file is better read whole."""
    length = text.path.stat().st_size
    if text.packed or length < 2 * size:
        return []
    with text.open_bytes() as file:
        line_ends = _line_ends_of_header(file.read(_HEAD))
        if len(line_ends) < header_row:
            return []
        start = line_ends[header_row - 1] + 1
        several = min(most, (length - start) // size)
        borders = {start}
        for number in range(1, several):
            file.seek(start + (length - start) * number // several)
            if file.readline(_HEAD).endswith(b"\n"):
                borders.add(file.tell())
    starts = sorted(border for border in borders if border < length)
    if len(starts) < 2:
        return []
    return [Piece(text=text, start=one, end=end) for one, end in zip(starts, [*starts[1:], None], strict=True)]


def count(piece: Piece, progress: Callable[[int], None], *, header_row: int = 0) -> Count:
    """Return how many records the piece has: line ends that stand in no quotes.

    Down to its header, in row `header_row`, lines may be blank.
    """
    records, inside, has_blank, last = 0, False, False, b"\n"
    with piece.text.open_bytes() as file:
        file.seek(piece.start)
        header = b"".join(file.readline(_HEAD) for _ in range(header_row))
        left = None if piece.end is None else piece.end - piece.start - len(header)
        for block in chain([header], _blocks(file, left)):
            line_ends, outside, inside = _line_ends(block, inside)
            if block is not header and not has_blank:
                has_blank = _has_short_line(line_ends) or bool(_SHORT_LINE.search(last + block[:2]))
            records += outside
            last = (last + block[-2:])[-2:]
            progress(outside)
    return Count(records=records + (not last.endswith(b"\n")), closed=not inside, has_blank=has_blank)


def _line_ends(block: bytes, inside: bool) -> tuple[_Words, int, bool]:
    """Return the line ends, a bit each, how many stand in no quotes, and whether the block ends in quotes.

    `inside`: it starts in them.
    """
    line_ends, quotes = _bits(block, _LINE_END), _bits(block, _QUOTE)
    if not quotes.any():
        return line_ends, 0 if inside else int(np.bitwise_count(line_ends).sum()), inside
    quoted, inside = _quoted(quotes, inside)
    return line_ends, int(np.bitwise_count(line_ends & ~quoted).sum()), inside


def _has_short_line(line_ends: _Words) -> bool:
    """Tell whether there is no more than one character between two line ends, which may be that of "\\r\\n"."""
    after = (line_ends << np.uint64(1)) | (line_ends << np.uint64(2))
    after[1:] |= (line_ends[:-1] >> np.uint64(63)) | (line_ends[:-1] >> np.uint64(62))
    return bool((after & line_ends).any())


def _quoted(quotes: _Words, inside: bool) -> tuple[_Words, bool]:
    """Return which bytes stand in quotes, a bit each, and whether the last one does.

    A byte stands in quotes when the quotes up to it are odd in number: the exclusive or of all bits up to its own, made
    in six steps for 64 bytes at once. After Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 3.1.1.
    """
    for step in (1, 2, 4, 8, 16, 32):
        quotes = quotes ^ (quotes << np.uint64(step))
    after = np.bitwise_xor.accumulate(quotes >> np.uint64(63)) ^ np.uint64(inside)
    before = np.concatenate((np.array([inside], dtype=np.uint64), after[:-1]))
    return quotes ^ (np.uint64(0) - before), bool(after[-1])


def _bits(block: bytes, byte: int) -> _Words:
    """Return where the byte stands, a bit each."""
    values = np.frombuffer(block.ljust(-(-len(block) // 64) * 64, b"\0"), dtype=np.uint8)
    return np.packbits(values == byte, bitorder="little").view(np.dtype("<u8"))


def _line_ends_of_header(block: bytes) -> list[int]:
    """Return where the line ends are that stand in no quotes."""
    values = np.frombuffer(block, dtype=np.uint8)
    quotes = np.cumsum(values == _QUOTE)
    return [int(at) for at in np.flatnonzero((values == _LINE_END) & (quotes % 2 == 0))]


def _blocks(file: IO[bytes], left: int | None) -> Iterator[bytes]:
    while block := file.read(_BLOCK if left is None else min(_BLOCK, left)):
        left = None if left is None else left - len(block)
        yield block


def workers() -> int:
    """Return how many pieces to read at once: the processors this process may use, and no more than their memory."""
    return min(share.processors(), 8)
