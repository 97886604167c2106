"""Rules over facts: findings, the verdict of each connection and integration at each phase, and gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import numpy as np

from auditor.assessment import Assessment, Finding, Gap, JudgedConnection, JudgedIntegration, Phase
from auditor.decision import Decision
from auditor.engagement import Engagement
from auditor.engine.asked import Asked
from auditor.engine.decisions import Decisions
from auditor.engine.other_rollouts import notes_on_other_rollouts
from auditor.engine.pack import PackRule, RulePack
from auditor.engine.table import Truth
from auditor.errors import InputError
from auditor.inventory import Inventory
from auditor.model import Account, Connection, Integration, facts
from auditor.vocabulary import List, RuleVerdict, State, Verdict

_ORDER = list(Verdict)
_NONE: Mapping[str, tuple[Decision, ...]] = MappingProxyType({})


def judge(account: Account, inventory: Inventory, pack: RulePack, engagement: Engagement) -> Assessment:
    """Return what the pack's rules mean for every connection and integration of the account at each phase."""
    if engagement.as_of is None:
        raise InputError("the audit has no as-of date", fix="give one with --as-of or in engagement.toml")
    notes = notes_on_other_rollouts(pack, engagement)
    phases = tuple(replace(phase, effective=engagement.phases.get(phase.id)) for phase in pack.phases)
    asked = Asked(account.connections, pack, inventory)
    findings, found_by = _findings(account.connections, pack, asked)
    decisions = Decisions(engagement, account, engagement.as_of)
    verdicts, exempted = _verdicts(account.connections, phases, pack, decisions, asked)
    judged = tuple(
        JudgedConnection(
            connection=connection,
            verdicts=verdicts[number],
            findings=tuple(finding.id for finding in found_by.get(number, ())),
            exemptions=exempted.get(number, _NONE),
            other_facts=asked.other_facts(number),
        )
        for number, connection in enumerate(account.connections)
    )
    integrations = _integrations(account.integrations, judged, found_by, phases)
    return Assessment(
        client=engagement.client or "Client",
        consultant=engagement.consultant,
        as_of=engagement.as_of,
        pack_id=pack.id,
        pack_version=pack.version,
        pack_title=pack.title,
        packs=pack.names,
        phases=phases,
        integrations=integrations,
        connections=judged,
        findings=findings,
        gaps=_gaps(account, judged, asked, pack, phases),
        conflicts=account.conflicts,
        roles=account.roles,
        rules=tuple(item.rule for item in pack.rules),
        inputs=inventory.inputs,
        notes=(*notes, *_date_notes(phases, engagement.as_of, inventory), *decisions.notes(phases, judged, found_by)),
        # Tokens are verified where a consultant wants to; nobody is asked for it.
        missing_lists=tuple(
            name for name in List if not inventory.is_exported(name) and name is not List.VERIFICATIONS
        ),
        guides=inventory.guides,
    )


def _date_notes(phases: Sequence[Phase], as_of: date, inventory: Inventory) -> Iterator[str]:
    """Give what the reader must know of dates that don't fit each other."""
    for phase in phases:
        opens, closes = phase.window
        if phase.effective and not opens <= phase.effective <= closes:
            yield f"{phase.id} is said to reach this account on {phase.effective}, outside its window from {opens} to {closes}"
    trail = inventory.frame(List.LOGINS)
    last = None if trail is None else max((day for day in trail["last"] if day), default=None)
    if last and last > as_of:
        yield f"the {List.LOGINS} goes on until {last}, and the audit is of {as_of}: later logins are counted, too"


def _findings(
    connections: Sequence[Connection], pack: RulePack, asked: Asked
) -> tuple[tuple[Finding, ...], Mapping[int, list[Finding]]]:
    """Return the findings in the order of connections and rules, and those of each connection by its position."""
    holds = np.column_stack([asked.truths[item.rule.id] == Truth.TRUE for item in pack.rules])
    findings: list[Finding] = []
    by_connection: dict[int, list[Finding]] = defaultdict(list)
    numbers, orders = (positions.tolist() for positions in np.nonzero(holds))
    for number, order in zip(numbers, orders, strict=True):
        finding = Finding(id=f"f{len(findings) + 1}", rule=pack.rules[order].rule, connection=connections[number].id)
        findings.append(finding)
        by_connection[number].append(finding)
    return tuple(findings), by_connection


def _in_force(pack: RulePack, phases: Sequence[Phase], phase: Phase, verdict: RuleVerdict) -> list[PackRule]:
    """Return the rules of that verdict of this phase or an earlier one."""
    so_far = {earlier.id for earlier in phases[: phases.index(phase) + 1]}
    return [item for item in pack.rules if item.rule.verdict is verdict and item.rule.phase in so_far]


