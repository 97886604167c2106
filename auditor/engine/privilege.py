"""Is this role highly privileged, and why: by the standard role at the end of its chain of base roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Protocol

from auditor.engine.roles import ADMINISTRATOR_ID, Held, ListedRole, ListedRoles, custom_by_id, role_name
from auditor.engine.translated import STANDARD_ROLES, is_foreign_administrator
from auditor.model import Role
from auditor.vocabulary import name_key


class Privilege(Protocol):
    """What "highly privileged" means in a rollout; a rule pack says it."""

    @property
    def standard_roles(self) -> tuple[str, ...]:
        """Return the highly privileged standard roles."""

    @property
    def permissions(self) -> tuple[str, ...]:
        """Return the highly privileged permissions."""

    @property
    def other_standard_roles(self) -> tuple[str, ...]:
        """Return further standard roles that are known by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Conclusion:
    base_role: str | None
    privileged: bool | None
    because: str


class Roles:
    """Every role of the account, listed or only named, with what is concluded of its privilege."""

    def __init__(
        self,
        listed: ListedRoles,
        privilege: Privilege,
        permissions: Mapping[str, Held] = MappingProxyType({}),
    ) -> None:
        self._listed = listed
        self._permissions = permissions
        self._privileged_permissions = {name_key(name): name for name in privilege.permissions}
        self._privileged = _by_every_name(privilege.standard_roles)
        self._standard = self._privileged | _by_every_name(privilege.other_standard_roles)
        self._concluded = {role.key: self._describe(role) for role in listed.all}
        self._named: dict[tuple[str | None, str | None], Role] = {}

    def find(self, internal_id: str | None, name: str | None) -> Role | None:
        """Return the role of that internal ID, otherwise of that name; None where neither is given."""
        if not internal_id and not name:
            return None
        found = self._listed.find(internal_id, name)
        if found:
            return _common([self._concluded[role.key] for role in found])
        written = role_name(name or "")
        key = (internal_id, name if written.custom else written.text)
        if key not in self._named:
            self._named[key] = self._unlisted(internal_id, name or f"role {internal_id}")
        return self._named[key]

    def knows(self, name: str) -> bool:
        """Tell whether a list has a role of that name, or the rollout names it."""
        return bool(self._listed.find(None, name)) or role_name(name).text in self._standard

    def all(self) -> tuple[Role, ...]:
        """Return every role that a list has or that `find` was asked for, by name."""
        known = [*self._concluded.values(), *self._named.values()]
        return tuple(sorted(known, key=lambda role: (role.name.casefold(), role.internal_id or "")))

    def _describe(self, role: ListedRole) -> Role:
        held = self._permissions.get(role_name(role.name).text)
        permission = self._privileged_permission(held)
        concluded = self._conclude(role, ())
        if concluded.privileged is None and held and held.permissions:
            concluded = _by_permissions(permission, held)
        requires = [role.mandatory_2fa, role.requires_2fa]
        return Role(
            name=role.name,
            internal_id=role.internal_id,
            base_role=concluded.base_role,
            privileged=concluded.privileged,
            privileged_because=concluded.because,
            privileged_permission=permission,
            mandatory_2fa=role.mandatory_2fa,
            requires_2fa=True if True in requires else None if None in requires and False not in requires else False,
            active=None if role.inactive is None else not role.inactive,
            web_services_only=role.web_services_only,
            can_use_tokens=role.can_use_tokens if held is None else _can_use_tokens(held),
            listed=True,
            evidence=(*role.evidence, held.evidence[name_key(permission)]) if held and permission else role.evidence,
        )

    def _privileged_permission(self, held: Held | None) -> str | None:
        found = sorted(held.permissions.intersection(self._privileged_permissions)) if held else []
        return self._privileged_permissions[found[0]] if found else None

    def _conclude(self, role: ListedRole, passed: tuple[str, ...]) -> _Conclusion:
        if role.key in passed:
            return _unknown("its chain of base roles runs in a circle")
        own = role_name(role.name).text
        if role.internal_id == ADMINISTRATOR_ID:
            return self._by_name("administrator")
        if role.base_contested:
            return _unknown("the lists disagree about its base role")
        has_base = bool(role.base_id) or (role.base is not None and role_name(role.base).text != own)
        if has_base:
            return self._conclude_from_base(role, (*passed, role.key))
        if role.custom is not True and own in self._privileged:
            return self._by_name(own)
        if role.custom is False and own not in self._standard and (not role.english or is_foreign_administrator(own)):
            return _unknown("standard role whose name is translated, and no name that we know")
        if role.custom is False:
            return _Conclusion(
                base_role=role.name, privileged=False, because="standard role outside the rollout's list"
            )
        if role.custom is None and own in self._standard:
            return self._by_name(own)
        if role.custom:
            return _unknown("custom role without a base role in the data")
        return _unknown("the role list shows neither that it is standard nor what it is based off")

    def _conclude_from_base(self, role: ListedRole, passed: tuple[str, ...]) -> _Conclusion:
        # A number in the base column is the base role's internal ID.
        base_id = role.base_id or (role.base if role.base and role.base.isdecimal() else None)
        bases = self._listed.find(base_id, role.base)
        shown = role.base or f"role {base_id}"
        if bases:
            found = {self._conclude(base, passed) for base in bases}
            if len(found) > 1:
                return _unknown(f'several roles are named "{shown}", and they differ')
            above = next(iter(found))
        elif base_id == ADMINISTRATOR_ID:
            above = self._by_name("administrator")
        elif role_name(shown).text in self._standard and role_name(shown).custom is not True:
            above = self._by_name(role_name(shown).text)
        else:
            return _unknown(f'its base role "{shown}" is not in the role list')
        if above.privileged is None:
            return _unknown(f'based off "{shown}": {above.because}')
        chain = (
            f'based off "{shown}"'
            if above.because.startswith("standard role")
            else f'based off "{shown}", {above.because}'
        )
        return _Conclusion(base_role=above.base_role, privileged=above.privileged, because=chain)

    def _by_name(self, name: str) -> _Conclusion:
        privileged = name in self._privileged
        because = "standard role of the rollout's list" if privileged else "standard role outside the rollout's list"
        return _Conclusion(base_role=self._standard.get(name, "Administrator"), privileged=privileged, because=because)

    def _unlisted(self, internal_id: str | None, name: str) -> Role:
        written = role_name(name)
        if internal_id == ADMINISTRATOR_ID:
            concluded = self._by_name("administrator")
        elif written.text in self._standard and not written.custom and not custom_by_id(internal_id):
            concluded = self._by_name(written.text)
        else:
            concluded = _unknown("not in the role list" if self._listed.all else "there is no role list")
        return Role(
            name=name,
            internal_id=internal_id,
            base_role=concluded.base_role,
            privileged=concluded.privileged,
            privileged_because=concluded.because,
        )


