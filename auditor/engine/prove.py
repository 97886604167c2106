"""Do the examples of a pack hold: each rule over the facts its examples give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditor.engine.pack import PackRule, RulePack
from auditor.engine.table import FactsTable, Truth
from auditor.model import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One example, and what its rule really says."""

    rule: str
    number: int
    """1-based, in the order of the pack."""
    expected: str
    actual: str

    @property
    def holds(self) -> bool:
        """Whether the example is true."""
        return self.expected == self.actual


def prove(pack: RulePack) -> tuple[Proof, ...]:
    """Return every example of every rule with what the rule says of it."""
    return tuple(
        Proof(rule=item.rule.id, number=number, expected=example.then, actual=actual)
        for item in pack.rules
        for number, (example, actual) in enumerate(
            zip(item.examples, says(item, [one.given for one in item.examples]), strict=True), start=1
        )
    )


def says(item: PackRule, given: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what the rule says of connections with those facts: its verdict, "nothing" or "undetermined"."""
    connections = [Connection(id=f"example {number}", **facts) for number, facts in enumerate(given, start=1)]
    (said,) = FactsTable(connections, [item.condition]).ask([item.condition])
    words = {Truth.TRUE: str(item.rule.verdict), Truth.FALSE: "nothing", Truth.NULL: "undetermined"}
    return [words[Truth(int(truth))] for truth in said]
