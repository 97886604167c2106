"""What a whole client base costs: speed-up, overhead, an unchanged rerun, Dask, growth, one very large client, on paper.

python -m benchmarks.portfolio [--clients 200] [--integrations 300] [--logins 50000] [--workers N]
    [--growth 10,100,1000] [--large 8000000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from auditor.portfolio.workers import default_width
from benchmarks.audit import write_exports
from benchmarks.trail import split_trail, write_trail

_ALONE = 8
_SOME = 40
_FILES = 8
_PAPER_CLIENTS, _PAPER_LOGINS = 10_000, 10_000_000_000
_MAXRSS_PER_MB = 1 << (20 if sys.platform == "darwin" else 10)
_ENGAGEMENT = "as_of = 2018-08-28\n"

_AUDIT_ALONE = """
import sys, time
from pathlib import Path
from auditor import audit, read_engagement, read_pack, render
pack = read_pack("2018.2-2019.1")
def run(client):
    engagement = read_engagement(client / "engagement.toml").model_copy(update={"client": client.name})
    render(audit([client], pack, engagement), ["html", "xlsx", "json", "csv"], Path(sys.argv[1], client.name))
clients = [Path(name) for name in sys.argv[2:]]
run(clients[0])
began = time.process_time()
for client in clients[1:]:
    run(client)
print((time.process_time() - began) / (len(clients) - 1))
"""

_CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=int(sys.argv[1]), threads_per_worker=1, dashboard_address=":0") as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run took: seconds by the clock and of the processors, and the memory of its largest process in MB."""

    wall: float
    cpu: float
    memory: float


