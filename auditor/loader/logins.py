"""The login audit trail: which logins are connections of programs, from when to when, and what became of every row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pandas as pd

from auditor.days import DateOrder
from auditor.loader.borders import by_the_minute
from auditor.loader.dates import read_dates
from auditor.loader.fold import fold_files
from auditor.loader.lists import application_names, uri_patterns
from auditor.loader.overlap import without_repeated_logins
from auditor.loader.trail import KEY, Grain, TrailFile, TrailGroups, ask
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
rows are 0 where the row stands for several files of very many;
`names_application` and `names_token` say whether the file has those columns at all."""


def summarise_logins(
    trails: Sequence[TrailFile],
    order: DateOrder | None,
    progress: Callable[[int], None],
    apart: Mapping[str, TrailGroups],
) -> tuple[pd.DataFrame, list[Input]]:
    """Return the logins of all files, grouped and without people's, and what became of every row of each file.

    `apart` are files that `group_trail` has grouped before, by their names.
    """
    grain = Grain.SPAN if apart else _grain(trails)
    grouped, exact = _group(trails, progress, apart, grain)
    if grain is Grain.SPAN:
        grouped = by_the_minute(grouped, trails)
    counted_once, repeated = without_repeated_logins(grouped, trails, order)
    days, notes = _days(counted_once, order)
    groups = _described(_without_days(counted_once, days), trails)
    reason = _set_aside(
        groups, has_user=groups["number"].map([one.column("user") is not None for one in trails].__getitem__)
    )
    aside = _counted(groups[reason.notna()], reason[reason.notna()])
    kept = groups[reason.isna()]
    used = kept.groupby("number")["logins"].sum().to_dict()
    logins = _dated(fold_files(_tidied(kept)))
    inputs = []
    for number, trail in enumerate(trails):
        read = exact.get(number)
        set_aside = [*(read.set_aside if read else ()), *aside.get(number, [])]
        if number in repeated:
            first = trail.recognised.header_row + 1
            set_aside.append(Unusable(row=first, reason="also in another file", count=repeated[number]))
        rejected = read.rejected if read else ()
        inputs.append(_input(trail, int(used.get(number, 0)), tuple(set_aside), rejected, notes.get(number, [])))
    return logins[list(COLUMNS)], inputs


def group_trail(trail: TrailFile) -> TrailGroups:
    """Return the logins of one file, to be merged with those of the account's other files."""
    groups, exact = _group([trail], lambda records: None, {}, Grain.SPAN)
    return exact.get(0) or TrailGroups(groups=groups, set_aside=(), rejected=())


def _group(
    trails: Sequence[TrailFile], progress: Callable[[int], None], apart: Mapping[str, TrailGroups], grain: Grain
) -> tuple[pd.DataFrame, Mapping[int, TrailGroups]]:
    """Return the groups of all files, `number` being the file, and what the exact way said of those it had to read.

    Files of one layout are grouped together: a query a file would cost more than the reading of small files.
    """
    layouts: dict[tuple[object, ...], list[int]] = defaultdict(list)
    parts: list[pd.DataFrame] = []
    exact: dict[int, TrailGroups] = {}
    for number, trail in enumerate(trails):
        if trail.file in apart:
            exact[number] = apart[trail.file]
            parts.append(exact[number].groups.assign(number=number))
        else:
            layouts[trail.layout if trail.reading.text else (number,)].append(number)
    for numbers in layouts.values():
        vouched = set[int]()
        if trails[numbers[0]].reading.text:
            fast = group_fast([trails[number] for number in numbers], progress, grain=grain)
            fast["number"] = fast["number"].map(numbers.__getitem__).astype("int64")
            vouched = set(fast["number"])
            parts.append(fast)
        for number in numbers:
            if number not in vouched:
                exact[number] = group_exactly(trails[number], grain=grain)
                parts.append(exact[number].groups.assign(number=number))
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True), exact


def _grain(trails: Sequence[TrailFile]) -> Grain:
    if len(trails) == 1:
        return Grain.DAY
    return Grain.STAMP if sum(map(_size, trails)) < _SMALL else Grain.SPAN


