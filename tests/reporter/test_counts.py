"""The same counts stand in every format."""

import csv
import json
import re
from collections import Counter

import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader

from auditor.reporter import render
from auditor.vocabulary import Verdict


@pytest.mark.parametrize("account", ["every_verdict", "hostile", "four_hundred"])
def test_every_format_shows_the_same_counts(account, browser, tmp_path, request):
    assessment = request.getfixturevalue(account)
    expected = {
        phase.id: {str(verdict): count for verdict, count in assessment.counts(phase.id).items()}
        for phase in assessment.phases
    }

    render(assessment, ["html", "pdf", "docx", "xlsx", "json", "csv"], tmp_path)

    assert from_json(tmp_path / "assessment.json") == expected
    assert from_csv(tmp_path / "integrations.csv") == expected
    assert from_summary(tmp_path / "report.xlsx") == expected
    assert from_phase_sheets(tmp_path / "report.xlsx") == expected
    assert from_pdf(tmp_path / "report.pdf") == expected
    assert from_document(tmp_path / "report.docx") == expected
    assert from_page(browser, tmp_path / "report.html") == expected


def all_named(counted):
    return {str(verdict): counted.get(verdict, 0) for verdict in Verdict}


def from_json(path):
    return {phase["id"]: phase["verdicts"] for phase in json.loads(path.read_text(encoding="utf-8"))["phases"]}


def from_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {phase: all_named(Counter(row[f"verdict_{phase}"] for row in rows)) for phase in ("2018.2", "2019.1")}


def from_summary(path):
    page = openpyxl.load_workbook(path)["Summary"]
    head, *rows = page[page.tables["T1_Summary"].ref]
    return {head[column].value: {row[0].value: row[column].value for row in rows} for column in range(1, len(head) - 1)}


def from_phase_sheets(path):
    book = openpyxl.load_workbook(path)
    return {
        phase: all_named(Counter(row[0] for row in book[phase].iter_rows(min_row=2, values_only=True)))
        for phase in ("2018.2", "2019.1")
    }


def from_pdf(path):
    """Return the counts of the table in the summary, once the headings of the phases have been found to agree."""
    text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    phases = re.search(r"^Verdict (.+) What it means$", text, re.MULTILINE)[1].split()
    verdict = f"^\\S\xa0({'|'.join(Verdict)})"
    rows = re.findall(verdict + r" (\d+)" * len(phases) + " ", text, re.MULTILINE)
    counted = {phase: {row[0]: int(row[column]) for row in rows} for column, phase in enumerate(phases, 1)}
    for phase in phases:
        chapter = text[text.index(f"\nPhase {phase}\n") :]
        headed = re.findall(verdict + r" (\d+) integrations?$", chapter, re.MULTILINE)[: len(Verdict)]
        assert {word: int(count) for word, count in headed} == counted[phase]
    return counted


def from_document(path):
    document = Document(path)
    (table,) = [table for table in document.tables if table.cell(0, 1).text == "breaks"]
    head, *rows = [[cell.text for cell in row.cells] for row in table.rows]
    return {row[0]: dict(zip(head[1:], map(int, row[1:]), strict=True)) for row in rows}


def from_page(browser, path):
    page = browser.new_page(java_script_enabled=False)
    page.goto(path.as_uri())
    head, *rows = page.locator("table.counts tr").all()
    phases = head.locator("th").all_inner_texts()[1:-1]
    words = [row.locator("th").inner_text().split()[-1] for row in rows]
    numbers = [row.locator("td").all_inner_texts() for row in rows]
    page.close()
    return {
        phase: {word: int(row[column]) for word, row in zip(words, numbers, strict=True)}
        for column, phase in enumerate(phases)
    }
