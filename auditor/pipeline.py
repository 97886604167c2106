"""Exports to Assessment: read this first."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from auditor.assessment import Assessment
from auditor.days import DateOrder
from auditor.engagement import Engagement
from auditor.engine.connections import connect
from auditor.engine.judge import judge
from auditor.engine.pack import RulePack
from auditor.errors import InputError
from auditor.inventory import Inventory
from auditor.loader.groups import TrailGroups
from auditor.loader.inventory import load
from auditor.model import Connection
from auditor.vocabulary import List, Verdict

if TYPE_CHECKING:
    from auditor.netsuite.rehearsal.sign_in import Judge

# The lists that name something that signs in; the others only describe roles and users.
_SIGN_INS = (List.INTEGRATIONS, List.LOGINS, List.TOKENS, List.OPERATIONS, List.USAGE, List.VERIFICATIONS)


def audit(
    sources: Sequence[Path],
    pack: RulePack,
    engagement: Engagement,
    *,
    date_order: DateOrder | None = None,
    progress: Callable[[int], None] = lambda records: None,
    grouped: Mapping[str, TrailGroups] = MappingProxyType({}),
) -> Assessment:
    """Say which integrations of one account break at each phase, and what proves it.

    The engagement must name the as-of date: the audit reads no clock. `date_order` settles how the login audit trail
    writes its dates, and `progress` is told how many more of its records have been read. `grouped` are files of the trail
    that were grouped apart, on other processors or machines.
    """
    # what the client exported
    inventory = load(sources, engagement, date_order=date_order, progress=progress, grouped=grouped)
    if not any(inventory.is_exported(name) for name in _SIGN_INS):
        raise InputError(
            "there is nothing to audit: no list says what signs in",
            where=", ".join(str(source) for source in sources),
            fix=_what_to_add(inventory),
        )
    account = connect(inventory, pack.privilege)  # who signs in, as what, how, with evidence
    return judge(account, inventory, pack, engagement)  # what that means at each phase


def _what_to_add(inventory: Inventory) -> str:
    for read in inventory.inputs:
        if read.list in _SIGN_INS and read.notes:
            return f"{read.file}: {read.notes[-1]}"
    return f"add at least the {List.INTEGRATIONS} or the {List.LOGINS}; 'auditor checklist' says how"


def sign_in_rules(lists: Mapping[str, str], pack: RulePack, phase: str | None) -> Judge:
    """Return the gate's question to the rule pack at that phase; None is a day before the rollout, when all may pass.

    `lists` are the account's own lists of roles and users, by file name, as the same audit would read them.
    """
    # Not at the top: an audit would wait for what only a rehearsal needs.
    from auditor.engine.sign_in import sign_in_judge
    from auditor.netsuite.rehearsal.sign_in import Ruling

    if phase is None:
        return lambda connection: Ruling(verdict=Verdict.READY)
    with tempfile.TemporaryDirectory(prefix="auditor-") as folder:
        for name, text in lists.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        inventory = load([Path(folder)], Engagement())
    judged = sign_in_judge(inventory, pack, phase)

    def ruling(connection: Connection) -> Ruling:
        found = judged(connection)
        rules = tuple(f"{item.rule.id}: {item.rule.title}" for item in found.broken_by)
        return Ruling(verdict=found.verdict, rules=rules, by_role=found.by_role)

    return ruling
