"""An engagement over time: set up, audited, worked in, audited again."""

import json
import os
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import openpyxl
import pytest

EXPORT = "Name,State,Role,User,Authentication\nFeed,Enabled,HS Treasury,feed@x.example,user credentials\n"


def auditor(*arguments, folder, answers=None):
    command = [sys.executable, "-W", "error", "-m", "auditor", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=folder, check=False, input=answers
    )


@pytest.fixture
def client(tmp_path):
    done = auditor(
        "init", "harbor", "--client", 'Harbor "Supply"', "--phase", "2018.2=2018-09-14", "--yes", folder=tmp_path
    )
    assert (done.returncode, done.stdout.strip()) == (
        0,
        str((tmp_path / "harbor" / "engagement.toml").relative_to(tmp_path)),
    )
    (tmp_path / "harbor" / "exports" / "integrations.csv").write_text(EXPORT)
    return tmp_path / "harbor"


def audit(client, *more):
    return auditor(
        "audit", "exports", "--as-of", "2018-08-28", "--out", "reports", *more,
        folder=client,
    )  # fmt: skip


def test_init_sets_up_a_folder_that_an_audit_runs_in(client):
    written = tomllib.loads((client / "engagement.toml").read_text(encoding="utf-8"))

    assert written == {
        "client": 'Harbor "Supply"',
        "pack": "2018.2-2019.1",
        "phases": {"2018.2": date(2018, 9, 14)},
    }
    assert {path.name for path in client.iterdir()} == {"exports", "reports", "engagement.toml", ".gitignore"}
    assert audit(client).returncode == 0


def test_init_keeps_the_clients_data_out_of_version_control(client):
    subprocess.run(["git", "init", "-q", "."], cwd=client, check=True)
    seen = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=client, check=True, capture_output=True, text=True
    ).stdout.split()

    assert {name for name in seen if name != "??"} == {".gitignore", "engagement.toml"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--phase", "2018.2"], "names no date"),
        (["--phase", "2018.2=14/9/2018"], "is no date"),
        (["--phase", "2018.3=2018-09-14"], "is not a phase"),
        (["--pack", "2018"], "2018"),
    ],
)
def test_init_says_what_is_wrong_and_sets_up_nothing(options, message, tmp_path):
    done = auditor("init", "new", *options, "--yes", folder=tmp_path)

    assert (done.returncode, message in done.stderr, "Traceback" in done.stderr) == (2, True, False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_init_asks_what_is_not_given_and_again_for_a_date_that_is_none(tmp_path):
    import pty

    ours, theirs = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "auditor",
        "init",
        "harbor",
        "--consultant",
        "Quayside",
        "--phase",
        "2019.1=2019-02-22",
    ]
    os.write(ours, b"Harbor Supply\n14/9/2018\n2018-09-14\n")
    done = subprocess.run(command, cwd=tmp_path, stdin=theirs, capture_output=True, text=True, timeout=120, check=False)
    os.close(ours)
    os.close(theirs)

    assert (done.returncode, done.stdout) == (0, f"{Path('harbor', 'engagement.toml')}\n")
    assert '"14/9/2018" is no date, write it like 2018-09-14' in done.stderr
    assert tomllib.loads((tmp_path / "harbor" / "engagement.toml").read_text(encoding="utf-8")) == {
        "client": "Harbor Supply",
        "consultant": "Quayside",
        "pack": "2018.2-2019.1",
        "phases": {"2018.2": date(2018, 9, 14), "2019.1": date(2019, 2, 22)},
    }


def test_init_overwrites_no_engagement(client):
    done = auditor("init", ".", "--yes", folder=client)

    assert done.returncode == 2
    assert "there is an engagement already" in done.stderr


def test_what_was_typed_survives_the_next_audit_and_a_confirmed_fact_settles_a_verdict(client):
    assert "1 undetermined" in audit(client).stderr
    path = client / "reports" / "report.xlsx"
    book = openpyxl.load_workbook(path)
    page = book["Remediation plan"]
    at = {cell.value: cell.column for cell in page[1]}
    row = next(row for row in range(2, page.max_row + 1) if page.cell(row, at["Verdict"]).value == "undetermined")
    typed = {
        "Notes": "asked Jan", "Confirmed fact": "base role of HS Treasury: Administrator", "Said by": "Jan",
        "Said on": date(2018, 8, 27),
    }  # fmt: skip
    for header, value in typed.items():
        page.cell(row, at[header], value)
    book.save(path)

    refused = audit(client)
    done = audit(client, "--previous", "reports/report.xlsx")

    assert (refused.returncode, "--previous" in refused.stderr) == (2, True)
    assert (done.returncode, "2018.2: 1 breaks" in done.stderr) == (0, True)
    before = client / "reports" / "report before 2018-08-28.xlsx"
    assert f"the workbook that was worked in is kept: {before.relative_to(client)}" in done.stderr
    assert openpyxl.load_workbook(before)["Remediation plan"].cell(row, at["Notes"]).value == "asked Jan"
    kept = openpyxl.load_workbook(path)["No longer in the plan"]
    assert [cell.value for cell in kept[2]][at["Notes"] - 1] == "asked Jan"
    assert "report.xlsx, said by Jan on 2018-08-27" in (client / "reports" / "assessment.json").read_text(
        encoding="utf-8"
    )


