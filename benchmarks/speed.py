"""Speed and memory of the loader, as ratios measured side by side in one run.

    python -m benchmarks.speed [--rows 10000000] [--rounds 3] [--folder DIR] [--naive] [--growth]

Each case is a process of its own; the two of a pair take turns, and the ratio is that of their medians.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from benchmarks.trail import split_trail, write_trail

_LIST = ["Internal ID", "Name", "Center Type", "Type", "Parent Role", "Mandatory 2FA", "Inactive", *"abcde"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two commands to compare: what `over` takes of the time of `under`."""

    what: str
    over: Sequence[str]
    under: Sequence[str]
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Seconds and peak memory (MB, of the process) of one run."""

    seconds: float
    megabytes: float


def main() -> None:
    """Print a line for each promise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where the files are made, and kept")
    parser.add_argument("--naive", action="store_true", help="run the naive pandas script as well: it takes long")
    parser.add_argument("--growth", action="store_true", help="a tenth of the rows and three times the rows as well")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(f"{asked.rows:,} logins; median of {asked.rounds} rounds, taking turns\n")
        print(f"{'what':58} {'ratio':>7}  {'promise':9} {'MB':>5}")
        for pair in _pairs(folder, asked.rows, naive=asked.naive):
            _compare(pair, asked.rounds)
        if asked.growth:
            _growth(folder, asked.rows, asked.rounds)


def _pairs(folder: Path, rows: int, *, naive: bool) -> list[Pair]:
    trail = _made(folder / "trail.csv", lambda path: write_trail(rows, path))
    packed = _made(folder / "trail.csv.gz", lambda path: _pack(trail, path))
    broken = _made(folder / "broken.csv", lambda path: _break(trail, path))
    parts = folder / "parts"
    if not parts.exists():
        split_trail(trail, parts, min(2000, max(rows // 1000, 2)))
    book = _made(folder / "roles.xlsx", lambda path: _write_book(path, min(rows, 100_000)))
    xml = _made(folder / "roles.xls", lambda path: _write_xml(path, min(rows, 100_000)))
    small = _made(folder / "small" / "trail.csv", lambda path: write_trail(min(rows, 5000), path))
    _made(small.parent / "integrations.csv", _write_integrations)
    pairs = [
        Pair(what="whole audit : DuckDB's scan of the columns", over=_audit(trail), under=_peer("duckdb_scan", trail), target="<= 1.6"),
        Pair(what="pandas with care : whole audit", over=_peer("pandas_careful", trail), under=_audit(trail), target=">= 3"),
        Pair(what=".csv.gz : plain file", over=_audit(packed), under=_audit(trail), target="<= 2.2"),
        Pair(what=f"{len(list(parts.iterdir()))} files : one file of the same rows", over=_audit(parts), under=_audit(trail), target="<= 1.3"),
        Pair(what="whole audit, a broken line : bare csv.reader loop", over=_audit(broken), under=_peer("csv_loop", trail), target="<= 1.3"),
        Pair(
            what="200 integrations, 5,000 logins, all reports : imports",
            over=[*_auditor("audit", small.parent), "--out", str(folder / "report")],  # removed before each round
            under=_peer("import_libraries"),
            target="<= 2",
        ),
        Pair(what="XLSX list, 100,000 rows : python-calamine", over=_peer("load_list", book), under=_peer("calamine_rows", book), target="<= 2"),
    ]  # fmt: skip
    if importlib.util.find_spec("lxml"):
        pairs.append(Pair(what="lxml iterparse : XML Spreadsheet", over=_peer("lxml_loop", xml), under=_peer("spreadsheet_xml", xml), target=">= 1.5"))  # fmt: skip
    if naive:
        pairs.append(Pair(what="naive pandas : whole audit", over=_peer("pandas_naive", trail), under=_audit(trail), target=">= 12"))  # fmt: skip
    return pairs


def _made(path: Path, make: object) -> Path:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)  # type: ignore[operator]
    return path


def _auditor(command: str, source: Path) -> list[str]:
    return [sys.executable, "-m", "auditor", command, str(source)]


def _audit(source: Path) -> list[str]:
    return [*_auditor("audit", source), "--format", "json", "--out", "-"]


def _peer(case: str, *files: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.peers", case, *map(str, files)]


def _compare(pair: Pair, rounds: int) -> None:
    over, under = [], []
    for _ in range(rounds):
        over.append(_run(pair.over))
        under.append(_run(pair.under))
    ratio = statistics.median(one.seconds for one in over) / statistics.median(one.seconds for one in under)
    print(f"{pair.what:58} {ratio:6.2f}x  {pair.target:9} {max(one.megabytes for one in over):5.0f}", flush=True)


def _growth(folder: Path, rows: int, rounds: int) -> None:
    """Show that time grows with the rows, along the line through the two smaller trails, and memory does not."""
    sizes = (rows // 10, rows, 3 * rows)
    trails = [_made(folder / f"trail-{size}.csv", lambda path, size=size: write_trail(size, path)) for size in sizes]
    runs = [[_run(_audit(trail)) for _ in range(rounds)] for trail in trails]
    least, middle, most = (statistics.median(one.seconds for one in each) for each in runs)
    expected = middle + (middle - least) * (sizes[2] - sizes[1]) / (sizes[1] - sizes[0])
    memory = [max(one.megabytes for one in each) for each in runs]
    print(f"{'time, three times the rows : along the line':58} {most / expected:6.2f}x  {'<= 1.1':9}")
    print(
        f"{'peak memory, three times the rows : once':58} {memory[2] / memory[1]:6.2f}x  {'<= 1.2':9} {memory[2]:5.0f}"
    )


def _run(command: Sequence[str]) -> Run:
    # As installed: pip compiles a program, and what compiles it at each start would be measured with it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    if "--out" in command and command[-1] != "-":
        shutil.rmtree(command[-1], ignore_errors=True)
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
    return Run(seconds=time.perf_counter() - start, megabytes=usage.ru_maxrss / 1024)


def _pack(trail: Path, path: Path) -> None:
    with trail.open("rb") as source, gzip.open(path, "wb", compresslevel=6) as target:
        shutil.copyfileobj(source, target, 1 << 20)


def _break(trail: Path, path: Path) -> None:
    """Write the trail with a quote in its middle that is never closed."""
    left = trail.stat().st_size // 2
    with trail.open("rb") as source, path.open("wb") as target:
        while left > 0 and (block := source.read(1 << 20)):
            target.write(block)
            left -= len(block)
        target.write(source.readline() + b'6/1/2018 8:00 am,"never closed\n')
        shutil.copyfileobj(source, target, 1 << 20)


def _rows(count: int) -> list[list[str]]:
    rows = [
        [str(1001 + n), f"Role {n}", "Classic", "Custom", f"Role {n // 7}", "No", "No", *"vwxyz"] for n in range(count)
    ]
    return [_LIST, *rows]


def _write_book(path: Path, count: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Roles")
    for row in _rows(count):
        sheet.append(row)
    book.save(path)


def _write_xml(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" ')
        file.write('xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Roles"><Table>')
        for row in _rows(count):
            cells = "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row)
            file.write(f"<Row>{cells}</Row>\n")
        file.write("</Table></Worksheet></Workbook>")


def _write_integrations(path: Path) -> None:
    rows = (f"{n},Application {n},{n:032X},Enabled,1/2/2017,Integration {n % 12},TBA\n" for n in range(200))
    path.write_text(
        "Internal ID,Name,Application ID,State,Created On,Role,Authentication\n" + "".join(rows), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
