"""Exports of the login audit trail whose periods overlap: a login that stands in two files counts once.

A file has no key for a login, and equal logins within a minute are common, so it is decided by days and groups: where
at least half of the groups that two files share on shared days are equal (same count, same first and last stamp), the
files overlap, and of each shared group only the fuller one counts. Parts of one trail share next to nothing.

Users who export in different formats write the same stamp differently: then stamps are compared to the minute, by what
they mean. No stamp names its time zone, so exports of users in different zones share nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from auditor.days import DateOrder
from auditor.loader.dates import read_dates
from auditor.loader.groups import ask
from auditor.loader.trail import TrailFile, day_of

# Columns that every export has: one of two overlapping files may lack the token columns.
_COLUMNS = ("at", "user", "email", "role", "path", "status")
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
    groups: pd.DataFrame, trails: Sequence[TrailFile], order: DateOrder | None
) -> tuple[pd.DataFrame, Mapping[int, int]]:
    """Return the groups with each login counted in one file, and how many were taken out of each file.

    `groups` has GROUP_COLUMNS and `number`: which of the files it is. `order` settles how dates are written.
    """
    if len(trails) < 2:
        return groups, {}
    columns = list(groups)
    groups = _with_moments(groups, order)
    fullest = sorted(range(len(trails)), key=lambda number: -len(trails[number].recognised.columns))
    ranks = pd.DataFrame({"number": fullest, "rank": range(len(fullest))})
    taken = ask(_TAKEN, groups=groups, ranks=ranks)
    if taken.empty:
        return groups[columns], {}
    left = ask(_LEFT, groups=groups, taken=taken)
    repeated = left.groupby("number")["repeated"].sum().to_dict()
    left["logins"] -= left["repeated"]
    kept = left[left["logins"] > 0][columns].reset_index(drop=True)
    return kept, {int(str(number)): int(count) for number, count in repeated.items() if count}


def _with_moments(groups: pd.DataFrame, order: DateOrder | None) -> pd.DataFrame:
    """Return the groups with `at`: their day or stamp as written, or what it means where the files write it differently."""
    written = {number: list(dict.fromkeys(days)) for number, days in groups.groupby("number", sort=False)["day"]}
    dates = {number: read_dates([day_of(text) for text in texts], order) for number, texts in written.items()}
    styles = {(kind, dates[number].order, style) for number, texts in written.items() for kind, style in _styles(texts)}
    padding: set[str] = {name for texts in written.values() for text in texts[:_SAMPLE] for name in _padding(text)}
    kinds = [kind for kind, *_ in styles]
    if len(kinds) == len(set(kinds)) and not any(
        {f"{part} plain", f"{part} padded"} <= padding for part in ("day", "hour")
    ):
        return groups.assign(at=groups["day"])
    moments = {
        (number, text): _moment(text, str(dates[number].days[day_of(text)] or ""))
        for number, texts in written.items()
        for text in texts
    }
    at = [moments[key] for key in zip(groups["number"], groups["day"], strict=True)]
    # First and last stamp of a day are compared as they are written, which tells nothing here.
    return groups.assign(at=at, least="", greatest="")


_SAMPLE = 1000
_WORD_OR_NUMBER = re.compile(r"[^\W\d_]+|\d+")
_CLOCK = re.compile(r"[T ]\s*(\d{1,2})[:-](\d{2})(?:[:-]\d{2}(?:\.\d+)?)?\s*([ap])?", re.IGNORECASE)


def _styles(texts: Sequence[str]) -> set[tuple[str, str]]:
    """Return how a file writes its days, and its stamps: it may have both."""
    first = {"day" if day_of(text) == text.strip() else "stamp": text for text in reversed(texts)}
    return {(kind, _style(text)) for kind, text in first.items()}


def _style(text: str) -> str:
    """Return how a stamp is written: what stands between its numbers and words, and which of both where."""
    return _WORD_OR_NUMBER.sub(lambda found: "9" if found[0].isdigit() else "a", text.strip())


def _padding(text: str) -> Iterator[str]:
    """Give how its day and month, and its hour, are written where they have one digit: "6" or "06"."""
    day = day_of(text)
    time = text.strip().removeprefix(day)
    for name, numbers in (("day", re.findall(r"\d+", day)), ("hour", re.findall(r"\d+", time)[:1])):
        for number in numbers:
            if len(number) == 1:
                yield f"{name} plain"
            elif len(number) == 2 and number.startswith("0"):
                yield f"{name} padded"


def _moment(text: str, day: str) -> str:
    """Return day and minute of a written stamp; the stamp itself where its day can't be read."""
    clock = _CLOCK.search(text.strip())
    if not day or not clock:
        return day or text
    hour = int(clock[1]) if not clock[3] else int(clock[1]) % 12 + (12 if clock[3].casefold() == "p" else 0)
    return f"{day} {hour:02}:{clock[2]}"
