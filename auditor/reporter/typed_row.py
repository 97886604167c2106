"""A row of the remediation plan as somebody left it: what the program wrote, and what a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from auditor.engagement import Waiver
from auditor.reporter import plain
from auditor.reporter.table import Value

OPEN = "open"
DONE = "done"
ACCEPTED = "risk accepted"
STATUSES = (OPEN, "in progress", "waiting", DONE, ACCEPTED)
DATES = ("Due", "Said on")
TYPED = ("Status", "Owner", "Due", "Notes", "Confirmed fact", "Said by", "Said on")
"""The columns that are there to be filled in."""
WRITTEN = (
    "ID",
    "Integration",
    "Task",
    "Phase",
    "Phase begins",
    "Verdict",
    "Rules",
    "Steps",
    "Who",
    "Hours, least",
    "Hours, most",
)
"""The columns that the program fills in anew in every report."""
KNOWN_AS = "Known as"
AS_WRITTEN = "As written"
HIDDEN = (KNOWN_AS, AS_WRITTEN)
"""Columns for the next audit alone: which integration is meant where its label is not its name, and what was written."""
COMMENTS = "Comments"
"""The column that keeps the comments of a row's cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRow:
    """A row of the plan as somebody left it."""

    id: str | None
    """None for a row that somebody added."""
    sheet: str
    row: int
    cells: Mapping[str, Value]
    """By header, blank cells left out."""

    @property
    def typed(self) -> Mapping[str, Value]:
        """What a person typed, by header; what was changed in a column that is written anew, under a header of its own."""
        kept = {header: value for header, value in self.cells.items() if header not in (*WRITTEN, *HIDDEN)}
        return kept | {
            header: both(kept.get(header), value)
            for header, value in ((f"{header}, as typed", value) for header, value in self.changed.items())
        }

    @property
    def changed(self) -> Mapping[str, Value]:
        """Cells that the program had written, and where something else stands now."""
        marks = str(self.cells.get(AS_WRITTEN) or "").split()
        if len(marks) != len(WRITTEN) - 1:
            return {}
        pairs = zip(WRITTEN[1:], marks, strict=True)
        return {
            header: value
            for header, mark in pairs
            if (value := self.cells.get(header)) is not None and _mark(value) != mark
        }

    @property
    def is_own(self) -> bool:
        """Tell whether somebody added the row, and the program did not write it."""
        return self.id is None and (
            AS_WRITTEN not in self.cells or not self.changed.keys().isdisjoint(("Integration", "Task"))
        )

    @property
    def is_touched(self) -> bool:
        """Tell whether a person typed anything here."""
        return self.is_own or any((header, value) != ("Status", OPEN) for header, value in self.typed.items())

    @property
    def is_accepted(self) -> bool:
        """Tell whether somebody accepted the risk."""
        return bool(self.rules) and self.cells.get("Status") == ACCEPTED

    @property
    def integration(self) -> str:
        """The integration, as a decision names it."""
        return str(self.cells.get(KNOWN_AS) or self.cells.get("Integration") or "")

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """The waivers that an accepted risk amounts to; none without owner, reason (the notes) and end (the due date)."""
        owner, reason, until = (self.cells.get(header) for header in ("Owner", "Notes", "Due"))
        if not (self.is_accepted and self.integration and owner and reason and isinstance(until, date)):
            return ()
        return tuple(
            Waiver(integration=self.integration, rule=rule, owner=str(owner), reason=str(reason), until=until)
            for rule in self.rules
        )

    @property
    def rules(self) -> list[str]:
        """The rules that the task mends."""
        return str(self.cells.get("Rules") or "").split()


def as_written(cells: Mapping[str, Value]) -> str:
    """Return by what the next audit tells whether somebody changed a cell that the program wrote."""
    return " ".join(_mark(cells.get(header)) for header in WRITTEN[1:])


def both(kept: Value, value: Value) -> Value:
    """Return both texts, one below the other."""
    if kept is None or str(value) in str(kept).split("\n") or str(value) == str(kept):
        return value if kept is None else kept
    return f"{kept}\n{value}"


def _mark(value: Value) -> str:
    shown = f"{value:g}" if isinstance(value, int | float) else plain.one_line(str(value or ""))
    return sha256(shown.encode()).hexdigest()[:6]
