"""Who has to be written to, about which integrations, and what is asked of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.model import Assessment, Owner, Phase, Verdict
from auditor.reporter import plain, words
from auditor.reporter.integrations import IntegrationView

_CONCERNED = (Verdict.BREAKS, Verdict.UNDETERMINED, Verdict.AT_RISK, Verdict.EXEMPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked about one integration."""

    integration: IntegrationView
    phase: Phase
    """The first at which it is not ready."""
    date: str
    """By when it has to be done."""
    verdict: Verdict
    """Of the integration, at that phase."""
    why: str
    changes: tuple[str, ...]
    """What NetSuite changes, as the rules that hold put it."""
    steps: tuple[str, ...]
    """What has to be done, in order."""
    questions: tuple[str, ...]
    """What nobody knows yet."""


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
    for item in integrations:
        if item.worst.verdict in _CONCERNED:
            recipient = _recipient(item)
            spelt.setdefault(recipient.casefold(), recipient)
            asked[recipient.casefold()].append(_request(item, assessment))
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
    owner = None if integration.owner in (*Owner, None) else f"{integration.owner}, owner of {item.label}"
    known = integration.vendor or integration.contact or owner
    return plain.shorten(known) if known else f"the owner of {item.label}"


def _contacts(requests: Sequence[Request]) -> tuple[str, ...]:
    contacts = (request.integration.integration.contact for request in requests)
    return tuple(dict.fromkeys(plain.shorten(contact) for contact in contacts if contact))


def _request(item: IntegrationView, assessment: Assessment) -> Request:
    phase = next(phase for phase in assessment.phases if item.standings[phase.id].verdict in _CONCERNED)
    standing = item.standings[phase.id]
    return Request(
        integration=item,
        phase=phase,
        date=words.deadline(phase),
        verdict=standing.verdict,
        why=standing.why,
        changes=tuple(dict.fromkeys(finding.rule.why for finding in item.remedies)),
        steps=tuple(dict.fromkeys(step for finding in item.remedies for step in finding.rule.fix)),
        questions=tuple(dict.fromkeys(gap.question for gap in item.gaps)),
    )
