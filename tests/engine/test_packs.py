"""The pack format: what is shared between rules, what check proves, and where every error points."""

import json
import shutil
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from auditor import Engagement, PackError, audit, read_pack
from auditor.engine.check import check
from auditor.engine.in_words import in_words, names_in_words
from auditor.engine.new_pack import new_pack, new_rule
from auditor.engine.pack import examine_pack
from auditor.engine.pack_file import pack_schema
from auditor.engine.pack_place import pack_files
from auditor.engine.pack_text import read_text
from auditor.model import facts

RULES = Path(__file__).parents[2] / "rules"
SUNSET = RULES / "2027.1-2028.2.toml"

NEW_RULE = """
[[rule]]
id = "HSE-101"
phase = "2027.1"
verdict = "at-risk"
title = "A person's own login runs an integration"
when = "lower(role) = 'accountant' and channel = 'REST'"
why = "The accountant's role is a person's."
authority = "the house"
fix = ["Give it a role of its own."]
who = "client administrator"
effort_hours = [1, 2]
sources = ["audit-trail"]
  [[rule.example]]
  given = { role = "Accountant", channel = "REST" }
  then = "at-risk"
  [[rule.example]]
  given = { role = "HS FX", channel = "REST" }
  then = "nothing"
  [[rule.example]]
  given = { role = "Accountant" }
  then = "undetermined"
"""


@pytest.fixture
def sunset(tmp_path):
    """A copy of the shipped pack, to be changed."""
    path = tmp_path / "house.toml"
    shutil.copyfile(SUNSET, path)
    return path


def changed(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")
    return str(path)


def problems(path):
    pack, faults = examine_pack(str(path))
    return [str(one) for one in faults or check(pack)]


def test_a_new_rule_is_one_table_and_nothing_else(sunset, tmp_path):
    sunset.write_text(sunset.read_text(encoding="utf-8") + NEW_RULE, encoding="utf-8")
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "list.csv").write_text("Name,Role,Authentication,Channel\nFeed,Accountant,OAuth 2.0,REST\n")

    assessment = audit([exports], read_pack(str(sunset)), Engagement(client="x", as_of=date(2026, 11, 16)))

    assert problems(sunset) == []
    assert set(assessment.integrations[0].verdicts.values()) == {"at-risk"}
    assert "HSE-101" in {one.rule.id for one in assessment.findings}


def test_a_remedy_gives_its_steps_to_every_rule_that_names_it():
    rules = {item.rule.id: item.rule for item in read_pack("2027.1-2028.2").rules}

    assert rules["EOS-101"].fix == rules["EOS-302"].fix == rules["EOS-401"].fix
    assert rules["EOS-101"].who == "developer of the integration"
    assert rules["EOS-301"].fix != rules["EOS-302"].fix
    assert "PKCE" in " ".join(rules["EOS-301"].fix) and "certificate" in " ".join(rules["EOS-301"].fix)


def test_a_step_says_who_takes_it_where_it_is_not_who_does_the_rest():
    (revoke, rebuild) = (
        next(
            (step, who)
            for item in read_pack("2027.1-2028.2").rules
            for step, who in item.rule.steps
            if item.rule.id == "EOS-101" and step.startswith(word)
        )
        for word in ("Revoke", "Rebuild")
    )

    assert (revoke[1], rebuild[1]) == ("client administrator", "developer of the integration")


@pytest.mark.parametrize("pack", ["2018.2-2019.1", "2027.1-2028.2"])
def test_to_ask_the_vendor_is_no_task_of_the_vendors(pack):
    asked = [
        item.rule.id
        for item in read_pack(pack).rules
        for step, who in item.rule.steps
        if who == "vendor" and step.startswith("Ask the vendor")
    ]

    assert asked == []


def test_a_rules_own_steps_come_before_its_remedys(sunset):
    name = changed(sunset, 'remedy = "look-closer"', 'remedy = "look-closer"\nfix = ["Ask first."]\nwho = "owner"')

    rule = next(item.rule for item in read_pack(name).rules if item.rule.id == "EOS-105")

    assert (rule.fix[0], rule.who, rule.effort_hours) == ("Ask first.", "owner", (0.5, 2))
    assert len(rule.fix) == 3


def test_a_divergence_is_the_note_of_the_rules_that_name_it():
    rules = {item.rule.id: item.rule for item in read_pack("2027.1-2028.2").rules}

    assert rules["EOS-301"].note == rules["EOS-302"].note
    assert "tentatively 2028.1" in rules["EOS-301"].note and "2028.2" in rules["EOS-301"].note


@pytest.mark.parametrize(
    ("endpoint", "support"),
    [
        ("2025.2", ["supported", "supported", "supported", "disabled"]),
        ("2025.1", ["supported", "unsupported", "unsupported", "disabled"]),
        ("2024.1", ["unsupported", "unsupported", "unsupported", "disabled"]),
        ("2021.1", ["unsupported", "unsupported", "disabled", "disabled"]),
        ("2020.2", ["unsupported", "disabled", "disabled", "disabled"]),
        ("2020.1", ["disabled"] * 4),
        ("2010.2", ["disabled"] * 4),
        ("2026.1", [None] * 4),
        (None, [None] * 4),
    ],
)
def test_the_endpoint_table_says_what_oracle_says(endpoint, support):
    phases = {}
    for item in read_pack("2027.1-2028.2").rules:
        for lookup in item.condition.lookups:
            phases[lookup.release] = lookup.of(endpoint)
    # No rule needs the table at 2028.2: every endpoint is disabled.
    assert [phases[one] for one in ("2027.1", "2027.2", "2028.1")] == support[:3]


