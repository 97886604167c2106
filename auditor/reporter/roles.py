"""The role review: which roles are highly privileged and why, and where least privilege is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.assessment import Assessment
from auditor.model import Role
from auditor.reporter import words
from auditor.reporter.integrations import IntegrationView
from auditor.vocabulary import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleView:
    """A role, and the integrations that sign in with it."""

    role: Role
    privileged: str
    """"yes", "no" or "not known"."""
    integrations: tuple[IntegrationView, ...]
    advice: str


def view_roles(assessment: Assessment, integrations: Sequence[IntegrationView]) -> tuple[RoleView, ...]:
    """Return the roles: highly privileged ones first, among them those that integrations use."""
    users = _integrations_by_role(integrations)
    views = [_view(role, _users_of(role, users)) for role in assessment.roles]
    order = {True: 0, None: 1, False: 2}
    return tuple(
        sorted(
            views, key=lambda view: (order[view.role.privileged], -len(view.integrations), view.role.name.casefold())
        )
    )


def _integrations_by_role(integrations: Sequence[IntegrationView]) -> Mapping[tuple[str, str], list[IntegrationView]]:
    """Return who uses a role: under its internal ID where the connection knows it, otherwise under its name."""
    found: dict[tuple[str, str], dict[str, IntegrationView]] = defaultdict(dict)
    for integration in integrations:
        for connection in (view.connection for view in integration.connections):
            if connection.role_id:
                found["id", connection.role_id][integration.integration.key] = integration
            elif connection.role:
                found["name", connection.role.casefold()][integration.integration.key] = integration
    return {role: list(using.values()) for role, using in found.items()}


def _users_of(role: Role, users: Mapping[tuple[str, str], Sequence[IntegrationView]]) -> tuple[IntegrationView, ...]:
    by_id = users.get(("id", role.internal_id), ()) if role.internal_id else ()
    by_name = users.get(("name", role.name.casefold()), ())
    return tuple({item.integration.key: item for item in (*by_id, *by_name)}.values())


def _view(role: Role, integrations: tuple[IntegrationView, ...]) -> RoleView:
    return RoleView(
        role=role,
        privileged=words.yes_no(role.privileged),
        integrations=integrations,
        advice=_advise(role, integrations),
    )


def _advise(role: Role, integrations: Sequence[IntegrationView]) -> str:
    if role.privileged is None:
        return "Find out its base role" if integrations else ""
    concerned = sum(item.worst.verdict is not Verdict.INACTIVE for item in integrations)
    if role.privileged and concerned:
        each = "the integration" if concerned == 1 else f"each of the {words.plural(concerned, 'integration')}"
        return f"Give {each} a role of its own with least privilege"
    return ""
