"""NetSuite's date formats: the exporting user's preference, not said in the file, so it is told by all its dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DateOrder(StrEnum):
    """In which order a file writes day, month and year."""

    MDY = "mdy"
    DMY = "dmy"
    YMD = "ymd"


# Oracle's help, section_N249143: M/D/YYYY, D/M/YYYY, D-Mon-YYYY, D.M.YYYY, DD/MM/YYYY, DD-MONTH-YYYY; and ISO from Excel.
_NUMBERS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?!\d)")
_NAMED = re.compile(r"(\d{1,2})[-. ]([^\W\d_]{3,})\.?[-. ](\d{4})")
_EAST = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "jan feb mär apr mai jun jul aug sep okt nov dez",
        "ene feb mar abr may jun jul ago sep oct nov dic",
    )
    for number, name in enumerate(names.split(), start=1)
}


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
    days = {text: _day(text, order) for text in dict.fromkeys(written)}
    return Dates(days, order, problem if any(_needs_order(text) for text in days) else None)


def _order(written: Sequence[str], given: DateOrder | None) -> tuple[DateOrder | None, str | None]:
    ambiguous = [text for text in written if _needs_order(text)]
    if not ambiguous:
        return None, None
    possible = [order for order in (DateOrder.MDY, DateOrder.DMY) if all(_day(text, order) for text in ambiguous)]
    if len(possible) == 1:
        return possible[0], None
    if given:
        return given, None
    if not possible:
        return None, "the file mixes dates that start with the day and dates that start with the month"
    monotone = [order for order in possible if _is_monotone([_day(text, order) for text in ambiguous])]
    if len(monotone) == 1 and len(set(ambiguous)) > 1:
        return monotone[0], None
    return None, f'"{ambiguous[0]}" may start with the day or with the month, and nothing in the file tells'


def _is_monotone(days: Sequence[date | None]) -> bool:
    known = [day for day in days if day]
    return known == sorted(known) or known == sorted(known, reverse=True)


def _needs_order(text: str) -> bool:
    found = _NUMBERS.match(text.strip())
    return bool(found and len(found[1]) < 4 and found[2] != ".")


def _day(text: str, order: DateOrder | None) -> date | None:
    text = text.strip()
    try:
        if east := _EAST.match(text):
            return date(int(east[1]), int(east[2]), int(east[3]))
        if named := _NAMED.match(text):
            month = _MONTHS.get(named[2][:3].casefold())
            return date(int(named[3]), month, int(named[1])) if month else None
        found = _NUMBERS.match(text)
        if not found:
            return None
        first, last = int(found[1]), int(found[4])
        middle = int(found[3])
        if len(found[1]) == 4:
            return date(first, middle, last)
        # D.M.YYYY is the only documented format with dots.
        if (found[2] == "." and order is not DateOrder.MDY) or order is DateOrder.DMY:
            return date(_year(last), middle, first)
        return date(_year(last), first, middle) if order is DateOrder.MDY else None
    except ValueError:
        return None


def _year(number: int) -> int:
    return number + 2000 if number < 100 else number
