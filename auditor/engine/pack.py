"""Rule packs: find and read a rollout's TOML file, and put together what its rules share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ValidationError

from auditor.assessment import PackName, Phase, Rule
from auditor.engine.condition import Condition, read_condition
from auditor.engine.lookup import Lookup
from auditor.engine.pack_faults import explain_fault
from auditor.engine.pack_file import Divergence, Example, Lacking, PackFile, Privilege, Remedy, RuleFile, StepFile
from auditor.engine.pack_parts import Fault, faults_of_example, faults_of_hours, faults_of_shared, faults_of_sources
from auditor.engine.pack_place import pack_files, pack_path
from auditor.engine.pack_text import PackText, read_text
from auditor.errors import PackError, nearest
from auditor.toml_lines import Place

_Shared = TypeVar("_Shared", Remedy, Divergence)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRule:
    """A rule with its condition and the examples that prove it."""

    rule: Rule
    condition: Condition
    examples: tuple[Example, ...]
    no_example: Lacking
    """Why it has no example of one of the three values."""
    privilege: Privilege
    """What "highly privileged" means at its phase."""
    pack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """A rollout: what "highly privileged" means, its phases in order, and its rules. Several packs may make one."""

    names: tuple[PackName, ...]
    privilege: Privilege
    """What "highly privileged" means at the first phase."""
    phases: tuple[Phase, ...]
    rules: tuple[PackRule, ...]
    file: PackFile
    """What its file says; of several packs, the first's."""
    text: PackText

    @property
    def id(self) -> str:
        """Return the id, of several packs the first's."""
        return self.names[0].id

    @property
    def title(self) -> str:
        """Return the title, of several packs the first's."""
        return self.names[0].title

    @property
    def version(self) -> str:
        """Return the version, of several packs the first's."""
        return self.names[0].version

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """Return the ids of its rules, in their order."""
        return tuple(item.rule.id for item in self.rules)


def read_pack(name: str) -> RulePack:
    """Return the pack of that id or file. Raises PackError that names the file and the line of the first fault."""
    pack, faults = examine_pack(name)
    if faults:
        first = faults[0]
        more = f"; auditor rules check names {len(faults) - 1} more" if len(faults) > 1 else ""
        raise PackError(first.message, where=first.where, fix=first.fix + more)
    if pack is None:
        raise AssertionError
    return pack


def examine_pack(name: str) -> tuple[RulePack | None, tuple[PackError, ...]]:
    """Return the pack of that id or file, where it can be read, and everything that is wrong with it."""
    path = pack_path(name)
    text = read_text(path, path.name if name in pack_files() else str(path))
    try:
        file = PackFile.model_validate(text.written)
    except ValidationError as error:
        return None, tuple(explain_fault(one, text) for one in error.errors(include_url=False))
    return _Reading(file, text).result()


