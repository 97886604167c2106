"""The rehearsed account's lists as NetSuite exports them: CSV with the headers that an audit recognises."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from auditor.netsuite.rehearsal.setup import Setup
from auditor.netsuite.rehearsal.state import ADMINISTRATOR_ID, Rehearsal

TRAIL = "LoginAuditTrail.csv"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def exported_lists(account: Rehearsal) -> Mapping[str, str]:
    """Return every list of the account by the name of its file. They hold no secrets."""
    return {TRAIL: _csv(_trail(account)), **described_lists(account.setup), **_records(account)}


def described_lists(setup: Setup) -> Mapping[str, str]:
    """Return the lists that the setup alone tells: roles, what they may do, and users."""
    lists = {"ManageRoles.csv": _csv(_roles(setup)), "Users.csv": _csv(_users(setup))}
    if any(role.permissions for role in setup.role):
        lists["RolePermissions.csv"] = _csv(_permissions(setup))
    return lists


def _records(account: Rehearsal) -> Mapping[str, str]:
    lists = {"AccessTokens.csv": _csv(_tokens(account))}
    if account.consumers:
        lists["ManageIntegrations.csv"] = _csv(_integrations(account))
    return lists


def _csv(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _trail(account: Rehearsal) -> Iterator[tuple[object, ...]]:
    yield (
        "Date", "Email Address", "IP Address", "Request URI", "Role", "Security Challenge", "Status", "User",
        "User Agent", "Detail", "Token-based Access Token Name", "Token-based Application Name",
    )  # fmt: skip
    for login in reversed(account.trail):
        status = "Success" if login.success else "Failure"
        yield (
            _when(login.at), login.email, login.address, login.uri, login.role, "", status, login.user,
            login.user_agent, login.detail, login.token, login.application,
        )  # fmt: skip


def _roles(setup: Setup) -> Iterator[tuple[object, ...]]:
    yield (
        "Internal ID", "Name", "Type", "Parent Role", "Two-Factor Authentication Required", "Web Services Only Role",
        "Log in using Access Tokens", "Inactive",
    )  # fmt: skip
    for role in setup.role:
        # NetSuite's own page does not show Administrator (Oracle's help, section_N3427186).
        if role.id != ADMINISTRATOR_ID:
            yield (
                role.id, role.name, "Custom" if role.base else "Standard", role.base or "",
                "2FA authentication required" if role.requires_2fa else "Not required", _yes(role.web_services_only),
                _yes(role.log_in_using_access_tokens), _yes(role.inactive),
            )  # fmt: skip


def _permissions(setup: Setup) -> Iterator[tuple[object, ...]]:
    yield "Internal ID", "Name", "Permission", "Level"
    for role in setup.role:
        # A role whose permissions the setup does not name has no row: that its permissions are few is not known.
        tokens = ("Log in using Access Tokens",) if role.permissions and role.log_in_using_access_tokens else ()
        for permission in dict.fromkeys((*role.permissions, *tokens)):
            yield role.id, role.name, permission, "Full"


def _users(setup: Setup) -> Iterator[tuple[object, ...]]:
    yield "Internal ID", "Name", "Email", "Role", "Login Access", "Inactive"
    for number, user in enumerate(setup.user, start=1):
        for role in user.roles:
            yield number, user.name, user.email, role, _yes(not user.inactive), _yes(user.inactive)


def _integrations(account: Rehearsal) -> Iterator[tuple[object, ...]]:
    yield (
        "Internal ID", "Name", "Application ID", "State", "Token-based Authentication", "User Credentials", "User",
        "Role",
    )  # fmt: skip
    emails = {user.name: user.email for user in account.setup.user}
    for consumer in account.consumers.values():
        one = consumer.integration
        yield (
            consumer.number, one.name, consumer.application_id, str(one.state), _yes(one.token_based_authentication),
            _yes(one.user_credentials), emails.get(one.user or "", ""), one.role or "",
        )  # fmt: skip


def _tokens(account: Rehearsal) -> Iterator[tuple[object, ...]]:
    yield "Internal ID", "Token name", "User", "Role", "Application", "Inactive", "Created", "Created By"
    for number, token in enumerate(account.tokens.values(), start=1):
        application = token.consumer.integration.name
        yield (
            number, token.name, token.user.name, token.role.name, application, _yes(token.revoked),
            _when(token.created), token.user.name,
        )  # fmt: skip


def _yes(said: bool) -> str:
    return "Yes" if said else "No"


def _when(at: float) -> str:
    """Return the time as NetSuite's preference D-Mon-YYYY writes it, which nobody can misread; in UTC."""
    day = datetime.fromtimestamp(at, UTC)
    hour = day.hour % 12 or 12
    return f"{day.day}-{_MONTHS[day.month - 1]}-{day.year} {hour}:{day.minute:02} {'pm' if day.hour > 11 else 'am'}"
