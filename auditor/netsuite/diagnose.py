"""Why NetSuite refuses a signature: the one that was sent, made again with every mistake known, until one fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import urlsplit

from auditor.errors import InputError
from auditor.netsuite.account import Account, read_account
from auditor.netsuite.checks import Cause, checks
from auditor.netsuite.given import SignedHttp, SignedSoap
from auditor.netsuite.mistakes import Mistake, http_mistakes, key_mistakes, passport_mistakes, right_key
from auditor.netsuite.recipe import ENCODINGS, HttpBase, PassportBase, Recipe
from auditor.netsuite.signing import METHOD, Secrets

_AT_ONCE = 3
_SHOWN = 4
_NOT_SIGNED = "(not signed)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part of what is signed, as it should be and as it was; secrets and keys are masked."""

    part: str
    expected: str
    given: str | None
    """None where it is not known what was signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What is wrong with one request."""

    holds: bool
    """Whether the signature itself is right."""
    causes: tuple[Cause, ...]
    lines: tuple[Line, ...]
    expected_base: str
    given_base: str | None
    """None where no known mistake explains the signature."""


def diagnose(given: SignedHttp | SignedSoap, secrets: Secrets, account: Account | None) -> Diagnosis:
    """Say why the account refuses this request. `account` is whose secrets they are; without it, the request says it."""
    account = account or _account_of(given)
    right = Recipe(base=_base(given, secrets, account), key=right_key(secrets))
    holds = right.signature() == given.signature
    found: tuple[Mistake, ...] = () if holds else _explanation(given, right, secrets)
    signed = right
    for mistake in found:
        signed = mistake.applied(signed)
    known = holds or bool(found)
    hide = _mask(secrets, given)
    causes = [Cause(what=mistake.cause, fix=mistake.fix) for mistake in found]
    causes += checks(given, secrets, account)
    if not known and not causes:
        causes.append(_other_secrets())
    return Diagnosis(
        holds=holds,
        causes=tuple(causes),
        lines=tuple(_lines(right, signed if known else None, hide)),
        expected_base=hide(right.base.text()),
        given_base=hide(signed.base.text()) if known else None,
    )


def _explanation(given: SignedHttp | SignedSoap, right: Recipe, secrets: Secrets) -> tuple[Mistake, ...]:
    """Return the fewest mistakes that together give the signature that was sent."""
    mistakes = [*_base_mistakes(given, right, secrets), *key_mistakes(secrets)]
    for number in range(1, _AT_ONCE + 1):
        for some in combinations(mistakes, number):
            if any(one.excludes(other) for one, other in combinations(some, 2)):
                continue
            recipe = right
            for mistake in some:
                recipe = mistake.applied(recipe)
            if recipe.signature() == given.signature:
                return some
    return ()


def _base_mistakes(given: SignedHttp | SignedSoap, right: Recipe, secrets: Secrets) -> Iterable[Mistake]:
    if isinstance(given, SignedHttp) and isinstance(right.base, HttpBase):
        return http_mistakes(given, right.base, secrets)
    if isinstance(given, SignedSoap) and isinstance(right.base, PassportBase):
        return passport_mistakes(given, right.base, secrets)
    raise AssertionError


def _base(given: SignedHttp | SignedSoap, secrets: Secrets, account: Account) -> HttpBase | PassportBase:
    if isinstance(given, SignedSoap):
        return PassportBase(
            account=account.realm,
            consumer_key=secrets.consumer_key,
            token=secrets.token_id,
            nonce=given.nonce,
            timestamp=given.timestamp,
        )
    ids = {
        "oauth_consumer_key": secrets.consumer_key,
        "oauth_token": secrets.token_id,
        "oauth_signature_method": METHOD,
    }
    parts = urlsplit(given.sent.url)
    port = f":{parts.port}" if parts.port and (parts.scheme, parts.port) not in (("https", 443), ("http", 80)) else ""
    return HttpBase(
        method=given.sent.method.upper(),
        url=f"{parts.scheme}://{(parts.hostname or '').lower()}{port}{parts.path or '/'}",
        query=given.query,
        oauth=tuple((name, ids.get(name, value)) for name, value in given.oauth),
    )


def _account_of(given: SignedHttp | SignedSoap) -> Account:
    said = given.account if isinstance(given, SignedSoap) else given.realm or urlsplit(given.sent.url).hostname or ""
    try:
        return read_account(said)
    except InputError:
        raise InputError(
            "the request does not say whose account it is for", where="the request", fix="name it with --account"
        ) from None


def _other_secrets() -> Cause:
    return Cause(
        what="no known mistake gives this signature: other secrets signed it, or something changed after it was signed",
        fix="compare the secrets with those that the program uses. They are others after the integration's keys were "
        "reset, in another account, and in a sandbox after each refresh. A proxy may change the URL or the query",
    )


def _lines(right: Recipe, signed: Recipe | None, hide: Callable[[str], str]) -> Iterator[Line]:
    expected, given = _parts(right), _parts(signed) if signed else {}
    for part in dict.fromkeys([*expected, *given]):
        yield Line(
            part=hide(part),
            expected=hide(expected.get(part, _NOT_SIGNED)),
            given=hide(given.get(part, _NOT_SIGNED)) if signed else None,
        )


def _parts(recipe: Recipe) -> dict[str, str]:
    """Return what a signature is made of, by name, in the order in which it is signed."""
    base, key = recipe.base, recipe.key
    parts: dict[str, str] = {}
    if isinstance(base, HttpBase):
        parts = {"method": base.method, "URL": base.address()}
        encode, _ = ENCODINGS[base.encoding]
        for parameter in base.parameters(encode):
            name, _, value = parameter.partition("=")
            parts[name] = f"{parts[name]}, {value}" if name in parts else value
    else:
        parts = dict(zip(base.order, base.parameters(), strict=True))
    return parts | {"key": key.shown(), "algorithm": f"HMAC-{key.digest.upper()}, {key.form}"}


def _mask(secrets: Secrets, given: SignedHttp | SignedSoap) -> Callable[[str], str]:
    """Return what takes secrets out of a text, and all but the last characters of keys, to tell them apart."""
    sent = (
        (given.field("oauth_consumer_key"), given.field("oauth_token"))
        if isinstance(given, SignedHttp)
        else (given.consumer_key, given.token)
    )
    hidden = dict.fromkeys((secrets.consumer_secret, secrets.token_secret), "<secret>")
    # A sent key that is a letter or two is no key, and would take that letter out of everything.
    for value in (secrets.consumer_key, secrets.token_id, *(one for one in sent if len(one) > _SHOWN)):
        hidden.setdefault(value, "\N{HORIZONTAL ELLIPSIS}" + (value[-_SHOWN:] if len(value) > 3 * _SHOWN else ""))
    forms = {form: shown for value, shown in hidden.items() for form in _forms(value) if value}
    # The longest first: one may be a part of another.
    ordered = sorted(forms.items(), key=lambda item: -len(item[0]))

    def hide(text: str) -> str:
        for form, shown in ordered:
            text = text.replace(form, shown)
        return text

    return hide


def _forms(value: str) -> Iterator[str]:
    """Give the value in every way in which a base string may write it."""
    for encode, encode_part in ENCODINGS.values():
        yield from (encode(value), encode_part(value), encode_part(encode(value)))