class _Reading:
    """One pack on its way from what its file says to its rules; every fault is kept."""

    def __init__(self, file: PackFile, text: PackText) -> None:
        self._file, self._text = file, text
        self._faults: list[PackError] = []
        self._phases = [phase.id for phase in file.phase]
        self._remedies = {one.id: one for one in file.remedy}
        self._divergences = {one.id: one for one in file.divergence}

    def result(self) -> tuple[RulePack | None, tuple[PackError, ...]]:
        file = self._file
        self._keep(faults_of_shared(file))
        if self._faults:
            return None, tuple(self._faults)
        rules = [self._rule(rule, ("rule", number)) for number, rule in enumerate(file.rule)]
        pack = RulePack(
            names=(PackName(id=file.id, version=file.version, title=file.title),),
            privilege=file.privilege.at(self._phases[0]),
            phases=tuple(
                Phase(id=phase.id, title=phase.title, window=phase.window, tentative=phase.tentative)
                for phase in file.phase
            ),
            rules=tuple(rule for rule in rules if rule),
            file=file,
            text=self._text,
        )
        return pack, tuple(self._faults)

    def _fault(self, message: str, fix: str, place: Place) -> None:
        self._keep([Fault(message, fix, place)])

    def _keep(self, faults: Iterable[Fault]) -> None:
        self._faults += [self._text.error(*fault) for fault in faults]

    def _rule(self, rule: RuleFile, at: Place) -> PackRule | None:
        before = len(self._faults)
        if rule.phase not in self._phases:
            self._fault(
                f'"{rule.phase}" is not a phase of this pack', nearest(rule.phase, self._phases), (*at, "phase")
            )
        for table in self._file.table:
            if rule.phase in self._phases and rule.phase not in table.releases and _names(rule.when, table.name):
                self._fault(
                    f'the table "{table.name}" has no column for {rule.phase}', "add the release to it", (*at, "when")
                )
                return None
        condition = None
        try:
            condition = read_condition(rule.when, self._lookups(rule.phase))
        except PackError as error:
            self._fault(error.message, error.fix, (*at, "when"))
        remedy = self._named("remedy", rule.remedy, self._remedies, at)
        divergence = self._named("divergence", rule.divergence, self._divergences, at)
        sources = self._sources(rule.sources, (*at, "sources"))
        if remedy:
            sources += self._sources(remedy.sources, (*at, "remedy"))
        who = rule.who or (remedy.who if remedy else None)
        hours = rule.effort_hours or (remedy.effort_hours if remedy else None)
        fix = (*rule.fix, *(remedy.fix if remedy else ()))
        for key, given in (("fix", fix), ("who", who), ("effort_hours", hours)):
            if not given and (rule.remedy is None or remedy):
                self._fault(f'the key "{key}" is missing', "add it, or name a remedy", at)
        if rule.note and rule.divergence:
            self._fault("a rule has a note or a divergence, not both", "take one away", (*at, "note"))
        if hours:
            self._keep(faults_of_hours(hours, at=(*at, "effort_hours")))
        for number, example in enumerate(rule.example):
            self._keep(faults_of_example(example, rule.verdict, at=(*at, "example", number)))
        if len(self._faults) > before or condition is None or who is None or hours is None:
            return None
        return PackRule(
            rule=Rule(
                id=rule.id,
                phase=rule.phase,
                verdict=rule.verdict,
                title=rule.title,
                when=rule.when,
                why=rule.why,
                authority=rule.authority,
                note=divergence.note if divergence else rule.note,
                fix=tuple(one if isinstance(one, str) else one.step for one in fix),
                doers=tuple(one.who if isinstance(one, StepFile) else who for one in fix),
                who=who,
                effort_hours=hours,
                sources=tuple(dict.fromkeys(sources)),
            ),
            condition=condition,
            examples=rule.example,
            no_example=rule.no_example or Lacking(),
            privilege=self._file.privilege.at(rule.phase),
            pack=self._file.id,
        )

    def _named(self, kind: str, name: str | None, known: Mapping[str, _Shared], at: Place) -> _Shared | None:
        if name is not None and name not in known:
            fix = nearest(name, list(known)) if known else f"add a [[{kind}]] of that id"
            self._fault(f'"{name}" is not a {kind} of this pack', fix, (*at, kind))
        return known.get(name or "")

    def _sources(self, named: Sequence[str], at: Place) -> list[str]:
        known = self._file.sources
        self._keep(faults_of_sources(named, known, at=at))
        return [known.get(name, name) for name in named]

    def _lookups(self, phase: str) -> Mapping[str, Lookup]:
        """Return the tables as they read at that phase."""
        column = {table.name: phase if phase in table.releases else table.releases[0] for table in self._file.table}
        return {
            table.name: Lookup(
                pack=self._file.id,
                name=table.name,
                meaning=table.meaning,
                reads=table.reads,
                release=phase,
                values=tuple(dict.fromkeys(table.legend.values())),
                rows={
                    row: table.legend[marks.split()[table.releases.index(column[table.name])]]
                    for row, marks in table.rows.items()
                },
                earlier=table.earlier,
            )
            for table in self._file.table
        }


def _names(when: str, name: str) -> bool:
    return re.search(rf"\b{name}\b", when) is not None
