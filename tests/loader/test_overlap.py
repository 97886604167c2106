"""Exports of the trail whose periods overlap count each login once, however each of them writes its dates."""

import csv
from datetime import datetime, timedelta

import openpyxl
import pytest

from auditor import Engagement, load
from auditor.days import DateOrder
from auditor.loader import grouping
from auditor.loader.apart import group_apart
from auditor.vocabulary import List

HEADER = ["Date", "Email Address", "Request URI", "Role", "Status", "User", "Detail", "Token-based Access Token Name", "Token-based Application Name"]  # fmt: skip
SOAP = "/services/NetSuitePort_2017_1"
START = datetime(2018, 6, 4, 7, 30)  # noqa: DTZ001 - stamps name no time zone
FORMATS = {
    "12 hours": lambda at: (
        f"{at.month}/{at.day}/{at.year} {at.hour % 12 or 12}:{at:%M} {'am' if at.hour < 12 else 'pm'}"
    ),
    "24 hours": lambda at: f"{at.month}/{at.day}/{at.year} {at:%H:%M}",
    "padded": lambda at: f"{at:%m/%d/%Y %I:%M} {'AM' if at.hour < 12 else 'PM'}",
    "day first": lambda at: f"{at.day}/{at.month}/{at.year} {at:%H:%M}",
    "dots": lambda at: f"{at.day}.{at.month}.{at.year} {at:%H:%M}",
    "month by name": lambda at: f"{at.day}-{at:%b}-{at.year} {at:%H-%M}",
    "month in words": lambda at: f"{at.day} {at:%B}, {at.year} {at:%I:%M} {'am' if at.hour < 12 else 'pm'}",
    "with seconds": lambda at: f"{at:%Y-%m-%d %H:%M:%S}",
    "ISO": lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}",
    "ISO without zone": lambda at: f"{at:%Y-%m-%dT%H:%M:%S}",
    "ISO to the minute": lambda at: f"{at:%Y-%m-%dT%H:%M}",
}


def trail(count=60, users=3):
    """Give (moment, rest of the row): one login in nine hours and seven minutes, so that no two are equal."""
    return [
        (START + number * timedelta(hours=9, minutes=7), [f"u{number % users}@x.example", SOAP, "Clerk", "Success", f"U{number % users}", "", "", ""])
        for number in range(count)
    ]  # fmt: skip


def write(path, rows, form="12 hours"):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([HEADER, *([FORMATS[form](at), *rest] for at, rest in rows)])


def counted(folder):
    inventory = load([folder], Engagement())
    for item in inventory.inputs:
        assert item.rows == item.used + sum(one.count for one in (*item.set_aside, *item.rejected))
    return int(inventory.frame(List.LOGINS)["logins"].sum())


@pytest.mark.parametrize("form", FORMATS)
def test_a_login_counts_once_in_whatever_format_another_user_exported_it(tmp_path, form):
    rows = trail()
    write(tmp_path / "a.csv", rows[:45])
    write(tmp_path / "b.csv", rows[15:], form)

    assert counted(tmp_path) == 60


@pytest.mark.parametrize("form", FORMATS)
def test_the_parts_of_one_trail_all_count_in_whatever_formats_they_are(tmp_path, form):
    rows = trail()
    write(tmp_path / "a.csv", rows[0::2])
    write(tmp_path / "b.csv", rows[1::2], form)

    assert counted(tmp_path) == 60


def test_a_workbook_overlaps_with_text(tmp_path):
    rows, book = trail(), openpyxl.Workbook()
    write(tmp_path / "a.csv", rows)
    for cells in [HEADER, *([at, *rest] for at, rest in rows[20:40])]:
        book.active.append(cells)
    book.save(tmp_path / "b.xlsx")

    assert counted(tmp_path) == 60


@pytest.mark.parametrize("form", ["12 hours", "dots", "month in words"])
def test_large_files_are_compared_by_days_and_count_once(tmp_path, form, monkeypatch):
    monkeypatch.setattr(grouping, "_SMALL", 0)
    rows = trail()
    write(tmp_path / "a.csv", rows[:45])
    write(tmp_path / "b.csv", rows[15:], form)

    assert counted(tmp_path) == 60


