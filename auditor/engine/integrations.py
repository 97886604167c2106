"""The account's integrations: which rows of all integration lists mean the same one, and what they say together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from auditor.engine.rows import Row, agree, text
from auditor.inventory import Inventory
from auditor.model import Conflict, Evidence, Integration
from auditor.vocabulary import List, Owner, State, name_key, owner_side

_SHOWN = ("owner", "vendor", "contact", "notes", "created_on")
_COLUMNS = (
    "internal_id", "name", "application_id", "state", "state as written", *_SHOWN,
    "role", "role_id", "user", "authentication", "authentication as written", "channel", "channel as written", "endpoint",
    "endpoint channel", "endpoint version",
    "accepts_tba", "accepts_tba as written", "accepts_user_credentials", "accepts_user_credentials as written",
    "accepts_oauth2", "accepts_oauth2 as written", "file", "sheet", "row",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedIntegration:
    """An integration of the integration lists with all its rows."""

    integration: Integration
    owner: Owner | None
    accepts_tba: bool | None
    accepts_user_credentials: bool | None
    rows: tuple[Row, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every name that a list calls it by, as `name_key` gives it."""
        return frozenset(name_key(row["name"]) for row in self.rows)


def listed_integrations(inventory: Inventory, conflicts: list[Conflict]) -> tuple[ListedIntegration, ...]:
    """Return the integrations by name; where two rows disagree about one, that is not known and a conflict is noted."""
    frame = inventory.frame(List.INTEGRATIONS)
    if frame is None:
        return ()
    rows = [
        dict(zip(_COLUMNS, values, strict=True)) for values in zip(*(frame[name] for name in _COLUMNS), strict=True)
    ]
    seen = _seen_names(inventory)
    joined = [_joined(key, group, seen, conflicts) for key, group in _grouped(rows).items()]
    return tuple(sorted(joined, key=lambda item: (item.integration.name.casefold(), item.integration.key)))


def _grouped(rows: list[dict[str, object]]) -> dict[str, list[Row]]:
    """Group by internal ID, otherwise application ID, otherwise name: a name may belong to two integrations."""
    groups: dict[str, list[Row]] = defaultdict(list)
    by_application: dict[str, set[str]] = defaultdict(set)
    by_name: dict[str, set[str]] = defaultdict(set)

    def place(row: Row, key: str) -> None:
        groups[key].append(row)
        by_name[name_key(row["name"])].add(key)
        if row["application_id"]:
            by_application[str(row["application_id"]).casefold()].add(key)

    numbered_otherwise = []
    # NetSuite's own rows first, which have an application ID: lists that are written by hand number their rows, too.
    for row in sorted((row for row in rows if row["internal_id"]), key=_is_bare):
        key = f"id {row['internal_id']}"
        if _is_another(row, groups.get(key, ())):
            numbered_otherwise.append(row)
        else:
            place(row, key)
    others = [*numbered_otherwise, *(row for row in rows if not row["internal_id"])]
    for row in (row for row in others if row["application_id"]):
        application = str(row["application_id"]).casefold()
        known = by_application[application]
        place(row, next(iter(known)) if len(known) == 1 else f"application {application}")
    for row in filter(_is_bare, others):
        named = by_name[name_key(row["name"])]
        place(row, next(iter(named)) if len(named) == 1 else f"name {name_key(row['name'])}")
    return groups


def _is_bare(row: Row) -> bool:
    return not row["application_id"]


def _is_another(row: Row, others: Iterable[Row]) -> bool:
    """Tell whether a row is about another integration than those of its internal ID.

    It is where the application IDs differ, and where one has none and the names have no word in common.
    """
    return any(name_key(row["name"]) != name_key(other["name"]) and _differ(row, other) for other in others)


def _differ(row: Row, other: Row) -> bool:
    if _is_bare(row) or _is_bare(other):
        return _words(row).isdisjoint(_words(other))
    return str(row["application_id"]).casefold() != str(other["application_id"]).casefold()


def _words(row: Row) -> set[str]:
    return set(re.findall(r"\w+", name_key(row["name"])))


_APPLICATIONS = (
    (List.LOGINS, "application"),
    (List.TOKENS, "application"),
    (List.OPERATIONS, "integration"),
    (List.USAGE, "integration"),
)


def _seen_names(inventory: Inventory) -> frozenset[str]:
    """Return the names by which logs and access tokens call integrations."""
    frames = ((inventory.frame(name), column) for name, column in _APPLICATIONS)
    return frozenset(
        name_key(name) for frame, column in frames if frame is not None for name in frame[column].dropna().unique()
    )


def _name(rows: list[Row], seen: frozenset[str]) -> str:
    """Return the name of an integration that may have been renamed: the one it is seen by, otherwise that of the last list with application IDs."""
    spelt = {name_key(row["name"]): str(row["name"]) for row in reversed(rows)}
    used = [key for key in spelt if key in seen]
    if len(used) == 1:
        return spelt[used[0]]
    own = [row for row in rows if not _is_bare(row)] or rows
    return spelt[name_key(own[-1]["name"])]


def _joined(key: str, rows: list[Row], seen: frozenset[str], conflicts: list[Conflict]) -> ListedIntegration:
    name = _name(rows, seen)
    subject = f'integration "{name}"'

    def agreed(column: str, same: Callable[[str], Hashable] | None = None) -> object:
        return agree(rows, column, subject=subject, conflicts=conflicts, same=same)

    # Renamed between two exports, it is one integration all the same, and goes by either name.
    agreed("name", name_key)
    state = agreed("state")
    application = agreed("application_id")
    shown = {column: _joined_text(rows, column) for column in _SHOWN}
    tba, credentials = agreed("accepts_tba"), agreed("accepts_user_credentials")
    return ListedIntegration(
        integration=Integration(
            key=key,
            name=name,
            internal_id=text(rows[0]["internal_id"]),
            application_id=text(application),
            state=State(str(state)) if state else None,
            created_on=shown["created_on"],
            owner=shown["owner"],
            vendor=shown["vendor"],
            contact=shown["contact"],
            notes=shown["notes"],
            evidence=tuple(evidence(row, "integration", str(row["name"])) for row in rows),
        ),
        owner=_owner(shown["owner"], shown["vendor"]),
        accepts_tba=tba if isinstance(tba, bool) else None,
        accepts_user_credentials=credentials if isinstance(credentials, bool) else None,
        rows=tuple(rows),
    )


def _joined_text(rows: list[Row], column: str) -> str | None:
    said = dict.fromkeys(str(row[column]) for row in rows if row[column])
    return "; ".join(said) or None


def _owner(owner: str | None, vendor: str | None) -> Owner | None:
    return owner_side(owner) or (Owner.VENDOR if vendor else None)


def evidence(row: Row, supports: str, value: str | None) -> Evidence:
    """Return the row as evidence for a fact."""
    return Evidence(
        file=str(row["file"]),
        sheet=text(row["sheet"]),
        rows=(int(str(row["row"])),),
        count=1,
        supports=supports,
        value=value,
    )
