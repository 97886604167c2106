"""The workbook, read back by openpyxl and by LibreOffice."""

import shutil
import subprocess
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from auditor.assessment import Phase
from auditor.reporter import plain, render
from auditor.reporter.plan_sheet import STATUSES
from auditor.reporter.view import view_assessment


def test_every_sheet_is_a_table_with_frozen_headers(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["xlsx"], tmp_path)

    book = openpyxl.load_workbook(path)

    assert {page.title: (page.freeze_panes, [table.ref for table in page.tables.values()]) for page in book} == {
        "Summary": (None, ["A9:D15"]),
        "Remediation plan": ("C2", ["A1:T8"]),
        "2018.2": ("C2", ["A1:I9"]),
        "2019.1": ("C2", ["A1:I9"]),
        "Integrations": ("B2", ["A1:T9"]),
        "Connections": ("C2", ["A1:R9"]),
        "Roles": ("B2", ["A1:K3"]),
        "Evidence": ("B2", ["A1:J17"]),
        "Gaps": ("C2", ["A1:H6"]),
        "Inputs": ("C2", ["A1:J4"]),
        "Rules": ("C2", ["A1:O4"]),
    }


def test_a_phase_sheet_starts_with_what_breaks(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["xlsx"], tmp_path)

    rows = list(openpyxl.load_workbook(path)["2019.1"].iter_rows(min_row=2, max_row=3, values_only=True))

    assert rows == [
        (
            "breaks",
            "Shopify",
            "2018.2",
            "Highly privileged role signs in with user credentials",
            "1. Create an access token.\n2. Untick User Credentials.",
            "client administrator",
            2,
            6,
            None,
        ),
        (
            "breaks",
            "Boomi",
            "2019.1",
            "Any role signs in with user credentials",
            "1. Ask the vendor for a version that uses TBA.",
            "vendor",
            1,
            4.5,
            None,
        ),
    ]


def test_every_rule_stands_with_how_often_it_holds_and_its_sources(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["xlsx"], tmp_path)

    head, *rows = openpyxl.load_workbook(path)["Rules"].iter_rows(values_only=True)

    assert [row[0] for row in rows] == [rule.id for rule in every_verdict.rules]
    assert dict(zip(head, rows[0], strict=True)) == {
        "Rule": "TBA-101",
        "Title": "Highly privileged role signs in with user credentials",
        "Phase": "2018.2",
        "Verdict": "breaks",
        "Integrations": 1,
        "Connections": 1,
        "Why": "From 2018.2 NetSuite refuses it.",
        "What to do": "1. Create an access token.\n2. Untick User Credentials.",
        "Who": "client administrator",
        "Hours, least": 2,
        "Hours, most": 6,
        "Authority": "the rollout announcement",
        "Note": "Oracle's documentation dates it to 2019.1.",
        "Holds when": "authentication = 'user credentials' and role_privileged",
        "Sources": "https://example.com/announcement",
    }


def test_a_sheet_too_wide_for_the_paper_is_printed_beside_itself_with_its_names_on_each_page(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["xlsx"], tmp_path)

    book = openpyxl.load_workbook(path)

    assert {page.title: (page.page_setup.fitToWidth, page.print_title_cols) for page in book} == {
        "Summary": (1, None),
        "Remediation plan": (2, "$A:$B"),
        "2018.2": (1, None),
        "2019.1": (1, None),
        "Integrations": (2, "$A:$A"),
        "Connections": (2, "$A:$B"),
        "Roles": (1, None),
        "Evidence": (1, None),
        "Gaps": (1, None),
        "Inputs": (1, None),
        "Rules": (2, "$A:$B"),
    }


def test_no_hostile_text_is_a_formula(hostile, hostile_names, tmp_path):
    (path,) = render(hostile, ["xlsx"], tmp_path)

    book = openpyxl.load_workbook(path)

    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    formulas = [cell for cell in cells if cell.data_type == "f"]
    assert {cell.data_type for cell in cells} <= {"s", "n", "f"}
    assert {cell.parent.title for cell in formulas} == {"Summary"}
    assert not [cell for cell in formulas if any(name and name in cell.value for name in hostile_names)]
    cells = [cell for cell in cells if cell.data_type != "f"]
    assert {cell.quotePrefix for cell in cells if isinstance(cell.value, str) and plain.is_formula(cell.value)} == {
        True
    }
    assert {plain.cell(name) or None for name in hostile_names} == {
        row[0].value for row in book["Roles"].iter_rows(min_row=2)
    }


def test_every_sheet_and_every_table_has_a_name_that_excel_takes_and_no_other_has(empty, tmp_path):
    window = (date(2018, 7, 1), date(2018, 12, 31))
    ids = ("roles", "2018/2", "2018.2", "x" * 40, "x" * 50)
    phases = tuple(Phase(id=id_, title="", window=window) for id_ in ids)
    (path,) = render(replace(empty, phases=phases), ["xlsx"], tmp_path)

    book = openpyxl.load_workbook(path)

    assert book.sheetnames == [
        "Summary", "Remediation plan", "roles", "2018-2", "2018.2", "x" * 31, "x" * 29 + " 2", "Integrations", "Connections", "Roles 2",
        "Evidence", "Gaps", "Inputs", "Rules",
    ]  # fmt: skip
    assert len({name.casefold() for page in book for name in page.tables}) == len(book.sheetnames)