@pytest.mark.parametrize("broken", [False, True])
def test_large_files_that_overlap_by_hours_count_once(tmp_path, monkeypatch, broken):
    monkeypatch.setattr(grouping, "_SMALL", 0)
    rows = [(START + number * timedelta(minutes=11), rest) for number, (_, rest) in enumerate(trail(count=600))]
    write(tmp_path / "a.csv", rows[:300])
    write(tmp_path / "b.csv", rows[280:])
    if broken:
        with (tmp_path / "a.csv").open("a", encoding="utf-8") as file:
            file.write('"a line that was cut off')

    assert counted(tmp_path) == 600


def test_files_that_leave_the_order_of_dates_open_are_compared_in_the_order_given(tmp_path):
    rows = [(START + number * timedelta(days=31, minutes=7), rest) for number, (_, rest) in enumerate(trail(count=6))]
    rows = [(at.replace(day=5 + number % 2), rest) for number, (at, rest) in enumerate(rows)]
    write(tmp_path / "a.csv", rows[:4])
    write(tmp_path / "b.csv", rows[2:], "dots")

    inventory = load([tmp_path], Engagement(), date_order=DateOrder.MDY)

    assert int(inventory.frame(List.LOGINS)["logins"].sum()) == 6


def test_large_files_that_meet_within_a_day_all_count(tmp_path, monkeypatch):
    monkeypatch.setattr(grouping, "_SMALL", 0)
    rows = [(START + number * timedelta(minutes=11), rest) for number, (_, rest) in enumerate(trail(count=600))]
    write(tmp_path / "a.csv", rows[:300])
    write(tmp_path / "b.csv", rows[300:])

    assert counted(tmp_path) == 600


def test_a_large_file_counts_once_beside_two_that_meet_on_days_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(grouping, "_SMALL", 0)
    rows = [(START + number * timedelta(hours=1), rest) for number, (_, rest) in enumerate(trail(count=31 * 24))]
    write(tmp_path / "a.csv", rows[: 30 * 24], "month by name")
    write(tmp_path / "b.csv", rows[28 * 24 + 17 :], "month by name")
    write(tmp_path / "c.csv", rows, "month by name")

    assert counted(tmp_path) == len(rows)


def periods(folder):
    """Return from when to when each user signed in, and how often."""
    logins = load([folder], Engagement()).frame(List.LOGINS)
    by_user = logins.groupby("user", dropna=False)
    assert logins[["first", "last"]].notna().all(axis=None)
    return dict(zip(by_user.groups, zip(by_user["first"].min(), by_user["last"].max(), by_user["logins"].sum(), strict=True), strict=True))  # fmt: skip


def apart(folder):
    """Return how many logins there are where each file was grouped apart from the others."""
    grouped = {path.name: group_apart(path, Engagement()) for path in sorted(folder.iterdir())}
    return int(load([folder], Engagement(), grouped=grouped).frame(List.LOGINS)["logins"].sum())


@pytest.mark.parametrize("cut", [300, 301])
def test_a_minute_that_two_files_share_counts_the_same_however_they_are_read(tmp_path, monkeypatch, cut):
    rows = [(START + number * timedelta(minutes=11), rest) for number, (_, rest) in enumerate(trail(count=600))]
    write(tmp_path / "a.csv", rows[:301])
    write(tmp_path / "b.csv", rows[cut:])
    small = counted(tmp_path)
    monkeypatch.setattr(grouping, "_SMALL", 0)

    assert (small, counted(tmp_path), apart(tmp_path)) == (600, 600, 600)


@pytest.mark.parametrize("size", [0, grouping._SMALL])
def test_a_stamp_of_the_last_year_there_is_stops_nothing(tmp_path, monkeypatch, size):
    monkeypatch.setattr(grouping, "_SMALL", size)
    rows = trail(count=60)
    write(tmp_path / "a.csv", [*rows, (datetime(9999, 12, 31, 23, 59), rows[0][1])])  # noqa: DTZ001
    assert counted(tmp_path) == 61

    write(tmp_path / "b.csv", rows[20:])
    assert counted(tmp_path) == 61


