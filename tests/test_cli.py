"""The command line as a consultant meets it: what it prints, what it leaves, and how it fails."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from auditor import resources

FILES = Path(__file__).parent / "loader" / "files"
INTEGRATIONS = "Name,State,Role,Authentication\nFeed,Enabled,Administrator,user credentials\nShop,Enabled,Clerk,TBA\n"
REPORT = {"report.html", "report.xlsx", "assessment.json", "integrations.csv"}


def auditor(*arguments, folder=None):
    command = [sys.executable, "-W", "error", "-m", "auditor", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=folder, check=False)


@pytest.fixture
def exports(tmp_path):
    folder = tmp_path / "harbor"
    folder.mkdir()
    (folder / "integrations.csv").write_text(INTEGRATIONS)
    return folder


def test_an_audit_leaves_the_report_and_says_where(tmp_path, exports):
    done = auditor("audit", exports, "--as-of", "2018-08-28", "--out", tmp_path / "report")

    assert (done.returncode, {path.name for path in (tmp_path / "report").iterdir()}) == (0, REPORT)
    assert {Path(line).name for line in done.stdout.splitlines()} == REPORT
    assert "2018.2: 1 breaks, 1 ready" in done.stderr


def test_files_of_another_audit_beside_the_report_are_named(tmp_path, exports):
    def run(*arguments):
        return auditor("audit", exports, "--as-of", "2018-08-28", *arguments, folder=tmp_path).stderr

    run("--format", "letters,html,json")
    same, another = run("--format", "html,csv"), run("--format", "html,json", "--client", "Shingle")

    assert "did not write" not in same
    assert "report still holds files that this run did not write: letters, integrations.csv" in another


def test_the_client_is_called_like_the_folder_around_the_exports(tmp_path, exports):
    (exports.parent / "harbor" / "exports").mkdir()
    (exports / "integrations.csv").rename(exports / "exports" / "integrations.csv")

    done = auditor("audit", "exports", "--format", "json", "--out", "-", folder=exports)

    assert json.loads(done.stdout)["client"] == "harbor"


def test_json_is_printed_alone_on_standard_output(exports):
    done = auditor("audit", exports, "--format", "json", "--out", "-")

    assert (done.returncode, json.loads(done.stdout)["client"]) == (0, "harbor")


def test_the_same_exports_give_the_same_bytes(tmp_path, exports):
    for name in ("one", "two"):
        auditor("audit", exports, "--as-of", "2018-08-28", "--format", "json,html,csv", "--out", tmp_path / name)

    for name in ("assessment.json", "report.html", "integrations.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_pdf_and_word_are_written_from_the_template_that_is_named(tmp_path, exports):
    Path(tmp_path, "Our report.docx").write_bytes((resources.folder("templates") / "report.docx").read_bytes())

    done = auditor("audit", exports, "--format", "pdf,docx", "--template", "Our report.docx", folder=tmp_path)

    assert (done.returncode, [Path(line).name for line in done.stdout.split()]) == (0, ["report.pdf", "report.docx"]), (
        done.stderr
    )


def test_a_word_template_that_is_not_there_is_said(tmp_path, exports):
    done = auditor("audit", exports, "--format", "docx", "--template", "gone.docx", folder=tmp_path)

    assert (done.returncode, "gone.docx: there is no such file" in done.stderr) == (2, True)


@pytest.mark.parametrize(("authentication", "status"), [("user credentials", 1), ("TBA", 0), ("unknown", 0)])
def test_fail_on_tells_by_its_status_whether_something_breaks(tmp_path, exports, authentication, status):
    (exports / "integrations.csv").write_text(f"Name,Role,Authentication\nFeed,Administrator,{authentication}\n")

    assert auditor("audit", exports, "--fail-on", "2018.2", "--out", tmp_path / "r").returncode == status
    assert (tmp_path / "r" / "report.html").exists()


def test_the_engagement_beside_the_exports_is_used(exports):
    (exports / "engagement.toml").write_text('client = "Harbor"\nas_of = 2018-08-28\n[phases]\n"2018.2" = 2018-09-14\n')

    assessment = json.loads(auditor("audit", exports, "--format", "json", "--out", "-").stdout)

    assert (assessment["client"], assessment["as_of"]) == ("Harbor", "2018-08-28")
    assert [phase["effective"] for phase in assessment["phases"]] == ["2018-09-14", None]


def test_inspect_says_what_each_file_is_and_what_is_missing(exports):
    done = auditor("inspect", exports)

    assert "integrations.csv: integration list" in done.stdout
    assert "Authentication = authentication" in done.stdout
    assert "role list: Setup > Users/Roles > Manage Roles" in done.stdout


def test_inspect_names_every_file_that_can_not_be_read_and_goes_on(exports):
    (exports / "a.xlsx").write_bytes(b"PK\x03\x04 damaged")
    (exports / "roles.csv").write_text("Name,Name,Parent Role,Type\nOps,Ops,Administrator,Custom\n")
    with zipfile.ZipFile(exports / "more.zip", "w") as archive:
        archive.writestr("1.csv", "")
        archive.writestr("2.csv", "Internal ID,Token Name,User,Role,Application\n1,t,Ann,Clerk,Feed\n")

    done = auditor("inspect", exports)
    audited = auditor("audit", exports, "--format", "json", "--out", "-")

    assert done.returncode == audited.returncode == 2
    assert "integrations.csv: integration list" in done.stdout
    assert "more.zip/2.csv: access tokens" in done.stdout
    assert [line.split(": ")[:2] for line in done.stderr.splitlines() if line.startswith("auditor: ")] == [
        ["auditor", "a.xlsx"],
        ["auditor", "more.zip/1.csv"],
        ["auditor", "roles.csv, row 1"],
    ]
    assert audited.stderr.count("auditor: ") == 1 and not audited.stdout


def test_inspect_says_what_is_wrong_with_the_only_file(tmp_path):
    (tmp_path / "a.csv").write_text("")

    done = auditor("inspect", tmp_path)

    assert (done.returncode, done.stderr.count("auditor: ")) == (2, 1)
    assert "auditor: a.csv: the file is empty" in done.stderr


def test_the_checklist_names_every_list_and_where_it_is_exported():
    done = auditor("checklist")

    for menu in (
        "Setup > Integration > Manage Integrations",
        "View Login Audit Trail",
        "Access Tokens",
        "SOAP Web Services",
    ):
        assert menu in done.stdout


def test_rules_are_listed_shown_and_checked():
    assert "TBA-101  2018.2  breaks" in auditor("rules", "list").stdout
    assert "superseded_on is null" in auditor("rules", "show", "tba-101").stdout
    assert auditor("rules", "check").stdout.count("examples hold") == 2


def test_show_finds_a_rule_in_any_pack_and_puts_it_into_words():
    done = auditor("rules", "show", "EOS-301").stdout

    assert "holds when  all of these:" in done
    assert 'authentication is "TBA"' in done
    assert "developer of the integration, 8 to 32 hours" in done


def test_show_says_what_fills_a_fact():
    done = auditor("rules", "show", "role_privileged").stdout

    assert "role list: Setup > Users/Roles > Manage Roles" in done
    assert "EOS-103" in done and "TBA-101" in done


def test_show_offers_the_nearest_name():
    done = auditor("rules", "show", "role_privilege")

    assert (done.returncode, 'did you mean "role_privileged"?' in done.stderr) == (2, True)


def test_facts_and_schema_are_printed():
    facts, schema = auditor("rules", "facts"), auditor("rules", "schema")

    assert "SOAP / RESTlet / REST / Connect / SSO / UI" in facts.stdout
    assert "endpoint_version" in json.loads(schema.stdout)["$defs"]["Example"]["properties"]["given"]["properties"]


def test_a_pack_is_begun_and_grows_by_a_rule(tmp_path):
    begun = auditor("rules", "new", "2030.1-mine.toml", "--title", "Mine", folder=tmp_path)
    again = auditor("rules", "new", "2030.1-mine.toml", folder=tmp_path)
    grown = auditor("rules", "new", "2030.1-mine.toml", "--rule", "NEW-102", folder=tmp_path)
    twice = auditor("rules", "new", "2030.1-mine.toml", "--rule", "NEW-102", folder=tmp_path)
    odd = auditor("rules", "new", "2030.1-mine.toml", "--rule", "new rule", folder=tmp_path)
    absent = auditor("rules", "new", "other.toml", "--rule", "NEW-102", folder=tmp_path)
    checked = auditor("rules", "check", "2030.1-mine.toml", folder=tmp_path)

    assert [one.returncode for one in (begun, again, grown, twice, odd, absent, checked)] == [0, 2, 0, 2, 2, 2, 0]
    assert checked.stdout == "2030.1-mine: 2 rules, 6 examples hold\n"


def test_a_rule_whose_example_does_not_hold_fails_the_check_with_file_and_line(tmp_path):
    source = (Path(__file__).parents[1] / "rules" / "2018.2-2019.1.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(source.replace('then = "breaks"', 'then = "nothing"', 1), encoding="utf-8")

    done = auditor("rules", "check", "mine.toml", folder=tmp_path)

    line = source.split("  [[rule.example]]")[0].count("\n") + 1
    assert done.returncode == 2
    assert f"mine.toml:{line}: TBA-101 example 1: expected nothing, is breaks" in done.stderr


def test_two_packs_make_one_report_with_phases_in_the_order_of_their_dates(exports):
    packs = ("--pack", "2027.1-2028.2", "--pack", "2018.2-2019.1")
    written = json.loads(auditor("audit", exports, *packs, "--format", "json", "--out", "-").stdout)

    assert [phase["id"] for phase in written["phases"]][:3] == ["2018.2", "2019.1", "2027.1"]
    assert (written["pack"]["id"], len(written["packs"])) == ("2027.1-2028.2", 2)


def test_the_same_pack_twice_is_refused(exports):
    done = auditor("audit", exports, "--pack", "2018.2-2019.1", "--pack", "2018.2-2019.1")

    assert (done.returncode, "given twice" in done.stderr) == (2, True)


def test_an_integration_is_explained_alike_from_its_exports_and_from_the_report(tmp_path, exports):
    auditor("audit", exports, "--out", tmp_path / "report")

    from_exports = auditor("explain", "feed", exports)
    from_report = auditor("explain", "feed", tmp_path / "report" / "assessment.json")

    assert "2018.2  breaks        c1: TBA-101 is TRUE" in from_exports.stdout
    assert "integrations.csv, row 2: user credentials" in from_exports.stdout
    assert from_report.stdout == from_exports.stdout
    assert len(from_exports.stdout.splitlines()) < 40


def test_an_integration_that_is_not_there_is_offered_the_nearest(exports):
    done = auditor("explain", "fed", exports)

    assert (done.returncode, 'did you mean "Feed"?' in done.stderr) == (2, True)


def test_a_connection_is_explained_by_its_id_and_in_full(exports):
    done = auditor("explain", "c2", exports, "--full")
    wrong = auditor("explain", "Feed", exports, "--connection", "c2")

    assert done.stdout.startswith("Shop\n")
    assert "FALSE  2019.1  TBA-201  breaks   authentication TBA" in done.stdout
    assert (wrong.returncode, "use one of: c1" in wrong.stderr) == (2, True)


def test_an_assessment_by_a_pack_of_the_house_is_explained_by_its_file(tmp_path, exports):
    auditor("rules", "new", "mine.toml", folder=tmp_path)
    auditor("audit", exports, "--pack", tmp_path / "mine.toml", "--out", tmp_path / "report")
    path = tmp_path / "report" / "assessment.json"

    alone, named = auditor("explain", "Feed", path), auditor("explain", "Feed", path, "--pack", tmp_path / "mine.toml")

    assert (alone.returncode, "name the pack's file with --pack" in alone.stderr) == (2, True)
    assert (named.returncode, "NEW-101 is TRUE" in named.stdout) == (0, True)


def test_an_assessment_of_another_version_of_its_pack_is_not_explained_by_this_one(tmp_path, exports):
    auditor("audit", exports, "--out", tmp_path / "report")
    path = tmp_path / "report" / "assessment.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"version": "1.0"', '"version": "0.9"'), encoding="utf-8")

    done = auditor("explain", "Feed", path)

    assert (done.returncode, "2018.2-2019.1 version 0.9" in done.stderr) == (2, True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed_for_the_shell(shell):
    assert "_AUDITOR_COMPLETE" in auditor("completion", shell).stdout


def test_the_version_is_printed():
    assert auditor("--version").stdout.startswith("auditor, version ")


def bad(name, content, message, *options):
    return pytest.param(name, content, message, options, id=message[:40])


@pytest.mark.parametrize(
    ("name", "content", "message", "options"),
    [
        bad("x.csv", "", "the file is empty"),
        bad("x.csv", "Customer,Phone\nAnn,123\n", "none of the lists"),
        bad(
            "x.csv",
            "Naem,State,Application ID,Channel\nA,Enabled,1,SOAP\n",
            'has no column "Name"; the nearest is "Naem"',
        ),
        bad("x.csv", b"Name,State,Role\nA\x81\xff,Enabled,r\n", "the encoding can't be read"),
        bad("x.xlsx", (FILES / "protected.xlsx").read_bytes(), "password"),
        bad("x.xlsx", b"%PDF-1.7 report", "this is a PDF"),
        bad("x.xlsx", b"PK\x03\x04 nothing of the kind", "can't be opened"),
        bad("x.csv", "Name,State,Role,Role\nA,Enabled,r,s\n", 'the column "Role" stands twice'),
        bad("x.csv", "Name,Authentication,Auth Method\nA,TBA,NLAuth\n", '"Authentication" and "Auth Method" both give'),
        bad("x.csv", INTEGRATIONS, "there is no rule pack", "--pack", "2018.3"),
        bad("x.csv", INTEGRATIONS, '"2018.1" is not a phase', "--fail-on", "2018.1"),
        bad("x.csv", INTEGRATIONS, '"" is not a phase', "--fail-on", ""),
        bad("x.csv", INTEGRATIONS, "add --pack 2027.1-2028.2", "--fail-on", "2027.2"),
        bad("x.csv", INTEGRATIONS, 'no format is called "hmtl"', "--format", "hmtl"),
        bad("x.csv", INTEGRATIONS, "no such file or folder", "missing.csv"),
        bad("engagement.toml", "client = ", "is not valid TOML"),
        bad("engagement.toml", 'cleint = "x"', '"cleint" is not a key'),
        bad("engagement.toml", "client = 5", '"client"'),
        bad("engagement.toml", '[[exemption]]\nowner = "a"\nreason = "b"\n', '"exemption.1.until"'),
    ],
)
def test_bad_input_gets_one_paragraph_and_leaves_an_earlier_report_alone(
    tmp_path, exports, name, content, message, options
):
    report = tmp_path / "report"
    report.mkdir()
    (report / "report.html").write_text("earlier")
    (exports / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    source = exports if name == "engagement.toml" else exports / name

    done = auditor("audit", source, *options, "--out", report)

    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("  "), "the last line says what to do"
    assert [path.name for path in report.iterdir()] == ["report.html"]
    assert (report / "report.html").read_text() == "earlier"


def test_a_folder_without_any_list_is_an_error(tmp_path):
    (tmp_path / "notes.md").write_text("call Ann")

    done = auditor("audit", tmp_path, folder=tmp_path)

    assert (done.returncode, "no list was found" in done.stderr) == (2, True)


def test_a_report_never_lies_among_the_exports_it_would_overwrite(exports):
    done = auditor("audit", exports, "--out", exports)

    assert (done.returncode, (exports / "integrations.csv").read_text()) == (2, INTEGRATIONS)


def test_an_earlier_report_below_the_exports_is_not_audited(exports):
    for _ in range(2):
        done = auditor("audit", exports, "--out", exports / "report")

    assert "2018.2: 1 breaks, 1 ready" in done.stderr


def test_roles_alone_leave_nothing_to_judge(tmp_path):
    (tmp_path / "roles.csv").write_text("Name,Type\nClerk,Standard\n")

    done = auditor("audit", tmp_path, "--out", tmp_path / "report")

    assert (done.returncode, "nothing to audit" in done.stderr) == (2, True)


def test_a_report_that_cannot_be_written_is_said_plainly(tmp_path, exports):
    (tmp_path / "taken").write_text("a file")

    done = auditor("audit", exports, "--out", tmp_path / "taken")

    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_names_cannot_move_the_cursor_of_a_terminal(tmp_path, exports):
    (exports / "integrations.csv").write_text("Name,State,Role,Evil\x1b[31m\nA,Enabled,r,x\n")

    assert "\x1b" not in auditor("inspect", exports).stdout


def test_the_command_can_be_read_by_something_that_stops_reading(exports):
    shell = f'"{sys.executable}" -m auditor audit "{exports}" --format json --out - | head -1'
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.count("Error")) == (0, 0)


@pytest.mark.skipif(not shutil.which("auditor"), reason="the command is not on the path")
def test_the_command_is_installed():
    assert subprocess.run(["auditor", "--version"], capture_output=True, check=False).returncode == 0
