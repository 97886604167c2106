"""Whose logins are these: which integration an application name, or a user without one, belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from auditor.engine.integrations import ListedIntegration
from auditor.engine.seen import SeenWay
from auditor.engine.users import Users
from auditor.engine.ways import Way
from auditor.model import Integration
from auditor.vocabulary import Channel, State, name_key

_Served = Mapping[str, set[str]]


class Attribution:
    """Finds the integration of everything that was seen."""

    def __init__(
        self,
        listed: Iterable[ListedIntegration],
        users: Users,
        *,
        operations: Iterable[SeenWay],
        usage: Iterable[SeenWay],
        others: Iterable[SeenWay],
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
        soap = [self._serving(operations), self._serving(usage)]
        for source in (*soap, self._serving(others)):
            for user, keys in source.items():
                served[user] |= keys
        self._soap, self._served = soap, served

    def integration(self, seen: SeenWay) -> Integration:
        """Return the integration of a way, a new one where the lists have none for it."""
        if seen.application:
            return self._of_application(seen.application)
        user = seen.way.user
        sources: list[_Served] = [*self._soap, self._served] if seen.way.channel is Channel.SOAP else [self._served]
        # NetSuite refuses what comes from a blocked integration: what succeeds is something else of this user.
        unable = self._blocked if seen.way.logins else set()
        for source in sources:
            keys = source.get(user or "", set()) - unable
            if len(keys) == 1:
                return self._known(next(iter(keys)))
        return self._unattributed(seen.way)

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
