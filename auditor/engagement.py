"""The engagement file: client, consultant, as-of date, the account's own phase dates, decisions, columns, branding."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from auditor.branding import Branding, read_logo
from auditor.errors import InputError, nearest
from auditor.toml_lines import Place, line_of, lines_in

FILE_NAME = "engagement.toml"

_Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Exemption(_Model):
    """NetSuite lets the account, or an integration of it, go on for a while. It covers a phase that comes by then."""

    integration: _Said | None = None
    """Name, application ID or internal ID of the integration; None means every one."""
    phase: _Said | None = None
    """Only this phase; None means every phase that comes by `until`."""
    owner: _Said
    reason: _Said
    until: date

    def covers(self, phase: str, day: date) -> bool:
        """Tell whether this holds at that phase, which comes on that day."""
        return self.phase in (None, phase) and day <= self.until


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

    def waives(self, rule: str, *, role: str | None, user: str | None) -> bool:
        """Tell whether this is for what that rule finds of a connection with that role and user."""
        named = ((self.role, role), (self.user, user), (self.rule, rule))
        return all(_is_meant(wanted, found) for wanted, found in named)


def _is_meant(wanted: str | None, found: str | None) -> bool:
    return wanted is None or (found is not None and wanted.casefold() == found.casefold())


class _Confirmation(_Model):
    name: _Said
    """Name of the role, or of the integration, which may be given by its application ID or internal ID as well."""
    by: _Said
    """Who said so."""
    on: date
    """When."""
    source: _Said = FILE_NAME
    """Where that is written down."""
    _typed: bool = PrivateAttr(default=False)

    @property
    def is_typed(self) -> bool:
        """Tell whether somebody typed it into a plan, where nothing checked it."""
        return self._typed

    def as_typed(self) -> Self:
        """Return it as one that was typed into a plan."""
        typed = self.model_copy()
        typed._typed = True
        return typed

    @model_validator(mode="after")
    def _says_something(self) -> _Confirmation:
        own = type(self).model_fields.keys() - _Confirmation.model_fields.keys()
        if all(getattr(self, name) is None for name in own):
            raise ValueError(f"nothing is confirmed: give at least one of {', '.join(sorted(own))}")
        return self


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


@dataclass(frozen=True, slots=True)
class _Written:
    """Where the engagement was read, and the line of each of its keys."""

    file: str
    lines: Mapping[Place, int]

    def where(self, place: Sequence[str | int]) -> str:
        return f"{self.file}:{line_of(self.lines, place)}" if self.lines else self.file


class Engagement(_Model):
    """What the consultant says of the engagement. Everything is optional: an audit needs no engagement file."""

    client: str | None = None
    consultant: str | None = None
    as_of: date | None = None
    pack: tuple[_Said, ...] = ()
    """IDs or files of the rule packs to judge by; a file counts from where the engagement file lies."""
    phases: Mapping[str, date] = {}
    """The account's own date of each phase, by phase id."""
    exemption: tuple[Exemption, ...] = ()
    waiver: tuple[Waiver, ...] = ()
    confirmed: Confirmed = Confirmed()
    columns: Mapping[str, str] = {}
    """Further headers, and the canonical columns they stand for."""
    branding: Branding = Branding()
    _written: _Written = PrivateAttr(default_factory=lambda: _Written(FILE_NAME, {}))

    @field_validator("pack", mode="before")
    @classmethod
    def _packs(cls, given: object) -> object:
        if not isinstance(given, str | list | tuple) or given == []:
            raise ValueError("it is the ID or the file of a rule pack, in quotes, or a list of them")
        return (given,) if isinstance(given, str) else given

    def where(self, *place: str | int) -> str:
        """Return the file, and the line of that key, to name in an error."""
        return self._written.where(place)

    def deciding(self, confirmed: Confirmed, waivers: Sequence[Waiver]) -> Engagement:
        """Return the engagement with these confirmed facts and waivers as well."""
        both = Confirmed(
            role=(*self.confirmed.role, *confirmed.role),
            integration=(*self.confirmed.integration, *confirmed.integration),
        )
        return self.model_copy(update={"confirmed": both, "waiver": (*self.waiver, *waivers)})


