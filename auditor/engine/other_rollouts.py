"""What an engagement says of phases and rules that none of the packs asked for has.

One engagement file serves a client through several rollouts: what it says of another one is set aside, with a note.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from auditor.engagement import Engagement
from auditor.engine.pack import RulePack
from auditor.engine.rollouts import house_pack_of
from auditor.errors import InputError, nearest


def notes_on_other_rollouts(pack: RulePack, engagement: Engagement) -> tuple[str, ...]:
    """Return what the reader must know of it. Raises InputError for a phase or a rule that no pack of the house has either."""
    asked = " or ".join(one.id for one in pack.names)
    strangers: dict[str, dict[str, None]] = defaultdict(dict)
    for what, name, known, place in _named(pack, engagement):
        if name in known:
            continue
        home = house_pack_of(name)
        if home is None:
            raise InputError(
                f'"{name}" is not a {what} of the pack {asked}',
                where=engagement.where(*place),
                fix=nearest(name, known),
            )
        strangers[home][name] = None
    return tuple(
        f"what the engagement says of {', '.join(names)} is set aside: it belongs to another rollout,"
        f" which is audited with --pack {home}"
        for home, names in strangers.items()
    )


def _named(pack: RulePack, engagement: Engagement) -> Iterator[tuple[str, str, list[str], tuple[str | int, ...]]]:
    """Give each phase and rule that is named: which of the two it is, its id, those of the pack, and its place in the file."""
    phases = [phase.id for phase in pack.phases]
    for phase in engagement.phases:
        yield "phase", phase, phases, ("phases", phase)
    for kind, decisions in (("exemption", engagement.exemption), ("waiver", engagement.waiver)):
        for number, one in enumerate(decisions):
            if one.phase:
                yield "phase", one.phase, phases, (kind, number, "phase")
    for number, waiver in enumerate(engagement.waiver):
        if waiver.rule:
            yield "rule", waiver.rule, list(pack.rule_ids), ("waiver", number, "rule")
