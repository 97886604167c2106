"""One way in which something signs in, while the lists that know something of it are put together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from auditor.engine.claims import ListedWay
from auditor.model import Evidence
from auditor.vocabulary import Authentication, Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """User, role, channel and authentication, with what the lists and the logs say of them. None is not known."""

    user: str | None
    role: str | None
    role_id: str | None = None
    channel: Channel | None
    authentication: Authentication | None
    endpoint_version: str | None = None
    contested: bool = False
    """Whether two lists contradict each other about the authentication, which is then not known."""
    listed_authentication: Authentication | None = None
    claims: tuple[ListedWay, ...] = ()
    seen: bool = False
    """Whether a log shows it in use."""
    in_trail: bool = False
    """Whether the login audit trail has it."""
    undated: bool = False
    """Whether it was used on a day that can't be read: nothing tells when its use ended."""
    operated_until: date | None = None
    """The last day on which the SOAP operations search shows it."""
    token_active: bool | None = None
    logins: int | None = None
    failures: int | None = None
    last_failure: str | None = None
    first_seen: date | None = None
    last_seen: date | None = None
    evidence: tuple[Evidence, ...] = ()

    def fits(self, other: Way) -> bool:
        """Tell whether both may be the same: nothing that both know differs, the authentication aside."""
        users_fit = _fits(self.user, other.user)
        channels_fit = not self.channel or not other.channel or self.channel is other.channel
        by_id = self.role_id and other.role_id
        roles_fit = self.role_id == other.role_id if by_id else _fits(self.role, other.role)
        return users_fit and channels_fit and roles_fit

    @property
    def used_until(self) -> date | None:
        """The last day on which any log shows it in use."""
        return max((day for day in (self.last_seen, self.operated_until) if day), default=None)

    def with_claim(self, listed: Way) -> Way:
        """Return this way of use with what a list says of it: use decides, and the list fills what use leaves open."""
        return replace(
            self,
            user=self.user or listed.user,
            role=self.role or listed.role,
            role_id=self.role_id or listed.role_id if self.role else listed.role_id,
            channel=self.channel or listed.channel,
            authentication=self.authentication or listed.authentication,
            endpoint_version=_oldest(self.endpoint_version, listed.endpoint_version),
            listed_authentication=self.listed_authentication or listed.authentication,
            contested=self.contested or (listed.contested and not self.authentication),
            claims=(*self.claims, *listed.claims),
            token_active=self.token_active if listed.token_active is None else listed.token_active,
            evidence=(*self.evidence, *listed.evidence),
        )


def _fits(mine: str | None, other: str | None) -> bool:
    return not mine or not other or mine.casefold() == other.casefold()


def _oldest(*versions: str | None) -> str | None:
    return min((version for version in versions if version), default=None)


def listed_and_seen(listed: list[Way], seen: list[Way]) -> list[Way]:
    """Return listed and seen ways as one: a listed way joins what was seen of it, and stands alone where nothing was.

    The order of the rows decides nothing: of several listed ways, those that share most with the use speak of it, and
    where two of them contradict each other about what the use leaves open, neither does.
    """
    about = [_spoken_of(claim, seen) for claim in listed]
    joined, placed = list(seen), set[int]()
    for number, way in enumerate(seen):
        by_shared: dict[int, list[int]] = defaultdict(list)
        for index, claim in enumerate(listed):
            if number in about[index]:
                by_shared[_shared(claim, way)].append(index)
        for _, level in sorted(by_shared.items(), reverse=True):
            fitting = [index for index in level if joined[number].fits(listed[index])]
            if all(listed[one].fits(listed[other]) for one, other in combinations(fitting, 2)):
                for index in fitting:
                    joined[number] = joined[number].with_claim(listed[index])
                placed.update(fitting)
    return joined + [claim for index, claim in enumerate(listed) if index not in placed]


def _spoken_of(claim: Way, seen: list[Way]) -> list[int]:
    """Return which of the seen ways a listed way may speak of."""
    fitting = [number for number, way in enumerate(seen) if way.fits(claim) and (way.seen or _may_use_token(claim))]
    # Two ways were seen, one as the list says: then the list speaks of that one.
    same = [
        number for number in fitting if claim.authentication and seen[number].authentication == claim.authentication
    ]
    return same or fitting


def _may_use_token(claim: Way) -> bool:
    """Tell whether the listed way may be that of an access token that no log shows in use."""
    return claim.authentication in (None, Authentication.TBA)


def _shared(claim: Way, way: Way) -> int:
    """Return how much of user, role and channel both know."""
    pairs = (
        (claim.user, way.user),
        (claim.role_id or claim.role, way.role_id or way.role),
        (claim.channel, way.channel),
    )
    return sum(bool(mine and other) for mine, other in pairs)
