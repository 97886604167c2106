"""What is wrong with a request whatever its signature: realm and host, clock, nonce, keys, encoding, company."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from auditor.netsuite.account import Account
from auditor.netsuite.answers import LONGEST_SKEW
from auditor.netsuite.given import Sent, SignedHttp, SignedSoap
from auditor.netsuite.signing import METHOD, Secrets

_NEEDED = ("oauth_consumer_key", "oauth_token", "oauth_nonce", "oauth_timestamp", "oauth_signature_method")
_NONCE = re.compile(r"[A-Za-z0-9]{6,64}")
_ENCODED = re.compile(r"(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One thing that is wrong, and what to do about it."""

    what: str
    fix: str


def checks(given: SignedHttp | SignedSoap, secrets: Secrets, account: Account) -> Iterator[Cause]:
    """Give what is wrong beside the signature."""
    if isinstance(given, SignedHttp):
        yield from _header(given, account)
        yield from _keys(given.field("oauth_consumer_key"), given.field("oauth_token"), secrets)
        yield from _once(given.field("oauth_nonce"), given.field("oauth_timestamp"), given.sent)
    else:
        yield from _passport(given, account)
        yield from _keys(given.consumer_key, given.token, secrets)
        yield from _once(given.nonce, given.timestamp, given.sent)
    if given.sent and given.sent.url:
        yield from _host(given.sent, account)
    if given.sent and "jsessionid" in given.sent.cookies.casefold():
        yield Cause(
            what="a session cookie (JSESSIONID) is sent beside the signature: ambiguous authentication",
            fix="send no cookies with token-based authentication",
        )


def reused(requests: Sequence[SignedHttp | SignedSoap]) -> Iterator[Cause]:
    """Give the nonces that several of these requests share: NetSuite accepts each once."""
    nonces = Counter(one.field("oauth_nonce") if isinstance(one, SignedHttp) else one.nonce for one in requests)
    for nonce, times in nonces.items():
        if times > 1 and nonce:
            yield Cause(
                what=f'the nonce "{nonce}" is used {times} times',
                fix="make a nonce, a timestamp and a signature of its own for each request, a repeated one too",
            )


def _header(given: SignedHttp, account: Account) -> Iterator[Cause]:
    missing = [name for name in _NEEDED if not given.field(name)]
    if missing:
        yield Cause(what=f"missing from the header: {', '.join(missing)}", fix="send every one of them")
    yield from _algorithm(given.field("oauth_signature_method"), "oauth_signature_method")
    version = given.field("oauth_version")
    if version and version != "1.0":
        yield Cause(what=f'oauth_version is "{version}"', fix="send 1.0, or leave it out")
    if given.realm is None:
        yield Cause(
            what="the header has no realm", fix=f'add realm="{account.realm}": NetSuite knows the account by it'
        )
    elif given.realm != account.realm:
        yield Cause(
            what=f'the realm is "{given.realm}"',
            fix=f'write it in capitals and with an underscore: realm="{account.realm}"',
        )
    for name, value in given.raw.items():
        if not _ENCODED.fullmatch(value):
            yield Cause(
                what=f"{name} is not percent-encoded in the header",
                fix="percent-encode each value: + is %2B, / is %2F, = is %3D",
            )
        elif name == "oauth_signature" and "%" in unquote(value):
            yield Cause(what=f"{name} is percent-encoded twice", fix="percent-encode it once")


def _passport(given: SignedSoap, account: Account) -> Iterator[Cause]:
    said = {"account": given.account, "consumerKey": given.consumer_key, "token": given.token, "nonce": given.nonce}
    said |= {"timestamp": given.timestamp, "signature": given.signature}
    missing = [name for name, value in said.items() if not value]
    if missing:
        yield Cause(what=f"missing from the passport: {', '.join(missing)}", fix="send every one of them")
    yield from _algorithm(given.algorithm, "the signature's algorithm attribute")
    if given.account and given.account != account.realm:
        yield Cause(what=f'the account of the passport is "{given.account}"', fix=f"write it as {account.realm}")
    for other in given.beside:
        yield Cause(
            what=f"{other} is sent beside the token passport: ambiguous authentication",
            fix=f"leave {other} out of the header",
        )
    if not given.has_namespace:
        yield Cause(
            what="the passport or a part of it has no namespace",
            fix="tokenPassport is of urn:messages_YYYY_N.platform..., its parts of urn:core_YYYY_N.platform..., as the WSDL says",
        )


