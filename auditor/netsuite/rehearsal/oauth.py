"""The Authorization header of a request: OAuth with a token, or NLAuth with user credentials.

Whether a signature is right is oauthlib's word: its server side computes the base string and compares. What NetSuite
asks of nonces, timestamps and tokens besides is the gate's.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import unquote
from urllib.request import parse_http_list

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, RequestValidator, ResourceEndpoint
from oauthlib.oauth1.rfc5849.utils import parse_authorization_header, unescape

from auditor.netsuite.rehearsal.sign_in import Credentials, Signed


def read_authorization(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Credentials | Signed | None:
    """Return what the header of those lower-case names signs in with; None where it has nothing that NetSuite knows."""
    header = headers.get("authorization", "")
    scheme = header.partition(" ")[0].casefold()
    if scheme == "oauth":
        return _signed(method, url, headers, body)
    return _credentials(header) if scheme == "nlauth" else None


def _signed(method: str, url: str, headers: Mapping[str, str], body: bytes) -> Signed | None:
    try:
        said = {name: unescape(value) for name, value in parse_authorization_header(headers["authorization"])}
    except (ValueError, IndexError):
        return None
    return Signed(
        account=said.get("realm", ""),
        consumer_key=said.get("oauth_consumer_key", ""),
        token=said.get("oauth_token", ""),
        nonce=said.get("oauth_nonce", ""),
        timestamp=said.get("oauth_timestamp", ""),
        algorithm=said.get("oauth_signature_method", ""),
        signature=said.get("oauth_signature", ""),
        version=said.get("oauth_version", ""),
        # oauthlib takes the last of two without a word.
        repeated=len(said) < len(parse_http_list(headers["authorization"].partition(" ")[2])),
        verified=partial(_verified, method, url, dict(headers), body),
    )


def _verified(
    method: str, url: str, headers: dict[str, str], body: bytes, consumer_secret: str, token_secret: str
) -> bool:
    endpoint = ResourceEndpoint(_Vouch(consumer_secret, token_secret))
    try:
        valid, _ = endpoint.validate_protected_resource_request(
            url, http_method=method, body=body.decode("latin-1"), headers=headers
        )
    except (ValueError, IndexError):
        # What oauthlib raises for a query or a header that nobody could have signed.
        return False
    return bool(valid)


class _Vouch(RequestValidator):
    """Lets oauthlib look at the signature alone: the gate has looked at everything else."""

    enforce_ssl = False
    allowed_signature_methods = (SIGNATURE_HMAC_SHA256,)
    timestamp_lifetime = 1 << 40
    dummy_client = dummy_access_token = ""

    def __init__(self, consumer_secret: str, token_secret: str) -> None:
        super().__init__()
        self._secrets = consumer_secret, token_secret

    def get_client_secret(self, client_key: str, request: object) -> str:
        return self._secrets[0]

    def get_access_token_secret(self, client_key: str, token: str, request: object) -> str:
        return self._secrets[1]

    def _yes(self, *args: object, **kwargs: object) -> bool:
        return True

    check_client_key = check_access_token = check_nonce = _yes
    validate_client_key = validate_access_token = validate_realms = validate_timestamp_and_nonce = _yes


def _credentials(header: str) -> Credentials:
    fields = (part.partition("=") for part in parse_http_list(header.partition(" ")[2]))
    said = {name.strip().casefold(): unquote(value.strip().strip('"')) for name, _, value in fields}
    return Credentials(
        account=said.get("nlauth_account", ""),
        email=said.get("nlauth_email", ""),
        password=said.get("nlauth_signature", ""),
        role=said.get("nlauth_role") or None,
        application_id=said.get("nlauth_application_id") or None,
    )
