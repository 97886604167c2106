"""The login audit trail, grouped by DuckDB straight from the files: constant memory, all cores, no row that is not there.

Strict mode only, every column text, dialect and schema given: with `store_rejects` or `ignore_errors`, quoted newlines
that look like rows were measured to become logins that never happened. What DuckDB counts is compared with a count of
the records made apart from it; a file that it refuses, or counts otherwise, is left to be read piece by piece, and
record by record where that has to be.

Row numbers make DuckDB read on one thread, so every processor has a query of its own: over a piece of one large file,
or over its share of many files.
"""

from __future__ import annotations

import glob
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from auditor.loader.groups import GROUP_COLUMNS, KEY, READ, TEXTS, joined, no_groups, stacked
from auditor.loader.pieces import Count, Piece, count, cut, workers
from auditor.loader.text import LONGEST, TextFile
from auditor.loader.trail import FIELDS, LONGEST_DAY, LONGEST_DETAIL, Grain, TrailFile

# For all queries and at least for each, in MB.
_MEMORY, _LEAST_MEMORY = 256, 128
_PIECE = 1 << 25
_BUFFER = 4 * LONGEST
# Of these the texts take no longer than finding out which are equal.
_FEW = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """What one query reads: whole files below their headers, or one piece."""

    numbers: Sequence[int]
    """Which of the trails."""
    pieces: Sequence[Piece]
    is_slice: bool


def group_fast(
    trails: Sequence[TrailFile],
    progress: Callable[[int], None],
    *,
    grain: Grain = Grain.DAY,
    strptime: str = "",
    piece: int = _PIECE,
) -> pd.DataFrame:
    """Return the grouped logins of files of one layout, without the files that DuckDB can't vouch for.

    GROUP_COLUMNS, and `number`: which of the files it is. `progress` is told how many more records have been counted.
    `strptime` is how stamps are read where the grain wants it. A file that is read alone is cut into pieces of at least
    `piece` bytes.
    """
    with tempfile.TemporaryDirectory(prefix="auditor-") as folder:
        texts = [_as_utf8(trail, Path(folder, f"{number}.csv")) for number, trail in enumerate(trails)]
        header_row = trails[0].recognised.header_row
        shares = _shares(texts, header_row, piece)
        several = len(trails) > 1
        query = _query(trails[0], grain, few_uris=trails[0].few_uris, strptime=strptime, several=several)
        with ThreadPoolExecutor(workers()) as reading, ThreadPoolExecutor(1) as counting:
            # Beside DuckDB, which leaves Python alone while it works.
            counted = counting.submit(lambda: [_counted(share, header_row, progress) for share in shares])
            grouped = list(reading.map(lambda share: _grouped(share, trails[0], query, Path(folder)), shares))
        return _vouched(shares, grouped, counted.result(), header_row, grain)


def _counted(share: _Share, header_row: int, progress: Callable[[int], None]) -> list[Count]:
    return [count(piece, progress, header_row=0 if share.is_slice else header_row) for piece in share.pieces]


def group_pieces(trail: TrailFile, pieces: Sequence[Piece], grain: Grain) -> Iterator[pd.DataFrame | None]:
    """Give the grouped logins of pieces of a file in UTF-8, rows counting from 1 in each; None where DuckDB can't vouch."""
    query = _query(trail, grain, few_uris=trail.few_uris)

    def of_piece(piece: Piece) -> pd.DataFrame | None:
        share = _Share(numbers=[0], pieces=[piece], is_slice=True)
        groups, counted = _grouped(share, trail, query, Path(folder)), count(piece, lambda records: None)
        is_whole = counted.closed and not counted.has_blank and groups["logins"].sum() == counted.records
        return groups[list(GROUP_COLUMNS)] if is_whole and _is_dated(groups).all() else None

    with tempfile.TemporaryDirectory(prefix="auditor-") as folder, ThreadPoolExecutor(workers()) as reading:
        yield from reading.map(of_piece, pieces)


def group_days(trail: TrailFile, days: Sequence[str]) -> pd.DataFrame:
    """Return the logins on the days that are written so of a file that was vouched for, grouped by stamp: GROUP_COLUMNS."""
    header_row = trail.recognised.header_row
    with tempfile.TemporaryDirectory(prefix="auditor-") as folder:
        text = _as_utf8(trail, Path(folder, "0.csv"))
        whole = _Share(numbers=[0], pieces=[Piece(text=text)], is_slice=False)
        found = _grouped(whole, trail, _query(trail, Grain.STAMP, few_uris=trail.few_uris, days=days), Path(folder))
    rows = {column: found[column] + header_row for column in ("first_row", "last_row")}
    return found.assign(**rows)[list(GROUP_COLUMNS)]


