"""How a signature is made, step by step and with every step a field: so that a wrong step can be tried."""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from oauthlib.oauth1.rfc5849.utils import escape

Pairs = tuple[tuple[str, str], ...]


def _as_it_is(text: str) -> str:
    return text


def _small(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), escape(text))


ENCODINGS: dict[str, tuple[Callable[[str], str], Callable[[str], str]]] = {
    "RFC 3986": (escape, escape),
    "parameters not encoded": (_as_it_is, escape),
    "parts not encoded": (escape, _as_it_is),
    "nothing encoded": (_as_it_is, _as_it_is),
    "spaces as +": (quote_plus, quote_plus),
    "slashes left": (quote, quote),
    "small hex digits": (_small, _small),
    "parameters encoded twice": (lambda text: escape(escape(text)), escape),
}
"""How names and values are encoded, and then the three parts of the base string."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpBase:
    """The base string of an HTTP request (RFC 5849, section 3.4.1)."""

    method: str
    url: str
    """Without its query."""
    query: Pairs
    oauth: Pairs
    sign_query: bool = True
    query_in_url: str = ""
    """The query as it stands in the URL, where it was signed as a part of it."""
    realm: str = ""
    """Where the realm was signed."""
    sort: bool = True
    encoding: str = "RFC 3986"

    def text(self) -> str:
        """Return the base string."""
        encode, encode_part = ENCODINGS[self.encoding]
        return "&".join(encode_part(part) for part in (self.method, self.address(), "&".join(self.parameters(encode))))

    def address(self) -> str:
        """Return the URL as it is signed."""
        return self.url + (f"?{self.query_in_url}" if self.query_in_url else "")

    def parameters(self, encode: Callable[[str], str] = escape) -> list[str]:
        """Return the parameters as they are signed, in their order."""
        pairs = [
            *self.oauth,
            *(self.query if self.sign_query else ()),
            *([("realm", self.realm)] if self.realm else ()),
        ]
        encoded = [(encode(name), encode(value)) for name, value in pairs]
        return [f"{name}={value}" for name, value in (sorted(encoded) if self.sort else encoded)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassportBase:
    """The base string of a SOAP token passport."""

    account: str
    consumer_key: str
    token: str
    nonce: str
    timestamp: str
    order: tuple[str, ...] = ("account", "consumer_key", "token", "nonce", "timestamp")
    encoded: bool = True
    joint: str = "&"

    def text(self) -> str:
        """Return the base string."""
        return self.joint.join(self.parameters(escape if self.encoded else _as_it_is))

    def parameters(self, encode: Callable[[str], str] = escape) -> list[str]:
        """Return the parts as they are signed, in their order."""
        return [encode(str(getattr(self, name))) for name in self.order]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The key of a signature, and how the signature is computed and written with it."""

    parts: tuple[tuple[str, str], ...]
    """What each part is, and its value."""
    joint: str = "&"
    encoded: bool = True
    digest: str = "sha256"
    form: str = "base64"
    message_end: str = ""

    def shown(self) -> str:
        """Return the key as a person may see it: which parts, never their values."""
        return self.joint.join(f"<{name}>" if value else "" for name, value in self.parts) or "<nothing>"

    def sign(self, base: str) -> str:
        """Return the signature of a base string."""
        encode = escape if self.encoded else _as_it_is
        key = self.joint.join(encode(value) for _, value in self.parts)
        raw = hmac.new(key.encode(), (base + self.message_end).encode(), self.digest).digest()
        if self.form == "hex":
            return raw.hex()
        if self.form == "base64 of hex":
            return base64.b64encode(raw.hex().encode()).decode()
        text = base64.b64encode(raw).decode()
        if self.form == "encoded twice":
            return escape(text)
        if self.form == "URL-safe base64":
            return text.replace("+", "-").replace("/", "_")
        return text.rstrip("=") if self.form == "base64 without padding" else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Base string and key: together a signature."""

    base: HttpBase | PassportBase
    key: Key

    def signature(self) -> str:
        """Return the signature."""
        return self.key.sign(self.base.text())
