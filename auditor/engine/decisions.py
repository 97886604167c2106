"""What was decided for this account: exemptions that NetSuite granted and waivers of the client's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from auditor.assessment import Finding, JudgedConnection, Phase
from auditor.decision import Decision
from auditor.engagement import Engagement, Exemption, Waiver
from auditor.errors import close_to
from auditor.model import Account, Connection, Integration
from auditor.vocabulary import RuleVerdict, Verdict


@dataclass(frozen=True, slots=True)
class _Decision:
    said: Exemption
    keys: frozenset[str] | None
    """The integrations that it names; None where it names none and means every one."""

    def covers(self, key: str, phase: Phase) -> bool:
        return self.is_for(key) and self.said.covers(phase.id, _day(phase))

    def is_for(self, key: str) -> bool:
        return self.keys is None or key in self.keys


class Decisions:
    """The exemptions and waivers of an engagement that are in force on the day of the audit; one that has ended is not."""

    def __init__(self, engagement: Engagement, account: Account, as_of: date) -> None:
        said = (*engagement.exemption, *engagement.waiver)
        self._all = [_Decision(one, _meant(one.integration, account.integrations)) for one in said]
        in_force = [one for one in self._all if one.said.until >= as_of]
        self._exemptions = [one for one in in_force if not isinstance(one.said, Waiver)]
        self._waivers = [(one.said, one) for one in in_force if isinstance(one.said, Waiver)]
        self._key_of = {id_: one.key for one in account.integrations for id_ in one.connections} if in_force else {}
        self._account = account
        self._as_of = as_of

    def __bool__(self) -> bool:
        """Tell whether any is in force."""
        return bool(self._exemptions or self._waivers)

    def exempting(self, connection: Connection, rules: Sequence[str], phase: Phase) -> tuple[Decision, ...]:
        """Return what exempts the connection at that phase from all of those rules, which break it; nothing if it is not."""
        key = self._key_of[connection.id]
        for exemption in self._exemptions:
            if exemption.covers(key, phase):
                return (_decision(exemption.said),)
        waivers = [self._waiver(connection, key, rule, phase) for rule in rules]
        if not all(waivers):
            return ()
        return tuple(dict.fromkeys(_decision(one) for one in waivers if one))

    def _waiver(self, connection: Connection, key: str, rule: str, phase: Phase) -> Waiver | None:
        return next(
            (
                waiver
                for waiver, decision in self._waivers
                if decision.covers(key, phase) and waiver.waives(rule, role=connection.role, user=connection.user)
            ),
            None,
        )

    def notes(
        self,
        phases: Sequence[Phase],
        judged: Sequence[JudgedConnection],
        found_by: Mapping[int, Sequence[Finding]],
    ) -> tuple[str, ...]:
        """Return what the reader must know of them: which have ended or end too soon, and which name nothing that there is.

        `found_by` are the findings of each connection, by its position.
        """
        connections = self._account.connections
        known = {
            "role": dict.fromkeys(one.role for one in connections if one.role),
            "user": dict.fromkeys(one.user for one in connections if one.user),
        }
        notes = []
        for one in self._all:
            subject = _subject(one.said)
            if one.said.until < self._as_of:
                notes.append(
                    f"{subject} ended on {one.said.until} and counts for nothing ({one.said.owner}: {one.said.reason})"
                )
            else:
                meant = [
                    item
                    for number, item in enumerate(judged)
                    if self._is_for(one, item.connection, found_by.get(number, ()))
                ]
                notes += [f"{subject} {fault}" for fault in _ends_too_soon(one.said, phases, meant)]
            notes += [f"{subject} {fault}" for fault in self._faults(one)]
            notes += [
                f"{subject} names no {what} of this account{_perhaps(named, list(names))}"
                for what, names in known.items()
                if (named := getattr(one.said, what, None)) and named.casefold() not in map(str.casefold, names)
            ]
        return tuple(notes)

    def _is_for(self, one: _Decision, connection: Connection, found: Iterable[Finding]) -> bool:
        """Tell whether something that breaks the connection is what was decided on."""
        if not one.is_for(self._key_of[connection.id]):
            return False
        if not isinstance(one.said, Waiver):
            return True
        rules = [item.rule.id for item in found if item.rule.verdict is RuleVerdict.BREAKS]
        return any(one.said.waives(rule, role=connection.role, user=connection.user) for rule in rules)

    def _faults(self, one: _Decision) -> Iterator[str]:
        if one.keys is None or one.said.integration is None:
            return
        if not one.keys:
            names = [integration.name for integration in self._account.integrations]
            yield f"names no integration of this account{_perhaps(one.said.integration, names)}"
        elif len(one.keys) > 1:
            yield (
                f"covers {len(one.keys)} integrations of that name: where only one is meant, give its application ID"
                " or internal ID in place of the name"
            )


def _ends_too_soon(said: Exemption, phases: Sequence[Phase], meant: Sequence[JudgedConnection]) -> Iterator[str]:
    """Say which phase comes too late for a decision that exempts none of the connections it is for, though they break."""
    own = [phase for phase in phases if said.phase in (None, phase.id)]
    if any(_decision(said) in item.exemptions.get(phase.id, ()) for item in meant for phase in own):
        return
    for phase in own:
        if said.until < _day(phase) and any(item.verdicts[phase.id] is Verdict.BREAKS for item in meant):
            when = (
                f"reaches this account on {phase.effective}"
                if phase.effective
                else f"has reached every account on {phase.window[1]}; if it reaches this one sooner, give its date in"
                " engagement.toml under [phases]"
            )
            yield f"exempts nothing: it ends on {said.until}, before {phase.id} {when}"
            return


def _day(phase: Phase) -> date:
    """Return the account's own date, or else the last on which the phase can come: only then is it surely there."""
    return phase.effective or phase.window[1]


def _decision(one: Exemption) -> Decision:
    return Decision(reason=one.reason, owner=one.owner, until=one.until, is_waiver=isinstance(one, Waiver))


_NAMED_BY: tuple[Callable[[Integration], str | None], ...] = (
    lambda one: one.name,
    lambda one: one.application_id,
    lambda one: one.internal_id,
)


def _meant(wanted: str | None, integrations: Sequence[Integration]) -> frozenset[str] | None:
    """Return the keys of the integrations of that name, otherwise of that application ID, otherwise of that internal ID."""
    if wanted is None:
        return None
    for named in _NAMED_BY:
        keys = frozenset(one.key for one in integrations if (named(one) or "").casefold() == wanted.casefold())
        if keys:
            return keys
    return frozenset()


def _perhaps(named: str, names: list[str]) -> str:
    close = close_to(named, names)
    return f': did you mean "{close}"?' if close else ""


def _subject(one: Exemption) -> str:
    if not isinstance(one, Waiver):
        return f'the exemption of "{one.integration}"' if one.integration else "the exemption of the account"
    named = (("integration", one.integration), ("role", one.role), ("user", one.user), ("rule", one.rule))
    return "the waiver for " + ", ".join(f'{what} "{value}"' for what, value in named if value)