# Access Token Management alone can't log in (Oracle's help, bridgehead_4248124361).
_LOGIN_WITH_TOKENS = frozenset({"log in using access tokens", "user access tokens"})


def _can_use_tokens(held: Held) -> bool | None:
    return bool(held.permissions & _LOGIN_WITH_TOKENS) or (False if held.english else None)


def _by_every_name(names: Iterable[str]) -> dict[str, str]:
    """Return the names by themselves and by their translations, as `role_name` gives them."""
    by_name = {role_name(name).text: name for name in names}
    return by_name | {other: by_name[name] for other, name in STANDARD_ROLES.items() if name in by_name}


# The SDK's permissions.json does not name them; they may well be View Unencrypted Credit Cards and its like for ACH.
_UNVERIFIED = frozenset({"admi_creditcard", "admi_ach"})


def _by_permissions(permission: str | None, held: Held) -> _Conclusion:
    if permission is None and held.permissions & _UNVERIFIED:
        return _unknown("it has a permission of which nobody could verify what it allows")
    if permission is None and not held.english:
        return _unknown("its permissions are translated, and none of their names is one that we know")
    because = f"has the permission {permission}" if permission else "none of its permissions is highly privileged"
    return _Conclusion(base_role=None, privileged=permission is not None, because=because)


def _unknown(because: str) -> _Conclusion:
    return _Conclusion(base_role=None, privileged=None, because=because)


def _common(roles: Iterable[Role]) -> Role:
    """Return what holds for all roles of one name; what differs between them is not known."""
    first, *others = roles
    for other in others:
        differ = {item.name: None for item in fields(Role) if getattr(first, item.name) != getattr(other, item.name)}
        differ.pop("evidence", None)
        if "privileged" in differ or "privileged_because" in differ:
            differ["privileged_because"] = f'several roles are named "{first.name}"'  # type: ignore[assignment]
        differ.pop("name", None)
        first = replace(first, **differ, evidence=(*first.evidence, *other.evidence))  # type: ignore[arg-type]
    return first
