"""The sample client's account of 2026: judged by the sunset of SOAP and TBA as its README says."""

import json
from collections import Counter
from pathlib import Path

import pytest

from auditor import audit, read_engagement, read_pack, read_packs

ROOT = Path(__file__).parent.parent
CLIENT = ROOT / "sample_data" / "harbor-supply-2026"
PHASES = ("2027.1", "2027.2", "2028.1", "2028.2")


@pytest.fixture(scope="module")
def expected():
    path = Path(__file__).parent / "accounts" / "harbor-supply-2026.expected.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def assessment():
    return audit([CLIENT], read_pack("2027.1-2028.2"), read_engagement(CLIENT / "engagement.toml"))


@pytest.fixture(scope="module")
def readme_tables():
    text = (ROOT / "sample_data" / "README.md").read_text(encoding="utf-8").split("# Harbor Supply Co. in 2026")[1]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:2] == "| "]


def test_the_account_is_judged_as_a_person_expects(assessment, expected):
    assert {one.integration.name: dict(one.verdicts) for one in assessment.integrations} == expected


def test_every_verdict_occurs(expected):
    occurring = {verdict for verdicts in expected.values() for verdict in verdicts.values()}

    assert occurring == {"breaks", "undetermined", "at-risk", "exempt", "ready", "inactive"}


def test_the_readme_says_the_same(readme_tables, expected):
    start = readme_tables.index(["Integration", *PHASES, "Why"]) + 1

    said = {name: dict(zip(PHASES, verdicts, strict=True)) for name, *verdicts, _ in readme_tables[start:]}

    assert said == expected


def test_the_readme_counts_the_verdicts(readme_tables, expected):
    start = readme_tables.index(["Verdict", *PHASES]) + 1
    counted = [Counter(verdicts[phase] for verdicts in expected.values()) for phase in PHASES]

    for verdict, *told in readme_tables[start : start + 6]:
        assert [int(number) for number in told] == [counts[verdict] for counts in counted]


def test_no_row_is_lost_and_none_is_rejected(assessment):
    for one in assessment.inputs:
        assert one.rows == one.used + sum(item.count for item in one.set_aside)
        assert not one.rejected


def test_what_is_tentative_is_said_to_be(assessment):
    assert [phase.id for phase in assessment.phases if phase.tentative] == ["2028.1"]
    assert assessment.phases[0].effective.isoformat() == "2027-02-20"


def test_nothing_that_signs_in_with_tokens_outside_connect_is_ready_at_the_end(assessment):
    ready = [one.connection for one in assessment.connections if one.verdicts["2028.2"] == "ready"]

    assert {(one.authentication, one.channel == "Connect") for one in ready} == {
        ("OAuth 2.0", False),
        ("TBA", True),
        ("user credentials", True),
    }
    assert "SOAP" not in {one.channel for one in ready}


def test_both_rollouts_make_one_report(expected):
    pack = read_packs(["2027.1-2028.2", "2018.2-2019.1"])

    both = audit([CLIENT], pack, read_engagement(CLIENT / "engagement.toml"))

    assert [phase.id for phase in both.phases] == ["2018.2", "2019.1", *PHASES]
    broken = {one.integration.name for one in both.integrations if one.verdicts["2019.1"] == "breaks"}
    assert {one.integration.name for one in both.integrations if one.verdicts["2027.1"] == "breaks"} >= broken
