"""Days on which two large files of the trail meet: looked at by the minute, for one may end within the day and the other begin.

Large files are grouped by days. Two that share many days tell by most of them that they overlap; two that share a day
or two, as one export a month does, may have some hours in common and no group of equal size.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from auditor.loader.groups import ask, stacked
from auditor.loader.trail import Grain, TrailFile, day_of
from auditor.loader.trail_fast import group_days
from auditor.loader.trail_piecewise import group_piecewise

_DAYS = 2
# By the minute nearly every login is a group of its own.
_MOST_LOGINS = 500_000

# Days on which two files meet that share no more than that, with all logins of every file that has such a day: a third
# file's are compared with theirs, and must be grouped as finely.
_MEETING = f"""
    with days as (select number, day, sum(logins) as logins from groups where day <> '' group by all),
    shared as (select a.number as one, b.number as other, day from days a join days b using (day) where a.number < b.number),
    meeting as (select * from shared qualify count(*) over (partition by one, other) <= {_DAYS})
    select number, day, logins::bigint as logins from days where day in (select day from meeting) order by number, day
"""  # noqa: S608 - our own numbers


def by_the_minute(groups: pd.DataFrame, trails: Sequence[TrailFile]) -> pd.DataFrame:
    """Return the groups with those of days on which two files meet replaced by finer ones, whose `day` is the stamp.

    `groups` has GROUP_COLUMNS and `number`: which of the files it is.
    """
    meeting = ask(_MEETING, groups=groups)
    if meeting.empty or meeting["logins"].sum() > _MOST_LOGINS:
        return groups
    finer = [
        _grouped(trails[int(str(number))], on["day"].tolist(), int(on["logins"].sum())).assign(number=number)
        for number, on in meeting.groupby("number")
    ]
    met = pd.MultiIndex.from_frame(meeting[["number", "day"]])
    coarse = groups[~pd.MultiIndex.from_frame(groups[["number", "day"]]).isin(met)]
    return stacked([coarse, *finer])


def _grouped(trail: TrailFile, days: Sequence[str], logins: int) -> pd.DataFrame:
    if trail.reading.text:
        groups = group_days(trail, days)
        if groups["logins"].sum() == logins:
            return groups
    # One of those that DuckDB can't vouch for.
    groups = group_piecewise(trail, grain=Grain.STAMP).groups
    return groups[groups["day"].map(day_of).isin(days)]
