"""Every rule of every pack proves itself, and the packs keep the house in order."""

import pytest

from auditor.engine.pack import pack_files, read_pack
from auditor.engine.prove import prove
from auditor.model import RuleVerdict

PACKS = {name: read_pack(name) for name in pack_files()}


@pytest.mark.parametrize(
    "proof",
    [
        pytest.param(proof, id=f"{name}::{proof.rule}::{proof.number}")
        for name, pack in PACKS.items()
        for proof in prove(pack)
    ],
)
def test_the_example_holds(proof):
    assert proof.actual == proof.expected


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_every_rule_is_proved_to_hold_and_not_to_hold(pack):
    said = {item.rule.id: {example.then for example in item.examples} for item in pack.rules}

    assert [rule for rule, then in said.items() if "nothing" not in then] == []
    assert [item.rule.id for item in pack.rules if str(item.rule.verdict) not in said[item.rule.id]] == []


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_no_two_rules_say_the_same(pack):
    rules = [item.rule for item in pack.rules]

    assert len({rule.id for rule in rules}) == len(rules)
    assert len({rule.title for rule in rules}) == len(rules)
    assert len({(rule.phase, item.condition.sql) for rule, item in zip(rules, pack.rules, strict=True)}) == len(rules)


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_hours_run_from_least_to_most_and_windows_from_first_to_last(pack):
    assert [item.rule.id for item in pack.rules if item.rule.effort_hours[0] > item.rule.effort_hours[1]] == []
    assert [phase.id for phase in pack.phases if phase.window[0] > phase.window[1]] == []


def test_the_rollout_breaks_what_its_announcement_says():
    rules = {item.rule.id: item for item in PACKS["2018.2-2019.1"].rules}

    assert rules["TBA-101"].rule.phase == "2018.2"
    assert rules["TBA-201"].rule.phase == "2019.1"
    assert {rules[one].rule.verdict for one in ("TBA-101", "TBA-201")} == {RuleVerdict.BREAKS}
