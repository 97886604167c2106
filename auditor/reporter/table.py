"""A sheet of the workbook as plain rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Value = str | int | float | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet that is one table."""

    name: str
    columns: tuple[tuple[str, int], ...]
    """Header and width in characters."""
    rows: tuple[tuple[Value, ...], ...]
    date_columns: tuple[str, ...] = ()
    """Headers of the columns that hold dates, or are there to be filled with them."""
    hidden: tuple[str, ...] = ()
    """Headers of the columns that are there for the next audit alone."""
