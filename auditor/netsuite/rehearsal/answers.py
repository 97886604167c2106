"""What NetSuite writes: status codes and bodies of each door, refused or admitted.

Sources: REST, Oracle's help section_156570709583; RESTlets, section_4634920277 and chapter_157011522878, and bodies
that programs were given (netsuite-facts 3.4); SOAP, faults that programs were given. Where NetSuite documents no
answer, docs/rehearse.md says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from auditor.netsuite.rehearsal.sign_in import Answer, Door, Outcome
from auditor.vocabulary import Channel

NOTICE = "This is a rehearsal on this machine, not NetSuite."
_JSON = "application/json; charset=utf-8"
_XML = "text/xml; charset=utf-8"
_SEE_TRAIL = (
    "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at "
    "Setup > Users/Roles > User Management > View Login Audit Trail."
)
# Code and message, for RESTlets and SOAP alike; SOAP calls a refused token USER_ERROR.
_REFUSED: Mapping[Answer, tuple[str, str]] = {
    Answer.NOBODY: ("INVALID_LOGIN_ATTEMPT", "Invalid login attempt."),
    Answer.INVALID_LOGIN: ("INVALID_LOGIN_ATTEMPT", "Invalid login attempt."),
    Answer.AMBIGUOUS: ("USER_ERROR", "Ambiguous authentication"),
    Answer.WRONG_CREDENTIALS: (
        "INVALID_LOGIN_CREDENTIALS",
        "You have entered an invalid email address or password. Please try again.",
    ),
    Answer.TWO_FACTOR: ("TWO_FA_REQD", "Two-Factor Authentication required"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP answer."""

    status: int
    content_type: str = "text/plain; charset=utf-8"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def refusal(door: Door, outcome: Outcome, *, account: str, plain: bool = False) -> Reply:
    """Return what NetSuite answers to a sign-in that it refuses; `plain` for a RESTlet that is called with text."""
    if door.channel is Channel.SOAP:
        return _with_reason(_soap_fault(door, outcome), outcome)
    challenge = f'OAuth realm="{account}", error="token_rejected", error_description="Invalid login attempt."'
    code, message = _REFUSED[outcome.answer]
    if door.channel is Channel.REST:
        reply = as_json(401, problem(401, "Unauthorized", _SEE_TRAIL, "INVALID_LOGIN"))
    elif plain:
        reply = Reply(status=401, body=f"error code: {code}\nerror message: {message}\n".encode())
    else:
        reply = as_json(401, {"error": {"code": code, "message": message}})
    return _with_reason(replace(reply, headers=(("WWW-Authenticate", challenge),)), outcome)


def problem(status: int, title: str, detail: str, code: str) -> Mapping[str, object]:
    """Return the body of an error of REST web services."""
    return {
        "type": f"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.{status - 399}",
        "title": title,
        "status": status,
        "o:errorDetails": [{"detail": detail, "o:errorCode": code}],
    }


def as_json(status: int, body: object) -> Reply:
    """Return the body as JSON."""
    return Reply(status=status, content_type=_JSON, body=json.dumps(body, ensure_ascii=False).encode())


def welcome(outcome: Outcome, *, account: str) -> Mapping[str, object]:
    """Return what an admitted request is told: a rehearsal has no records to give."""
    return {
        "rehearsal": NOTICE,
        "account": account,
        "user": outcome.user.name if outcome.user else None,
        "role": outcome.role.name if outcome.role else None,
        "integration": outcome.token.consumer.integration.name if outcome.token else None,
        "authentication": "TBA" if outcome.token else "user credentials",
    }


def soap_done(door: Door, operation: str, found: str = "") -> Reply:
    """Return the answer to an operation of an admitted SOAP request: that it succeeded, and little else."""
    core, messages = (f"urn:{part}_{_port(door)}.platform.webservices.netsuite.com" for part in ("core", "messages"))
    result = "sessionResponse" if operation in ("login", "logout") else f"{operation}Result"
    body = (
        f'<{operation}Response xmlns="{messages}"><{result} xmlns="{core}"><status isSuccess="true"/>{found}</{result}>'
        f"</{operation}Response>"
    )
    return Reply(status=200, content_type=_XML, body=_envelope(body))


def soap_fault(door: Door, kind: str, code: str, message: str, faultcode: str = "Server.userException") -> Reply:
    """Return a fault as NetSuite writes it."""
    urn = f"urn:faults_{_port(door)}.platform.webservices.netsuite.com"
    body = (
        f"<soapenv:Fault><faultcode>soapenv:{faultcode}</faultcode><faultstring>{escape(message)}</faultstring>"
        f'<detail><platformFaults:{kind} xmlns:platformFaults="{urn}"><platformFaults:code>{code}</platformFaults:code>'
        f"<platformFaults:message>{escape(message)}</platformFaults:message></platformFaults:{kind}></detail>"
        "</soapenv:Fault>"
    )
    return Reply(status=500, content_type=_XML, body=_envelope(body))


def _soap_fault(door: Door, outcome: Outcome) -> Reply:
    if outcome.answer is Answer.NOBODY:
        message = "Your connection has timed out. Please log in again."
        return soap_fault(door, "invalidSessionFault", "SESSION_TIMED_OUT", message)
    code, message = _REFUSED[outcome.answer]
    code = "USER_ERROR" if code == "INVALID_LOGIN_ATTEMPT" else code
    return soap_fault(door, "invalidCredentialsFault", code, message)


def _port(door: Door) -> str:
    return (door.endpoint_version or "").replace(".", "_")


def _envelope(body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
    ).encode()


def _with_reason(reply: Reply, outcome: Outcome) -> Reply:
    """Add what a rehearsal may say and NetSuite keeps to itself."""
    said = (("X-Rehearsal-Detail", outcome.detail), ("X-Rehearsal-Because", outcome.because))
    return replace(reply, headers=(*reply.headers, *((name, header_text(value)) for name, value in said if value)))


def header_text(text: str) -> str:
    """Return the text as a header can hold it: one line of plain characters."""
    return "".join(one if " " <= one <= "~" else "?" for one in text)[:500]
