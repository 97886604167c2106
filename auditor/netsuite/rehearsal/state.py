"""The rehearsed account in memory: keys, tokens, passwords, nonces, failures, and its login audit trail. No network."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from auditor.netsuite.rehearsal.setup import IntegrationSetup, RoleSetup, Setup, UserSetup

WINDOW = 300
"""Seconds that a timestamp may be off: five minutes (Oracle's help, section_1534941088)."""
TRIES = 5
LOCKED_FOR = 30 * 60
"""Five failed sign-ins lock a user for half an hour (Oracle's help, subsect_156935170194)."""
_MOST_TOKENS = 10_000

ADMINISTRATOR_ID = 3


class FullError(Exception):
    """The rehearsal has no room for more: it loses no login, and takes no more memory either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """An integration record with its consumer key and secret."""

    integration: IntegrationSetup
    number: int
    application_id: str
    key: str
    secret: str = field(repr=False)


@dataclass(slots=True, kw_only=True)
class Token:
    """An access token: it speaks for one integration, user and role."""

    consumer: Consumer
    user: UserSetup
    role: RoleSetup
    name: str
    created: float
    id: str
    secret: str = field(repr=False)
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """One row of the login audit trail."""

    at: float
    success: bool
    uri: str
    address: str
    user_agent: str
    email: str
    user: str
    role: str
    detail: str
    token: str
    application: str


@dataclass(slots=True)
class _Failures:
    count: int = 0
    locked_until: float = 0


class Rehearsal:
    """The account. Its clock and its source of secrets are given, so that a test can be the clock."""

    def __init__(
        self,
        setup: Setup,
        *,
        clock: Callable[[], float],
        new_secret: Callable[[], str],
        most_logins: int = 200_000,
        most_nonces: int = 100_000,
    ) -> None:
        self.setup = setup
        self.trail: list[Login] = []
        self._clock = clock
        self._most_logins = most_logins
        self._most_nonces = most_nonces
        self._new_secret = new_secret
        self.consumers = {consumer.key: consumer for consumer in self._consumers()}
        self._passwords = {user.email.casefold(): new_secret() for user in setup.user}
        self.tokens: dict[str, Token] = {}
        self._nonces: dict[tuple[str, str, str, str], float] = {}
        self._failures: dict[str, _Failures] = defaultdict(_Failures)
        for wanted in setup.token:
            consumer = next(one for one in self.consumers.values() if one.integration.name == wanted.integration)
            user = next(one for one in setup.user if one.name == wanted.user)
            self.issue(consumer, user, next(one for one in setup.role if one.name == wanted.role))

    def _consumers(self) -> list[Consumer]:
        found = []
        for number, integration in enumerate(self.setup.integration, start=1):
            drawn = self._new_secret().upper()
            application_id = "-".join((drawn[:8], drawn[8:12], drawn[12:16], drawn[16:20], drawn[20:32]))
            found.append(
                Consumer(
                    integration=integration,
                    number=number,
                    application_id=application_id,
                    key=self._new_secret(),
                    secret=self._new_secret(),
                )
            )
        return found

    @property
    def now(self) -> float:
        """The time, in seconds since 1970."""
        return self._clock()

    def password(self, user: UserSetup) -> str:
        """Return the password that the rehearsal made for that user."""
        return self._passwords[user.email.casefold()]

    def user(self, email: str) -> UserSetup | None:
        """Return the user of that e-mail address."""
        return next((user for user in self.setup.user if user.email.casefold() == email.casefold()), None)

    def user_with_password(self, email: str, password: str) -> UserSetup | None:
        """Return the user of that e-mail address where the password is theirs."""
        user = self.user(email)
        expected = self.password(user) if user else ""
        same = hmac.compare_digest(expected.encode(), password.encode("utf-8", "surrogatepass"))
        return user if same and expected else None

    def role(self, id: str | None, user: UserSetup) -> RoleSetup | None:
        """Return the role of that internal ID, or the user's first where none is named."""
        if not id:
            return next(role for role in self.setup.role if role.name == user.roles[0])
        return next((role for role in self.setup.role if str(role.id) == id), None)

    def application(self, id: str) -> Consumer | None:
        """Return the integration of that application ID."""
        return next((one for one in self.consumers.values() if one.application_id == id.upper()), None)

    def issue(self, consumer: Consumer, user: UserSetup, role: RoleSetup, name: str = "") -> Token:
        """Make an access token, named as NetSuite names one by default."""
        if len(self.tokens) >= _MOST_TOKENS:
            raise FullError("too many access tokens")
        token = Token(
            consumer=consumer,
            user=user,
            role=role,
            name=name or f"{consumer.integration.name} - {user.name}, {role.name}",
            created=self.now,
            id=self._new_secret(),
            secret=self._new_secret(),
        )
        self.tokens[token.id] = token
        return token

    def used(self, consumer_key: str, token: str, nonce: str, timestamp: str) -> bool:
        """Tell whether that nonce came with that timestamp before."""
        return (consumer_key, token, nonce, timestamp) in self._nonces

    def use(self, consumer_key: str, token: str, nonce: str, timestamp: str) -> None:
        """Remember the nonce for as long as its timestamp would be taken."""
        if len(self._nonces) >= self._most_nonces:
            self._nonces = {key: until for key, until in self._nonces.items() if until >= self.now}
        if len(self._nonces) >= self._most_nonces:
            raise FullError("too many nonces within ten minutes")
        self._nonces[consumer_key, token, nonce, timestamp] = self.now + 2 * WINDOW

    def locked(self, user: UserSetup) -> bool:
        """Tell whether too many failures lock the user out for now."""
        return self._failures[user.email].locked_until > self.now

    def record(self, login: Login, user: UserSetup | None) -> None:
        """Write a row of the trail; a user's fifth failure in a row locks them out, a success begins anew."""
        if len(self.trail) >= self._most_logins:
            raise FullError("the login audit trail is full")
        self.trail.append(login)
        if user is None or self.locked(user):
            return
        failures = self._failures[user.email]
        failures.count = 0 if login.success else failures.count + 1
        if failures.count >= TRIES:
            self._failures[user.email] = _Failures(locked_until=self.now + LOCKED_FOR)
