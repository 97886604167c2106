"""The account's roles, as all lists of roles together describe them, found by internal ID or else by name."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

from auditor.engine.rows import Row, agree, text
from auditor.engine.translated import ENGLISH_LEVELS, ENGLISH_STANDARD_ROLES, NO_LEVELS
from auditor.inventory import Inventory
from auditor.model import Conflict, Evidence
from auditor.vocabulary import List, name_key

ADMINISTRATOR_ID = "3"  # in every account, and never on the Manage Roles page (Oracle's help, section_N3427186)
_FIRST_CUSTOM_ID = 1001  # custom roles are numbered from here upwards (same page)

_DECORATION = re.compile(r"\s*[-:]?\s*[(\[]\s*(?P<kind>standard|custom|customi[sz]ed)?\s*(role)?\s*[)\]]$|\s+role$")


@dataclass(frozen=True, slots=True)
class RoleName:
    """A role's name without the differences that mean nothing."""

    text: str
    custom: bool | None
    """What a decoration such as "(Custom)" says of the role."""


def role_name(written: str) -> RoleName:
    """Return the name without case, spacing and trailing decorations: "administrator  (Standard Role)"."""
    folded = " ".join(unicodedata.normalize("NFKC", written).casefold().split())
    found = _DECORATION.search(folded)
    if not found or not folded[: found.start()]:
        return RoleName(folded, None)
    kind = found.group("kind")
    return RoleName(folded[: found.start()], None if kind is None else kind != "standard")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRole:
    """A role of the role list, before anything is concluded from it."""

    key: str
    name: str
    internal_id: str | None
    base: str | None
    base_id: str | None
    base_contested: bool
    custom: bool | None
    mandatory_2fa: bool | None
    requires_2fa: bool | None
    inactive: bool | None
    web_services_only: bool | None
    can_use_tokens: bool | None
    english: bool
    """Whether its name is NetSuite's English one, should it be a standard role."""
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The permissions of a role."""

    permissions: frozenset[str]
    """As `name_key` gives them."""
    english: bool
    """Whether all of them are named in English: of a translated name nobody can tell which permission it is."""
    evidence: Mapping[str, Evidence]
    """The first row that grants each of them."""


_CLOSED = ("mandatory_2fa", "requires_2fa", "inactive", "web_services_only", "can_use_tokens")
_COLUMNS = (
    "internal_id",
    "name",
    "base_role",
    "base_role_id",
    "type",
    "is_custom",
    *_CLOSED,
    "english",
    "file",
    "sheet",
    "row",
)


class ListedRoles:
    """Every role of the role list."""

    def __init__(self, roles: Iterable[ListedRole], conflicts: tuple[Conflict, ...]) -> None:
        self.all = tuple(roles)
        self.conflicts = conflicts
        self._by_id = {role.internal_id: role for role in self.all if role.internal_id}
        self._by_name: dict[str, list[ListedRole]] = defaultdict(list)
        for role in self.all:
            self._by_name[role_name(role.name).text].append(role)

    def find(self, internal_id: str | None, name: str | None) -> tuple[ListedRole, ...]:
        """Return the role of that internal ID, otherwise every role of that name; () when none is listed."""
        if internal_id and internal_id in self._by_id:
            return (self._by_id[internal_id],)
        if not name:
            return ()
        wanted = role_name(name)
        named = self._by_name.get(wanted.text, [])
        return tuple(role for role in named if wanted.custom is None or role.custom in (None, wanted.custom))


def listed_roles(inventory: Inventory) -> ListedRoles:
    """Return the roles of all lists that have roles; where two rows disagree about a role, that is not known."""
    rows = _rows(inventory)
    conflicts: list[Conflict] = []
    roles = [_joined(key, group, conflicts) for key, group in _grouped(rows).items()]
    return ListedRoles(sorted(roles, key=lambda role: (role.name.casefold(), role.key)), tuple(conflicts))


def _rows(inventory: Inventory) -> list[dict[str, object]]:
    """Return a row a role from every list that has roles; columns that a list lacks are None."""
    rows: list[dict[str, object]] = []
    english: set[tuple[object, object]] = set()
    for name in (List.ROLES, List.TWO_FACTOR_ROLES, List.SDF_ROLES, List.ROLE_PERMISSIONS):
        frame = inventory.frame(name)
        if frame is None:
            continue
        # Lists with a row for each permission name the role again and again.
        once = frame.drop_duplicates(subset=["name", "file", "sheet"]) if "level" in frame else frame
        columns = [column for column in _COLUMNS if column in once]
        blank = dict.fromkeys(_COLUMNS) | ({"type": "custom"} if name is List.SDF_ROLES else {})
        rows += [
            blank | dict(zip(columns, values, strict=True))
            for values in zip(*(once[one] for one in columns), strict=True)
        ]
    for row in rows:
        if role_name(str(row["name"])).text in ENGLISH_STANDARD_ROLES:
            english.add((row["file"], row["sheet"]))
    return [row | {"english": True} if (row["file"], row["sheet"]) in english else row for row in rows]


def role_permissions(inventory: Inventory) -> Mapping[str, Held]:
    """Return the permissions of each role, by its name without differences that mean nothing."""
    granted: dict[str, dict[str, Evidence]] = defaultdict(dict)
    translated: set[str] = set()
    for name, column in ((List.ROLE_PERMISSIONS, "permission"), (List.SDF_ROLES, "permission_key name")):
        frame = inventory.frame(name)
        if frame is None:
            continue
        # Levels tell the language of a list that has them; captions may have been typed by hand.
        levels = {str(level or "").casefold() for level in frame["level"]}
        in_english = ENGLISH_LEVELS.issuperset(levels) and (levels != {""} or all(frame["english"]))
        columns = ("name", column, "level", "file", "sheet", "row")
        for role, permission, level, file, sheet, row in zip(*(frame[one] for one in columns), strict=True):
            key = role_name(role).text
            held = granted[key]
            if permission and str(level or "").casefold() not in NO_LEVELS:
                said = f"{role}: {permission}, {level}" if level else f"{role}: {permission}"
                place = Evidence(
                    file=file, sheet=sheet, rows=(int(row),), count=1, supports="privileged_permission", value=said
                )
                held.setdefault(name_key(permission), place)
            if not in_english:
                translated.add(key)
    return {
        role: Held(permissions=frozenset(held), english=role not in translated, evidence=held)
        for role, held in granted.items()
    }


def _grouped(rows: list[dict[str, object]]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    ids_by_name: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["internal_id"]:
            groups[f"id {row['internal_id']}"].append(row)
            ids_by_name[role_name(str(row["name"])).text].add(f"id {row['internal_id']}")
    for row in rows:
        if not row["internal_id"]:
            name = role_name(str(row["name"])).text
            ids = ids_by_name[name]
            groups[next(iter(ids)) if len(ids) == 1 else f"name {name}"].append(row)
    return groups


def _joined(key: str, rows: list[Row], conflicts: list[Conflict]) -> ListedRole:
    first = rows[0]
    subject = f'role "{first["name"]}"'

    def agreed(column: str, same: Callable[[str], Hashable] | None = None) -> object:
        return agree(rows, column, subject=subject, conflicts=conflicts, same=same)

    base, base_id = agreed("base_role", lambda name: role_name(name).text), agreed("base_role_id")
    stated_bases = {role_name(str(row["base_role"])).text for row in rows if row["base_role"]}
    closed = {column: agreed(column) for column in _CLOSED}
    kind, is_custom = agreed("type"), agreed("is_custom")
    return ListedRole(
        key=key,
        name=str(first["name"]),
        internal_id=text(first["internal_id"]),
        base=text(base),
        base_id=text(base_id),
        base_contested=len(stated_bases) > 1,
        custom=_custom(rows, kind, is_custom),
        english=all(row["english"] is not False for row in rows),
        evidence=tuple(_evidence(row) for row in rows),
        **{column: value if isinstance(value, bool) else None for column, value in closed.items()},
    )


def _custom(rows: list[Row], kind: object, is_custom: object) -> bool | None:
    """Tell whether the role is a custom one; None where nothing says so, or two things contradict each other."""
    said = {
        role_name(str(rows[0]["name"])).custom,
        {"custom": True, "standard": False}.get(str(kind)),
        is_custom if isinstance(is_custom, bool) else None,
        custom_by_id(text(rows[0]["internal_id"])),
    } - {None}
    return bool(next(iter(said))) if len(said) == 1 else None


def custom_by_id(internal_id: str | None) -> bool | None:
    """Tell by its internal ID whether a role is a custom one; None where the ID does not say."""
    return int(internal_id) >= _FIRST_CUSTOM_ID if internal_id and internal_id.isdecimal() else None


def _evidence(row: Row) -> Evidence:
    base = row["base_role"] or row["base_role_id"]
    return Evidence(
        file=str(row["file"]),
        sheet=text(row["sheet"]),
        rows=(int(str(row["row"])),),
        count=1,
        supports="role_privileged",
        value=f"{row['name']}, based off {base}" if base else str(row["name"]),
    )