def _shares(texts: Sequence[TextFile], header_row: int, piece: int) -> list[_Share]:
    if len(texts) == 1 and (pieces := cut(texts[0], header_row, piece, workers())):
        return [_Share(numbers=[0], pieces=[one], is_slice=True) for one in pieces]
    # Neighbours together, as many bytes for each.
    sizes = pd.Series([text.path.stat().st_size for text in texts], dtype="int64")
    worker = ((sizes.cumsum() - sizes) * workers() // max(int(sizes.sum()), 1)).tolist()
    by_worker: dict[int, list[int]] = {}
    for number, one in enumerate(worker):
        by_worker.setdefault(one, []).append(number)
    return [
        _Share(numbers=numbers, pieces=[Piece(text=texts[number]) for number in numbers], is_slice=False)
        for numbers in by_worker.values()
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


def _vouched(
    shares: Sequence[_Share],
    grouped: Sequence[pd.DataFrame],
    counted: Sequence[Sequence[Count]],
    header_row: int,
    grain: Grain,
) -> pd.DataFrame:
    """Return the groups of the files whose every count agrees, with rows as they stand in the file."""
    parts, refused, offset = [], set[int](), 0
    for share, groups, counts in zip(shares, grouped, counted, strict=True):
        below = [one.records - (0 if share.is_slice else header_row) for one in counts]
        logins = groups.groupby("number")["logins"].sum().to_dict()
        for number, records, one in zip(share.numbers, below, counts, strict=True):
            if logins.get(number, 0) != records or not one.closed or one.has_blank:
                refused.add(number)
        rows = {column: groups[column] + header_row + offset for column in ("first_row", "last_row")}
        parts.append(groups.assign(**rows))
        offset += sum(below) if share.is_slice else 0
    together = stacked(parts)
    if grain is not Grain.FILE:
        refused.update(together["number"][~_is_dated(together)])
    if refused:
        together = together[~together["number"].isin(refused)]
    return joined(together) if any(share.is_slice for share in shares) else together


def _is_dated(groups: pd.DataFrame) -> pd.Series[bool]:
    """Tell which are logins; of a total, a header once more, a date that starts with a blank, the exact way says what they are."""
    return groups["day"].str.contains(r"\d").astype(bool)


def _grouped(share: _Share, trail: TrailFile, query: str, folder: Path) -> pd.DataFrame:
    """Return the groups of the files of a share; `number` is the file, and rows count from 1 in each."""
    try:
        found = _ask(share, trail, query, folder)
    except duckdb.Error:
        if len(share.pieces) == 1:
            return no_groups()
        # One of them is refused: find out which, and keep the others on the fast way.
        alone = [
            _Share(numbers=[number], pieces=[one], is_slice=False)
            for number, one in zip(share.numbers, share.pieces, strict=True)
        ]
        return stacked([_grouped(one, trail, query, folder) for one in alone])
    # Row numbers run on from file to file, in the order given.
    ends = found.groupby("file_index")["logins"].sum().cumsum()
    before = found["file_index"].map(ends.shift(1, fill_value=0))
    return found.assign(
        number=found["file_index"].map(share.numbers.__getitem__),
        first_row=found["first_row"] - before,
        last_row=found["last_row"] - before,
    )[["number", *GROUP_COLUMNS]]


def _ask(share: _Share, trail: TrailFile, query: str, folder: Path) -> pd.DataFrame:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{max(_MEMORY // workers(), _LEAST_MEMORY)}MB",
        "temp_directory": str(folder),
        "threads": 1,
    }
    with duckdb.connect(":memory:", config=config) as connection:
        # In a notebook and in `python -c` it draws one to standard output, which is for results.
        connection.execute("set enable_progress_bar = false")
        if share.is_slice:
            from auditor.loader.piece_files import PieceFiles  # fsspec, for large files only

            connection.register_filesystem(PieceFiles(share.pieces[0]))
            files, skip = [PieceFiles.name], 0
        else:
            # DuckDB takes brackets for a pattern, and would read trail1.csv in place of trail[1].csv.
            files = [glob.escape(str(piece.text.path)) for piece in share.pieces]
            skip = trail.recognised.header_row
        packed = "gzip" if share.pieces[0].text.packed else "none"
        connection.execute(f"create temp table found as {query}", {"files": files, "skip": skip, "packed": packed})
        return _groups(connection)


def _groups(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the groups found, each text once where they are many: of two thousand files they would be millions of texts."""
    count = connection.execute("select count(*) from found").fetchall()[0][0]
    for name in TEXTS if count > _FEW else ():
        connection.execute(f'create type "{name}" as enum (select distinct "{name}" from found order by 1)')  # noqa: S608
    types = ", ".join(f'"{name}"::"{name}" as "{name}"' for name in TEXTS)
    chosen = f"* replace ({types})" if count > _FEW else "*"
    return connection.execute(f"select {chosen} from found").df()  # noqa: S608 - our own column names


def _query(
    trail: TrailFile,
    grain: Grain,
    *,
    few_uris: bool,
    days: Sequence[str] = (),
    strptime: str = "",
    several: bool = False,
) -> str:
    """Return the query: cutting texts costs as much as reading them, so it is done to groups where that is possible.

    `several`: it is asked of several files, which costs time, too.
    """
    file = "file_index" if several else "0 as file_index"
    schema = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(trail.recognised.width))
    said = {name: _column(trail, name) for name in FIELDS}
    by_stamp, reads = grain is Grain.STAMP, grain is Grain.FILE
    written = said["date"] if by_stamp else _day(said["date"])
    raw = {
        "day": "''" if reads else written,
        **{name: said[name] for name in FIELDS if name not in ("date", "request_uri")},
        "uri": said["request_uri"] if few_uris else f"split_part({said['request_uri']}, '?', 1)",
    }
    keys = {
        "day": "coalesce(day, '')" if by_stamp else f"left(coalesce(day, ''), {LONGEST_DAY})",
        "path": "split_part(coalesce(uri, ''), '?', 1)",
        "detail": f"left(coalesce(detail, ''), {LONGEST_DETAIL})",
        "has_token": "coalesce(token, '') <> ''",
    }
    plain = {name: f"coalesce(\"{name}\", '')" for name in KEY}
    selected = ", ".join(f'{text} as "{name}"' for name, text in (plain | keys).items())
    chosen = f"where {_day(said['date'])} in ({', '.join(map(_quoted, days))})" if days else ""
    least, greatest = (f"min({said['date']})", f"max({said['date']})") if grain is Grain.SPAN else ("''", "''")
    stamp = f"try_strptime({said['date']}, {_quoted(strptime)})" if reads else "null::timestamp"
    return f"""
        select file_index, {selected}, max(coalesce(token, '')) as token, sum(logins)::bigint as logins,
            min(first_row)::bigint as first_row, max(last_row)::bigint as last_row,
            min(coalesce(least, '')) as least, max(coalesce(greatest, '')) as greatest, {READ}
        from (
            select {file}, {", ".join(f'{text} as "{name}"' for name, text in raw.items())}, count(*) as logins,
                min(row_in_all) as first_row, max(row_in_all) as last_row, {least} as least, {greatest} as greatest,
                case when count(stamp) = count(*) then min(stamp) end as first,
                case when count(stamp) = count(*) then max(stamp) end as last
            from (
                select *, {file}, row_number() over () as row_in_all, {stamp} as stamp
                from read_csv(
                    $files, columns = {{{schema}}}, header = false, skip = $skip, auto_detect = false,
                    delim = {_quoted(trail.reading.delimiter)}, quote = '"', escape = '"', strict_mode = true,
                    null_padding = false, ignore_errors = false, max_line_size = {2 * LONGEST},
                    buffer_size = {_BUFFER}, compression = $packed, hive_partitioning = false
                )
            )
            {chosen}
            group by all
        )
        group by all
    """  # noqa: S608 - positions, not names, stand in it


def _day(date: str) -> str:
    """Return what gives the day of a written date and time, as `day_of` does."""
    words = f"array_to_string(string_split({date}, ' ')[1:3], ' ')"
    return f"""case when {date}[11:11] = 'T' and {date}[5:5] in ('-', '/') then {date}[1:10]
        when {date}[1:1] <> ' ' and contains({date}[2:3], ' ') then {words}
        else split_part({date}, ' ', 1) end"""


def _column(trail: TrailFile, name: str) -> str:
    position = trail.column(name)
    return "''" if position is None else f"c{position}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
