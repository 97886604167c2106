"""NetSuite's and people's ways to write nothing, yes and no, closed sets, and SOAP endpoints."""

from __future__ import annotations

import re

from auditor.loader.lists import Wording, normal, wordings
from auditor.vocabulary import Channel

# "- None -" is what NetSuite writes for an empty select field. A user may be called NA or null: those stay text.
_NOTHING = {"", "- none -", "-none-", "- unassigned -", "- no value -", "-", "--", "\N{EN DASH}", "\N{EM DASH}"}
# In a column of closed values these say in words that the value is not known.
_NOT_KNOWN = {"unknown", "not known", "n a", "na", "none", "tbd", "tbc", "unclear", "not sure", "to be confirmed"}
_SEVERAL = re.compile(r"\s*(?:[;,|+/()\n]|<br\s*/?>|\band\b)\s*", re.IGNORECASE)
# Multi-selects come with a line each, from HTML with a mark where a line ends.
_LINES = re.compile(r"\s*(?:[\r\n]+|<br\s*/?>)\s*", re.IGNORECASE)


class UnknownWordingError(ValueError):
    """A cell of closed values says something that no known wording covers."""


def text(cell: str) -> str | None:
    """Return the cell with its spaces tidied, or None when it says nothing."""
    tidy = " ".join(cell.split())
    return tidy if tidy[:1].isalnum() or tidy.casefold() not in _NOTHING else None


def says_nothing(cell: str) -> bool:
    """Tell whether `text` returns None: most cells tell by their first character."""
    return not cell[:1].isalnum() and text(cell) is None


def several(cell: str) -> str | None:
    """Return a cell that may hold several names, one a line, or None when it says nothing."""
    said = [named for line in _LINES.split(cell) if (named := text(line))]
    return "\n".join(said) or None


def closed(cell: str, type_name: str) -> bool | str | tuple[str, ...] | None:
    """Return what a cell of closed values says, or None when it says nothing or says that it is not known.

    A yes-no cell gives a bool; a type that may name several values in one cell gives a tuple.
    Raises UnknownWordingError when the wording is not a known one: nothing is guessed.
    """
    stated = text(cell)
    if stated is None or normal(stated) in _NOT_KNOWN or not normal(stated).strip("?"):
        return None
    if "?" in stated:
        raise UnknownWordingError(stated)  # "TBA?" asks, and says nothing
    wording = wordings()[type_name]
    named = _named(stated, wording)
    if wording.several:
        return named
    return {"yes": True, "no": False}.get(named[0], named[0])


def _named(stated: str, wording: Wording) -> tuple[str, ...]:
    whole = wording.values.get(normal(stated))
    if whole is not None:
        return (whole,)
    parts = [wording.values.get(normal(part)) for part in _SEVERAL.split(stated) if part.strip()]
    if not wording.several or not parts or None in parts:
        raise UnknownWordingError(stated)
    return tuple(dict.fromkeys(part for part in parts if part))


# NetSuitePort_2015_1 is the port in a SOAP URL; people write 2015.1, 2015_1, v2015_1_0 or "2015.1 WSDL".
_VERSION = re.compile(r"(?<!\d)(20[0-9]{2})[._]([1-9])(?!\d)")


# A note may say more than a version: what it plans, or what it is not. None of these words does.
_PLAIN_VERSION = re.compile(r"(?:v|netsuiteport_)?20\d\d[._][1-9](?:[._]\d)?")
_SAYS_NO_MORE = frozenset(["soap", "endpoint", "version", "release", "wsdl", "suitetalk", "netsuite", "netsuiteport", "web", "services", "webservices", "api", "v", "and"])  # fmt: skip


def endpoint_version(endpoint: str) -> str | None:
    """Return the oldest SOAP endpoint version that a URL or a note names, e.g. "2015.2"; None where a note may mean another."""
    versions = [f"{year}.{number}" for year, number in _VERSION.findall(endpoint)]
    words = [word.strip(":.-_") for word in re.split(r"[\s,;()&+]+", endpoint.casefold())]
    notes = [word for word in words if word and "/" not in word and word not in _SAYS_NO_MORE]
    return min(versions, default=None) if all(map(_PLAIN_VERSION.fullmatch, notes)) else None


def endpoint_channel(endpoint: str) -> Channel | None:
    """Return what a URL signs in to, or None when it does not tell."""
    url = endpoint.casefold()
    if "netsuiteport" in url or "/app/webservices" in url or "/wsdl/" in url:
        return Channel.SOAP
    if "restlet.nl" in url:
        return Channel.RESTLET
    if "/services/rest" in url:
        return Channel.REST
    return None


def leaves_version_open(endpoint: str) -> bool:
    """Tell whether a note seems to name a version, and it is not known which."""
    is_note = "/" not in endpoint and any(map(str.isdigit, endpoint))
    return is_note and endpoint_version(endpoint) is None
