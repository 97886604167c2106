"""The login audit trail, grouped by DuckDB straight from the files: constant memory, and no row that is not there.

Strict mode only, every column text, dialect and schema given: with `store_rejects` or `ignore_errors`, quoted newlines
that look like rows were measured to become logins that never happened. What DuckDB counts is compared with a count of
the records made apart from it; a file that it refuses, or counts otherwise, is left to the exact way.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import duckdb
import numpy as np
import pandas as pd

from auditor.loader.text import LONGEST, TextFile
from auditor.loader.trail import FIELDS, GROUP_COLUMNS, KEY, LONGEST_DAY, LONGEST_DETAIL, TrailFile, TrailGroups

_BLOCK = 1 << 22
_MEMORY = "256MB"


def group_fast(
    trails: Sequence[TrailFile], progress: Callable[[int], None], *, by_stamp: bool = False
) -> list[TrailGroups | None]:
    """Return the grouped logins of files of one layout; None for each file that DuckDB can't vouch for.

    `progress` is told how many more records have been counted. `by_stamp` groups by the whole written date.
    """
    with tempfile.TemporaryDirectory(prefix="auditor-") as folder:
        paths = [_as_utf8(trail, Path(folder, f"{number}.csv")) for number, trail in enumerate(trails)]
        with ThreadPoolExecutor(1) as counting:
            # Beside DuckDB, which leaves Python alone while it works.
            counts = counting.submit(lambda: [count_records(path, progress) for path in paths])
            grouped = _grouped(trails, paths, Path(folder), by_stamp)
            counted = counts.result()
    return [
        TrailGroups(trail=trail, groups=groups)
        if groups is not None and count - trail.recognised.header_row == groups["logins"].sum()
        else None
        for trail, groups, count in zip(trails, grouped, counted, strict=True)
    ]


def _as_utf8(trail: TrailFile, target: Path) -> TextFile:
    """Return the file as DuckDB can read it: UTF-8, transcoded as a stream where it is anything else."""
    text = trail.reading.text
    if text is None:
        raise AssertionError
    if text.encoding in ("utf-8", "utf-8-sig"):
        return text
    with text.open() as source, target.open("w", encoding="utf-8", newline="") as written:
        shutil.copyfileobj(source, written, LONGEST)
    return TextFile(path=target, encoding="utf-8", packed=False)


def _grouped(
    trails: Sequence[TrailFile], texts: Sequence[TextFile], folder: Path, by_stamp: bool
) -> list[pd.DataFrame | None]:
    try:
        return _ask(trails, texts, folder, by_stamp)
    except duckdb.Error:
        if len(trails) == 1:
            return [None]
    # One of them is refused: find out which, and keep the others on the fast way.
    return [_grouped([trail], [text], folder, by_stamp)[0] for trail, text in zip(trails, texts, strict=True)]


def _ask(
    trails: Sequence[TrailFile], texts: Sequence[TextFile], folder: Path, by_stamp: bool
) -> list[pd.DataFrame | None]:
    with duckdb.connect(":memory:", config={"memory_limit": _MEMORY, "temp_directory": str(folder)}) as connection:
        found = connection.execute(
            _query(trails[0], texts[0].packed, by_stamp), [[str(text.path) for text in texts]]
        ).df()
    if found.empty:
        return [None] * len(trails)
    # Row numbers run on from file to file, in the order given.
    ends = found.groupby("file_index")["logins"].sum().cumsum()
    starts = ends.shift(1, fill_value=0)
    offset = trails[0].recognised.header_row
    by_file = dict(list(found.groupby("file_index", sort=False)))
    grouped: list[pd.DataFrame | None] = []
    for number in range(len(trails)):
        frame = by_file.get(number)
        if frame is None:
            grouped.append(None)
            continue
        rows = frame[["first_row", "last_row"]] - int(starts[number]) + offset
        grouped.append(frame.assign(first_row=rows["first_row"], last_row=rows["last_row"])[list(GROUP_COLUMNS)])
    return grouped


def _query(trail: TrailFile, packed: bool, by_stamp: bool) -> str:
    width = trail.recognised.width
    schema = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(width))
    said = {name: _column(trail, name) for name in FIELDS}
    keys = {
        "day": said["date"] if by_stamp else f"left(split_part(trim({said['date']}), ' ', 1), {LONGEST_DAY})",
        "user": said["user"],
        "email": said["email"],
        "role": said["role"],
        "path": f"split_part({said['request_uri']}, '?', 1)",
        "status": said["status"],
        "detail": f"left({said['detail']}, {LONGEST_DETAIL})",
        "application": said["application"],
        "has_token": f"{said['token']} <> ''",
    }
    selected = ", ".join(f'{keys[name]} as "{name}"' for name in KEY)
    return f"""
        select file_index, {selected}, max({said["token"]}) as token, count(*)::bigint as logins,
            min(row_in_all)::bigint as first_row, max(row_in_all)::bigint as last_row,
            min({said["date"]}) as least, max({said["date"]}) as greatest
        from (
            select *, file_index, row_number() over () as row_in_all
            from read_csv(
                ?, columns = {{{schema}}}, header = false, skip = {trail.recognised.header_row}, auto_detect = false,
                delim = {_quoted(trail.reading.delimiter)}, quote = '"', escape = '"', strict_mode = true,
                null_padding = false, ignore_errors = false, max_line_size = {2 * LONGEST},
                compression = '{"gzip" if packed else "none"}'
            )
        )
        group by all
    """  # noqa: S608 - positions, not names, stand in it


def _column(trail: TrailFile, name: str) -> str:
    position = trail.column(name)
    return "''" if position is None else f"coalesce(c{position}, '')"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def count_records(text: TextFile, progress: Callable[[int], None]) -> int:
    """Return how many records the file has, its header among them: line ends that stand in no quotes."""
    records, inside, last = 0, 0, b"\n"
    with text.open_bytes() as file:
        for block in _blocks(file):
            values = np.frombuffer(block, dtype=np.uint8)
            line_ends = np.flatnonzero(values == 10)
            if inside or 34 in block:
                quotes = np.flatnonzero(values == 34)
                outside = (np.searchsorted(quotes, line_ends) + inside) % 2 == 0
                found = int(np.count_nonzero(outside))
                inside = (inside + len(quotes)) % 2
            else:
                found = len(line_ends)
            records += found
            last = block[-1:]
            progress(found)
    return records + (last != b"\n")


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(_BLOCK), b"")
