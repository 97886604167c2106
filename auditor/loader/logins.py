"""The login audit trail: which logins are connections of programs, from when to when, and what became of every row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

import pandas as pd

from auditor.loader.dates import DateOrder, read_dates
from auditor.loader.lists import application_names, uri_patterns
from auditor.loader.overlap import without_repeated_logins
from auditor.loader.trail import KEY, TrailFile, TrailGroups
from auditor.loader.trail_exact import group_exactly
from auditor.loader.trail_fast import group_fast
from auditor.loader.values import endpoint_version, text
from auditor.model import FAILED, Channel, Input, List, Unusable

_SMALL = 1 << 26
_UI = "a person in a browser"
_LOGOUT = "a logout"
_NOBODY = "a failed sign-in of a user that NetSuite does not know"
_NO_URI = "no Request URI: a person in a browser can't be told from a program"

COLUMNS = (
    "file", "sheet", "user", "email", "role", "path", "channel", "endpoint_version", "status", "detail", "application",
    "token", "names_application", "names_token", "logins", "first", "last", "first_row", "last_row",
)  # fmt: skip
"""One row a file and group of equal logins; first and last are dates, None where the date order can't be told;
`names_application` and `names_token` say whether the file has those columns at all."""


def summarise_logins(
    trails: Sequence[TrailFile], order: DateOrder | None, progress: Callable[[int], None]
) -> tuple[pd.DataFrame, list[Input]]:
    """Return the logins of all files, grouped and without people's, and what became of every row of each file."""
    grouped, repeated = without_repeated_logins(_group(trails, progress))
    frames, inputs = [], []
    for one, again in zip(grouped, repeated, strict=True):
        frame, read = _described(one, again, order)
        frames.append(frame)
        inputs.append(read)
    return pd.concat(frames, ignore_index=True), inputs


def _group(trails: Sequence[TrailFile], progress: Callable[[int], None]) -> list[TrailGroups]:
    """Group files of one layout together: a query a file would cost more than the reading of small files."""
    # Small files are grouped by the minute, so that even an overlap of some hours shows.
    by_stamp = len(trails) > 1 and sum(map(_size, trails)) < _SMALL
    layouts: dict[tuple[object, ...], list[TrailFile]] = defaultdict(list)
    for trail in trails:
        layouts[trail.layout if trail.reading.text else (id(trail),)].append(trail)
    done: dict[int, TrailGroups] = {}
    for alike in layouts.values():
        fast = group_fast(alike, progress, by_stamp=by_stamp) if alike[0].reading.text else [None] * len(alike)
        for trail, groups in zip(alike, fast, strict=True):
            done[id(trail)] = groups or group_exactly(trail, by_stamp=by_stamp)
    return [done[id(trail)] for trail in trails]


def _size(trail: TrailFile) -> int:
    text = trail.reading.text
    return text.path.stat().st_size * (10 if text.packed else 1) if text else 0


def _described(one: TrailGroups, repeated: int, order: DateOrder | None) -> tuple[pd.DataFrame, Input]:
    trail = one.trail
    groups = _with_dates(one.groups, order)
    notes = groups.attrs["notes"]
    groups["file"], groups["sheet"] = trail.file, trail.sheet
    groups["names_application"] = trail.column("application") is not None
    groups["names_token"] = trail.column("token") is not None
    paths = {path: _channel(path) for path in groups["path"].unique()}
    groups["channel"] = groups["path"].map(paths)
    groups["endpoint_version"] = groups["path"].map({path: endpoint_version(path) for path in paths})
    reason = _set_aside(groups, has_user=trail.column("user") is not None)
    set_aside = [
        Unusable(row=int(left["first_row"].min()), reason=str(why), count=int(left["logins"].sum()))
        for why, left in groups[reason.notna()].groupby(reason[reason.notna()], sort=True)
        if int(left["logins"].sum())
    ]
    if repeated:
        set_aside.append(Unusable(row=trail.recognised.header_row + 1, reason="also in another file", count=repeated))
    kept = groups[reason.isna() & (groups["logins"] > 0)]
    for column in ("user", "email", "role", "detail", "application", "token"):
        kept = kept.assign(**{column: kept[column].map(text)})
    # A token's own authorization page is a page of the browser; the token's application is a program all the same.
    kept = kept.assign(channel=kept["channel"].where(kept["channel"] != Channel.UI, None))
    kept = kept.assign(application=kept["application"].replace(dict(application_names())))
    kept = kept.astype(object).where(kept.notna(), None)
    used = int(kept["logins"].sum())
    aside = (*one.set_aside, *set_aside)
    count = used + sum(item.count for item in (*aside, *one.rejected))
    return kept[list(COLUMNS)], _input(one, count, used, aside, notes)


