"""Which account, and where it answers: NetSuite writes one account ID in two forms and gives it several domains."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from auditor.errors import InputError

_ACCOUNT_ID = re.compile(r"[A-Z0-9]{3,24}(?:_[A-Z0-9]{1,16})?")
_DOMAIN = "netsuite.com"
_SPELLINGS = "write it as Setup > Company > Company Information shows it, e.g. 1234567 or 1234567_SB1"
_DOMAINS = "take it from Setup > Company > Company Information > Company URLs"


@dataclass(frozen=True, slots=True)
class Account:
    """One account, and where it answers."""

    realm: str
    """The account ID as signatures name it: 1234567_SB1."""
    rehearsal: str | None = None
    """Address of a rehearsal server on this machine, which answers in NetSuite's place."""

    @property
    def host_label(self) -> str:
        """Return the account ID as domains spell it: 1234567-sb1."""
        return self.realm.lower().replace("_", "-")

    def url(self, service: str, path: str) -> str:
        """Return the address of a path on one of the account's services: suitetalk or restlets."""
        return (self.rehearsal or f"https://{self.host_label}.{service}.api.{_DOMAIN}") + path


def read_account(account_id: str, *, rehearsal: str | None = None) -> Account:
    """Return the account of an ID in any of its forms, or of any of the account's own domains.

    `rehearsal` is the address of a rehearsal server. Raises InputError for what names no account.
    """
    written = account_id.strip()
    host = _host_of(written)
    if host.endswith(f".{_DOMAIN}"):
        written = host.split(".")[0]
    realm = re.sub(r"[\s_-]+", "_", written).upper()
    if not _ACCOUNT_ID.fullmatch(realm):
        raise InputError("this is no account ID", where=f'account "{account_id}"', fix=_SPELLINGS)
    return Account(realm, _rehearsal(rehearsal) if rehearsal else None)


def is_netsuite(url: str) -> bool:
    """Tell whether the address is NetSuite's, over TLS: the only ones that a signature is sent to from here."""
    parts = urlsplit(url)
    return parts.scheme == "https" and _host_of(url).endswith(f".{_DOMAIN}")


def is_loopback(url: str) -> bool:
    """Tell whether the address is on this machine."""
    host = _host_of(url)
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _rehearsal(url: str) -> str:
    parts = urlsplit(url.strip())
    plain = not (parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"))
    try:
        port: int | None = parts.port
    except ValueError:
        plain, port = False, None
    if parts.scheme not in ("http", "https") or not plain or not is_loopback(url):
        raise InputError(
            "a rehearsal server is on this machine, and this address is not",
            where="--rehearsal",
            fix=f"write it as http://127.0.0.1:8080; for the account itself leave it out: its domain follows from its ID ({_DOMAINS})",
        )
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _host_of(url: str) -> str:
    if "://" not in url:
        url = f"//{url}"
    try:
        return (urlsplit(url).hostname or "").casefold()
    except ValueError:
        return ""