def test_a_table_can_not_be_read_at_a_phase_that_it_does_not_reach(sunset):
    name = changed(sunset, '"2027.2", "2028.1", "2028.2"]', '"2027.2", "2028.2", "2028.3"]')

    assert any('the table "endpoint_support" has no column for 2028.1' in one for one in problems(name))


@pytest.mark.parametrize(
    ("old", "new", "message", "fix"),
    [
        ('phase = "2027.2"', 'phase = "2027.22"', '"2027.22" is not a phase of this pack', 'did you mean "2027.2"?'),
        ('verdict = "at-risk"', 'verdict = "at risk"', '"at risk" is not a verdict', 'did you mean "at-risk"?'),
        ('remedy = "oauth2"', 'remedy = "oauth"', '"oauth" is not a remedy', 'did you mean "oauth2"?'),
        ('divergence = "end-of-tba"', 'divergence = "end-tba"', "is not a divergence", 'did you mean "end-of-tba"?'),
        ('sources = ["hmac"', 'sources = ["hmca"', '"hmca" is not a source', 'did you mean "hmac"?'),
        ("endpoint_support = 'disabled'", "endpoint_suport = 'disabled'", "is not a fact", "endpoint_support"),
        ("endpoint_support = 'disabled'", "endpoint_support = 'disable'", '"disable" is not a value', "disabled"),
        ('given = { channel = "SOAP", e', 'given = { chanel = "SOAP", e', '"chanel" is not a fact', "channel"),
        ('given = { channel = "SOAP", e', 'given = { channel = "soup", e', '"soup" is not a value', "SOAP"),
        ('role_privileged = true }', 'role_privileged = "yes" }', '"yes" is not boolean', "value of that type"),
        ('then = "nothing"', 'then = "noting"', "is not what a rule can say", 'did you mean "nothing"?'),
        ('then = "nothing"', 'then = "advice"', 'never says "advice"', '"nothing"'),
        ('who = "client administrator"\n', "", 'the key "who" is missing', "remedy"),
        ("effort_hours = [16, 60]", "effort_hours = [60, 16]", "from most to least", "least"),
        ('authority = "Login Audit Trail"\n', "", 'the key "authority" is missing', "add it"),
        ('why = "', 'wy = "', '"wy" is not a key', 'did you mean "why"?'),
        ('id = "EOS-102"', 'id = "EOS-101"', '"EOS-101" stands twice', "its own"),
        ('id = "EOS-102"', 'id = "eos 102"', '"id"', "rules/README.md"),
        ("tentative = true", "tentativ = true", '"tentativ" is not a key', 'did you mean "tentative"?'),
        ("window = [2027-07-01, 2027-12-31]", "window = [2027-12-31, 2027-07-01]", "ends before it begins", "first"),
        ("window = [2028-07-01", "window = [2026-07-01", "begins before the one above it", "order"),
        ('"2021.1" = "U U U U U - -"', '"2021.1" = "U U U X U - -"', '"X" is not in the legend', "use one of"),
        ('reads = "endpoint_version"', 'reads = "endpont"', '"endpont" is not a fact of text', "endpoint_version"),
        ('name = "endpoint_support"', 'name = "role"', '"role" is a fact already', "another"),
        ('earlier = "disabled"', 'earlier = "gone"', '"gone" is not in the legend', "disabled"),
        ('note = "Only the last', 'divergence = "end-of-tba"\nnote = "Only the last', "not both", "take one away"),
        ('release = "2020.2"', 'release = "202.2"', '"release"', "rules/README.md"),
        ('{ step = "Decide first who', '{ stp = "Decide first who', '"stp" is not a key', 'did you mean "step"?'),
        ("[privilege]", "[privileges]", '"privileges" is not a key', 'did you mean "privilege"?'),
    ],
)  # fmt: skip
def test_every_fault_names_its_line_and_the_nearest_valid_name(sunset, old, new, message, fix):
    line = sunset.read_text(encoding="utf-8").split(old)[0].count("\n") + 1
    name = changed(sunset, old, new)

    _, faults = examine_pack(name)

    found = [one for one in faults if message in one.message]
    assert found, [str(one) for one in faults]
    assert fix in found[0].fix
    at = int(found[0].where.rsplit(":", 1)[1])
    # A key that is missing is missed where its table begins, and a given fact where its example does.
    assert abs(at - line) <= (18 if "missing" in message or new.startswith("divergence") else 1), (at, line)


