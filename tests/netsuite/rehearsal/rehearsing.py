"""A rehearsal to test with: a clock that stands still, secrets that can be foretold, and the real rule pack."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count

from auditor.engine.rollouts import read_packs
from auditor.netsuite.rehearsal.gate import Gate
from auditor.netsuite.rehearsal.lists import described_lists
from auditor.netsuite.rehearsal.server import RehearsalServer
from auditor.netsuite.rehearsal.setup import Setup, read_setup
from auditor.netsuite.rehearsal.sign_in import Credentials, Door, Judge, Signed
from auditor.netsuite.rehearsal.state import Rehearsal, Token
from auditor.pipeline import sign_in_rules
from auditor.vocabulary import Channel

PACK = "2018.2-2019.1"
NOON = 1_540_209_600.0
"""22 October 2018, 12:00 UTC."""


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def secrets(first: int = 1) -> Callable[[], str]:
    numbers = count(first)
    return lambda: f"{next(numbers):08x}".ljust(64, "f")


def rehearsed(
    phase: str | None = "2018.2",
    *,
    setup: Setup | None = None,
    clock: Callable[[], float] | None = None,
    pack: str = PACK,
    first_secret: int = 1,
) -> Gate:
    """Return the gate of an account at a phase of the rollout."""
    account = Rehearsal(setup or read_setup(), clock=clock or Clock(), new_secret=secrets(first_secret))
    lists = tuple(described_lists(account.setup).items())
    return Gate(account, _judge(lists, pack, phase))


@cache
def _judge(lists: tuple[tuple[str, str], ...], pack: str, phase: str | None) -> Judge:
    return sign_in_rules(dict(lists), read_packs([pack]), phase)


def door(channel: Channel = Channel.RESTLET, version: str | None = None) -> Door:
    paths = {
        Channel.RESTLET: "/app/site/hosting/restlet.nl",
        Channel.REST: "/services/rest/record/v1/customer",
        Channel.SOAP: f"/services/NetSuitePort_{(version or '2018.1').replace('.', '_')}",
    }
    soap = channel is Channel.SOAP
    return Door(
        channel=channel,
        uri=paths[channel],
        address="127.0.0.1",
        user_agent="a program/1.0",
        endpoint_version=(version or "2018.1") if soap else None,
    )


def credentials(gate: Gate, email: str, role: int | None = None, password: str | None = None) -> Credentials:
    user = gate.account.user(email)
    return Credentials(
        account=gate.account.setup.account,
        email=email,
        password=password if password is not None else gate.account.password(user) if user else "",
        role=str(role) if role else None,
    )


def token_of(gate: Gate, integration: str) -> Token:
    return next(one for one in gate.account.tokens.values() if one.consumer.integration.name == integration)


def signed(gate: Gate, token: Token, /, nonce: str = "nonce1", genuine: bool = True, **other: str) -> Signed:
    """Return a token's sign-in, whose signature the test vouches for: oauthlib's word is tested over real sockets."""
    said = {
        "account": gate.account.setup.account,
        "consumer_key": token.consumer.key,
        "token": token.id,
        "nonce": nonce,
        "timestamp": str(int(gate.account.now)),
        "algorithm": "HMAC-SHA256",
        "signature": "signature",
        "version": "1.0",
    }
    return Signed(**(said | other), verified=lambda consumer, secret: genuine)


@contextmanager
def served(gate: Gate, phase: str, patience: float = 30) -> Iterator[RehearsalServer]:
    """Serve the gate on a port of this machine."""
    with RehearsalServer(gate, phase=phase, patience=patience) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
