"""What is not known, which verdicts hang on it, and which export settles it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.assessment import Assessment, Gap
from auditor.inventory import Guide
from auditor.model import facts
from auditor.reporter import words
from auditor.vocabulary import List


@dataclass(frozen=True, slots=True, kw_only=True)
class GapView:
    """A gap in words."""

    fact: str
    question: str
    """What nobody knows, e.g. "how it signs in", "whether the role is not inactive"."""
    connections: tuple[str, ...]
    integrations: tuple[str, ...]
    """Keys of the integrations."""
    concerns: str
    """E.g. "2 integrations (3 connections)"."""
    settled_by: str
    """E.g. "integration list or role list"."""
    guides: tuple[Guide, ...]
    """Where an administrator exports each of them."""


def view_gaps(assessment: Assessment) -> tuple[GapView, ...]:
    """Return the gaps, the one that concerns most integrations first."""
    ordered = sorted(assessment.gaps, key=lambda gap: (-len(gap.integrations), -len(gap.connections), gap.fact))
    guides = {guide.list: guide for guide in assessment.guides}
    return tuple(_view(gap, guides) for gap in ordered)


def _view(gap: Gap, guides: Mapping[List, Guide]) -> GapView:
    declared = facts().get(gap.fact)
    concerns = words.plural(len(gap.integrations), "integration")
    if gap.connections:
        # An integration of which no export shows a connection is concerned too, so the second may be the smaller number.
        concerns += f" ({words.plural(len(gap.connections), 'connection')})"
    return GapView(
        fact=gap.fact,
        question=f"whether {gap.meaning}" if declared and declared.type == "boolean" else gap.meaning,
        connections=gap.connections,
        integrations=gap.integrations,
        concerns=concerns,
        settled_by=" or ".join(gap.settled_by) or "no export; ask whoever runs it",
        guides=tuple(guides[name] for name in gap.settled_by if name in guides),
    )
