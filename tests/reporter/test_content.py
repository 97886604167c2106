"""What documents made from a template are filled with: plain, clean, and no more than a page can bear."""

import json
from dataclasses import replace

import pytest

from auditor.model import PackName
from auditor.reporter.content import content
from auditor.reporter.view import view_assessment


def told(assessment):
    return content(view_assessment(assessment))


@pytest.mark.parametrize("account", ["every_verdict", "hostile", "in_use", "empty"])
def test_it_is_json_and_every_text_is_one_clean_line(account, request):
    made = told(request.getfixturevalue(account))

    found = list(texts_in(made))
    assert json.loads(json.dumps(made)) == made
    assert [text for text in found if not text.isprintable()] == []
    assert max(len(text) for text in found) <= 1_000


def texts_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts_in(one)


def test_what_is_left_out_is_counted(four_hundred):
    parts = four_hundred.integrations
    copies = tuple(
        replace(part, integration=replace(part.integration, key=f"{part.integration.key}-{copy}"))
        for copy in range(3)
        for part in parts
    )
    made = told(replace(four_hundred, integrations=copies))

    assert (len(made["integrations"]), made["more_integrations"]) == (1_000, "200")
    later = made["phases"][1]
    assert (len(later["new_breaks"]["rows"]), later["new_breaks"]["more"]) == (300, "900")
    assert made["many"] is True
    assert {len(one["fix"]) for item in made["integrations"] for one in item["remedies"]} == {0}


def test_rows_that_were_not_used_are_named(every_verdict):
    (table,) = every_verdict.inputs
    row = replace(table.rejected[0], reason="no name")
    many = replace(table, rejected=tuple(replace(row, row=number) for number in range(2, 200)), set_aside=())

    (made,) = told(replace(every_verdict, inputs=(many,)))["quality"]["inputs"]

    assert made["unused_rows"][0] == "Row 2, rejected: no name"
    assert len(made["unused_rows"]) == 101
    assert made["unused_rows"][-1] == "All of them stand in assessment.json."


def test_a_row_that_stands_for_many_says_so(every_verdict):
    (table,) = every_verdict.inputs
    together = replace(table, rejected=(), set_aside=(replace(table.set_aside[0], count=1_535),))

    (made,) = told(replace(every_verdict, inputs=(together,)))["quality"]["inputs"]

    assert made["unused_rows"] == ["Row 90, set aside: a total (1,535 rows from there on)"]


def test_every_pack_is_named(every_verdict):
    packs = (PackName(id="a", version="1", title="A"), PackName(id="b", version="2", title="B"))

    assert told(replace(every_verdict, packs=packs))["packs"] == [
        {"id": "a", "version": "1"},
        {"id": "b", "version": "2"},
    ]
