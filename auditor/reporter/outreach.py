"""Who has to be written to, about which integrations, and what is asked of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.assessment import Assessment, JudgedConnection, Phase
from auditor.reporter import plain, words
from auditor.reporter.integrations import OWNER, IntegrationView
from auditor.vocabulary import Verdict, owner_side

_HAPPENS = {
    Verdict.BREAKS: "from then on NetSuite refuses it, unless it is changed",
    Verdict.UNDETERMINED: "we cannot tell yet whether NetSuite goes on admitting it",
    Verdict.AT_RISK: "it should go on working, and something about it may make it fail",
    Verdict.EXEMPT: "it would stop working; an exemption of NetSuite's puts that off, and ends",
}
_PRESSING = (Verdict.BREAKS, Verdict.UNDETERMINED)
# The words of the rule packs for those who work inside NetSuite; everybody else sits with the integration. Where that is
# a vendor, its owner at the client is none of his people.
_INSIDE = ("client administrator", "consultant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked about one integration."""

    integration: IntegrationView
    phase: Phase
    """The first at which it breaks or may break, otherwise the first at which it is not ready."""
    date: str
    """By when it has to be done."""
    verdict: Verdict
    """Of the integration, at that phase, as NetSuite goes on: a waiver is the client's own business."""
    happens: str
    """What that verdict means for whoever runs it, and what a later phase does in any case."""
    why: str
    exemptions: Mapping[str, str]
    """Phase to how long NetSuite waits; who granted it and why is nobody else's business."""
    changes: tuple[str, ...]
    """What NetSuite changes, as the rules that hold put it."""
    your_steps: tuple[str, ...]
    """What the recipient has to do, in order."""
    our_steps: tuple[str, ...]
    """What the client does, in order."""
    questions: tuple[str, ...]
    """What nobody knows yet, and whoever runs the integration can tell."""
    to_vendor: bool
    """False where the client's own people run it, who have no product with versions."""

    @property
    def steps(self) -> tuple[str, ...]:
        """Everything that has to be done, whoever does it."""
        return (*self.your_steps, *self.our_steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter to one vendor or owner."""

    recipient: str
    """The vendor, or the contact, or the owner as the client's list has it, e.g. "Finance, owner of Bank feed"."""
    contacts: tuple[str, ...]
    """Whom the client's lists name for it."""
    requests: tuple[Request, ...]

    @property
    def first(self) -> Request:
        """The request that comes due first."""
        return self.requests[0]


def view_letters(assessment: Assessment, integrations: Sequence[IntegrationView]) -> tuple[Letter, ...]:
    """Return a letter for everybody who runs an integration that is not ready, the first to come due first."""
    asked: dict[str, list[Request]] = defaultdict(list)
    spelt: dict[str, str] = {}
    judged = {one.connection.id: one for one in assessment.connections}
    for item in integrations:
        if any(standing.verdict in _HAPPENS for standing in item.without_waivers.values()):
            recipient = _recipient(item)
            spelt.setdefault(recipient.casefold(), recipient)
            asked[recipient.casefold()].append(_request(item, assessment.phases, judged))
    order = {phase.id: number for number, phase in enumerate(assessment.phases)}
    letters = [
        Letter(
            recipient=spelt[key],
            contacts=_contacts(requests),
            requests=tuple(sorted(requests, key=lambda request: order[request.phase.id])),
        )
        for key, requests in asked.items()
    ]
    return tuple(sorted(letters, key=lambda letter: order[letter.first.phase.id]))


def _recipient(item: IntegrationView) -> str:
    integration = item.integration
    # An owner of the list's that says only which side it is on is nobody to write to.
    named = integration.owner and not owner_side(integration.owner)
    owner = f"{integration.owner}, owner of {item.label}" if named else None
    known = integration.vendor or integration.contact or owner
    return plain.shorten(known) if known else f"the owner of {item.label}"


def _contacts(requests: Sequence[Request]) -> tuple[str, ...]:
    contacts = (request.integration.integration.contact for request in requests)
    return tuple(dict.fromkeys(plain.shorten(contact) for contact in contacts if contact))


def _request(item: IntegrationView, phases: Sequence[Phase], judged: Mapping[str, JudgedConnection]) -> Request:
    phase = _due(item, phases)
    standing = item.without_waivers[phase.id]
    exemptions = _exemptions(item, judged)
    to_vendor = item.integration.vendor is not None
    ours = (*_INSIDE, OWNER) if to_vendor else _INSIDE
    return Request(
        integration=item,
        phase=phase,
        date=words.deadline(phase),
        verdict=standing.verdict,
        happens=_happens(item, phase, phases),
        why=exemptions.get(phase.id, standing.why),
        exemptions=exemptions,
        changes=tuple(dict.fromkeys(finding.rule.why for finding in item.remedies)),
        your_steps=tuple(step for step, who in item.steps if who not in ours),
        our_steps=tuple(step for step, who in item.steps if who in ours),
        questions=tuple(dict.fromkeys(gap.question for gap in item.gaps if not _is_of_the_account(gap.fact))),
        to_vendor=to_vendor,
    )


def _happens(item: IntegrationView, phase: Phase, phases: Sequence[Phase]) -> str:
    """Say what becomes of it at that phase, and from when it is refused in any case if that comes later."""
    verdicts = {one.id: item.without_waivers[one.id].verdict for one in phases}
    happens = _HAPPENS[verdicts[phase.id]]
    refused = next((one for one in phases if verdicts[one.id] is Verdict.BREAKS), phase)
    if refused.id == phase.id:
        return happens
    return (
        f"{happens}; at {refused.id}, {words.deadline(refused)}, NetSuite refuses it in any case, unless it is changed"
    )


def _exemptions(item: IntegrationView, judged: Mapping[str, JudgedConnection]) -> Mapping[str, str]:
    until = {
        phase: min(
            decision.until
            for id_ in item.integration.connections
            for decision in judged[id_].exemptions.get(phase, ())
            if not decision.is_waiver
        )
        for phase, standing in item.without_waivers.items()
        if standing.verdict is Verdict.EXEMPT
    }
    return {phase: f"NetSuite waits until {words.day(day)}" for phase, day in until.items()}


def _due(item: IntegrationView, phases: Sequence[Phase]) -> Phase:
    """Return the phase that the letter is about: an integration may be at risk long before it breaks."""
    concerned = [phase for phase in phases if item.without_waivers[phase.id].verdict in _HAPPENS]
    pressing = (phase for phase in concerned if item.without_waivers[phase.id].verdict in _PRESSING)
    return next(pressing, concerned[0])


def _is_of_the_account(fact: str) -> bool:
    """Tell whether the client's own lists of roles answer it; nobody else can be asked."""
    return fact.startswith("role_") or fact == "base_role"
