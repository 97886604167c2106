"""What is the same in two audits: which integration, and which of its sign-ins, is which.

Keys and connection ids count anew in every audit. What lasts is tried from the surest to the weakest, and only what
stands alone on both sides is taken for the same; docs/compare.md tells it to the reader.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from auditor.assessment import JudgedConnection, JudgedIntegration
from auditor.model import Integration
from auditor.reporter import words
from auditor.reporter.recorded import Recorded
from auditor.vocabulary import Authentication, Verdict, name_key

K = TypeVar("K")
T = TypeVar("T")


class Mark(StrEnum):
    """By what an integration was recognised."""

    APPLICATION_ID = "application ID"
    INTERNAL_ID = "internal ID"
    NAME = "name"
    SIGN_INS = "user, role and channel"


Slot = tuple[str, str, str]
"""User, role and channel without case and spacing: what stays when the authentication changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """All connections of an integration with one user, role and channel."""

    user: str | None
    role: str | None
    channel: str | None
    authentications: tuple[str, ...]
    """How it signs in; what tokens superseded is left out."""
    facts: Mapping[str, str]
    """What else a verdict may hang on, in words."""
    slot: Slot
    """What it is recognised by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An integration of one audit with its sign-ins."""

    judged: JudgedIntegration
    sign_ins: tuple[SignIn, ...]
    on_tokens: bool
    """It signs in with tokens, and with nothing else that is known to be a password or not known."""
    on_credentials: bool
    """Something of it signs in with user credentials."""

    @property
    def integration(self) -> Integration:
        """The integration itself."""
        return self.judged.integration


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An integration in both audits, or in the one that has it."""

    before: Known | None
    after: Known | None
    mark: Mark | None = None


def bare(text: str | None) -> str:
    """Return a name without case and spacing, to compare it."""
    return name_key(text or "")


def pair_integrations(before: Recorded, after: Recorded) -> tuple[Pair, ...]:
    """Return every integration of both audits once, those that are the same together."""
    left, right = _known(before), _known(after)
    rungs: tuple[tuple[Mark, Callable[[Known], Hashable]], ...] = (
        (Mark.APPLICATION_ID, lambda one: bare(one.integration.application_id) or None),
        (Mark.INTERNAL_ID, lambda one: bare(one.integration.internal_id) or None),
        (Mark.NAME, lambda one: (bare(one.integration.name), frozenset(sign_in.slot for sign_in in one.sign_ins))),
        (Mark.NAME, lambda one: bare(one.integration.name)),
    )
    found: list[Pair] = []
    for mark, of in rungs:
        found += _paired(left, right, of, mark)
    # Nothing but their order tells these apart.
    numbers = {id(one): place for side in (left, right) for one, place in _numbered(side)}
    found += _paired(left, right, lambda one: (bare(one.integration.name), numbers[id(one)]), Mark.NAME)
    found += _paired(left, right, _slots, Mark.SIGN_INS)
    found += [Pair(before=one, after=None) for one in left.values()]
    found += [Pair(before=None, after=one) for one in right.values()]
    return tuple(found)


def pair_sign_ins(before: Sequence[SignIn], after: Sequence[SignIn]) -> tuple[tuple[SignIn | None, SignIn | None], ...]:
    """Return every sign-in once: the same user, role and channel, or where one of them changed, the other two."""
    left, right = ({one.slot: one for one in side} for side in (before, after))
    found: list[tuple[SignIn | None, SignIn | None]] = []
    rungs: tuple[Callable[[SignIn], Hashable], ...] = (
        lambda one: one.slot,
        lambda one: one.slot[1:],
        lambda one: (one.slot[0], one.slot[2]),
        lambda one: one.slot[:2],
    )
    for of in rungs:
        found += [(one, other) for one, other in pair_off(left, right, of)]
    return (*found, *((one, None) for one in left.values()), *((None, one) for one in right.values()))


def pair_off(
    before: dict[K, T],
    after: dict[K, T],
    of: Callable[[T], Hashable],
    differ: Callable[[T, T], bool] = lambda one, other: False,
) -> list[tuple[T, T]]:
    """Take out and return the pairs that share what `of` says and are alone with it on both sides; None is nothing."""
    if not before or not after:
        return []
    left, right = _alone(before, of), _alone(after, of)
    pairs = []
    for said in (one for one in left if one in right):
        own, other = left[said], right[said]
        if not differ(before[own], after[other]):
            pairs.append((before.pop(own), after.pop(other)))
    return pairs


def _alone(side: Mapping[K, T], of: Callable[[T], Hashable]) -> dict[Hashable, K]:
    grouped: dict[Hashable, list[K]] = defaultdict(list)
    for key, one in side.items():
        grouped[of(one)].append(key)
    return {said: keys[0] for said, keys in grouped.items() if said is not None and len(keys) == 1}


def _paired(left: dict[str, Known], right: dict[str, Known], of: Callable[[Known], Hashable], mark: Mark) -> list[Pair]:
    return [Pair(before=one, after=other, mark=mark) for one, other in pair_off(left, right, of, _DIFFER_BEYOND[mark])]


def _differ(one: Known, other: Known) -> bool:
    """Tell whether an id that both have says they are two: NetSuite never gives an application ID twice."""
    return _other_application(one, other) or _two(one.integration.internal_id, other.integration.internal_id)


def _other_application(one: Known, other: Known) -> bool:
    return _two(one.integration.application_id, other.integration.application_id)


def _two(one: str | None, other: str | None) -> bool:
    return bool(one and other) and bare(one) != bare(other)


_DIFFER_BEYOND: Mapping[Mark, Callable[[Known, Known], bool]] = {
    Mark.APPLICATION_ID: lambda one, other: False,
    Mark.INTERNAL_ID: _other_application,
    Mark.NAME: _differ,
    Mark.SIGN_INS: _differ,
}


def _numbered(side: Mapping[str, Known]) -> Iterable[tuple[Known, int]]:
    counted: Counter[str] = Counter()
    for _, one in sorted(side.items()):
        name = bare(one.integration.name)
        yield one, counted[name]
        counted[name] += 1


def _slots(one: Known) -> Hashable:
    """Return what a renamed integration keeps, where all of it is known."""
    slots = frozenset(sign_in.slot for sign_in in one.sign_ins)
    return slots if slots and all(all(slot) for slot in slots) else None


def _known(recorded: Recorded) -> dict[str, Known]:
    connections = {one.connection.id: one for one in recorded.connections}
    found = {}
    for judged in recorded.integrations:
        own = [connections[id_] for id_ in judged.integration.connections]
        found[judged.integration.key] = _know(judged, own)
    return found


_TOKENS = (Authentication.TBA, Authentication.OAUTH2)


def _know(judged: JudgedIntegration, own: Sequence[JudgedConnection]) -> Known:
    able = [one for one in own if set(one.verdicts.values()) != {Verdict.INACTIVE}]
    used = {one.connection.authentication for one in able if one.connection.superseded_on is None}
    grouped: dict[Slot, list[JudgedConnection]] = defaultdict(list)
    for one in own:
        grouped[_slot(one)].append(one)
    return Known(
        judged=judged,
        sign_ins=tuple(_sign_in(slot, group) for slot, group in sorted(grouped.items())),
        on_tokens=not used.isdisjoint(_TOKENS) and used.isdisjoint((Authentication.USER_CREDENTIALS, None)),
        on_credentials=Authentication.USER_CREDENTIALS in used,
    )


def _slot(one: JudgedConnection) -> Slot:
    connection = one.connection
    return bare(connection.user), bare(connection.role), bare(connection.channel)


_TOLD = (
    "integration_state",
    "role_privileged",
    "role_active",
    "user_active",
    "role_can_use_tokens",
    "endpoint_version",
)


def _sign_in(slot: Slot, group: Sequence[JudgedConnection]) -> SignIn:
    first = group[0].connection
    live = [one.connection for one in group if one.connection.superseded_on is None] or [first]
    return SignIn(
        slot=slot,
        user=first.user,
        role=first.role,
        channel=first.channel,
        authentications=tuple(sorted({one.authentication or words.UNKNOWN for one in live})),
        facts={name: " and ".join(sorted({_in_words(getattr(one, name)) for one in live})) for name in _TOLD},
    )


def _in_words(value: object) -> str:
    return words.yes_no(value) if value is None or isinstance(value, bool) else str(value)
