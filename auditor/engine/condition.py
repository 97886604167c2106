"""The condition of a rule: a SQL boolean over facts, read into a tree of known parts and written out anew.

What DuckDB evaluates is written from the tree, so only what is listed here can reach it: no function that reads a
file, no subquery, no setting. Types are checked on the way, so a condition that was read can't fail on any row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp, parse
from sqlglot.errors import SqlglotError

from auditor.errors import PackError, nearest
from auditor.model import Fact, facts

_LONGEST = 2000
_DEEPEST = 40
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

    sql: str
    facts: frozenset[str]
    missing: tuple[Missing, ...]


def read_condition(when: str) -> Condition:
    """Return the condition of that text. Raises PackError (without its place in the pack) for anything else."""
    tree = _parsed(when)
    if _type(tree) != "boolean":
        raise PackError(f'"{when}" is not a condition', fix='write a comparison, e.g. authentication = "TBA"')
    return Condition(
        sql=_sql(tree),
        facts=frozenset(column.name for column in tree.find_all(exp.Column)),
        missing=tuple(_missing(tree, ())),
    )


def _parsed(when: str) -> exp.Expression:
    if len(when) > _LONGEST:
        raise PackError(f"the condition is longer than {_LONGEST} characters", fix="split the rule in two")
    try:
        trees = parse(f"select {when}", dialect="duckdb")
        select = trees[0]
    except (SqlglotError, RecursionError) as error:
        raise PackError(
            f'"{when}" is not a SQL expression', fix="see rules/README.md for what may stand there"
        ) from error
    plain = isinstance(select, exp.Select) and not any(
        value for name, value in select.args.items() if name != "expressions"
    )
    if select is None or not plain or len(trees) != 1 or len(select.expressions) != 1:
        raise PackError(f'"{when}" is more than one expression', fix="write one condition over facts")
    tree: exp.Expression = select.expressions[0]
    if max((node.depth for node in tree.walk()), default=0) > _DEEPEST:
        raise PackError("the condition is nested too deeply", fix="split the rule in two")
    return tree


def _sql(node: exp.Expression) -> str:
    return node.sql(dialect="duckdb", comments=False)


def _type(node: exp.Expression) -> str:
    """Return the type of a part, having checked everything in it."""
    match node:
        case exp.Column():
            return _fact(node).type
        case exp.Literal():
            return "text" if node.is_string else "integer"
        case exp.Boolean():
            return "boolean"
        case exp.Paren():
            return _type(node.this)
        case exp.And() | exp.Or():
            return _same("boolean", node.this, node.expression)
        case exp.Not():
            return _same("boolean", node.this)
        case exp.Is() if isinstance(node.expression, exp.Null):
            _type(node.this)
            return "boolean"
        case exp.Is() if isinstance(node.expression, exp.Boolean):
            return _same("boolean", node.this)
        case exp.In() if node.expressions and not any(node.args.get(part) for part in ("query", "unnest", "field")):
            return _compared(node.this, *node.expressions)
        case exp.Between():
            return _compared(node.this, node.args["low"], node.args["high"])
        case exp.Like() | exp.ILike():
            _same("text", node.this, node.expression)
            return "boolean"
        case exp.Lower():
            return _same("text", node.this)
        case exp.Neg():
            return _same("integer", node.this)
        case exp.Cast() if node.to.is_type("date") and isinstance(node.this, exp.Literal):
            return "date"
        case _ if isinstance(node, _COMPARISONS):
            return _compared(node.this, node.expression)
    raise PackError(f'"{_sql(node)}" may not stand in a condition', fix="see rules/README.md for what may stand there")


def _fact(column: exp.Column) -> Fact:
    if len(column.parts) > 1 or column.name not in facts():
        raise PackError(f'"{_sql(column)}" is not a fact', fix=nearest(column.name, list(facts())))
    return facts()[column.name]


def _same(wanted: str, *nodes: exp.Expression) -> str:
    for node in nodes:
        if _type(node) != wanted:
            raise PackError(f'"{_sql(node)}" is not {wanted}', fix="compare it with a value")
    return wanted


def _compared(first: exp.Expression, *others: exp.Expression) -> str:
    _same(_type(first), *others)
    sides = (first, *others)
    for column in (side for side in sides if isinstance(side, exp.Column)):
        values = _fact(column).values
        for literal in (side for side in sides if isinstance(side, exp.Literal)):
            # A value that is never there would make a rule that can never hold.
            if values and literal.name not in values:
                raise PackError(
                    f'"{literal.name}" is not a value of {column.name}', fix=nearest(literal.name, list(values))
                )
    return "boolean"


def _missing(node: exp.Expression, above: tuple[str, ...]) -> Iterator[Missing]:
    """Give the facts to blame: down to the comparisons that are NULL, through parts that are NULL themselves."""
    path = (*above, f"({_sql(node)}) is null")
    if isinstance(node, _SWITCHES):
        for child in (node.this, node.args.get("expression")):
            if child is not None:
                yield from _missing(child, path)
        return
    for name in dict.fromkeys(column.name for column in node.find_all(exp.Column)):
        yield Missing(fact=name, sql=" and ".join((*path, f"{name} is null")))
