"""The sample client: its exports are judged as its README says, and every verdict occurs."""

import json
from pathlib import Path

import pytest

from auditor import audit, read_engagement, read_pack

ROOT = Path(__file__).parent.parent
CLIENT = ROOT / "sample_data" / "harbor-supply"
PHASES = ("2018.2", "2019.1")


@pytest.fixture(scope="module")
def expected():
    path = Path(__file__).parent / "accounts" / "harbor-supply.expected.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def assessment():
    return audit([CLIENT], read_pack("2018.2-2019.1"), read_engagement(CLIENT / "engagement.toml"))


@pytest.fixture(scope="module")
def readme_tables():
    lines = (ROOT / "sample_data" / "README.md").read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]


def test_every_integration_is_judged_as_a_person_expects(assessment, expected):
    judged = {one.integration.name: dict(one.verdicts) for one in assessment.integrations}

    assert len(judged) == len(assessment.integrations)
    assert judged == expected


def test_every_verdict_occurs(assessment):
    occurring = {verdict for one in assessment.integrations for verdict in one.verdicts.values()}

    assert {"breaks", "undetermined", "at-risk", "exempt", "ready", "inactive"} == occurring


def test_the_readme_says_the_same(readme_tables, expected):
    heading = readme_tables.index(["Integration", *PHASES, "Why"])

    told = {name: dict(zip(PHASES, verdicts, strict=True)) for name, *verdicts, _ in readme_tables[heading + 1 :]}

    assert told == expected


def test_the_readme_counts_the_verdicts(readme_tables, expected):
    start = readme_tables.index(["Verdict", *PHASES])
    end = readme_tables.index(["Integration", *PHASES, "Why"])

    told = {verdict: (int(first), int(second)) for verdict, first, second in readme_tables[start + 1 : end]}

    found = [[verdicts[phase] for verdicts in expected.values()] for phase in PHASES]
    assert told == {verdict: (found[0].count(verdict), found[1].count(verdict)) for verdict in told}
    assert sum(first for first, _ in told.values()) == len(expected)


def test_the_planted_disagreement_is_reported_with_both_sources(assessment):
    [conflict] = assessment.conflicts

    assert conflict.subject == 'integration "Consolidation Loader"'
    assert {(claim.file.rpartition("/")[2], claim.value) for claim in conflict.claims} == {
        ("Finance integrations.csv", "TBA"),
        ("Integration worksheet.xlsx", "user credentials"),
    }


def test_no_row_is_lost(assessment):
    for one in assessment.inputs:
        unusable = sum(item.count for item in (*one.set_aside, *one.rejected))
        # A table that is no list is counted and left alone.
        assert one.rows == one.used + unusable or one.list is None
        assert not one.rejected

    notes = [note for one in assessment.inputs for note in one.notes]
    assert any("magic link?" in note for note in notes)
