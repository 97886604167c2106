"""Do the examples of a pack hold: each rule over the facts its examples give."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from auditor.engine.pack import Example, PackRule, RulePack
from auditor.engine.table import FactsTable, Truth
from auditor.model import Connection, facts


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
    return tuple(proof for item in pack.rules for proof in _prove(item))


def _prove(item: PackRule) -> list[Proof]:
    connections = [_connection(number, example) for number, example in enumerate(item.examples, start=1)]
    (said,) = FactsTable(connections, [item.condition]).ask([item.condition])
    words = {Truth.TRUE: str(item.rule.verdict), Truth.FALSE: "nothing", Truth.NULL: "undetermined"}
    return [
        Proof(rule=item.rule.id, number=number, expected=example.then, actual=words[Truth(int(truth))])
        for number, (example, truth) in enumerate(zip(item.examples, said, strict=True), start=1)
    ]


def _connection(number: int, example: Example) -> Connection:
    given: dict[str, Any] = dict(example.given)
    return Connection(id=f"example {number}", **{name: _typed(name, value) for name, value in given.items()})


def _typed(name: str, value: Any) -> Any:
    # The closed sets are StrEnums, which compare equal to their text: the text will do.
    return str(value) if isinstance(value, StrEnum) or facts()[name].type == "text" else value
