"""What was decided of a connection that would break: that NetSuite waits, or that the client lets it break."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An exemption that NetSuite granted, or a waiver: the client accepts what breaks, and NetSuite does not wait."""

    reason: str
    owner: str
    """Who answers for it."""
    until: date
    is_waiver: bool

    def said(self, until: str) -> str:
        """Return why, who answers for it, and until when, that day written as given."""
        return f"{'waived: ' if self.is_waiver else ''}{self.reason} ({self.owner}, until {until})"
