"""Secrets come from where a reference points, and no message ever repeats one."""

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring
from keyring.errors import KeyringLocked

from auditor.errors import InputError
from auditor.netsuite.credentials import PARTS, read_secrets


class OnPaper(KeyringBackend):
    """A keyring that holds what it is given."""

    priority = 1

    def __init__(self, held):
        super().__init__()
        self.held = held

    def get_password(self, service, username):
        if self.held is None:
            raise KeyringLocked("the secret service says secret-of-the-service")
        return self.held.get((service, username))

    def set_password(self, service, username, password):
        raise AssertionError


@pytest.fixture
def paper():
    """Let a test hold its own keyring."""
    before = keyring.get_keyring()
    yield lambda held: keyring.set_keyring(OnPaper(held))
    keyring.set_keyring(before)


def read(reference, **options):
    return read_secrets(reference, **{"ask": lambda what: "", "where": "tokens.toml"} | options)


VALUES = {part: f"{part}-value" for part in PARTS}


def test_secrets_come_from_the_environment():
    environment = {f"BANK_FEED_{part.upper()}": f" {value}\n" for part, value in VALUES.items()}

    assert tuple(read("environment:BANK_FEED", environment=environment)) == tuple(VALUES.values())


def test_secrets_come_from_the_keyring(paper):
    paper({("bank-feed", part): value for part, value in VALUES.items()})

    assert tuple(read("keyring:bank-feed")) == tuple(VALUES.values())


def test_secrets_come_from_a_prompt():
    asked = []

    secrets = read("prompt", label="Bank feed", ask=lambda what: asked.append(what) or f"answer-{len(asked)}")

    assert tuple(secrets) == ("answer-1", "answer-2", "answer-3", "answer-4")
    assert asked == [
        "Bank feed consumer key",
        "Bank feed consumer secret",
        "Bank feed token ID",
        "Bank feed token secret",
    ]


@pytest.mark.parametrize(
    "reference", ["7f0c93", "secret:7f0c93", "environment:", "environment:7f0c93 x", "keyring:", "prompt:x"]
)
def test_what_is_no_reference_is_refused_and_not_repeated(reference):
    with pytest.raises(InputError, match="no reference") as caught:
        read(reference)

    assert "7f0c93" not in str(caught.value)
    assert "tokens.toml" in str(caught.value)


@pytest.mark.parametrize("value", ["", "   ", "abc def", "abc\x00def", "ab\N{CYRILLIC SMALL LETTER A}c"])
def test_a_value_that_is_no_key_is_named_and_not_repeated(value):
    environment = {f"X_{part.upper()}": text for part, text in VALUES.items()} | {"X_TOKEN_SECRET": value}

    with pytest.raises(InputError, match="X_TOKEN_SECRET") as caught:
        read("environment:X", environment=environment)

    assert not value.strip() or value not in str(caught.value)


def test_a_keyring_that_is_locked_is_a_clear_message(paper):
    paper(None)

    with pytest.raises(InputError, match=r"can't be read \(KeyringLocked\)") as caught:
        read("keyring:bank-feed")

    assert "secret-of-the-service" not in str(caught.value)


def test_a_machine_without_a_keyring_is_a_clear_message(paper):
    paper(None)
    keyring.set_keyring(Keyring())

    with pytest.raises(InputError, match="this machine has no keyring") as caught:
        read("keyring:bank-feed")

    assert caught.value.fix == 'use "environment:PREFIX" or "prompt"'
