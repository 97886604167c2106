"""How reports carry the consultancy: its name, logo and colour, a line on confidentiality, and how dates are written."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Annotated

from babel import Locale, UnknownLocaleError
from pydantic import BaseModel, ConfigDict, Field, field_validator

from auditor.errors import InputError

_ENOUGH = 4.5  # WCAG 2.2, 1.4.3: contrast of text
_LIGHT, _DARK = "#f4f6f7", "#1d252a"  # the least favourable papers that coloured text stands on
_LARGEST_LOGO = 1 << 20
_WIDEST_LOGO = 4000
_KINDS = {"PNG": "image/png", "JPEG": "image/jpeg"}


class Branding(BaseModel):
    """The table [branding] of the engagement file; what is not given looks as the program looks by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    consultancy: Annotated[str, Field(min_length=1)] | None = None
    """Stands at the head of every report."""
    logo: Path | None = None
    """PNG or JPEG, named from the folder of the engagement file."""
    colour: str = "#0b5363"
    """Of headings, links and table heads, as #rrggbb; dark enough to be read on white."""
    confidentiality: Annotated[str, Field(min_length=1)] | None = None
    """A line at the foot of every page."""
    language: str = "en-GB"
    """Whose way to write dates and numbers, e.g. en-US or de; the reports themselves are in English."""

    @field_validator("logo", mode="before")
    @classmethod
    def _path(cls, value: object) -> object:
        return Path(value) if isinstance(value, str) else value

    @field_validator("colour")
    @classmethod
    def _readable(cls, value: str) -> str:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise ValueError(f'"{value}" is no colour; write it like #0b5363')
        found = contrast(value, _LIGHT)
        if found < _ENOUGH:
            raise ValueError(
                f"{value} has a contrast of {found:.1f} to the paper, and text needs {_ENOUGH};"
                f" {_mixed(value, '#000000', _LIGHT)} is the nearest shade that is dark enough"
            )
        return value.lower()

    @field_validator("language")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            Locale.parse(value, sep="-")
        except (UnknownLocaleError, ValueError) as error:
            raise ValueError(f'"{value}" is no language; write it like en-US, de or ja') from error
        return value

    @property
    def colour_on_dark(self) -> str:
        """The colour made light enough to be read on a dark screen."""
        return _mixed(self.colour, "#ffffff", _DARK)


def read_logo(path: Path) -> tuple[str, bytes]:
    """Return the media type and the bytes of a logo. Raises InputError for what is no PNG or JPEG, or too large."""
    from PIL import Image, UnidentifiedImageError  # only where there is a logo

    fix = "save it as PNG, at most 1 MiB and 4,000 pixels wide and high"
    try:
        if path.stat().st_size > _LARGEST_LOGO:
            raise InputError("the logo is too large", where=str(path), fix=fix)
        content = path.read_bytes()
        with Image.open(BytesIO(content), formats=list(_KINDS)) as image:
            if max(image.size) > _WIDEST_LOGO:
                raise InputError("the logo is too large", where=str(path), fix=fix)
            kind = _KINDS[str(image.format)]
            image.verify()
    except (UnidentifiedImageError, SyntaxError) as error:  # Pillow says so of a broken PNG
        raise InputError("the logo is no PNG or JPEG", where=str(path), fix=fix) from error
    except OSError as error:
        raise InputError(
            f"the logo can't be read ({error.strerror or error})", where=str(path), fix='check "logo" under [branding]'
        ) from error
    return kind, content


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(colour: str, with_: str, paper: str) -> str:
    """Return the colour with as little of the other in it as makes it readable on that paper."""
    for share in range(101):
        parts = [
            round((int(colour[at : at + 2], 16) * (100 - share) + int(with_[at : at + 2], 16) * share) / 100)
            for at in (1, 3, 5)
        ]
        mixed = "#" + "".join(f"{part:02x}" for part in parts)
        if contrast(mixed, paper) >= _ENOUGH:
            return mixed
    return with_