def test_dates_whose_order_is_open_stay_open_where_a_third_order_is_given(tmp_path):
    write(tmp_path / "a.csv", [(datetime(2018, 3, day, 8), rest) for day, (_, rest) in enumerate(trail(count=3), 4)])  # noqa: DTZ001

    logins = load([tmp_path], Engagement(), date_order=DateOrder.YMD).frame(List.LOGINS)

    assert logins[["first", "last"]].isna().all(axis=None)


def test_files_that_suggest_different_orders_are_compared_all_the_same(tmp_path, monkeypatch):
    # What one begins and ends with is in order of time with the month first only, that of the other with the day first.
    shared = [(2, 11), (2, 10), (2, 12)]
    for name, first, last in (("a.csv", [(1, 11), (1, 12)], (3, 1)), ("b.csv", [(1, 10), (2, 10)], (1, 12))):
        rows = [
            (datetime(2018, month, day, hour), [f"u{hour}@x.example", SOAP, "Clerk", "Success", f"U{hour}", "x" * 60, "", ""])  # noqa: DTZ001
            for days, times in ((first, 4), (shared, 30), ([last], 12))
            for month, day in days
            for hour in list(range(1, 12)) * times
        ]  # fmt: skip
        write(tmp_path / name, rows)
    small = counted(tmp_path)
    monkeypatch.setattr(grouping, "_SMALL", 0)

    assert counted(tmp_path) == small == 2420 - 1034


@pytest.mark.parametrize("form", FORMATS)
def test_the_files_of_a_large_trail_come_to_what_the_whole_comes_to(tmp_path, form, monkeypatch):
    rows = trail(count=150)
    for name in ("whole", "parts", "mixed"):
        (tmp_path / name).mkdir()
    write(tmp_path / "whole" / "a.csv", rows, form)
    for number in range(5):
        part = rows[30 * number : 30 * number + 30]
        write(tmp_path / "parts" / f"{number}.csv", part, form)
        write(tmp_path / "mixed" / f"{number}.csv", part, form if number % 2 else "dots")
    whole = periods(tmp_path / "whole")

    monkeypatch.setattr(grouping, "_SMALL", 0)

    assert periods(tmp_path / "parts") == periods(tmp_path / "mixed") == whole


@pytest.mark.parametrize(
    "days",
    [
        [(6, 4), (6, 20), (8, 2)],  # One part above 12, which neither the first nor the last records hold.
        [(6, 11), (6, 12), (7, 1)],  # In order of time only with the day first.
    ],
)
def test_what_settles_the_order_of_dates_may_stand_in_the_middle_of_the_file(tmp_path, days):
    moments = [datetime(2018, month, day, 9, 30) for month, day in days]  # noqa: DTZ001
    (_, rest), *_ = trail(count=1)
    write(tmp_path / "a.csv", [(moments[at], rest) for at in [0] * 100 + [1] + [2] * 100], "day first")

    assert periods(tmp_path) == {"U0": (moments[0].date(), moments[2].date(), 201)}


def test_a_file_of_one_day_that_leaves_its_order_open_is_compared_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(grouping, "_SMALL", 0)
    rows = [(START + number * timedelta(minutes=20), rest) for number, (_, rest) in enumerate(trail(count=40))]
    write(tmp_path / "a.csv", rows)
    write(tmp_path / "b.csv", rows[:30])

    assert counted(tmp_path) == 40


def test_a_total_at_the_end_of_a_large_file_does_not_keep_it_from_being_compared(tmp_path, monkeypatch):
    monkeypatch.setattr(grouping, "_SMALL", 0)
    rows = trail(count=200)
    write(tmp_path / "a.csv", rows[:120])
    write(tmp_path / "b.csv", rows[60:])
    with (tmp_path / "a.csv").open("a", encoding="utf-8") as file:
        file.write("Total,120,,,,,,,\n")

    assert counted(tmp_path) == 200
