"""Conditions: what may stand in `when`, and which fact is to blame where it is NULL."""

import pytest

from auditor import PackError
from auditor.engine.condition import read_condition
from auditor.engine.table import FactsTable, Truth
from auditor.model import Connection


@pytest.mark.parametrize(
    "when",
    [
        "(select 1) = 1",
        "role in (select name from x)",
        "exists (select 1)",
        "read_csv('/etc/passwd') is null",
        "getenv('HOME') = 'x'",
        "role = getenv('HOME')",
        "role_privileged; drop table connections",
        "role_privileged) or (1 = 1",
        "role_privileged from connections",
        "role_privileged, role_active",
        "connections.role_privileged",
        "role_privileged order by 1",
        "role_privileged union select true",
        "role = 'a' || 'b'",
        "repeat('a', 1000000000) = role",
        "regexp_matches(role, '(a+)+$')",
        "cast(role as integer) = 1",
        "role::integer = 1",
        "case when role_privileged then true end",
        "pragma database_list",
        "attach 'x.db'",
        "copy x to 'y'",
        "$1",
        "?",
        "",
        "role =",
        "*",
        "logins > random()",
        "lambda x: x",
    ],
)
def test_what_is_no_condition_over_facts_is_refused(when):
    with pytest.raises(PackError):
        read_condition(when)


def test_a_condition_without_end_is_refused():
    for when in ["(" * 500 + "role_privileged" + ")" * 500, "not " * 400 + "role_privileged", "a" * 3000]:
        with pytest.raises(PackError):
            read_condition(when)


def test_an_unknown_fact_is_offered_the_nearest_one():
    with pytest.raises(PackError) as error:
        read_condition("role_priviledged")

    assert str(error.value) == '"role_priviledged" is not a fact\n  did you mean "role_privileged"?'


def test_a_value_that_can_never_be_there_is_refused():
    with pytest.raises(PackError) as error:
        read_condition("authentication = 'user credential'")

    assert 'did you mean "user credentials"?' in str(error.value)


@pytest.mark.parametrize("when", ["authentication", "role_privileged = 'yes'", "logins = 'many'", "not role", "logins"])
def test_types_are_checked_before_anything_runs(when):
    with pytest.raises(PackError):
        read_condition(when)


def test_sql_has_three_values():
    condition = read_condition("authentication = 'user credentials' and role_privileged")
    rows = [("user credentials", True), ("TBA", None), ("user credentials", None), (None, False), (None, True)]
    connections = [
        Connection(id=str(number), authentication=authentication, role_privileged=privileged)
        for number, (authentication, privileged) in enumerate(rows)
    ]

    (said,) = FactsTable(connections, [condition]).ask([condition])

    assert [Truth(int(value)) for value in said] == [Truth.TRUE, Truth.FALSE, Truth.NULL, Truth.FALSE, Truth.NULL]


def test_only_the_facts_that_matter_are_to_blame():
    condition = read_condition(
        "(authentication = 'user credentials' and role_privileged) or (user_active and role_active)"
    )
    # The first half is FALSE whatever the role's privilege: only the second half waits for a fact.
    connections = [Connection(id="c1", authentication="TBA", role_active=True)]

    missing = FactsTable(connections, [condition]).missing(condition)

    assert {name for name, rows in missing.items() if len(rows)} == {"user_active"}


def test_a_fact_asked_for_with_is_true_is_never_to_blame():
    condition = read_condition("authentication = 'TBA' and role_requires_2fa is true")

    missing = FactsTable([Connection(id="c1", role_requires_2fa=True)], [condition]).missing(condition)

    assert {name for name, rows in missing.items() if len(rows)} == {"authentication"}
