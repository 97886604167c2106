"""What people type into the plan of a report, read back and carried into the next: nothing of it is lost."""

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, datetime, time

import openpyxl
import pytest
from openpyxl.comments import Comment

from auditor.errors import InputError
from auditor.reporter import previous, render, reopened
from auditor.reporter.previous import ELSEWHERE, PLAN, UNPLACED, read_previous
from auditor.reporter.recorded import record
from auditor.reporter.replaced import keep_replaced, refuse_to_lose
from auditor.reporter.since import view_since
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


def saved_by_libreoffice(path, folder):
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / path.name


def everything(page):
    """Type in every way that a person finds, and return the id of the row."""
    at = columns(page)
    page.cell(1, page.max_column + 1, "Ticket")
    page.cell(1, page.max_column + 1, "Ticket")
    for row, (one, other) in enumerate((("T-1", "T-2"), ("T-3", None)), 2):
        page.cell(row, page.max_column - 1, one)
        page.cell(row, page.max_column, other)
    page.cell(2, page.max_column + 1, "beside the table")
    page.cell(3, at["Notes"], "x" * 32_767)
    page.cell(3, at["Who"], "Boomi's support")
    page.cell(3, at["Hours, most"], 99)
    page.cell(2, at["Due"]).comment = Comment("ask Jan first", "Dana")
    page.cell(4, at["Owner"], "Dana")
    page.cell(4, at["Notes"], datetime.combine(date(2018, 9, 10), time(14, 30)))
    page.merge_cells(start_row=4, end_row=5, start_column=at["Owner"], end_column=at["Owner"])
    own = page.parent.create_sheet("Minutes")
    own["B2"] = "Jan will call"
    page.parent["Roles"]["A2"].comment = Comment("not theirs any more", "Jan")
    return type_in(page)


def typed(book):
    """Return what people typed, row by row."""
    ours = {"Phase", "Phase begins", "Verdict", "Rules", "Steps", "Who", "Hours, least", "Hours, most", "As written"}
    plan = [
        {header: value for header, value in row.items() if value is not None and header not in ours}
        for row in rows(book[PLAN])
    ]
    return [row for row in plan if row.keys() - {"ID", "Integration", "Task"} != {"Status"}]


@pytest.mark.parametrize(
    "save",
    [
        pytest.param(lambda path, folder: path, id="as it is"),
        pytest.param(
            saved_by_libreoffice,
            id="LibreOffice",
            marks=pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed"),
        ),
    ],
)
def test_nothing_that_a_person_typed_is_lost(save, every_verdict, report, tmp_path):
    work(report, everything)

    book = carried(every_verdict, save(report, tmp_path), tmp_path / "second")
    again = carried(every_verdict, tmp_path / "second" / "report.xlsx", tmp_path / "third")

    first, second, third, fourth = [
        {header: value for header, value in row.items() if header not in ("ID", "Integration", "Task")}
        for row in typed(book)
    ]
    assert first == TYPED | {
        "Due": datetime.combine(date(2018, 9, 10), time()), "Ticket": "T-1", "Ticket 2": "T-2", "Column W": "beside the table",
        "Comments": "Due: ask Jan first",
    }  # fmt: skip
    assert second == {
        "Status": "open", "Notes": "x" * 32_767, "Ticket": "T-3", "Who, as typed": "Boomi's support",
        "Hours, most, as typed": 99,
    }  # fmt: skip
    assert third == {"Status": "open", "Owner": "Dana", "Notes": "2018-09-10 14:30"}
    assert fourth == {"Status": "open", "Owner": "Dana"}
    assert [tuple(row.values()) for row in rows(book[ELSEWHERE])] == [
        ("Roles", "A2", "comment: not theirs any more"),
        ("Minutes", "B2", "Jan will call"),
    ]
    assert typed(again) == typed(book)
    assert rows(again[ELSEWHERE]) == rows(book[ELSEWHERE])


def test_a_column_of_dates_stays_one(every_verdict, report, tmp_path):
    def own(page):
        page.cell(1, page.max_column + 1, "Meeting")
        page.cell(2, page.max_column, date(2018, 9, 3))

    work(report, own)
    book = carried(every_verdict, report, tmp_path / "second")

    assert rows(book[PLAN])[0]["Meeting"] == datetime.combine(date(2018, 9, 3), time())


