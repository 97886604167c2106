"""What was decided for this account: exemptions that NetSuite granted and waivers of the client's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from auditor.engagement import Engagement, Exemption, Waiver
from auditor.model import Account, Connection, Phase


class Decisions:
    """The exemptions and waivers of an engagement that are in force on the day of the audit; one that has ended is not."""

    def __init__(self, engagement: Engagement, as_of: date) -> None:
        self._all = (*engagement.exemption, *engagement.waiver)
        self._as_of = as_of
        self._exemptions = [one for one in engagement.exemption if one.until >= as_of]
        self._waivers = [one for one in engagement.waiver if one.until >= as_of]

    def __bool__(self) -> bool:
        """Tell whether any is in force."""
        return bool(self._exemptions or self._waivers)

    def exempting(self, connection: Connection, rules: Sequence[str], phase: Phase) -> str | None:
        """Return why the connection is exempt at that phase from all of those rules, which break it; None if it is not."""
        # Without the account's own date, only a decision that outlasts the whole window surely covers the phase.
        day = phase.effective or phase.window[1]
        integration = str(connection.integration)
        for exemption in self._exemptions:
            if exemption.covers(integration, phase.id, day):
                return exemption.said
        waivers = [self._waiver(connection, integration, rule, phase, day) for rule in rules]
        if not all(waivers):
            return None
        return "; ".join(dict.fromkeys(one.said for one in waivers if one))

    def _waiver(self, connection: Connection, integration: str, rule: str, phase: Phase, day: date) -> Waiver | None:
        return next(
            (
                one
                for one in self._waivers
                if one.covers(integration, phase.id, day)
                and one.waives(rule, integration=integration, role=connection.role, user=connection.user)
            ),
            None,
        )

    def notes(self, account: Account) -> tuple[str, ...]:
        """Return what the reader must know of them: which have ended, and which are for nothing of this account."""
        known = {
            "integration": {one.name.casefold() for one in account.integrations},
            "role": {str(one.role).casefold() for one in account.connections},
            "user": {str(one.user).casefold() for one in account.connections},
        }
        notes = []
        for one in self._all:
            subject = _subject(one)
            if one.until < self._as_of:
                notes.append(f"{subject} ended on {one.until} and counts for nothing ({one.owner}: {one.reason})")
            notes += [
                f"{subject} names no {what} of this account"
                for what, names in known.items()
                if (named := getattr(one, what, None)) and named.casefold() not in names
            ]
        return tuple(notes)


def _subject(one: Exemption) -> str:
    if not isinstance(one, Waiver):
        return f'the exemption of "{one.integration}"' if one.integration else "the exemption of the account"
    named = (("integration", one.integration), ("role", one.role), ("user", one.user), ("rule", one.rule))
    return "the waiver for " + ", ".join(f'{what} "{value}"' for what, value in named if value)
