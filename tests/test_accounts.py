"""Whole small accounts, each a folder of exports with the verdicts a person expects of them."""

import json
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from auditor import Engagement, audit, read_pack

ACCOUNTS = Path(__file__).parent / "accounts"


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """Audit an account once for all tests: what an audit returns is frozen."""

    @cache
    def audited(name):
        exports = tmp_path_factory.mktemp("account") / name
        shutil.copytree(ACCOUNTS / name, exports, ignore=shutil.ignore_patterns("expected.json"))
        return audit([exports], read_pack("2018.2-2019.1"), Engagement(client="x", as_of=date(2018, 8, 28)))

    return audited


@pytest.fixture(params=sorted(path.parent.name for path in ACCOUNTS.glob("*/expected.json")))
def account(request, audited):
    expected = json.loads((ACCOUNTS / request.param / "expected.json").read_text(encoding="utf-8"))
    return expected, audited(request.param)


def test_the_account_is_judged_as_a_person_expects(account):
    expected, assessment = account
    names = {one.integration.key: one.integration.name for one in assessment.integrations}

    assert expected["verdicts"] == [
        [one.integration.name, one.verdicts["2018.2"], one.verdicts["2019.1"]] for one in assessment.integrations
    ]
    assert expected["gaps"] == {gap.fact: sorted(names[key] for key in gap.integrations) for gap in assessment.gaps}
    assert expected.get("conflicts", []) == sorted([one.subject, one.fact] for one in assessment.conflicts)
    assert expected.get("connections", len(assessment.connections)) == len(assessment.connections)


def test_the_account_names_its_proof(account):
    expected, assessment = account
    of = {one.connection.id: str(one.connection.integration) for one in assessment.connections}
    evidence = [
        [of[one.connection.id], item.supports, item.file, list(item.rows), item.count]
        for one in assessment.connections
        for item in one.connection.evidence
    ]

    assert [item for item in expected.get("evidence", []) if item not in evidence] == []
    for rule, integrations in expected.get("findings", {}).items():
        assert integrations == sorted(of[one.connection] for one in assessment.findings if one.rule.id == rule)
    for name, facts in expected.get("facts", {}).items():
        connection = next(one.connection for one in assessment.connections if one.connection.integration == name)
        said = {fact: getattr(connection, fact) for fact in facts}
        assert facts == {fact: str(value) if isinstance(value, date) else value for fact, value in said.items()}


def test_every_row_of_the_account_is_accounted_for(account):
    expected, assessment = account
    counted = {
        item.file: [
            item.rows,
            item.used,
            sum(row.count for row in item.set_aside),
            sum(row.count for row in item.rejected),
        ]
        for item in assessment.inputs
    }

    for rows, used, set_aside, rejected in counted.values():
        assert rows == used + set_aside + rejected
    assert expected.get("rows", {}).items() <= counted.items()