def test_an_accepted_risk_with_owner_reason_and_end_is_a_waiver_in_the_next_audit(client):
    (client / "exports" / "integrations.csv").write_text(EXPORT.replace("HS Treasury", "Administrator"))
    assert "2019.1: 1 breaks" in audit(client).stderr
    path = client / "reports" / "report.xlsx"

    def accept(**typed):
        book = openpyxl.load_workbook(path)
        page = book["Remediation plan"]
        at = {cell.value: cell.column for cell in page[1]}
        for header, value in {"Status": "risk accepted", **typed}.items():
            page.cell(2, at[header], value)
        book.save(path)
        return audit(client, "--previous", "reports/report.xlsx")

    assert "2019.1: 1 breaks" in accept(Owner="CFO").stderr
    assert "counts only with an owner" in (client / "reports" / "report.html").read_text(encoding="utf-8")
    assert "2019.1: 1 exempt" in accept(Notes="sold in spring", Due=date(2019, 12, 31)).stderr
    assert "waived: sold in spring (CFO, until 31 December 2019)" in (client / "reports" / "report.html").read_text(
        encoding="utf-8"
    )


SUNSET, PAST = "2027.1-2028.2", "2018.2-2019.1"


def packs_of(client, engagement, *options):
    (client / "engagement.toml").write_text(engagement, encoding="utf-8")
    done = audit(client, "--format", "json", "--out", "-", *options)
    assert done.returncode == 0, done.stderr
    return [phase["id"] for phase in json.loads(done.stdout)["phases"]]


def test_the_engagement_names_the_rule_pack_and_the_command_line_wins(client):
    sunset = ["2027.1", "2027.2", "2028.1", "2028.2"]

    assert packs_of(client, f'pack = "{SUNSET}"\n') == sunset
    assert packs_of(client, f'pack = ["{SUNSET}", "{PAST}"]\n') == ["2018.2", "2019.1", *sunset]
    assert packs_of(client, f'pack = "{SUNSET}"\n', "--pack", PAST) == ["2018.2", "2019.1"]
    assert packs_of(client, "") == ["2018.2", "2019.1"]


def test_a_pack_of_the_engagement_lies_where_the_engagement_does(client, tmp_path):
    made = auditor("rules", "new", "house.toml", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    own = tomllib.loads((tmp_path / "house.toml").read_text(encoding="utf-8"))["phase"][0]["id"]

    assert packs_of(client, 'pack = "../house.toml"\n') == [own]


def test_the_engagement_that_init_writes_names_a_pack_of_ones_own(tmp_path):
    auditor("rules", "new", "house.toml", folder=tmp_path)

    done = auditor("init", "clients/harbor", "--pack", "house.toml", "--yes", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    written = tomllib.loads((tmp_path / "clients" / "harbor" / "engagement.toml").read_text(encoding="utf-8"))
    assert written["pack"] == "../../house.toml"


def test_a_pack_of_ones_own_needs_no_ending(tmp_path):
    auditor("rules", "new", "house.toml", folder=tmp_path)
    (tmp_path / "house.toml").rename(tmp_path / "house")

    auditor("init", ".", "--pack", "./house", "--yes", folder=tmp_path)
    (tmp_path / "exports" / "list.csv").write_text(EXPORT, encoding="utf-8")
    done = auditor(
        "audit", "exports", "--engagement", "engagement.toml", "--format", "json", "--out", "-", folder=tmp_path
    )

    assert 'pack = "./house"' in (tmp_path / "engagement.toml").read_text(encoding="utf-8")
    assert done.returncode == 0, done.stderr


def test_an_integration_is_explained_by_the_pack_of_the_engagement(client):
    (client / "engagement.toml").write_text(f'pack = "{SUNSET}"\n', encoding="utf-8")

    done = auditor("explain", "Feed", "exports", folder=client)

    assert ("EOS-" in done.stdout, "TBA-1" in done.stdout) == (True, False), done.stderr


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ('"2027.1-2028"', 'engagement.toml:2: there is no rule pack "2027.1-2028"\n  did you mean "2027.1-2028.2"?'),
        ('"none.toml"', "engagement.toml:2: there is no rule pack file"),
        (f'["{PAST}", "{PAST}"]', f'engagement.toml:2: the pack "{PAST}" is given twice'),
        (f'"{"a" * 400}.toml"', "engagement.toml:2: there is no rule pack file"),
        ("[]", 'engagement.toml:2: "pack": it is the ID or the file of a rule pack'),
        ("5", 'engagement.toml:2: "pack": it is the ID or the file of a rule pack, in quotes, or a list of them'),
        ("[5]", 'engagement.toml:2: "pack.1" is no text'),
        ('""', 'engagement.toml:2: "pack.1" says nothing'),
    ],
)
def test_a_pack_that_the_engagement_can_not_have_is_named_with_its_line(client, given, message):
    (client / "engagement.toml").write_text(f'client = "x"\npack = {given}\n', encoding="utf-8")

    done = audit(client)

    assert (done.returncode, message in done.stderr) == (2, True), done.stderr