def _input(one: TrailGroups, rows: int, used: int, aside: tuple[Unusable, ...], notes: list[str]) -> Input:
    recognised = one.trail.recognised
    if one.trail.column("application") is None or one.trail.column("token") is None:
        notes = [*notes, "the token columns are missing: this file can't show that a login used user credentials"]
    if one.exact and one.rejected:
        notes = [*notes, "read record by record, because some of its lines are broken"]
    secret = [f'column "{header}" looks like a secret and was not read' for header in recognised.secret]
    return Input(
        file=one.trail.file,
        sheet=one.trail.sheet,
        list=List.LOGINS,
        rows=rows,
        used=used,
        set_aside=aside,
        rejected=one.rejected,
        columns={name: recognised.headers[at] for name, at in recognised.columns.items()},
        unused_columns=recognised.unused,
        notes=(*secret, *notes),
    )


def _with_dates(groups: pd.DataFrame, order: DateOrder | None) -> pd.DataFrame:
    """Return the groups with first and last date instead of one group a day."""
    by_row = groups.sort_values("first_row")
    dates = read_dates(list(dict.fromkeys(by_row["day"])), order)
    # As numbers: least and greatest of dates as objects cost a Python call a group.
    numbers = {written: float("nan") if day is None else day.toordinal() for written, day in dates.days.items()}
    day = groups["day"].map(numbers)
    unread = int(groups.loc[day.isna(), "logins"].sum())
    notes = []
    if dates.problem:
        notes.append(f"{dates.problem}: no date of this file is used; settle it with --date-order")
    elif unread:
        notes.append(f"{unread} logins have a date that can't be read")
    key = [name for name in KEY if name != "day"]
    joined = (
        groups.assign(first=day, last=day)
        .groupby(key, sort=True, as_index=False)
        .agg(
            token=("token", "max"),
            logins=("logins", "sum"),
            first_row=("first_row", "min"),
            last_row=("last_row", "max"),
            first=("first", "min"),
            last=("last", "max"),
        )
    )
    for column in ("first", "last"):
        days = {number: date.fromordinal(int(number)) for number in joined[column].dropna().unique()}
        joined[column] = joined[column].map(days).astype(object)
    joined.attrs["notes"] = notes
    return joined


def _channel(path: str) -> Channel | None:
    folded = path.casefold()
    for channel, patterns in uri_patterns():
        if any(pattern in folded for pattern in patterns):
            return Channel(channel) if channel else None
    return None


def _set_aside(groups: pd.DataFrame, *, has_user: bool) -> pd.Series[str]:
    """Return why groups of logins are no connection of a program; None where they are one."""
    reason = pd.Series([None] * len(groups), index=groups.index, dtype=object)
    token = groups["application"].str.strip() != ""
    no_uri = groups["path"].str.strip() == ""
    reason[no_uri & ~token] = _NO_URI
    reason[(groups["channel"] == Channel.UI) & ~token] = _UI
    failed = groups["status"].str.strip().str.casefold().isin(FAILED)
    reason[failed & ~token & (groups["user"].str.strip() == "") & has_user] = _NOBODY
    logout = groups["status"].str.contains("logout", case=False) | groups["detail"].str.contains("logout", case=False)
    reason[logout] = _LOGOUT
    return reason
