"""What somebody confirmed, as rows of the lists it belongs to.

It is read like any list: it fills what no export says, and where it contradicts one, the contradiction is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from auditor.engagement import Confirmed, ConfirmedIntegration, ConfirmedRole
from auditor.inventory import Unusable
from auditor.loader.lists import known_lists
from auditor.loader.recognise import Recognised
from auditor.vocabulary import List

_OWN = {"by", "on", "source"}
_IDS = ("application_id", "internal_id")
_Entry = ConfirmedRole | ConfirmedIntegration
_Identity = Mapping[str, str | None]
"""What tells the role or integration from all others, by the columns of its list."""
_Places = Sequence[tuple[List, str]]
# Where a role or an integration of the account is named: a confirmation of another is a slip of the pen.
_ROLES = (
    (List.ROLES, "name"),
    (List.TWO_FACTOR_ROLES, "name"),
    (List.SDF_ROLES, "name"),
    (List.ROLE_PERMISSIONS, "name"),
    (List.INTEGRATIONS, "role"),
    (List.LOGINS, "role"),
    (List.TOKENS, "role"),
)
_INTEGRATIONS = (
    (List.INTEGRATIONS, "name"),
    (List.LOGINS, "application"),
    (List.TOKENS, "application"),
    (List.OPERATIONS, "integration"),
    (List.USAGE, "integration"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one person confirmed on one day, as a table of the list it belongs to."""

    file: str
    """How evidence names it."""
    is_typed: bool
    """Whether somebody typed it into a plan: a wording that nobody knows is a row that can't be used, and no mistake of a file."""
    recognised: Recognised
    rows: Sequence[tuple[int, list[str]]]
    """The number of the entry, and its cells."""
    rejected: tuple[Unusable, ...]


def said(confirmed: Confirmed, frames: Mapping[List, pd.DataFrame], as_of: date | None) -> Iterator[Said]:
    """Give what was confirmed by that day; `frames` are the exports, which tell whether there is such a subject."""
    if not (confirmed.role or confirmed.integration):
        return
    roles, others = _names(frames, _ROLES), _names(frames, _INTEGRATIONS)
    listed = _listed(frames.get(List.INTEGRATIONS))

    def role(entry: _Entry) -> _Identity | str:
        return {"name": entry.name} if entry.name.casefold() in roles else _nobody(entry)

    def integration(entry: _Entry) -> _Identity | str:
        return _identified(entry, listed, others)

    groups: tuple[tuple[List, Sequence[_Entry], Callable[[_Entry], _Identity | str]], ...] = (
        (List.ROLES, confirmed.role, role),
        (List.INTEGRATIONS, confirmed.integration, integration),
    )
    for list_, entries, identify in groups:
        grouped: dict[tuple[str, bool], list[tuple[int, _Entry, _Identity | str]]] = defaultdict(list)
        for number, entry in enumerate(entries, 1):
            early = as_of is None or entry.on <= as_of
            found = identify(entry) if early else f"it was said on {entry.on}, which is after the audit"
            file = f"{entry.source}, said by {entry.by} on {entry.on}"
            grouped[file, entry.is_typed].append((number, entry, found))
        for (file, is_typed), group in grouped.items():
            yield _table(list_, file, group, is_typed=is_typed)


def _identified(entry: _Entry, listed: Sequence[_Identity], others: set[str]) -> _Identity | str:
    """Return which integration is meant, by its name, application ID or internal ID, or why that is not certain."""
    meant = entry.name.casefold()
    for column in ("name", *_IDS):
        rows = [row for row in listed if (row[column] or "").casefold() == meant]
        if not rows:
            continue
        ids = {column: {row[column] for row in rows if row[column]} for column in _IDS}
        if any(len(values) > 1 for values in ids.values()):
            return f'"{entry.name}" is the {column.replace("_", " ")} of several integrations: give an ID of the one you mean'
        return {"name": rows[0]["name"]} | {column: next(iter(values), None) for column, values in ids.items()}
    return {"name": entry.name} if meant in others else _nobody(entry)


def _nobody(entry: _Entry) -> str:
    return f'"{entry.name}" is named by no export'


def _listed(frame: pd.DataFrame | None) -> Sequence[_Identity]:
    if frame is None:
        return ()
    columns = ("name", *_IDS)
    known = ([_text(value) for value in frame[column]] for column in columns)
    return [dict(zip(columns, values, strict=True)) for values in zip(*known, strict=True)]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _table(list_: List, file: str, group: Sequence[tuple[int, _Entry, _Identity | str]], *, is_typed: bool) -> Said:
    known = known_lists()[list_]
    sayable = {"name", *_IDS} | type(group[0][1]).model_fields.keys() - _OWN
    columns = [name for name in known.columns if name in sayable]
    return Said(
        file=file,
        is_typed=is_typed,
        recognised=Recognised(
            known=known,
            header_row=1,
            headers=tuple(columns),
            columns={name: at for at, name in enumerate(columns)},
            unused=(),
            secret=(),
        ),
        rows=[
            (number, [_cell(found.get(column, getattr(entry, column, None))) for column in columns])
            for number, entry, found in group
            if not isinstance(found, str)
        ],
        rejected=tuple(Unusable(row=number, reason=found) for number, _, found in group if isinstance(found, str)),
    )


def _cell(value: str | bool | None) -> str:
    return {None: "", True: "Yes", False: "No"}.get(value, str(value)) if not isinstance(value, str) else value


def _names(frames: Mapping[List, pd.DataFrame], places: _Places) -> set[str]:
    return {
        str(name).casefold()
        for list_, column in places
        if list_ in frames
        for name in frames[list_][column].dropna().unique()
    }
