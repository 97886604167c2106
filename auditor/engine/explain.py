"""Why a connection has its verdict at each phase: every rule, what it read, and what it said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from auditor.assessment import JudgedConnection, Rule
from auditor.decision import Decision
from auditor.engine.condition import Condition
from auditor.engine.pack import PackRule, RulePack
from auditor.engine.table import FactsTable, Truth
from auditor.model import Connection
from auditor.vocabulary import RuleVerdict, Verdict

Value = str | bool | int | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One rule over one connection."""

    rule: Rule
    truth: Truth
    facts: tuple[tuple[str, Value], ...]
    """What it read, in the order of its condition, the answers of its tables last."""
    missing: tuple[str, ...]
    """Where it is NULL, the facts to blame."""
    decided_by: tuple[tuple[str, Value], ...]
    """Where it is FALSE, the facts of the first part that is; otherwise all that it read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the verdict of a phase is what it is."""

    phase: str
    verdict: Verdict
    because: str
    readings: tuple[Reading, ...]
    """The rules that decided it; none where no rule did."""


def read_rules(judged: JudgedConnection, pack: RulePack) -> tuple[Reading, ...]:
    """Return what every rule of the pack reads of the connection, and says of it, in the order of the pack."""
    found: dict[str, Reading] = {}
    as_judged: dict[Connection, list[PackRule]] = {}
    for item in pack.rules:
        as_judged.setdefault(_as_judged_by(judged, item), []).append(item)
    for connection, items in as_judged.items():
        # One table for all of them: making one costs more than asking it.
        table = FactsTable([connection], [item.condition for item in items])
        truths = [Truth(int(said[0])) for said in table.ask([item.condition for item in items])]
        for item, truth in zip(items, truths, strict=True):
            found[item.rule.id] = _read(connection, item, truth, table)
    return tuple(found[item.rule.id] for item in pack.rules)


def _as_judged_by(judged: JudgedConnection, item: PackRule) -> Connection:
    """Return the connection's facts as that rule's own pack and phase see them."""
    for other in judged.other_facts:
        if (other.pack, other.phase) == (item.pack, item.rule.phase):
            return replace(judged.connection, **other.facts)  # type: ignore[arg-type]
    return judged.connection


def _read(connection: Connection, item: PackRule, truth: Truth, table: FactsTable) -> Reading:
    condition = item.condition
    blamed = table.missing(condition) if truth is Truth.NULL else {}
    deciding = condition
    if truth is Truth.FALSE:
        parts = list(condition.parts())
        false = [said[0] == Truth.FALSE for said in table.ask(parts)]
        deciding = next((part for part, no in zip(parts, false, strict=True) if no), condition)
    return Reading(
        rule=item.rule,
        truth=truth,
        facts=_facts(connection, condition),
        missing=tuple(name for name, rows in blamed.items() if len(rows)),
        decided_by=_facts(connection, deciding),
    )


def _facts(connection: Connection, condition: Condition) -> tuple[tuple[str, Value], ...]:
    facts: dict[str, Value] = {name: getattr(connection, name) for name in condition.reads}
    for lookup in condition.lookups:
        facts[f"{lookup.name} at {lookup.release}"] = lookup.of(getattr(connection, lookup.reads))
    return tuple(facts.items())


def reasons(judged: JudgedConnection, pack: RulePack, readings: Sequence[Reading]) -> tuple[Reason, ...]:
    """Return why the connection has its verdict at each phase."""
    found = []
    so_far: set[str] = set()
    for phase in pack.phases:
        so_far.add(phase.id)
        in_force = [one for one in readings if one.rule.phase in so_far]
        verdict = judged.verdicts[phase.id]
        deciding = _deciding(verdict, in_force)
        found.append(
            Reason(
                phase=phase.id,
                verdict=verdict,
                because=_because(judged, phase.id, verdict, deciding),
                readings=tuple(deciding),
            )
        )
    return tuple(found)


_DECIDED_BY: Mapping[Verdict, tuple[RuleVerdict, Truth]] = {
    Verdict.BREAKS: (RuleVerdict.BREAKS, Truth.TRUE),
    Verdict.EXEMPT: (RuleVerdict.BREAKS, Truth.TRUE),
    Verdict.UNDETERMINED: (RuleVerdict.BREAKS, Truth.NULL),
    Verdict.AT_RISK: (RuleVerdict.AT_RISK, Truth.TRUE),
}


def _deciding(verdict: Verdict, readings: Sequence[Reading]) -> list[Reading]:
    if verdict not in _DECIDED_BY:
        return []
    wanted = _DECIDED_BY[verdict]
    return [one for one in readings if (one.rule.verdict, one.truth) == wanted]


def _covered(decisions: Sequence[Decision]) -> str:
    if not decisions:
        return "an exemption covers it"  # an assessment.json of an earlier version does not say more
    covers = "accepted" if any(one.is_waiver for one in decisions) else "an exemption covers it"
    return f"{covers}: {'; '.join(one.said(str(one.until)) for one in decisions)}"


def _because(judged: JudgedConnection, phase: str, verdict: Verdict, deciding: Sequence[Reading]) -> str:
    names = ", ".join(one.rule.id for one in deciding)
    be = "is" if len(deciding) == 1 else "are"
    connection = judged.connection
    match verdict:
        case Verdict.BREAKS | Verdict.AT_RISK:
            return f"{names} {be} TRUE"
        case Verdict.EXEMPT:
            return f"{names} {be} TRUE, and {_covered(judged.exemptions.get(phase, ()))}"
        case Verdict.UNDETERMINED if deciding:
            return f"{names} {be} NULL: {_open(deciding)} not known"
        case Verdict.UNDETERMINED:
            return "no rule breaks it, but nothing proves that it signs in, or how"
        case Verdict.INACTIVE:
            names = ", ".join(f"{name} is {shown(getattr(connection, name))}" for name in _stopping(connection))
            return f"it can't sign in today: {names}"
    proof = [name for name in ("authentication", "logins") if getattr(connection, name)]
    return "no rule breaks it or puts it at risk, and " + " and ".join(
        f"{name} is {shown(getattr(connection, name))}" for name in proof
    )


def _open(readings: Sequence[Reading]) -> str:
    names = list(dict.fromkeys(name for one in readings for name in one.missing))
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"


def _stopping(connection: Connection) -> list[str]:
    return [
        name
        for name in ("integration_state", "role_active", "user_active")
        if getattr(connection, name) in ("Blocked", "Waiting for Approval") or getattr(connection, name) is False
    ]


def shown(value: Value) -> str:
    """Return a fact's value as people read it: yes, no, a number, a text, or "?" where it is not known."""
    if value is None:
        return "?"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
