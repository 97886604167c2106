"""The same counts stand in every format."""

import csv
import json
from collections import Counter

import openpyxl
import pytest

from auditor.model import Verdict
from auditor.reporter import render


@pytest.mark.parametrize("account", ["every_verdict", "hostile", "four_hundred"])
def test_every_format_shows_the_same_counts(account, browser, tmp_path, request):
    assessment = request.getfixturevalue(account)
    expected = {
        phase.id: {str(verdict): count for verdict, count in assessment.counts(phase.id).items()}
        for phase in assessment.phases
    }

    render(assessment, ["html", "xlsx", "json", "csv"], tmp_path)

    assert from_json(tmp_path / "assessment.json") == expected
    assert from_csv(tmp_path / "integrations.csv") == expected
    assert from_summary(tmp_path / "report.xlsx") == expected
    assert from_phase_sheets(tmp_path / "report.xlsx") == expected
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
