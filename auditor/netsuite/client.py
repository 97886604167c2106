"""Requests to the live account: signed, bounded, repeated where that is safe, and never after a refused sign-in."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from oauthlib.oauth1.rfc5849.utils import escape

from auditor.errors import AccountError
from auditor.netsuite.account import Account, is_loopback, is_netsuite
from auditor.netsuite.answers import Answer, Passing, SignInRefusedError, understood
from auditor.netsuite.signing import Secrets, http_signature

_SUITEQL = "/services/rest/query/v1/suiteql"
_TOKEN_INFO = "/rest/tokeninfo"  # noqa: S105 - a path
_CHUNK = 1 << 10
_WORTH_SAYING = 5  # seconds
_MASK = "\N{BULLET}" * 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long and how often the account is asked before the run gives up."""

    attempts: int = 8
    connect_seconds: float = 15
    answer_seconds: float = 300
    longest_wait: float = 900
    """The account may ask to wait that long, and not longer."""
    answer_bytes: int = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows of a query."""

    rows: tuple[Mapping[str, Any], ...]
    more: bool


class Client:
    """Asks one account, signed with one access token; safe to use from several threads."""

    def __init__(
        self,
        account: Account,
        secrets: Secrets,
        *,
        patience: Patience | None = None,
        wait: Callable[[float], object] | None = None,
        on_wait: Callable[[float, str], None] = lambda seconds, reason: None,
    ) -> None:
        """`on_wait` is told how long is waited, and why, where a person would begin to wonder."""
        self.account = account
        self._secrets = secrets
        self._patience = patience or Patience()
        self._over = threading.Event()
        self._refused = False
        self._wait = wait or self._over.wait
        self._on_wait = on_wait
        self._own = threading.local()
        self._busy_until = 0.0

    def stop(self) -> None:
        """Send nothing more, and wait no longer: whoever waits in another thread is told so at once."""
        self._over.set()

    def suiteql(self, query: str, *, limit: int = 1000, offset: int = 0) -> Page:
        """Return a page of a query's rows, their columns by alias in lower case."""
        data = self._ask(
            "POST",
            self.account.url("suitetalk", f"{_SUITEQL}?limit={limit}&offset={offset}"),
            json={"q": query},
            headers={"Prefer": "transient"},
        )
        items = data.get("items")
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise AccountError("the answer has no rows", where=self._host(), fix="run the command again")
        return Page(rows=tuple(items), more=data.get("hasMore") is True)

    def token_info(self) -> Mapping[str, Any]:
        """Return whose token this is: the company, the user and the role that it signs in with."""
        return self._ask("GET", self.account.url("restlets", _TOKEN_INFO))

    def _ask(self, method: str, url: str, **request: Any) -> dict[str, Any]:
        # urllib3's own Retry would send the same nonce and timestamp again, which NetSuite refuses as a replay, and
        # each refusal counts towards the lock. Here every try is signed anew.
        if not (is_netsuite(url) or (self.account.rehearsal and is_loopback(url))):
            raise AccountError("this is none of NetSuite's domains", where=self._host(), fix="check the account ID")
        passing = Passing("")
        for attempt in range(self._patience.attempts):
            self._hold_back()
            answer = self._send(method, url, request)
            understanding = answer if isinstance(answer, Passing) else self._understood(answer)
            if not isinstance(understanding, Passing):
                return understanding
            passing = understanding
            seconds = min(2.0**attempt, 60.0) if passing.wait is None else passing.wait
            if seconds > self._patience.longest_wait:
                raise self._given_up(f"it asks to wait for {seconds / 60:.0f} minutes")
            self._wait_for(seconds, passing.reason)
        raise self._given_up(f"{self._patience.attempts} tries, the last one: {passing.reason}")

    def _wait_for(self, seconds: float, reason: str) -> None:
        until = time.monotonic() + seconds
        # Said once, although each of the threads may be told to wait.
        if seconds >= _WORTH_SAYING and until > self._busy_until + 1:
            self._on_wait(seconds, reason)
        self._busy_until = max(self._busy_until, until)

    def _hold_back(self) -> None:
        """Wait as long as the account asked any of the threads to, and send nothing after a refused sign-in."""
        seconds = self._busy_until - time.monotonic()
        if seconds > 0:
            self._wait(seconds)
        if self._refused:
            raise SignInRefusedError("another request was refused its sign-in", where=self._host())
        if self._over.is_set():
            raise AccountError("the run was stopped", where=self._host())

    def _send(self, method: str, url: str, request: Mapping[str, Any]) -> Answer | Passing:
        patience = self._patience
        until = time.monotonic() + patience.answer_seconds
        body = bytearray()
        try:
            with self._session().request(
                method,
                url,
                **request,
                allow_redirects=False,
                stream=True,
                timeout=(patience.connect_seconds, patience.answer_seconds),
            ) as response:
                for chunk in response.iter_content(_CHUNK):
                    body += chunk
                    if time.monotonic() > until:
                        return Passing("the answer takes too long")
                    if len(body) > patience.answer_bytes:
                        raise AccountError("the answer is too large to be a page of rows", where=self._host())
                headers = {name.casefold(): value for name, value in response.headers.items()}
                return Answer(host=self._host(), status=response.status_code, headers=headers, body=bytes(body))
        except requests.exceptions.SSLError:
            raise AccountError(
                "the certificate of the answering server does not hold",
                where=self._host(),
                fix="a proxy that opens TLS needs its certificate authority in REQUESTS_CA_BUNDLE; the check is never off",
            ) from None
        except requests.exceptions.Timeout:
            return Passing("no answer in time")
        except requests.exceptions.RequestException:
            # Its text repeats addresses and headers; what a person needs is that the line broke.
            return Passing("the connection broke, or could not be made")

    def _understood(self, answer: Answer) -> dict[str, Any] | Passing:
        try:
            return understood(answer if answer.status == 200 else self._masked(answer), datetime.now(UTC))
        except SignInRefusedError:
            self._refused = True
            self.stop()
            raise

    def _masked(self, answer: Answer) -> Answer:
        """Return the answer without secrets: a server may repeat what it was sent, and messages repeat the server."""
        body = answer.body.decode("utf-8", "replace")
        headers = dict(answer.headers)
        for value in {form for secret in self._secrets for form in (secret, escape(secret), json.dumps(secret)[1:-1])}:
            body = body.replace(value, _MASK)
            headers = {name: text.replace(value, _MASK) for name, text in headers.items()}
        return replace(answer, headers=headers, body=body.encode())

    def _given_up(self, reason: str) -> AccountError:
        return AccountError(
            f"the account did not answer: {reason}",
            where=self._host(),
            fix="run the same command again later",
        )

    def _session(self) -> requests.Session:
        """Return this thread's session: connections may be shared between requests, not between threads."""
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = requests.Session()
            session.auth = http_signature(self._secrets, self.account.realm)
            # A JSESSIONID beside a signature is "ambiguous authentication" to NetSuite (Oracle's help, section_1509544929).
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
            # A proxy of the environment would get the signature of a rehearsal in the clear.
            session.trust_env = self.account.rehearsal is None
            self._own.session = session
        return session

    def _host(self) -> str:
        return self.account.rehearsal or f"account {self.account.realm}"
