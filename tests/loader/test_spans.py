"""Only files whose spans overlap are compared with each other: everything else is counted as it stands."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.loader.spans import Span, meeting, overlapping

START = datetime(2018, 6, 4)  # noqa: DTZ001 - stamps name no time zone


def span(first, last):
    return Span(START + timedelta(hours=first), START + timedelta(hours=last))


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ({}, set()),
        ({0: span(0, 9)}, set()),
        ({0: span(0, 5), 1: span(5, 9)}, set()),
        ({0: span(5, 9), 1: span(0, 6)}, {0, 1}),
        ({0: span(0, 9), 1: span(2, 3), 2: span(4, 5)}, {0, 1, 2}),
        ({0: span(0, 9), 1: span(2, 3), 2: span(9, 12)}, {0, 1}),
        ({0: span(0, 1), 1: span(0, 1)}, {0, 1}),
    ],
)
def test_files_overlap_that_share_a_moment(spans, found):
    assert overlapping(spans) == found


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=8))
def test_it_is_what_comparing_each_with_each_says(pairs):
    spans = {number: span(first, first + hours) for number, (first, hours) in enumerate(pairs)}

    assert overlapping(spans) == {
        one
        for one, a in spans.items()
        for other, b in spans.items()
        if one != other and a.start < b.end and b.start < a.end
    }


def test_very_many_files_that_share_no_more_than_a_minute_are_parts_of_one_trail():
    minute = timedelta(minutes=1)
    parts = {
        number: Span(START + number * 9 * minute, START + (number + 1) * 9 * minute + minute) for number in range(150)
    }
    few = {number: parts[number] for number in range(20)}

    assert meeting(parts) == set()
    assert meeting(few) == set(few)
    assert meeting({**parts, 150: Span(START, START + 5 * minute)}) == {0, 150}
