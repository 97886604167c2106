"""What judging a very large account costs, its share of a whole audit, and how soon `auditor --help` answers.

python -m benchmarks.audit [--integrations 100000] [--seed 20180828]
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from auditor.engagement import Engagement
from auditor.engine.connections import connect
from auditor.engine.judge import judge
from auditor.engine.pack import RulePack, read_pack
from auditor.engine.table import FactsTable
from auditor.inventory import Inventory
from auditor.loader.inventory import load
from auditor.model import Account, Connection, Integration
from auditor.reporter.data import assessment_json
from auditor.vocabulary import Authentication, Channel, Owner, State

_PACK = "2018.2-2019.1"
_ENGAGEMENT = Engagement(client="Benchmark", as_of=date(2018, 8, 28))
_ROUNDS = 3
_STARTS = 11
_STANDARD_ROLES = ("Administrator", "Sales Administrator", "A/P Clerk", "Accountant", "Warehouse Manager")
_CUSTOM_ROLES = 60

_Result = TypeVar("_Result")


def main() -> None:
    """Print a line for each promise: what was measured, the CPU seconds or the ratio."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.audit", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--integrations", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=20180828)
    asked = parser.parse_args()
    pack = read_pack(_PACK)
    _row(
        "auditor --help : python -c pass",
        f"{_start_up_ratio():.1f} x",
        f"median of {_STARTS}, alternating; the promise: at most 10 x",
    )
    core = _pin()
    size = f"{asked.integrations:,} integrations x {len(pack.rules)} rules"
    print(f"\n{size}, CPU seconds on {core}, median of {_ROUNDS}")
    _measure_judge(make_account(asked.integrations, asked.seed), pack)
    with tempfile.TemporaryDirectory() as folder:
        write_exports(Path(folder), asked.integrations, asked.seed)
        print(f"\nwhole audit of {asked.integrations:,} integrations in a CSV list, one run")
        _measure_audit(Path(folder), pack)


def make_account(count: int, seed: int) -> Account:
    """Return an account of that many integrations with one connection each, every fact known, false or unknown by chance."""
    chance = random.Random(seed)
    made = tuple(_make_connection(number, chance) for number in range(count))
    integrations = tuple(
        Integration(
            key=f"i{number}",
            name=str(one.integration),
            application_id=one.application_id,
            state=one.integration_state,
            connections=(one.id,),
        )
        for number, one in enumerate(made)
    )
    return Account(integrations=integrations, connections=made, roles=(), conflicts=())


def _make_connection(number: int, chance: random.Random) -> Connection:
    # A fact is unknown for a connection in three, and rarely says that nobody can sign in: all verdicts are common.
    truth = (True, False, None)
    states = (*[State.ENABLED] * 8, State.BLOCKED, None)
    return Connection(
        id=f"c{number + 1}",
        integration=f"Integration {number}",
        application_id=f"{chance.getrandbits(64):016X}",
        integration_state=chance.choice(states),
        owner=chance.choice((*Owner, None)),
        listed=True,
        user=chance.choice((f"user{number % 997}@client.example", None)),
        user_active=chance.choice((True, True, True, None)),
        role=chance.choice((f"Role {number % 61}", None)),
        role_id=str(1000 + number % 61),
        channel=chance.choice((*Channel, None)),
        role_privileged=chance.choice(truth),
        role_mandatory_2fa=chance.choice(truth),
        role_requires_2fa=chance.choice(truth),
        role_active=chance.choice((True, True, True, True, False, None)),
        role_web_services_only=chance.choice(truth),
        role_can_use_tokens=chance.choice(truth),
        authentication=chance.choice((*Authentication, None)),
        endpoint_version=chance.choice(("2013.1", "2015.1", "2015.2", "2018.1", None)),
        accepts_user_credentials=chance.choice(truth),
        accepts_tba=chance.choice(truth),
        token_active=chance.choice(truth),
        token_user_has_role=chance.choice(truth),
        logins=chance.choice((0, 3, 4211, None)),
        failures=chance.choice((0, 7, None)),
        first_seen=chance.choice((date(2018, 6, 1), None)),
        last_seen=chance.choice((date(2018, 8, 20), None)),
        days_quiet=chance.choice((0, 45, None)),
        superseded_on=chance.choice((date(2018, 8, 1), None, None, None)),
    )


