"""The same connections under another definition of "highly privileged": releases and rollouts may differ in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from auditor.engine.privilege import Privilege, Roles
from auditor.engine.roles import listed_roles, role_permissions
from auditor.inventory import Inventory
from auditor.model import Connection

Value = str | bool | None


def connections_under(
    connections: Sequence[Connection], inventory: Inventory, privilege: Privilege
) -> tuple[Connection, ...]:
    """Return the connections, in their order, with what that definition makes of their roles."""
    roles = Roles(listed_roles(inventory), privilege, role_permissions(inventory))
    known: dict[tuple[str | None, str | None], Mapping[str, Value]] = {}
    found = []
    for one in connections:
        key = (one.role_id, one.role)
        if key not in known:
            known[key] = _facts(roles, one)
        found.append(replace(one, **known[key]))  # type: ignore[arg-type]
    return tuple(found)


def differing(one: Connection, other: Connection) -> Mapping[str, Value]:
    """Return what the other connection says of the role, where that is not the same."""
    said: dict[str, Value] = {name: getattr(other, name) for name in _NAMES}
    return {name: value for name, value in said.items() if getattr(one, name) != value}


_NAMES = ("base_role", "role_privileged", "privileged_because", "privileged_permission")


def _facts(roles: Roles, connection: Connection) -> Mapping[str, Value]:
    role = roles.find(connection.role_id, connection.role)
    return {
        "base_role": role.base_role if role else None,
        "role_privileged": role.privileged if role else None,
        "privileged_because": role.privileged_because if role else None,
        "privileged_permission": role.privileged_permission if role else None,
    }
