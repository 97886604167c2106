"""What integrations are called in a report, and where links to them lead: names may be long, shared, or missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from auditor.model import Integration
from auditor.reporter import plain


def label_integrations(integrations: Sequence[Integration]) -> list[str]:
    """Return the name of each on one line, told apart from others of the same name."""
    names = [plain.shorten(integration.name) or "(no name)" for integration in integrations]
    shared = {name for name, count in Counter(names).items() if count > 1}
    seen: Counter[str] = Counter()
    labels = []
    for name, integration in zip(names, integrations, strict=True):
        seen[name] += 1
        apart = f"internal ID {integration.internal_id}" if integration.internal_id else f"number {seen[name]}"
        labels.append(f"{name} ({apart})" if name in shared else name)
    return labels


def make_anchors(labels: Sequence[str]) -> list[str]:
    """Return for each label where its section begins, no two the same."""
    seen: Counter[str] = Counter()
    anchors = []
    for label in labels:
        slug = re.sub(r"[^a-z0-9]+", "-", label.casefold()).strip("-")[:60] or "unnamed"
        seen[slug] += 1
        # Two hyphens never come out of a name, so a numbered anchor can't meet another integration's own.
        anchors.append(f"integration-{slug}" if seen[slug] == 1 else f"integration-{slug}--{seen[slug]}")
    return anchors
