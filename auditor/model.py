"""The vocabulary of the audit as types: facts, and the account they describe.

The facts that rules may read are the fields of `Connection` made with `fact(...)`; their meaning, their type and the
lists that can settle them are declared here and nowhere else. None always means "not known".
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from auditor.vocabulary import Authentication, Channel, List, Owner, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One place in the exports that made a fact what it is."""

    file: str
    sheet: str | None
    rows: tuple[int, ...]
    """First and last row, 1-based as a spreadsheet shows them, header included; one number when there is one row, none
    when this stands for several of very many files."""
    count: int
    """How many rows say so."""
    supports: str
    """The fact this is evidence for."""
    value: str | None = None
    """The raw value as the export has it."""


_LISTED = (List.INTEGRATIONS,)
_SEEN = (List.LOGINS, List.INTEGRATIONS)
_ROLE = (List.ROLES,)
_PRIVILEGE = (List.ROLES, List.SDF_ROLES, List.ROLE_PERMISSIONS)
_TWO_FACTOR = (List.TWO_FACTOR_ROLES, List.ROLES)
_PERMISSIONS = (List.SDF_ROLES, List.ROLE_PERMISSIONS)


def fact(meaning: str, *settled_by: List, rests_on: str | None = None) -> Any:
    """Declare a field of `Connection` that rules may read; it can't be known before the fact it rests on."""
    return field(default=None, metadata={"meaning": meaning, "settled_by": settled_by, "rests_on": rests_on})


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One way in which something signs in: integration x user x role x channel x authentication. The unit of judgement."""

    id: str
    evidence: tuple[Evidence, ...] = ()

    integration: str | None = fact("the name of the integration, or of the unattributed connection", *_SEEN)
    application_id: str | None = fact(
        "the application ID of the integration record; NetSuite shows it to its owner only", *_LISTED
    )
    integration_state: State | None = fact("the state of the integration record", *_LISTED)
    owner: Owner | None = fact("who can change the integration", *_LISTED)
    listed: bool | None = fact("an integration list has the integration", *_LISTED)
    user: str | None = fact("the user that signs in", *_SEEN)
    user_active: bool | None = fact("the user may sign in", List.USERS, rests_on="user")
    role: str | None = fact("the role that signs in", *_SEEN)
    role_id: str | None = fact("the internal ID of the role", *_ROLE, rests_on="role")
    channel: Channel | None = fact("what it signs in to", *_SEEN, List.OPERATIONS)

    base_role: str | None = fact(
        "the standard role that the role is, or was customised from through any number of custom roles",
        *_ROLE,
        rests_on="role",
    )
    role_privileged: bool | None = fact(
        "the role is highly privileged as the rollout defines it", *_PRIVILEGE, rests_on="role"
    )
    privileged_because: str | None = fact("why the role is, or is not, highly privileged", *_PRIVILEGE, rests_on="role")
    privileged_permission: str | None = fact(
        "a highly privileged permission that the role holds", *_PERMISSIONS, rests_on="role"
    )
    role_mandatory_2fa: bool | None = fact(
        "NetSuite marks the role Mandatory 2FA: it holds a highly privileged permission", *_TWO_FACTOR, rests_on="role"
    )
    role_requires_2fa: bool | None = fact(
        "the role is designated Two-Factor Authentication Required, or Mandatory 2FA", *_TWO_FACTOR, rests_on="role"
    )
    role_active: bool | None = fact("the role is not inactive", *_ROLE, rests_on="role")
    role_web_services_only: bool | None = fact("the role is a Web Services Only role", *_ROLE, rests_on="role")
    role_can_use_tokens: bool | None = fact(
        "the role has Log in using Access Tokens or User Access Tokens", *_PERMISSIONS, rests_on="role"
    )

    authentication: Authentication | None = fact("how it signs in", List.OPERATIONS, List.LOGINS, List.INTEGRATIONS)
    listed_authentication: Authentication | None = fact("how an integration list says it signs in", *_LISTED)
    endpoint_version: str | None = fact(
        "the oldest SOAP endpoint version that it uses", List.LOGINS, List.OPERATIONS, List.INTEGRATIONS
    )
    accepts_user_credentials: bool | None = fact("the integration record's User Credentials box is ticked", *_LISTED)
    accepts_tba: bool | None = fact("the integration record's Token-based Authentication box is ticked", *_LISTED)
    token_active: bool | None = fact("the user holds an active access token for the application", List.TOKENS)
    token_user_has_role: bool | None = fact("the token's user still has the token's role", List.USERS)

    logins: int | None = fact("the successful sign-ins in the login audit trail", List.LOGINS)
    failures: int | None = fact("the failed sign-ins in the login audit trail", List.LOGINS)
    last_failure: str | None = fact("the Detail of the last failed sign-in", List.LOGINS)
    first_seen: date | None = fact("the first successful sign-in", List.LOGINS)
    last_seen: date | None = fact("the last successful sign-in", List.LOGINS)
    days_quiet: int | None = fact("days from the last successful sign-in to the end of the trail", List.LOGINS)
    superseded_on: date | None = fact(
        "since that day the same integration and user signed in with TBA or OAuth 2.0 only", List.LOGINS
    )
    unattributed_credentials: bool | None = fact(
        "its user also signs in with user credentials that no integration was found for", List.LOGINS, rests_on="user"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """The declaration of one fact: what rules, documents and gaps need to know of it."""

    name: str
    type: str
    """text, boolean, integer or date."""
    values: tuple[str, ...]
    """The closed set of values, or empty when any value may stand there."""
    meaning: str
    settled_by: tuple[List, ...]
    rests_on: str | None
    """The fact without which this one can't be known: a role's privilege rests on the role."""


_SQL_TYPES = {bool: "boolean", int: "integer", date: "date"}


@cache
def facts() -> Mapping[str, Fact]:
    """Return every fact by name, in the order of `Connection`."""
    hints = typing.get_type_hints(Connection)
    found = {}
    for item in fields(Connection):
        if "meaning" not in item.metadata:
            continue
        kind = next(part for part in typing.get_args(hints[item.name]) if part is not types.NoneType)
        closed = tuple(kind) if issubclass(kind, StrEnum) else ()
        found[item.name] = Fact(
            name=item.name,
            type=_SQL_TYPES.get(kind, "text"),
            values=tuple(str(value) for value in closed),
            meaning=item.metadata["meaning"],
            settled_by=item.metadata["settled_by"],
            rests_on=item.metadata["rests_on"],
        )
    return types.MappingProxyType(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one place says of a fact."""

    value: str
    file: str
    sheet: str | None
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two lists that disagree about a role or an integration; the fact is unknown until somebody settles it."""

    subject: str
    """E.g. 'role "AP Clerk"'."""
    fact: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role as all lists together describe it."""

    name: str
    internal_id: str | None = None
    base_role: str | None = None
    privileged: bool | None = None
    privileged_because: str
    privileged_permission: str | None = None
    mandatory_2fa: bool | None = None
    requires_2fa: bool | None = None
    active: bool | None = None
    web_services_only: bool | None = None
    can_use_tokens: bool | None = None
    listed: bool = False
    """Whether a list of roles has it; a role may be known from an integration row alone."""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """An application with an integration record, as all lists together describe it, or an unattributed connection."""

    key: str
    """Identifies it within this audit; names are not unique."""
    name: str
    internal_id: str | None = None
    application_id: str | None = None
    state: State | None = None
    created_on: str | None = None
    owner: str | None = None
    vendor: str | None = None
    contact: str | None = None
    notes: str | None = None
    listed: bool = True
    """Whether an integration list has it; an application may be known from its logins alone."""
    unattributed: bool = False
    """Whether it stands for logins with user credentials that no integration could be found for."""
    connections: tuple[str, ...] = ()
    """Ids of its connections."""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The client's account as its exports describe it: who signs in, as what, how, with evidence."""

    integrations: tuple[Integration, ...]
    connections: tuple[Connection, ...]
    roles: tuple[Role, ...]
    conflicts: tuple[Conflict, ...]
    notes: tuple[str, ...] = ()
