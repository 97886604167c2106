"""What people type into the plan of a report, read back and carried into the next: nothing of it is lost."""

import shutil
import subprocess
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest

from auditor.errors import InputError
from auditor.reporter import render
from auditor.reporter.previous import PLAN, UNPLACED, read_previous, refuse_to_lose
from auditor.reporter.view import view_assessment

TYPED = {"Status": "in progress", "Owner": "Dana", "Due": date(2018, 9, 10), "Notes": "=2+2 said the vendor"}


@pytest.fixture
def report(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["xlsx"], tmp_path / "first")
    return path


def work(path, edit):
    """Let somebody work in the workbook."""
    book = openpyxl.load_workbook(path)
    edit(book[PLAN])
    book.save(path)


def columns(page, row=1):
    return {cell.value: cell.column for cell in page[row] if cell.value}


def type_in(page, row=2, **more):
    at = columns(page)
    for header, value in (TYPED | more).items():
        page.cell(row, at[header], value)
        if isinstance(value, str):
            page.cell(row, at[header]).data_type = "s"
    return page.cell(row, at["ID"]).value


def carried(assessment, path, folder):
    (again,) = render(assessment, ["xlsx"], folder, previous=read_previous(path))
    return openpyxl.load_workbook(again)


def rows(page):
    at = columns(page)
    return [
        {header: page.cell(row, column).value for header, column in at.items()} for row in range(2, page.max_row + 1)
    ]


def found(book, id_):
    (row,) = [row for row in rows(book[PLAN]) if row["ID"] == id_]
    due = row["Due"]
    return {header: row[header] for header in TYPED} | {"Due": due.date() if isinstance(due, datetime) else due}


def test_what_was_typed_stands_in_the_next_report(every_verdict, report, tmp_path):
    ids = []
    work(report, lambda page: ids.append(type_in(page)))

    book = carried(every_verdict, report, tmp_path / "second")

    assert found(book, ids[0]) == TYPED
    assert sum(row["Status"] == "open" for row in rows(book[PLAN])) == len(rows(book[PLAN])) - 1


def shuffled(page):
    """Sort the rows the other way round, as a person does with the arrow in the header."""
    cells = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    for number, values in enumerate(reversed(cells), 2):
        for column, value in enumerate(values, 1):
            page.cell(number, column).value = value
            page.cell(number, column).data_type = "s" if isinstance(value, str) else page.cell(number, column).data_type


def filtered(page):
    page.auto_filter.ref = page.dimensions
    for number in range(2, page.max_row + 1, 2):
        page.row_dimensions[number].hidden = True


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(shuffled, id="sorted"),
        pytest.param(filtered, id="filtered"),
        pytest.param(lambda page: page.insert_cols(3, 2), id="columns inserted"),
        pytest.param(lambda page: page.insert_rows(1, 3), id="rows inserted above"),
        pytest.param(lambda page: page.move_range(f"A1:A{page.max_row}", cols=30), id="the ID moved to the end"),
        pytest.param(lambda page: setattr(page, "title", "Our plan"), id="sheet renamed"),
        pytest.param(lambda page: page.delete_rows(4), id="another row deleted"),
    ],
)
def test_a_row_is_found_by_its_id_whatever_was_done_to_the_sheet(edit, every_verdict, report, tmp_path):
    ids = []

    def both(page):
        ids.append(type_in(page))
        edit(page)

    work(report, both)

    assert found(carried(every_verdict, report, tmp_path / "second"), ids[0]) == TYPED


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_save_by_libreoffice_changes_nothing(every_verdict, report, tmp_path):
    ids = []
    work(report, lambda page: ids.append(type_in(page)))
    saved = tmp_path / "saved"
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(saved), str(report)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    assert found(carried(every_verdict, saved / report.name, tmp_path / "second"), ids[0]) == TYPED


def test_a_column_and_a_row_of_the_clients_own_are_kept(every_verdict, report, tmp_path):
    ids = []

    def own(page):
        ids.append(type_in(page))
        page.cell(1, page.max_column + 1, "Ticket")
        page.cell(2, page.max_column, "NS-17")
        page.cell(page.max_row + 1, columns(page)["Task"], "Tell the auditors")
        page.cell(page.max_row, columns(page)["Status"], "waiting")

    work(report, own)
    plan = rows(carried(every_verdict, report, tmp_path / "second")[PLAN])

    assert [row["Ticket"] for row in plan if row["ID"] == ids[0]] == ["NS-17"]
    assert [(row["Task"], row["Status"]) for row in plan if row["ID"] is None] == [("Tell the auditors", "waiting")]


