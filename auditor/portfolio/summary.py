"""All clients together: by verdict and phase, the work month by month, and what many of them share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from auditor.assessment import Phase
from auditor.portfolio.causes import Cause, find_causes
from auditor.portfolio.client_summary import ClientSummary, Failure, Hours, add_hours
from auditor.portfolio.decisions import ClientDecision, in_order_of_ends
from auditor.portfolio.months import Months, plan_months
from auditor.vocabulary import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioPhase:
    """A phase over all clients."""

    phase: Phase
    """Without a date: each client has its own."""
    clients: Mapping[Verdict, int]
    """How many clients have each verdict as their worst, every verdict named."""
    integrations: Mapping[Verdict, int]
    waived: int
    """How many integrations NetSuite refuses, which their clients accept by a waiver."""
    dated: int
    """How many clients know their own date."""
    own_dates: tuple[date, date] | None
    """The first and the last of these dates."""
    hours: Hours
    """For what first breaks at this phase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """Everything that the portfolio's reports show."""

    as_of: date | None
    """The latest date of an audit; None when none succeeded."""
    clients: tuple[ClientSummary, ...]
    """The one that needs most first."""
    failed: tuple[Failure, ...]
    phases: tuple[PortfolioPhase, ...]
    """In the order of their dates."""
    months: Months
    causes: tuple[Cause, ...]
    """What at least two clients share, the most widely shared first."""
    decisions: tuple[ClientDecision, ...]
    """Exemptions and waivers, the one that ends first on top."""
    missing_lists: Mapping[str, int]
    """How many clients lack each list, the one that most lack first."""

    @property
    def hours(self) -> Hours:
        """The hours for everything that breaks."""
        return add_hours(client.hours for client in self.clients)

    @property
    def ending_soon(self) -> tuple[ClientDecision, ...]:
        """The exemptions and waivers that have ended or end soon, counted from the date of the portfolio."""
        today = self.as_of
        return tuple(item for item in self.decisions if today and item.ends_soon(today))

    @property
    def integrations(self) -> int:
        """How many integrations all clients have."""
        return sum(client.integrations for client in self.clients)


def summarise(clients: Sequence[ClientSummary], failed: Sequence[Failure], hours_a_month: float) -> Portfolio:
    """Return all clients together. The order in which they were audited leaves no trace."""
    as_of = max((client.as_of for client in clients), default=None)
    ordered = tuple(sorted(clients, key=_priority))
    missing = Counter(name for client in clients for name in client.missing_lists)
    return Portfolio(
        as_of=as_of,
        clients=ordered,
        failed=tuple(sorted(failed, key=lambda failure: failure.folder)),
        phases=_phases(ordered),
        months=plan_months(ordered, as_of, hours_a_month),
        causes=find_causes(ordered),
        decisions=in_order_of_ends([decision for client in ordered for decision in client.decisions]),
        missing_lists=dict(sorted(missing.items(), key=lambda item: (-item[1], item[0]))),
    )


def _priority(client: ClientSummary) -> tuple[object, ...]:
    gravity = list(Verdict)
    return (
        # What breaks first comes first, then whoever has the most to do.
        tuple(gravity.index(phase.verdict) for phase in client.phases),
        tuple(-phase.integrations[Verdict.BREAKS] for phase in client.phases),
        -client.hours[1],
        client.folder,
    )


def _phases(clients: Sequence[ClientSummary]) -> tuple[PortfolioPhase, ...]:
    known: dict[str, Phase] = {}
    for client in clients:
        for item in client.phases:
            known.setdefault(item.phase.id, item.phase)
    return tuple(_phase(phase, clients) for phase in sorted(known.values(), key=lambda phase: (phase.window, phase.id)))


def _phase(phase: Phase, clients: Sequence[ClientSummary]) -> PortfolioPhase:
    met = [item for client in clients for item in client.phases if item.phase.id == phase.id]
    counted = Counter(item.verdict for item in met)
    own = [item.phase.effective for item in met if item.phase.effective]
    return PortfolioPhase(
        phase=Phase(id=phase.id, title=phase.title, window=phase.window, tentative=phase.tentative),
        clients={verdict: counted[verdict] for verdict in Verdict},
        integrations={verdict: sum(item.integrations[verdict] for item in met) for verdict in Verdict},
        waived=sum(item.waived for item in met),
        dated=len(own),
        own_dates=(min(own), max(own)) if own else None,
        hours=add_hours(item.hours for item in met),
    )
