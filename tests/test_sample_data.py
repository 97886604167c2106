"""The sample client: its exports are judged as its README says, and every verdict occurs."""

import json
from pathlib import Path

import pytest

from auditor import audit, read_engagement, read_pack

ROOT = Path(__file__).parent.parent
CLIENT = ROOT / "sample_data" / "harbor-supply"
PHASES = ("2018.2", "2019.1")


LISTS = ("ManageIntegrations.csv", "Integration worksheet.xlsx", "Finance integrations.csv", "ManageRoles.csv")


@pytest.fixture(scope="module")
def expected():
    path = Path(__file__).parent / "accounts" / "harbor-supply.expected.json"
    return json.loads(path.read_text(encoding="utf-8"))


def audited(*sources):
    return audit(sources, read_pack("2018.2-2019.1"), read_engagement(CLIENT / "engagement.toml"))


@pytest.fixture(scope="module")
def from_the_lists():
    return audited(*(CLIENT / name for name in LISTS))


@pytest.fixture(scope="module")
def assessment():
    return audited(CLIENT)


@pytest.fixture(scope="module")
def readme_tables():
    lines = (ROOT / "sample_data" / "README.md").read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]


def verdicts(assessment):
    return {one.integration.name: dict(one.verdicts) for one in assessment.integrations}


def test_the_lists_are_judged_as_a_person_expects(from_the_lists, expected):
    assert verdicts(from_the_lists) == expected["from the lists"]


def test_the_logs_change_what_a_person_expects(assessment, expected):
    assert verdicts(assessment) == expected["from the lists"] | expected["changed by the logs"]


def test_every_verdict_occurs(from_the_lists):
    occurring = {verdict for one in from_the_lists.integrations for verdict in one.verdicts.values()}

    assert occurring == {"breaks", "undetermined", "at-risk", "exempt", "ready", "inactive"}


@pytest.mark.parametrize(("last_column", "part"), [("Why", "from the lists"), ("Proof", "changed by the logs")])
def test_the_readme_says_the_same(readme_tables, expected, last_column, part):
    start = readme_tables.index(["Integration", *PHASES, last_column]) + 1
    rows = readme_tables[start : start + len(expected[part])]

    assert {name: dict(zip(PHASES, said, strict=True)) for name, *said, _ in rows} == expected[part]


def test_the_readme_counts_the_verdicts(readme_tables, from_the_lists, assessment):
    start = next(number for number, row in enumerate(readme_tables) if row[0] == "Verdict") + 1

    for verdict, *told in readme_tables[start : start + 6]:
        counted = [one.counts(phase)[verdict] for one in (from_the_lists, assessment) for phase in PHASES]
        assert [int(number) for number in told] == counted


def test_the_planted_disagreement_is_reported_with_both_sources(from_the_lists):
    [conflict] = from_the_lists.conflicts

    assert conflict.subject == 'integration "Consolidation Loader"'
    assert {(claim.file, claim.value) for claim in conflict.claims} == {
        ("Finance integrations.csv", "TBA"),
        ("Integration worksheet.xlsx", "user credentials"),
    }


def test_no_row_is_lost(assessment):
    for one in assessment.inputs:
        unusable = sum(item.count for item in (*one.set_aside, *one.rejected))
        assert one.rows == one.used + unusable
        assert not one.rejected

    notes = [note for one in assessment.inputs for note in one.notes]
    assert any("magic link?" in note for note in notes)
