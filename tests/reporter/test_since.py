"""What happened since the last audit: counts over time, the forecast, and the chapter in every format."""

import csv
import json
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.assessment import Phase
from auditor.reporter import plain, render
from auditor.reporter.compare import Change
from auditor.reporter.data import assessment_json
from auditor.reporter.forecast import Point, forecast, outlook
from auditor.reporter.recorded import record
from auditor.reporter.since import view_since
from auditor.vocabulary import Verdict

PHASE = Phase(id="2019.1", title="Every role", window=(date(2019, 1, 1), date(2019, 6, 30)), effective=date(2019, 3, 1))
UNDATED = replace(PHASE, effective=None)


def points(*counts):
    """Return the points of audits, each given as (month of 2018, open)."""
    return tuple(
        Point(as_of=date(2018, month, 1), breaks=open_, undetermined=0, integrations=20) for month, open_ in counts
    )


@pytest.fixture
def story(every_verdict):
    """Return the audits of an account in which Shopify moves first, and then Boomi, while Zendesk goes back."""

    def changed(made, as_of, **verdicts):
        integrations = tuple(
            replace(one, verdicts=verdicts.get(one.integration.name, one.verdicts)) for one in made.integrations
        )
        return replace(made, as_of=as_of, integrations=integrations)

    ready, breaks = ({"2018.2": verdict, "2019.1": verdict} for verdict in (Verdict.READY, Verdict.BREAKS))
    first = replace(every_verdict, as_of=date(2018, 8, 1))
    second = changed(first, date(2018, 9, 1), Shopify=ready)
    return first, second, changed(second, date(2018, 10, 1), Boomi=ready, Zendesk=breaks)


def test_without_an_earlier_audit_there_is_nothing_to_say(every_verdict):
    assert view_since([], record(every_verdict)) is None


def test_the_last_of_the_earlier_audits_is_compared_with_and_all_are_counted(story):
    first, second, now = map(record, story)

    since = view_since([second, first], now)

    assert since.audits == (date(2018, 8, 1), date(2018, 9, 1), date(2018, 10, 1))
    assert since.comparison.before == date(2018, 9, 1)
    assert [[point.open for point in item.points] for item in since.phases] == [[3, 2, 3], [4, 3, 3]]
    assert since.headline == (
        "Since 1 September 2018: 1 newly breaking and 2 still open at 2018.2; "
        "1 newly breaking, 1 fixed and 2 still open at 2019.1."
    )


def test_a_phase_that_an_audit_did_not_judge_has_no_point_of_it(story):
    first, second, now = map(record, story)
    older = replace(first, phases=first.phases[1:])

    since = view_since([older, second], now)

    assert [len(item.points) for item in since.phases] == [2, 3]


def test_what_came_and_went_is_said_once(every_verdict):
    now = replace(every_verdict, as_of=date(2018, 10, 1), integrations=every_verdict.integrations[1:])

    since = view_since([record(every_verdict)], record(now))

    assert since.headline.endswith("; 1 gone.")
    assert since.phases[0].counts[Change.GONE] == 1


def test_the_line_says_when_none_is_open_and_that_it_is_a_line():
    assert outlook(points((8, 12), (10, 6)), PHASE) == (
        "From 12 open on 1 August 2018 to 6 on 1 October 2018: a straight line through these two counts reaches none on "
        "1 December 2018, 90 days before 2019.1 (1 March 2019). "
        "It is a straight line and no promise: the hard ones tend to come last."
    )


def test_a_line_that_comes_too_late_says_how_many_are_left():
    line = forecast(points((8, 12), (10, 9)), PHASE)

    assert (line.done_on, line.open_then, line.late) == (date(2019, 4, 2), 2, True)
    assert "32 days after 2019.1 (1 March 2019), when 2 would still be open" in line.said


@pytest.mark.parametrize(
    ("phase", "counts", "said"),
    [
        (PHASE, [(8, 3), (9, 1)], "165 days before 2019.1 (1 March 2019)"),
        (replace(PHASE, effective=date(2018, 10, 1)), [(8, 2), (9, 1)], "2 October 2018, 1 day after 2019.1"),
        (replace(PHASE, effective=date(2018, 10, 2)), [(8, 2), (9, 1)], "on the day of 2019.1 (2 October 2018)"),
        (replace(PHASE, effective=date(2018, 8, 15)), [(8, 2), (9, 1)], "; 2019.1 was due on 15 August 2018"),
        (UNDATED, [(8, 3), (9, 1)], "106 days before the window of 2019.1 opens"),
        (UNDATED, [(8, 12), (10, 9)], "within the window of 2019.1 (1 January 2019 to 30 June 2019)"),
        (UNDATED, [(8, 12), (10, 11)], "after the window of 2019.1 (1 January 2019 to 30 June 2019)"),
        (PHASE, [(8, 9001), (9, 9000)], "does not reach none within ten years"),
    ],
)
def test_the_line_is_laid_beside_the_date_of_the_phase(phase, counts, said):
    assert said in outlook(points(*counts), phase)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([(8, 5)], "No forecast: it takes audits of two days that judged this phase."),
        ([(8, 5), (8, 3)], "No forecast: it takes audits of two days that judged this phase."),
        ([(8, 5), (9, 5)], "No forecast: since 1 August 2018 the open ones have not become fewer."),
        ([(8, 5), (9, 2), (10, 6)], "No forecast: since 1 August 2018 the open ones have not become fewer."),
        ([(8, 5), (9, 0)], "Nothing is open."),
        ([(8, 0)], "Nothing is open."),
    ],
)
def test_without_two_days_or_progress_there_is_no_forecast(counts, said):
    assert (forecast(points(*counts), PHASE), outlook(points(*counts), PHASE)) == (None, said)


