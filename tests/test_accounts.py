"""Whole small accounts, each a folder of exports with the verdicts a person expects of them."""

import json
from datetime import date
from pathlib import Path

import pytest

from auditor import Engagement, audit, read_pack

ACCOUNTS = Path(__file__).parent / "accounts"


def assess(folder, **engagement):
    return audit([folder], read_pack("2018.2-2019.1"), Engagement(client="x", as_of=date(2018, 8, 28), **engagement))


@pytest.mark.parametrize("name", sorted(path.parent.name for path in ACCOUNTS.glob("*/expected.json")))
def test_the_account_is_judged_as_a_person_expects(tmp_path, name):
    expected = json.loads((ACCOUNTS / name / "expected.json").read_text(encoding="utf-8"))
    for path in (ACCOUNTS / name).iterdir():
        if path.name != "expected.json":
            (tmp_path / path.name).write_bytes(path.read_bytes())

    assessment = assess(tmp_path)

    assert expected["verdicts"] == [
        [one.integration.name, one.verdicts["2018.2"], one.verdicts["2019.1"]] for one in assessment.integrations
    ]
    names = {one.integration.key: one.integration.name for one in assessment.integrations}
    assert expected["gaps"] == {gap.fact: sorted(names[key] for key in gap.integrations) for gap in assessment.gaps}
    assert expected.get("conflicts", []) == sorted([one.subject, one.fact] for one in assessment.conflicts)
    assert expected.get("connections", len(assessment.connections)) == len(assessment.connections)
