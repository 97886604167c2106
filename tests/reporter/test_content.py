"""What documents made from a template are filled with: plain, clean, and no more than a page can bear."""

import json
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader

from auditor.assessment import PackName
from auditor.reporter import render
from auditor.reporter.content import content
from auditor.reporter.previous import read_previous
from auditor.reporter.recorded import record
from auditor.reporter.since import view_since
from auditor.reporter.view import view_assessment
from auditor.vocabulary import Verdict


def told(assessment, **given):
    return content(view_assessment(assessment, **given))


@pytest.fixture
def earlier(every_verdict):
    """Return three audits: since the last but one an integration was mended, and the first one went."""
    _, second, *others = every_verdict.integrations
    mended = replace(second, verdicts=dict.fromkeys(second.verdicts, Verdict.READY))
    before = replace(every_verdict, as_of=date(2018, 7, 1))
    return before, replace(before, as_of=date(2018, 8, 1)), replace(every_verdict, integrations=(mended, *others))


@pytest.fixture
def since(earlier):
    *before, now = (record(one) for one in earlier)
    return view_since(before, now)


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


def test_changes_and_the_course_are_told_with_their_phases(earlier, since):
    made = told(earlier[-1], since=since)["since"]

    assert made["headline"] == since.headline
    assert {row["change"]: row["said"] for row in made["changes"]}["fixed"] == "0 at 2018.2, 1 at 2019.1"
    assert [row["audit"] for row in made["course"]] == ["1 July 2018", "1 August 2018", "28 August 2018"]
    assert made["course"][-1]["said"].startswith("2018.2: 3 of 7: 1 break, 2 undetermined; 2019.1: ")
    gone = [row for group in made["groups"] for row in group["rows"] if not row["anchor"]]
    assert [row["label"] for row in gone] == ["Zendesk"]


def test_an_audit_that_did_not_judge_a_phase_says_so(earlier):
    old = replace(
        earlier[0],
        phases=earlier[0].phases[:1],
        integrations=tuple(
            replace(one, verdicts={"2018.2": one.verdicts["2018.2"]}, breaks_at=None) for one in earlier[0].integrations
        ),
    )

    made = told(earlier[-1], since=view_since([record(old), record(earlier[1])], record(earlier[-1])))["since"]

    assert made["course"][0]["counts"][1] == "not judged"


def test_what_was_typed_into_the_plan_is_told(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["xlsx"], tmp_path)
    book = openpyxl.load_workbook(path)
    page = book["Remediation plan"]
    at = {cell.value: cell.column for cell in page[1]}
    for header, value in (("Status", "done"), ("Owner", "Dana"), ("Due", date(2018, 9, 10))):
        page.cell(2, at[header], value)
    book.save(path)

    made = told(every_verdict, previous=read_previous(path))["carried"]

    (row,) = made["rows"]
    assert (row["label"], row["status"], row["owner"], row["due"]) == ("Shopify", "done", "Dana", "10 September 2018")


@pytest.mark.parametrize("format_", ["pdf", "docx"])
def test_both_documents_tell_what_changed_and_where_the_plan_stands(format_, earlier, since, tmp_path):
    (plan,) = render(earlier[0], ["xlsx"], tmp_path)

    (path,) = render(earlier[-1], [format_], tmp_path, since=since, previous=read_previous(plan))

    said = READ[format_](path)
    assert since.headline in said
    assert "Since last time" in said
    assert "Where it stands" in said
    assert "Nothing noted in report.xlsx belongs to a task of this plan" in said


def read_pdf(path):
    return " ".join("\n".join(page.extract_text() for page in PdfReader(path).pages).split())


def read_document(path):
    return "\n".join(paragraph.text for paragraph in Document(path).paragraphs)


READ = {"pdf": read_pdf, "docx": read_document}
