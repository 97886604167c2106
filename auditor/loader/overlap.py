"""Exports of the login audit trail whose periods overlap: a login that stands in two files counts once.

A file has no key for a login, and equal logins within a minute are common, so it is decided by days and groups: where
at least half of the groups that two files share on shared days are equal (same count, same first and last stamp), the
files overlap, and of each shared group only the fuller one counts. Parts of one trail share next to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from auditor.loader.trail import TrailFile, ask

# Columns that every export has: one of two overlapping files may lack the token columns.
_COLUMNS = ("day", "user", "email", "role", "path", "status")
_COMMON = ", ".join(f'"{name}"' for name in _COLUMNS)
_SAME = " and ".join(f'a."{name}" = b."{name}"' for name in _COLUMNS)

# `rank` is 0 for the file that says most of a login: it keeps what another one says as well.
_TAKEN = f"""
    with one as (
        select rank, {_COMMON}, sum(logins) as logins, min(least) as least, max(greatest) as greatest
        from groups join ranks using (number) group by all
    ),
    shared as (select * from one qualify count(*) over (partition by {_COMMON}) > 1),
    alike as (
        select a.rank as rank, b.rank as other, count(*) as equal
        from shared a join shared b using ({_COMMON}, logins, least, greatest) where a.rank > b.rank group by all
    ),
    common as (
        select a.*, alike.other, alike.equal, least(a.logins, b.logins) as in_both
        from shared a join alike using (rank) join shared b on b.rank = alike.other and {_SAME}
    ),
    overlapping as (select * from common qualify 2 * equal >= count(*) over (partition by rank, other))
    select number, {_COMMON}, max(in_both)::bigint as taken from overlapping join ranks using (rank) group by all
"""  # noqa: S608 - our own column names

# Several groups may share the common columns: what is taken is taken from the first of them on.
_LEFT = f"""
    select groups.*, greatest(0, least(logins, coalesce(taken, 0) - (
        sum(logins) over (partition by number, {_COMMON} order by first_row, last_row, token) - logins
    )))::bigint as repeated
    from groups left join taken using (number, {_COMMON})
"""  # noqa: S608 - our own column names


def without_repeated_logins(
    groups: pd.DataFrame, trails: Sequence[TrailFile]
) -> tuple[pd.DataFrame, Mapping[int, int]]:
    """Return the groups with each login counted in one file, and how many were taken out of each file.

    `groups` has GROUP_COLUMNS and `number`: which of the files it is.
    """
    if len(trails) < 2:
        return groups, {}
    fullest = sorted(range(len(trails)), key=lambda number: -len(trails[number].recognised.columns))
    ranks = pd.DataFrame({"number": fullest, "rank": range(len(fullest))})
    taken = ask(_TAKEN, groups=groups, ranks=ranks)
    if taken.empty:
        return groups, {}
    left = ask(_LEFT, groups=groups, taken=taken)
    repeated = left.groupby("number")["repeated"].sum().to_dict()
    left["logins"] -= left["repeated"]
    kept = left[left["logins"] > 0].drop(columns="repeated").reset_index(drop=True)
    return kept, {int(str(number)): int(count) for number, count in repeated.items() if count}
