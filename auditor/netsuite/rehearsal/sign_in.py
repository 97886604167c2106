"""A sign-in as the gate sees it: where it knocks, what it brings, what the rule pack says, and how it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from auditor.model import Connection
from auditor.netsuite.rehearsal.setup import RoleSetup, UserSetup
from auditor.netsuite.rehearsal.state import Token
from auditor.vocabulary import Channel, Verdict


class Answer(StrEnum):
    """How a sign-in is answered; `answers.py` knows what NetSuite writes for each."""

    ADMITTED = "admitted"
    NOBODY = "nothing to sign in with"
    AMBIGUOUS = "ambiguous authentication"
    INVALID_LOGIN = "invalid login attempt"
    WRONG_CREDENTIALS = "wrong credentials"
    TWO_FACTOR = "two-factor authentication required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the rule pack says of a connection at the phase."""

    verdict: Verdict
    rules: tuple[str, ...] = ()
    """The rules that break it."""
    by_role: bool = False
    """Whether one of them breaks it because of its role."""


Judge = Callable[[Connection], Ruling]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where a request knocks, and what it says of itself."""

    channel: Channel | None
    uri: str
    address: str
    user_agent: str = ""
    endpoint_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A sign-in with user credentials: an NLAuth header, or the passport of a SOAP request."""

    account: str
    email: str
    password: str = field(repr=False)
    role: str | None = None
    application_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A sign-in with a token: an OAuth header, or the token passport of a SOAP request. "" is missing."""

    account: str
    consumer_key: str
    token: str
    nonce: str
    timestamp: str
    algorithm: str
    signature: str
    version: str = ""
    repeated: bool = False
    """Whether the header says something twice."""
    verified: Callable[[str, str], bool] = field(repr=False)
    """Tells whether the signature is that of a consumer secret and a token secret; oauthlib's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the gate decided."""

    answer: Answer
    detail: str = ""
    """As the login audit trail has it."""
    because: str = ""
    """Why, for a person: a rehearsal may say what NetSuite keeps to itself."""
    user: UserSetup | None = None
    role: RoleSetup | None = None
    token: Token | None = None

    @property
    def passed(self) -> bool:
        """Tell whether the sign-in was admitted."""
        return self.answer is Answer.ADMITTED


_LONGEST_SHOWN = 300
# The last four are the full-width twins, which East Asian versions of Excel take for the same.
_FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(text: str) -> str:
    """Return a stranger's text as lists can hold it: one line, no character that is obeyed, no formula."""
    line = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)[:_LONGEST_SHOWN]
    return f"'{line}" if line.lstrip().startswith(_FORMULAS) else line
