"""Clients that others wrote: the public `netsuite` package, pointed at a rehearsal.

It warns while it is imported that a library of its own is getting old, which is no concern of ours.
"""

import warnings
from xml.sax.saxutils import escape

from rehearsing import token_of

with warnings.catch_warnings(record=True):
    from netsuite import Config, NetSuiteRestApi, NetSuiteRestlet, TokenAuth
    from netsuite.soap_api.passport import TokenPassport

GL = "Nightly GL Export (C#)"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
__all__ = [
    "GL", "SOAP", "Config", "NetSuiteRestApi", "NetSuiteRestlet", "TokenAuth", "envelope", "passport", "token_passport",
]  # fmt: skip


def envelope(header, body="<m:getServerTime/>", port="2018_1", core=None):
    core = core or f"urn:core_{port}.platform.webservices.netsuite.com"
    return (
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:m="urn:messages_{port}.platform.webservices.netsuite.com" '
        f'xmlns:c="{core}"><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>'
    )


class _Core:
    """What the foreign client fills in: the WSDL's types, as text."""

    @staticmethod
    def TokenPassportSignature(value, algorithm):
        return f'<c:signature algorithm="{algorithm}">{escape(value)}</c:signature>'

    @staticmethod
    def TokenPassport(signature, **fields):
        texts = "".join(f"<c:{name}>{escape(value)}</c:{name}>" for name, value in fields.items())
        return f"<m:tokenPassport>{texts}{signature}</m:tokenPassport>"


class _Client:
    Core = _Core


def token_passport(gate, integration=GL, **other):
    """Return a token passport, signed by the public `netsuite` package."""
    token = token_of(gate, integration)
    said = {
        "account": "1234567",
        "consumer_key": token.consumer.key,
        "consumer_secret": token.consumer.secret,
        "token_id": token.id,
        "token_secret": token.secret,
    }
    return TokenPassport(_Client, **(said | other)).get_element()


def passport(gate, email, role, password=None):
    password = password or gate.account.password(gate.account.user(email))
    return (
        f"<m:passport><c:email>{email}</c:email><c:password>{password}</c:password><c:account>1234567</c:account>"
        f'<c:role internalId="{role}"/></m:passport>'
    )
