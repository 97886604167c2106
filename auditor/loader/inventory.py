"""Tables to Inventory: every row of every file is used, set aside with the reason, or rejected with the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

import pandas as pd

from auditor.engagement import Engagement
from auditor.errors import InputError
from auditor.loader import values
from auditor.loader.files import Reading, Skipped, Table, open_exports
from auditor.loader.lists import known_lists
from auditor.loader.recognise import Recognised, recognise
from auditor.loader.rows import SortedRows, sort_rows
from auditor.loader.text import Broken
from auditor.model import Input, Inventory, List

_ROWS_NAMED = 10


def load(sources: Sequence[Path], engagement: Engagement) -> Inventory:
    """Return what the client exported. Raises InputError for what can't be read or holds no list."""
    frames: dict[List, list[pd.DataFrame]] = defaultdict(list)
    inputs = []
    for table in open_exports(sources):
        if isinstance(table, Skipped):
            inputs.append(_unlisted(table.file, None, 0, table.reason))
            continue
        frame, read = _read(table, engagement)
        inputs.append(read)
        if frame is not None and read.list is not None:
            frames[read.list].append(frame)
    if not frames:
        raise _no_list(sources)
    joined = {name: pd.concat(parts, ignore_index=True) for name, parts in frames.items()}
    return Inventory(frames=joined, inputs=tuple(inputs))


def _read(table: Table, engagement: Engagement) -> tuple[pd.DataFrame | None, Input]:
    where = f"{table.file}, sheet {table.sheet}" if table.sheet else table.file
    recognised, reading = _best_reading(table, engagement.columns, where)
    if recognised is None:
        if table.named and table.sheet is None:
            raise _wrong_list(where, reading)
        rows = sum(1 for _ in reading.records())
        return None, _unlisted(table.file, table.sheet, rows, "none of the lists this audit knows")
    rows = sort_rows(reading.records, recognised)
    frame, notes = _frame(table, recognised, rows)
    read = Input(
        file=table.file,
        sheet=table.sheet,
        list=recognised.known.list,
        rows=rows.count,
        used=len(rows.used),
        set_aside=rows.set_aside,
        rejected=rows.rejected,
        columns={name: recognised.headers[at] for name, at in recognised.columns.items()},
        unused_columns=recognised.unused,
        notes=(*(f'column "{header}" looks like a secret and was not read' for header in recognised.secret), *notes),
    )
    return frame, read


def _best_reading(table: Table, names: Mapping[str, str], where: str) -> tuple[Recognised | None, Reading]:
    found = [(recognise(reading.records(), where=where, names=names), reading) for reading in table.readings]
    recognised = [(one, reading) for one, reading in found if one]
    if not recognised:
        return None, found[0][1]
    return max(recognised, key=lambda pair: len(pair[0].columns))


def _frame(table: Table, recognised: Recognised, rows: SortedRows) -> tuple[pd.DataFrame, list[str]]:
    notes: list[str] = []
    numbers = [number for number, _ in rows.used]
    data: dict[str, Sequence[object]] = {}
    for name, column in recognised.known.columns.items():
        at = recognised.columns.get(name)
        cells = [""] * len(numbers) if at is None else [cells[at] for _, cells in rows.used]
        said = {cell: values.text(cell) for cell in set(cells)}
        if column.type in ("text", "endpoint"):
            data[name] = [said[cell] for cell in cells]
            if column.type == "endpoint":
                data |= _endpoint(name, cells)
            continue
        known, unknown = _closed(cells, column.type)
        data[name] = [known[cell] for cell in cells]
        data[f"{name} as written"] = [said[cell] for cell in cells]
        for wording in unknown:
            at_rows = _numbered([number for number, cell in zip(numbers, cells, strict=True) if cell == wording])
            header = recognised.headers[recognised.columns[name]]
            notes.append(f'{header} "{said[wording]}" ({at_rows}) is not a wording we know: taken as not known')
    data["file"] = [table.file] * len(numbers)
    data["sheet"] = [table.sheet] * len(numbers)
    data["row"] = numbers
    return pd.DataFrame(data, dtype=object), notes


def _endpoint(name: str, cells: Sequence[str]) -> dict[str, Sequence[object]]:
    return {
        f"{name} channel": [values.endpoint_channel(cell) for cell in cells],
        f"{name} version": [values.endpoint_version(cell) for cell in cells],
    }


def _closed(cells: Sequence[str], type_name: str) -> tuple[dict[str, object], list[str]]:
    known: dict[str, object] = {}
    unknown = []
    for cell in dict.fromkeys(cells):
        try:
            known[cell] = values.closed(cell, type_name)
        except values.UnknownWordingError:
            known[cell] = None
            unknown.append(cell)
    return known, unknown


def _numbered(rows: list[int]) -> str:
    named = ", ".join(str(row) for row in rows[:_ROWS_NAMED])
    more = f" and {len(rows) - _ROWS_NAMED} more" if len(rows) > _ROWS_NAMED else ""
    return f"row{'s' if len(rows) > 1 else ''} {named}{more}"


def _unlisted(file: str, sheet: str | None, rows: int, reason: str) -> Input:
    return Input(file=file, sheet=sheet, list=None, rows=rows, used=0, notes=(reason,))


def _wrong_list(where: str, reading: Reading) -> InputError:
    first = next((record for record in islice(reading.records(), 20) if not isinstance(record, Broken) and any(record)), [])
    shown = ", ".join(f'"{cell.strip()}"' for cell in first[:8] if cell.strip())
    return InputError(
        f"this is none of the lists that the audit knows: its columns are {shown or 'missing'}; "
        f"expected {' or '.join(f'the {name}' for name in known_lists())}",
        where=where,
        fix='"auditor checklist" says which lists to export and how',
    )


def _no_list(sources: Sequence[Path]) -> InputError:
    return InputError(
        f"no list was found; expected {' or '.join(f'the {name}' for name in known_lists())}",
        where=", ".join(str(source) for source in sources),
        fix='"auditor checklist" says which lists to export and how',
    )
