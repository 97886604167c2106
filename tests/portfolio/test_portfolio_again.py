"""A second run: what has not changed keeps its report, and what has is audited again."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import pytest

from auditor import share
from auditor.portfolio.client_summary import summarise_client
from auditor.portfolio.clients import find_clients
from auditor.portfolio.fingerprint import STAMP
from auditor.portfolio.order import make_order, make_request
from auditor.portfolio.report import bring_up_to_date
from auditor.portfolio.task import audit_client
from auditor.reporter.recorded import read_assessment
from auditor.share import Share

LOADED = """
import sys
from auditor.cli import cli
cli(standalone_mode=False)
print([name for name in ("duckdb", "multiprocessing", "openpyxl", "pandas", "sqlglot") if name in sys.modules])
"""


@pytest.fixture(autouse=True)
def _whole_machine(monkeypatch):
    """Give this process its machine back after a task has taken a share of it."""
    monkeypatch.setattr(share, "_taken", [])


def order_for(out, **changes):
    given = {
        "packs": ["2018.2-2019.1"],
        "formats": ["json"],
        "as_of": None,
        "today": date(2018, 8, 28),
        "date_order": None,
        "clients_dir": str(out.parent / "clients"),
        "out": out,
        "force": False,
    }
    return make_order(make_request(**(given | changes)), Share(processors=1, memory=256))


def audited(base, out, **changes):
    """Run every client in this process, and return those that had changed."""
    order = order_for(out, **changes)
    outcomes = [audit_client(client, order) for client in find_clients(str(base), out, frozenset())]
    return [outcome.folder for outcome in outcomes if not outcome.unchanged and not outcome.failure]


def test_nothing_changed_nothing_is_audited(base, tmp_path):
    first, second = audited(base, tmp_path / "out"), audited(base, tmp_path / "out")

    assert (first, second) == (["alder", "birch"], [])


def test_a_format_that_is_a_folder_is_kept_as_well(base, tmp_path):
    first, second = (audited(base, tmp_path / "out", formats=["letters"]) for _ in range(2))

    assert (first, second) == (["alder", "birch"], [])


def test_what_is_kept_says_the_same_of_a_client_as_its_audit(base, tmp_path):
    order, clients = order_for(tmp_path / "out"), find_clients(str(base), tmp_path / "out", frozenset())

    first, second = ([audit_client(client, order).summary for client in clients] for _ in range(2))

    assert first == second


def test_a_client_counts_as_its_assessment_says_it(base, tmp_path):
    order, clients = order_for(tmp_path / "out"), find_clients(str(base), tmp_path / "out", frozenset())

    for client in clients[:2]:
        outcome = audit_client(client, order)
        written = read_assessment(tmp_path / "out" / client.folder / "assessment.json")

        assert outcome.summary == summarise_client(client.folder, written)


def test_a_new_day_changes_no_report_and_a_date_asked_for_changes_all(base, tmp_path):
    audited(base, tmp_path / "out")

    assert audited(base, tmp_path / "out", today=date(2018, 8, 29)) == []
    assert audited(base, tmp_path / "out", as_of=date(2018, 8, 29)) == ["alder", "birch"]


@pytest.mark.parametrize(
    "changes",
    [
        {"force": True},
        {"packs": ["2018.2-2019.1", "2027.1-2028.2"]},
        {"formats": ["json", "csv"]},
        {"date_order": "dmy"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_another_order_audits_all(base, tmp_path, changes):
    audited(base, tmp_path / "out")

    assert audited(base, tmp_path / "out", **changes) == ["alder", "birch"]


def add_a_row(base, out):
    path = base / "alder" / "integrations.csv"
    path.write_text(path.read_text() + "New tool,Enabled,Clerk,TBA,\n")


def change_a_value_and_keep_size_and_time(base, out):
    path = base / "alder" / "integrations.csv"
    before = path.stat()
    path.write_text(path.read_text().replace("Feed", "Fred"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def add_a_file(base, out):
    (base / "alder" / "more.csv").write_text("Name,Role\nOther,Clerk\n")


def rename_a_file(base, out):
    (base / "alder" / "integrations.csv").rename(base / "alder" / "list.csv")


def change_the_engagement(base, out):
    (base / "alder" / "engagement.toml").write_text('client = "Alder"\nas_of = 2018-08-28\n')


def touch_the_assessment(base, out):
    path = out / "alder" / "assessment.json"
    path.write_text(path.read_text() + " ")


def lose_the_assessment(base, out):
    (out / "alder" / "assessment.json").unlink()


def break_the_stamp(base, out):
    (out / "alder" / STAMP).write_text('["made_from"]')


@pytest.mark.parametrize(
    "change",
    [
        add_a_row,
        change_a_value_and_keep_size_and_time,
        add_a_file,
        rename_a_file,
        change_the_engagement,
        touch_the_assessment,
        lose_the_assessment,
        break_the_stamp,
    ],
    ids=lambda change: change.__name__,
)
def test_only_the_client_that_changed_is_audited_again(base, tmp_path, change):
    audited(base, tmp_path / "out")
    change(base, tmp_path / "out")

    assert audited(base, tmp_path / "out") == ["alder"]
    assert audited(base, tmp_path / "out") == []


def test_what_touches_no_export_audits_nothing(base, tmp_path):
    audited(base, tmp_path / "out")
    (base / "alder" / ".DS_Store").write_text("x")
    later = (base / "alder" / "integrations.csv").stat().st_mtime + timedelta(days=1).total_seconds()
    os.utime(base / "alder" / "integrations.csv", (later, later))

    assert audited(base, tmp_path / "out") == []


def test_a_client_that_failed_is_tried_again_and_its_earlier_report_stays(base, tmp_path):
    audited(base, tmp_path / "out")
    path = base / "alder" / "integrations.csv"
    whole, before = path.read_bytes(), (tmp_path / "out" / "alder" / "assessment.json").read_bytes()
    path.write_bytes(b"%PDF-1.4")

    assert audited(base, tmp_path / "out") == []
    assert (tmp_path / "out" / "alder" / "assessment.json").read_bytes() == before

    path.write_bytes(whole)
    assert audited(base, tmp_path / "out") == []


def test_a_worker_of_another_version_audits_nothing(base, tmp_path):
    order = replace(order_for(tmp_path / "out"), program="0.0.1")
    client = find_clients(str(base), tmp_path / "out", frozenset())[0]

    outcome = audit_client(client, order)

    assert outcome.failure
    assert outcome.failure.fix == "install the same version on every machine"
    assert not (tmp_path / "out").exists()


def test_what_a_killed_worker_left_is_put_away(base, tmp_path):
    left = tmp_path / "out" / "alder" / ".auditor-killed"
    left.mkdir(parents=True)

    audited(base, tmp_path / "out")

    assert not left.exists()


def test_an_unchanged_rerun_needs_nothing_that_an_audit_needs(base, run_portfolio, tmp_path):
    shutil.rmtree(base / "cedar")
    run_portfolio(base, tmp_path / "out")
    before = times(tmp_path / "out")

    command = [sys.executable, "-c", LOADED, "portfolio", base, "--out", tmp_path / "out"]
    again = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True)

    assert "2 clients: 0 audited, 2 unchanged, 0 failed" in again.stderr
    assert again.stdout.splitlines()[-1] == "[]"
    assert times(tmp_path / "out") == before


def times(out):
    return {path: path.stat().st_mtime_ns for path in out.rglob("*")}


def reported(base, out, hours_a_month=120, **changes):
    """Make the reports in this process, and tell whether the portfolio's own was written."""
    before = times(out)
    order = order_for(out, **changes)
    outcomes = [audit_client(client, order) for client in find_clients(str(base), out, frozenset())]
    bring_up_to_date(outcomes, order, hours_a_month)
    return before.get(out / "portfolio.html") != times(out)[out / "portfolio.html"]