def _size(trail: TrailFile) -> int:
    text = trail.reading.text
    return text.path.stat().st_size * (10 if text.packed else 1) if text else 0


def _days(groups: pd.DataFrame, order: DateOrder | None) -> tuple[pd.DataFrame, Mapping[int, list[str]]]:
    """Return the number of each written day of each file (number, day, on), and what to say of the dates of a file."""
    in_order = ask(
        "select number, day, sum(logins) as logins from groups group by all order by number, min(first_row)",
        groups=groups,
    )
    written: dict[int, dict[str, int]] = defaultdict(dict)
    for number, day, logins in zip(*(in_order[name].tolist() for name in ("number", "day", "logins")), strict=True):
        written[number][day] = int(logins)
    known: list[tuple[int, str, int | None]] = []
    notes: dict[int, list[str]] = {}
    for number, days in written.items():
        dates = read_dates(list(days), order)
        known += [(number, text, day.toordinal() if day else None) for text, day in dates.days.items()]
        unread = sum(days[text] for text, day in dates.days.items() if day is None)
        if dates.problem:
            notes[number] = [f"{dates.problem}: no date of this file is used; settle it with --date-order"]
        elif unread:
            notes[number] = [f"{unread} logins have a date that can't be read"]
    return pd.DataFrame(known, columns=["number", "day", "on"]).astype({"on": "Int64"}), notes


def _without_days(groups: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """Return the groups with the numbers of the first and last day instead of one group a day; `number` is the file.

    None where one of the days can't be read: it may be the first or the last of them.
    """
    key = ", ".join(f'"{name}"' for name in ("number", *KEY) if name != "day")
    return ask(
        f"""
        select {key}, max(token) as token, sum(logins)::bigint as logins, min(first_row) as first_row,
            max(last_row) as last_row,
            case when count(*) = count("on") then min("on") end as first,
            case when count(*) = count("on") then max("on") end as last
        from groups join days using (number, day) group by {key} order by {key}
        """,  # noqa: S608 - our own column names
        groups=groups,
        days=days,
    )


def _dated(logins: pd.DataFrame) -> pd.DataFrame:
    """Return the groups with days instead of their numbers."""
    for column in ("first", "last"):
        dates = {number: date.fromordinal(int(number)) for number in logins[column].dropna().unique()}
        logins[column] = logins[column].map(dates).astype(object)
    return logins.astype(object).where(logins.notna(), None)


def _described(groups: pd.DataFrame, trails: Sequence[TrailFile]) -> pd.DataFrame:
    """Return the groups with their files, and what their paths sign in to."""
    paths = {path: _channel(path) for path in groups["path"].unique()}
    by_file: dict[str, list[str | None] | list[bool] | list[str]] = {
        "file": [one.file for one in trails],
        "sheet": [one.sheet for one in trails],
        "names_application": [one.column("application") is not None for one in trails],
        "names_token": [one.column("token") is not None for one in trails],
    }
    return groups.assign(
        **{name: groups["number"].map(said.__getitem__) for name, said in by_file.items()},
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
    names = ("user", "email", "role", "detail", "application", "token")
    tidy = {name: kept[name].map({said: text(said) for said in kept[name].unique()}) for name in names}
    kept = kept.assign(**tidy)
    # A token's own authorization page is a page of the browser; the token's application is a program all the same.
    kept = kept.assign(channel=kept["channel"].where(kept["channel"] != Channel.UI, None))
    return kept.assign(application=kept["application"].replace(dict(application_names())))


def _input(
    trail: TrailFile, used: int, aside: tuple[Unusable, ...], rejected: tuple[Unusable, ...], notes: list[str]
) -> Input:
    recognised = trail.recognised
    rows = used + sum(item.count for item in (*aside, *rejected))
    if trail.column("application") is None or trail.column("token") is None:
        notes = [*notes, "the token columns are missing: this file can't show that a login used user credentials"]
    if rejected:
        notes = [*notes, "read record by record, because some of its lines are broken"]
    secret = [f'column "{header}" looks like a secret and was not read' for header in recognised.secret]
    return Input(
        file=trail.file,
        sheet=trail.sheet,
        list=List.LOGINS,
        rows=rows,
        used=used,
        set_aside=aside,
        rejected=rejected,
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
