"""Which NetSuite integrations stop working at each phase of a sign-in rollout, what proves it, and what to do.

    from auditor import audit, read_pack, read_engagement, render

The names below are imported on first use, so that `auditor --help` does not wait for pandas and DuckDB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditor.assessment import Assessment
    from auditor.engagement import Engagement, read_engagement
    from auditor.engine.pack import RulePack, read_pack
    from auditor.engine.rollouts import read_packs
    from auditor.errors import AccountError, AuditorError, InputError, PackError
    from auditor.loader.inventory import load
    from auditor.pipeline import audit
    from auditor.reporter import render

__all__ = [
    "AccountError",
    "Assessment",
    "AuditorError",
    "Engagement",
    "InputError",
    "PackError",
    "RulePack",
    "audit",
    "load",
    "read_engagement",
    "read_pack",
    "read_packs",
    "render",
]

_HOMES = {
    "AccountError": "auditor.errors",
    "Assessment": "auditor.assessment",
    "AuditorError": "auditor.errors",
    "Engagement": "auditor.engagement",
    "InputError": "auditor.errors",
    "PackError": "auditor.errors",
    "RulePack": "auditor.engine.pack",
    "audit": "auditor.pipeline",
    "load": "auditor.loader.inventory",
    "read_engagement": "auditor.engagement",
    "read_pack": "auditor.engine.pack",
    "read_packs": "auditor.engine.rollouts",
    "render": "auditor.reporter",
}

# Hidden from mypy, which would otherwise take every misspelt auditor.x as valid.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import a public name on first use."""
        if name not in _HOMES:
            raise AttributeError(f"module 'auditor' has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
