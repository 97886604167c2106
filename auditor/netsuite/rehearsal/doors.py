"""One request in, one reply out: which door it knocks at, who is let in, and what they find. No sockets here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from auditor.netsuite.rehearsal.answers import NOTICE, Reply, as_json, problem, refusal, welcome
from auditor.netsuite.rehearsal.gate import Gate
from auditor.netsuite.rehearsal.lists import exported_lists
from auditor.netsuite.rehearsal.oauth import read_authorization
from auditor.netsuite.rehearsal.sign_in import Door, Outcome, harmless
from auditor.netsuite.rehearsal.soap import answer_soap
from auditor.netsuite.rehearsal.suiteql import LARGEST_PAGE, QueryError, ask
from auditor.vocabulary import Channel

_PORT = re.compile(r"/services/NetSuitePort_(20[0-9]{2})_([1-9])")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250})?(?::[0-9]{1,5})?|\[::1\](?::[0-9]{1,5})?")
_OWN_HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE)
_RESTLET_METHODS = ("GET", "POST", "PUT", "DELETE")
_OWN = "/rehearsal/lists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, read to its end."""

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    """By lower-case names."""
    body: bytes = field(default=b"", repr=False)
    address: str = "127.0.0.1"

    @property
    def host(self) -> str:
        """The host that the client believes to speak to: it is part of what is signed."""
        return self.headers.get("host", "")


def answer(gate: Gate, request: Request, *, phase: str) -> Reply:
    """Return the reply to a request."""
    try:
        path = urlsplit(request.target).path
    except ValueError:
        path = ""
    if not path.startswith("/") or not _HOST.fullmatch(request.host):
        return Reply(status=400, body=b"the request names no path, or no host\n")
    if path == "/" or path.startswith("/rehearsal"):
        return _own(gate, request, path, phase)
    port = _PORT.fullmatch(path)
    door = Door(
        channel=_channel(path, port is not None),
        uri=path,
        address=request.address,
        user_agent=request.headers.get("user-agent", ""),
        endpoint_version=f"{port[1]}.{port[2]}" if port else None,
    )
    if port:
        return answer_soap(gate, door, request.method, request.headers, request.body)
    if path in _TOKEN_SERVICES:
        return _TOKEN_SERVICES[path](gate, door, request)
    if door.channel is Channel.RESTLET:
        return _restlet(gate, door, request)
    if door.channel is Channel.REST:
        return _rest(gate, door, request)
    return Reply(status=404, body=b"nothing of NetSuite's sign-in gate is here\n")


def _channel(path: str, port: bool) -> Channel | None:
    if port:
        return Channel.SOAP
    if path == "/app/site/hosting/restlet.nl":
        return Channel.RESTLET
    return Channel.REST if path.startswith("/services/rest/") else None


def _signed_in(gate: Gate, door: Door, request: Request) -> Outcome:
    absolute = request.target if "://" in request.target else f"http://{request.host}{request.target}"
    return gate.sign_in(door, read_authorization(request.method, absolute, request.headers, request.body))


def _refused(gate: Gate, door: Door, request: Request, outcome: Outcome) -> Reply:
    plain = request.headers.get("content-type", "").startswith("text/plain")
    return refusal(door, outcome, account=gate.account.setup.account, plain=plain)


def _restlet(gate: Gate, door: Door, request: Request) -> Reply:
    if request.method not in _RESTLET_METHODS:
        return Reply(status=405, headers=(("Allow", ", ".join(_RESTLET_METHODS)),))
    outcome = _signed_in(gate, door, request)
    if not outcome.passed:
        return _refused(gate, door, request, outcome)
    return as_json(200, welcome(outcome, account=gate.account.setup.account))


def _rest(gate: Gate, door: Door, request: Request) -> Reply:
    outcome = _signed_in(gate, door, request)
    if not outcome.passed:
        return _refused(gate, door, request, outcome)
    if door.uri == "/services/rest/query/v1/suiteql":
        if request.method != "POST":
            return as_json(405, problem(405, "Method Not Allowed", "Use POST.", "METHOD_NOT_ALLOWED"))
        return _suiteql(gate, request, outcome)
    return as_json(200, {**welcome(outcome, account=gate.account.setup.account), "items": []})


