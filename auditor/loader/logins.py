"""The login audit trail: which logins are connections of programs, from when to when, and what became of every row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import islice

import pandas as pd

from auditor.days import DateOrder
from auditor.inventory import Input, Unusable
from auditor.loader.dates import Dates, read_dates
from auditor.loader.fold import fold_files
from auditor.loader.grouping import group_files
from auditor.loader.groups import WAY, TrailGroups, ask
from auditor.loader.lists import application_names, uri_patterns
from auditor.loader.trail import TrailFile
from auditor.loader.values import endpoint_version, text
from auditor.vocabulary import FAILED, Channel, List

_NAMED = 3

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
    grouped = group_files(trails, order, progress, apart)
    facts, ways = _ways(grouped.groups)
    days, notes = _days(facts, order)
    for number, dates in grouped.dates.items():
        if dates.problem:
            notes[number] = [_undated(dates)]
    facts = _without_days(facts, days, [number for number, dates in grouped.dates.items() if not dates.problem])
    names_user = facts["number"].map([trail.column("user") is not None for trail in trails].__getitem__).astype(bool)
    known, unknown = (_set_aside(ways, has_user=one)[facts["way"]].set_axis(facts.index) for one in (True, False))
    reason = known.where(names_user, unknown)
    aside = _counted(facts[reason.notna()], reason[reason.notna()])
    kept = facts[reason.isna()]
    used = kept.groupby("number")["logins"].sum().to_dict()
    logins = _described(fold_files(_named(kept, trails)), _tidied(ways))
    inputs = []
    for number, trail in enumerate(trails):
        read = grouped.exact.get(number)
        set_aside = [*(read.set_aside if read else ()), *aside.get(number, [])]
        if number in grouped.repeated:
            first = trail.recognised.header_row + 1
            set_aside.append(Unusable(row=first, reason="also in another file", count=grouped.repeated[number]))
        rejected = read.rejected if read else ()
        inputs.append(_input(trail, int(used.get(number, 0)), tuple(set_aside), rejected, notes.get(number, [])))
    return logins[list(COLUMNS)], inputs


def _ways(groups: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the groups with the number of their way of signing in as `way`, and what the ways are, by that number."""
    numbered = groups.assign(way=groups.groupby(list(WAY), observed=True).ngroup())
    ways = numbered.drop_duplicates("way").set_index("way").sort_index()[list(WAY)].astype(object)
    channels, versions = ways["path"].map(_channel), ways["path"].map(endpoint_version)
    described = ways.assign(channel=channels.astype(object), endpoint_version=versions.astype(object))
    return numbered.drop(columns=list(WAY)), described


def _days(groups: pd.DataFrame, order: DateOrder | None) -> tuple[pd.DataFrame, dict[int, list[str]]]:
    """Return the number of each written day of each file (number, day, on), and what to say of the dates of a file."""
    in_order = ask(
        """
        select number, day, sum(logins) as logins, min(first_row) as row from groups
        where day <> '' or first is null group by all order by number, min(first_row)
        """,
        groups=groups,
    )
    written: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    columns = (in_order[name].tolist() for name in ("number", "day", "logins", "row"))
    for number, day, logins, row in zip(*columns, strict=True):
        written[number][day] = int(logins), int(row)
    known: list[tuple[int, str, int | None]] = []
    notes: dict[int, list[str]] = {}
    for number, days in written.items():
        dates = read_dates(list(days), order)
        known += [(number, text, day.toordinal() if day else None) for text, day in dates.days.items()]
        unread = {text: days[text] for text, day in dates.days.items() if day is None}
        if dates.problem:
            notes[number] = [_undated(dates)]
        elif unread:
            notes[number] = [_unread(unread)]
    return pd.DataFrame(known, columns=["number", "day", "on"]).astype({"on": "Int64"}), notes


