"""Several packs as one: their phases in the order of their dates, each rule with its own pack's definitions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from auditor.assessment import Phase
from auditor.engine.pack import RulePack, read_pack
from auditor.engine.pack_file import PackFile
from auditor.engine.pack_place import pack_files
from auditor.errors import PackError, nearest


def read_packs(names: Sequence[str]) -> RulePack:
    """Return the packs of those ids or files as one. Raises PackError where they can't be put together."""
    return combine([read_pack(name) for name in names])


def nearest_phase(phase: str, known: Sequence[str]) -> str:
    """Return what to do about a phase that none of the packs asked for has: name the pack that has it, or the nearest phase."""
    home = house_pack_of(phase)
    return f"it is a phase of another rollout: add --pack {home}" if home else nearest(phase, list(known))


def house_pack_of(name: str) -> str | None:
    """Return the pack that comes with the program and has a phase or a rule of this id."""
    return next((id for id, pack in _house_packs().items() if name in _ids(pack)), None)


def _ids(pack: PackFile) -> set[str]:
    return {phase.id for phase in pack.phase} | {rule.id for rule in pack.rule}


def packs_ahead(day: date) -> list[str]:
    """Return the house packs with a phase that is not over on that day."""
    return [id for id, pack in _house_packs().items() if any(one.window[1] >= day for one in pack.phase)]


@cache
def _house_packs() -> Mapping[str, PackFile]:
    """Return the packs that come with the program, without reading their conditions."""
    return {
        name: PackFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        for name, path in pack_files().items()
    }


def combine(packs: Sequence[RulePack]) -> RulePack:
    """Return several packs as one; what breaks at a phase of one is broken at every later phase of the others."""
    first, *others = packs
    if not others:
        return first
    ids = [pack.id for pack in packs]
    for number, id in enumerate(ids):
        if id in ids[:number]:
            raise PackError(f'the pack "{id}" is given twice', where="--pack", fix="name each pack once")
    phases: dict[str, Phase] = {}
    for pack in packs:
        for phase in pack.phases:
            phases[phase.id] = _same_phase(phases[phase.id], phase, pack) if phase.id in phases else phase
    _check_rules(packs)
    return replace(
        first,
        names=tuple(name for pack in packs for name in pack.names),
        phases=tuple(sorted(phases.values(), key=lambda phase: phase.window)),
        rules=tuple(rule for pack in packs for rule in pack.rules),
    )


def _same_phase(known: Phase, phase: Phase, pack: RulePack) -> Phase:
    """Return the phase that two packs share: a house pack may add rules to a release."""
    if known.window != phase.window:
        raise PackError(
            f'the phase "{phase.id}" of {pack.id} has another window than in the packs before it',
            where="--pack",
            fix="give both the same window, or one of them another id",
        )
    titles = dict.fromkeys((known.title, phase.title))
    return replace(known, title="; ".join(titles), tentative=known.tentative or phase.tentative)


def _check_rules(packs: Sequence[RulePack]) -> None:
    home: dict[str, str] = {}
    for pack in packs:
        for item in pack.rules:
            if item.rule.id in home:
                raise PackError(
                    f'the rule "{item.rule.id}" is in {home[item.rule.id]} and in {pack.id}',
                    where="--pack",
                    fix="give one of them another id",
                )
            home[item.rule.id] = pack.id