def read_engagement(path: Path) -> Engagement:
    """Return the engagement of that file. Raises InputError that names the file, the line and the key."""
    try:
        source = path.read_text(encoding="utf-8-sig")
        given = tomllib.loads(source)
    except OSError as error:
        raise InputError(f"can't be read ({error.strerror})", where=str(path), fix="check the path") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError("is not saved as UTF-8", where=f"{path}:{line}", fix="save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        # Not TOMLDecodeError alone: a number of many thousand digits is another ValueError.
        at = re.search(r"at line (\d+)", str(error))
        raise InputError(
            f"is not valid TOML: {error}",
            where=f"{path}:{at[1]}" if at else str(path),
            fix="write a date like 2018-09-14, and text in quotes; see docs/engagement.md",
        ) from error
    written = _Written(str(path), lines_in(source))
    try:
        engagement = Engagement.model_validate(given, strict=False)
    except ValidationError as error:
        raise _explained(error, written) from error
    engagement._written = written
    return _with_packs(_with_logo(engagement, path.parent), path.parent)


def _with_packs(engagement: Engagement, folder: Path) -> Engagement:
    """Return the engagement with the place of each pack's file in full; what looks like no file is an ID."""
    packs = (str(folder / name) if names_file(name) else name for name in engagement.pack)
    return engagement.model_copy(update={"pack": tuple(packs)})


def names_file(pack: str) -> bool:
    """Tell whether a rule pack is named by its file; any other name is an ID."""
    return pack.endswith(".toml") or pack.startswith("./") or len(Path(pack).parts) > 1


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


_MEANT: Mapping[str, tuple[str, str]] = {
    "missing": ("is missing", "see docs/engagement.md"),
    "string_too_short": ("says nothing", "write something, or leave the key out where docs/engagement.md lets you"),
    "string_type": ("is no text", "write it in quotes"),
    "bool_type": ("is neither true nor false", "write true or false, without quotes"),
    "bool_parsing": ("is neither true nor false", "write true or false, without quotes"),
    "date_type": ("is no date", "write it like 2018-09-14"),
    "date_parsing": ("is no date", "write it like 2018-09-14"),
    "date_from_datetime_parsing": ("is no date", "write it like 2018-09-14"),
    "date_from_datetime_inexact": ("is not a date alone", "write the date alone, like 2018-09-14"),
}


def _explained(error: ValidationError, written: _Written) -> InputError:
    # A misspelt key makes another one missing: the misspelt one is what to mend.
    found: list[Any] = sorted(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")
    first = found[0]
    place = first["loc"]
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in place)
    where = written.where(place)
    if first["type"] == "extra_forbidden":
        fields = list(_table(place).model_fields)
        return InputError(
            f'"{key}" is not a key of the engagement file', where=where, fix=nearest(str(place[-1]), fields)
        )
    if place[0] == "phases" and isinstance(first["input"], dict):
        inner = next(iter(first["input"]), "1")
        return InputError(
            f'"{key}.{inner}" is a table of a table in TOML',
            where=where,
            fix=f'put the phase in quotes: "{place[-1]}.{inner}" = ...',
        )
    if first["type"] == "tuple_type":
        return InputError(f'"{key}" is no list of tables', where=where, fix=f"write [[{key}]], with two brackets")
    if first["type"] in _MEANT:
        said, fix = _MEANT[first["type"]]
        return InputError(f'"{key}" {said}', where=where, fix=fix)
    said = str(first["msg"]).removeprefix("Value error, ")
    return InputError(f'"{key}": {said[0].lower()}{said[1:]}', where=where, fix="see docs/engagement.md")
