"""A very large client: its files are read by tasks of their own and merged, and nothing of it shows in the report."""

import gzip
import json
import os
from concurrent.futures import Future
from pathlib import Path

import pytest

from auditor import share
from auditor.portfolio.clients import find_clients
from auditor.portfolio.fingerprint import STAMP
from auditor.portfolio.order import make_order, make_request
from auditor.portfolio.run import run_clients
from auditor.portfolio.spread import KEPT, forget_clients, read_file
from auditor.portfolio.task import audit_client
from auditor.portfolio.workers import Processes
from auditor.share import Share

HEADER = (
    "Date/Time,User,Email Address,Role,Request URI,Status,Detail,Access Token: Application Name,Access Token Name\n"
)


def logins(month, rows=27, user="Boomi"):
    return HEADER + "".join(
        f"{month}/{day % 27 + 1}/2018 {day % 12 + 1}:00 am,{user} {day % 3},boomi{day % 3}@acme.example,Administrator,"
        f"/services/NetSuitePort_2018_1,Success,,,\n"
        for day in range(rows)
    )


@pytest.fixture
def clients(tmp_path, make_client):
    """Return a client with a trail in every form that a file of text can have, and a small one."""
    root = tmp_path / "clients"
    exports = make_client(root, "large/exports", "Shop sync,Enabled,Administrator,user credentials,Stallfront\n")
    (exports / "a.csv").write_text(logins(5))
    (exports / "b.csv").write_text(logins(6) + '6/28/2018 1:00 am,"broken\n')
    (exports / "c.csv.gz").write_bytes(gzip.compress(logins(7).encode()))
    (exports / "d.txt").write_text(logins(8, user="Jos\u00e9"), encoding="utf-16")
    # A part of the same month again: what stands in both counts once.
    (exports / "e.csv").write_text(logins(8, rows=14, user="Jos\u00e9"))
    (exports / "roles.csv").write_text("Name,Inactive\nAdministrator,No\n")
    make_client(root, "small", "Feed,Enabled,Clerk,TBA,\n")
    return root


class Here:
    """One worker, which is this process."""

    share = Share(processors=1, memory=256)
    died = (ZeroDivisionError,)

    def __init__(self):
        self.asked = []

    def width(self):
        return 1

    def submit(self, task, *given, alone=False):
        self.asked.append((task, *given))
        future = Future()
        future.set_result(task(*given))
        return future


@pytest.fixture(autouse=True)
def _whole_machine(monkeypatch):
    """Give this process its machine back after a task has taken a share of it."""
    monkeypatch.setattr(share, "_taken", [])


def run(clients, out, workers, *, large=1, force=False, progress=lambda now: None):
    order = make_order(
        make_request(
            packs=["2018.2-2019.1"],
            formats=["json"],
            as_of=None,
            today=None,
            date_order=None,
            clients_dir=str(clients),
            out=out,
            force=force,
        ),
        workers.share,
    )
    return run_clients(find_clients(str(clients), out, frozenset(), large=large), order, workers, progress)


def reports(out):
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in Path(out).glob("*/assessment.json")}


def test_reading_the_files_apart_gives_the_same_report(clients, tmp_path):
    together, apart = Here(), Here()
    run(clients, tmp_path / "together", together, large=1 << 40)
    run(clients, tmp_path / "apart", apart)

    assert [given[0] for given in together.asked] == [audit_client] * 2
    assert [given[0] for given in apart.asked] == [read_file] * 7 + [audit_client] * 2
    assert reports(tmp_path / "together") == reports(tmp_path / "apart")
    found = json.loads((tmp_path / "apart" / "large" / "assessment.json").read_text(encoding="utf-8"))
    rejected = {one["file"]: len(one["rejected"]) for one in found["inputs"] if one["rejected"]}
    assert rejected == {"b.csv": 1}


