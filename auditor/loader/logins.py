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
    dated = [_days(one, order) for one in grouped]
    # All files in one frame: two thousand small frames would cost two thousand times pandas' own overhead.
    groups = _described(_joined(grouped, [days for days, _ in dated]), grouped)
    reason = _set_aside(
        groups, has_user=groups["number"].map([one.trail.column("user") is not None for one in grouped].__getitem__)
    )
    aside = _counted(groups[reason.notna()], reason[reason.notna()])
    kept = _tidied(groups[reason.isna() & (groups["logins"] > 0)])
    used = kept.groupby("number")["logins"].sum().to_dict()
    inputs = []
    for number, (one, (_, notes)) in enumerate(zip(grouped, dated, strict=True)):
        set_aside = [*one.set_aside, *aside.get(number, [])]
        if repeated[number]:
            first = one.trail.recognised.header_row + 1
            set_aside.append(Unusable(row=first, reason="also in another file", count=repeated[number]))
        inputs.append(_input(one, int(used.get(number, 0)), tuple(set_aside), notes))
    return kept[list(COLUMNS)], inputs


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


def _days(one: TrailGroups, order: DateOrder | None) -> tuple[list[float], list[str]]:
    """Return the day of each group as a number, not-a-number where it can't be told, and what to say of the dates."""
    written = one.groups["day"].tolist()
    by_row = [written[position] for position in one.groups["first_row"].to_numpy().argsort(kind="stable")]
    dates = read_dates(list(dict.fromkeys(by_row)), order)
    numbers = {text: float("nan") if day is None else float(day.toordinal()) for text, day in dates.days.items()}
    days = [numbers[text] for text in written]
    if dates.problem:
        return days, [f"{dates.problem}: no date of this file is used; settle it with --date-order"]
    unread = sum(logins for logins, day in zip(one.groups["logins"].tolist(), days, strict=True) if day != day)
    return days, [f"{unread} logins have a date that can't be read"] if unread else []


def _joined(grouped: Sequence[TrailGroups], days: Sequence[list[float]]) -> pd.DataFrame:
    """Return the groups of all files with first and last day instead of one group a day; `number` is the file."""
    parts = [
        one.groups.assign(number=number, first=own, last=own)
        for number, (one, own) in enumerate(zip(grouped, days, strict=True))
    ]
    key = ["number", *(name for name in KEY if name != "day")]
    together = pd.concat(parts, ignore_index=True).sort_values("token", ascending=False, kind="stable")
    joined = together.groupby(key, sort=True, as_index=False).agg(
        token=("token", "first"),
        logins=("logins", "sum"),
        first_row=("first_row", "min"),
        last_row=("last_row", "max"),
        first=("first", "min"),
        last=("last", "max"),
    )
    for column in ("first", "last"):
        known = {number: date.fromordinal(int(number)) for number in joined[column].dropna().unique()}
        joined[column] = joined[column].map(known).astype(object)
    return joined


def _described(groups: pd.DataFrame, grouped: Sequence[TrailGroups]) -> pd.DataFrame:
    """Return the groups with their files, and what their paths sign in to."""
    paths = {path: _channel(path) for path in groups["path"].unique()}
    return groups.assign(
        file=groups["number"].map([one.trail.file for one in grouped].__getitem__),
        sheet=groups["number"].map([one.trail.sheet for one in grouped].__getitem__),
        names_application=groups["number"].map(
            [one.trail.column("application") is not None for one in grouped].__getitem__
        ),
        names_token=groups["number"].map([one.trail.column("token") is not None for one in grouped].__getitem__),
        channel=groups["path"].map(paths),
        endpoint_version=groups["path"].map({path: endpoint_version(path) for path in paths}),
    )


def _counted(groups: pd.DataFrame, reason: pd.Series[str]) -> dict[int, list[Unusable]]:
    """Return what is set aside of each file, by its number."""
    counted = (
        groups.assign(reason=reason)
        .groupby(["number", "reason"], as_index=False)
        .agg({"first_row": "min", "logins": "sum"})
    )
    found: dict[int, list[Unusable]] = defaultdict(list)
    for number, why, row, logins in zip(
        *(counted[name] for name in ("number", "reason", "first_row", "logins")), strict=True
    ):
        if logins:
            found[int(number)].append(Unusable(row=int(row), reason=str(why), count=int(logins)))
    return found


def _tidied(kept: pd.DataFrame) -> pd.DataFrame:
    """Return the groups with None for what says nothing, and applications by their listed names."""
    tidy = {name: kept[name].map(text) for name in ("user", "email", "role", "detail", "application", "token")}
    kept = kept.assign(**tidy)
    # A token's own authorization page is a page of the browser; the token's application is a program all the same.
    kept = kept.assign(channel=kept["channel"].where(kept["channel"] != Channel.UI, None))
    kept = kept.assign(application=kept["application"].replace(dict(application_names())))
    return kept.astype(object).where(kept.notna(), None)


def _input(one: TrailGroups, used: int, aside: tuple[Unusable, ...], notes: list[str]) -> Input:
    recognised = one.trail.recognised
    rows = used + sum(item.count for item in (*aside, *one.rejected))
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


def _channel(path: str) -> Channel | None:
    folded = path.casefold()
    for channel, patterns in uri_patterns():
        if any(pattern in folded for pattern in patterns):
            return Channel(channel) if channel else None
    return None


def _set_aside(groups: pd.DataFrame, *, has_user: pd.Series[bool]) -> pd.Series[str]:
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
