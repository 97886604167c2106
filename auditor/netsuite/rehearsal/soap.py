"""SOAP web services: the passport or token passport of a request, read by defusedxml, and the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from oauthlib.common import safe_string_equals
from oauthlib.oauth1 import Client
from oauthlib.oauth1.rfc5849.signature import sign_hmac_sha256_with_client
from oauthlib.oauth1.rfc5849.utils import escape

from auditor.netsuite.rehearsal.answers import Reply, refusal, soap_done, soap_fault
from auditor.netsuite.rehearsal.gate import Gate
from auditor.netsuite.rehearsal.sign_in import Answer, Credentials, Door, Outcome, Signed

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ENVELOPE = "{http://schemas.xmlsoap.org/soap/envelope/}"
_OPERATION = re.compile(r"[a-z][A-Za-z]{0,59}")
_CREDENTIALS = ("passport", "tokenPassport", "applicationInfo")


def answer_soap(gate: Gate, door: Door, method: str, headers: Mapping[str, str], body: bytes) -> Reply:
    """Return the reply to a SOAP request."""
    if method != "POST":
        return Reply(status=405, headers=(("Allow", "POST"),))
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return _not_soap(door, "The request is not XML that a rehearsal reads.")
    header, asked = root.find(f"{_ENVELOPE}Header"), root.find(f"{_ENVELOPE}Body")
    operation = next(iter(_parts(asked)), None)
    name = operation.tag.rpartition("}")[2] if operation is not None else ""
    if root.tag != f"{_ENVELOPE}Envelope" or operation is None or not _OPERATION.fullmatch(name):
        return _not_soap(door, "The request is no SOAP envelope with an operation in its body.")
    # login carries its passport in the body, every other operation in the header.
    presented = [*_parts(header), *(operation if name == "login" else ())]
    proof = _read(gate, door, [one for one in presented if _local(one) in _CREDENTIALS], headers.get("cookie", ""))
    outcome = proof if isinstance(proof, Outcome) else gate.sign_in(door, proof)
    if not outcome.passed:
        return refusal(door, outcome, account=gate.account.setup.account)
    if name == "getServerTime":
        now = datetime.fromtimestamp(gate.account.now, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return soap_done(door, name, f"<serverTime>{now}</serverTime>")
    return soap_done(door, name)


def _read(gate: Gate, door: Door, presented: list[Element], cookie: str) -> Credentials | Signed | Outcome | None:
    """Return what the request signs in with, or how it is refused before anybody is asked."""
    kinds = [_local(one) for one in presented]
    tokens = kinds.count("tokenPassport")
    # Oracle's help, section_1509544929: nothing else may stand beside a token passport, nor a session's cookie.
    if tokens > 1 or kinds.count("passport") > 1 or (tokens and (len(kinds) > 1 or "JSESSIONID" in cookie)):
        because = "a token passport stands alone: no passport, no applicationInfo, no JSESSIONID"
        return gate.turned_away(door, Answer.AMBIGUOUS, because)
    for one in presented:
        wrong = next((part for part in (one, *one) if part.tag != _qualified(door, part, top=part is one)), None)
        if wrong is not None:
            because = f"{_local(wrong)} belongs into the namespace of the endpoint's WSDL"
            detail = "MissingTokenPassportRequiredFields" if tokens else ""
            return gate.turned_away(door, Answer.INVALID_LOGIN, because, detail)
    by_kind = dict(zip(kinds, presented, strict=True))
    if tokens:
        return read_token_passport(by_kind["tokenPassport"])
    if "passport" not in by_kind:
        return None
    return _read_passport(by_kind["passport"], by_kind.get("applicationInfo"))


def _qualified(door: Door, element: Element, *, top: bool) -> str:
    port = (door.endpoint_version or "").replace(".", "_")
    return f"{{urn:{'messages' if top else 'core'}_{port}.platform.webservices.netsuite.com}}{_local(element)}"


def read_token_passport(element: Element) -> Signed:
    """Return the sign-in of a token passport."""
    said = {_local(part): (part.text or "").strip() for part in element}
    algorithm = next((part.get("algorithm", "") for part in element if _local(part) == "signature"), "")
    signature = said.get("signature", "")
    parts = tuple(said.get(name, "") for name in ("account", "consumerKey", "token", "nonce", "timestamp"))
    account, consumer_key, token, nonce, timestamp = parts
    return Signed(
        account=account,
        consumer_key=consumer_key,
        token=token,
        nonce=nonce,
        timestamp=timestamp,
        # Oracle's own samples write it with a hyphen, some clients with an underscore.
        algorithm=algorithm.replace("_", "-").upper(),
        signature=signature,
        verified=partial(_verified, "&".join(escape(part) for part in parts), signature),
    )


def _verified(base: str, signature: str, consumer_secret: str, token_secret: str) -> bool:
    keys = Client("", client_secret=consumer_secret, resource_owner_secret=token_secret)
    expected = sign_hmac_sha256_with_client(base, keys)  # type: ignore[no-untyped-call]
    return bool(safe_string_equals(expected, signature))


def _read_passport(passport: Element, application: Element | None) -> Credentials:
    said = {_local(part): part for part in passport}

    def text(name: str) -> str:
        return (said[name].text or "").strip() if name in said else ""

    role = said["role"].get("internalId") if "role" in said else None
    return Credentials(
        account=text("account"),
        email=text("email"),
        password=text("password"),
        role=role,
        application_id=next((part.text.strip() for part in _parts(application) if part.text), None),
    )


def _parts(element: Element | None) -> tuple[Element, ...]:
    return () if element is None else tuple(element)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _not_soap(door: Door, message: str) -> Reply:
    return soap_fault(door, "unexpectedErrorFault", "UNEXPECTED_ERROR", message, faultcode="Client")
