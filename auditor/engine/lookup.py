"""A pack's table at one release: what NetSuite does with a value of a fact there, e.g. with a SOAP endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One column of a table: value of a fact to what holds for it."""

    pack: str
    name: str
    meaning: str
    reads: str
    """The fact that is looked up."""
    release: str
    values: tuple[str, ...]
    """Everything that the table may say."""
    rows: Mapping[str, str] = field(hash=False)
    earlier: str | None = None
    """What holds for values before the first row."""

    @property
    def column(self) -> str:
        """Return the name of its column beside the facts."""
        return f"{self.name} at {self.release}, {self.pack}"

    def of(self, value: str | None) -> str | None:
        """Return what holds for the fact's value; None where it is not known, or not in the table."""
        if value is None:
            return None
        return self.rows.get(value) or (self.earlier if value < min(self.rows) else None)