def test_processes_read_a_large_client_side_by_side(clients, tmp_path):
    workers = Processes(2)
    parts = []
    outcomes = run(clients, tmp_path / "apart", workers, progress=lambda now: parts.append(now.part))
    workers.close()
    run(clients, tmp_path / "together", Here(), large=1 << 40)

    assert [outcome.failure for outcome in outcomes] == [None, None]
    assert reports(tmp_path / "together") == reports(tmp_path / "apart")
    assert parts == sorted(parts)
    assert (parts[0], parts[-1]) == (0, 1)


def kept(out):
    return {path.name: path.stat().st_mtime_ns for path in (out / KEPT / "large").glob("*.json")}


def test_a_file_that_has_not_changed_is_not_read_again(clients, tmp_path):
    out = tmp_path / "out"
    run(clients, out, Here())
    before = kept(out)

    again = run(clients, out, Here())
    assert ([outcome.unchanged for outcome in again], kept(out)) == ([True, True], before)

    (clients / "large" / "exports" / "a.csv").write_text(logins(4))
    changed = run(clients, out, Here())
    run(clients, tmp_path / "afresh", Here(), large=1 << 40)
    assert [outcome.unchanged for outcome in changed] == [False, True]
    assert len(set(kept(out).items()) - set(before.items())) == 1
    assert len(kept(out)) == len(before)
    assert reports(out) == reports(tmp_path / "afresh")


def test_force_reads_every_file_again(clients, tmp_path):
    run(clients, tmp_path / "out", Here())
    before = kept(tmp_path / "out")

    run(clients, tmp_path / "out", Here(), force=True)

    assert set(kept(tmp_path / "out").items()) & set(before.items()) == set()


def test_what_was_kept_and_is_damaged_is_read_from_the_file_itself(clients, tmp_path):
    out = tmp_path / "out"
    run(clients, out, Here())
    before = reports(out)
    for path in (out / KEPT / "large").glob("*.parquet"):
        path.write_bytes(b"PAR1")
    (out / "large" / "assessment.json").unlink()

    run(clients, out, Here())

    assert reports(out) == before


def test_a_client_that_is_no_longer_large_leaves_nothing_behind(clients, tmp_path):
    run(clients, tmp_path / "out", Here())

    run(clients, tmp_path / "out", Here(), large=1 << 40, force=True)

    assert not (tmp_path / "out" / KEPT / "large").exists()


def test_no_clients_folder_holds_its_logins(clients, tmp_path):
    run(clients, tmp_path / "out", Here())

    assert {path.name for path in (tmp_path / "out" / "large").iterdir()} == {"assessment.json", STAMP}
    assert [path.name for path in (tmp_path / "out" / KEPT).iterdir()] == ["large"]


def test_the_logins_of_a_client_that_is_gone_go_with_it(clients, tmp_path):
    run(clients, tmp_path / "out", Here())

    forget_clients(tmp_path / "out", find_clients(str(clients), tmp_path / "out", frozenset(), large=1))
    assert kept(tmp_path / "out")

    (clients / "large").rename(clients / "renamed")
    forget_clients(tmp_path / "out", find_clients(str(clients), tmp_path / "out", frozenset(), large=1))
    assert not kept(tmp_path / "out")


def test_what_is_wrong_with_a_large_client_is_said_once_by_its_audit(clients, tmp_path):
    (clients / "large" / "exports" / "c.csv.gz").write_bytes(b"\x1f\x8b damaged")

    large, small = run(clients, tmp_path / "out", Here())

    assert (large.failure.where, small.failure) == ("c.csv.gz", None)
    assert large.failure.reason.startswith("the gzip archive is damaged")


class Poisoned(Processes):
    """Workers that die of one file."""

    def submit(self, task, *given, alone=False):
        return super().submit(*((os._exit, 3) if given[1] == "b.csv" else (task, *given)), alone=alone)


def test_a_file_that_kills_every_worker_fails_its_client_alone(clients, tmp_path):
    workers = Poisoned(2)
    parts = []
    large, small = run(clients, tmp_path / "out", workers, progress=lambda now: parts.append(now.part))
    workers.close()

    died = "the worker that audited it died, twice, the second time with no other client beside it"
    assert (large.failure.reason, large.failure.where, small.failure) == (died, "b.csv", None)
    assert parts[-1] == 1