def _algorithm(said: str, where: str) -> Iterator[Cause]:
    if said and said != METHOD:
        yield Cause(
            what=f'{where} is "{said}"', fix=f"sign with {METHOD} and say so: NetSuite refuses others since 2023.1"
        )


def _keys(consumer_key: str, token: str, secrets: Secrets) -> Iterator[Cause]:
    if consumer_key == secrets.token_id and token == secrets.consumer_key:
        yield Cause(
            what="consumer key and token ID are swapped",
            fix="the consumer key is the integration's, the token ID the access token's",
        )
        return
    for sent, right, name, owner in (
        (consumer_key, secrets.consumer_key, "consumer key", "integration"),
        (token, secrets.token_id, "token ID", "access token"),
    ):
        if sent and sent != right:
            near = sent.strip() == right or sent.casefold() == right.casefold()
            yield Cause(
                what=f"the {name} is not the one that was given here"
                + (", but nearly: spaces or capitals" if near else ""),
                fix=f"compare it with the {name} of the {owner}; those of a sandbox and of production differ",
            )


def _once(nonce: str, timestamp: str, sent: Sent | None) -> Iterator[Cause]:
    if nonce and not _NONCE.fullmatch(nonce):
        yield Cause(
            what=f"the nonce has {len(nonce)} characters, or others than letters and digits",
            fix="make a random nonce of 20 letters and digits for each request",
        )
    if not timestamp:
        return
    if not timestamp.isdecimal() or len(timestamp) != 10:
        kind = "in milliseconds" if timestamp.isdecimal() and len(timestamp) == 13 else "not the seconds since 1970"
        yield Cause(what=f'the timestamp "{timestamp[:40]}" is {kind}', fix="send the whole seconds since 1970, in UTC")
        return
    signed_on = datetime.fromtimestamp(int(timestamp), UTC)
    if not sent or not sent.answered_on:
        return
    ahead = (signed_on - sent.answered_on).total_seconds()
    if abs(ahead) > LONGEST_SKEW:
        yield Cause(
            what=f"the timestamp ({signed_on:%Y-%m-%d %H:%M:%S} UTC) is {abs(ahead) / 60:.0f} minutes "
            f"{'ahead of' if ahead > 0 else 'behind'} NetSuite's clock, and 5 are allowed",
            fix="set the clock of the machine that signs, and sign when the request is sent, not when it is queued",
        )


def _host(sent: Sent, account: Account) -> Iterator[Cause]:
    # hostname would fold the capitals that are looked for here.
    host = urlsplit(sent.url).netloc.rpartition("@")[2].partition(":")[0]
    label, _, domain = host.partition(".")
    path = urlsplit(sent.url).path
    service = "restlets" if "restlet.nl" in path or path.startswith("/rest/") else "suitetalk"
    right = account.url(service, "")
    if host.casefold().endswith("netsuite.com") and f"https://{host}" != right:
        if label.casefold().replace("_", "-") != account.host_label:
            what = f'the host "{host}" is not the account\'s own'
        elif label != account.host_label:
            what = f'the account in the host "{host}" is in another form than domains have'
        else:
            what = f'the host "{host}" serves other paths than this one' if domain else "the host has no domain"
        yield Cause(what=what, fix=f"send it to {right}: small letters and a hyphen")
    if urlsplit(sent.url).scheme != "https":
        yield Cause(what="the request was sent over http", fix="send it over https")