def _verdicts(
    connections: Sequence[Connection], phases: Sequence[Phase], pack: RulePack, decisions: Decisions, asked: Asked
) -> tuple[list[Mapping[str, Verdict]], Mapping[int, Mapping[str, tuple[Decision, ...]]]]:
    verdicts: list[list[Verdict]] = []
    exempted: dict[int, dict[str, tuple[Decision, ...]]] = defaultdict(dict)
    for phase in phases:
        breaking = _in_force(pack, phases, phase, RuleVerdict.BREAKS)
        breaks = asked.any(breaking, Truth.TRUE)
        inactive = asked.inactive == Truth.TRUE
        exempt = np.zeros(len(connections), dtype=bool)
        if decisions:
            for number in np.flatnonzero(breaks & ~inactive).tolist():
                holding = [item.rule.id for item in breaking if asked.truths[item.rule.id][number] == Truth.TRUE]
                exempting = decisions.exempting(connections[number], holding, phase)
                if exempting:
                    exempt[number] = True
                    exempted[number][phase.id] = exempting
        decided = np.select(
            [
                inactive,
                exempt,
                breaks,
                asked.any(breaking, Truth.NULL),
                asked.any(_in_force(pack, phases, phase, RuleVerdict.AT_RISK), Truth.TRUE),
                asked.evidence == Truth.TRUE,
            ],
            [_ORDER.index(verdict) for verdict in _FIRST_THAT_APPLIES],
            _ORDER.index(Verdict.UNDETERMINED),
        )
        verdicts.append([_ORDER[code] for code in decided.tolist()])
    # There are few combinations and many connections: each combination is kept once.
    ids = [phase.id for phase in phases]
    known: dict[tuple[Verdict, ...], Mapping[str, Verdict]] = {}
    combined = [known.setdefault(said, dict(zip(ids, said, strict=True))) for said in zip(*verdicts, strict=True)]
    return combined, exempted


_FIRST_THAT_APPLIES = (
    Verdict.INACTIVE,
    Verdict.EXEMPT,
    Verdict.BREAKS,
    Verdict.UNDETERMINED,
    Verdict.AT_RISK,
    Verdict.READY,
)


def _integrations(
    integrations: Sequence[Integration],
    judged: Sequence[JudgedConnection],
    found_by: Mapping[int, list[Finding]],
    phases: Sequence[Phase],
) -> tuple[JudgedIntegration, ...]:
    position = {one.connection.id: number for number, one in enumerate(judged)}
    found = []
    for integration in integrations:
        own = [position[id] for id in integration.connections]
        if len(own) == 1:
            verdicts = judged[own[0]].verdicts
        else:
            verdicts = {
                phase.id: _worst(integration, [judged[one].verdicts[phase.id] for one in own]) for phase in phases
            }
        found.append(
            JudgedIntegration(
                integration=integration,
                verdicts=verdicts,
                breaks_at=next((id for id, verdict in verdicts.items() if verdict is Verdict.BREAKS), None),
                effort_hours=_effort(
                    [one for one in own if Verdict.INACTIVE not in judged[one].verdicts.values()], found_by
                ),
            )
        )
    return tuple(found)


def _effort(connections: Sequence[int], found_by: Mapping[int, list[Finding]]) -> tuple[float, float]:
    least: float = 0
    most: float = 0
    for number in connections:
        for finding in found_by.get(number, ()):
            if finding.rule.verdict is not RuleVerdict.ADVICE:
                least, most = max(least, finding.rule.effort_hours[0]), max(most, finding.rule.effort_hours[1])
    return (least, most)


def _worst(integration: Integration, verdicts: Sequence[Verdict]) -> Verdict:
    if verdicts:
        return min(verdicts, key=_ORDER.index)
    inactive = integration.state in (State.BLOCKED, State.WAITING)
    return Verdict.INACTIVE if inactive else Verdict.UNDETERMINED


def _gaps(
    account: Account, judged: Sequence[JudgedConnection], asked: Asked, pack: RulePack, phases: Sequence[Phase]
) -> tuple[Gap, ...]:
    lacking: dict[str, set[int]] = defaultdict(set)
    for phase in phases:
        open_here = {n for n, one in enumerate(judged) if one.verdicts[phase.id] is Verdict.UNDETERMINED}
        for item in _in_force(pack, phases, phase, RuleVerdict.BREAKS):
            for name, numbers in asked.missing(item).items():
                for number in open_here.intersection(numbers.tolist()):
                    lacking[_first_missing(name, judged[number].connection)].add(number)
        # Not ready for want of evidence rather than because of a rule: no sign-in was seen, no method is stated.
        unproven = np.flatnonzero(asked.evidence != Truth.TRUE).tolist()
        lacking["authentication"].update(open_here.intersection(unproven))
    # Sign-ins without a readable date: nothing can be said of when they stopped, whatever the verdicts.
    lacking["last_seen"].update(
        n for n, one in enumerate(judged) if one.connection.logins and not one.connection.last_seen
    )
    key_of = {id: integration.key for integration in account.integrations for id in integration.connections}
    bare = tuple(
        one.key for one in account.integrations if not one.connections and _worst(one, ()) is Verdict.UNDETERMINED
    )
    gaps = []
    for name, declared in facts().items():
        connections = tuple(judged[number].connection.id for number in sorted(lacking.get(name, ())))
        integrations = dict.fromkeys(key_of[id] for id in connections)
        if name == "authentication":
            integrations |= dict.fromkeys(bare)
        if integrations:
            gaps.append(
                Gap(
                    fact=name,
                    meaning=declared.meaning + _example(name, pack),
                    connections=connections,
                    integrations=tuple(integrations),
                    settled_by=declared.settled_by,
                )
            )
    return tuple(gaps)


def _example(name: str, pack: RulePack) -> str:
    """Return the newest value that the pack's tables know of the fact: one that its phases still concern."""
    rows = (one.rows for item in pack.rules for one in item.condition.lookups if one.reads == name)
    return next((f", e.g. {next(iter(values))}" for values in rows), "")


def _first_missing(name: str, connection: Connection) -> str:
    """Return the fact that has to be found first: nobody can tell the privilege of a role that is not known."""
    rests_on = facts()[name].rests_on
    return rests_on if rests_on and getattr(connection, rests_on) is None else name