def test_what_can_no_longer_be_placed_is_listed_and_comes_back_with_its_task(every_verdict, report, tmp_path):
    ids = []
    work(report, lambda page: ids.append(type_in(page)))
    step = next(step for step in view_assessment(every_verdict).steps if step.id == ids[0])
    key = step.integration.integration.key
    fixed = replace(
        every_verdict,
        integrations=tuple(one for one in every_verdict.integrations if one.integration.key != key),
    )

    without = carried(fixed, report, tmp_path / "second")
    (kept,) = rows(without[UNPLACED])
    again = carried(every_verdict, tmp_path / "second" / "report.xlsx", tmp_path / "third")

    assert {header: kept[header] for header in ("ID", "Status", "Owner", "Notes")} == {
        "ID": ids[0], "Status": "in progress", "Owner": "Dana", "Notes": TYPED["Notes"],
    }  # fmt: skip
    assert found(again, ids[0]) == TYPED
    assert UNPLACED not in again.sheetnames


def test_two_rows_of_one_task_are_both_kept(every_verdict, report, tmp_path):
    def copied(page):
        type_in(page)
        for column in range(1, page.max_column + 1):
            page.cell(page.max_row + (column == 1), column, page.cell(2, column).value)
        page.cell(page.max_row, columns(page)["Notes"], "the other")

    work(report, copied)
    book = carried(every_verdict, report, tmp_path / "second")

    said = [row["Notes"] for sheet in (PLAN, UNPLACED) for row in rows(book[sheet]) if row["Notes"]]
    assert sorted(said) == sorted([TYPED["Notes"], "the other"])


def test_a_task_that_is_done_and_still_seen_is_said(every_verdict, report, tmp_path):
    work(report, lambda page: type_in(page, Status="done"))

    view = view_assessment(every_verdict, previous=read_previous(report))

    assert view.carried.notes == ("1 task is marked done in report.xlsx, and the exports still show what it was for",)


def confirm(text, by="J. Olsen", on=date(2018, 8, 20)):
    return {"Confirmed fact": text, "Said by": by, "Said on": on}


def test_confirmed_facts_are_read(report):
    def answer(page):
        type_in(page, 2, **confirm("Authentication: TBA; base role of HS Treasury = Sales Administrator"))
        type_in(page, 3, **confirm("inactive of Old role: yes"))

    work(report, answer)
    confirmed = read_previous(report).confirmed

    assert [(one.name, one.base_role, one.inactive, one.by, one.source) for one in confirmed.role] == [
        ("HS Treasury", "Sales Administrator", None, "J. Olsen", "report.xlsx"),
        ("Old role", None, True, "J. Olsen", "report.xlsx"),
    ]
    assert [(one.authentication, one.on) for one in confirmed.integration] == [("TBA", date(2018, 8, 20))]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (confirm("it is fine"), "write it like"),
        (confirm("authentification: TBA"), 'did you mean "authentication"?'),
        (confirm("authentication: TBA", by=None), "who said so"),
        (confirm("authentication: TBA", on="last week"), "on which date"),
        (confirm("inactive of Clerk: maybe"), "valid boolean"),
    ],
)
def test_a_confirmed_fact_that_can_not_be_used_is_said(cells, fault, every_verdict, report):
    work(report, lambda page: type_in(page, 2, **cells))

    (note,) = view_assessment(every_verdict, previous=read_previous(report)).carried.notes

    assert note.startswith('report.xlsx, sheet Remediation plan, row 2: the confirmed fact "')
    assert fault in note


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_what_is_no_report_is_said(content, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)

    with pytest.raises(InputError, match="is no Excel workbook"):
        read_previous(path)


def test_a_workbook_without_a_plan_is_said(tmp_path):
    openpyxl.Workbook().save(tmp_path / "other.xlsx")

    with pytest.raises(InputError, match="has no sheet with the columns"):
        read_previous(tmp_path / "other.xlsx")


def test_a_report_that_was_worked_in_is_not_replaced_unless_it_is_carried_over(report):
    refuse_to_lose(report, None)
    work(report, type_in)

    with pytest.raises(InputError, match="somebody has worked in the plan"):
        refuse_to_lose(report, None)
    refuse_to_lose(report, report)
    refuse_to_lose(report.with_name("new.xlsx"), None)


def test_the_page_shows_where_the_plan_stands(browser, every_verdict, report, tmp_path):
    work(report, type_in)
    (path,) = render(every_verdict, ["html"], tmp_path / "second", previous=read_previous(report))
    page = browser.new_page()
    page.goto(path.as_uri())

    (row,) = page.locator("#plan table tbody tr").all()
    assert row.locator("td").all_inner_texts()[1:] == ["in progress", "Dana", "10 September 2018", TYPED["Notes"]]
    page.close()


def test_a_report_of_which_nobody_can_tell_whether_it_was_worked_in_is_not_replaced(report, monkeypatch):
    report.write_bytes(bytes.fromhex("D0CF11E0A1B11AE1") + b"encrypted by Excel")

    with pytest.raises(InputError, match="protected by a password"):
        refuse_to_lose(report, None)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(report), "open", refuse)
    with pytest.raises(InputError, match="can't be read"):
        refuse_to_lose(report, None)
