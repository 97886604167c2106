"""One file of the login audit trail, and how finely its logins are grouped."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from auditor.loader.recognise import Recognised
from auditor.loader.tables import Reading
from auditor.loader.text import Broken

FIELDS = ("date", "user", "email", "role", "request_uri", "status", "detail", "application", "token")
"""The canonical columns that are read; no other column leaves the file."""

LONGEST_DETAIL = 120
_SAMPLE = 1000


class Grain(StrEnum):
    """How finely logins are grouped: no finer than it takes to tell the files' overlaps, for it costs time."""

    FILE = "file, with its first and last stamp read"
    """Where all dates of the file are stamps of one form."""
    DAY = "day"
    """One file overlaps with none."""
    SPAN = "day, with its first and last stamp"
    STAMP = "stamp"
    """`day` is the whole written date: even an overlap of some hours shows. For small files only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFile:
    """A table that was recognised as a login audit trail."""

    file: str
    sheet: str | None
    reading: Reading
    recognised: Recognised

    @property
    def layout(self) -> tuple[object, ...]:
        """What files must share to be read in one query."""
        text = self.reading.text
        return (
            self.recognised.headers,
            self.recognised.header_row,
            self.reading.delimiter,
            (text.encoding, text.packed) if text else None,
        )

    def column(self, name: str) -> int | None:
        """Return the position of a canonical column, or None when the file lacks it."""
        return self.recognised.columns.get(name)

    @property
    def few_uris(self) -> bool:
        """Whether the URIs of the first records are so few that logins can be grouped by them as they are."""
        at = self.column("request_uri")
        first = islice((one for one in self.reading.records() if not isinstance(one, Broken)), _SAMPLE)
        return at is None or len({record[at] for record in first if len(record) > at}) * 4 < _SAMPLE


def day_of(written: str) -> str:
    """Return the part of a written date and time that says the day: its first word, or three, as in "22 September, 2018"."""
    text = written.strip()
    if text[10:11] == "T" and text[4:5] in ("-", "/"):
        return text[:10]
    words = 3 if " " in text[1:3] else 1
    return " ".join(text.split(" ", words)[:words])[:LONGEST_DAY]


# "22 septiembre, 2018" is the longest form.
LONGEST_DAY = 19