def _suiteql(gate: Gate, request: Request, outcome: Outcome) -> Reply:
    asked = parse_qs(urlsplit(request.target).query)
    try:
        query = str(json.loads(request.body)["q"])
        query.encode()  # half a character is valid JSON, and no text
        limit, offset = (int(asked.get(name, [default])[0]) for name, default in (("limit", "1000"), ("offset", "0")))
    except (ValueError, TypeError, KeyError, RecursionError):
        return as_json(400, problem(400, "Bad Request", "Send the query as JSON, under q.", "INVALID_CONTENT"))
    if not (0 < limit <= LARGEST_PAGE and 0 <= offset < 10**9) or outcome.role is None:
        return as_json(400, problem(400, "Bad Request", "Provide a valid limit and offset.", "INVALID_PARAMETER"))
    try:
        page, has_more = ask(gate.account, outcome.role, query, limit=limit, offset=offset)
    except QueryError as error:
        return as_json(400, problem(400, "Bad Request", str(error), "INVALID_PARAMETER"))
    items = [{"links": [], **row} for row in page]
    return as_json(200, {"links": [], "count": len(items), "hasMore": has_more, "items": items, "offset": offset})


def _token_info(gate: Gate, door: Door, request: Request) -> Reply:
    outcome = _signed_in(gate, door, request)
    if not outcome.passed or outcome.user is None or outcome.role is None:
        return _refused(gate, door, request, outcome)
    setup = gate.account.setup
    return as_json(
        200,
        {
            "companyId": setup.account,
            "companyName": setup.company,
            "roleId": outcome.role.id,
            "roleName": outcome.role.name,
            "entityId": setup.user.index(outcome.user) + 1,
        },
    )


def _issue_token(gate: Gate, door: Door, request: Request) -> Reply:
    """Make a token for the user and role that sign in, as NetSuite does for user credentials."""
    outcome = _signed_in(gate, door, request)
    if not outcome.passed or outcome.user is None or outcome.role is None:
        return _refused(gate, door, request, outcome)
    asked = parse_qs(urlsplit(request.target).query)
    consumer = gate.account.consumers.get(asked.get("consumerKey", [""])[0])
    if consumer is None or outcome.token:
        return as_json(400, {"error": {"code": "USER_ERROR", "message": "consumerKey is missing or unknown."}})
    token = gate.account.issue(consumer, outcome.user, outcome.role, harmless(asked.get("name", [""])[0]))
    return as_json(200, {"tokenId": token.id, "tokenSecret": token.secret})


def _revoke_token(gate: Gate, door: Door, request: Request) -> Reply:
    outcome = _signed_in(gate, door, request)
    if not outcome.passed:
        return _refused(gate, door, request, outcome)
    asked = parse_qs(urlsplit(request.target).query)
    token = gate.account.tokens.get(asked.get("token", [""])[0])
    # Nobody revokes the tokens of others here (Oracle's help, chapter_157017286140).
    if token is None or token.user != outcome.user or token.consumer.key != asked.get("consumerKey", [""])[0]:
        return as_json(400, {"error": {"code": "USER_ERROR", "message": "No such token of this user."}})
    token.revoked = True
    return as_json(200, {"success": True})


_TOKEN_SERVICES = {
    "/rest/tokeninfo": _token_info,
    "/rest/issuetoken": _issue_token,
    "/rest/revoketoken": _revoke_token,
}


def _own(gate: Gate, request: Request, path: str, phase: str) -> Reply:
    # A web page elsewhere could make a browser ask for these under a name of its own: only our own names are answered.
    if request.method != "GET" or not _OWN_HOST.fullmatch(request.host):
        return Reply(status=403, body=b"ask for this with GET, as localhost\n")
    setup = gate.account.setup
    if path == "/":
        text = f"{NOTICE}\n\naccount {setup.account}, {setup.company}\nphase {phase}\nlists {_OWN}\n"
        return Reply(status=200, body=text.encode())
    lists = exported_lists(gate.account)
    if path.rstrip("/") == _OWN:
        return Reply(status=200, body="".join(f"{_OWN}/{name}\n" for name in lists).encode())
    text = lists.get(path.removeprefix(f"{_OWN}/"), "")
    if not text:
        return Reply(status=404, body=f"see {_OWN}\n".encode())
    return Reply(status=200, content_type="text/csv; charset=utf-8", body=text.encode())
