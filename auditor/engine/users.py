"""Who is who: users by e-mail address and by name, whether they may sign in, and which roles they have.

A verified token signed in: its user may, and has the role, whatever an older list says.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from auditor.engine.roles import role_name
from auditor.inventory import Inventory
from auditor.model import Evidence
from auditor.vocabulary import List, name_key

_SEVERAL = re.compile(r"[\n;|]")
_COLUMNS = ("name", "email", "role", "login_access", "inactive", "internal_id", "file", "sheet", "row")


class Users:
    """The users of the account, as the users list and the login audit trail show them."""

    def __init__(self, inventory: Inventory) -> None:
        self._emails: dict[str, set[str]] = defaultdict(set)
        self._shared: set[str] = set()
        """Addresses that one list gives to users of different names."""
        self._roles: dict[str, set[str]] = defaultdict(set)
        self._active: dict[str, set[bool]] = defaultdict(set)
        self._written: dict[str, str] = {}
        self._by_id: dict[str, set[str]] = defaultdict(set)
        self._rows: dict[str, list[_Row]] = defaultdict(list)
        logins, users = inventory.frame(List.LOGINS), inventory.frame(List.USERS)
        for frame, column in ((logins, "user"), (users, "name")):
            if frame is not None:
                named = set(zip(frame[column], frame["email"], strict=True))
                self._add_emails({(name_key(name), name_key(email)) for name, email in named if name and email})
        self._listed = users is not None
        listed_roles = set(_listed_roles(inventory))
        if users is not None:
            rows = zip(*(users[column] for column in _COLUMNS), strict=True)
            for name, email, role, access, inactive, internal_id, file, sheet, row in rows:
                key = self.key(name, email)
                if key is None:
                    continue
                if internal_id:
                    self._by_id[str(internal_id)].add(key)
                self._roles[key].update(_role_names(str(role or ""), listed_roles))
                self._rows[key].append(_Row(role, access, inactive, file, sheet, int(row)))
                if inactive is not None or access is not None:
                    self._active[key].add(inactive is not True and access is not False)
        self._proved = set(self._signed_in(inventory))

    def _add_emails(self, named: Collection[tuple[str, str]]) -> None:
        """Take in which addresses one list has for each name."""
        names: dict[str, set[str]] = defaultdict(set)
        for name, email in named:
            self._emails[name].add(email)
            names[email].add(name)
        self._shared.update(email for email, of in names.items() if len(of) > 1)

    def _signed_in(self, inventory: Inventory) -> Iterator[tuple[str | None, str]]:
        verified = inventory.frame(List.VERIFICATIONS)
        if verified is not None:
            columns = ("works", "user", "user_id", "role")
            for works, user, user_id, role in zip(*(verified[column] for column in columns), strict=True):
                if works is True and role:
                    yield self.of_id(user_id) or self.key(user), role_name(role).text

    def key(self, name: str | None, email: str | None = None) -> str | None:
        """Return what identifies the user: the e-mail address where it is known and no other user's, otherwise the name."""
        written = name if name and email and name_key(email) in self._shared else email or name
        if not written:
            return None
        folded = name_key(written)
        emails = self._emails.get(folded, set())
        if "@" not in folded and len(emails) == 1 and emails.isdisjoint(self._shared):
            return next(iter(emails))
        self._written.setdefault(folded, " ".join(written.split()))
        return folded

    def of_id(self, internal_id: str | None) -> str | None:
        """Return what identifies the user of that internal ID; None where the users list does not say."""
        keys = self._by_id.get(internal_id or "", set())
        return next(iter(keys)) if len(keys) == 1 else None

    def shown(self, key: str | None) -> str | None:
        """Return the user as the exports write it."""
        return self._written.get(key, key) if key else None

    def active(self, key: str | None) -> bool | None:
        """Tell whether the user may sign in; None where the users list does not say, or says both."""
        if key and any(key == user for user, _ in self._proved):
            return True
        said = self._active.get(key or "", set())
        return next(iter(said)) if len(said) == 1 else None

    def has_role(self, key: str | None, role: str | None) -> bool | None:
        """Tell whether the user has the role; None where nothing says it."""
        if not key or not role:
            return None
        if (key, role_name(role).text) in self._proved:
            return True
        return role_name(role).text in self._roles.get(key, set()) if self._listed else None

    def signed_in_as(self, role: str | None) -> bool:
        """Tell whether a verified token signed in with the role: then the role is active."""
        return role is not None and any(role_name(role).text == proved for _, proved in self._proved)

    def evidence(self, key: str | None, fact: str) -> Iterator[Evidence]:
        """Give the rows of the users list that say whether the user may sign in, or which roles the user has."""
        by_place: dict[tuple[str, str | None, str], list[int]] = defaultdict(list)
        for row in self._rows.get(key or "", ()):
            said = _said(row) if fact == "user_active" else str(row.role or "").replace("\n", ", ")
            if said:
                by_place[row.file, row.sheet, said].append(row.row)
        for (file, sheet, said), rows in by_place.items():
            ends = tuple(sorted({min(rows), max(rows)}))
            yield Evidence(file=file, sheet=sheet, rows=ends, count=len(rows), supports=fact, value=said)


class _Row(NamedTuple):
    """What one row of the users list says."""

    role: str | None
    access: bool | None
    inactive: bool | None
    file: str
    sheet: str | None
    row: int


def _said(row: _Row) -> str:
    boxes = (("Inactive", row.inactive), ("Login Access", row.access))
    return ", ".join(f"{title}: {'Yes' if box else 'No'}" for title, box in boxes if box is not None)


def _listed_roles(inventory: Inventory) -> Iterator[str]:
    for name in (List.ROLES, List.TWO_FACTOR_ROLES, List.SDF_ROLES, List.ROLE_PERMISSIONS):
        frame = inventory.frame(name)
        if frame is not None:
            yield from (role_name(str(role)).text for role in frame["name"].unique() if role)


def _role_names(written: str, listed: Collection[str]) -> set[str]:
    """Return the roles that a cell names: a comma stands between two of them, or in the name of one that is listed."""
    if role_name(written).text in listed:
        return {role_name(written).text}
    lines = _SEVERAL.split(written)
    return {
        role_name(name).text
        for line in lines
        for name in ((line,) if role_name(line).text in listed else (line, *line.split(",")))
    }
