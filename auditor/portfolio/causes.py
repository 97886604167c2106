"""What many clients share: one vendor's connector that breaks by one rule everywhere is one conversation, not fourteen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.portfolio.client_summary import ClientSummary, Hours, Problem, add_hours
from auditor.vocabulary import RuleVerdict

_SHARED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A rule that holds for the same application, or for applications of the same vendor, at several clients."""

    name: str
    """The vendor where the exports say who it is, otherwise the integration."""
    is_vendor: bool
    rule: str
    title: str
    phase: str
    verdict: RuleVerdict
    who: str
    clients: tuple[str, ...]
    """Folders of the clients."""
    integrations: tuple[tuple[str, int], ...]
    """Names of the integrations with the number of clients, the most frequent first."""
    hours: Hours
    """Of the rule's remedy, for all of them."""


def find_causes(clients: Sequence[ClientSummary]) -> tuple[Cause, ...]:
    """Return what at least two clients share, the most widely shared first."""
    vendors = _vendors(clients)
    grouped: dict[tuple[str, bool, str], list[tuple[str, Problem]]] = defaultdict(list)
    for client in clients:
        for problem in client.problems:
            vendor = problem.vendor or vendors.get(_key(problem.integration))
            grouped[_key(vendor or problem.integration), vendor is not None, problem.rule].append(
                (client.folder, problem)
            )
    causes = [
        _cause(group, is_vendor, vendors)
        for (_, is_vendor, _), group in grouped.items()
        if len({folder for folder, _ in group}) >= _SHARED
    ]
    return tuple(sorted(causes, key=lambda cause: (-len(cause.clients), -cause.hours[1], cause.name, cause.rule)))


def _vendors(clients: Sequence[ClientSummary]) -> Mapping[str, str]:
    """Return the vendor of each integration name whose vendor some client knows, where all that know it agree."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for client in clients:
        for problem in client.problems:
            if problem.vendor:
                said[_key(problem.integration)].setdefault(_key(problem.vendor), problem.vendor)
    return {name: next(iter(one.values())) for name, one in said.items() if len(one) == 1}


def _cause(group: Sequence[tuple[str, Problem]], is_vendor: bool, vendors: Mapping[str, str]) -> Cause:
    first = group[0][1]
    by_name = Counter(name for name, _ in {(_shown(problem.integration), folder) for folder, problem in group})
    spellings = Counter(
        _shown((problem.vendor or vendors[_key(problem.integration)]) if is_vendor else problem.integration)
        for _, problem in group
    )
    return Cause(
        name=min(spellings, key=lambda name: (-spellings[name], name)),
        is_vendor=is_vendor,
        rule=first.rule,
        title=first.title,
        phase=first.phase,
        verdict=first.verdict,
        who=first.who,
        clients=tuple(sorted({folder for folder, _ in group})),
        integrations=tuple(sorted(by_name.items(), key=lambda item: (-item[1], item[0]))),
        hours=add_hours(problem.hours for _, problem in group),
    )


def _shown(name: str) -> str:
    return " ".join(name.split())


def _key(name: str) -> str:
    return _shown(name).casefold()
