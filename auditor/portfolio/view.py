"""What every report of the portfolio shows, put into words once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from auditor.portfolio.client_summary import ClientSummary
from auditor.portfolio.decisions import SOON, ClientDecision
from auditor.portfolio.months import Due, Month
from auditor.portfolio.summary import Portfolio, PortfolioPhase
from auditor.reporter import words
from auditor.vocabulary import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioView:
    """The portfolio as its reports show it."""

    portfolio: Portfolio
    headline: str
    decided: tuple[str, ...]
    """What the verdict exempt does not say by itself, a sentence each: what waivers accept, and what ends soon."""
    packs: str
    """Which rule packs judged the clients."""
    peak: Month | None
    """The month that needs most people; None when there is no work."""
    assumptions: tuple[str, ...]
    client_names: dict[str, str]
    """The name of each client by its folder, told apart from others of the same name."""
    client_report: str | None
    """The file of a client's report that a reader can open; None when none was made."""


def view_portfolio(portfolio: Portfolio, client_report: str | None) -> PortfolioView:
    """Compute what reports show of the portfolio."""
    packs = dict.fromkeys(pack for client in portfolio.clients for pack in client.packs)
    return PortfolioView(
        portfolio=portfolio,
        headline=_headline(portfolio),
        decided=_decided(portfolio),
        packs=", ".join(f"{id_} version {version}" for id_, version in packs),
        peak=max(
            (month for month in portfolio.months.months if month.hours[1]),
            key=lambda month: month.people[1],
            default=None,
        ),
        assumptions=_assumptions(portfolio),
        client_names=_names(portfolio.clients),
        client_report=client_report,
    )


def phase_dates(item: PortfolioPhase) -> str:
    """Return when the phase reaches the clients."""
    opens, closes = item.phase.window
    window = f"the window, {words.day(opens)} to {words.day(closes)}"
    others = sum(item.clients.values()) - item.dated
    if item.own_dates is None:
        return f"{window}; no client knows its own date"
    first, last = item.own_dates
    when = words.day(first) if first == last else f"{words.day(first)} to {words.day(last)}"
    if not others:
        return f"{when}, by the clients' own dates"
    known = f"{words.plural(item.dated, 'client')} that {'knows its' if item.dated == 1 else 'know their'} own date"
    return f"{when} at {known}; {window}, at the other {others:,}"


def month_name(begins: date) -> str:
    """Return e.g. "September 2018"."""
    return words.day(begins).partition(" ")[2]


def due_by_day(month: Month) -> Sequence[tuple[Due, Sequence[str]]]:
    """Return the phases of the month, each day once, with the folders of the clients that it reaches."""
    days: dict[tuple[date, str, bool], tuple[Due, list[str]]] = {}
    for item in month.due:
        days.setdefault((item.day, item.phase, item.dated), (item, []))[1].append(item.folder)
    return tuple(days.values())


def people(month: Month) -> str:
    """Return e.g. "0.7 to 2.2 people"."""
    least, most = month.people
    if not most:
        return "less than 0.1 people" if month.hours[1] else "nobody"
    said = f"{most:,g}" if least == most else f"{least:,g} to {most:,g}"
    return f"{said} {'person' if least == most == 1 else 'people'}"


def _headline(portfolio: Portfolio) -> str:
    failed = f"{len(portfolio.failed):,} could not be audited"
    total = len(portfolio.clients)
    if not total:
        return f"No client could be audited: {len(portfolio.failed):,} failed."
    order = [item.phase.id for item in portfolio.phases]
    firsts = [
        next((item.phase.id for item in client.phases if item.verdict is Verdict.BREAKS), None)
        for client in portfolio.clients
    ]
    breaking = [(phase, firsts.count(phase)) for phase in order if phase in firsts]
    waiving = sum(
        first is None and any(item.waived for item in client.phases)
        for first, client in zip(firsts, portfolio.clients, strict=True)
    )
    of_all = words.plural(total, "client")
    accepted = f"{'has' if waiving == 1 else 'have'} integrations that stop and are accepted by a waiver"
    if breaking:
        (first, count), *later = breaking
        verb = "has" if count == 1 else "have"
        sentence = f"{count:,} of {of_all} {verb} integrations that stop working at {first}"
        sentence += "".join(f", and {more:,} more at {phase}" for phase, more in later)
        sentence += f"; {waiving:,} more {accepted}" if waiving else ""
    elif waiving:
        sentence = f"{waiving:,} of {of_all} {accepted}"
    else:
        sentence = f"No integration of {of_all} is known to stop working"
    unknown = portfolio.phases[-1].clients[Verdict.UNDETERMINED] if portfolio.phases else 0
    doubts = [f"{unknown:,} cannot be judged yet"] if unknown else []
    doubts += [failed] if portfolio.failed else []
    return sentence + (f"; {' and '.join(doubts)}" if doubts else "") + "."


def _decided(portfolio: Portfolio) -> tuple[str, ...]:
    said = []
    waived = [item for item in portfolio.phases if item.waived]
    if waived:
        counted = ", ".join(f"{words.plural(item.waived, 'integration')} at {item.phase.id}" for item in waived)
        said.append(f"Accepted by waivers, for which NetSuite does not wait: {counted}.")
    ending = portfolio.ending_soon
    if portfolio.as_of and ending:
        waivers = sum(item.decision.is_waiver for item in ending)
        kinds = ((len(ending) - waivers, "exemption"), (waivers, "waiver"))
        what = " and ".join(words.plural(count, kind) for count, kind in kinds if count)
        clients = words.plural(len({item.folder for item in ending}), "client")
        verb = "ends" if len(ending) == 1 else "end"
        said.append(
            f"{what} at {clients} {verb} by {words.day(min(portfolio.as_of, date.max - SOON) + SOON)}, within {SOON.days} days."
        )
    return tuple(said)


def decision_kind(item: ClientDecision) -> str:
    """Return "exemption" or "waiver"."""
    return "waiver" if item.decision.is_waiver else "exemption"


def ends(item: ClientDecision, today: date | None) -> str:
    """Return how far away the end of the decision is, e.g. "in 34 days"."""
    days = (item.decision.until - today).days if today else 0
    if days < 0:
        return "has ended"
    return f"in {words.plural(days, 'day')}" if days else "ends today"


def _assumptions(portfolio: Portfolio) -> tuple[str, ...]:
    dates = sorted({client.as_of for client in portfolio.clients})
    spread = (
        f"The clients were audited as of {words.day(dates[0])} to {words.day(dates[-1])}; work is planned from the last of these days on."
        if len(dates) > 1
        else "Work is planned from the date of the audits on."
    )
    return (
        spread,
        "A client has the worst verdict of its integrations. The hours are those of its own report, for what breaks, each "
        "integration once, at the first phase at which it breaks. What is undetermined may add to them.",
        "What an exemption or a waiver covers at a phase adds no hours to it; it may break at a later one, and adds them there.",
        "The hours of a phase are spread evenly over the days until it reaches the client: until the client's own date, "
        "or the opening of the window where it has none. They are due now where that day has come: without a date of its "
        "own a client may be reached on any day of the window.",
        f"One person gets {portfolio.months.hours_a_month:,g} hours a month done; of the first month only the days that "
        "are left count.",
        "Applications count as shared when their names are the same but for case and spaces, or their vendors are. A "
        "vendor that one client names is taken for the same application at the others, unless clients name different ones.",
    )


def _names(clients: Sequence[ClientSummary]) -> dict[str, str]:
    names = [client.client for client in clients]
    return {
        client.folder: client.client if names.count(client.client) == 1 else f"{client.client} ({client.folder})"
        for client in clients
    }
