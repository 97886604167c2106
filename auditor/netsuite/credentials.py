"""Where secrets come from: the environment, the operating system's keyring, or a prompt. Never an argument or a file.

A reference names the place and holds no secret itself: "environment:BANK_FEED", "keyring:bank-feed" or "prompt".
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from auditor.errors import InputError
from auditor.netsuite.signing import Secrets

PARTS = ("consumer_key", "consumer_secret", "token_id", "token_secret")
_FORMS = (
    'write "environment:PREFIX", "keyring:SERVICE" or "prompt": a reference says where the secrets are, and is none'
)

Ask = Callable[[str], str]
"""Asks a person for a value without showing it; told what for."""


def read_secrets(
    reference: str, *, ask: Ask, where: str, label: str = "", environment: Mapping[str, str] | None = None
) -> Secrets:
    """Return the secrets that a reference points to.

    `where` names the place of the reference and `label` the token, for messages and prompts. Raises InputError for
    what is missing; no message repeats the reference, since a secret may have been written in its place.
    """
    kind, _, name = reference.strip().partition(":")
    if kind == "environment" and name.isidentifier():
        return _secrets(_environment(name, os.environ if environment is None else environment), where)
    if kind == "keyring" and name:
        return _secrets(_keyring(name), where)
    if kind == "prompt" and not name:
        return _secrets(lambda part: ("the answer", ask(f"{label} {_spoken(part)}".strip())), where)
    raise InputError("this is no reference to secrets", where=where, fix=_FORMS)


_Get = Callable[[str], tuple[str, str | None]]
"""Takes a part; returns its place, as messages name it, and its value."""


def _secrets(get: _Get, where: str) -> Secrets:
    found = {}
    for part in PARTS:
        place, value = get(part)
        value = (value or "").strip()
        if not value:
            raise InputError(f"{place} has no {_spoken(part)}", where=where, fix="docs/live.md says how to set it")
        if not value.isascii() or not value.isprintable() or " " in value:
            raise InputError(
                f"the {_spoken(part)} of {place} holds characters that no key of NetSuite's has",
                where=where,
                fix="copy it again: it was cut off, or something was copied with it",
            )
        found[part] = value
    return Secrets(**found)


def _spoken(part: str) -> str:
    return part.replace("_id", " ID").replace("_", " ")


def _environment(prefix: str, environment: Mapping[str, str]) -> _Get:
    def get(part: str) -> tuple[str, str | None]:
        name = f"{prefix}_{part.upper()}"
        return f"the environment variable {name}", environment.get(name)

    return get


def _keyring(service: str) -> _Get:
    try:
        import keyring
        from keyring.errors import KeyringError, NoKeyringError
    except ImportError:
        raise InputError(
            "the keyring needs a further package",
            where="keyring",
            fix='pip install "netsuite-readiness-auditor[keyring]"',
        ) from None

    def get(part: str) -> tuple[str, str | None]:
        try:
            return f'"{service}" in the keyring', keyring.get_password(service, part)
        except NoKeyringError:
            raise InputError(
                "this machine has no keyring", where="keyring", fix='use "environment:PREFIX" or "prompt"'
            ) from None
        except KeyringError as error:
            raise InputError(
                f"the keyring can't be read ({type(error).__name__})", where="keyring", fix="unlock it, then try again"
            ) from None

    return get
