"""assessment.json keeps its contract."""

import json
from dataclasses import fields

import pytest

from auditor.model import facts
from auditor.reporter import render
from auditor.reporter.data import assessment_json
from auditor.reporter.recorded import read_assessment


@pytest.mark.parametrize("account", ["every_verdict", "hostile", "empty"])
def test_the_json_follows_the_published_schema(account, schema, request):
    assessment = request.getfixturevalue(account)

    written = json.loads(assessment_json(assessment))

    assert [error.message for error in schema.iter_errors(written)] == []


def test_an_exemption_and_a_waiver_are_told_apart_and_read_back(waived, schema, tmp_path):
    (path,) = render(waived, ["json"], tmp_path)
    written = json.loads(path.read_text(encoding="utf-8"))
    said = {"reason": "we will sue them", "owner": "the CFO", "until": "2019-08-15", "waiver": True}

    assert [error.message for error in schema.iter_errors(written)] == []
    assert [one["decisions"] for one in written["connections"] if "decisions" in one] == [
        {"2018.2": [said]},
        {"2018.2": [said], "2019.1": [said]},
    ]
    assert [one.exemptions for one in read_assessment(path).connections] == [
        one.exemptions for one in waived.connections
    ]


def test_the_schema_names_every_key_that_is_written(every_verdict, schema):
    written = json.loads(assessment_json(every_verdict))

    named = {
        name: set(schema.schema["$defs"][name]["properties"])
        for name in ("integration", "connection", "finding", "role")
    }

    # What only an audit with several packs or with a decision writes is tested with those, and what needs an earlier audit with those.
    named["connection"] -= {"other_facts", "decisions"}
    assert set(written) == set(schema.schema["properties"]) - {"packs", "since"}
    assert {name: set(written[f"{name}s"][0]) for name in named} == named


def test_the_same_assessment_gives_the_same_bytes(every_verdict):
    assert assessment_json(every_verdict) == assessment_json(every_verdict)


def test_text_is_utf_8_as_it_was_and_ends_with_a_newline(hostile):
    written = assessment_json(hostile)

    assert "שלום العربية" in written and "emoji 🚢📦" in written
    assert written.endswith("}\n")
    assert written.encode()


def test_a_phase_counts_every_verdict_and_invents_no_date(every_verdict):
    phases = json.loads(assessment_json(every_verdict))["phases"]

    assert phases == [
        {
            "id": "2018.2",
            "title": "Highly privileged roles",
            "effective": "2018-09-14",
            "window": ["2018-07-01", "2018-12-31"],
            "verdicts": {"breaks": 1, "undetermined": 2, "at-risk": 1, "exempt": 1, "ready": 2, "inactive": 1},
        },
        {
            "id": "2019.1",
            "title": "Every role",
            "effective": None,
            "window": ["2019-01-01", "2019-06-30"],
            "verdicts": {"breaks": 3, "undetermined": 1, "at-risk": 1, "exempt": 1, "ready": 1, "inactive": 1},
        },
    ]


def test_a_connection_carries_every_fact_with_null_for_what_is_not_known(every_verdict):
    connection = json.loads(assessment_json(every_verdict))["connections"][2]

    known = {
        "integration": "Shopify",
        "integration_state": "Enabled",
        "owner": "vendor",
        "user": "svc@harbor.example",
        "role": "Administrator",
        "channel": "SOAP",
        "role_privileged": True,
        "authentication": "user credentials",
    }
    assert connection["facts"] == {**dict.fromkeys(facts()), **known}
    assert connection["evidence"] == [
        {
            "file": "integrations.xlsx",
            "sheet": "Sheet1",
            "rows": [2],
            "count": 1,
            "supports": "authentication",
            "value": "User Credentials",
        }
    ]


def test_a_finding_says_everything_its_rule_says(every_verdict):
    finding = json.loads(assessment_json(every_verdict))["findings"][1]

    rule = every_verdict.findings[1].rule
    expected = {item.name: getattr(rule, item.name) for item in fields(rule) if item.name not in ("id", "when")}
    assert finding == {
        **expected,
        "id": "f3-TBA-101",
        "rule": "TBA-101",
        "connection": "c3",
        "fix": list(rule.fix),
        "doers": ["client administrator", "client administrator"],
        "effort_hours": [2, 6],
        "sources": list(rule.sources),
    }


def test_a_gap_names_its_integrations_and_the_lists_that_settle_it(every_verdict):
    gaps = json.loads(assessment_json(every_verdict))["gaps"]

    assert gaps == [
        {
            "fact": "authentication",
            "meaning": "how it signs in",
            "connections": ["c4"],
            "integrations": ["BI extract"],
            "settled_by": ["SOAP web services operations", "login audit trail", "integration list"],
        },
        {
            "fact": "role_privileged",
            "meaning": facts()["role_privileged"].meaning,
            "connections": ["c4", "c8"],
            "integrations": ["BI extract", "Concur"],
            "settled_by": ["role list", "SDF role", "role permissions"],
        },
    ]
