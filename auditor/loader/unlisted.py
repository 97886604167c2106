"""Tables that are none of the known lists, and exports without any list: what is said of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile, islice
from pathlib import Path

from auditor.errors import InputError
from auditor.inventory import Input, Unusable
from auditor.loader.files import NO_TABLE
from auditor.loader.lists import known_lists
from auditor.loader.recognise import HEADER_WITHIN, looks_secret
from auditor.loader.sources import files_of
from auditor.loader.tables import Reading
from auditor.loader.text import Broken

_UNKNOWN = "none of the lists this audit knows"
_CHECKLIST = '"auditor checklist" says which lists to export and how'
_SHOWN = 8
_LONGEST_HEADER = 40


def unlisted(file: str, sheet: str | None, reading: Reading) -> Input:
    """Return the table with what its header row looks like, so that somebody can say what its columns are."""
    rows = sum(1 for _ in reading.records())
    headers = _headers(reading)
    shown = ", ".join(f'"{header}"' for header in headers)
    told = f"{_UNKNOWN}: its headers are {shown}; say under [columns] in engagement.toml what they stand for"
    return set_aside(file, sheet, rows, _UNKNOWN, note=told if headers else "")


def not_called_table(file: str, sheet: str | None, reading: Reading) -> Input:
    """Return what lies under a name that does not call it a table: its rows count where it is one all the same.

    Its headers are not shown, for nobody said that they are any.
    """
    rows = sum(1 for _ in reading.records()) if _is_table(reading) else 0
    return set_aside(file, sheet, rows, _UNKNOWN if rows else NO_TABLE)


def _is_table(reading: Reading) -> bool:
    """Tell whether the records are a table's: commas make cells of prose here and there, and lines of many widths."""
    if reading.text is None:
        return True
    below_title = list(dropwhile(lambda record: len(record) == 1, _first_filled(reading)))
    is_even = len({len(record) for record in below_title}) == 1
    return is_even and len(below_title) > 1 and sum(1 for cell in below_title[0] if cell.strip()) > 1


def set_aside(file: str, sheet: str | None, rows: int, reason: str, *, note: str = "") -> Input:
    """Return a table, or a file that is none, with all its rows set aside for that reason."""
    aside = (Unusable(row=1, reason=reason, count=rows),) if rows else ()
    return Input(file=file, sheet=sheet, list=None, rows=rows, used=0, set_aside=aside, notes=(note or reason,))


def wrong_list(where: str, reading: Reading) -> InputError:
    """Return what to say of a file that was named and is no list."""
    shown = ", ".join(f'"{cell.strip()}"' for cell in first_row(reading)[:_SHOWN] if cell.strip())
    return InputError(
        f"this is none of the lists that the audit knows: its columns are {shown or 'missing'}; expected {_expected()}",
        where=where,
        fix=f"{_CHECKLIST}; of headers that it does not know, [columns] in engagement.toml says what they are",
    )


def no_list(sources: Sequence[Path]) -> InputError:
    """Return what to say of sources in which no list lies."""
    where = ", ".join(str(source) for source in sources)
    if not files_of(sources):
        return InputError("the folder has no files", where=where, fix=_CHECKLIST)
    return InputError(
        f"no list was found; expected {_expected()}",
        where=where,
        fix=_CHECKLIST,
    )


def first_row(reading: Reading) -> list[str]:
    """Return the first record that says something; of several cells, where there is such a one."""
    filled = _first_filled(reading)
    return next((record for record in filled if sum(map(bool, record)) > 1), filled[0] if filled else [])


def widest(readings: Sequence[Reading]) -> Reading:
    """Return the reading whose first record has the most cells: cut by the wrong delimiter, it is one cell or two."""
    return max(readings, key=lambda reading: len(first_row(reading)))


def _first_filled(reading: Reading) -> list[list[str]]:
    records = [record for record in islice(reading.records(), HEADER_WITHIN) if not isinstance(record, Broken)]
    return [record for record in records if any(cell.strip() for cell in record)]


def _headers(reading: Reading) -> list[str]:
    """Return the first headers; none of a row that may as well hold what a client wrote or keeps secret."""
    cells = [cell.strip() for cell in first_row(reading) if cell.strip()]
    are_headers = len(cells) > 1 and len(set(cells)) == len(cells)
    if not are_headers or not all(map(_is_header, cells)):
        return []
    return cells[:_SHOWN]


def _is_header(cell: str) -> bool:
    """Tell whether it can be shown: with digits or an address it may be a password, or say who somebody is."""
    return len(cell) <= _LONGEST_HEADER and not re.search(r"[\d@]", cell) and not looks_secret(cell)


def _expected() -> str:
    return " or ".join(f"the {name}" for name, known in known_lists().items() if known.exported)
