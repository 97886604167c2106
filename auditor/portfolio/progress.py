"""How far a run over many clients is."""

from __future__ import annotations

from dataclasses import dataclass

from auditor.portfolio.task import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    clients: int
    done: int
    """Clients with an outcome, failed ones included."""
    failed: int
    running: int
    """Clients that workers are at."""
    part: float
    """How much of all the work is done, from 0 to 1: a client counts by the size of its exports."""
    latest: Outcome | None
    """The outcome that has just come in."""