def test_all_faults_are_told_at_once(sunset):
    changed(sunset, 'phase = "2027.2"', 'phase = "2027.22"')
    changed(sunset, 'sources = ["hmac"', 'sources = ["hmca"')

    assert len(examine_pack(str(sunset))[1]) == 2
    with pytest.raises(PackError, match="hmca"):
        read_pack(str(sunset))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('then = "breaks"', 'then = "nothing"', "EOS-101 example 1: expected nothing, is breaks"),
        ('  given = { channel = "Connect", authentication = "TBA" }\n  then = "advice"\n', '  given = { channel = "REST" }\n  then = "nothing"\n', "EOS-304 has no example where it holds"),
        ('  given = { last_failure = "InvalidSignature" }\n  then = "undetermined"', '  given = { failures = 0 }\n  then = "nothing"', "EOS-123 has no example where it is undetermined"),
        ('no_example = { undetermined = "without', 'no_example = { nothing = "x", undetermined = "without', "EOS-120 says why it has no example where it does not hold, and has one"),
        ('when = "(listed_authentication <> authentication) is true"', 'when = "listed_authentication <> authentication"', "EOS-120 says that it is never undetermined, but when nothing is known it is"),
        ('title = "Failed sign-ins"', 'title = "SOAP with user credentials"', "EOS-102 and EOS-123 have the same title"),
        ('sources = ["rest-authentication"]', 'sources = ["audit-trail"]', 'nothing names the source "rest-authentication"'),
        ('divergence = "restlet-credentials"', 'note = "x"', 'no rule uses the divergence "restlet-credentials"'),
        ('phase = "2028.2"', 'phase = "2028.1"', 'the phase "2028.2" has no rule'),
        ('    "Make sure that every job of this integration has been moved, the monthly and yearly ones too."', '    { step = "Look at every job.", who = "vendor" }', 'EOS-107 gives its hours to "developer of the integration", who takes none of its steps'),
    ],
)  # fmt: skip
def test_check_proves_what_reading_can_not(sunset, old, new, message):
    changed(sunset, old, new)

    assert any(message in one for one in problems(sunset)), problems(sunset)


def test_two_rules_that_differ_in_nothing_but_order_and_parentheses_are_equal(sunset):
    same = (
        NEW_RULE.replace('"HSE-101"', '"HSE-102"')
        .replace("A person's own", "Another")
        .replace(
            "lower(role) = 'accountant' and channel = 'REST'", "((channel = 'REST') and (lower(role) = 'accountant'))"
        )
    )
    sunset.write_text(sunset.read_text(encoding="utf-8") + NEW_RULE + same, encoding="utf-8")

    assert [one.split(": ", 1)[1] for one in problems(sunset)] == [
        "HSE-101 and HSE-102 of phase 2027.1 say the same\n  take one away, or say what tells them apart"
    ]


def dated_as_text(value):
    if isinstance(value, dict):
        return {key: dated_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [dated_as_text(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("path", pack_files().values(), ids=pack_files())
def test_the_schema_takes_every_pack_and_knows_every_fact(path):
    schema = json.loads(json.dumps(pack_schema()))
    written = dated_as_text(dict(read_text(path, path.name).written))

    jsonschema.Draft202012Validator(schema).validate(written)
    assert set(schema["$defs"]["Example"]["properties"]["given"]["properties"]) == set(facts())


def test_the_schema_refuses_what_the_program_refuses():
    validator = jsonschema.Draft202012Validator(pack_schema())
    written = dated_as_text(dict(read_text(SUNSET, "x").written))
    written["rule"][0]["example"][0]["given"]["chanel"] = "SOAP"

    assert not validator.is_valid(written)


def test_the_pack_of_the_readme_passes_the_check(tmp_path):
    readme = (RULES / "README.md").read_text(encoding="utf-8")
    path = tmp_path / "readme.toml"
    path.write_text(readme.split("```toml\n")[1].split("```")[0], encoding="utf-8")

    assert problems(path) == []


def test_what_rules_new_writes_passes_the_check(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(new_pack("2029.2-mine", 'A "house" rollout'), encoding="utf-8")

    pack = read_pack(str(path))
    path.write_text(path.read_text() + "\n" + new_rule(pack, "NEW-102"), encoding="utf-8")

    assert (pack.title, pack.phases[0].id) == ('A "house" rollout', "2029.2")
    assert problems(path) == []


def test_a_condition_is_put_into_words():
    rules = {item.rule.id: item.condition for item in read_pack("2027.1-2028.2").rules}

    assert in_words(rules["EOS-303"]) == (
        "all of these:",
        '  channel is "SOAP"',
        "  at least one of these:",
        "    channel is known",
        '    authentication is not "OAuth 2.0"',
        "  superseded on is not known",
        '  endpoint support is "disabled"',
    )
    assert names_in_words(rules["EOS-303"])[-1][1].endswith("(a table, by endpoint_version, at 2028.1)")
    assert in_words(rules["EOS-122"]) == ("known to be otherwise: an integration list has the integration",)


@pytest.mark.parametrize("name", pack_files())
def test_every_rule_can_be_put_into_words(name):
    for item in read_pack(name).rules:
        said = " ".join(in_words(item.condition))
        assert said and not any(sign in said for sign in (" = ", " <> ", " < ", "_")), item.rule.id
