"""What goes wrong: a worker that dies, a client that kills every worker, a bug, an interrupt, the end of the program."""

import multiprocessing
import os
import signal
import subprocess
import sys
from typing import ClassVar

import psutil
import pytest

from auditor.portfolio.clients import find_clients
from auditor.portfolio.run import run_clients
from auditor.portfolio.workers import Processes, default_width

_CLIENTS = 30
ROWS = "Shop sync,Enabled,Administrator,user credentials,Stallfront\n"


class Poisoned(Processes):
    """Workers whose task for some clients is another: to die, to fail as a bug would, to take memory without end."""

    instead: ClassVar = {
        "poison": (os._exit, 3),
        "bug": (divmod, 1, 0),
        "greedy": (exec, "taken = b'x' * (1 << 30); import time; time.sleep(600)"),
        "large": (
            eval,
            "(b'x' * (700 << 20), __import__('time').sleep(2))"
            " and __import__('auditor.portfolio.task').portfolio.task.Outcome(folder='large')",
        ),
    }

    def submit(self, task, *given, alone=False):
        return super().submit(*self.instead.get(given[0].folder, (task, *given)), alone=alone)


@pytest.fixture
def run(tmp_path, make_client, order_for):
    """Audit clients of these names, and tell each progress to a function."""

    def run(names, workers, progress=lambda now: None):
        clients, out = tmp_path / "clients", tmp_path / "out"
        for name in names:
            make_client(clients, name, ROWS)
        outcomes = run_clients(
            find_clients(str(clients), out, frozenset()), order_for(clients, out, workers), workers, progress
        )
        workers.close()
        return {outcome.folder: outcome.failure and outcome.failure.reason for outcome in outcomes}

    return run


def test_a_worker_that_is_killed_costs_no_client(run):
    killed = []

    def kill_one(now):
        if now.done and not killed:
            killed.extend(multiprocessing.active_children())
            os.kill(killed[0].pid, signal.SIGKILL)

    became = run("abcdef", Processes(2), kill_one)

    assert killed
    assert became == dict.fromkeys("abcdef")


def test_a_client_that_kills_every_worker_fails_alone(run):
    became = run(["a", "b", "poison", "x", "y"], Poisoned(2))

    died = "the worker that audited it died, twice, the second time with no other client beside it"
    assert became == {"a": None, "b": None, "poison": died, "x": None, "y": None}


def test_a_bug_in_the_program_stops_no_other_client(run):
    became = run(["a", "bug", "c"], Poisoned(1))

    said = became.pop("bug")
    assert said.startswith("the program failed on it (ZeroDivisionError: ")
    assert became == {"a": None, "c": None}


def test_a_client_that_takes_more_memory_than_there_is_fails_alone(run):
    became = run(["a", "greedy", "z"], Poisoned(2, memory=900 << 20))

    died = "the worker that audited it died, twice, the second time with no other client beside it"
    assert became == {"a": None, "greedy": died, "z": None}


def test_a_client_that_is_too_large_for_one_worker_of_many_has_the_memory_of_all_alone(run):
    assert run(["large"], Poisoned(2, memory=1 << 30)) == {"large": None}


def test_this_machine_bears_at_least_one_worker():
    assert 1 <= default_width() <= (os.cpu_count() or 1)


@pytest.fixture
def begun(tmp_path, make_client, when_two_are_done):
    """Begin a run over so many clients that some, and not all, are done when it is given back, however slow this machine."""
    for number in range(_CLIENTS):
        make_client(tmp_path / "clients", f"c{number:02}", ROWS)
    command = [
        sys.executable,
        "-m",
        "auditor",
        "portfolio",
        tmp_path / "clients",
        "--out",
        tmp_path / "out",
        "--workers",
        "2",
    ]
    process = subprocess.Popen(
        [str(word) for word in command],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    when_two_are_done(process)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to another process")
def test_an_interrupt_keeps_what_is_finished_and_the_same_command_goes_on(begun, run_portfolio, tmp_path):
    children = psutil.Process(begun.pid).children(recursive=True)

    # A terminal sends it to the workers, too.
    os.killpg(begun.pid, signal.SIGINT)
    _, said = begun.communicate()

    finished = {path.parent.name for path in (tmp_path / "out").glob("*/.auditor.json")}
    assert (begun.returncode, "Traceback" in said) == (130, False)
    assert f"of {_CLIENTS} clients are finished; the same command goes on from there" in said
    assert 2 <= len(finished) < _CLIENTS
    assert psutil.wait_procs(children, timeout=60)[1] == []
    assert not (tmp_path / "out" / "portfolio.json").exists()

    again = run_portfolio(tmp_path / "clients", tmp_path / "out")
    assert (
        f"{_CLIENTS} clients: {_CLIENTS - len(finished)} audited, {len(finished)} unchanged, 0 failed" in again.stderr
    )
    assert list((tmp_path / "out").rglob(".auditor-*")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process otherwise")
def test_no_worker_outlives_the_program(begun):
    children = psutil.Process(begun.pid).children(recursive=True)

    begun.kill()

    assert children
    assert psutil.wait_procs(children, timeout=60)[1] == []
