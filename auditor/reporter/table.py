"""A sheet of the workbook as plain rows."""

from __future__ import annotations

from dataclasses import dataclass

Value = str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet that is one table."""

    name: str
    columns: tuple[tuple[str, int], ...]
    """Header and width in characters."""
    rows: tuple[tuple[Value, ...], ...]
