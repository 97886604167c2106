"""Delimited text: which encoding, and one record after another, a broken line never taking others with it."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import IO, cast

from auditor.errors import InputError

DELIMITERS = (",", ";", "\t", "|")

# The longest line and field we accept. A quote that is never closed would otherwise swallow the rest of the file.
LONGEST = 1 << 20
_SAMPLE = 1 << 16
_LOOKED_AT = 1 << 26
# Small enough to stay in the processor's own memory: four times as large takes half as long again.
_BLOCK = 1 << 16
# Enough for a header row and some rows below it: of many files no more is read to recognise them.
_FIRST = 1 << 13
_LINE_ENDS = ("\n", "\r")


# What the csv module says where quotes are open at the end of the text.
_UNFINISHED = "unexpected end of data"


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is not a record."""

    reason: str
    is_unfinished: bool = False
    """Whether its quotes are open at the end of the text, which may be that of a piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A file of delimited text on disk."""

    path: Path
    encoding: str
    packed: bool
    """Whether it is packed with gzip."""

    def open(self) -> IO[str]:
        """Open the text for reading, line ends as they are. An undecodable byte becomes a replacement character."""
        kind = gzip.open if self.packed else open
        return cast("IO[str]", kind(self.path, "rt", encoding=self.encoding, newline="", errors="replace"))

    def open_bytes(self) -> IO[bytes]:
        """Open the bytes for reading, unpacked."""
        return cast("IO[bytes]", gzip.open(self.path, "rb") if self.packed else self.path.open("rb"))

    def blocks(self, delimiter: str) -> Iterator[list[list[str] | Broken]]:
        """Give the records some hundred at a time."""
        with closing(self.open()) as text:
            yield from blocks(text, delimiter)

    def records(self, delimiter: str) -> Iterator[list[str] | Broken]:
        """Give one record after another."""
        return chain.from_iterable(self.blocks(delimiter))


def text_file(path: Path, *, packed: bool, shown: str, whole: bool = False) -> TextFile:
    """Return the file with its encoding, told by its first 64 MiB or by the whole of it.

    Raises InputError when it is in none of the encodings that exports come in.
    """
    most = None if whole else _LOOKED_AT
    with TextFile(path=path, encoding="", packed=packed).open_bytes() as file:
        encoding = utf16_by_its_start(file.read(_SAMPLE))
        for candidate in ("utf-8", "cp1252"):
            if encoding is None:
                file.seek(0)
                encoding = candidate if _decodes(file, candidate, most) else None
    if encoding is None:
        raise InputError(
            "the encoding can't be read; expected UTF-8, UTF-16 or Windows-1252 text",
            where=shown,
            fix='save it again as "CSV UTF-8"',
        )
    return TextFile(path=path, encoding="utf-8-sig" if encoding == "utf-8" else encoding, packed=packed)


def utf16_by_its_start(sample: bytes) -> str | None:
    """Return which UTF-16 a file is, by its mark or by its NUL bytes; None when it is something else."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # UTF-16 without its mark: Latin text has a NUL in every other byte.
    if sample[1:200:2].count(0) > 60 and not sample[:200:2].count(0):
        return "utf-16-le"
    if sample[:200:2].count(0) > 60 and not sample[1:200:2].count(0):
        return "utf-16-be"
    return None


def _decodes(file: IO[bytes], encoding: str, most: int | None) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while (most is None or file.tell() < most) and (block := file.read(_BLOCK)):
            # Most blocks are, and it is told far faster than they are decoded.
            if not block.isascii() or decoder.getstate()[0]:
                decoder.decode(block)
        decoder.decode(b"", final=not file.read(1))
    except UnicodeDecodeError:
        return False
    return True


def blocks(
    text: IO[str], delimiter: str, *, first: int = _FIRST, size: int = _BLOCK
) -> Iterator[list[list[str] | Broken]]:
    """Give the records some hundred at a time; a line whose quotes don't add up is Broken, and reading goes on below it.

    `first` and `size` are about how many characters the first block and the others have: what they hold is the same.
    """
    csv.field_size_limit(LONGEST)
    for about in chain((first,), repeat(size)):
        start, line = text.read(about), text.readline(LONGEST)
        if not (block := start + line):
            return
        # Of a line that goes on, what is cut off would be a record of its own.
        cut_off = len(line) == LONGEST and not line.endswith(_LINE_ENDS)
        found = None if cut_off else _at_once(block, delimiter)
        yield list(_carefully(io.StringIO(block, newline=""), text, delimiter)) if found is None else found


def _at_once(block: str, delimiter: str) -> list[list[str] | Broken] | None:
    """Return the records of the block; None where a line of it is broken, or a quote is open at its end."""
    try:
        return list(csv.reader(io.StringIO(block, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _carefully(block: io.StringIO, rest: IO[str], delimiter: str) -> Iterator[list[str] | Broken]:
    """Give the records of the block, reading as much of the rest as the last of them takes."""
    end = len(block.getvalue())
    again: deque[str] = deque()
    read: list[str] = []
    while again or block.tell() < end:
        try:
            for record in csv.reader(_lines(again, block, rest, read), delimiter=delimiter, strict=True):
                read.clear()
                yield record
                if not again and block.tell() == end:
                    return
        except _OverlongError:
            yield Broken(f"the line is longer than {LONGEST} characters")
            # What stands before it in an unclosed quote is read again, without the long line.
            again.extendleft(reversed(read))
        except csv.Error as error:
            yield Broken(f"the quotes of this line do not add up ({error})", str(error) == _UNFINISHED)
            again.extendleft(reversed(read[1:]))
        read.clear()


class _OverlongError(Exception):
    """A line that no export has; the rest of it has been passed over."""


def _lines(again: deque[str], block: IO[str], rest: IO[str], read: list[str]) -> Iterator[str]:
    """Give the lines, keeping those of the record that is being read: one of them may turn out to be broken."""
    while line := again.popleft() if again else _line(block, rest):
        if len(line) >= LONGEST and not line.endswith(_LINE_ENDS):
            while len(line) >= LONGEST and not line.endswith(_LINE_ENDS):
                line = _line(block, rest)
            raise _OverlongError
        read.append(line)
        yield line


def _line(block: IO[str], rest: IO[str]) -> str:
    line = block.readline(LONGEST)
    return line if line.endswith(_LINE_ENDS) else line + rest.readline(LONGEST - len(line))
