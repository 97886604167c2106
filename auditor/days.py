"""Days as people and NetSuite write them; which order a numeric one has is for the caller to settle."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum


class DateOrder(StrEnum):
    """In which order day, month and year are written."""

    MDY = "mdy"
    DMY = "dmy"
    YMD = "ymd"


# Oracle's help, section_N249143: M/D/YYYY, D/M/YYYY, D-Mon-YYYY, D.M.YYYY, DD/MM/YYYY, DD-MONTH-YYYY, which are not all
# that the preferences offer: accounts write D MONTH, YYYY as well; and ISO from Excel.
_NUMBERS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?!\d)")
_NAMED = re.compile(r"(\d{1,2})[-. ]([^\W\d_]{3,})[.,]?[-. ](\d{4})")
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
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?[- ]+([^\W\d_]{3,})\.?,?[- ]+(\d{4})")


def needs_order(text: str) -> bool:
    """Tell whether the text is a day in numbers that may begin with the day or the month."""
    found = _NUMBERS.match(text.strip())
    return bool(found and len(found[1]) < 4 and found[2] != ".")


def day_at_start(text: str, order: DateOrder | None) -> date | None:
    """Return the day that the text begins with; None where there is none, or its order isn't given and does matter."""
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


def only_day(text: str) -> date | None:
    """Return the day that the whole text is, however a person wrote it; None where it can be read in two ways, or is none."""
    tidy = " ".join(text.split())
    if swapped := _MONTH_FIRST.fullmatch(tidy):
        tidy = f"{swapped[2]} {swapped[1]} {swapped[3]}"
    elif named := _DAY_FIRST.fullmatch(tidy):
        tidy = f"{named[1]} {named[2]} {named[3]}"
    if not any(form.fullmatch(tidy) for form in (_NUMBERS, _NAMED, _EAST)):
        return None
    orders = (DateOrder.MDY, DateOrder.DMY) if needs_order(tidy) else (None,)
    days = {day for order in orders if (day := day_at_start(tidy, order))}
    return days.pop() if len(days) == 1 else None


def _year(number: int) -> int:
    return number + 2000 if number < 100 else number
