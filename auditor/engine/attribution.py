"""Whose logins are these: which integration an application name, or a user without one, belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from auditor.engine.integrations import ListedIntegration
from auditor.engine.seen import SeenWay
from auditor.engine.users import Users
from auditor.engine.ways import Way
from auditor.model import Integration
from auditor.vocabulary import Authentication, Channel, State, name_key

_Served = Mapping[str, set[str]]


def _together(*sources: _Served) -> _Served:
    together: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        for user, keys in source.items():
            together[user] |= keys
    return together


class Attribution:
    """Finds the integration of everything that was seen."""

    def __init__(
        self,
        listed: Iterable[ListedIntegration],
        users: Users,
        *,
        logins: Iterable[SeenWay],
        operations: Sequence[SeenWay],
        usage: Iterable[SeenWay],
        tokens: Iterable[SeenWay],
    ) -> None:
        self._by_name: dict[str, list[Integration]] = defaultdict(list)
        self._found: dict[str, Integration] = {}
        self._blocked: set[str] = set()
        self._users = users
        served: dict[str, set[str]] = defaultdict(set)
        items = tuple(listed)
        for item in items:
            self._by_name[name_key(item.integration.name)].append(item.integration)
            if item.integration.state in (State.BLOCKED, State.WAITING):
                self._blocked.add(item.integration.key)
            for row in item.rows:
                if user := users.key(str(row["user"]) if row["user"] else None):
                    served[user].add(item.integration.key)
        self._add_other_names(items)
        self._operated = {
            method: self._serving(one for one in operations if method in (None, one.way.authentication))
            for method in (None, *Authentication)
        }
        self._used = self._serving(usage)
        over_soap = self._serving(one for one in logins if one.way.channel is Channel.SOAP)
        self._over_soap = _together(self._used, self._operated[None], over_soap)
        in_use = _together(self._over_soap, self._serving(logins))
        self._served = _together(served, in_use, self._serving(tokens))
        self._never_seen = self._blocked - set().union(*in_use.values())

    def integration(self, seen: SeenWay) -> Integration:
        """Return the integration of a way, a new one where the lists have none for it."""
        if seen.application:
            return self._of_application(seen.application)
        user = seen.way.user or ""
        succeeded = bool(seen.way.logins)
        for source in self._sources(seen.way):
            # NetSuite refuses what comes from a blocked integration: what succeeds is something else of this user. One
            # that a log shows was blocked after its use, and then nobody can say which of the two it was.
            keys = source.get(user, set()) - (self._never_seen if succeeded else set())
            if len(keys) == 1:
                key = next(iter(keys))
                return self._unattributed(seen.way) if succeeded and key in self._blocked else self._known(key)
        return self._unattributed(seen.way)

    def _sources(self, way: Way) -> Iterator[_Served]:
        """Give what may say which integration the user serves, surest first."""
        if way.channel is Channel.SOAP:
            # It names user and method; but it reaches back some days only, and does not say who else there was.
            yield self._operated[way.authentication]
            if way.user in self._used:
                yield self._over_soap
        yield self._served

    def unlisted(self) -> tuple[Integration, ...]:
        """Return the integrations that no list has."""
        return tuple(self._found.values())

    def _add_other_names(self, listed: Sequence[ListedIntegration]) -> None:
        """Find an integration by a name that it has in one of several lists, where no other goes by that name."""
        others: dict[str, list[Integration]] = defaultdict(list)
        for item in listed:
            for name in item.names - self._by_name.keys():
                others[name].append(item.integration)
        self._by_name.update(others)

    def _serving(self, seen: Iterable[SeenWay]) -> _Served:
        found: dict[str, set[str]] = defaultdict(set)
        for one in seen:
            if one.application and one.way.user:
                found[one.way.user].add(self._of_application(one.application).key)
        return found

    def _of_application(self, name: str) -> Integration:
        named = self._by_name.get(name_key(name), [])
        # Of two integrations of one name, a blocked one is not what signs in.
        able = [one for one in named if one.state is not State.BLOCKED]
        for candidates in (named, able):
            if len(candidates) == 1:
                return candidates[0]
        key = f"application {name_key(name)}"
        return self._found.setdefault(key, Integration(key=key, name=name, listed=False))

    def _known(self, key: str) -> Integration:
        if key in self._found:
            return self._found[key]
        return next(one for named in self._by_name.values() for one in named if one.key == key)

    def _unattributed(self, way: Way) -> Integration:
        name = f"{self._users.shown(way.user) or 'unknown user'} via {way.channel or 'unknown channel'}"
        key = f"unattributed {name_key(name)}"
        return self._found.setdefault(key, Integration(key=key, name=name, listed=False, unattributed=True))
