"""What was decided at a client: NetSuite's exemptions and the client's own waivers, what they cover, and when they end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from auditor.assessment import JudgedConnection, JudgedIntegration
from auditor.decision import Decision
from auditor.reporter.recorded import Recorded
from auditor.vocabulary import Verdict

SOON = timedelta(days=60)
"""A decision that ends within so many days has to be seen to now: a migration takes weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDecision:
    """A decision in force at a client, with what would break without it."""

    folder: str
    decision: Decision
    integrations: tuple[str, ...]
    phases: tuple[str, ...]
    """The phases at which it covers something."""
    breaks_at: str | None
    """The first phase at which one of the integrations breaks all the same."""

    def ends_soon(self, today: date) -> bool:
        """Whether it has ended on that day, or ends soon after."""
        return self.decision.until - today <= SOON


def find_decisions(
    folder: str, recorded: Recorded, connections: Mapping[str, JudgedConnection]
) -> tuple[ClientDecision, ...]:
    """Return the decisions that cover something of the client, the one that ends first on top.

    `connections` are the client's, by id.
    """
    order = [phase.id for phase in recorded.phases]
    covered: dict[Decision, dict[str, JudgedIntegration]] = {}
    phases: dict[Decision, set[str]] = {}
    for judged in recorded.integrations:
        for id_ in judged.integration.connections:
            for phase, decisions in connections[id_].exemptions.items():
                for decision in decisions:
                    covered.setdefault(decision, {})[judged.integration.key] = judged
                    phases.setdefault(decision, set()).add(phase)
    found = [
        ClientDecision(
            folder=folder,
            decision=decision,
            integrations=tuple(sorted(judged.integration.name for judged in integrations.values())),
            phases=tuple(phase for phase in order if phase in phases[decision]),
            breaks_at=min(
                (one.breaks_at for one in integrations.values() if one.breaks_at), key=order.index, default=None
            ),
        )
        for decision, integrations in covered.items()
    ]
    return in_order_of_ends(found)


def in_order_of_ends(decisions: Sequence[ClientDecision]) -> tuple[ClientDecision, ...]:
    """Return the decisions, the one that ends first on top."""
    return tuple(
        sorted(
            decisions,
            key=lambda one: (one.decision.until, one.folder, one.decision.owner, one.decision.reason, one.integrations),
        )
    )


def is_waived(judged: JudgedIntegration, phase: str, connections: Mapping[str, JudgedConnection]) -> bool:
    """Tell whether NetSuite refuses the integration at that phase, and it is for a waiver that it does not count as breaking."""
    return judged.verdicts[phase] is not Verdict.BREAKS and any(
        decision.is_waiver
        for id_ in judged.integration.connections
        for decision in connections[id_].exemptions.get(phase, ())
    )
