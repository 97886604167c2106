"""What the client exported, and what became of every row of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.vocabulary import List

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A row that was set aside or rejected, and why."""

    row: int
    """The row, or the first of them."""
    reason: str
    count: int = 1
    """How many rows share the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """What became of one table of one file. rows = used + set aside + rejected."""

    file: str
    sheet: str | None
    list: List | None
    """None when the table is not one of the known lists."""
    rows: int
    """Records below the header row; for a table that is not a list, all records; none of a file that is no table."""
    used: int
    set_aside: tuple[Unusable, ...] = ()
    rejected: tuple[Unusable, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    """Canonical column to the header it was read from."""
    unused_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def set_aside_count(self) -> int:
        """How many rows were set aside: one entry may stand for many."""
        return sum(item.count for item in self.set_aside)

    @property
    def rejected_count(self) -> int:
        """How many rows were rejected."""
        return sum(item.count for item in self.rejected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """Where an administrator exports a list."""

    list: List
    title: str
    menu: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What the client exported: one frame a list, and what became of every row of every file.

    Each frame has the list's canonical columns as `loader/lists.toml` declares them (object columns; None where the
    cell is blank, the column is missing, or the wording is not known), for every column of closed values a second one
    named "<column> as written", and the origin of the row: file, sheet (None for text files), row (as a person counts).
    """

    frames: Mapping[List, pd.DataFrame]
    inputs: tuple[Input, ...]
    guides: tuple[Guide, ...] = ()
    """Of every known list, exported or not."""
    confirmed: frozenset[List] = frozenset()
    """Lists that nobody exported: their frames hold only what somebody confirmed."""

    def is_exported(self, name: List) -> bool:
        """Tell whether somebody exported that list."""
        return name in self.frames and name not in self.confirmed

    def frame(self, name: List) -> pd.DataFrame | None:
        """Return the frame of that list, or None when nothing is known of it."""
        return self.frames.get(name)
