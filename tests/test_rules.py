"""Every rule of every pack proves itself, and the packs keep the house in order."""

import pytest

from auditor.engine.check import check
from auditor.engine.pack import read_pack
from auditor.engine.pack_place import pack_files
from auditor.engine.prove import prove
from auditor.vocabulary import RuleVerdict

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
def test_the_pack_owes_its_reader_nothing(pack):
    assert [str(problem) for problem in check(pack)] == []


def test_the_rollout_breaks_what_its_announcement_says():
    rules = {item.rule.id: item for item in PACKS["2018.2-2019.1"].rules}

    assert rules["TBA-101"].rule.phase == "2018.2"
    assert rules["TBA-201"].rule.phase == "2019.1"
    assert {rules[one].rule.verdict for one in ("TBA-101", "TBA-201")} == {RuleVerdict.BREAKS}
