"""How a file of the trail writes its dates and times: where all of them have one form, DuckDB reads them itself."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import pandas as pd

from auditor.days import DateOrder
from auditor.loader.dates import Dates, read_dates
from auditor.loader.groups import ask
from auditor.loader.spans import MINUTE, Span
from auditor.loader.text import Broken, blocks
from auditor.loader.trail import TrailFile, day_of

_END = 1 << 13
# NetSuite was founded in 1998.
_YEARS = range(1998, 2100)
_MONTHS = 12
_STAMP = re.compile(
    r"(?P<first>\d{1,4})(?P<dash>[./-])\d{1,2}(?P=dash)(?P<last>\d{1,4}) "
    r"\d{1,2}(?P<colon>[:-])\d{2}(?P<seconds>(?P=colon)\d{2})?(?P<gap> ?)(?P<half>[ap]m)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """What the stamps of a file come to."""

    span: Span | None
    """To the end of the last minute; None where one of them can't be read."""
    greatest_day: int
    """The greatest day of the month among the first and last stamps of groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a file writes a stamp."""

    strptime: str
    """As DuckDB reads it."""
    order: DateOrder | None
    """What was taken for the order of day and month; None where the form alone tells it."""
    example: str
    """A day as the file writes it."""


def forms(trails: Sequence[TrailFile], given: DateOrder | None) -> list[Form | None]:
    """Return the form of each file's stamps, as its first and last records tell; None where they tell none.

    A file that leaves the order open is taken to have that of the others: enough to tell which files overlap.
    """
    samples = [_sample(trail) for trail in trails]
    orders = [read_dates(list(map(day_of, sample)), given).order for sample in samples]
    known = {order for order in orders if order}
    common = (known or {DateOrder.MDY}).pop() if len(known) < 2 else None
    return [_form(sample, order or common) for sample, order in zip(samples, orders, strict=True)]


def stamped(groups: pd.DataFrame, numbers: Sequence[int]) -> dict[int, Stamps]:
    """Return what the stamps of some files come to; `groups` are those of all files."""
    found = ask(
        """
        select number, min(first) as first, max(last) as last, count(*) = count(first) as is_read,
            coalesce(max(greatest(day(first), day(last))), 0) as day
        from groups group by number
        """,
        groups=groups[groups["number"].isin(numbers)][["number", "first", "last"]],
    )
    return {
        int(number): Stamps(
            span=Span(first.to_pydatetime(), (last + MINUTE).to_pydatetime())
            if is_read and {first.year, last.year} <= set(_YEARS)
            else None,
            greatest_day=int(day),
        )
        for number, first, last, is_read, day in found.itertuples(index=False)
    }


def proven(read: Mapping[int, Stamps], written: Mapping[int, Form | None], given: DateOrder | None) -> dict[int, Dates]:
    """Return whether the dates of each file can be used, without the files whose written days may tell more."""
    found = {number: _proven(stamps, form, given) for number, stamps in read.items() if (form := written[number])}
    return {number: dates for number, dates in found.items() if dates}


def _proven(stamps: Stamps, form: Form, given: DateOrder | None) -> Dates | None:
    if stamps.span is None:
        return None
    if form.order is None or form.order is given or stamps.greatest_day > _MONTHS:
        return Dates({}, form.order, None)
    # Of one day alone no more can be known; of several, their order in the file may tell.
    is_one_day = stamps.span.start.date() == (stamps.span.end - MINUTE).date()
    return read_dates([form.example], given) if is_one_day else None


def _form(sample: Sequence[str], order: DateOrder | None) -> Form | None:
    written = {_strptime(text, order) for text in sample}
    form = written.pop() if len(written) == 1 else None
    if form is None:
        return None
    is_open = form.startswith(("%m", "%d")) and form[2] != "."
    return Form(strptime=form, order=order if is_open else None, example=day_of(sample[0]))


def _strptime(text: str, order: DateOrder | None) -> str | None:
    found = _STAMP.fullmatch(text)
    if not found:
        return None
    dash = found["dash"]
    if len(found["first"]) == 4:
        date = ("%Y", "%m", "%d")
    elif len(found["last"]) != 4 or (dash != "." and order not in (DateOrder.MDY, DateOrder.DMY)):
        return None
    else:
        date = ("%d", "%m", "%Y") if dash == "." or order is DateOrder.DMY else ("%m", "%d", "%Y")
    time = ["%I" if found["half"] else "%H", "%M", *(["%S"] if found["seconds"] else [])]
    return f"{dash.join(date)} {found['colon'].join(time)}{found['gap']}{'%p' if found['half'] else ''}"


def _sample(trail: TrailFile) -> list[str]:
    """Return the different dates of the first and the last records, as they come."""
    at = trail.column("date")
    if at is None:
        return []
    records = [*next(trail.reading.blocks(), [])[trail.recognised.header_row :], *_last_records(trail)]
    dates = (one[at] for one in records if not isinstance(one, Broken) and len(one) == trail.recognised.width)
    return list(dict.fromkeys(dates))


def _last_records(trail: TrailFile) -> list[list[str] | Broken]:
    """Return the records at the end of the file, where it can be read from there."""
    text = trail.reading.text
    if text is None or text.packed or not text.encoding.startswith("utf-8"):
        return []
    with text.open_bytes() as file:
        file.seek(-min(_END, text.path.stat().st_size), io.SEEK_END)
        # The first of its lines is the rest of one.
        lines = file.read().decode(errors="replace").splitlines(keepends=True)[1:]
    return list(chain.from_iterable(blocks(io.StringIO("".join(lines), newline=""), trail.reading.delimiter)))
