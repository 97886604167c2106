"""What somebody confirmed, as rows of the lists it belongs to.

It is read like any list: it fills what no export says, and where it contradicts one, the contradiction is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from auditor.engagement import Confirmed, ConfirmedIntegration, ConfirmedRole
from auditor.loader.lists import known_lists
from auditor.loader.recognise import Recognised
from auditor.model import List, Unusable

_OWN = {"by", "on", "source"}
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
    recognised: Recognised
    rows: Sequence[tuple[int, list[str]]]
    """The number of the entry, and its cells."""
    rejected: tuple[Unusable, ...]


def said(confirmed: Confirmed, frames: Mapping[List, pd.DataFrame]) -> Iterator[Said]:
    """Give what was confirmed; `frames` are the exports, which tell whether there is such a role or integration."""
    groups: tuple[tuple[List, Sequence[ConfirmedRole | ConfirmedIntegration], _Places], ...] = (
        (List.ROLES, confirmed.role, _ROLES),
        (List.INTEGRATIONS, confirmed.integration, _INTEGRATIONS),
    )
    for list_, entries, places in groups:
        names = _names(frames, places)
        grouped: dict[str, list[tuple[int, ConfirmedRole | ConfirmedIntegration]]] = defaultdict(list)
        for number, entry in enumerate(entries, 1):
            grouped[f"{entry.source}, said by {entry.by} on {entry.on}"].append((number, entry))
        for file, group in grouped.items():
            yield _table(list_, file, group, names)


def _table(
    list_: List, file: str, group: Sequence[tuple[int, ConfirmedRole | ConfirmedIntegration]], names: set[str]
) -> Said:
    known = known_lists()[list_]
    columns = [name for name in known.columns if name in type(group[0][1]).model_fields.keys() - _OWN]
    return Said(
        file=file,
        recognised=Recognised(
            known=known,
            header_row=1,
            headers=tuple(columns),
            columns={name: at for at, name in enumerate(columns)},
            unused=(),
            secret=(),
        ),
        rows=[
            (number, [_cell(getattr(entry, column)) for column in columns])
            for number, entry in group
            if entry.name.casefold() in names
        ],
        rejected=tuple(
            Unusable(row=number, reason=f'"{entry.name}" is named by no export')
            for number, entry in group
            if entry.name.casefold() not in names
        ),
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