@pytest.mark.parametrize("account", ["every_verdict", "hostile", "empty"])
def test_libreoffice_opens_it_and_finds_no_error(account, tmp_path, request):
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("LibreOffice is not installed")
    (path,) = render(request.getfixturevalue(account), ["xlsx"], tmp_path)

    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path / "read"), str(path)]
    subprocess.run(command, check=True, capture_output=True)
    subprocess.run(
        [
            *command[:3],
            "--convert-to",
            "xlsx",
            "--outdir",
            str(tmp_path / "again"),
            str(tmp_path / "read" / "report.ods"),
        ],
        check=True,
        capture_output=True,
    )

    before, after = (
        openpyxl.load_workbook(file, data_only=True) for file in (path, tmp_path / "again" / "report.xlsx")
    )
    live = {cell.coordinate for row in openpyxl.load_workbook(path)["Summary"] for cell in row if cell.data_type == "f"}
    found = {cell.coordinate: cell.value for row in after["Summary"] for cell in row if cell.coordinate in live}
    assert {type(value) for value in found.values()} <= {int, float}
    for coordinate in live:
        before["Summary"][coordinate] = after["Summary"][coordinate].value
    assert texts(after) == texts(before)


def test_the_progress_of_the_plan_is_counted_anew_when_a_client_works_in_it(every_verdict, tmp_path):
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("LibreOffice is not installed")
    (path,) = render(every_verdict, ["xlsx"], tmp_path)
    book = openpyxl.load_workbook(path)
    plan = book["Remediation plan"]
    tasks = plan.max_row - 1
    plan["D2"], plan["D3"], plan["F4"] = "done", "waiting", date(2018, 1, 1)
    book.save(tmp_path / "worked.xlsx")

    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"]
    subprocess.run([*command, str(tmp_path / "again"), str(tmp_path / "worked.xlsx")], check=True, capture_output=True)

    rows = openpyxl.load_workbook(tmp_path / "again" / "worked.xlsx", data_only=True)["Summary"].values
    said = {row[0]: row[1:3] for row in rows if row[0] in (*STATUSES, "settled, of all", "overdue")}
    assert {name: said[name][0] for name in said} == {
        "open": tasks - 2, "in progress": 0, "waiting": 1, "done": 1, "risk accepted": 0,
        "settled, of all": pytest.approx(1 / tasks), "overdue": 1,
    }  # fmt: skip
    assert said["done"][1] == plan["O2"].value


def test_the_hours_of_the_plan_add_up_to_the_effort_of_what_is_not_ready(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["xlsx"], tmp_path)

    plan = openpyxl.load_workbook(path)["Remediation plan"]

    view = view_assessment(every_verdict)
    planned = {step.integration.label for step in view.steps}
    assert sum(row[14].value or 0 for row in plan.iter_rows(min_row=2)) == sum(
        item.effort[1] for item in view.integrations if item.label in planned
    )


def texts(book):
    return {page.title: [[shown(value) for value in row] for row in page.iter_rows(values_only=True)] for page in book}


def shown(value):
    # LibreOffice keeps no carriage return or trailing blank of a cell that was imported; what is read stays the same.
    return " ".join(value.split()) if isinstance(value, str) else value


def test_the_plan_offers_statuses_and_keeps_an_id_for_each_task(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["xlsx"], tmp_path)
    (again,) = render(replace(every_verdict, integrations=every_verdict.integrations[::-1]), ["xlsx"], tmp_path / "b")

    plan, other = (openpyxl.load_workbook(file)["Remediation plan"] for file in (path, again))

    ids = [cell.value for cell in plan["A"][1:]]
    assert len(set(ids)) == len(ids)
    assert {(row[0].value, row[1].value, row[2].value) for row in plan.iter_rows(min_row=2)} == {
        (row[0].value, row[1].value, row[2].value) for row in other.iter_rows(min_row=2)
    }
    assert [validation.formula1 for validation in plan.data_validations.dataValidation] == [
        f'"{",".join(STATUSES)}"',
        "36526",
        None,
    ]


def test_the_colours_of_the_plan_come_before_the_lines_between_its_rows(every_verdict, tmp_path):
    """LibreOffice shows only the first of two rules that hold for a cell."""
    (path,) = render(every_verdict, ["xlsx"], tmp_path)

    plan = openpyxl.load_workbook(path)["Remediation plan"]

    first = {str(area.sqref): min(rule.priority for rule in area.rules) for area in plan.conditional_formatting}
    lines = first.pop("A2:T8")
    assert {area[0] for area in first} == {"D", "F", "J"}, "status, due and verdict"
    assert all(priority < lines for priority in first.values())
