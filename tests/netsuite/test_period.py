"""The trail is collected up to where it holds still, and not a moment further."""

from datetime import UTC, datetime

import pytest

from auditor.errors import InputError
from auditor.netsuite.period import period, written


def at(day, hour=0, minute=0, second=0):
    return datetime(2018, 8, day, hour, minute, second)  # noqa: DTZ001 - the account's own time


def now(day, hour, minute=0):
    return datetime(2018, 8, day, hour, minute, 7, 500, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "last"),
    [
        (now(28, 12), at(28)),  # midnight on the last line of dates: the 27th is over everywhere
        (now(28, 11, 59), at(27)),  # on Baker Island it is still the 27th
        (now(28, 23), at(28)),
    ],
)
def test_a_live_trail_ends_with_the_last_day_that_is_over_everywhere(clock, last):
    begin, end = period(None, None, now=clock, rehearsal=False)

    assert (end, (end - begin).days) == (last, 365)


def test_a_rehearsals_trail_ends_now():
    assert period(at(1), None, now=now(28, 12), rehearsal=True) == (at(1), at(28, 12, 0, 7))


def test_a_year_before_a_moment_begins_with_a_day():
    begin, _ = period(None, None, now=now(28, 12), rehearsal=True)

    assert begin == datetime(2017, 8, 28)  # noqa: DTZ001 - the account's own time


def test_days_and_moments_may_be_given():
    assert period(at(1, 6), at(28, 9), now=now(28, 12), rehearsal=False) == (at(1, 6), at(28, 9))


@pytest.mark.parametrize(
    ("until", "rehearsal"), [(at(29, 2, 0, 8), False), (at(30), False), (at(28, 12, 0, 8), True), (at(29), True)]
)
def test_what_is_still_to_come_can_not_be_collected(until, rehearsal):
    with pytest.raises(InputError, match="still to come") as caught:
        period(None, until, now=now(28, 12), rehearsal=rehearsal)

    assert str(caught.value).endswith("leave it out, or write 2018-08-28 or earlier")


def test_a_period_without_a_moment_is_an_error():
    with pytest.raises(InputError, match="from 2018-08-05 to before 2018-08-05 there is nothing"):
        period(at(5), at(5), now=now(28, 12), rehearsal=False)


def test_a_moment_is_written_as_a_day_where_it_begins_one():
    assert [written(at(5)), written(at(5, 1, 2, 3))] == ["2018-08-05", "2018-08-05 01:02:03"]
