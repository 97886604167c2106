"""The setup file of a rehearsal: the account's roles, users, integrations and access tokens. It holds no secrets."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from auditor.errors import InputError, nearest
from auditor.resources import folder
from auditor.vocabulary import State

DOCUMENT = "docs/rehearse.md"

# A name ends up in lists, headers and terminals: one line of printable text.
_Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$")]
_Id = Annotated[int, Field(ge=1, le=10**9)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RoleSetup(_Model):
    """A role of the account."""

    name: _Name
    id: _Id
    """Internal ID: 3 is Administrator in every account, custom roles start at 1001."""
    base: _Name | None = None
    """The role it was customised from; a standard role has none."""
    permissions: tuple[_Name, ...] = ()
    """Only those that matter here, e.g. "Access Token Management"."""
    log_in_using_access_tokens: bool = True
    web_services_only: bool = False
    requires_2fa: bool = False
    """An administrator designated it Two-Factor Authentication Required."""
    inactive: bool = False


class UserSetup(_Model):
    """Somebody, or something, that signs in."""

    name: _Name
    email: Annotated[str, Field(pattern=r"^[^@\s,;\x00-\x1f\x7f]+@[^@\s,;\x00-\x1f\x7f]+$", max_length=200)]
    roles: Annotated[tuple[_Name, ...], Field(min_length=1)]
    inactive: bool = False


class IntegrationSetup(_Model):
    """An integration record."""

    name: _Name
    state: State = State.ENABLED
    token_based_authentication: bool = True
    user_credentials: bool = True
    user: _Name | None = None
    """Who signs in for it, as a consultant notes it beside the list; the gate does not ask."""
    role: _Name | None = None


class TokenSetup(_Model):
    """An access token that is there when the rehearsal begins."""

    integration: _Name
    user: _Name
    role: _Name


class Setup(_Model):
    """The account that is rehearsed."""

    account: Annotated[str, Field(pattern=r"^[A-Z0-9]+(_[A-Z0-9]+)?$", max_length=40)] = "1234567"
    company: _Name = "Rehearsal"
    phase: str | None = None
    """The phase whose gate stands; the command line may say another."""
    role: Annotated[tuple[RoleSetup, ...], Field(min_length=1)]
    user: Annotated[tuple[UserSetup, ...], Field(min_length=1)]
    integration: tuple[IntegrationSetup, ...] = ()
    token: tuple[TokenSetup, ...] = ()


def read_setup(path: Path | None = None) -> Setup:
    """Return the setup of that file, otherwise the one with the sample client's roles. Raises InputError."""
    file = path or folder("sample_data") / "rehearsal.toml"
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"can't be read ({error})", where=str(file), fix="check the path") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not valid TOML: {error}", where=str(file), fix=f"see {DOCUMENT}") from error
    try:
        setup = Setup.model_validate(written, strict=False)
    except ValidationError as error:
        raise _explained(error, file) from error
    check_setup(setup, str(file))
    return setup


def check_setup(setup: Setup, where: str) -> None:
    """Raise InputError where the setup names something twice, or something that it does not have."""
    roles = [role.name for role in setup.role]
    users = [user.name for user in setup.user]
    integrations = [integration.name for integration in setup.integration]
    for kind, names in (
        ("role", roles),
        ("role id", [str(role.id) for role in setup.role]),
        ("user", users),
        ("e-mail address", [user.email for user in setup.user]),
        ("integration", integrations),
    ):
        twice = [name for name, count in Counter(name.casefold() for name in names).items() if count > 1]
        if twice:
            raise InputError(f'the {kind} "{twice[0]}" is there twice', where=where, fix="give each a name of its own")
    for user in setup.user:
        _each_known(user.roles, roles, "role", where)
    for item in setup.integration:
        _each_known([item.user] if item.user else [], users, "user", where)
        _each_known([item.role] if item.role else [], roles, "role", where)
    for token in setup.token:
        _each_known([token.integration], integrations, "integration", where)
        _each_known([token.user], users, "user", where)
        _each_known([token.role], roles, "role", where)


def _each_known(names: Sequence[str], known: list[str], kind: str, where: str) -> None:
    for name in names:
        if name not in known:
            raise InputError(f'there is no {kind} "{name}"', where=where, fix=nearest(name, known))


_TABLES: Mapping[str, type[_Model]] = {
    "role": RoleSetup,
    "user": UserSetup,
    "integration": IntegrationSetup,
    "token": TokenSetup,
}


def _explained(error: ValidationError, path: Path) -> InputError:
    faults: list[Any] = list(error.errors(include_url=False))
    # A key too many explains the key that is missing.
    first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        model = _TABLES[str(first["loc"][0])] if len(first["loc"]) > 1 else Setup
        fix = nearest(str(first["loc"][-1]), list(model.model_fields))
        return InputError(f'"{key}": is not a key of the setup', where=str(path), fix=fix)
    return InputError(f'"{key}": {first["msg"].lower()}', where=str(path), fix=f"see {DOCUMENT}")
