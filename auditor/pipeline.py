"""Exports to Assessment: read this first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from auditor.engagement import Engagement
from auditor.engine.connections import connect
from auditor.engine.judge import judge
from auditor.engine.pack import RulePack
from auditor.loader.inventory import load
from auditor.model import Assessment


def audit(sources: Sequence[Path], pack: RulePack, engagement: Engagement) -> Assessment:
    """Say which integrations of one account break at each phase, and what proves it.

    The engagement must name the client and the as-of date: the audit reads no clock.
    """
    inventory = load(sources, engagement)  # what the client exported
    account = connect(inventory, pack.privilege)  # who signs in, as what, how, with evidence
    return judge(account, inventory, pack, engagement)  # what that means at each phase
