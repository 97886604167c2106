"""What a rule pack says and what was judged by it: phases, rules, findings, gaps, and the assessment that reports show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from auditor.decision import Decision
from auditor.inventory import Guide, Input
from auditor.model import Conflict, Connection, Integration, Role
from auditor.vocabulary import List, RuleVerdict, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PackName:
    """Which rule pack, in which version."""

    id: str
    version: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One release of a rollout and what it enforces."""

    id: str
    title: str
    window: tuple[date, date]
    """First and last day on which NetSuite brings the release to accounts."""
    effective: date | None = None
    """The account's own date; None when the engagement gives none."""
    tentative: bool = False
    """Whether NetSuite may still move it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a pack, without its examples."""

    id: str
    phase: str
    verdict: RuleVerdict
    title: str
    when: str
    why: str
    authority: str
    """Who says so: the rollout announcement, or Oracle's documentation."""
    note: str | None
    """What the reader must know of the source, e.g. where authorities differ."""
    fix: tuple[str, ...]
    who: str
    effort_hours: tuple[float, float]
    sources: tuple[str, ...]
    doers: tuple[str, ...] = ()
    """Who takes each step of `fix`, in the same order; nothing where `who` takes them all."""

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Each step with who takes it."""
        return tuple(zip(self.fix, self.doers or (self.who,) * len(self.fix), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that holds for a connection."""

    id: str
    rule: Rule
    connection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A fact that is unknown, the connections whose verdict hangs on it, and the exports that would settle it."""

    fact: str
    meaning: str
    connections: tuple[str, ...]
    integrations: tuple[str, ...]
    """Keys of the integrations concerned, those without any connection included."""
    settled_by: tuple[List, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFacts:
    """What a pack makes of a connection's role at a phase, where the facts as they are shown say otherwise."""

    pack: str
    phase: str
    facts: Mapping[str, str | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedConnection:
    """A connection with its verdict at each phase."""

    connection: Connection
    verdicts: Mapping[str, Verdict]
    findings: tuple[str, ...]
    exemptions: Mapping[str, tuple[Decision, ...]]
    """Phase to the exemption that covers it, or to the waivers, where the verdict is exempt."""
    other_facts: tuple[OtherFacts, ...] = ()
    """Where definitions of "highly privileged" differ between packs or releases, what else was judged by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedIntegration:
    """An integration with the worst verdict of its connections at each phase."""

    integration: Integration
    verdicts: Mapping[str, Verdict]
    breaks_at: str | None
    """The first phase at which it breaks."""
    effort_hours: tuple[float, float]
    """Least and most hours to put it right: the largest range among its findings, as one migration mends them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Everything known and judged of one account at one date: the single input of every report."""

    client: str
    consultant: str | None
    as_of: date
    pack_id: str
    pack_version: str
    pack_title: str
    phases: tuple[Phase, ...]
    integrations: tuple[JudgedIntegration, ...]
    connections: tuple[JudgedConnection, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    conflicts: tuple[Conflict, ...]
    roles: tuple[Role, ...]
    rules: tuple[Rule, ...]
    inputs: tuple[Input, ...]
    notes: tuple[str, ...] = ()
    """What the reader must know of the judgement itself, e.g. an exemption that has expired."""
    packs: tuple[PackName, ...] = ()
    """Every pack, where several were put together, in the order they were named."""
    missing_lists: tuple[List, ...] = ()
    """Lists nobody exported."""
    guides: tuple[Guide, ...] = ()
    """Where to export every known list."""

    @property
    def title(self) -> str:
        """What the rollout is called; of several, all of them."""
        return " · ".join(pack.title for pack in self.packs) or self.pack_title

    @property
    def is_over(self) -> bool:
        """Whether every phase lies behind the audit."""
        return all(phase.window[1] < self.as_of for phase in self.phases)

    def counts(self, phase: str) -> Mapping[Verdict, int]:
        """Return how many integrations have each verdict at that phase, every verdict named."""
        counted = dict.fromkeys(Verdict, 0)
        for item in self.integrations:
            counted[item.verdicts[phase]] += 1
        return counted
