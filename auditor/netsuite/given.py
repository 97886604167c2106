"""A failing request as it was sent: raw HTTP with its Authorization header, or the SOAP envelope with its passport."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from auditor.errors import InputError

_LIMIT = 4 << 20
_REQUEST_LINE = re.compile(r"(?P<method>[A-Za-z]{3,10})\s+(?P<target>\S+)(?:\s+HTTP/[\d.]+)?\s*")
_HEADER = re.compile(r"(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(?P<value>.*)")
_FIELD = re.compile(r'\s*(?P<name>[\w%.-]+)\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^,\s]*))\s*(?:,|$)')
_PREFIX = re.compile(r"[</\s]([A-Za-z_][\w.-]*):[A-Za-z_]")
_DECLARED = re.compile(r"\sxmlns:([A-Za-z_][\w.-]*)\s*=")
_FORM = (
    "give the request as it was sent: a line with method and URL, the headers, an empty line, the body; or the SOAP "
    "envelope alone. docs/live.md has an example"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What is known of a request beside its signature."""

    method: str
    url: str
    """"" where only an envelope was given."""
    cookies: str = ""
    answered_on: datetime | None = None
    """The Date of the answer, where it was given too: NetSuite's own clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHttp:
    """A request that its Authorization header signs."""

    sent: Sent
    realm: str | None
    oauth: tuple[tuple[str, str], ...]
    """The oauth_ parameters in their order, decoded, the signature left out."""
    query: tuple[tuple[str, str], ...]
    signature: str
    raw: Mapping[str, str]
    """The fields of the header as they stand there, before decoding."""

    def field(self, name: str) -> str:
        """Return an oauth_ parameter; "" where it is missing."""
        return dict(self.oauth).get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedSoap:
    """A request that a token passport signs."""

    sent: Sent | None
    account: str
    consumer_key: str
    token: str
    nonce: str
    timestamp: str
    signature: str
    algorithm: str
    beside: tuple[str, ...]
    """What else the envelope signs in with: applicationInfo, passport."""
    has_namespace: bool


def read_request(text: str, where: str) -> SignedHttp | SignedSoap:
    """Return the request that a text holds. Raises InputError where it holds none that is signed with tokens."""
    if len(text) > _LIMIT:
        raise InputError("this is too long to be one request", where=where, fix=_FORM)
    text = _untraced(text.lstrip("\ufeff \t\r\n").replace("\r\n", "\n"))
    if text.startswith("<"):
        return _soap(text, None, where)
    head, _, rest = text.partition("\n\n")
    first, *lines = head.split("\n")
    line = _REQUEST_LINE.fullmatch(first)
    if not line:
        raise InputError("its first line is no request", where=where, fix=_FORM)
    headers = dict(_headers(lines))
    url = line["target"]
    if url.startswith("/"):
        url = f"https://{headers.get('host', '')}{url}"
    if not _well_formed(url):
        raise InputError("its URL names no host", where=where, fix="write the whole URL, or add the header Host")
    body, _, answer = rest.partition("\nHTTP/") if not rest.startswith("HTTP/") else ("", "", rest)
    answered = dict(_headers(answer.split("\n")))
    sent = Sent(
        method=line["method"],
        url=url,
        cookies=headers.get("cookie", ""),
        answered_on=_date(answered.get("date")),
    )
    authorization = headers.get("authorization", "")
    if not authorization and "<" in body:
        return _soap(body[body.index("<") :].strip(), sent, where)
    return _http(sent, authorization, where)


def _untraced(text: str) -> str:
    """Return what `curl --verbose` showed as it was sent; any other text as it is."""
    lines = text.split("\n")
    if not any(_REQUEST_LINE.fullmatch(line.removeprefix("> ")) for line in lines if line.startswith("> ")):
        return text
    sent = [line[1:].strip() for line in lines if line.startswith(">")]
    answered = [line[1:].strip() for line in lines if line.startswith("<")]
    return "\n".join([*sent, "", *answered]) if "" in sent else "\n".join([*sent, "", "", *answered])


def _headers(lines: list[str]) -> Iterator[tuple[str, str]]:
    name, value = "", ""
    for line in lines:
        if line[:1] in (" ", "\t") and name:
            value = f"{value} {line.strip()}"
            continue
        if name:
            yield name, value
        bare = line.strip().casefold().startswith("oauth ")
        found = _HEADER.fullmatch(f"authorization: {line.strip()}" if bare else line.strip())
        name, value = (found["name"].casefold(), found["value"].strip()) if found else ("", "")
    if name:
        yield name, value


def _http(sent: Sent, authorization: str, where: str) -> SignedHttp:
    scheme, _, fields = authorization.partition(" ")
    if scheme.casefold() != "oauth":
        said = {
            "": "there is no Authorization header",
            "bearer": "this is an OAuth 2.0 request (Bearer), which carries no signature",
            "nlauth": "this request signs in with user credentials (NLAuth), not with tokens",
        }.get(scheme.casefold(), "its Authorization header is not OAuth")
        raise InputError(said, where=where, fix="token-based authentication sends: Authorization: OAuth realm=...")
    raw: dict[str, str] = {}
    position = 0
    while found := _FIELD.match(fields, position):
        name = unquote(found["name"])
        if name in raw:
            raise InputError(f"{name} stands twice in the Authorization header", where=where, fix="send it once")
        raw[name] = found["quoted"] if found["quoted"] is not None else found["bare"]
        position = found.end()
        if position >= len(fields):
            break
    if "oauth_signature" not in raw:
        raise InputError("the Authorization header has no oauth_signature", where=where, fix=_FORM)
    return SignedHttp(
        sent=sent,
        realm=unquote(raw["realm"]) if "realm" in raw else None,
        oauth=tuple((name, unquote(value)) for name, value in raw.items() if name not in ("realm", "oauth_signature")),
        query=tuple(parse_qsl(urlsplit(sent.url).query, keep_blank_values=True)),
        signature=unquote(raw["oauth_signature"]),
        raw=raw,
    )


def _soap(text: str, sent: Sent | None, where: str) -> SignedSoap:
    try:
        envelope = fromstring(_complete(text), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise InputError("the envelope is not well-formed XML", where=where, fix=_FORM) from error
    passport = next((one for one in envelope.iter() if _name(one) == "tokenPassport"), None)
    if passport is None:
        raise InputError("the envelope has no tokenPassport", where=where, fix=_FORM)
    parts = {_name(one): one for one in passport}
    said = {name: (one.text or "").strip() for name, one in parts.items()}
    signature = parts.get("signature")
    return SignedSoap(
        sent=sent,
        account=said.get("account", ""),
        consumer_key=said.get("consumerKey", ""),
        token=said.get("token", ""),
        nonce=said.get("nonce", ""),
        timestamp=said.get("timestamp", ""),
        signature=said.get("signature", ""),
        algorithm=signature.get("algorithm", "") if signature is not None else "",
        beside=tuple(sorted({_name(one) for one in envelope.iter()} & {"applicationInfo", "passport"})),
        has_namespace=all(str(one.tag).startswith("{urn:") for one in (passport, *passport)),
    )


def _complete(text: str) -> str:
    """Return a header that was copied out of its envelope with the prefixes declared that the envelope declared."""
    prefixes = set(_PREFIX.findall(text)) - set(_DECLARED.findall(text)) - {"xml", "xmlns"}
    if not prefixes or text.startswith("<?"):
        return text
    declared = "".join(f' xmlns:{one}="urn:{one}"' for one in sorted(prefixes))
    return f"<copied{declared}>{text}</copied>"


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _well_formed(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.scheme in ("http", "https") and parts.hostname)


def _date(said: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(said or "")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
