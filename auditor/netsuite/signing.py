"""Token-based authentication: the OAuth 1.0 header of an HTTP request, and the token passport of a SOAP request.

The signing itself is oauthlib's and the standard library's. Only HMAC-SHA256: NetSuite refuses HMAC-SHA1 since 2023.1
(Oracle's help, section_1534941088).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from oauthlib.oauth1.rfc5849.utils import escape

if TYPE_CHECKING:
    from requests_oauthlib import OAuth1

METHOD = "HMAC-SHA256"

# At debug level both write whole Authorization headers to whatever log the caller has set up.
for _library in ("oauthlib", "requests_oauthlib"):
    logging.getLogger(_library).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What signs: the keys of an integration and of one access token. Never printed, not even by accident."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    token_id: str = field(repr=False)
    token_secret: str = field(repr=False)

    def __iter__(self) -> Iterator[str]:
        """Give all four values, to look for them where they must not be."""
        return iter((self.consumer_key, self.consumer_secret, self.token_id, self.token_secret))

    def __reduce__(self) -> tuple[object, ...]:
        """Refuse to be written."""
        raise TypeError("secrets are not written anywhere")


def http_signature(secrets: Secrets, realm: str) -> OAuth1:
    """Return what signs each HTTP request of that account, with a nonce and a timestamp of its own."""
    from requests_oauthlib import OAuth1

    return OAuth1(
        client_key=secrets.consumer_key,
        client_secret=secrets.consumer_secret,
        resource_owner_key=secrets.token_id,
        resource_owner_secret=secrets.token_secret,
        realm=realm,
        signature_method=METHOD,
    )


def passport_base(realm: str, consumer_key: str, token_id: str, nonce: str, timestamp: str) -> str:
    """Return what a SOAP token passport signs (Oracle's help, section_1534941088)."""
    return "&".join(escape(part) for part in (realm, consumer_key, token_id, nonce, timestamp))


def passport_signature(secrets: Secrets, realm: str, *, nonce: str, timestamp: str) -> str:
    """Return the signature of a SOAP token passport; SuiteAnalytics Connect signs its token password alike."""
    base = passport_base(realm, secrets.consumer_key, secrets.token_id, nonce, timestamp)
    return sign(base, signing_key(secrets.consumer_secret, secrets.token_secret))


def signing_key(consumer_secret: str, token_secret: str) -> str:
    """Return the key of a signature; the token secret is empty where there is no token yet."""
    return f"{escape(consumer_secret)}&{escape(token_secret)}"


def sign(base: str, key: str) -> str:
    """Return the HMAC-SHA256 signature of a base string, as NetSuite compares it."""
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha256).digest()).decode()
