"""What a pack still owes its reader: rules that prove themselves, can hold, differ, have an owner, and no idle parts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from sqlglot import exp

from auditor.engine.pack import PackRule, RulePack
from auditor.engine.pack_file import PackFile
from auditor.engine.prove import prove, says
from auditor.errors import PackError

_NOTHING, _UNDETERMINED = "nothing", "undetermined"


def check(pack: RulePack) -> tuple[PackError, ...]:
    """Return everything that a pack which can be read does not prove, each with file and line."""
    return tuple(_problems(pack))


def _problems(pack: RulePack) -> Iterator[PackError]:
    for proof in prove(pack):
        if not proof.holds:
            yield pack.text.error(
                f"{proof.rule} example {proof.number}: expected {proof.expected}, is {proof.actual}",
                "mend the rule's condition or the example",
                ("rule", _number(pack, proof.rule), "example", proof.number - 1),
            )
    for number, item in enumerate(pack.rules):
        yield from _unproved(pack, item, number)
        yield from _idle(pack, item, number)
    yield from _equal(pack)
    yield from _unused(pack)


def _number(pack: RulePack, rule: str) -> int:
    return next(number for number, item in enumerate(pack.rules) if item.rule.id == rule)


def _unproved(pack: RulePack, item: PackRule, number: int) -> Iterator[PackError]:
    rule, at = item.rule, ("rule", number)
    shown = {example.then for example in item.examples}
    if str(rule.verdict) not in shown:
        yield pack.text.error(
            f"{rule.id} has no example where it holds, so nothing shows that it can",
            f'add an [[rule.example]] with then = "{rule.verdict}"',
            at,
        )
    for value, because, meaning in (
        (_NOTHING, item.no_example.nothing, "where it does not hold"),
        (_UNDETERMINED, item.no_example.undetermined, "where it is undetermined"),
    ):
        if value not in shown and not because:
            yield pack.text.error(
                f"{rule.id} has no example {meaning}, and does not say why",
                f'add an [[rule.example]] with then = "{value}", or no_example = {{ {value} = "why" }}',
                at,
            )
        if value in shown and because:
            yield pack.text.error(
                f"{rule.id} says why it has no example {meaning}, and has one",
                f"take no_example.{value} away",
                (*at, "no_example"),
            )
    if item.no_example.undetermined and (lacking := _undetermined_without(item)) is not None:
        without = f"without {lacking}" if lacking else "when nothing is known"
        yield pack.text.error(
            f"{rule.id} says that it is never undetermined, but {without} it is",
            "add that example, and take no_example.undetermined away",
            (*at, "no_example"),
        )


def _idle(pack: RulePack, item: PackRule, number: int) -> Iterator[PackError]:
    """Plan and letters count a rule's hours for its owner, so one who takes no step gets somebody else's work."""
    rule = item.rule
    if rule.who not in {who for _, who in rule.steps}:
        yield pack.text.error(
            f'{rule.id} gives its hours to "{rule.who}", who takes none of its steps',
            "name who takes the largest of them",
            ("rule", number, "who"),
        )


def _undetermined_without(item: PackRule) -> str | None:
    """Return a fact whose absence leaves the rule undetermined, "" for all of them; None where there is none."""
    given = [dict(example.given) for example in item.examples]
    lacking: list[tuple[str, dict[str, Any]]] = [("", {})]
    lacking += [
        (name, {other: value for other, value in facts.items() if other != name}) for facts in given for name in facts
    ]
    said = says(item, [facts for _, facts in lacking])
    return next((name for (name, _), value in zip(lacking, said, strict=True) if value == _UNDETERMINED), None)


def _equal(pack: RulePack) -> Iterator[PackError]:
    numbered = list(enumerate(pack.rules))
    for (_, one), (number, other) in combinations(numbered, 2):
        at = ("rule", number)
        if one.rule.title == other.rule.title:
            yield pack.text.error(
                f"{one.rule.id} and {other.rule.id} have the same title", "say what tells them apart", (*at, "title")
            )
        if one.rule.phase == other.rule.phase and _normal(one.condition.tree) == _normal(other.condition.tree):
            yield pack.text.error(
                f"{one.rule.id} and {other.rule.id} of phase {one.rule.phase} say the same",
                "take one away, or say what tells them apart",
                (*at, "when"),
            )


def _normal(node: exp.Expression) -> str:
    """Return the condition without what makes no difference: parentheses, and the order of "and" and "or"."""
    match node:
        case exp.Paren():
            return _normal(node.this)
        case exp.And() | exp.Or():
            return f"({type(node).__name__} {' '.join(sorted({_normal(part) for part in _parts(node)}))})"
        case exp.Not():
            return f"(not {_normal(node.this)})"
    return node.sql(dialect="duckdb", comments=False, normalize=True)


def _parts(node: exp.Expression) -> Iterator[exp.Expression]:
    """Give what an "and" or an "or" joins, through all of its kind inside it."""
    for side in (node.this, node.expression):
        plain = side.unnest()
        if isinstance(plain, type(node)):
            yield from _parts(plain)
        else:
            yield plain


def _given_sources(file: PackFile) -> Iterator[tuple[str, ...]]:
    for rule in file.rule:
        yield rule.sources
    for remedy in file.remedy:
        yield remedy.sources
    for table in file.table:
        yield table.sources


def _unused(pack: RulePack) -> Iterator[PackError]:
    file = pack.file
    remedies = {rule.remedy for rule in file.rule}
    divergences = {rule.divergence for rule in file.rule}
    tables = {lookup.name for item in pack.rules for lookup in item.condition.lookups}
    sources = {name for given in _given_sources(file) for name in given}
    unused = [("remedy", number, one.id) for number, one in enumerate(file.remedy) if one.id not in remedies]
    unused += [("divergence", n, one.id) for n, one in enumerate(file.divergence) if one.id not in divergences]
    unused += [("table", number, one.name) for number, one in enumerate(file.table) if one.name not in tables]
    for kind, position, name in unused:
        yield pack.text.error(f'no rule uses the {kind} "{name}"', "use it, or take it away", (kind, position))
    for name in file.sources:
        if name not in sources:
            yield pack.text.error(f'nothing names the source "{name}"', "use it, or take it away", ("sources", name))
    for phase in pack.phases:
        if phase.id not in {item.rule.phase for item in pack.rules}:
            position = [one.id for one in file.phase].index(phase.id)
            yield pack.text.error(
                f'the phase "{phase.id}" has no rule', "add one, or take it away", ("phase", position)
            )
