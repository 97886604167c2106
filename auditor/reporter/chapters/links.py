"""Integrations as links to their sections, no more of them than a page can bear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from auditor.reporter import words
from auditor.reporter.integrations import IntegrationView

Content = dict[str, Any]


def link(item: IntegrationView) -> Content:
    """Return the name of the integration, and where its own section begins."""
    return {"label": item.label, "anchor": item.anchor}


def links(found: Sequence[IntegrationView], most: int) -> Content:
    """Return the first of the integrations, and how many more there are."""
    return {"links": [link(item) for item in found[:most]], "more": more(found, most)}


def more(found: Sequence[IntegrationView], most: int) -> str:
    """Return how many integrations there are beyond the most that are shown; "" for none."""
    return words.number(len(found) - most) if len(found) > most else ""
