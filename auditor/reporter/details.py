"""What the Detail of a failed login means, its likely cause and its cure: `login_details.toml` is the knowledge."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from auditor.vocabulary import Authentication


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginDetail:
    """One cause of failed logins."""

    codes: tuple[str, ...]
    """How the trail spells it: SOAP, REST and RESTlets may differ."""
    cause: str
    cure: str
    source: str
    """Pages of Oracle's online help."""
    method: Authentication | None = None
    """The sign-in that it is said of, where one code means different things."""


def explain(detail: str | None, method: Authentication | None) -> LoginDetail | None:
    """Return what the Detail means for a connection that signs in this way; None where Oracle documents nothing."""
    known = _by_code().get(_code(detail or ""), ())
    fitting = [item for item in known if item.method in (None, method)]
    # Where the method is not known, it is what the 2018 rollout is about.
    return (*fitting, *known)[0] if known else None


@cache
def login_details() -> tuple[LoginDetail, ...]:
    """Return every documented cause."""
    written = tomllib.loads(Path(__file__).with_name("login_details.toml").read_text(encoding="utf-8"))
    return tuple(
        LoginDetail(
            codes=tuple(item["codes"]),
            cause=item["cause"],
            cure=item["cure"],
            source=item["source"],
            method=Authentication(item["method"]) if "method" in item else None,
        )
        for item in written["detail"]
    )


@cache
def _by_code() -> Mapping[str, tuple[LoginDetail, ...]]:
    found: dict[str, tuple[LoginDetail, ...]] = {}
    for item in login_details():
        for code in item.codes:
            found[_code(code)] = (*found.get(_code(code), ()), item)
    return found


def _code(detail: str) -> str:
    """Return the code alone: it may be followed by what it is about, e.g. the callback URL."""
    return detail.strip().split(maxsplit=1)[0].casefold() if detail.strip() else ""
