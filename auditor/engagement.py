"""The engagement file: client, consultant, as-of date, the account's own phase dates, exemptions, columns, branding."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from auditor.branding import Branding, read_logo
from auditor.errors import InputError, nearest

FILE_NAME = "engagement.toml"

_Said = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Exemption(_Model):
    """NetSuite, or the client's own waiver, lets something go on for a while. It covers a phase that comes by then."""

    integration: str | None = None
    """Name of the integration; None means the whole account."""
    phase: str | None = None
    """Only this phase; None means every phase that comes by `until`."""
    owner: _Said
    reason: _Said
    until: date

    def covers(self, integration: str, phase: str, day: date) -> bool:
        """Tell whether this holds for that integration at that phase, which comes on that day."""
        return (
            (self.integration is None or self.integration.casefold() == integration.casefold())
            and self.phase in (None, phase)
            and day <= self.until
        )


class Engagement(_Model):
    """What the consultant says of the engagement. Everything is optional: an audit needs no engagement file."""

    client: str | None = None
    consultant: str | None = None
    as_of: date | None = None
    phases: Mapping[str, date] = {}
    """The account's own date of each phase, by phase id."""
    exemption: tuple[Exemption, ...] = ()
    columns: Mapping[str, str] = {}
    """Further headers, and the canonical columns they stand for."""
    branding: Branding = Branding()


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


_TABLES: Mapping[str, type[BaseModel]] = {"exemption": Exemption, "branding": Branding}


def _explained(error: ValidationError, path: Path) -> InputError:
    first: Any = error.errors(include_url=False)[0]
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        model = _TABLES[str(first["loc"][0])] if len(first["loc"]) > 1 else Engagement
        return InputError(
            f'"{key}" is not a key of the engagement file',
            where=str(path),
            fix=nearest(str(first["loc"][-1]), list(model.model_fields)),
        )
    said = str(first["msg"]).removeprefix("Value error, ")
    return InputError(f'"{key}": {said[0].lower()}{said[1:]}', where=str(path), fix="see docs/engagement.md")
