"""Of a large file only the pieces that DuckDB refuses are read record by record, and that changes nothing that is found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.engagement import Engagement
from auditor.loader.files import open_exports
from auditor.loader.groups import KEY
from auditor.loader.inventory import find_list
from auditor.loader.trail import Grain, TrailFile
from auditor.loader.trail_exact import group_exactly
from auditor.loader.trail_piecewise import group_piecewise

HEADER = "Date,Email Address,Request URI,Role,Status,User,Detail"
GOOD = "6/13/2018 8:00 am,a@x.example,/services/NetSuitePort_2017_1,Clerk,Success,Ann,"
LINES = [
    GOOD,
    GOOD.replace("Ann", "Bob").replace("6/13", "6/14"),
    GOOD.replace("Ann", '"Ann, of two\nlines"'),
    GOOD.replace("Ann", 'An"n'),
    GOOD.replace("Ann", '"Ann'),
    GOOD.replace("Ann", 'Ann"'),
    GOOD.replace("Ann", '"An"n'),
    GOOD.replace("Ann", '"An\\"n"'),
    GOOD + ",more",
    "6/13/2018 8:00 am,a@x.example",
    HEADER,
    "",
    "Total,7,,,,,",
    '"' + "\n".join([GOOD] * 3) + '"',
]


def trail_file(path):
    (table,) = open_exports([path], path.parent)
    recognised, reading = find_list(table, Engagement())
    return TrailFile(file=path.name, sheet=None, reading=reading, recognised=recognised)


def said(groups):
    return groups.groups.sort_values([*KEY, "first_row"]).astype(object).to_numpy().tolist()


@settings(max_examples=60, deadline=None)
@given(
    lines=st.lists(st.sampled_from(LINES), min_size=1, max_size=30),
    piece=st.sampled_from([30, 200, 700]),
    grain=st.sampled_from([Grain.DAY, Grain.SPAN, Grain.STAMP]),
)
def test_a_file_in_pieces_comes_to_what_it_comes_to_record_by_record(tmp_path_factory, lines, piece, grain):
    path = tmp_path_factory.mktemp("trail") / "t.csv"
    path.write_text("\n".join([HEADER, GOOD, *lines]) + "\n", encoding="utf-8", newline="")
    trail = trail_file(path)

    found, expected = group_piecewise(trail, grain=grain, piece=piece), group_exactly(trail, grain=grain)

    assert said(found) == said(expected)
    assert (found.set_aside, found.rejected) == (expected.set_aside, expected.rejected)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_file_in_any_encoding_is_read_in_pieces_or_whole(tmp_path, encoding):
    path = tmp_path / "t.csv"
    lines = [HEADER, *[GOOD.replace("Ann", "Zoë")] * 40, LINES[4], *[GOOD] * 40]
    path.write_text("\n".join(lines) + "\n", encoding=encoding, newline="")

    found = group_piecewise(trail_file(path), grain=Grain.DAY, piece=500)

    assert (found.records, [(one.row, one.count) for one in found.rejected]) == (81, [(42, 1)])
    assert sorted(set(found.groups["user"])) == ["Ann", "Zoë"]


def test_only_the_first_thousand_broken_rows_of_all_pieces_are_named(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("\n".join([HEADER, *[GOOD, "6/13/2018,short"] * 1500]) + "\n", encoding="utf-8", newline="")

    found = group_piecewise(trail_file(path), grain=Grain.DAY, piece=50_000)

    assert len(found.rejected) == 1001
    assert (found.records, sum(one.count for one in found.rejected)) == (3000, 1500)
