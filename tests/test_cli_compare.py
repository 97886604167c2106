"""Audits over time on the command line: compare, --baseline and --fail-on."""

import json
import subprocess
import sys

import pytest

HEADER = "Name,State,Application ID,Role,User,Authentication\n"
FEED = "Feed,Enabled,A-1,Administrator,feed@x.example,{}\n"


def auditor(*arguments):
    command = [sys.executable, "-W", "error", "-m", "auditor", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def audited(tmp_path):
    """Return a function that audits Feed, signing in like that, and returns the folder of the report."""

    def run(name, authentication, *options, client="Harbor", as_of="2018-08-28", more=""):
        exports = tmp_path / f"{name}-exports"
        exports.mkdir()
        (exports / "integrations.csv").write_text(HEADER + FEED.format(authentication) + more, encoding="utf-8")
        said = ("--client", client, "--as-of", as_of, "--format", "json", "--out", tmp_path / name)
        run.done = auditor("audit", exports, *said, *options)
        return tmp_path / name

    return run


def test_compare_prints_what_changed(audited):
    before = audited("before", "user credentials")
    after = audited("after", "TBA", as_of="2018-10-01")

    done = auditor("compare", before, after / "assessment.json")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:2] == [
        "Harbor",
        "Since 28 August 2018: 1 fixed at 2018.2; 1 fixed at 2019.1.",
    ]
    assert done.stdout.endswith(
        "fixed: broke last time, and does not break now\n"
        "  Feed\n"
        "    2018.2 breaks → ready, 2019.1 breaks → ready\n"
        "    feed@x.example · Administrator · channel not known: user credentials → TBA\n"
    )


def test_compare_prints_json_for_programs(audited):
    before, after = audited("before", "TBA"), audited("after", "user credentials", as_of="2018-10-01")

    written = json.loads(auditor("compare", before, after, "--format", "json").stdout)

    assert (written["before"], written["after"]) == ("2018-08-28", "2018-10-01")
    assert [(one["name"], one["changes"]["2018.2"], one["regressed"]) for one in written["integrations"]] == [
        ("Feed", "regressed", True)
    ]


def test_a_terminal_is_sent_no_character_it_would_obey(audited):
    before = audited("before", "TBA")
    after = audited("after", "TBA", more='"Evil \x1b[31m\u202e",Enabled,A-9,Administrator,e@x.example,TBA\n')

    done = auditor("compare", before, after)

    assert "Evil" in done.stdout and "\x1b" not in done.stdout and "\u202e" not in done.stdout


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"client": "Somebody"}, 'an audit of "Harbor", and the other is of "Somebody"'),
        ({"as_of": "2018-08-01"}, "as of 2018-08-28, which is later than 2018-08-01"),
    ],
)
def test_compare_refuses_what_is_no_later_audit_of_the_client(other, said, audited):
    before, after = audited("before", "TBA"), audited("after", "TBA", **other)

    done = auditor("compare", before, after)

    assert (done.returncode, done.stdout, said in done.stderr) == (2, "", True)


def test_compare_says_which_file_is_not_there(audited, tmp_path):
    after = audited("after", "TBA")

    file = auditor("compare", tmp_path / "assessment.json", after)
    folder = auditor("compare", tmp_path, after)

    assert (file.returncode, str(tmp_path / "assessment.json") in file.stderr) == (2, True)
    assert (folder.returncode, f"{tmp_path}: there is no assessment.json in it" in folder.stderr) == (2, True)


def test_an_audit_with_baselines_says_what_changed_since_the_last(audited):
    first = audited("first", "user credentials", as_of="2018-08-01")
    second = audited("second", "TBA", as_of="2018-09-01")

    third = audited("third", "user credentials", "--baseline", second, "--baseline", first, as_of="2018-10-01")

    since = json.loads((third / "assessment.json").read_text(encoding="utf-8"))["since"]
    assert (since["before"], since["audits"]) == ("2018-09-01", ["2018-08-01", "2018-09-01", "2018-10-01"])
    assert since["headline"] == "Since 1 September 2018: 1 regressed at 2018.2; 1 regressed at 2019.1."
    assert since["headline"] in audited.done.stderr


def test_a_baseline_that_is_named_twice_counts_once(audited):
    before = audited("before", "user credentials")
    named = ("--baseline", before, "--baseline", before / "assessment.json")
    after = audited("after", "TBA", *named, as_of="2018-10-01")

    since = json.loads((after / "assessment.json").read_text(encoding="utf-8"))["since"]

    assert since["audits"] == ["2018-08-28", "2018-10-01"]


def test_without_a_baseline_the_assessment_says_nothing_of_it(audited):
    assert "since" not in json.loads((audited("first", "TBA") / "assessment.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("authentication", "status"), [("user credentials", 1), ("magic", 1), ("TBA", 0)])
def test_a_pipeline_may_refuse_what_is_not_known(authentication, status, audited):
    audited("one", authentication, "--fail-on", "2018.2:undetermined")

    assert audited.done.returncode == status
    assert ("--fail-on 2018.2:undetermined: Feed" in audited.done.stderr) is bool(status)


@pytest.mark.parametrize(
    ("before", "after", "more", "status"),
    [
        ("TBA", "user credentials", "", 1),
        ("TBA", "TBA", "Shop,Enabled,A-2,Administrator,shop@x.example,user credentials\n", 1),
        ("user credentials", "user credentials", "", 0),
        ("user credentials", "TBA", "Shop,Enabled,A-2,Administrator,shop@x.example,TBA\n", 0),
        ("magic", "user credentials", "", 0),
    ],
    ids=["regressed", "new and breaking", "still open", "fixed", "undetermined was open already"],
)
def test_a_pipeline_may_refuse_what_got_worse(before, after, more, status, audited):
    baseline = audited("before", before)
    report = audited("after", after, "--baseline", baseline, "--fail-on", "regression", more=more)

    assert audited.done.returncode == status
    assert (report / "assessment.json").exists()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2018.3", 'did you mean "2018.2"?'),
        ("regresion", 'did you mean "regression"?'),
        ("2018.2:ready", "use 2018.2, or 2018.2:undetermined"),
        ("2018.2:", "use 2018.2, or 2018.2:undetermined"),
        ("regression", "name its assessment.json with --baseline"),
    ],
)
def test_what_cannot_be_answered_is_refused_before_the_audit_runs(value, said, audited, tmp_path):
    report = audited("one", "TBA", "--fail-on", value)

    assert (audited.done.returncode, said in audited.done.stderr, report.exists()) == (2, True, False)


@pytest.mark.parametrize("options", [{"client": "Somebody"}, {"as_of": "2018-08-01"}])
def test_a_baseline_of_somebody_else_or_of_later_is_refused_before_the_audit_runs(options, audited):
    baseline = audited("before", "TBA")

    report = audited("after", "TBA", "--baseline", baseline, **options)

    assert (audited.done.returncode, report.exists()) == (2, False)