def main() -> None:
    """Print a line for each promise."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.portfolio", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--integrations", type=int, default=300)
    parser.add_argument("--logins", type=int, default=50_000)
    parser.add_argument("--workers", type=int, default=default_width())
    parser.add_argument(
        "--growth", default="10,100,1000", help="three numbers of clients, to see what each one more costs"
    )
    parser.add_argument("--large", type=int, default=8_000_000, help="logins of one very large client; 0 leaves it out")
    parser.add_argument("--folder", type=Path, help="where the clients are made, and kept")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        clients = folder / "clients"
        _make(clients, asked.clients, asked.integrations, asked.logins)
        print(f"{asked.clients} clients x {asked.integrations} integrations x {asked.logins:,} logins\n")
        _measure(folder, clients, asked.workers)
        _grow(folder, clients, [int(number) for number in asked.growth.split(",")], asked.workers)
        _on_paper(folder, clients, asked.integrations, asked.logins)
        if asked.large:
            _spread(folder, asked.integrations, asked.large, asked.workers)


def _measure(folder: Path, clients: Path, workers: int) -> None:
    names = sorted(clients.iterdir())
    # In turns, as a busy machine is not as fast now as a minute ago: what is compared stands on both sides of the other.
    some = _linked(folder / "some", names[:_SOME])
    with _one_processor():
        before = _alone(folder / "alone", names[: _ALONE + 1])
        within = _portfolio(some, folder / "within", "--workers", "1", "--force").cpu / len(names[:_SOME])
        alone = (before + _alone(folder / "alone", names[: _ALONE + 1])) / 2
    one = _portfolio(clients, folder / "one", "--workers", "1", "--force")
    pool = _portfolio(clients, folder / "pool", "--workers", str(workers), "--force")
    again = _portfolio(clients, folder / "pool", "--workers", str(workers))
    _row("audit and reports of one client, alone", f"{alone:.2f} s", "CPU; the program already started")
    _row("the same within the portfolio, one worker", f"{within:.2f} s", "CPU; start-up shared by all")
    _row("of it, more than alone", f"{(within / alone - 1) * 100:.0f} %", "CPU; promised: under 15 %")
    _row(
        f"{workers} workers : one", f"{one.wall / pool.wall:.2f} x faster", f"promised: at least {0.9 * workers:.1f} x"
    )
    _row("unchanged rerun : first run", f"{again.wall / pool.wall * 100:.1f} %", "by the clock; promised: under 2 %")
    _row("the same", f"{again.cpu / pool.cpu * 100:.1f} %", "CPU")
    _row("memory of the largest process", f"{pool.memory:,.0f} MB", "of a worker or of the program itself")
    if importlib.util.find_spec("distributed"):
        earlier = _portfolio(clients, folder / "pool", "--workers", str(workers), "--force")
        dask = _dask(clients, folder / "dask", workers)
        later = _portfolio(clients, folder / "pool", "--workers", str(workers), "--force")
        ratio = (earlier.wall + later.wall) / 2 / dask.wall
        _row("Dask cluster : processes", f"{ratio:.2f} x", "throughput by the clock; promised: at least 0.85 x")
        same = _reports(folder / "dask") == _reports(folder / "pool")
        _row("their reports", "identical" if same else "DIFFERENT", "JSON, HTML and CSV, to the byte")


def _grow(folder: Path, clients: Path, numbers: list[int], workers: int) -> None:
    """Show what one client more costs, between the first two numbers of clients and between the last two."""
    made = sorted(clients.iterdir())
    runs = []
    for number in numbers:
        base = _linked(folder / f"growth-{number}", [made[one % len(made)] for one in range(number)])
        runs.append(_portfolio(base, folder / f"grown-{number}", "--workers", str(workers), "--force"))
    few, some, many = numbers
    first = (runs[1].cpu - runs[0].cpu) / (some - few)
    last = (runs[2].cpu - runs[1].cpu) / (many - some)
    for number, run in zip(numbers, runs, strict=True):
        _row(f"{number:,} clients", f"{run.cpu:,.0f} s", f"CPU; {run.wall:,.0f} s by the clock, {run.memory:,.0f} MB")
    _row("one client more, from the first to the second", f"{first:.3f} s", "CPU")
    _row("one client more, from the second to the third", f"{last:.3f} s", "CPU")
    _row("growth beyond linear", f"{(last / first - 1) * 100:+.0f} %", "promised: within 10 %")


def _on_paper(folder: Path, clients: Path, integrations: int, logins: int) -> None:
    """Reckon what a client base costs that is too large to be tried, from clients with few and with many logins."""
    larger = folder / "larger"
    many = 20 * logins
    _make(larger, 2, integrations, many)
    few_cost = _alone(folder / "alone", sorted(clients.iterdir())[: _ALONE + 1])
    many_cost = _alone(folder / "alone-larger", sorted(larger.iterdir()))
    each = (many_cost - few_cost) / (many - logins)
    base = few_cost - each * logins
    size = (larger / "client-00000" / "logins.csv").stat().st_size / many
    rows = _PAPER_LOGINS // _PAPER_CLIENTS
    hours = _PAPER_CLIENTS * (base + each * rows) / 3600
    _row("a client without its logins", f"{base:.2f} s", "CPU")
    _row("a million logins", f"{each * 1e6:.2f} s", f"CPU; {size * 1e6 / 1e6:.0f} MB")
    _row(
        f"{_PAPER_CLIENTS:,} clients, {_PAPER_LOGINS:,} logins",
        f"{hours:.1f} h",
        f"CPU, on paper; {size * _PAPER_LOGINS / 1e12:.1f} TB",
    )


def _spread(folder: Path, integrations: int, logins: int, workers: int) -> None:
    client = folder / "large" / "client"
    if not (client / "engagement.toml").exists():
        client.mkdir(parents=True, exist_ok=True)
        write_exports(client, integrations, seed=0)
        trail = folder / "large-trail.csv"
        write_trail(logins, trail)
        split_trail(trail, client / "logins", _FILES)
        (client / "engagement.toml").write_text(_ENGAGEMENT, encoding="utf-8")
    one = _portfolio(folder / "large", folder / "large-one", "--workers", "1", "--force")
    all_ = _portfolio(folder / "large", folder / "large-all", "--workers", str(workers), "--force")
    _row(
        f"one client of {logins:,} logins, {workers} workers : one",
        f"{one.wall / all_.wall:.2f} x faster",
        "by the clock",
    )
    _row("memory of the largest process", f"{all_.memory:,.0f} MB", "")


def _reports(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.suffix in (".json", ".html", ".csv") and not path.name.startswith(".")
    }


def _row(what: str, number: str, note: str) -> None:
    print(f"{what:56} {number:>14}  {note}", flush=True)


def _make(clients: Path, count: int, integrations: int, logins: int) -> None:
    trail = clients.parent / f"trail-{logins}.csv"
    if not trail.exists():
        trail.parent.mkdir(parents=True, exist_ok=True)
        write_trail(logins, trail)
    for number in range(count):
        client = clients / f"client-{number:05}"
        if not (client / "engagement.toml").exists():
            client.mkdir(parents=True, exist_ok=True)
            write_exports(client, integrations, seed=number)
            shutil.copyfile(trail, client / "logins.csv")
            (client / "engagement.toml").write_text(_ENGAGEMENT, encoding="utf-8")


def _linked(base: Path, clients: list[Path]) -> Path:
    """Return a folder of so many clients, some of them perhaps the same."""
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir(parents=True)
    for number, client in enumerate(clients):
        (base / f"client-{number:05}").symlink_to(client.resolve(), target_is_directory=True)
    return base


@contextmanager
def _one_processor() -> Iterator[None]:
    """Keep what is started on one processor, where the system lets us: threads that share two cost more in all."""
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    if usable:
        os.sched_setaffinity(0, {min(usable)})
    yield
    if usable:
        os.sched_setaffinity(0, usable)


def _alone(out: Path, clients: list[Path]) -> float:
    """Return the seconds of one client's audit and reports in a process that has done one already."""
    command = [sys.executable, "-c", _AUDIT_ALONE, out, *clients]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def _portfolio(clients: Path, out: Path, *options: str) -> Run:
    """Measure a whole run with its workers: a rerun where reports are there already, unless it is forced."""
    if "--force" in options:
        # An earlier run's workbooks would be read, for what people typed into them.
        shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-m", "auditor", "portfolio", str(clients), "--out", str(out), *options]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    # With all its workers: their processor time is added up, and of their memory the most is kept.
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
    return Run(
        wall=time.perf_counter() - began, cpu=usage.ru_utime + usage.ru_stime, memory=usage.ru_maxrss / _MAXRSS_PER_MB
    )


def _dask(clients: Path, out: Path, workers: int) -> Run:
    command = [sys.executable, "-c", _CLUSTER, str(workers)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as cluster:  # ended by its input
        if cluster.stdout is None:
            raise AssertionError
        return _portfolio(clients, out, "--force", "--scheduler", cluster.stdout.readline().strip())


if __name__ == "__main__":
    main()
