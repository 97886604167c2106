"""What the logs show of a connection and of an integration: use, failures with their cause, and use against claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from auditor.assessment import Assessment
from auditor.model import Connection, Evidence, Integration
from auditor.reporter import words
from auditor.reporter.details import LoginDetail, explain
from auditor.vocabulary import Authentication, List

_LOGS = (List.LOGINS, List.OPERATIONS, List.USAGE)

UNDOCUMENTED = "Oracle documents no such Detail for sign-ins of integrations."

Sources = Mapping[tuple[str, str | None], List | None]
"""Which list a file and sheet hold."""


class Presence(StrEnum):
    """Where an integration is known from: the lists, the logs, or both."""

    LISTED_AND_SEEN = "listed and seen"
    ONLY_FAILURES = "listed, only failures seen"
    NEVER_SEEN = "listed, never seen"
    NO_LOG = "listed, no log exported"
    UNLISTED = "seen, not listed"
    TOKEN_ONLY = "token only, not listed"  # noqa: S105 - no password
    UNATTRIBUTED = "unattributed"


PRESENCE_MEANINGS = {
    Presence.LISTED_AND_SEEN: "an integration list has it, and a log shows it in use",
    Presence.ONLY_FAILURES: "an integration list has it; the login audit trail shows failed sign-ins and no other",
    Presence.NEVER_SEEN: "an integration list has it, and no log shows it in use",
    Presence.NO_LOG: "an integration list has it; without the login audit trail nobody can say whether it is in use",
    Presence.UNLISTED: "a log shows it in use, and no integration list has it",
    Presence.TOKEN_ONLY: "it holds an access token; no integration list has it, and no log shows it in use",
    Presence.UNATTRIBUTED: "sign-ins with user credentials that name no integration, and that no list could be tied to",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Failed sign-ins of a connection with the same Detail."""

    detail: str
    count: int
    explained: LoginDetail | None
    evidence: tuple[Evidence, ...]

    @property
    def said(self) -> str:
        """Say it in one paragraph: how often, the likely cause, the cure."""
        known = self.explained
        counted = f"{self.detail}, {words.plural(self.count, 'failed sign-in')}"
        return f"{counted}. Likely cause: {known.cause} Cure: {known.cure}" if known else f"{counted}. {UNDOCUMENTED}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """What the lists claim of a connection's authentication, where use shows another."""

    claimed: Authentication
    claimed_evidence: tuple[Evidence, ...]
    used: Authentication
    used_evidence: tuple[Evidence, ...]

    @property
    def said(self) -> str:
        """Say it in one sentence, with both proofs."""
        return (
            f"The list claims {self.claimed}{_places(self.claimed_evidence)}; "
            f"use shows {self.used}{_places(self.used_evidence)}. Use decides."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """How a connection is used."""

    phrases: tuple[str, ...]
    """E.g. "89 sign-ins and 1 that failed", "last seen 26 August 2018"; empty when no log was exported."""
    token: str | None
    """State of its access token; None when nobody exported the tokens, or it has none."""
    failures: tuple[Failure, ...]
    contradiction: Contradiction | None


def sources_of(assessment: Assessment) -> Sources:
    """Return which list each file and sheet holds, of those that have rows at all: an empty one shows nothing."""
    return {(item.file, item.sheet): item.list for item in assessment.inputs if item.rows > item.rejected_count}


def presence_of(integration: Integration, connections: Sequence[Connection], sources: Sources) -> Presence:
    """Return where the integration is known from."""
    from_logs = [evidence for row in connections for evidence in row.evidence if sources.get(_place(evidence)) in _LOGS]
    if integration.unattributed:
        return Presence.UNATTRIBUTED
    if not integration.listed:
        return Presence.UNLISTED if from_logs else Presence.TOKEN_ONLY
    if any(evidence.supports != "failures" for evidence in from_logs):
        return Presence.LISTED_AND_SEEN
    if from_logs:
        return Presence.ONLY_FAILURES
    return Presence.NEVER_SEEN if any(name in _LOGS for name in sources.values()) else Presence.NO_LOG


def activity_of(connection: Connection, sources: Sources) -> Activity:
    """Return how the connection is used."""
    return Activity(
        phrases=tuple(_phrases(connection)),
        token=_token(connection),
        failures=_failures(connection),
        contradiction=_contradiction(connection, sources),
    )


def _phrases(connection: Connection) -> list[str]:
    if connection.logins is None:
        return [f"{words.plural(connection.failures, 'failed sign-in')}"] if connection.failures else []
    failed = f" and {words.number(connection.failures)} that failed" if connection.failures else ""
    said = [f"{words.plural(connection.logins, 'sign-in')}{failed}" if connection.logins or failed else "never seen"]
    if connection.first_seen and connection.last_seen:
        said.append(f"first seen {words.day(connection.first_seen)}, last {words.day(connection.last_seen)}")
    if connection.days_quiet and connection.last_seen:
        end = connection.last_seen + timedelta(days=connection.days_quiet)
        said.append(f"quiet for {words.plural(connection.days_quiet, 'day')} when the trail ends on {words.day(end)}")
    if connection.superseded_on:
        said.append(f"tokens only since {words.day(connection.superseded_on)}")
    return said


def _token(connection: Connection) -> str | None:
    if connection.token_active is None:
        return None
    if not connection.token_active:
        return "access token inactive or revoked"
    if connection.user_active is False:
        return "access token active, and its user has left"
    if connection.token_user_has_role is False:
        return "access token active, and its user has lost the role"
    return "access token active"


def _failures(connection: Connection) -> tuple[Failure, ...]:
    together: dict[str, list[Evidence]] = {}
    for evidence in connection.evidence:
        if evidence.supports == "failures" and evidence.value:
            together.setdefault(evidence.value, []).append(evidence)
    found = (
        Failure(
            detail=detail,
            count=sum(item.count for item in proof),
            explained=explain(detail, connection.authentication),
            evidence=tuple(proof),
        )
        for detail, proof in together.items()
    )
    return tuple(sorted(found, key=lambda failure: (-failure.count, failure.detail)))


def _contradiction(connection: Connection, sources: Sources) -> Contradiction | None:
    claimed, used = connection.listed_authentication, connection.authentication
    if not claimed or not used or claimed == used:
        return None
    said = [item for item in connection.evidence if item.supports == "authentication"]
    listed = tuple(item for item in said if sources.get(_place(item)) is List.INTEGRATIONS)
    return Contradiction(
        claimed=claimed,
        claimed_evidence=listed,
        used=used,
        used_evidence=tuple(item for item in said if item not in listed),
    )


def _places(evidence: tuple[Evidence, ...]) -> str:
    return f" ({'; '.join(words.place(item) for item in evidence)})" if evidence else ""


def _place(evidence: Evidence) -> tuple[str, str | None]:
    return evidence.file, evidence.sheet
