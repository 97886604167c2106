"""What every rule says of every connection, each rule under its own pack's definition of "highly privileged"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from auditor.assessment import OtherFacts
from auditor.engine.by_privilege import connections_under, differing
from auditor.engine.condition import read_condition
from auditor.engine.pack import PackRule, RulePack
from auditor.engine.pack_file import Privilege
from auditor.engine.table import FactsTable, Truth
from auditor.inventory import Inventory
from auditor.model import Connection

Truths = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]

# What cannot sign in today has nothing to migrate.
_INACTIVE = read_condition(
    "integration_state in ('Blocked', 'Waiting for Approval') or role_active is false or user_active is false"
)
# Nothing else makes a connection ready: a sign-in that was seen, or the method that somebody states.
_EVIDENCE = read_condition("authentication is not null or logins > 0")


class Asked:
    """The answers of all rules of a pack, or of several, over the connections of one account."""

    def __init__(self, connections: Sequence[Connection], pack: RulePack, inventory: Inventory) -> None:
        self.truths: dict[str, Truths] = {}
        """By rule id, in the order of the connections."""
        self._tables: dict[Privilege, FactsTable] = {}
        self._connections: dict[Privilege, Sequence[Connection]] = {pack.privilege: connections}
        for privilege in dict.fromkeys((pack.privilege, *(item.privilege for item in pack.rules))):
            if privilege not in self._connections:
                self._connections[privilege] = connections_under(connections, inventory, privilege)
            conditions = [item.condition for item in pack.rules if item.privilege == privilege]
            self._tables[privilege] = FactsTable(self._connections[privilege], [*conditions, _INACTIVE, _EVIDENCE])
            said = self._tables[privilege].ask(conditions)
            ids = [item.rule.id for item in pack.rules if item.privilege == privilege]
            self.truths |= dict(zip(ids, said, strict=True))
        self.inactive, self.evidence = self._tables[pack.privilege].ask([_INACTIVE, _EVIDENCE])
        self._others = {
            (item.pack, item.rule.phase): item.privilege for item in pack.rules if item.privilege != pack.privilege
        }

    def any(self, rules: Sequence[PackRule], truth: Truth) -> Mask:
        """Return the connections of which any of the rules says that."""
        found = np.zeros(len(self.inactive), dtype=bool)
        for item in rules:
            found |= self.truths[item.rule.id] == truth
        return found

    def missing(self, item: PackRule) -> Mapping[str, npt.NDArray[np.int64]]:
        """Return the facts to blame where the rule is NULL, each with the positions of its connections."""
        if not (self.truths[item.rule.id] == Truth.NULL).any():
            return {}
        return self._tables[item.privilege].missing(item.condition)

    def other_facts(self, number: int) -> tuple[OtherFacts, ...]:
        """Return what other packs and phases make of a connection's role, where it is not what its facts say."""
        if not self._others:
            return ()
        first = next(iter(self._connections.values()))[number]
        found = []
        for (pack, phase), privilege in self._others.items():
            if facts := differing(first, self._connections[privilege][number]):
                found.append(OtherFacts(pack=pack, phase=phase, facts=facts))
        return tuple(found)
