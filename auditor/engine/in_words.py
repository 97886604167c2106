"""A condition in words, for whoever does not read SQL: one line a part, what must hold together set in below it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlglot import exp

from auditor.engine.condition import Condition
from auditor.model import facts

_COMPARED: dict[Any, str] = {
    exp.EQ: "is {}",
    exp.NEQ: "is not {}",
    exp.GT: "is more than {}",
    exp.GTE: "is {} or more",
    exp.LT: "is less than {}",
    exp.LTE: "is {} or less",
    exp.NullSafeEQ: "is {}, and known to be",
    exp.NullSafeNEQ: "is not {}, or is not known",
    exp.Like: "looks like {}",
    exp.ILike: "looks like {}",
}


def in_words(condition: Condition) -> tuple[str, ...]:
    """Return the condition as lines of text."""
    claims = {name: fact.meaning if fact.type == "boolean" else _plain(name) for name, fact in facts().items()}
    claims |= {one.name: _plain(one.name) for one in condition.lookups}
    return tuple(_lines(condition.tree, claims, 0))


def names_in_words(condition: Condition) -> tuple[tuple[str, str], ...]:
    """Return what the condition calls by name, tables included, each with its meaning."""
    tables = {one.name: f"{one.meaning} (a table, by {one.reads}, at {one.release})" for one in condition.lookups}
    meanings = {name: fact.meaning for name, fact in facts().items() if fact.type != "boolean"} | tables
    named = dict.fromkeys(column.name for column in condition.tree.find_all(exp.Column, bfs=False))
    return tuple((_plain(name), meanings[name]) for name in named if name in meanings)


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _lines(node: Any, meanings: Mapping[str, str], depth: int) -> Iterator[str]:
    plain = node.unnest()
    if not isinstance(plain, exp.And | exp.Or):
        yield "  " * depth + _claim(plain, meanings, holds=True)
        return
    parts = list(_joined(plain))
    yield "  " * depth + ("all of these:" if isinstance(plain, exp.And) else "at least one of these:")
    for part in parts:
        yield from _lines(part, meanings, depth + 1)


def _joined(node: Any) -> Iterator[Any]:
    for side in (node.this, node.expression):
        plain = side.unnest()
        if isinstance(plain, type(node)):
            yield from _joined(plain)
        else:
            yield plain


def _claim(node: Any, meanings: Mapping[str, str], *, holds: bool) -> str:
    """Return one part as a claim, turned round where it must not hold."""
    plain = node.unnest()
    match plain:
        case exp.Not():
            return _claim(plain.this, meanings, holds=not holds)
        case exp.Column():
            return meanings[plain.name] if holds else f"known to be otherwise: {meanings[plain.name]}"
        case exp.Is():
            return _is(plain, meanings, holds=holds)
        case exp.In():
            values = " or ".join(_said(one) for one in plain.expressions)
            return f"{_subject(plain.this, meanings)} {'is' if holds else 'is not'} {values}"
        case exp.Between():
            ends = f"{_said(plain.args['low'])} to {_said(plain.args['high'])}"
            return f"{_subject(plain.this, meanings)} {'is' if holds else 'is not'} within {ends}"
        case exp.And() | exp.Or():
            word = " and " if isinstance(plain, exp.And) else " or "
            joined = word.join(_claim(part, meanings, holds=True) for part in _joined(plain))
            return joined if holds else f"known to be otherwise: {joined}"
        case _ if type(plain) in _COMPARED:
            said = _COMPARED[type(plain)].format(_said(plain.expression))
            claim = f"{_subject(plain.this, meanings)} {said}"
            return claim if holds else f"known to be otherwise: {claim}"
    return str(plain.sql(dialect="duckdb"))


def _is(node: Any, meanings: Mapping[str, str], *, holds: bool) -> str:
    subject = node.this.unnest()
    if isinstance(node.expression, exp.Null):
        return f"{_subject(subject, meanings)} {'is not known' if holds else 'is known'}"
    wanted = bool(node.expression.this)
    if holds:
        return _claim(subject, meanings, holds=wanted)
    # "is not true" holds where it is false and where it is not known.
    return f"not known to be {'so' if wanted else 'otherwise'}: {_claim(subject, meanings, holds=True)}"


def _subject(node: exp.Expression, meanings: Mapping[str, str]) -> str:
    column = node.find(exp.Column)
    return meanings[column.name] if column else node.sql(dialect="duckdb")


def _said(node: exp.Expression) -> str:
    plain = node.unnest()
    match plain:
        case exp.Literal():
            return f'"{plain.name}"' if plain.is_string else str(plain.name)
        case exp.Column():
            return f"the {_plain(plain.name)}"
        case exp.Cast():
            return str(plain.this.name)
    return str(plain.sql(dialect="duckdb"))
