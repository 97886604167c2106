"""Tables to Inventory: every row of every file is used, set aside with the reason, or rejected with the reason."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from auditor.days import DateOrder
from auditor.engagement import Engagement
from auditor.errors import InputError
from auditor.inventory import Input, Inventory, Unusable
from auditor.loader import values
from auditor.loader.confirmed import Said, said
from auditor.loader.dates import read_dates
from auditor.loader.files import open_exports
from auditor.loader.groups import TrailGroups
from auditor.loader.lists import OPEN_TYPES, Column, check_columns, known_lists, permission_names
from auditor.loader.logins import summarise_logins
from auditor.loader.missing_columns import missing_columns
from auditor.loader.near_names import with_near_names
from auditor.loader.recognise import Recognised, recognise
from auditor.loader.rows import sort_rows
from auditor.loader.silence import silent_lists, with_silence
from auditor.loader.tables import Reading, Skipped, Table
from auditor.loader.trail import TrailFile, day_of
from auditor.loader.trail_notes import noted
from auditor.loader.unlisted import no_list, not_called_table, set_aside, unlisted, widest, wrong_list
from auditor.vocabulary import List

_ROWS_NAMED = 10


def load(
    sources: Sequence[Path],
    engagement: Engagement,
    *,
    date_order: DateOrder | None = None,
    progress: Callable[[int], None] = lambda records: None,
    grouped: Mapping[str, TrailGroups] = MappingProxyType({}),
    faults: list[InputError] | None = None,
) -> Inventory:
    """Return what the client exported. Raises InputError for what can't be read or holds no list.

    `date_order` settles how the dates of the login audit trail are written; `progress` is told how many more of its
    records have been read. `grouped` are the logins of files that were grouped apart, by the names shown to people.
    Where `faults` are given, what is wrong with a file is added to them, and the others are read all the same.
    """
    check_columns(engagement)
    with tempfile.TemporaryDirectory(prefix="auditor-") as folder:
        opened = open_exports(sources, Path(folder))
        frames, inputs, trails = _read_tables(opened, engagement, date_order, faults)
        if trails:
            logins, read_trails = summarise_logins(trails, date_order, progress, grouped)
            frames[List.LOGINS].append(logins)
            inputs.extend(noted(read_trails, logins))
    if not frames and not faults:
        raise no_list(sources)
    for name in silent_lists(inputs):
        del frames[name]
    exported = _joined(frames)
    for entries in said(engagement.confirmed, exported, engagement.as_of):
        frame, read = _read_said(entries)
        if len(frame):
            frames[entries.recognised.known.list].append(frame)
        inputs.append(read)
    return Inventory(
        frames=_joined(frames),
        inputs=tuple(_noted(one, exported) for one in sorted(inputs, key=lambda one: (one.file, one.sheet or ""))),
        guides=tuple(known.guide for known in known_lists().values() if known.exported),
        confirmed=frozenset(frames) - frozenset(exported),
    )


def _noted(read: Input, exported: Mapping[List, pd.DataFrame]) -> Input:
    """Return the table with notes on what its columns leave open, and on its having no rows."""
    missing = tuple(missing_columns(read, exported))
    noted = replace(read, notes=(*read.notes, *(one.without for one in missing)))
    return with_silence(with_near_names(noted, [one.columns[0] for one in missing]))


def _joined(frames: Mapping[List, Sequence[pd.DataFrame]]) -> dict[List, pd.DataFrame]:
    return {name: pd.concat(parts, ignore_index=True) for name, parts in frames.items()}


def _read_said(entries: Said) -> tuple[pd.DataFrame, Input]:
    """Read what somebody confirmed as a list; its rows are the entries of the engagement file."""
    table = Table(file=entries.file, sheet=None, readings=(), named=True)
    rows, rejected = {}, list(entries.rejected)
    for number, cells in entries.rows:
        _, notes = _frame(table, entries.recognised, {number: cells})
        if notes and not entries.is_typed:
            raise InputError(notes[0], where=entries.file, fix="docs/exports.md shows the wordings that are known")
        if notes:
            rejected.append(Unusable(row=number, reason=notes[0]))
        else:
            rows[number] = cells
    frame, _ = _frame(table, entries.recognised, rows)
    return frame, Input(
        file=entries.file,
        sheet=None,
        list=entries.recognised.known.list,
        rows=len(rows) + len(rejected),
        used=len(rows),
        rejected=tuple(rejected),
    )


def _read_tables(
    tables: Iterable[Table | Skipped | InputError],
    engagement: Engagement,
    date_order: DateOrder | None,
    faults: list[InputError] | None,
) -> tuple[dict[List, list[pd.DataFrame]], list[Input], list[TrailFile]]:
    """Return the lists, and the login audit trails to be summarised together."""
    frames: dict[List, list[pd.DataFrame]] = defaultdict(list)
    inputs: list[Input] = []
    trails: list[TrailFile] = []
    for table in tables:
        try:
            if isinstance(table, InputError):
                raise table
            if isinstance(table, Skipped):
                inputs.append(set_aside(table.file, None, 0, table.reason))
                continue
            recognised, reading = find_list(table, engagement)
            if recognised is None and not table.is_called_table:
                inputs.append(not_called_table(table.file, table.sheet, reading))
            elif recognised is None:
                inputs.append(unlisted(table.file, table.sheet, reading))
            elif recognised.known.list is List.LOGINS:
                trails.append(TrailFile(file=table.file, sheet=table.sheet, reading=reading, recognised=recognised))
            else:
                frame, read = _read(table, recognised, reading, date_order)
                frames[recognised.known.list].append(frame)
                inputs.append(read)
        except InputError as error:
            if faults is None:
                raise
            faults.append(error)
    return frames, inputs, trails


def find_list(table: Table, engagement: Engagement) -> tuple[Recognised | None, Reading]:
    """Return which list the table is, and how it is cut into records. Raises InputError for a file named that is none."""
    where = _where(table)
    try:
        recognised, reading = _best_reading(table, engagement.columns, where)
    except InputError:
        if table.is_called_table:
            raise
        return None, widest(table.readings)
    if recognised is None and table.named and table.sheet is None:
        raise wrong_list(where, reading)
    return recognised, reading


def _where(table: Table) -> str:
    return f"{table.file}, sheet {table.sheet}" if table.sheet else table.file


def _read(
    table: Table, recognised: Recognised, reading: Reading, date_order: DateOrder | None
) -> tuple[pd.DataFrame, Input]:
    rows = sort_rows(reading.records, recognised, where=_where(table))
    frame, notes = _frame(table, recognised, rows.used, date_order)
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
        return None, widest(table.readings)
    return max(recognised, key=lambda pair: len(pair[0].columns))


def _frame(
    table: Table,
    recognised: Recognised,
    rows: Mapping[int, list[str]],
    date_order: DateOrder | None = None,
) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows, which have numbers, as columns of what their cells say, and notes on what nobody knows."""
    notes: list[str] = []
    data: dict[str, object] = {}
    for name, column in recognised.known.columns.items():
        at = recognised.columns.get(name)
        cells = [""] if at is None else [cells[at] for cells in rows.values()]
        read, unknown = _read_column(column, cells, date_order)
        # A column that is missing says the same in every row, and pandas repeats a value that stands alone.
        data |= read if at is not None else {key: said[0] for key, said in read.items()}
        for wording in unknown:
            at_rows = _numbered([number for number, cell in zip(rows, cells, strict=True) if cell == wording])
            header = recognised.headers[recognised.columns[name]]
            notes.append(f'{header} "{values.text(wording)}" ({at_rows}) is not a wording we know: taken as not known')
    data |= {"english": recognised.english, "file": table.file, "sheet": table.sheet, "row": list(rows)}
    return pd.DataFrame(data, dtype=object), notes


def _read_column(
    column: Column, cells: Sequence[str], date_order: DateOrder | None
) -> tuple[dict[str, Sequence[object]], list[str]]:
    """Return what the cells say, as columns of a frame, and the wordings among them that nobody knows."""
    name = column.name
    tidied = values.several if column.type == "names" else values.text
    said = {cell: tidied(cell) for cell in dict.fromkeys(cells)}
    if column.type not in OPEN_TYPES:
        known, unknown = _closed(cells, column.type)
        return {
            name: [known[cell] for cell in cells],
            f"{name} as written": [said[cell] for cell in cells],
        }, unknown
    data: dict[str, Sequence[object]] = {name: [said[cell] for cell in cells]}
    if column.type == "endpoint":
        data |= _endpoint(name, cells)
        return data, [cell for cell in said if values.leaves_version_open(cell)]
    if column.type == "date":
        days = [day_of(cell) for cell in cells]
        read = read_dates(days, date_order)
        data[f"{name} on"] = [read.days[day] for day in days]
    elif column.type == "permission key":
        data[f"{name} name"] = [permission_names().get(cell.strip().upper(), cell) for cell in cells]
    return data, []


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
