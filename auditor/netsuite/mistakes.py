"""The mistakes that make signatures fail, each as what it changes of the right recipe, so that it can be tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from auditor.netsuite.given import SignedHttp, SignedSoap
from auditor.netsuite.recipe import ENCODINGS, HttpBase, Key, PassportBase, Recipe
from auditor.netsuite.signing import METHOD, Secrets

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One wrong step."""

    cause: str
    fix: str
    base: Mapping[str, Any] | None = None
    """What it changes of the base string."""
    key: Mapping[str, Any] | None = None
    """What it changes of the key."""

    def applied(self, recipe: Recipe) -> Recipe:
        """Return the recipe with this mistake."""
        if self.base is not None:
            recipe = replace(recipe, base=replace(recipe.base, **self.base))
        return replace(recipe, key=replace(recipe.key, **self.key)) if self.key is not None else recipe

    def excludes(self, other: Mistake) -> bool:
        """Tell whether both change the same step."""
        same_base = set(self.base or ()) & set(other.base or ())
        return bool(same_base or set(self.key or ()) & set(other.key or ()))


def http_mistakes(given: SignedHttp, right: HttpBase, secrets: Secrets) -> Iterator[Mistake]:
    """Give what may be wrong with the base string of an HTTP request."""
    if right.query:
        fix = "put the query parameters among the signed ones, sorted with the oauth_ parameters"
        query = urlsplit(given.sent.url).query
        yield Mistake(cause="the query parameters are not signed", fix=fix, base={"sign_query": False})
        yield Mistake(
            cause="the query is signed as a part of the URL",
            fix="sign the URL without its query, and " + fix,
            base={"query_in_url": query, "sign_query": False},
        )
        yield Mistake(
            cause="the query is signed twice: in the URL and among the parameters",
            fix="sign the URL without its query",
            base={"query_in_url": query},
        )
    if given.realm:
        yield Mistake(
            cause="the realm is signed", fix="leave the realm out of the base string", base={"realm": given.realm}
        )
    for method in (*_METHODS, right.method.lower()):
        if method != right.method:
            yield Mistake(
                cause=f"the signed method is {method}, and {right.method} was sent",
                fix=f"sign the method that is sent, in capitals: {right.method}",
                base={"method": method},
            )
    yield from _other_urls(given, right)
    yield Mistake(
        cause="the parameters are not signed in order",
        fix="sort the parameters by their encoded name, then by their value",
        base={"sort": False},
    )
    for encoding in list(ENCODINGS)[1:]:
        yield Mistake(
            cause=f"the base string is encoded wrongly: {encoding}",
            fix="percent-encode names and values, and then each of the three parts, as RFC 3986 does: %20, capital hex digits",
            base={"encoding": encoding},
        )
    yield from _other_parameters(given, right, secrets)


def _other_urls(given: SignedHttp, right: HttpBase) -> Iterator[Mistake]:
    scheme, _, address = right.url.partition("://")
    host, slash, path = address.partition("/")
    label, dot, domain = host.partition(".")
    urls = {
        "the signed URL has another host: its account in the form of the realm": (
            f"{scheme}://{label.upper().replace('-', '_')}{dot}{domain}{slash}{path}"
        ),
        "the signed URL has small letters and an underscore in its account": (
            f"{scheme}://{label.replace('-', '_')}{dot}{domain}{slash}{path}"
        ),
        "the signed URL is http, and https was sent": right.url.replace("https://", "http://", 1),
        "the signed URL names the port 443": f"{scheme}://{host}:443{slash}{path}",
        "the signed URL ends with another slash": right.url[:-1] if path.endswith("/") else f"{right.url}/",
        "the signed URL is in small letters": right.url.lower(),
        "only the path is signed as URL": f"{slash}{path}",
    }
    for cause, url in urls.items():
        if url != right.url:
            yield Mistake(cause=cause, fix=f"sign exactly this URL: {right.url}", base={"url": url})


def _other_parameters(given: SignedHttp, right: HttpBase, secrets: Secrets) -> Iterator[Mistake]:
    wrong = [name for (name, sent), (_, value) in zip(given.oauth, right.oauth, strict=True) if sent != value]
    if wrong:
        yield Mistake(
            cause=f"it is signed as it is sent, and this is wrong in it: {', '.join(wrong)}",
            fix="send and sign the right values",
            base={"oauth": given.oauth},
        )
    swapped = {"oauth_consumer_key": secrets.token_id, "oauth_token": secrets.consumer_key}
    yield Mistake(
        cause="consumer key and token ID are swapped in the base string",
        fix="oauth_consumer_key is the integration's, oauth_token the access token's",
        base={"oauth": tuple((name, swapped.get(name, value)) for name, value in right.oauth)},
    )
    for name, _ in right.oauth:
        yield Mistake(
            cause=f"{name} is sent and not signed",
            fix=f"sign every oauth_ parameter that is sent, {name} too",
            base={"oauth": tuple(pair for pair in right.oauth if pair[0] != name)},
        )
    if not given.field("oauth_version"):
        yield Mistake(
            cause="oauth_version is signed and not sent",
            fix="send oauth_version, or leave it out of the base string",
            base={"oauth": (*right.oauth, ("oauth_version", "1.0"))},
        )
    if given.field("oauth_signature_method") == METHOD:
        other = tuple((name, "HMAC-SHA1" if value == METHOD else value) for name, value in right.oauth)
        yield Mistake(
            cause=f"the base string says HMAC-SHA1, and the header {METHOD}",
            fix=f"say {METHOD} in both",
            base={"oauth": other},
        )


