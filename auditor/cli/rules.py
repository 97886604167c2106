"""The commands about rule packs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.options import PACK
from auditor.cli.output import plain, say

if TYPE_CHECKING:
    from auditor.engine.pack import PackRule, RulePack
    from auditor.model import Fact

_WIDTH = 110


@click.group()
def rules() -> None:
    """Write, prove and read rule packs.

    A pack is one TOML file: a rollout's phases and rules. Start with `rules new my-pack.toml`, then `rules check`.
    """


@rules.command("list")
@PACK
def list_rules(pack_name: str) -> None:
    """List the packs that come with the program, and the rules of one."""
    from auditor.engine.pack import read_pack
    from auditor.engine.pack_place import pack_files

    for name in pack_files():
        known = read_pack(name)
        click.echo(f"{known.id}  {known.title}, version {known.version}, {len(known.rules)} rules")
    pack = read_pack(pack_name)
    click.echo()
    click.echo(plain(pack.id))
    for item in pack.rules:
        click.echo(plain(f"  {item.rule.id}  {item.rule.phase}  {item.rule.verdict:8}  {item.rule.title}"))


@rules.command("show")
@click.argument("name", metavar="RULE|FACT")
@click.option("--pack", "pack_name", metavar="ID|FILE", help="Rule pack to look in; otherwise all of the program.")
def show(name: str, pack_name: str | None) -> None:
    """Show a rule in words, or what fills a fact."""
    from auditor.engine.pack import read_pack
    from auditor.engine.pack_place import pack_files
    from auditor.errors import PackError, nearest
    from auditor.model import facts

    packs = [read_pack(one) for one in ((pack_name,) if pack_name else pack_files())]
    known = {item.rule.id.casefold(): item for pack in packs for item in pack.rules}
    if name.casefold() in known:
        _echo(_rule_lines(known[name.casefold()]))
    elif name.casefold() in facts():
        _echo(_fact_lines(facts()[name.casefold()], packs))
    else:
        where = f"the pack {packs[0].id}" if pack_name else "the program"
        names = [item.rule.id for item in known.values()] + list(facts())
        raise PackError(f'"{name}" is neither a rule of {where} nor a fact', fix=nearest(name, names))


def _rule_lines(item: PackRule) -> Iterable[tuple[str, str]]:
    from auditor.engine.in_words import in_words, names_in_words

    rule = item.rule
    least, most = rule.effort_hours
    yield rule.id, rule.title
    yield "pack", f"{item.pack}, from phase {rule.phase} on"
    yield "says", str(rule.verdict)
    for number, line in enumerate(in_words(item.condition)):
        yield "" if number else "holds when", line
    for name, meaning in names_in_words(item.condition):
        yield "", f"{name}: {meaning}"
    yield "in SQL", rule.when
    yield "why", rule.why
    yield "authority", rule.authority
    if rule.note:
        yield "note", rule.note
    for number, (step, who) in enumerate(rule.steps, start=1):
        yield f"step {number}", step if who == rule.who else f"{step} ({who})"
    yield "who", f"{rule.who}, {least:g} to {most:g} hours"
    for source in rule.sources:
        yield "source", source


def _fact_lines(fact: Fact, packs: Iterable[RulePack]) -> Iterable[tuple[str, str]]:
    from auditor.loader.lists import known_lists

    yield fact.name, fact.meaning
    yield "type", " / ".join(fact.values) or fact.type
    if fact.rests_on:
        yield "rests on", f"{fact.rests_on}: without it, this can't be known"
    for name in fact.settled_by:
        guide = known_lists()[name].guide
        yield "filled by", f"{name}: {guide.menu}"
        yield "", guide.how
    for pack in packs:
        reading = [item.rule.id for item in pack.rules if fact.name in item.condition.reads]
        if reading:
            yield "read by", f"{', '.join(reading)} ({pack.id})"


def _echo(lines: Iterable[tuple[str, str]], width: int = 12) -> None:
    """Print labelled lines, the text folded beside its label and set in as it was."""
    for label, text in lines:
        inner = " " * (len(text) - len(text.lstrip()))
        shown = plain(f"{label:<{width - 2}}  ")
        folded = textwrap.wrap(
            plain(text.strip()),
            _WIDTH,
            initial_indent=" " * width + inner,
            subsequent_indent=" " * width + inner,
            break_on_hyphens=False,
        )
        click.echo(shown + "\n".join(folded)[width:] if len(shown) <= width else "\n".join([shown.rstrip(), *folded]))


@rules.command("facts")
def list_facts() -> None:
    """List the facts that a condition may read."""
    from auditor.model import facts

    width = max(map(len, facts())) + 2
    _echo(
        ((one.name, f"{one.meaning} ({' / '.join(one.values) or one.type})") for one in facts().values()), width=width
    )


@rules.command("schema")
def schema() -> None:
    """Print the JSON Schema of a pack, for editors.

    Keep it beside the pack, `auditor rules schema > pack.schema.json`, and begin the pack with `#:schema
    pack.schema.json`: editors with TOML support read that.
    """
    import json

    from auditor.engine.pack_file import pack_schema

    click.echo(json.dumps(pack_schema(), indent=2, ensure_ascii=False))


@rules.command("new")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--title", default="My rollout", show_default=True, help="What the report calls the rollout.")
@click.option("--rule", "rule_id", metavar="ID", help="Add a rule of that id, e.g. NEW-102, to a pack that exists.")
def new(file: Path, title: str, rule_id: str | None) -> None:
    """Write a pack to begin with, or with --rule add a rule to one. Both pass `rules check` as they stand."""
    from auditor.errors import InputError

    if rule_id:
        _add_rule(file, rule_id)
    elif file.exists():
        raise InputError("it exists already", where=str(file), fix="choose another name, or add a rule with --rule ID")
    else:
        from auditor.engine.new_pack import new_pack

        _write(file, new_pack(_id_of(file), title))
    click.echo(plain(str(file)))
    say(f"next: fill it in, then auditor rules check {file}")


def _id_of(file: Path) -> str:
    import re

    return re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem).strip("-._")[:60] or "my-pack"


def _add_rule(file: Path, rule_id: str) -> None:
    import re

    from auditor.engine.new_pack import new_rule
    from auditor.engine.pack import read_pack
    from auditor.errors import InputError

    if not file.is_file():
        raise InputError("there is no such pack", where=str(file), fix="leave --rule out to write a new pack")
    pack = read_pack(str(file))
    if not re.fullmatch(r"[A-Z]{2,5}-[0-9]{3}", rule_id):
        raise InputError(f'"{rule_id}" is not an id of a rule', where="--rule", fix="e.g. NEW-102")
    if rule_id in {item.rule.id for item in pack.rules}:
        raise InputError(f"the pack has a rule {rule_id}", where=str(file), fix="choose another id")
    _write(file, file.read_text(encoding="utf-8-sig").rstrip() + "\n\n" + new_rule(pack, rule_id))


def _write(file: Path, text: str) -> None:
    from auditor.errors import InputError

    try:
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"can't be written ({error.strerror})", where=str(file), fix="choose another place") from error


@rules.command("check")
@click.argument("packs", nargs=-1, metavar="[ID|FILE]...")
def check_rules(packs: tuple[str, ...]) -> None:
    """Prove packs, and name everything that is wrong. Without a name, the packs of the program.

    A pack that passes can be read, and its rules keep the house in order: every example holds; every rule has an
    example where it holds, where it does not and where it is undetermined, or says why not; no two rules of a phase say
    the same; sources, who and hours are there; no part of it is left unused.
    """
    from auditor.engine.check import check
    from auditor.engine.pack import examine_pack
    from auditor.engine.pack_place import pack_files
    from auditor.errors import PackError

    wrong = 0
    for name in packs or tuple(pack_files()):
        pack, faults = examine_pack(name)
        problems = faults or (check(pack) if pack else ())
        for problem in problems:
            for line in str(problem).splitlines():
                say(line)
        if pack and not problems:
            examples = sum(len(item.examples) for item in pack.rules)
            click.echo(plain(f"{pack.id}: {len(pack.rules)} rules, {examples} examples hold"))
        wrong += len(problems)
    if wrong:
        raise PackError(f"{wrong} to mend", fix="mend them and check again")
