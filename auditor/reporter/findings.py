"""Which rules hold for an integration, what happens to it at each phase, why, and what comes next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from auditor.assessment import Finding, JudgedConnection, Rule
from auditor.model import Integration
from auditor.reporter import words
from auditor.reporter.gaps import GapView
from auditor.vocabulary import RuleVerdict, State, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A rule that holds for one or more connections of the integration."""

    rule: Rule
    connections: tuple[str, ...]
    decides: bool
    """False for a rule that only says again, of a later phase, what an earlier phase breaks: one migration mends both."""

    @property
    def is_advice(self) -> bool:
        """Tell whether nothing fails for want of it; its steps wait until what breaks is mended."""
        return self.rule.verdict is RuleVerdict.ADVICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What happens to the integration at a phase, why, and what comes next."""

    verdict: Verdict
    why: str
    next_step: str


def view_findings(
    connections: Sequence[JudgedConnection], findings: Mapping[str, Finding], phases: Mapping[str, int]
) -> tuple[FindingView, ...]:
    """Return every rule that holds for the integration once, the gravest and earliest first, advice last."""
    held: dict[str, list[str]] = defaultdict(list)
    deciding: set[str] = set()
    rules = {}
    for judged in connections:
        of_connection = [findings[id_].rule for id_ in judged.findings]
        first = min((phases[rule.phase] for rule in of_connection if rule.verdict is RuleVerdict.BREAKS), default=-1)
        for rule in of_connection:
            rules[rule.id] = rule
            held[rule.id].append(judged.connection.id)
            if rule.verdict is not RuleVerdict.BREAKS or phases[rule.phase] == first:
                deciding.add(rule.id)
    severity = list(RuleVerdict)
    ordered = sorted(rules.values(), key=lambda rule: (severity.index(rule.verdict), phases[rule.phase], rule.id))
    return tuple(
        FindingView(rule=rule, connections=tuple(held[rule.id]), decides=rule.id in deciding) for rule in ordered
    )


def standing_of(
    integration: Integration,
    verdict: Verdict,
    *,
    connections: Sequence[JudgedConnection],
    findings: Sequence[FindingView],
    gaps: Sequence[GapView],
) -> Standing:
    """Return what happens to the integration at a phase, given the findings of the phases up to it."""
    why = _why(integration, verdict, connections=connections, findings=findings, gaps=gaps)
    return Standing(verdict=verdict, why=why, next_step=_next_step(verdict, connections, findings, gaps))


def _why(
    integration: Integration,
    verdict: Verdict,
    *,
    connections: Sequence[JudgedConnection],
    findings: Sequence[FindingView],
    gaps: Sequence[GapView],
) -> str:
    titles = {
        kind: "; ".join(item.rule.title for item in findings if item.rule.verdict is kind) for kind in RuleVerdict
    }
    match verdict:
        case Verdict.BREAKS:
            return titles[RuleVerdict.BREAKS]
        case Verdict.UNDETERMINED if not connections:
            return "No export shows how it signs in"
        case Verdict.UNDETERMINED:
            return (
                "Not known: " + "; ".join(gap.question for gap in gaps)
                if gaps
                else "A fact that decides it is not known"
            )
        case Verdict.AT_RISK:
            return titles[RuleVerdict.AT_RISK]
        case Verdict.EXEMPT:
            return "; ".join(distinct(words.decided(one) for item in connections for one in item.exemptions.values()))
        case Verdict.READY:
            methods = distinct(item.connection.authentication for item in connections)
            return f"Signs in with {words.listing(methods)}" if methods else "No rule of this rollout holds for it"
        case Verdict.INACTIVE if integration.state is not None and integration.state is not State.ENABLED:
            return f"The integration record is {integration.state}, so it cannot sign in today"
        case _:
            return "None of its connections can sign in today"


def _next_step(
    verdict: Verdict,
    connections: Sequence[JudgedConnection],
    findings: Sequence[FindingView],
    gaps: Sequence[GapView],
) -> str:
    steps = next((item.rule.fix for item in findings if item.rule.fix), ())
    match verdict:
        case Verdict.UNDETERMINED if gaps:
            return f"Supply the {gaps[0].settled_by}: it must show {gaps[0].question}"
        case Verdict.UNDETERMINED:
            return "Ask whoever runs it how it signs in"
        case Verdict.INACTIVE:
            return "Decide whether to delete it"
        case Verdict.EXEMPT if any(waived_phases(item) for item in connections):
            return "NetSuite does not wait: migrate it all the same, or do without it"
        case Verdict.EXEMPT:
            return "Migrate it before the exemption ends"
        case _ if steps:
            return steps[0]
        case _:
            return "Nothing to do"


def waived_phases(judged: JudgedConnection) -> frozenset[str]:
    """Return the phases at which NetSuite refuses the connection, and only a waiver of the client's calls it exempt."""
    return frozenset(phase for phase, decisions in judged.exemptions.items() if any(one.is_waiver for one in decisions))


def without_waivers(judged: JudgedConnection) -> JudgedConnection:
    """Return the connection as NetSuite treats it, whatever the client accepts."""
    waived = waived_phases(judged)
    if not waived:
        return judged
    return replace(
        judged,
        verdicts={phase: Verdict.BREAKS if phase in waived else verdict for phase, verdict in judged.verdicts.items()},
        exemptions={phase: decisions for phase, decisions in judged.exemptions.items() if phase not in waived},
    )


def distinct(values: Iterable[str | None]) -> tuple[str, ...]:
    """Return every value that is known once, in the order they came in."""
    return tuple(str(value) for value in dict.fromkeys(values) if value)