def _unread(days: Mapping[str, tuple[int, int]]) -> str:
    """Say of how many logins the date can't be read, with the first of them; `days` are logins and first row by what is written."""
    logins = sum(count for count, _ in days.values())
    # Where a group stands for several of very many files, it has no row.
    named = [f'"{said}" in row {row}' for said, (_, row) in islice(days.items(), _NAMED) if row]
    first = f": {', '.join(named)}{' and others' if len(named) < logins else ''}" if named else ""
    return f"{logins} {'login has' if logins == 1 else 'logins have'} a date that can't be read{first}"


def _undated(dates: Dates) -> str:
    return f"{dates.problem}: no date of this file is used; settle it with --date-order"


def _without_days(groups: pd.DataFrame, days: pd.DataFrame, stamped: Sequence[int]) -> pd.DataFrame:
    """Return one group a file and way, with the numbers of its first and last day.

    None where one of the days can't be read: it may be the first or the last of them. `stamped` are the files whose
    stamps are read and can be used.
    """
    usable = groups["number"].isin(list(stamped))
    return ask(
        """
        with dated as (
            select groups.*, coalesce("on", date_diff('day', date '0001-01-01', first::date) + 1) as first_on,
                coalesce("on", date_diff('day', date '0001-01-01', last::date) + 1) as last_on
            from groups left join days using (number, day)
        )
        select number, way, max(token) as token, sum(logins)::bigint as logins, min(first_row) as first_row,
            max(last_row) as last_row,
            case when count(*) = count(first_on) then min(first_on) end as first,
            case when count(*) = count(last_on) then max(last_on) end as last
        from dated group by number, way order by number, way
        """,
        groups=groups.assign(first=groups["first"].where(usable), last=groups["last"].where(usable)),
        days=days,
    )


def _named(groups: pd.DataFrame, trails: Sequence[TrailFile]) -> pd.DataFrame:
    """Return the groups with their files, and whether these have the columns of tokens."""
    by_file = pd.DataFrame(
        {
            "file": [one.file for one in trails],
            "sheet": [one.sheet for one in trails],
            "names_application": [one.column("application") is not None for one in trails],
            "names_token": [one.column("token") is not None for one in trails],
        }
    )
    return groups.join(by_file, on="number")


def _described(groups: pd.DataFrame, ways: pd.DataFrame) -> pd.DataFrame:
    """Return the groups with what their ways are, days instead of their numbers, and None for what says nothing."""
    logins = groups.join(ways, on="way").astype({"token": object})
    logins["token"] = logins["token"].map({said: text(said) for said in logins["token"].unique()})
    for column in ("first", "last"):
        dates = {number: date.fromordinal(int(number)) for number in logins[column].dropna().unique()}
        logins[column] = logins[column].map(dates).astype(object)
    return logins.astype(object).where(logins.notna(), None)


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


def _tidied(ways: pd.DataFrame) -> pd.DataFrame:
    """Return the ways with None for what says nothing, and applications by their listed names."""
    names = ("user", "email", "role", "detail", "application")
    tidy = {name: ways[name].map({said: text(said) for said in ways[name].unique()}) for name in names}
    # A token's own authorization page is a page of the browser; the token's application is a program all the same.
    channel = ways["channel"].where(ways["channel"] != Channel.UI, None)
    return ways.assign(**tidy, channel=channel).replace({"application": dict(application_names())})


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


def _set_aside(ways: pd.DataFrame, *, has_user: bool) -> pd.Series[str]:
    """Return why logins of a way are no connection of a program; None where they are one.

    `has_user` says whether their file has the column of users at all.
    """
    reason = pd.Series([None] * len(ways), index=ways.index, dtype=object)
    token = ways["application"].str.strip() != ""
    reason[(ways["path"].str.strip() == "") & ~token] = _NO_URI
    reason[(ways["channel"] == Channel.UI) & ~token] = _UI
    failed = ways["status"].str.strip().str.casefold().isin(FAILED)
    reason[failed & ~token & (ways["user"].str.strip() == "") & has_user] = _NOBODY
    logout = ways["status"].str.contains("logout", case=False) | ways["detail"].str.contains("logout", case=False)
    reason[logout] = _LOGOUT
    return reason