def test_the_portfolios_own_report_is_made_again_only_where_it_would_be_another(base, tmp_path):
    out = tmp_path / "out"

    assert [reported(base, out) for _ in range(2)] == [True, False]
    assert [reported(base, out, force=True), reported(base, out, hours_a_month=80), reported(base, out, 80)] == [
        True,
        True,
        False,
    ]


def edit(base, out):
    (out / "portfolio.json").write_text("{}")


def lose(base, out):
    (out / "portfolio.xlsx").unlink()


def rename_a_client(base, out):
    (base / "birch").rename(base / "maple")


def mend_a_client(base, out):
    shutil.rmtree(base / "cedar")


@pytest.mark.parametrize(
    "change", [edit, lose, add_a_row, rename_a_client, mend_a_client], ids=lambda change: change.__name__
)
def test_the_portfolios_own_report_is_the_one_that_a_first_run_makes(base, tmp_path, change):
    reported(base, tmp_path / "out")
    change(base, tmp_path / "out")

    assert reported(base, tmp_path / "out")
    assert reported(base, tmp_path / "afresh")
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).glob("portfolio.[hj]*")}
        for name in ("out", "afresh")
    )
    assert first == second
    assert (tmp_path / "out" / "portfolio.xlsx").exists()


def test_the_reports_of_a_rerun_are_the_same_to_the_byte(base, run_portfolio, tmp_path):
    run_portfolio(base, tmp_path / "out")
    before = {path: path.read_bytes() for path in (tmp_path / "out").glob("**/*.json")}

    again = run_portfolio(base, tmp_path / "out", "--workers", "1")

    assert "3 clients: 0 audited, 2 unchanged, 1 failed" in again.stderr
    assert {path: path.read_bytes() for path in before} == before


def test_a_folder_in_the_place_of_the_portfolios_report_is_named(base, run_portfolio, tmp_path):
    (tmp_path / "reports" / "portfolio.json").mkdir(parents=True)

    done = run_portfolio(base, tmp_path / "reports", "--format", "json")

    assert (done.returncode, "Traceback" in done.stderr, "portfolio.json" in done.stderr) == (2, False, True)
