"""Delimited text: which encoding, and one record after another, a broken line never taking others with it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")

# The longest field we accept. A quote that is never closed would otherwise swallow the rest of the file into one field.
_FIELD_LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is not a record."""

    reason: str


def decode(content: bytes) -> str | None:
    """Return the text of an export, or None when it is in none of the encodings that exports come in."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\0" in content[:200]:
        encodings = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def records(content: str, delimiter: str) -> Iterator[list[str] | Broken]:
    """Give one record after another; a line whose quotes don't add up is Broken, and reading goes on below it."""
    csv.field_size_limit(_FIELD_LIMIT)
    lines = list(io.StringIO(content, newline=""))
    start = 0
    while start < len(lines):
        reader = csv.reader(map(lines.__getitem__, range(start, len(lines))), delimiter=delimiter, strict=True)
        whole = 0
        try:
            for record in reader:
                whole = reader.line_num
                yield record
        except csv.Error as error:
            yield Broken(f"the quotes of this line do not add up ({error})")
            start += whole + 1
        else:
            return
