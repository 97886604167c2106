"""Mistakes that would give a wrong report without a word: each is said, with what to do."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

INTEGRATIONS = "Name,State,Role,Authentication\nFeed,Enabled,Administrator,user credentials\nShop,Enabled,Clerk,TBA\n"


def auditor(*arguments, folder=None):
    command = [sys.executable, "-W", "error", "-m", "auditor", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=folder, check=False)


@pytest.fixture
def harbor(tmp_path):
    folder = tmp_path / "harbor"
    folder.mkdir()
    (folder / "list.csv").write_text(INTEGRATIONS)
    auditor(
        "audit", "harbor", "--as-of", "2018-08-28", "--format", "html,xlsx,json,csv,letters", "--out", "report",
        folder=tmp_path,
    )  # fmt: skip
    return folder


@pytest.mark.parametrize(
    "report",
    [
        "report.xlsx",
        "integrations.csv",
        "report.html",
        "assessment.json",
        "letters/*.txt",
        "letters/*.md",
    ],
)
def test_a_report_among_the_exports_is_no_evidence(tmp_path, harbor, report):
    (written,) = (tmp_path / "report").glob(report)
    # Even under a name that says it is a table.
    mailed = harbor / f"mailed {written.name}.xls"
    shutil.copy(written, mailed)

    again = auditor("audit", "harbor", "--as-of", "2018-08-28", "--out", "again", folder=tmp_path)
    named = auditor("audit", mailed, folder=tmp_path)

    assert "2018.2: 1 breaks, 1 ready" in again.stderr
    assert f"{mailed.name} was not used" not in again.stderr
    assert (named.returncode, "a report of this program, and no export" in named.stderr) == (2, True)


@pytest.mark.parametrize("report", ["portfolio.html", "portfolio.xlsx", "portfolio.json"])
def test_the_report_over_a_client_base_is_no_evidence(tmp_path, harbor, report):
    shutil.copytree(harbor, tmp_path / "clients" / "harbor")
    auditor("portfolio", "clients", "--as-of", "2018-08-28", "--out", "all", folder=tmp_path)

    named = auditor("audit", f"all/{report}", folder=tmp_path)

    assert (named.returncode, "a report of this program, and no export" in named.stderr) == (2, True), named.stderr


def test_a_rollout_of_the_past_is_told_with_the_coming_one(tmp_path, harbor):
    late = auditor("audit", "harbor", "--as-of", "2026-11-28", "--out", "late", folder=tmp_path)
    in_time = auditor("audit", "harbor", "--as-of", "2018-08-28", "--out", "late", folder=tmp_path)

    assert "was over before 2026-11-28; ask for a coming one with --pack 2027.1-2028.2" in late.stderr
    assert "was over" not in in_time.stderr


def test_the_folder_of_several_clients_is_no_account(tmp_path, harbor):
    other = tmp_path / "other"
    shutil.copytree(harbor, other)
    for folder in (harbor, other):
        (folder / "engagement.toml").write_text(f'client = "{folder.name}"\n')

    done = auditor("audit", ".", "--out", "report", folder=tmp_path)

    assert (done.returncode, "'auditor portfolio'" in done.stderr) == (2, True)


def test_the_engagement_beside_files_that_are_named_is_found(tmp_path, harbor):
    (harbor / "engagement.toml").write_text('client = "Harbor"\nas_of = 2018-08-28\n')

    done = auditor("audit", "harbor/list.csv", "--format", "json", "--out", "-", folder=tmp_path)

    assert '"client": "Harbor"' in done.stdout


def test_the_plan_of_another_client_is_not_carried_over(tmp_path, harbor):
    shutil.copytree(harbor, tmp_path / "nordwind")

    other = auditor("audit", "nordwind", "--previous", "report/report.xlsx", "--out", "theirs", folder=tmp_path)
    own = auditor("audit", "harbor", "--previous", "report/report.xlsx", "--out", "ours", folder=tmp_path)

    assert (other.returncode, 'a report of "harbor", and this audit is of "nordwind"' in other.stderr) == (2, True)
    assert own.returncode == 0, own.stderr


def test_the_command_that_init_prints_runs(tmp_path):
    said = auditor("init", "kunde nord", "--yes", "--pack", "2027.1-2028.2", folder=tmp_path).stderr
    (tmp_path / "kunde nord" / "exports" / "list.csv").write_text(INTEGRATIONS)

    command = shlex.split(said.splitlines()[-1])
    done = auditor(*command[1:], folder=tmp_path)

    assert (done.returncode, "2027.1:" in done.stderr) == (0, True), done.stderr


def test_what_was_not_used_is_said(tmp_path, harbor):
    (harbor / "notes.csv").write_text("a,b\n1,2\n")

    done = auditor("audit", "harbor", "--out", "report2", folder=tmp_path)

    assert "notes.csv was not used: none of the lists this audit knows" in done.stderr


def test_a_list_in_a_language_that_is_not_known_is_named_with_its_headers(tmp_path, harbor):
    (harbor / "liste.csv").write_text("Nom;Statut;Identifiant, d'application\nBanque;Actif;A\n", encoding="utf-8")
    told = (
        'none of the lists this audit knows: its headers are "Nom", "Statut", "Identifiant, d\'application"; '
        "say under [columns] in engagement.toml what they stand for"
    )

    audited = auditor("audit", "harbor", "--out", "report2", folder=tmp_path)
    inspected = auditor("inspect", "harbor", folder=tmp_path)
    named = auditor("inspect", "harbor/liste.csv", folder=tmp_path)

    assert f"liste.csv was not used: {told}" in audited.stderr
    assert f"  note      {told}" in inspected.stdout
    assert (named.returncode, "[columns] in engagement.toml" in named.stderr) == (2, True)


@pytest.mark.parametrize("line", ["Consumer Secret,Name", "a,a", "x" * 50 + ",b", "7,b"])
def test_what_may_be_no_header_row_is_not_repeated(tmp_path, harbor, line):
    (harbor / "notes.csv").write_text(f"{line}\n1,2\n")

    done = auditor("inspect", "harbor", folder=tmp_path)

    assert "  note      none of the lists this audit knows\n" in done.stdout


TRAIL = "Date,User,Role,Request URI,Status,Token-based Access Token Name,Token-based Application Name\n"


def test_an_empty_trail_calls_nobody_unused(tmp_path, harbor):
    (harbor / "trail.csv").write_text(TRAIL)

    done = auditor("audit", "harbor", "--as-of", "2018-08-28", "--out", "empty", folder=tmp_path)
    page = (tmp_path / "empty" / "report.html").read_text(encoding="utf-8")

    assert "trail.csv: has a header and no rows: was the search filtered?" in done.stderr
    assert ("2 listed, no log exported" in page, "2 listed, never seen" in page) == (True, False)


def test_exports_without_any_row_are_named_where_nothing_can_be_audited(tmp_path):
    (tmp_path / "trail.csv").write_text(TRAIL)

    done = auditor("audit", "trail.csv", folder=tmp_path)

    assert (done.returncode, "trail.csv: has a header and no rows" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("said", "options", "engagement"),
    [
        ('"2018-13-01" is no date; write it like 2018-08-28', ["--as-of", "2018-13-01"], ""),
        ('there is no rule pack file "packs/nope.toml"', ["--pack", "packs/nope.toml"], ""),
        ('did you mean "2018.2-2019.1"?', ["--pack", "2018.2-2019.2"], ""),
        ('put the phase in quotes: "2027.1"', [], "[phases]\n2027.1 = 2027-03-01\n"),
        ("engagement.toml:2: is not valid TOML", [], '[phases]\n"2018.2" = 14.09.2018\n'),
        ("write a date like 2018-09-14, and text in quotes", [], '[phases]\n"2018.2" = 2018-14-09\n'),
        ("write a date like 2018-09-14, and text in quotes", [], "client = Müller\n"),
        ('did you mean "docx"?', ["--format", "word"], ""),
    ],
)
def test_what_was_mistyped_is_said_with_how_to_write_it(tmp_path, harbor, said, options, engagement):
    (harbor / "engagement.toml").write_text(engagement, encoding="utf-8")

    done = auditor("audit", "harbor", *options, "--out", "wrong", folder=tmp_path)

    assert (done.returncode, said in done.stderr, (tmp_path / "wrong").exists()) == (2, True, False)


def test_an_engagement_file_that_excel_or_notepad_saved_says_how_to_save_it(tmp_path, harbor):
    (harbor / "engagement.toml").write_bytes('as_of = 2018-08-28\nclient = "Müller"\n'.encode("cp1252"))

    done = auditor("audit", "harbor", folder=tmp_path)

    assert (done.returncode, done.stderr.splitlines()[1:]) == (
        2,
        [f"auditor: {Path('harbor', 'engagement.toml')}:2: is not saved as UTF-8", "  save it as UTF-8"],
    )


@pytest.mark.parametrize("name", ["engagment.toml", "engagement.toml.txt", "Engagements.toml"])
def test_a_file_that_is_nearly_called_engagement_is_not_passed_over_in_silence(tmp_path, harbor, name):
    (harbor / name).write_text('client = "Harbor Supply"\n')

    done = auditor("audit", "harbor", "--out", "named", folder=tmp_path)

    assert f"{Path('harbor', name)} is not read; did you mean engagement.toml?" in done.stderr


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ('"01/02/2026" is no date; write it like 2018-08-28', "collect --account 1234567 --since 01/02/2026"),
        ("harbor: there is no assessment.json in it\n  name the folder of a report", "compare report harbor"),
        (f'did you mean "{Path("harbor", "list.csv")}"?', "audit harbor/lists.csv"),
        ('did you mean "harbor"?', "inspect harbour"),
        ("harbor/none: there is no such file or folder\n  check the path", "inspect harbor/none"),
        ("empty: the folder has no files", "inspect empty"),
    ],
)
def test_a_slip_at_the_command_line_is_said_with_what_is_meant(tmp_path, harbor, said, command):
    (tmp_path / "empty").mkdir()

    done = auditor(*command.split(), folder=tmp_path)

    assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_dates_that_do_not_fit_each_other_are_noted(tmp_path, harbor):
    (harbor / "trail.csv").write_text(f"{TRAIL}9/13/2018 8:00 am,Bot,Clerk,/services/NetSuitePort_2017_1,Success,,\n")
    (harbor / "engagement.toml").write_text('as_of = 2018-08-28\n[phases]\n"2018.2" = 2019-09-14\n')

    done = auditor("audit", "harbor", "--out", "dates", folder=tmp_path)

    assert "2018.2 is said to reach this account on 2019-09-14, outside its window from " in done.stderr
    assert "the login audit trail goes on until 2018-09-13, and the audit is of 2018-08-28" in done.stderr


def test_what_rehearse_says_of_its_packs_is_of_a_gate():
    assert "report" not in auditor("rehearse", "--help").stdout.split("--pack")[1].split("--setup")[0]
