"""A whole client base on the command line: what is left, what is said, how it fails."""

import contextlib
import json
import os
import subprocess
import sys

import pytest

REPORT = {"report.html", "report.xlsx", "assessment.json", "integrations.csv"}


def test_every_client_gets_its_report_and_one_that_fails_stops_no_other(base, run_portfolio, tmp_path):
    done = run_portfolio(base, tmp_path / "out")

    assert done.returncode == 1
    assert {path.name for path in (tmp_path / "out").iterdir() if path.is_dir()} == {"alder", "birch"}
    for client in ("alder", "birch"):
        assert {path.name for path in (tmp_path / "out" / client).iterdir()} == REPORT | {".auditor.json"}
    assert "3 clients: 2 audited, 0 unchanged, 1 failed" in done.stderr
    assert "failed: cedar: this is a PDF; expected CSV text or an Excel workbook (roles.csv)" in done.stderr
    assert str(tmp_path / "out" / "portfolio.json") in done.stdout.splitlines()


def test_the_portfolio_says_who_breaks_when_and_what_they_share(base, run_portfolio, tmp_path):
    run_portfolio(base, tmp_path / "out")

    found = json.loads((tmp_path / "out" / "portfolio.json").read_text(encoding="utf-8"))
    assert (found["schema"], found["as_of"], found["hours_a_month"]) == ("auditor.portfolio/1", "2018-08-28", 120)
    assert [client["folder"] for client in found["clients"]] == ["birch", "alder"]
    assert [client["client"] for client in found["clients"]] == ["birch", "Alder & Sons"]
    assert [phase["clients"]["breaks"] for phase in found["phases"]] == [2, 2]
    assert [phase["integrations"]["breaks"] for phase in found["phases"]] == [2, 3]
    assert [(failure["folder"], failure["where"]) for failure in found["failed"]] == [("cedar", "roles.csv")]
    assert [(cause["name"], cause["rule"], cause["clients"]) for cause in found["causes"]] == [
        ("Stallfront", "TBA-101", ["alder", "birch"])
    ]


def test_progress_counts_clients_done_running_and_failed(base, run_portfolio, tmp_path):
    done = run_portfolio(base, tmp_path / "out", "--workers", "1")

    lines = [line for line in done.stderr.splitlines() if " clients done, " in line]
    assert len(lines) == 3
    assert lines[-1].startswith("3 of 3 clients done, 0 running, 1 failed, 0:00:00 left: ")


def test_one_date_for_all_and_the_formats_asked_for(base, run_portfolio, tmp_path):
    run_portfolio(base, tmp_path / "out", "--as-of", "2018-12-01", "--format", "csv", "--workers", "1")

    found = json.loads((tmp_path / "out" / "portfolio.json").read_text(encoding="utf-8"))
    assert {client["as_of"] for client in found["clients"]} == {"2018-12-01"}
    assert {path.name for path in (tmp_path / "out" / "alder").iterdir()} == {
        "assessment.json",
        "integrations.csv",
        ".auditor.json",
    }


def test_two_engagement_files_of_a_client_are_a_mistake_of_that_client(base, run_portfolio, tmp_path):
    (base / "birch" / "engagement.toml").write_text("as_of = 2018-08-28\n")

    done = run_portfolio(base, tmp_path / "out", "--format", "json")

    assert (done.returncode, "failed: birch: there are two engagement files" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("clients", "out", "said"),
    [
        ("absent", "out", "there is no such folder"),
        ("empty", "out", "there is no client"),
        ("clients", "clients", "would lie among the clients"),
        ("clients", "clients/alder/report", "would lie among a client's exports"),
    ],
)
def test_a_wrong_call_is_told_at_once_and_writes_nothing(base, run_portfolio, tmp_path, clients, out, said):
    (tmp_path / "empty").mkdir()
    before = sorted(tmp_path.rglob("*"))

    done = run_portfolio(tmp_path / clients, tmp_path / out)

    assert (done.returncode, said in done.stderr, sorted(tmp_path.rglob("*"))) == (2, True, before)


@pytest.mark.parametrize("client", ["alder", "birch"], ids=["its exports in it", "its exports in exports"])
def test_one_client_in_place_of_all_is_told_with_both_commands(base, run_portfolio, tmp_path, client):
    done = run_portfolio(base / client, tmp_path / "out")

    assert (done.returncode, (tmp_path / "out").exists()) == (2, False)
    assert "this looks like the folder of one client" in done.stderr
    assert f"auditor audit {base / client} --out {tmp_path / 'out'}" in done.stderr
    assert f"auditor portfolio {base} --out {tmp_path / 'out'}" in done.stderr


def test_the_reports_may_lie_beside_the_clients_and_are_none_of_them(base, run_portfolio, tmp_path):
    for _ in range(2):
        run_portfolio(base, base / "reports", "--format", "json")

    found = json.loads((base / "reports" / "portfolio.json").read_text(encoding="utf-8"))
    assert {one["folder"] for one in found["clients"] + found["failed"]} == {"alder", "birch", "cedar"}


def test_no_client_may_be_called_like_the_portfolios_own_report(base, make_client, run_portfolio, tmp_path):
    make_client(base, "Portfolio.json", "")

    done = run_portfolio(base, tmp_path / "out")

    assert (done.returncode, "rename the client's folder" in done.stderr) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal")
def test_a_terminal_shows_a_bar(base, tmp_path):
    import pty  # not on Windows

    ours, theirs = pty.openpty()
    command = [sys.executable, "-W", "error", "-m", "auditor", "portfolio", str(base), "--out", str(tmp_path / "out")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        shown = "".join(read_all(ours))
    os.close(ours)

    assert process.returncode == 1
    assert "of 3 clients done" in shown
    assert "Traceback" not in shown


def read_all(terminal):
    """Give what is written to a terminal, until nobody writes any more."""
    with contextlib.suppress(OSError):
        while written := os.read(terminal, 1 << 16):
            yield written.decode(errors="replace")


def test_an_engagement_that_names_another_pack_is_told_of_in_its_report(make_client, run_portfolio, tmp_path):
    row = "Feed,Enabled,Clerk,TBA,\n"
    for name, pack in (("alder", "2027.1-2028.2"), ("birch", "2018.2-2019.1")):
        make_client(tmp_path / "clients", name, row, f'as_of = 2018-08-28\npack = "{pack}"\n')

    done = run_portfolio(tmp_path / "clients", tmp_path / "reports", "--workers", 1)

    assert done.returncode == 0, done.stderr
    said = [json.loads((tmp_path / "reports" / name / "assessment.json").read_text()) for name in ("alder", "birch")]
    told = [[note for note in one["notes"] if note.startswith("the engagement names")] for one in said]
    assert told == [
        [
            "the engagement names the rule pack 2027.1-2028.2, and this portfolio judged every client by 2018.2-2019.1: what"
            " 2027.1-2028.2 says is in an audit of this client alone"
        ],
        [],
    ]
