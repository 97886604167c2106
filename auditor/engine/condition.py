"""The condition of a rule: a SQL boolean over facts, read into a tree of known parts and written out anew.

What DuckDB evaluates is written from the tree, so only what is listed here can reach it: no function that reads a
file, no subquery, no setting. Types are checked on the way, so a condition that was read can't fail on any row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from auditor.engine.lookup import Lookup
from auditor.errors import PackError, nearest
from auditor.model import facts

_LONGEST = 2000
_DEEPEST = 40
_SHOWN = 100
# The parser tries some openings in several ways, each inside the other: what is nested deeper would take for ever.
_DEEPEST_PARENTHESES = 12
_MOST_WILDCARDS = 3
_STRING = re.compile(r"'(?:[^']|'')*+'")
_FOREIGN = re.compile(r"[^\w\s.,()=<>!'-]|--")
_INTEGER = re.compile(r"[0-9]{1,18}")
_NO_LOOKUPS: Mapping[str, Lookup] = MappingProxyType({})
_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_SWITCHES = (exp.And, exp.Or, exp.Not, exp.Paren)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """When a fact is to blame for a condition that is NULL."""

    fact: str
    sql: str
    """TRUE for the connections where the fact is not known and the condition is NULL for want of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition that has been checked."""

    tree: exp.Expression
    sql: str
    reads: tuple[str, ...]
    """Every fact it reads, those that its tables look up included, in the order of the condition."""
    lookups: tuple[Lookup, ...]

    def missing(self) -> tuple[Missing, ...]:
        """Return when each of its facts is to blame for a NULL; only a gap asks, so that it is worked out then."""
        return tuple(_Names({one.name: one for one in self.lookups}).missing(self.tree, ()))

    def parts(self) -> Iterator[Condition]:
        """Give the conditions that must hold together, each by itself."""
        lookups = {one.name: one for one in self.lookups}
        for part in self.tree.flatten() if isinstance(self.tree, exp.And) else (self.tree,):
            yield _condition(part, lookups)


def read_condition(when: str, lookups: Mapping[str, Lookup] = _NO_LOOKUPS) -> Condition:
    """Return the condition of that text over facts and the tables of a pack.

    Raises PackError (without its place in the pack) for anything else.
    """
    tree = _parsed(when)
    if _Names(lookups).type(tree) != "boolean":
        raise PackError(f'"{_short(when)}" is not a condition', fix="write a comparison, e.g. authentication = 'TBA'")
    if not any(tree.find_all(exp.Column)):
        raise PackError(f'"{_short(when)}" reads no fact', fix="write a condition over facts")
    return _condition(tree, lookups)


def _condition(tree: Any, lookups: Mapping[str, Lookup]) -> Condition:
    names = _Names(lookups)
    read = dict.fromkeys(column.name for column in tree.find_all(exp.Column, bfs=False))
    return Condition(
        tree=tree,
        sql=names.sql(tree),
        reads=tuple(dict.fromkeys(lookups[name].reads if name in lookups else name for name in read)),
        lookups=tuple(lookups[name] for name in read if name in lookups),
    )


def _parsed(when: str) -> exp.Expression:
    _check_text(when)
    try:
        trees = parse(f"select {when}", dialect="duckdb")
        select = trees[0]
    except (SqlglotError, RecursionError) as error:
        raise PackError(
            f'"{_short(when)}" is not a SQL expression', fix="see rules/README.md for what may stand there"
        ) from error
    plain = isinstance(select, exp.Select) and not any(
        value for name, value in select.args.items() if name != "expressions"
    )
    if select is None or not plain or len(trees) != 1 or len(select.expressions) != 1:
        raise PackError(f'"{_short(when)}" is more than one expression', fix="write one condition over facts")
    tree: exp.Expression = select.expressions[0]
    if max((node.depth for node in tree.walk()), default=0) > _DEEPEST:
        raise PackError("the condition is nested too deeply", fix="split the rule in two")
    return tree


def _check_text(when: str) -> None:
    """Refuse, before the parser sees it, what no condition holds and what would keep the parser busy."""
    if len(when) > _LONGEST:
        raise PackError(f"the condition is longer than {_LONGEST} characters", fix="split the rule in two")
    plain = _STRING.sub("''", when)
    if foreign := _FOREIGN.search(plain):
        raise PackError(
            f'"{foreign[0]}" may not stand in a condition', fix="see rules/README.md for what may stand there"
        )
    depth = deepest = 0
    for character in plain:
        depth += {"(": 1, ")": -1}.get(character, 0)
        deepest = max(deepest, depth)
    if deepest > _DEEPEST_PARENTHESES:
        raise PackError("the condition is nested too deeply", fix="split the rule in two")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _plain(node: exp.Expression) -> str:
    return node.sql(dialect="duckdb", comments=False)


@dataclass(frozen=True, slots=True)
class _Named:
    """What a name in a condition stands for."""

    type: str
    values: tuple[str, ...]
    column: str
    fact: str


class _Names:
    """The names that a condition may use: every fact, and the tables of its pack."""

    def __init__(self, lookups: Mapping[str, Lookup]) -> None:
        self._known = {
            name: _Named(type=fact.type, values=fact.values, column=name, fact=name) for name, fact in facts().items()
        } | {
            name: _Named(type="text", values=one.values, column=one.column, fact=one.reads)
            for name, one in lookups.items()
        }

    def named(self, column: exp.Column) -> _Named:
        if len(column.parts) > 1 or column.name not in self._known:
            raise PackError(f'"{_plain(column)}" is not a fact', fix=nearest(column.name, list(self._known)))
        return self._known[column.name]

    def sql(self, node: exp.Expression) -> str:
        """Return the SQL that DuckDB evaluates: a table's name stands for its column at the rule's release."""
        return _plain(
            node.copy().transform(
                lambda one: (
                    exp.column(exp.to_identifier(self.named(one).column, quoted=True))
                    if isinstance(one, exp.Column)
                    else one
                )
            )
        )

    def type(self, node: exp.Expression) -> str:
        """Return the type of a part, having checked everything in it."""
        match node:
            case exp.Column():
                return self.named(node).type
            case exp.Literal():
                return "text" if node.is_string else _integer(node)
            case exp.Boolean():
                return "boolean"
            case exp.Paren():
                return self.type(node.this)
            case exp.And() | exp.Or():
                return self._same("boolean", node.this, node.expression)
            case exp.Not():
                return self._same("boolean", node.this)
            case exp.Is() if isinstance(node.expression, exp.Null):
                self.type(node.this)
                return "boolean"
            case exp.Is() if isinstance(node.expression, exp.Boolean):
                return self._same("boolean", node.this)
            case exp.In() if node.expressions and not any(node.args.get(part) for part in ("query", "unnest", "field")):
                return self._compared(node.this, *node.expressions)
            case exp.Between():
                return self._compared(node.this, node.args["low"], node.args["high"])
            case exp.Like() | exp.ILike():
                return self._like(node)
            case exp.Lower():
                return self._same("text", node.this)
            case exp.Neg():
                return self._same("integer", node.this)
            case exp.Cast() if node.to.is_type("date") and isinstance(node.this, exp.Literal):
                return _date(node.this)
            case _ if isinstance(node, _COMPARISONS):
                return self._compared(node.this, node.expression)
        raise PackError(
            f'"{_short(_plain(node))}" may not stand in a condition', fix="see rules/README.md for what may stand there"
        )

    def _like(self, node: exp.Expression) -> str:
        self._same("text", node.this, node.expression)
        pattern = node.expression
        # A pattern from the client's data, or with many wildcards, could be made to run for ever.
        if not isinstance(pattern, exp.Literal):
            raise PackError(f'"{_short(_plain(pattern))}" is not a pattern', fix="write it as text, e.g. '%_SB1'")
        most = _MOST_WILDCARDS if "_" not in pattern.name else 1
        if pattern.name.count("%") > most:
            raise PackError(f'"{_short(pattern.name)}" has more than {most} wildcards', fix="write a simpler pattern")
        return "boolean"

    def _same(self, wanted: str, *nodes: exp.Expression) -> str:
        for node in nodes:
            if self.type(node) != wanted:
                raise PackError(f'"{_short(_plain(node))}" is not {wanted}', fix="compare it with a value")
        return wanted

    def _compared(self, first: exp.Expression, *others: exp.Expression) -> str:
        self._same(self.type(first), *others)
        sides = (first, *others)
        for column in (side for side in sides if isinstance(side, exp.Column)):
            values = self.named(column).values
            for literal in (side for side in sides if isinstance(side, exp.Literal)):
                # A value that is never there would make a rule that can never hold.
                if values and literal.name not in values:
                    raise PackError(
                        f'"{literal.name}" is not a value of {column.name}', fix=nearest(literal.name, list(values))
                    )
        return "boolean"

    def missing(self, node: Any, above: tuple[str, ...]) -> Iterator[Missing]:
        """Give the facts to blame: down to the comparisons that are NULL, through parts that are NULL themselves."""
        path = (*above, f"({self.sql(node)}) is null")
        if isinstance(node, _SWITCHES):
            # Of a chain of "and"s that is NULL, every part up to any of them is NULL or TRUE: one step is enough.
            for child in node.flatten() if isinstance(node, exp.And | exp.Or) else (node.this,):
                yield from self.missing(child, path)
            return
        for name in dict.fromkeys(column.name for column in node.find_all(exp.Column)):
            named = self._known[name]
            # A value that its table does not have leaves the fact to blame, though it is known.
            yield Missing(fact=named.fact, sql=" and ".join((*path, f'"{named.column}" is null')))


def _integer(literal: exp.Literal) -> str:
    if not _INTEGER.fullmatch(literal.name):
        raise PackError(f'"{_short(literal.name)}" is not a whole number', fix="facts that are numbers are whole ones")
    return "integer"


def _date(literal: exp.Literal) -> str:
    try:
        date.fromisoformat(literal.name)
    except ValueError as error:
        raise PackError(f'"{literal.name}" is not a date', fix="write it as date '2018-09-14'") from error
    return "date"
