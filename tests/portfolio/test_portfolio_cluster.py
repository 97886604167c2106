"""A real Dask cluster: the same reports as without it, and what becomes of its workers."""

import os
import signal
import subprocess
import sys
from typing import ClassVar

import pytest

from auditor.errors import InputError
from auditor.portfolio.clients import LARGE, find_clients
from auditor.portfolio.run import run_clients
from auditor.portfolio.workers import Cluster

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")

ROWS = "Shop sync,Enabled,Administrator,user credentials,Stallfront\n"


def started():
    """Start a cluster of two worker processes, which gives a task up when two workers have died of it."""
    with dask.config.set({"distributed.scheduler.allowed-failures": 1}):
        return distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
        )


@pytest.fixture(scope="module")
def cluster():
    with started() as made:
        yield made


@pytest.fixture
def run(tmp_path, make_client, order_for):
    """Audit clients of these names, and tell each progress to a function."""

    def run(names, workers, progress=lambda now: None, *, large=LARGE):
        clients, out = tmp_path / "clients", tmp_path / "out"
        for name in names:
            make_client(clients, name, ROWS)
        order = order_for(clients, out, workers)
        try:
            outcomes = run_clients(find_clients(str(clients), out, frozenset(), large=large), order, workers, progress)
        finally:
            workers.stop()
        return {outcome.folder: outcome.failure and outcome.failure.reason for outcome in outcomes}

    return run


class Poisoned(Cluster):
    """A cluster whose task for one client is to die."""

    instead: ClassVar = {"poison": (os._exit, 3)}

    def submit(self, task, *given, alone=False):
        return super().submit(*self.instead.get(given[0].folder, (task, *given)), alone=alone)


def reports(out):
    return {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.suffix in (".json", ".html")}


def test_a_cluster_makes_the_same_reports_and_fails_the_same_client(cluster, base, run_portfolio, tmp_path):
    alone = run_portfolio(base, tmp_path / "alone")
    together = run_portfolio(base, tmp_path / "together", "--scheduler", cluster.scheduler_address)

    assert (alone.returncode, together.returncode) == (1, 1)
    assert "3 clients: 2 audited, 0 unchanged, 1 failed" in together.stderr
    assert reports(tmp_path / "alone") == reports(tmp_path / "together")


def test_what_one_scheduler_has_finished_the_other_keeps(cluster, base, run_portfolio, tmp_path):
    run_portfolio(base, tmp_path / "out")

    again = run_portfolio(base, tmp_path / "out", "--scheduler", cluster.scheduler_address)

    assert "3 clients: 0 audited, 2 unchanged, 1 failed" in again.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_lost_node_costs_no_client(cluster, run):
    with distributed.Client(cluster.scheduler_address) as client:
        processes = list(client.run(os.getpid).values())

    def kill_one(now):
        if now.done and len(processes) == 2:
            os.kill(processes.pop(), signal.SIGKILL)

    became = run("abcdef", Cluster(cluster.scheduler_address), kill_one)

    assert (len(processes), became) == (1, dict.fromkeys("abcdef"))


def test_a_very_large_client_spreads_over_the_nodes_and_its_report_is_the_same(cluster, run, tmp_path, make_client):
    exports = make_client(tmp_path / "clients", "a", ROWS)
    for month in range(1, 5):
        rows = "".join(
            f"{month}/{day}/2018 1:00 am,Boomi,Administrator,/services/NetSuitePort_2018_1,Success,\n"
            for day in range(1, 28)
        )
        (exports / f"{month}.csv").write_text(
            f"Date/Time,User,Role,Request URI,Status,Access Token: Application Name\n{rows}"
        )

    def audited(large, folder):
        workers = Cluster(cluster.scheduler_address)
        assert run((), workers, large=large) == {"a": None}
        return (tmp_path / "out").rename(tmp_path / folder) / "a" / "assessment.json"

    apart, together = audited(1, "apart"), audited(1 << 40, "together")

    assert apart.read_bytes() == together.read_bytes()
    assert len(list((tmp_path / "apart" / ".auditor.logins" / "a").glob("*.parquet"))) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to another process")
def test_an_interrupt_lets_go_of_the_cluster_and_the_same_command_goes_on(
    cluster, make_client, run_portfolio, when_two_are_done, tmp_path
):
    for number in range(40):
        make_client(tmp_path / "clients", f"c{number:02}", ROWS)
    given = (tmp_path / "clients", tmp_path / "out", "--scheduler", cluster.scheduler_address)
    words = (sys.executable, "-m", "auditor", "portfolio", given[0], "--out", *given[1:])
    command = [str(word) for word in words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        when_two_are_done(process)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()

    assert (process.returncode, "Traceback" in said) == (130, False)
    assert "of 40 clients are finished; the same command goes on from there" in said
    again = run_portfolio(*given)
    unchanged = int(again.stderr.partition(" audited, ")[2].partition(" ")[0])
    assert 2 <= unchanged <= 40
    assert f"40 clients: {40 - unchanged} audited, {unchanged} unchanged, 0 failed" in again.stderr


def test_a_client_that_kills_every_node_fails_alone(cluster, run):
    became = run(["a", "poison", "z"], Poisoned(cluster.scheduler_address))

    died = "the worker that audited it died, twice, the second time with no other client beside it"
    assert became == {"a": None, "poison": died, "z": None}


def test_a_cluster_that_goes_away_is_told_and_finished_clients_stay(run, tmp_path):
    with started() as made:

        def close(now):
            if now.done:
                made.close()

        with pytest.raises(InputError, match="the cluster is gone"):
            run("abcdefgh", Cluster(made.scheduler_address), close)

    assert list((tmp_path / "out").glob("*/.auditor.json"))


def test_a_scheduler_that_does_not_answer_is_named(base, run_portfolio, tmp_path):
    done = run_portfolio(base, tmp_path / "out", "--scheduler", "tcp://127.0.0.1:1")

    assert (done.returncode, "tcp://127.0.0.1:1: the scheduler does not answer" in done.stderr) == (2, True)


def test_a_cluster_has_workers_of_its_own(base, run_portfolio, tmp_path):
    done = run_portfolio(base, tmp_path / "out", "--scheduler", "tcp://127.0.0.1:1", "--workers", "2")

    assert (done.returncode, "leave out --workers" in done.stderr) == (2, True)


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(InputError) as raised:
        Cluster("tcp://127.0.0.1:1")

    assert "[cluster]" in raised.value.fix
