"""NetSuite's date formats: the exporting user's preference, not said in the file, so it is told by all its dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from auditor.days import DateOrder, day_at_start, needs_order


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of one file as it writes them, and what each of them is."""

    days: dict[str, date | None]
    """None where it is no date, or where the order can't be told."""
    order: DateOrder | None
    problem: str | None
    """Why the order can't be told."""


def read_dates(written: Sequence[str], given: DateOrder | None) -> Dates:
    """Return what the dates of a file are; `written` in the order of the file, `given` settles what they leave open."""
    order, problem = _order(written, given)
    days = {text: day_at_start(text, order) for text in dict.fromkeys(written)}
    return Dates(days, order, problem if any(needs_order(text) for text in days) else None)


def _order(written: Sequence[str], given: DateOrder | None) -> tuple[DateOrder | None, str | None]:
    ambiguous = [text for text in written if needs_order(text)]
    if not ambiguous:
        return None, None
    possible = [
        order for order in (DateOrder.MDY, DateOrder.DMY) if all(day_at_start(text, order) for text in ambiguous)
    ]
    if len(possible) == 1:
        return possible[0], None
    if given:
        return given, None
    if not possible:
        return None, "the file mixes dates that start with the day and dates that start with the month"
    monotone = [order for order in possible if _is_monotone([day_at_start(text, order) for text in ambiguous])]
    if len(monotone) == 1 and len(set(ambiguous)) > 1:
        return monotone[0], None
    return None, f'"{ambiguous[0]}" may start with the day or with the month, and nothing in the file tells'


def _is_monotone(days: Sequence[date | None]) -> bool:
    known = [day for day in days if day]
    return known == sorted(known) or known == sorted(known, reverse=True)