@given(
    counts=st.lists(st.integers(0, 10_000), min_size=1, max_size=6),
    due=st.one_of(st.none(), st.dates(date(2018, 1, 1), date(2030, 1, 1))),
)
def test_a_forecast_lies_ahead_and_only_after_progress(counts, due):
    made = points(*enumerate(counts, 1))

    line = forecast(made, replace(PHASE, effective=due))

    if line:
        assert counts[0] > counts[-1] > 0
        assert line.done_on is None or line.done_on > made[-1].as_of
        assert line.open_then is None or 0 <= line.open_then <= counts[-1]
        assert line.late is None or due is not None
    else:
        assert len(counts) < 2 or counts[0] <= counts[-1] or not counts[-1]


@pytest.mark.parametrize("account", ["every_verdict", "hostile", "in_use"])
def test_the_json_follows_the_published_schema(account, schema, story, request):
    earlier = request.getfixturevalue(account)
    now = replace(story[2], client=earlier.client)

    written = json.loads(assessment_json(now, view_since([record(earlier)], record(now))))

    assert [error.message for error in schema.iter_errors(written)] == []
    for name in ("since", "phase_since", "integration_since", "way"):
        assert schema.schema["$defs"][name]["required"] == list(schema.schema["$defs"][name]["properties"])
    since = written["since"]
    assert list(since) == schema.schema["$defs"]["since"]["required"]
    assert list(since["phases"][0]) == schema.schema["$defs"]["phase_since"]["required"]
    assert list(since["integrations"][0]) == schema.schema["$defs"]["integration_since"]["required"]


def test_the_workbook_has_a_sheet_of_the_changes_and_one_of_the_course(story, tmp_path):
    *earlier, now = story
    since = view_since([record(one) for one in earlier], record(now))
    (path,) = render(now, ["xlsx"], tmp_path, since=since)

    book = openpyxl.load_workbook(path)

    assert book.sheetnames[:4] == ["Summary", "Remediation plan", "Since last time", "Burn-down"]
    changes = [tuple(cell.value for cell in row) for row in book["Since last time"].iter_rows()]
    assert changes[0] == (
        "Integration", "What matters most", "Was called",
        "Change at 2018.2", "Verdict 2018.2 then", "Verdict 2018.2 now",
        "Change at 2019.1", "Verdict 2019.1 then", "Verdict 2019.1 now", "Sign-ins that changed",
    )  # fmt: skip
    assert changes[1] == (
        "Zendesk", "newly breaking", None, "newly breaking", "ready", "breaks", "newly breaking", "ready", "breaks", None,
    )  # fmt: skip
    assert [tuple(cell.value for cell in row)[:4] for row in book["Burn-down"].iter_rows(min_row=2)] == [
        ("1 August 2018", 3, 1, 2),
        ("1 September 2018", 2, 0, 2),
        ("1 October 2018", 3, 1, 2),
    ]
    summary = [row[0].value for row in book["Summary"].iter_rows()]
    assert since.headline in summary


def test_an_audit_that_did_not_judge_a_phase_leaves_its_cells_empty(story, tmp_path):
    first, second, now = story
    older = replace(record(first), phases=first.phases[1:])
    (path,) = render(now, ["xlsx"], tmp_path, since=view_since([older, record(second)], record(now)))

    book = openpyxl.load_workbook(path)

    assert [cell.value for cell in book["Burn-down"][2]] == ["1 August 2018", None, None, None, 4, 3, 1]


def test_no_name_of_an_earlier_audit_is_a_formula(hostile, every_verdict, tmp_path):
    earlier = replace(record(hostile), client=every_verdict.client)
    (xlsx, inventory) = render(
        every_verdict, ["xlsx", "csv"], tmp_path, since=view_since([earlier], record(every_verdict))
    )

    cells = [cell for row in openpyxl.load_workbook(xlsx)["Since last time"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert {cell.quotePrefix for cell in cells if isinstance(cell.value, str) and plain.is_formula(cell.value)} <= {
        True
    }
    with inventory.open(encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if plain.is_formula(cell)]


def test_the_inventory_says_what_became_of_each_integration(story, tmp_path):
    *earlier, now = story
    (path,) = render(now, ["csv"], tmp_path, since=view_since([record(one) for one in earlier], record(now)))

    with path.open(encoding="utf-8-sig", newline="") as file:
        became = {
            row["name"]: (row["since_last_time_2018.2"], row["since_last_time_2019.1"]) for row in csv.DictReader(file)
        }

    assert became["Zendesk"] == ("newly breaking", "newly breaking")
    assert became["Boomi"] == ("not open", "fixed")
    assert became["Shopify"] == ("not open", "not open")


def test_without_an_earlier_audit_no_sheet_and_no_column_is_added(every_verdict, tmp_path):
    (xlsx, inventory) = render(every_verdict, ["xlsx", "csv"], tmp_path)

    assert not {"Since last time", "Burn-down"} & set(openpyxl.load_workbook(xlsx).sheetnames)
    assert "since_last_time" not in inventory.read_text(encoding="utf-8-sig")
