"""What the rows of the integration lists claim of one integration, put together into ways of signing in.

Rows of one list stand as they are: two rows are two ways. Rows of different lists describe the same ways from two
sides: a field that one leaves empty is filled from the other where that is unambiguous, and where they contradict
each other about the authentication it is not known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from auditor.engine.privilege import Roles
from auditor.engine.rows import Row, text
from auditor.vocabulary import Authentication, Channel

_SEVERAL_ROLES = re.compile(r"\s*(?:[;|\n]|<br\s*/?>)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWay:
    """One way in which a row says that an integration signs in. None is not said."""

    row: Row
    list: tuple[object, object]
    """File and sheet: which list says it."""
    user: str | None
    role: str | None
    role_id: str | None
    channel: Channel | None
    endpoint_version: str | None
    authentication: Authentication | None

    @property
    def key(self) -> tuple[str | None, str | None, Channel | None]:
        """User, role and channel, to compare them."""
        role = self.role_id or (self.role.casefold() if self.role else None)
        return (self.user.casefold() if self.user else None, role, self.channel)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledWay:
    """One way of signing in that the lists agree on, with the rows that say so."""

    user: str | None
    role: str | None
    role_id: str | None
    channel: Channel | None
    endpoint_version: str | None
    authentication: Authentication | None
    contested: bool
    """Whether two lists contradict each other about the authentication, which is then not known."""
    claims: tuple[ListedWay, ...]


def listed_ways(rows: Sequence[Row], roles: Roles) -> tuple[SettledWay, ...]:
    """Return the ways in which the rows of one integration say that it signs in."""
    claims = [way for row in rows for way in _claimed(row, roles)]
    if len(claims) == 1:
        return (_way(claims, claims[0].authentication, contested=False),)
    filled = [_filled(claim, claims) for claim in claims]
    groups: dict[tuple[object, ...], list[ListedWay]] = defaultdict(list)
    for claim in filled:
        groups[claim.key].append(claim)
    _absorb(groups)
    return tuple(way for group in groups.values() for way in _settled(group))


def _claimed(row: Row, roles: Roles) -> list[ListedWay]:
    methods = _methods(row)
    said = any(row[name] for name in ("user", "role", "role_id", "channel", "endpoint", "authentication as written"))
    if not said and methods == (None,):
        return []
    channel = row["channel"] or row["endpoint channel"]
    return [
        ListedWay(
            row=row,
            list=(row["file"], row["sheet"]),
            user=text(row["user"]),
            role=role,
            role_id=role_id,
            channel=Channel(str(channel)) if channel else None,
            endpoint_version=text(row["endpoint version"]),
            authentication=method,
        )
        for role, role_id in _roles(row, roles)
        for method in methods
    ]


def _methods(row: Row) -> tuple[Authentication | None, ...]:
    """Return how the row says it signs in; (None,) when it does not say, or contradicts itself."""
    ticked = {
        Authentication.TBA: row["accepts_tba"],
        Authentication.OAUTH2: row["accepts_oauth2"],
        Authentication.USER_CREDENTIALS: row["accepts_user_credentials"],
    }
    stated = row["authentication"]
    if isinstance(stated, tuple):
        methods = tuple(Authentication(method) for method in stated)
        return (None,) if any(ticked.get(method) is False for method in methods) else methods
    accepted = [method for method, box in ticked.items() if box]
    # The User Credentials box beside a ticked token box is a door left open, not a sign-in: rules read
    # accepts_user_credentials for it.
    tokens = tuple(method for method in accepted if method is not Authentication.USER_CREDENTIALS)
    return tokens or tuple(accepted) or (None,)


def _roles(row: Row, roles: Roles) -> list[tuple[str | None, str | None]]:
    """Return name and internal ID of every role in the row's cell."""
    written, role_id = text(row["role"]), text(row["role_id"])
    if written and written.isdecimal() and not role_id and not roles.knows(written):
        written, role_id = None, written
    names: list[str | None] = [written]
    # What separates two names may stand in that of a listed role.
    if written and not role_id and not roles.knows(written):
        parts = _SEVERAL_ROLES.split(written)
        if len(parts) == 1 and "," in written:
            commas = [part.strip() for part in written.split(",")]
            # A comma may be part of a role that is not listed, too, so it only separates names that are all known.
            parts = commas if all(roles.knows(part) for part in commas) else parts
        names = [part for part in parts if part]
    found = []
    for name in names:
        role = roles.find(role_id, name)
        found.append(
            (role.name if role and (role.listed or not name) else name, (role.internal_id if role else None) or role_id)
        )
    return found


def _compatible(one: ListedWay, other: ListedWay) -> bool:
    return all(a is None or b is None or a == b for a, b in zip(one.key, other.key, strict=True))


def _filled(claim: ListedWay, claims: Sequence[ListedWay]) -> ListedWay:
    """Fill what the claim does not say from the other lists, where they say one thing only."""
    others = [other for other in claims if other.list != claim.list and _compatible(claim, other)]
    filled: dict[str, object] = {}
    for name in ("user", "role", "channel", "endpoint_version", "authentication"):
        if getattr(claim, name) is None:
            said = {getattr(other, name): other for other in others if getattr(other, name) is not None}
            if len(said) == 1:
                value, other = next(iter(said.items()))
                filled[name] = value
                if name == "role":
                    filled["role_id"] = other.role_id
    return replace(claim, **filled) if filled else claim  # type: ignore[arg-type]


def _absorb(groups: dict[tuple[object, ...], list[ListedWay]]) -> None:
    """Let what one list says less exactly join what another list says more exactly, instead of standing beside it."""
    for key in sorted(groups, key=lambda key: sum(part is not None for part in key)):
        fuller = [
            other
            for other in groups
            if other != key and all(a is None or a == b for a, b in zip(key, other, strict=True))
            if {claim.list for claim in groups[key]}.isdisjoint(claim.list for claim in groups[other])
        ]
        if not fuller:
            continue
        for claim in groups.pop(key):
            agreeing = [
                other
                for other in fuller
                if claim.authentication in {None, *(one.authentication for one in groups[other])}
            ]
            for other in agreeing or fuller:
                groups[other].append(claim)


def _settled(claims: list[ListedWay]) -> list[SettledWay]:
    """Return one way a method, or a single one of unknown method where two lists contradict each other."""
    said: dict[tuple[object, object], set[Authentication]] = defaultdict(set)
    for claim in claims:
        if claim.authentication:
            said[claim.list].add(claim.authentication)
    everything = set().union(*said.values())
    if any(methods != everything for methods in said.values()) and everything not in said.values():
        return [_way(claims, None, contested=True)]
    open_in = {claim.list for claim in claims if not claim.authentication}
    methods: list[Authentication | None] = [*sorted(everything)]
    if not methods or not open_in.isdisjoint(said):
        methods.append(None)
    return [
        _way([claim for claim in claims if claim.authentication in (method, None)], method, contested=False)
        for method in methods
    ]


def _way(claims: Sequence[ListedWay], method: Authentication | None, *, contested: bool) -> SettledWay:
    first = claims[0]
    versions = {claim.endpoint_version for claim in claims} - {None}
    return SettledWay(
        user=first.user,
        role=first.role,
        role_id=first.role_id,
        channel=first.channel,
        endpoint_version=min(versions) if versions else None,  # type: ignore[type-var]
        authentication=method,
        contested=contested,
        claims=tuple(claims),
    )
