"""The closed sets of the audit: lists, channels, authentications, states, owners and verdicts, as reports write them."""

from __future__ import annotations

from enum import StrEnum


class List(StrEnum):
    """The lists that NetSuite can export, and that of verified tokens; `loader/lists.toml` says how each is recognised and where it is exported."""

    INTEGRATIONS = "integration list"
    ROLES = "role list"
    TWO_FACTOR_ROLES = "two-factor authentication roles"
    ROLE_PERMISSIONS = "role permissions"
    SDF_ROLES = "SDF role"
    LOGINS = "login audit trail"
    TOKENS = "access tokens"
    OPERATIONS = "SOAP web services operations"
    USAGE = "SOAP web services usage log"
    USERS = "users"
    VERIFICATIONS = "token verifications"


class Channel(StrEnum):
    """What a connection signs in to."""

    SOAP = "SOAP"
    RESTLET = "RESTlet"
    REST = "REST"
    CONNECT = "Connect"
    SSO = "SSO"
    UI = "UI"


FAILED = ("failure", "failed", "fail", "fehler", "fehlgeschlagen", "error", "fallo", "fallido", "fallida", "失敗")
"""What the login audit trail calls a failed login, in lower case."""

SUCCEEDED = (
    "success", "successful", "succeeded", "erfolg", "erfolgreich", "éxito", "exito", "exitoso", "exitosa", "correcto",
    "correcta", "成功",
)  # fmt: skip
"""What it calls one that succeeded, in lower case; in any other words it is not known which it was."""


def has_succeeded(status: str | None) -> bool | None:
    """Tell whether a login of that status succeeded; None where it does not say, or in words that we don't know."""
    said = name_key(status or "")
    return True if said in SUCCEEDED else False if said in FAILED else None


def name_key(name: object) -> str:
    """Return a name without case and spacing, to compare it."""
    return " ".join(str(name).casefold().split())


class Authentication(StrEnum):
    """How a connection signs in."""

    USER_CREDENTIALS = "user credentials"
    TBA = "TBA"
    OAUTH2 = "OAuth 2.0"
    SSO = "SSO"


class State(StrEnum):
    """The state of an integration record."""

    ENABLED = "Enabled"
    BLOCKED = "Blocked"
    WAITING = "Waiting for Approval"


class Owner(StrEnum):
    """Who can change an integration: the client, or the vendor whose application it is."""

    INTERNAL = "internal"
    VENDOR = "vendor"


_SIDES = {
    Owner.INTERNAL: (
        "internal",
        "in-house",
        "in house",
        "client",
        "customer",
        "us",
        "own",
        "self",
        "intern",
        "interno",
        "社内",
    ),
    Owner.VENDOR: (
        *("vendor", "third party", "third-party", "3rd party", "external", "partner", "supplier"),
        *("extern", "anbieter", "externo", "proveedor", "社外", "ベンダー"),
    ),
}


def owner_side(owner: str | None) -> Owner | None:
    """Return whose it is where a list's owner says only that; None for the name of a person or a department."""
    return next((side for side, words in _SIDES.items() if name_key(owner or "") in words), None)


class Verdict(StrEnum):
    """What happens to a connection, and so to its integration, at a phase. Worst first."""

    BREAKS = "breaks"
    UNDETERMINED = "undetermined"
    AT_RISK = "at-risk"
    EXEMPT = "exempt"
    READY = "ready"
    INACTIVE = "inactive"


class RuleVerdict(StrEnum):
    """What a rule says of a connection when it holds. Advice leaves the verdict as it is."""

    BREAKS = "breaks"
    AT_RISK = "at-risk"
    ADVICE = "advice"
