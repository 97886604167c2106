"""How much of the machine one audit may take: all of it, unless several run side by side and each has its share."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one of several processes may take."""

    processors: int
    memory: int
    """For DuckDB, in MB; tables in memory come on top of it."""


_taken: list[Share] = []


def take(share: Share) -> None:
    """Keep the audits of this process to that share from now on."""
    _taken[:] = [share]


def processors() -> int:
    """Return how many processors an audit may use."""
    return _taken[0].processors if _taken else usable_processors()


def usable_processors() -> int:
    """Return the processors this process may use: a container or a batch system may grant fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def database_limits() -> dict[str, str | bool | int | float | list[str]]:
    """Return the limits to open DuckDB with; none where an audit has the machine for itself."""
    return {"memory_limit": f"{_taken[0].memory}MB", "threads": _taken[0].processors} if _taken else {}