def passport_mistakes(given: SignedSoap, right: PassportBase, secrets: Secrets) -> Iterator[Mistake]:
    """Give what may be wrong with the base string of a token passport."""
    for account in {given.account, right.account.lower(), right.account.lower().replace("_", "-")} - {right.account}:
        yield Mistake(
            cause=f'the signed account is "{account}"',
            fix=f"send and sign the account ID in the form of the realm: {right.account}",
            base={"account": account},
        )
    account, consumer, token, nonce, timestamp = right.order
    orders = {
        "account, token, consumer key": (account, token, consumer, nonce, timestamp),
        "timestamp before nonce": (account, consumer, token, timestamp, nonce),
        "consumer key first": (consumer, token, account, nonce, timestamp),
        "without the account": (consumer, token, nonce, timestamp),
    }
    for shown, order in orders.items():
        yield Mistake(
            cause=f"the parts are signed in another order: {shown}",
            fix="sign account, consumer key, token ID, nonce, timestamp in this order, joined by &",
            base={"order": order},
        )
    yield Mistake(
        cause="the signed consumer key and token are those of the passport, and they are not the right ones",
        fix="send and sign the consumer key of the integration, and the token ID of the access token",
        base={"consumer_key": given.consumer_key, "token": given.token},
    )
    yield Mistake(cause="the parts are not encoded", fix="percent-encode each part", base={"encoded": False})
    yield Mistake(cause="the parts are joined by nothing", fix="join the parts by &", base={"joint": ""})


def key_mistakes(secrets: Secrets) -> Iterator[Mistake]:
    """Give what may be wrong with the key and with how the signature is computed."""
    consumer, token = ("consumer secret", secrets.consumer_secret), ("token secret", secrets.token_secret)
    fix = "the key is the consumer secret, &, and the token secret, each percent-encoded"
    keys = {
        "the key is in the wrong order: token secret first": (token, consumer),
        "the token secret is missing from the key": (consumer, ("token secret", "")),
        "the consumer secret is missing from the key": (("consumer secret", ""), token),
        "the key has the consumer secret twice": (consumer, consumer),
        "the key has the token secret twice": (token, token),
        "the key is made of consumer key and token ID instead of their secrets": (
            ("consumer key", secrets.consumer_key),
            ("token ID", secrets.token_id),
        ),
        "the key is the consumer secret alone, without &": (consumer,),
        "the key is the token secret alone, without &": (token,),
        "a line break was read with the token secret": (consumer, ("token secret", secrets.token_secret + "\n")),
        "a line break was read with the consumer secret": (("consumer secret", secrets.consumer_secret + "\n"), token),
    }
    for cause, parts in keys.items():
        yield Mistake(cause=cause, fix=fix, key={"parts": parts})
    yield Mistake(cause="the key has no & between its secrets", fix=fix, key={"joint": ""})
    yield Mistake(cause="the secrets are not encoded in the key", fix=fix, key={"encoded": False})
    for digest, name in (("sha1", "HMAC-SHA1"), ("sha512", "HMAC-SHA512"), ("md5", "HMAC-MD5")):
        yield Mistake(
            cause=f"it is signed with {name}",
            fix="sign with HMAC-SHA256: NetSuite refuses HMAC-SHA1 since 2023.1",
            key={"digest": digest},
        )
    for form in ("hex", "base64 of hex", "URL-safe base64", "base64 without padding", "encoded twice"):
        yield Mistake(
            cause=f"the signature is written wrongly: {form}",
            fix="write the 32 bytes of the signature as base64, then percent-encode it once in the header",
            key={"form": form},
        )
    yield Mistake(
        cause="a line break was signed at the end of the base string",
        fix="sign the base string alone: a command like echo adds a line break",
        key={"message_end": "\n"},
    )


def right_key(secrets: Secrets) -> Key:
    """Return the right key."""
    return Key(parts=(("consumer secret", secrets.consumer_secret), ("token secret", secrets.token_secret)))
