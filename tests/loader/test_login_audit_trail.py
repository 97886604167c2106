"""The login audit trail: the fast way and the exact way agree, and no row is invented, lost or counted twice."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import Engagement, load
from auditor.days import DateOrder
from auditor.loader import pieces
from auditor.loader.dates import read_dates
from auditor.loader.files import open_exports
from auditor.loader.groups import GROUP_COLUMNS, KEY
from auditor.loader.inventory import _best_reading
from auditor.loader.pieces import Piece, count
from auditor.loader.text import TextFile, blocks
from auditor.loader.trail import TrailFile
from auditor.loader.trail_exact import group_exactly
from auditor.loader.trail_fast import group_fast
from auditor.vocabulary import List

HEADER = [
    "Date",
    "Email Address",
    "Request URI",
    "Role",
    "Status",
    "User",
    "Detail",
    "Token-based Access Token Name",
    "Token-based Application Name",
]
SOAP = "/services/NetSuitePort_2017_1"


def row(day="6/13/2018", user="Bot", uri=SOAP, application="", status="Success", role="Clerk"):
    token = f"token of {application}" if application else ""
    return [f"{day} 8:00 am", f"{user.lower()}@x.example", uri, role, status, user, "", token, application]


def write(path, rows, header=HEADER, **dialect):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, **dialect).writerows([header, *rows])
    return path


def trail_file(path):
    (table,) = open_exports([path], path.parent)
    recognised, reading = _best_reading(table, {}, "x")
    return TrailFile(file=table.file, sheet=None, reading=reading, recognised=recognised)


def logins(inventory):
    frame = inventory.frame(List.LOGINS)
    return int(frame["logins"].sum())


def accounted(item):
    return item.rows == item.used + sum(one.count for one in (*item.set_aside, *item.rejected))


CELL = st.text(st.sampled_from('aB é,;"\n|\t'), max_size=6)
ROWS = st.lists(
    st.tuples(st.sampled_from(["6/13/2018 8:00 am", "12/1/2018 11:59 pm"]), CELL, st.sampled_from([SOAP, "/a?b=1"]), CELL, CELL,
              st.sampled_from(["NA", "null", "Ann"]), CELL, CELL, CELL),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    rows=ROWS,
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    piece=st.sampled_from([40, 300, 1 << 25]),
)
def test_the_fast_way_agrees_with_the_exact_way_or_refuses(tmp_path_factory, rows, delimiter, quoting, piece):
    trail = trail_file(write(tmp_path_factory.mktemp("trail") / "t.csv", rows, delimiter=delimiter, quoting=quoting))

    exact = group_exactly(trail)
    fast = group_fast([trail], lambda records: None, piece=piece)

    assert exact.groups["logins"].sum() + sum(one.count for one in (*exact.set_aside, *exact.rejected)) == len(rows)
    if len(fast):
        said = [one[list(GROUP_COLUMNS)].sort_values(list(KEY)).to_numpy().tolist() for one in (fast, exact.groups)]
        assert said[0] == said[1]


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(st.lists(CELL, min_size=2, max_size=3), min_size=1, max_size=20))
def test_records_are_counted_as_the_csv_module_counts_them(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("count") / "c.csv"
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode())

    counted = count(Piece(text=TextFile(path=path, encoding="utf-8", packed=False)), lambda records: None)

    assert (counted.records, counted.closed) == (len(rows), True)


def test_a_trail_without_logins_is_a_trail_all_the_same(tmp_path):
    write(tmp_path / "t.csv", [])

    (item,) = load([tmp_path], Engagement()).inputs

    assert (item.list, item.rows, item.used) == (List.LOGINS, 0, 0)


@pytest.mark.parametrize("fakes", [1, 20_000])
def test_quoted_newlines_that_look_like_rows_are_no_logins(tmp_path, fakes):
    fake = ",".join(row(user="Mallory", status="Failure"))
    rows = [row() for _ in range(3000)]
    rows[1500][6] = "\n" + "\n".join([fake] * fakes)
    write(tmp_path / "t.csv", rows)

    inventory = load([tmp_path], Engagement())
    (item,) = inventory.inputs

    assert "Mallory" not in set(inventory.frame(List.LOGINS)["user"])
    # 20,000 of them make a field that no export has: that one row is rejected, by its own name.
    assert (item.rows, logins(inventory) >= 2999, accounted(item)) == (3000, True, True) or fakes > 1
    assert logins(inventory) <= 3000


def test_a_broken_line_costs_itself_only_and_is_named(tmp_path):
    lines = [",".join(row(day=f"6/{day}/2018")) for day in range(13, 25)]
    lines[2] = lines[2].replace("Bot", '"Bot')
    lines[4] = lines[4].replace("Bot", '"B\\"o\\"t"')
    lines[6] = "6/19/2018 8:00 am,short"
    lines[8] += ",too,long"
    (tmp_path / "t.csv").write_text("\n".join([",".join(HEADER), *lines, "", "Total: 12"]))

    inventory = load([tmp_path], Engagement())
    (item,) = inventory.inputs

    assert (item.rows, item.used, logins(inventory), accounted(item)) == (14, 8, 8, True)
    assert [one.row for one in item.rejected] == [4, 6, 8, 10]
    assert [(one.row, one.reason) for one in item.set_aside] == [(15, "total row")] or [
        one.row for one in item.set_aside
    ] == [14, 15]


def test_people_are_set_aside_and_counted(tmp_path):
    ui = "/app/login/secure/enterpriselogin.nl?c=1"
    write(tmp_path / "t.csv", [row(), *[row(user="Ann", uri=ui)] * 40, row(user="Odd", uri="")])

    (item,) = load([tmp_path], Engagement()).inputs

    assert (item.rows, item.used) == (42, 1)
    assert [(one.row, one.count) for one in item.set_aside] == [(3, 40), (43, 1)]


def test_overlapping_exports_count_a_login_once_whatever_columns_they_have(tmp_path):
    rows = [row(day=f"6/{day}/2018", user=f"U{day % 3}", application="App") for day in range(1, 29)]
    write(tmp_path / "full.csv", rows[:20])
    write(tmp_path / "bare.csv", [one[:6] for one in rows[10:]], header=HEADER[:6])

    inventory = load([tmp_path], Engagement())

    assert logins(inventory) == 28
    assert all(accounted(item) for item in inventory.inputs)
    assert {item.file: sum(one.count for one in item.set_aside) for item in inventory.inputs} == {
        "bare.csv": 10,
        "full.csv": 0,
    }


def test_the_parts_of_one_trail_all_count(tmp_path):
    rows = [row(day=f"6/{number % 28 + 1}/2018", user=f"U{number}") for number in range(900)]
    for part in range(300):
        write(tmp_path / f"{part:03}.csv", rows[part::300])

    inventory = load([tmp_path], Engagement())

    assert (logins(inventory), len(inventory.inputs)) == (900, 300)
    assert set(inventory.frame(List.LOGINS)["first_row"]) == {2, 3, 4}


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_a_trail_of_another_encoding_is_transcoded(tmp_path, encoding):
    path = write(tmp_path / "t.csv", [row(user="Ren\u00e9"), row(user="Bot")])
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))

    assert set(load([tmp_path], Engagement()).frame(List.LOGINS)["user"]) == {"Ren\u00e9", "Bot"}


@pytest.mark.parametrize(
    ("day", "meant"),
    [
        ("22 September, 2018", date(2018, 9, 22)),
        ("22 septiembre, 2018", date(2018, 9, 22)),
        ("22 September 2018", date(2018, 9, 22)),
        ("22-septiembre-2018", date(2018, 9, 22)),
        ("3 June, 2018", date(2018, 6, 3)),
        (" 3 June, 2018", date(2018, 6, 3)),
        ("2018-09-22", date(2018, 9, 22)),
    ],
)
@pytest.mark.parametrize("end", ["", '"never closed'], ids=["whole", "broken"])
def test_a_day_is_read_whatever_words_it_takes(day, meant, end, tmp_path):
    path = write(tmp_path / "t.csv", [row(day=day), row(day=day), [day, *row()[1:]]])
    path.write_text(path.read_text(encoding="utf-8") + end, encoding="utf-8")

    inventory = load([tmp_path], Engagement())

    assert inventory.inputs[0].used == 3
    assert inventory.frame(List.LOGINS)[["first", "last"]].to_numpy().tolist() == [[meant] * 2]


def test_missing_token_columns_are_said(tmp_path):
    write(tmp_path / "t.csv", [row()[:6]], header=HEADER[:6])

    inventory = load([tmp_path], Engagement())

    assert inventory.frame(List.LOGINS)["names_application"].tolist() == [False]
    assert "can't show that a login used user credentials" in inventory.inputs[0].notes[-1]


FORMATS = {
    "mdy": ("{d.month}/{d.day}/{d.year}", None),
    "dmy": ("{d.day}/{d.month}/{d.year}", None),
    "padded": ("{d:%d/%m/%Y}", None),
    "dots": ("{d.day}.{d.month}.{d.year}", None),
    "month": ("{d.day}-{d:%b}-{d.year}", None),
    "whole month": ("{d:%d}-{d:%B}-{d.year}", None),
    "month in words": ("{d.day} {d:%B}, {d.year}", None),
    "iso": ("{d:%Y-%m-%d}", None),
    "slashes": ("{d:%Y/%m/%d}", None),
}


@given(
    st.lists(st.dates(date(2000, 1, 1), date(2035, 12, 31)), min_size=2, max_size=30), st.sampled_from(sorted(FORMATS))
)
def test_what_is_written_in_a_documented_format_is_read_as_it_was_meant(days, name):
    days = [*days, date(2018, 6, 28), date(2018, 12, 29)]
    written = [FORMATS[name][0].format(d=day) for day in days]

    assert [read_dates(written, None).days[text] for text in written] == days


@pytest.mark.parametrize(
    ("written", "given", "first", "problem"),
    [
        (["3/4/2018", "3/5/2018", "3/6/2018"], None, None, "may start with the day or with the month"),
        (["3/4/2018", "3/5/2018", "3/6/2018"], DateOrder.DMY, date(2018, 4, 3), None),
        (["3/4/2018"], DateOrder.MDY, date(2018, 3, 4), None),
        (["3/4/2018", "13/4/2018"], DateOrder.MDY, date(2018, 4, 3), None),
        (["1/2/2018", "2/2/2018", "3/2/2018", "1/3/2018"], None, date(2018, 2, 1), None),
        (["13/1/2018", "1/13/2018"], None, None, "mixes"),
        (["nonsense"], None, None, None),
        (["31.12.2018 23:59"], None, date(2018, 12, 31), None),
        (["2018年6月3日"], None, date(2018, 6, 3), None),
        (["22 septiembre, 2018"], None, date(2018, 9, 22), None),
    ],
)
def test_the_order_of_a_date_is_told_by_all_dates_or_not_at_all(written, given, first, problem):
    dates = read_dates(written, given)

    assert dates.days[written[0]] == first
    assert (problem is None and dates.problem is None) or problem in dates.problem


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.sampled_from('ab,;"\r\n'), max_size=60), size=st.integers(1, 12))
def test_records_are_the_same_whatever_is_read_at_once(text, size):
    whole, piecewise = (
        [one for block in blocks(io.StringIO(text, newline=""), ",", first=many, size=many) for one in block]
        for many in (1 << 16, size)
    )

    assert whole == piecewise


@settings(max_examples=200, deadline=None)
@given(block=st.text(st.sampled_from('a"\n'), max_size=300), fill=st.sampled_from(["", "x" * 63, "x" * (1 << 17)]))
def test_line_ends_are_counted_wherever_they_stand_in_a_block(tmp_path_factory, block, fill):
    path = tmp_path_factory.mktemp("count") / "c.csv"
    path.write_bytes((fill + block).encode())
    outside = [end for end in range(len(block)) if block[end] == "\n" and block[:end].count('"') % 2 == 0]

    counted = count(Piece(text=TextFile(path=path, encoding="utf-8", packed=False)), lambda records: None)

    ends = (fill + block).endswith("\n") or not fill + block
    assert (counted.records, counted.closed) == (len(outside) + (not ends), block.count('"') % 2 == 0)


@pytest.mark.parametrize(
    ("named", "beside"), [("trail[1].csv", "trail1.csv"), ("Acme [1]/t.csv", "Acme 1/t.csv"), ("c5=Eve/t.csv", "t.csv")]
)
def test_a_name_that_a_database_takes_for_a_pattern_is_the_name_of_that_file_alone(tmp_path, named, beside):
    for name, user in ((named, "Bot"), (beside, "Eve")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, [row(user=user)])

    inventory = load([tmp_path / named], Engagement())

    assert inventory.frame(List.LOGINS)["user"].tolist() == ["Bot"]


def test_a_line_longer_than_any_is_one_broken_record_and_no_login_is_cut_from_it(tmp_path):
    path = write(tmp_path / "t.csv", [row(), row(user="Ann")])
    # Where it is cut off, a row of the right width follows.
    lines = path.read_text(encoding="utf-8").split("\n")
    lines.insert(2, "x," * (1 << 20) + ",".join(row(user="Eve")))
    path.write_text("\n".join(lines), encoding="utf-8")

    groups = group_exactly(trail_file(path))

    assert sorted(groups.groups["user"]) == ["Ann", "Bot"]
    assert [(one.row, one.count) for one in groups.rejected] == [(3, 1)]
    assert groups.groups["last_row"].max() == 4


@pytest.mark.parametrize("uri", ["/pages/customerlogin.jsp", ""])
def test_a_person_in_a_browser_is_none_of_the_programs_where_the_file_has_no_users(tmp_path, uri):
    header = [name for name in HEADER if name != "User"]
    people = [[*row(uri=uri, user="", status="Failure")[:5], *row()[6:]], [*row(user="Ann")[:5], *row()[6:]]]
    write(tmp_path / "t.csv", people, header=header)

    inventory = load([tmp_path], Engagement())
    (item,) = inventory.inputs

    assert (logins(inventory), item.used, accounted(item)) == (1, 1, True)


def test_an_accent_far_below_the_start_is_read_as_what_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("auditor.loader.text._LOOKED_AT", 1000)
    path = write(tmp_path / "t.csv", [row() for _ in range(3000)])
    with path.open("ab") as file:
        file.write(",".join(row(user="Zoë")).encode("cp1252") + b"\n")

    inventory = load([tmp_path], Engagement())

    assert set(inventory.frame(List.LOGINS)["user"]) == {"Bot", "Zoë"}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("at", [0, 1, 500, 623, 624, 625, 2999])
def test_a_blank_row_is_never_passed_over(tmp_path, line_end, at):
    lines = [",".join(row()) for _ in range(3000)]
    # Two stray quotes make two rows one for whoever counts quotes, and a blank row is none for DuckDB.
    lines[10:12] = [",".join(row(user='An"n'))] * 2
    lines.insert(at, "")
    (tmp_path / "t.csv").write_text(line_end.join([",".join(HEADER), *lines, ""]), encoding="utf-8", newline="")

    inventory = load([tmp_path], Engagement())
    (item,) = inventory.inputs

    assert (logins(inventory), item.rows) == (3000, 3001)
    assert [(one.row, one.reason) for one in item.set_aside] == [(at + 2, "blank row")]


def test_blank_rows_above_the_header_keep_nothing_from_the_fast_way(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "\n".join(["Login Audit Trail", "", "", ",".join(HEADER), *[",".join(row())] * 20, ""]), encoding="utf-8"
    )

    fast = group_fast([trail_file(path)], lambda records: None)

    assert (fast["logins"].sum(), fast["first_row"].min(), fast["last_row"].max()) == (20, 5, 24)


@settings(max_examples=200, deadline=None)
@given(lines=st.lists(st.integers(0, 70), min_size=1, max_size=12), block=st.sampled_from([64, 128, 1 << 18]))
def test_a_short_line_is_seen_wherever_a_block_ends(tmp_path_factory, lines, block):
    path = tmp_path_factory.mktemp("count") / "c.csv"
    path.write_bytes(b"".join(b"x" * length + b"\n" for length in lines))
    size, pieces._BLOCK = pieces._BLOCK, block
    try:
        counted = count(Piece(text=TextFile(path=path, encoding="utf-8", packed=False)), lambda records: None)
    finally:
        pieces._BLOCK = size

    assert (counted.records, counted.has_blank) == (len(lines), min(lines) < 2)


@pytest.mark.parametrize(
    ("days", "note"),
    [
        (["soon"], '1 login has a date that can\'t be read: "soon" in row 3'),
        (
            ["soon", "soon", "later"],
            '3 logins have a date that can\'t be read: "soon" in row 3, "later" in row 5 and others',
        ),
    ],
)
def test_logins_whose_date_cannot_be_read_are_counted_and_the_first_are_named(tmp_path, days, note):
    write(tmp_path / "t.csv", [row(), *map(row, days), row(day="6/14/2018")])

    (item,) = load([tmp_path], Engagement()).inputs

    assert item.notes == (note,)
