"""Verdicts: the first that applies, the worst of an integration, exemptions and gaps."""

from datetime import date

import pytest

from auditor import Engagement, InputError, read_pack
from auditor.engagement import Exemption
from auditor.engine.judge import judge
from auditor.inventory import Inventory
from auditor.model import Account, Connection, Integration
from auditor.vocabulary import State

EXEMPTION = {"owner": "Oracle", "reason": "standard temporary exemption", "until": date(2018, 12, 31)}


def verdicts(*connections, state=None, **engagement):
    return judge_one(*connections, state=state, **engagement).integrations[0].verdicts


def judge_one(*connections, state=None, **engagement):
    numbered = tuple(
        Connection(id=f"c{number}", integration="X", integration_state=state, **facts)
        for number, facts in enumerate(connections, start=1)
    )
    integration = Integration(key="x", name="X", state=state, connections=tuple(one.id for one in numbered))
    account = Account(integrations=(integration,), connections=numbered, roles=(), conflicts=())
    engagement = Engagement(client="x", as_of=date(2018, 8, 28), **engagement)
    return judge(account, Inventory(frames={}, inputs=()), read_pack("2018.2-2019.1"), engagement)


BREAKING = {"authentication": "user credentials", "role_privileged": True}
TBA = {"authentication": "TBA", "role_privileged": False}


@pytest.mark.parametrize(
    ("connections", "expected"),
    [
        ([BREAKING], ["breaks", "breaks"]),
        ([{"authentication": "user credentials", "role_privileged": False}], ["ready", "breaks"]),
        ([{"authentication": "user credentials"}], ["undetermined", "breaks"]),
        ([{"role_privileged": True}], ["undetermined", "undetermined"]),
        ([{"role_privileged": False}], ["undetermined", "undetermined"]),
        ([{"role_privileged": False, "logins": 3}], ["ready", "undetermined"]),
        ([TBA], ["ready", "ready"]),
        ([TBA | {"accepts_user_credentials": True}], ["at-risk", "at-risk"]),
        ([BREAKING | {"role_active": False}], ["inactive", "inactive"]),
        ([BREAKING | {"user_active": False}], ["inactive", "inactive"]),
        ([], ["undetermined", "undetermined"]),
        ([TBA, BREAKING], ["breaks", "breaks"]),
        ([TBA, {"role_privileged": True}], ["undetermined", "undetermined"]),
        ([TBA, TBA | {"accepts_user_credentials": True}], ["at-risk", "at-risk"]),
        ([BREAKING | {"role_active": False}, TBA], ["ready", "ready"]),
    ],
)
def test_the_first_verdict_that_applies_and_the_worst_of_all_connections(connections, expected):
    assert list(verdicts(*connections).values()) == expected


@pytest.mark.parametrize("state", [State.BLOCKED, State.WAITING])
def test_what_is_not_enabled_is_inactive_with_or_without_connections(state):
    assert set(verdicts(state=state).values()) == {"inactive"}
    assert set(verdicts(BREAKING, state=state).values()) == {"inactive"}


def test_an_exemption_covers_the_phases_that_come_by_its_end():
    exemption = Exemption(integration="x", **EXEMPTION)

    assert verdicts(BREAKING, exemption=(exemption,)) == {"2018.2": "exempt", "2019.1": "breaks"}


def test_an_exemption_that_does_not_outlast_the_window_needs_the_accounts_own_date():
    exemption = Exemption(**EXEMPTION | {"until": date(2018, 10, 31)})

    assert verdicts(BREAKING, exemption=(exemption,))["2018.2"] == "breaks"
    assert verdicts(BREAKING, exemption=(exemption,), phases={"2018.2": date(2018, 9, 14)})["2018.2"] == "exempt"


def test_an_expired_exemption_counts_for_nothing_and_is_reported():
    assessment = judge_one(BREAKING, exemption=(Exemption(**EXEMPTION | {"until": date(2018, 8, 1)}),))

    assert assessment.integrations[0].verdicts["2018.2"] == "breaks"
    assert "ended on 2018-08-01" in assessment.notes[0]


def test_an_exemption_hides_nothing_that_is_not_known():
    assert (
        verdicts({"authentication": "user credentials"}, exemption=(Exemption(**EXEMPTION),))["2018.2"]
        == "undetermined"
    )


def test_a_gap_names_the_fact_that_has_to_be_found_first():
    gaps = judge_one({"authentication": "user credentials"}, {"authentication": "user credentials", "role": "Ops"}).gaps

    assert [(gap.fact, gap.connections) for gap in gaps] == [("role", ("c1",)), ("role_privileged", ("c2",))]


def test_a_phase_that_the_pack_does_not_have_is_an_error_with_the_nearest():
    with pytest.raises(InputError, match=r"2018\.2"):
        judge_one(TBA, phases={"2018.1": date(2018, 9, 14)})


def test_the_audit_reads_no_clock():
    account = Account(integrations=(), connections=(), roles=(), conflicts=())

    with pytest.raises(InputError, match="as-of date"):
        judge(account, Inventory(frames={}, inputs=()), read_pack("2018.2-2019.1"), Engagement())
