"""Why a connection has its verdict: every rule, what it read, what it said."""

from datetime import date
from pathlib import Path

import pytest

from auditor import InputError, audit, read_engagement, read_packs
from auditor.assessment import JudgedConnection, OtherFacts
from auditor.engine.explain import read_rules, reasons
from auditor.engine.table import Truth
from auditor.model import Connection
from auditor.reporter.data import assessment_json
from auditor.reporter.recorded import read_assessment
from auditor.vocabulary import Verdict

CLIENT = Path(__file__).parents[2] / "sample_data" / "harbor-supply"
LISTS = ("ManageIntegrations.csv", "Integration worksheet.xlsx", "ManageRoles.csv")
PACK = read_packs(["2018.2-2019.1"])
BOTH = read_packs(["2027.1-2028.2", "2018.2-2019.1"])


@pytest.fixture(scope="module")
def assessment():
    return audit([CLIENT / name for name in LISTS], BOTH, read_engagement(CLIENT / "engagement.toml"))


def judged(verdicts, other_facts=(), **facts):
    connection = Connection(id="c1", **facts)
    return JudgedConnection(
        connection=connection, verdicts=verdicts, findings=(), exemptions={}, other_facts=other_facts
    )


def reading(connection, rule, pack=PACK):
    return next(one for one in read_rules(connection, pack) if one.rule.id == rule)


def test_a_rule_that_is_true_shows_all_that_it_read():
    said = reading(judged({}, authentication="user credentials", role_privileged=True), "TBA-101")

    assert said.truth is Truth.TRUE
    assert said.facts == (("authentication", "user credentials"), ("role_privileged", True), ("superseded_on", None))


def test_a_rule_that_is_false_is_decided_by_its_first_part_that_is():
    said = reading(judged({}, authentication="user credentials", role_privileged=False), "TBA-101")

    assert (said.truth, said.decided_by) == (Truth.FALSE, (("role_privileged", False),))


def test_a_rule_that_is_null_names_the_facts_to_blame():
    said = reading(judged({}, authentication="user credentials"), "TBA-101")

    assert (said.truth, said.missing) == (Truth.NULL, ("role_privileged",))


def test_a_table_is_shown_with_what_it_says_at_the_rules_phase():
    said = reading(judged({}, channel="SOAP", endpoint_version="2020.2"), "EOS-201", BOTH)

    assert ("endpoint_support at 2027.2", "disabled") in said.facts


def test_an_endpoint_that_its_table_does_not_have_is_to_blame_though_it_is_known():
    said = reading(judged({}, channel="SOAP", endpoint_version="2026.1"), "EOS-101", BOTH)

    assert (said.truth, said.missing) == (Truth.NULL, ("endpoint_version",))


def test_a_rule_reads_the_role_as_its_own_pack_defines_it():
    other = OtherFacts(pack="2018.2-2019.1", phase="2018.2", facts={"role_privileged": False})
    connection = judged({}, (other,), authentication="user credentials", role_privileged=True)

    assert reading(connection, "TBA-101", BOTH).truth is Truth.FALSE
    assert reading(connection, "EOS-103", BOTH).truth is Truth.TRUE


@pytest.mark.parametrize(
    ("verdict", "facts", "because"),
    [
        ("breaks", {"authentication": "user credentials", "role_privileged": True}, "TBA-101 is TRUE"),
        ("undetermined", {"authentication": "user credentials"}, "TBA-101 is NULL: role_privileged is not known"),
        ("at-risk", {"authentication": "TBA", "role_can_use_tokens": False}, "TBA-107 is TRUE"),
        ("inactive", {"role_active": False}, "it can't sign in today: role_active is no"),
        ("undetermined", {"role_privileged": False}, "nothing proves that it signs in"),
        ("ready", {"authentication": "TBA", "logins": 4}, "authentication is TBA and logins is 4"),
        ("exempt", {"authentication": "user credentials", "role_privileged": True}, "an exemption covers it"),
    ],
)
def test_each_verdict_has_its_reason(verdict, facts, because):
    connection = judged({"2018.2": Verdict(verdict), "2019.1": Verdict(verdict)}, **facts)

    reason = reasons(connection, PACK, read_rules(connection, PACK))[0]

    assert because in reason.because


def test_the_reasons_agree_with_the_judgement_of_a_whole_account(assessment):
    decided = {Verdict.BREAKS, Verdict.AT_RISK, Verdict.EXEMPT}
    for one in assessment.connections[::4]:
        for reason in reasons(one, BOTH, read_rules(one, BOTH)):
            assert reason.verdict == one.verdicts[reason.phase]
            assert bool(reason.readings) is (reason.verdict in decided) or reason.verdict is Verdict.UNDETERMINED


def test_an_assessment_reads_back_as_it_was_judged(assessment, tmp_path):
    path = tmp_path / "assessment.json"
    path.write_text(assessment_json(assessment), encoding="utf-8")

    recorded = read_assessment(path)

    assert recorded.connections == assessment.connections
    assert recorded.packs == tuple((one.id, one.version) for one in assessment.packs)
    assert [one.verdicts for one in recorded.integrations] == [one.verdicts for one in assessment.integrations]
    assert (recorded.client, recorded.as_of) == ("Harbor Supply Co.", date(2018, 8, 28))


@pytest.mark.parametrize(
    "text",
    ["", "[", "[]", "{}", "[" * 100_000, '{"schema": "auditor.assessment/1"}'],
)
def test_what_is_no_assessment_is_refused(text, tmp_path):
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match="no assessment"):
        read_assessment(path)
