"""What a whole client base costs: speed-up, overhead, an unchanged rerun, Dask, and growth with the clients.

python -m benchmarks.portfolio [--clients 200] [--integrations 300] [--logins 50000] [--workers N] [--folder DIR]
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from auditor.portfolio.workers import default_width
from benchmarks.audit import write_exports
from benchmarks.trail import write_trail

_ALONE = 5
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
    """Seconds of one run: by the clock, and of the processors."""

    wall: float
    cpu: float


def main() -> None:
    """Print a line for each promise."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.portfolio", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--integrations", type=int, default=300)
    parser.add_argument("--logins", type=int, default=50_000)
    parser.add_argument("--workers", type=int, default=default_width())
    parser.add_argument("--folder", type=Path, help="where the clients are made, and kept")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        clients = folder / "clients"
        _make(clients, asked.clients, asked.integrations, asked.logins)
        print(f"{asked.clients} clients x {asked.integrations} integrations x {asked.logins:,} logins\n")
        _measure(folder, clients, asked.clients, asked.workers)


def _measure(folder: Path, clients: Path, count: int, workers: int) -> None:
    alone = _alone(folder / "alone", sorted(clients.iterdir())[: _ALONE + 1])
    one = _portfolio(clients, folder / "one", "--workers", "1")
    pool = _portfolio(clients, folder / "pool", "--workers", str(workers))
    again = _portfolio(clients, folder / "pool", "--workers", str(workers))
    half = folder / "half"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    for client in sorted(clients.iterdir())[: count // 2]:
        (half / client.name).symlink_to(client.resolve(), target_is_directory=True)
    halved = _portfolio(half, folder / "halved", "--workers", str(workers))
    _row("audit and reports of one client, alone", f"{alone:.2f} s", "CPU; the program already started")
    _row("the same within the portfolio, one worker", f"{one.cpu / count:.2f} s", "CPU; start-up shared by all clients")
    _row("of it, more than alone", f"{(one.cpu / count / alone - 1) * 100:.0f} %", "CPU; aim: at most 10 %")
    _row("unchanged rerun : first run", f"{again.cpu / pool.cpu * 100:.1f} %", "CPU; aim: at most 5 %")
    _row(f"{count} clients : {count // 2}", f"{pool.cpu / halved.cpu:.2f} x", "CPU; aim: at most 2.1 x")
    _row(f"{workers} workers : one", f"{one.wall / pool.wall:.2f} x faster", f"aim: at least {0.8 * workers:.1f} x")
    if importlib.util.find_spec("distributed"):
        dask = _dask(clients, folder / "dask", workers)
        _row("Dask cluster : as many processes", f"{dask.wall / pool.wall:.2f} x the time", "aim: at most 1.15 x")


def _row(what: str, number: str, note: str) -> None:
    print(f"{what:46} {number:>16}  {note}", flush=True)


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


def _alone(out: Path, clients: list[Path]) -> float:
    """Return the seconds of one client's audit and reports in a process that has done one already."""
    command = [sys.executable, "-c", _AUDIT_ALONE, out, *clients]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _portfolio(clients: Path, out: Path, *options: str) -> Run:
    """Measure a whole run with its workers; a folder of reports that is there already makes it a rerun."""
    command = [sys.executable, "-m", "auditor", "portfolio", str(clients), "--out", str(out), *options]
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
    return Run(wall=time.perf_counter() - began, cpu=usage.ru_utime + usage.ru_stime)


def _dask(clients: Path, out: Path, workers: int) -> Run:
    command = [sys.executable, "-c", _CLUSTER, str(workers)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as cluster:  # ended by its input
        if cluster.stdout is None:
            raise AssertionError
        return _portfolio(clients, out, "--scheduler", cluster.stdout.readline().strip())


if __name__ == "__main__":
    main()