def write_exports(folder: Path, count: int, seed: int) -> None:
    """Write an integration list of that many rows, and a role list with custom roles of custom roles."""
    chance = random.Random(seed)
    roles = [(str(3 + number), name, "", "Standard") for number, name in enumerate(_STANDARD_ROLES)]
    for number in range(_CUSTOM_ROLES):
        roles.append((str(1000 + number), f"Custom Role {number}", chance.choice(roles)[1], "Custom"))
    with (folder / "roles.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("Internal ID", "Name", "Parent Role", "Type"), *roles])
    ways = ("user credentials", "TBA", "OAuth 2.0", "SSO", "")
    names = [name for _, name, _, _ in roles]
    with (folder / "integrations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("Internal ID", "Name", "Application ID", "State", "Role", "User", "Authentication", "Channel", "Owner")
        )
        for number in range(count):
            writer.writerow(
                (
                    number + 1,
                    f"Integration {number}",
                    f"{chance.getrandbits(64):016X}",
                    "Blocked" if number % 10 == 0 else "Enabled",
                    chance.choice(names),
                    f"user{number % 997}@client.example",
                    chance.choice(ways),
                    chance.choice(("SOAP", "RESTlet", "REST", "")),
                    chance.choice(("IT", "Finance", "")),
                )
            )


def _measure_judge(account: Account, pack: RulePack) -> None:
    inventory = Inventory(frames={}, inputs=())
    conditions = [item.condition for item in pack.rules]
    table = FactsTable(account.connections, conditions)

    def judged() -> object:
        return FactsTable(account.connections, conditions).ask(conditions)

    _row("all rules over all connections", _seconds(_median(judged)), "the promise: under 1 s")
    _row("  of it, asking the rules", _seconds(_median(lambda: table.ask(conditions))))
    _row("judge() with findings and verdicts", _seconds(_median(lambda: judge(account, inventory, pack, _ENGAGEMENT))))


def _measure_audit(folder: Path, pack: RulePack) -> None:
    loading, inventory = _timed(lambda: load([folder], _ENGAGEMENT))
    connecting, account = _timed(lambda: connect(inventory, pack.privilege))
    judging, assessment = _timed(lambda: judge(account, inventory, pack, _ENGAGEMENT))
    writing, _ = _timed(lambda: assessment_json(assessment))
    whole = loading + connecting + judging + writing
    for name, seconds in (
        ("load", loading),
        ("connect", connecting),
        ("judge", judging),
        ("json", writing),
        ("whole audit", whole),
    ):
        _row(name, _seconds(seconds), f"{seconds / whole:4.0%}")


def _pin() -> str:
    """Keep this process, and the threads DuckDB starts, on one core where the system lets us."""
    if not hasattr(os, "sched_setaffinity"):
        return "all cores (this system can't pin a process)"
    core = min(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return f"one core (number {core})"


def _timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_timed(work)[0] for _ in range(_ROUNDS))


def _start_up_ratio() -> float:
    program = shutil.which("auditor", path=sysconfig.get_path("scripts")) or "auditor"
    ours, empty = [program, "--help"], [sys.executable, "-c", "pass"]
    took: dict[str, list[float]] = {"ours": [], "empty": []}
    # One of each unmeasured first: the files come from the disk only once.
    for command in (ours, empty):
        _started(command)
    for _ in range(_STARTS):
        took["empty"].append(_started(empty))
        took["ours"].append(_started(ours))
    return statistics.median(took["ours"]) / statistics.median(took["empty"])


def _started(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s"


def _row(what: str, measured: str, remark: str = "") -> None:
    print(f"{what:34} {measured:>9}  {remark}".rstrip())


if __name__ == "__main__":
    main()
