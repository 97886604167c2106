"""Do the parts of a pack make sense, where the types of their keys can't tell: each fault with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from auditor.engine.pack_file import Example, PackFile, PhaseFile, SupportTable
from auditor.errors import nearest
from auditor.model import Fact, facts
from auditor.toml_lines import Place
from auditor.vocabulary import RuleVerdict


class Fault(NamedTuple):
    """What is wrong at one place of a pack's file, and what to do."""

    message: str
    fix: str
    place: Place


def faults_of_shared(file: PackFile) -> Iterator[Fault]:
    """Give what is wrong with all that rules rest on: ids, phases, remedies and tables."""
    yield from _twice("phase", [one.id for one in file.phase])
    yield from _twice("rule", [one.id for one in file.rule])
    yield from _twice("remedy", [one.id for one in file.remedy])
    yield from _twice("divergence", [one.id for one in file.divergence])
    yield from _twice("table", [one.name for one in file.table])
    for number, phase in enumerate(file.phase):
        yield from _of_phase(phase, file.phase[:number], at=("phase", number))
    for number, remedy in enumerate(file.remedy):
        yield from faults_of_hours(remedy.effort_hours, at=("remedy", number, "effort_hours"))
        yield from faults_of_sources(remedy.sources, file.sources, at=("remedy", number, "sources"))
    for number, table in enumerate(file.table):
        yield from _of_table(table, at=("table", number))
        yield from faults_of_sources(table.sources, file.sources, at=("table", number, "sources"))


def faults_of_hours(hours: tuple[float, float], *, at: Place) -> Iterator[Fault]:
    """Give what is wrong with the least and the most hours."""
    if hours[0] > hours[1]:
        yield Fault("the hours run from most to least", "give the least and then the most", at)


def faults_of_sources(named: Sequence[str], known: Mapping[str, str], *, at: Place) -> Iterator[Fault]:
    """Give every source that is not known, where the pack has a list of them."""
    for name in named:
        if known and name not in known:
            yield Fault(f'"{name}" is not a source of this pack', nearest(name, list(known)), at)


def faults_of_example(example: Example, verdict: RuleVerdict, *, at: Place) -> Iterator[Fault]:
    """Give what is wrong with an example of a rule that has that verdict."""
    if example.then not in (verdict, "nothing", "undetermined"):
        yield Fault(
            f'the rule never says "{example.then}"',
            f'it says "{verdict}", "nothing" or "undetermined"',
            (*at, "then"),
        )
    place = (*at, "given")
    for name, value in example.given.items():
        if name not in facts():
            yield Fault(f'"{name}" is not a fact', nearest(name, list(facts())), place)
        elif not _fits(value, facts()[name]):
            yield Fault(f'"{value}" is not {facts()[name].type}, as {name} is', "give a value of that type", place)
        elif facts()[name].values and value not in facts()[name].values:
            yield Fault(f'"{value}" is not a value of {name}', nearest(str(value), list(facts()[name].values)), place)


def _twice(kind: str, names: Sequence[str]) -> Iterator[Fault]:
    key = "name" if kind == "table" else "id"
    for number, name in enumerate(names):
        if name in names[:number]:
            yield Fault(f'the {key} "{name}" stands twice', f"give each {kind} its own", (kind, number, key))


def _of_phase(phase: PhaseFile, earlier: Sequence[PhaseFile], *, at: Place) -> Iterator[Fault]:
    if phase.window[0] > phase.window[1]:
        yield Fault("the window ends before it begins", "give the first day and then the last", (*at, "window"))
    if earlier and earlier[-1].window[0] > phase.window[0]:
        yield Fault(
            f'the phase "{phase.id}" begins before the one above it',
            "put phases in the order of their dates",
            (*at, "window"),
        )


def _of_table(table: SupportTable, *, at: Place) -> Iterator[Fault]:
    if table.name in facts():
        yield Fault(f'"{table.name}" is a fact already', "choose another name", (*at, "name"))
    if table.reads not in facts() or facts()[table.reads].type != "text":
        known = [fact.name for fact in facts().values() if fact.type == "text"]
        yield Fault(f'"{table.reads}" is not a fact of text', nearest(table.reads, known), (*at, "reads"))
    said = list(table.legend.values())
    if table.earlier and table.earlier not in said:
        yield Fault(f'"{table.earlier}" is not in the legend', nearest(table.earlier, said), (*at, "earlier"))
    for row, marks in table.rows.items():
        place = (*at, "rows", row)
        if len(marks.split()) != len(table.releases):
            yield Fault(
                f"the row {row} has {len(marks.split())} marks for {len(table.releases)} releases",
                "give one for each release, with spaces between",
                place,
            )
        for mark in marks.split():
            if mark not in table.legend:
                yield Fault(f'"{mark}" is not in the legend', nearest(mark, list(table.legend)), place)


def _fits(value: object, declared: Fact) -> bool:
    wanted: dict[str, type] = {"text": str, "boolean": bool, "integer": int, "date": date}
    return type(value) is wanted[declared.type]
