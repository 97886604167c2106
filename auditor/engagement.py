"""The engagement file: client, consultant, as-of date, the account's own phase dates, decisions, columns, branding."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from auditor.branding import Branding, read_logo
from auditor.errors import InputError, nearest

FILE_NAME = "engagement.toml"

_Said = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Exemption(_Model):
    """NetSuite lets the account, or an integration of it, go on for a while. It covers a phase that comes by then."""

    integration: _Said | None = None
    """Name of the integration; None means every one."""
    phase: _Said | None = None
    """Only this phase; None means every phase that comes by `until`."""
    owner: _Said
    reason: _Said
    until: date

    def covers(self, integration: str, phase: str, day: date) -> bool:
        """Tell whether this holds for that integration at that phase, which comes on that day."""
        return _is_meant(self.integration, integration) and self.phase in (None, phase) and day <= self.until

    @property
    def said(self) -> str:
        """Why, who answers for it, and until when."""
        return f"{self.reason} ({self.owner}, until {self.until})"


class Waiver(Exemption):
    """The client accepts for a while that something will break: an integration, some of its connections, or a rule."""

    role: _Said | None = None
    """Only connections with this role."""
    user: _Said | None = None
    """Only connections of this user."""
    rule: _Said | None = None
    """Only what this rule finds; None means whatever breaks."""

    @model_validator(mode="after")
    def _names_something(self) -> Waiver:
        if not (self.integration or self.role or self.user or self.rule):
            raise ValueError("a waiver names what it is for: integration, role, user or rule")
        return self

    def waives(self, rule: str, *, integration: str, role: str | None, user: str | None) -> bool:
        """Tell whether this is for what that rule finds of that connection."""
        named = ((self.integration, integration), (self.role, role), (self.user, user), (self.rule, rule))
        return all(_is_meant(wanted, found) for wanted, found in named)

    @property
    def said(self) -> str:
        """Why, who answers for it, and until when."""
        return f"waived: {super().said}"


def _is_meant(wanted: str | None, found: str | None) -> bool:
    return wanted is None or (found is not None and wanted.casefold() == found.casefold())


class _Confirmation(_Model):
    name: _Said
    by: _Said
    """Who said so."""
    on: date
    """When."""
    source: _Said = FILE_NAME
    """Where that is written down."""


class ConfirmedRole(_Confirmation):
    """What somebody said of a role of the account, under the names of the role list's columns."""

    base_role: _Said | None = None
    inactive: bool | None = None
    web_services_only: bool | None = None
    can_use_tokens: bool | None = None


class ConfirmedIntegration(_Confirmation):
    """What somebody said of an integration of the account, under the names of the integration list's columns."""

    role: _Said | None = None
    user: _Said | None = None
    channel: _Said | None = None
    authentication: _Said | None = None
    endpoint: _Said | None = None
    state: _Said | None = None
    owner: _Said | None = None
    vendor: _Said | None = None
    contact: _Said | None = None


class Confirmed(_Model):
    """Facts that somebody confirmed. They are evidence of a kind of their own, and never overrule an export."""

    role: tuple[ConfirmedRole, ...] = ()
    integration: tuple[ConfirmedIntegration, ...] = ()


class Engagement(_Model):
    """What the consultant says of the engagement. Everything is optional: an audit needs no engagement file."""

    client: str | None = None
    consultant: str | None = None
    as_of: date | None = None
    phases: Mapping[str, date] = {}
    """The account's own date of each phase, by phase id."""
    exemption: tuple[Exemption, ...] = ()
    waiver: tuple[Waiver, ...] = ()
    confirmed: Confirmed = Confirmed()
    columns: Mapping[str, str] = {}
    """Further headers, and the canonical columns they stand for."""
    branding: Branding = Branding()

    def deciding(self, confirmed: Confirmed, waivers: Sequence[Waiver]) -> Engagement:
        """Return the engagement with these confirmed facts and waivers as well."""
        both = Confirmed(
            role=(*self.confirmed.role, *confirmed.role),
            integration=(*self.confirmed.integration, *confirmed.integration),
        )
        return self.model_copy(update={"confirmed": both, "waiver": (*self.waiver, *waivers)})


def read_engagement(path: Path) -> Engagement:
    """Return the engagement of that file. Raises InputError that names the file, the line or the key."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"can't be read ({error})", where=str(path), fix="check the path") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not valid TOML: {error}", where=str(path), fix="see docs/engagement.md") from error
    try:
        engagement = Engagement.model_validate(written, strict=False)
    except ValidationError as error:
        raise _explained(error, path) from error
    return _with_logo(engagement, path.parent)


def _with_logo(engagement: Engagement, folder: Path) -> Engagement:
    """Return the engagement with the logo's place in full, once it is certain that it can be used."""
    if engagement.branding.logo is None:
        return engagement
    logo = folder / engagement.branding.logo
    read_logo(logo)
    return engagement.model_copy(update={"branding": engagement.branding.model_copy(update={"logo": logo})})


_TABLES: Mapping[str, type[BaseModel]] = {"exemption": Exemption, "waiver": Waiver, "branding": Branding}
_CONFIRMED: Mapping[str, type[BaseModel]] = {"role": ConfirmedRole, "integration": ConfirmedIntegration}


def _table(place: Sequence[Any]) -> type[BaseModel]:
    """Return the table in which a key stands that nobody knows."""
    if len(place) > 2 and place[0] == "confirmed":
        return _CONFIRMED[str(place[1])]
    if len(place) > 1:
        return Confirmed if place[0] == "confirmed" else _TABLES[str(place[0])]
    return Engagement


def _explained(error: ValidationError, path: Path) -> InputError:
    first: Any = error.errors(include_url=False)[0]
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        model = _table(first["loc"])
        return InputError(
            f'"{key}" is not a key of the engagement file',
            where=str(path),
            fix=nearest(str(first["loc"][-1]), list(model.model_fields)),
        )
    said = str(first["msg"]).removeprefix("Value error, ")
    return InputError(f'"{key}": {said[0].lower()}{said[1:]}', where=str(path), fix="see docs/engagement.md")