def test_a_row_that_says_nothing_but_what_is_to_do_is_kept(every_verdict, report, tmp_path):
    work(report, lambda page: page.cell(page.max_row + 1, columns(page)["Task"], "Tell the auditors"))

    plan = rows(carried(every_verdict, report, tmp_path / "second")[PLAN])

    assert [row["Task"] for row in plan if row["ID"] is None] == ["Tell the auditors"]


def test_a_copied_row_for_a_task_of_ones_own_is_a_row_of_ones_own(every_verdict, report, tmp_path):
    def copied(page):
        at, last = columns(page), page.max_row + 1
        for column in range(1, page.max_column + 1):
            page.cell(last, column, page.cell(2, column).value)
        page.cell(last, at["ID"]).value = None
        page.cell(last, at["Task"], "Tell the auditors")

    work(report, copied)
    plan = rows(carried(every_verdict, report, tmp_path / "second")[PLAN])

    assert [row["Task"] for row in plan if row["ID"] is None] == ["Tell the auditors"]
    assert "Task, as typed" not in plan[0]


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda page: page.delete_cols(1), id="the column deleted"),
        pytest.param(lambda page: page.cell(2, 1).__setattr__("value", None), id="one cleared"),
        pytest.param(lambda page: page.cell(2, 1, "old-id"), id="one from another time"),
    ],
)
def test_without_its_id_a_row_is_placed_by_integration_and_task(edit, every_verdict, report, tmp_path):
    ids = []

    def both(page):
        ids.append(type_in(page))
        edit(page)

    work(report, both)
    book = carried(every_verdict, report, tmp_path / "second")

    assert found(book, ids[0]) == TYPED
    assert len(rows(book[PLAN])) == len(view_assessment(every_verdict).steps)
    assert UNPLACED not in book.sheetnames


def test_a_renamed_integration_keeps_what_was_typed(every_verdict, report, tmp_path):
    ids = []
    work(report, lambda page: ids.append(type_in(page)))
    step = next(step for step in view_assessment(every_verdict).steps if step.id == ids[0])
    old = step.integration.integration
    named = [
        replace(one, integration=replace(one.integration, name="Renamed", key="another key"))
        if one.integration is old
        else one
        for one in every_verdict.integrations
    ]
    now = replace(every_verdict, integrations=tuple(named))
    since = view_since([record(every_verdict)], record(now))

    carried = view_assessment(now, since, previous=read_previous(report)).carried

    assert [dict(typed) for typed in carried.placed.values()] == [TYPED]
    assert carried.unplaced == ()


def test_a_risk_that_is_accepted_for_too_short_a_time_is_said(every_verdict, report):
    work(report, lambda page: type_in(page, Status="risk accepted"))

    (note,) = view_assessment(every_verdict, previous=read_previous(report)).carried.notes

    assert "row 2: the risk is accepted until 10 September 2018, which is before 2018.2" in note


def test_a_copy_of_the_sheet_says_nothing_new(every_verdict, report, tmp_path):
    def copied(page):
        type_in(page)
        page.parent.copy_worksheet(page)

    work(report, copied)
    book = carried(every_verdict, report, tmp_path / "second")

    assert UNPLACED not in book.sheetnames


def test_renamed_headers_become_columns_of_ones_own(every_verdict, report, tmp_path):
    def renamed(page):
        at = columns(page)
        type_in(page)
        page.cell(1, at["Notes"], "Bemerkung")
        page.cell(1, at["Owner"], "OWNER ")

    work(report, renamed)
    first = rows(carried(every_verdict, report, tmp_path / "second")[PLAN])[0]

    assert (first["Bemerkung"], first["Notes"], first["Owner"]) == (TYPED["Notes"], None, "Dana")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("10.9.2018", date(2018, 9, 10)), ("2018-09-10", date(2018, 9, 10)), ("10 Sept. 2018", date(2018, 9, 10)),
        ("September 10th, 2018", date(2018, 9, 10)), ("9/30/2018", date(2018, 9, 30)), (43353, date(2018, 9, 10)),
        ("9/10/2018", "9/10/2018"), ("when Jan is back", "when Jan is back"), ("10.9.2018 or later", "10.9.2018 or later"),
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written_and_kept_where_it_can_not_be(written, read, report):
    work(report, lambda page: type_in(page, Due=written))

    assert read_previous(report).rows[0].cells["Due"] == read


