"""Rule packs: find and read a rollout's TOML file, and put together what its rules share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pydantic import ValidationError

from auditor.assessment import PackName, Phase, Rule
from auditor.engine.condition import Condition, read_condition
from auditor.engine.lookup import Lookup
from auditor.engine.pack_faults import explain_fault
from auditor.engine.pack_file import (
    Divergence,
    Example,
    Lacking,
    PackFile,
    PhaseFile,
    Privilege,
    Remedy,
    RuleFile,
    StepFile,
    SupportTable,
)
from auditor.engine.pack_place import pack_files, pack_path
from auditor.engine.pack_text import PackText, read_text
from auditor.errors import PackError, nearest
from auditor.model import Fact, facts
from auditor.vocabulary import RuleVerdict

_Place = tuple[str | int, ...]
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
        self._check_unique("phase", [one.id for one in file.phase])
        self._check_unique("rule", [one.id for one in file.rule])
        self._check_unique("remedy", [one.id for one in file.remedy])
        self._check_unique("divergence", [one.id for one in file.divergence])
        self._check_unique("table", [one.name for one in file.table])
        for number, phase in enumerate(file.phase):
            self._check_phase(phase, ("phase", number))
        for number, remedy in enumerate(file.remedy):
            self._check_hours(remedy.effort_hours, ("remedy", number, "effort_hours"))
            self._sources(remedy.sources, ("remedy", number, "sources"))
        for number, table in enumerate(file.table):
            self._check_table(table, ("table", number))
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

    def _fault(self, message: str, fix: str, place: _Place) -> None:
        self._faults.append(self._text.error(message, fix, place))

    def _check_unique(self, kind: str, names: Sequence[str]) -> None:
        key = "name" if kind == "table" else "id"
        for number, name in enumerate(names):
            if name in names[:number]:
                self._fault(f'the {key} "{name}" stands twice', f"give each {kind} its own", (kind, number, key))

    def _check_phase(self, phase: PhaseFile, at: _Place) -> None:
        if phase.window[0] > phase.window[1]:
            self._fault("the window ends before it begins", "give the first day and then the last", (*at, "window"))
        earlier = self._file.phase[: int(at[1])]
        if earlier and earlier[-1].window[0] > phase.window[0]:
            self._fault(
                f'the phase "{phase.id}" begins before the one above it',
                "put phases in the order of their dates",
                (*at, "window"),
            )

    def _check_hours(self, hours: tuple[float, float], at: _Place) -> None:
        if hours[0] > hours[1]:
            self._fault("the hours run from most to least", "give the least and then the most", at)

    def _check_table(self, table: SupportTable, at: _Place) -> None:
        if table.name in facts():
            self._fault(f'"{table.name}" is a fact already', "choose another name", (*at, "name"))
        if table.reads not in facts() or facts()[table.reads].type != "text":
            known = [fact.name for fact in facts().values() if fact.type == "text"]
            self._fault(f'"{table.reads}" is not a fact of text', nearest(table.reads, known), (*at, "reads"))
        if table.earlier and table.earlier not in table.legend.values():
            self._fault(
                f'"{table.earlier}" is not in the legend',
                nearest(table.earlier, list(table.legend.values())),
                (*at, "earlier"),
            )
        for row, marks in table.rows.items():
            place = (*at, "rows", row)
            if len(marks.split()) != len(table.releases):
                self._fault(
                    f"the row {row} has {len(marks.split())} marks for {len(table.releases)} releases",
                    "give one for each release, with spaces between",
                    place,
                )
            for mark in marks.split():
                if mark not in table.legend:
                    self._fault(f'"{mark}" is not in the legend', nearest(mark, list(table.legend)), place)
        self._sources(table.sources, (*at, "sources"))

    def _rule(self, rule: RuleFile, at: _Place) -> PackRule | None:
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
            self._check_hours(hours, (*at, "effort_hours"))
        for number, example in enumerate(rule.example):
            self._check_example(example, rule.verdict, (*at, "example", number))
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

    def _named(self, kind: str, name: str | None, known: Mapping[str, _Shared], at: _Place) -> _Shared | None:
        if name is not None and name not in known:
            fix = nearest(name, list(known)) if known else f"add a [[{kind}]] of that id"
            self._fault(f'"{name}" is not a {kind} of this pack', fix, (*at, kind))
        return known.get(name or "")

    def _sources(self, named: Sequence[str], at: _Place) -> list[str]:
        known = self._file.sources
        for name in named:
            if known and name not in known:
                self._fault(f'"{name}" is not a source of this pack', nearest(name, list(known)), at)
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

    def _check_example(self, example: Example, verdict: RuleVerdict, at: _Place) -> None:
        if example.then not in (verdict, "nothing", "undetermined"):
            self._fault(
                f'the rule never says "{example.then}"',
                f'it says "{verdict}", "nothing" or "undetermined"',
                (*at, "then"),
            )
        place = (*at, "given")
        for name, value in example.given.items():
            if name not in facts():
                self._fault(f'"{name}" is not a fact', nearest(name, list(facts())), place)
            elif not _fits(value, facts()[name]):
                self._fault(f'"{value}" is not {facts()[name].type}, as {name} is', "give a value of that type", place)
            elif facts()[name].values and value not in facts()[name].values:
                self._fault(
                    f'"{value}" is not a value of {name}', nearest(str(value), list(facts()[name].values)), place
                )


def _names(when: str, name: str) -> bool:
    return re.search(rf"\b{name}\b", when) is not None


def _fits(value: object, declared: Fact) -> bool:
    wanted: dict[str, type] = {"text": str, "boolean": bool, "integer": int, "date": date}
    return type(value) is wanted[declared.type]
