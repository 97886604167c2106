"""Several packs as one: one line of time, each rule under its own pack's definitions."""

import json
import tomllib
from datetime import date
from pathlib import Path

import jsonschema
import pandas as pd
import pytest

from auditor import Engagement, InputError, PackError, audit, read_pack, read_packs
from auditor.engine.judge import judge
from auditor.inventory import Inventory
from auditor.model import Account, Connection, Integration
from auditor.reporter.data import assessment_json
from auditor.vocabulary import List

ROOT = Path(__file__).parents[2]
BOTH = ("2027.1-2028.2", "2018.2-2019.1")
RULE = """
[[rule]]
id = "{id}"
phase = "{phase}"
verdict = "breaks"
title = "{id}"
when = "role_privileged"
why = "Because."
authority = "the house"
fix = ["Mend it."]
who = "consultant"
effort_hours = [1, 2]
sources = ["a page"]
"""
PACK = """id = "{id}"
title = "{id}"
version = "1"
[privilege]
standard_roles = {roles}
{change}
[[phase]]
id = "{phase}"
title = "{id}"
window = [{first}, {last}]
"""


def written(
    folder, id, phase="2030.1", *, rule="NEW-101", roles="[]", change="", first="2030-01-01", last="2030-06-30"
):
    path = folder / f"{id}.toml"
    text = PACK.format(id=id, phase=phase, roles=roles, change=change, first=first, last=last)
    path.write_text(text + RULE.format(id=rule, phase=phase), encoding="utf-8")
    return str(path)


def judged(pack, **facts):
    connection = Connection(id="c1", integration="Feed", role="Clerk", **facts)
    integration = Integration(key="feed", name="Feed", connections=("c1",))
    account = Account(integrations=(integration,), connections=(connection,), roles=(), conflicts=())
    roles = {"name": "Clerk", "type": "custom", "base_role": "Sales Administrator", "file": "roles.csv", "row": 2}
    columns = ("internal_id", "base_role_id", "is_custom", "mandatory_2fa", "requires_2fa", "inactive", "sheet")
    columns += ("web_services_only", "can_use_tokens")
    frame = pd.DataFrame([dict.fromkeys(columns) | roles], dtype=object)
    inventory = Inventory(frames={List.ROLES: frame}, inputs=())
    return judge(account, inventory, pack, Engagement(client="x", as_of=date(2026, 11, 16)))


def test_phases_of_all_packs_stand_in_the_order_of_their_dates():
    pack = read_packs(BOTH)

    assert [phase.id for phase in pack.phases] == ["2018.2", "2019.1", "2027.1", "2027.2", "2028.1", "2028.2"]
    assert [name.id for name in pack.names] == list(BOTH)


def test_what_breaks_in_one_rollout_stays_broken_in_the_next():
    verdicts = judged(read_packs(BOTH), channel="Connect", authentication="user credentials", role_privileged=False)

    assert set(verdicts.integrations[0].verdicts.values()) == {"breaks"}


def test_each_rule_goes_by_its_own_packs_definition_of_highly_privileged(tmp_path):
    later = {"first": "2031-01-01", "last": "2031-06-30"}
    lenient = written(tmp_path, "lenient", roles='["Administrator"]')
    strict = written(tmp_path, "strict", "2031.1", rule="NEW-102", roles='["Sales Administrator"]', **later)

    verdicts = judged(read_packs([lenient, strict]), authentication="TBA").integrations[0].verdicts

    assert verdicts == {"2030.1": "undetermined", "2031.1": "breaks"}


def test_a_release_may_change_what_highly_privileged_means(tmp_path):
    change = '[[privilege.change]]\nrelease = "2020.2"\npermissions = ["View Unencrypted Credit Cards"]\n'
    change += '[[privilege.change]]\nrelease = "2031.1"\nstandard_roles = ["Sales Administrator"]\n'
    change += 'no_longer = ["View Unencrypted Credit Cards"]\n'
    path = Path(written(tmp_path, "house", change=change))
    path.write_text(
        path.read_text()
        + '[[phase]]\nid = "2031.1"\ntitle = "later"\nwindow = [2031-01-01, 2031-06-30]\n'
        + RULE.format(id="NEW-102", phase="2031.1"),
        encoding="utf-8",
    )

    pack = read_pack(str(path))

    assert [item.privilege.permissions for item in pack.rules] == [("View Unencrypted Credit Cards",), ()]
    assert [item.privilege.standard_roles for item in pack.rules] == [(), ("Sales Administrator",)]
    assert judged(pack, authentication="TBA").integrations[0].verdicts["2031.1"] == "breaks"


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"id": "one", "rule": "NEW-102"}, "given twice"),
        ({"id": "two"}, 'the rule "NEW-101" is in one and in two'),
        ({"id": "two", "rule": "NEW-102", "first": "2030-02-01"}, "another window"),
    ],
)
def test_packs_that_do_not_go_together_are_refused(tmp_path, second, message):
    names = [written(tmp_path, "one"), written(tmp_path, **second)]

    with pytest.raises(PackError, match=message):
        read_packs(names)


def test_a_house_pack_adds_rules_to_a_phase_of_another(tmp_path):
    house = written(tmp_path, "house", "2027.1", first="2027-01-01", last="2027-06-30")

    pack = read_packs(["2027.1-2028.2", house])

    assert [phase.id for phase in pack.phases] == ["2027.1", "2027.2", "2028.1", "2028.2"]
    assert pack.phases[0].title.endswith("no new TBA integrations; house")


def test_the_engagement_dates_phases_of_any_pack(tmp_path):
    exports = ROOT / "sample_data" / "harbor-supply" / "ManageIntegrations.csv"
    dates = {"2018.2": date(2018, 9, 14), "2028.1": date(2028, 3, 3)}
    engagement = Engagement(client="x", as_of=date(2026, 11, 16), phases=dates)

    phases = audit([exports], read_packs(BOTH), engagement).phases

    assert {phase.id: phase.effective for phase in phases if phase.effective} == dates
    with pytest.raises(InputError, match=r"2018\.2-2019\.1 or"):
        audit([exports], read_packs(BOTH[::-1]), Engagement(as_of=date(2026, 11, 16), phases={"2018.1": date.max}))


def test_the_contract_names_all_packs_and_the_first_as_before():
    schema = json.loads((ROOT / "docs" / "assessment.schema.json").read_text(encoding="utf-8"))
    several = json.loads(assessment_json(judged(read_packs(BOTH), authentication="TBA")))
    single = json.loads(assessment_json(judged(read_pack(BOTH[0]), authentication="TBA")))

    jsonschema.validate(several, schema)
    jsonschema.validate(single, schema)
    assert several["pack"] == single["pack"] == several["packs"][0]
    assert [one["id"] for one in several["packs"]] == list(BOTH)
    assert "packs" not in single
    assert [phase.get("tentative", False) for phase in single["phases"]] == [False, False, True, False]
    assert [one["pack"] for one in several["connections"][0]["other_facts"]] == ["2018.2-2019.1"] * 2


def test_a_pack_of_the_program_is_named_like_its_file():
    for name in BOTH:
        assert tomllib.loads((ROOT / "rules" / f"{name}.toml").read_text(encoding="utf-8"))["id"] == name