def test_a_day_that_became_a_number_is_a_day(report):
    def number(page):
        type_in(page, Due=43353)
        page.cell(2, columns(page)["Due"]).number_format = "General"

    work(report, number)

    assert read_previous(report).rows[0].cells["Due"] == date(2018, 9, 10)


def test_without_the_mark_of_what_was_written_no_change_is_claimed(every_verdict, report, tmp_path):
    def unmarked(page):
        type_in(page, Who="Jan")
        page.delete_cols(columns(page)["As written"])

    work(report, unmarked)
    book = carried(every_verdict, report, tmp_path / "second")

    assert "Who, as typed" not in columns(book[PLAN])


def test_what_is_typed_a_second_time_stands_below_what_was_typed_first(every_verdict, report, tmp_path):
    def by(who):
        def edit(page):
            page.cell(2, columns(page)["Who"], who)
            page.cell(2, columns(page)["Owner"]).comment = Comment(f"ask {who}", "Dana")

        return edit

    work(report, by("Jan"))
    carried(every_verdict, report, tmp_path / "second")
    work(tmp_path / "second" / "report.xlsx", by("Ines"))
    (row, *_) = rows(carried(every_verdict, tmp_path / "second" / "report.xlsx", tmp_path / "third")[PLAN])

    assert (row["Who, as typed"], row["Comments"]) == ("Jan\nInes", "Owner: ask Jan\nOwner: ask Ines")


def test_a_day_that_may_be_two_is_said(every_verdict, report):
    work(report, lambda page: type_in(page, Due="9/10/2018"))

    (note,) = view_assessment(every_verdict, previous=read_previous(report)).carried.notes
    assert 'row 2: Due "9/10/2018" may begin with the day or the month' in note


def test_a_formula_without_a_value_is_kept_as_a_text(every_verdict, report, tmp_path):
    def formula(page):
        page.cell(2, columns(page)["Notes"], '=HYPERLINK("https://x.example")')

    work(report, formula)
    page = carried(every_verdict, report, tmp_path / "second")[PLAN]

    cell = page.cell(2, columns(page)["Notes"])
    assert (cell.value, cell.data_type) == ('=HYPERLINK("https://x.example")', "s")


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


def test_a_damaged_workbook_is_said(report):
    with zipfile.ZipFile(report) as parts:
        written = {name: parts.read(name) for name in parts.namelist()}
    with zipfile.ZipFile(report, "w") as parts:
        for name, content in written.items():
            parts.writestr(name, content[:600] if name.endswith("sheet2.xml") else content)

    with pytest.raises(InputError, match="is no Excel workbook"):
        read_previous(report)


def rewritten(report, edit):
    """Write the parts of the workbook as another program might, each changed by `edit`."""
    with zipfile.ZipFile(report) as parts:
        written = {name: parts.read(name) for name in parts.namelist()}
    with zipfile.ZipFile(report, "w") as parts:
        for name, content in written.items():
            parts.writestr(name, edit(content) if name.startswith("xl/worksheets/sheet") else content)


def test_a_workbook_with_styles_that_are_not_there_is_said(report):
    rewritten(report, lambda sheet: re.sub(rb' s="\d+"', b' s="9999"', sheet))

    with pytest.raises(InputError, match="is no Excel workbook"):
        read_previous(report)


def test_a_workbook_whose_parts_need_a_password_is_said_and_kept(report):
    content = bytearray(report.read_bytes())
    for start, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := content.find(start, at + 1)) >= 0:
            content[at + flags] |= 1
    report.write_bytes(content)

    with pytest.raises(InputError, match="is no Excel workbook"):
        read_previous(report)
    assert keep_replaced(report, date(2018, 8, 28), None) is not None


def test_a_sheet_that_is_merged_as_a_whole_takes_no_memory_which_is_said(report, monkeypatch):
    monkeypatch.setattr(reopened, "_MOST_MERGED_CELLS", 1_000)
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A9000:J9200"/></mergeCells>'
    rewritten(report, lambda sheet: sheet.replace(b"</sheetData>", merged))

    assert read_previous(report).notes == (
        "report.xlsx is too large for its comments, merged cells and formulas to be read",
    )


def test_a_sheet_that_goes_on_for_ever_is_read_in_part_which_is_said(report):
    before = read_previous(report).rows
    work(report, lambda page: page.cell(1_048_576, 16_384, "far away"))

    read = read_previous(report)

    assert [row.id for row in read.rows] == [row.id for row in before]
    assert read.notes == (
        "the sheet Remediation plan goes on for further than it was read: see the last rows and columns of it",
    )


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


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_workbook_that_another_program_saved_is_kept_when_it_is_replaced(report, tmp_path):
    assert keep_replaced(report, date(2018, 9, 10), None) is None

    saved = saved_by_libreoffice(report, tmp_path)
    first, second = (keep_replaced(saved, date(2018, 9, 10), None) for _ in range(2))

    assert [path.name for path in (first, second)] == [
        "report before 2018-09-10.xlsx",
        "report before 2018-09-10 (2).xlsx",
    ]
    assert first.read_bytes() == saved.read_bytes()


def test_what_is_no_workbook_is_kept_when_a_report_replaces_it(tmp_path):
    (tmp_path / "report.xlsx").write_text("the only copy of something")

    kept = keep_replaced(tmp_path / "report.xlsx", date(2018, 9, 10), None)

    assert kept.read_text() == "the only copy of something"


def test_the_workbook_that_is_carried_over_onto_itself_is_kept(report):
    work(report, type_in)

    assert keep_replaced(report, date(2018, 9, 10), read_previous(report)) is not None
    assert keep_replaced(report.with_name("other.xlsx"), date(2018, 9, 10), read_previous(report)) is None


def test_what_stands_above_the_plan_and_on_its_headers_is_listed(every_verdict, report, tmp_path):
    def above(page):
        page["B1"].comment = Comment("as in our list", "Jan")
        page.insert_rows(1)
        page["A1"] = "Our plan, agreed with Jan"

    work(report, above)
    book = carried(every_verdict, report, tmp_path / "second")

    assert [tuple(row.values()) for row in rows(book[ELSEWHERE])] == [
        (PLAN, "A1", "Our plan, agreed with Jan"),
        (PLAN, "B2", "comment: as in our list"),
    ]


def test_a_workbook_too_large_to_hold_is_read_without_its_comments_which_is_said(every_verdict, report, monkeypatch):
    work(report, everything)
    monkeypatch.setattr(reopened, "_WHOLE", 0)

    read = read_previous(report)

    assert read.rows[0].cells["Notes"] == TYPED["Notes"]
    assert "Comments" not in read.rows[0].cells
    assert read.notes == ("report.xlsx is too large for its comments, merged cells and formulas to be read",)


def test_more_texts_elsewhere_than_a_sheet_bears_are_counted(report, monkeypatch):
    def minutes(page):
        sheet = page.parent.create_sheet("Minutes")
        for number in range(4):
            sheet.append([number, time(14, 30)])

    work(report, minutes)
    monkeypatch.setattr(previous, "_MOST_ELSEWHERE", 3)

    read = read_previous(report)

    assert [(one.cell, one.text) for one in read.elsewhere] == [("A1", 0), ("B1", "14:30:00"), ("A2", 1)]
    assert read.notes == ("5 more cells outside the plan were left where they stand",)


def test_a_status_counts_in_any_case(report):
    work(report, lambda page: type_in(page, Status="Risk Accepted "))

    assert read_previous(report).rows[0].is_accepted


def test_a_status_of_the_clients_own_is_named(report):
    work(report, lambda page: type_in(page, Status="fertig"))

    assert [fault for fault in read_previous(report).faults if "status" in fault] == [
        'report.xlsx, sheet Remediation plan, row 2: the status "fertig" is counted nowhere: '
        "write one of open, in progress, waiting, done, risk accepted"
    ]


def test_every_sheet_of_a_report_is_known_as_ours(every_verdict, report, tmp_path):
    assert not read_previous(report).is_touched


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
