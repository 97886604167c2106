"""The commands about rule packs."""

import click

from auditor.cli.options import PACK
from auditor.cli.output import plain, say


@click.group()
def rules() -> None:
    """List, show and check rule packs."""


@rules.command("list")
@PACK
def list_rules(pack_name: str) -> None:
    """List the packs that come with the program, and the rules of one."""
    from auditor.engine.pack import pack_files, read_pack

    for name in pack_files():
        known = read_pack(name)
        click.echo(f"{known.id}  {known.title}, version {known.version}, {len(known.rules)} rules")
    pack = read_pack(pack_name)
    click.echo()
    click.echo(plain(pack.id))
    for item in pack.rules:
        click.echo(plain(f"  {item.rule.id}  {item.rule.phase}  {item.rule.verdict:8}  {item.rule.title}"))


@rules.command("show")
@click.argument("rule_id", metavar="RULE")
@PACK
def show_rule(rule_id: str, pack_name: str) -> None:
    """Show what a rule says, who says so, and what to do."""
    from auditor.engine.pack import read_pack
    from auditor.errors import PackError, nearest

    pack = read_pack(pack_name)
    by_id = {item.rule.id.casefold(): item.rule for item in pack.rules}
    if rule_id.casefold() not in by_id:
        raise PackError(
            f'"{rule_id}" is not a rule of the pack {pack.id}', fix=nearest(rule_id, [one.id for one in by_id.values()])
        )
    rule = by_id[rule_id.casefold()]
    least, most = rule.effort_hours
    lines = [
        f"{rule.id}  {rule.title}",
        f"phase      {rule.phase}",
        f"verdict    {rule.verdict}",
        f"when       {rule.when}",
        f"why        {rule.why}",
        f"authority  {rule.authority}",
        *([f"note       {rule.note}"] if rule.note else []),
        *(f"step {number:<5} {step}" for number, step in enumerate(rule.fix, start=1)),
        f"who        {rule.who}, {least} to {most} hours",
        *(f"source     {source}" for source in rule.sources),
    ]
    for line in lines:
        click.echo(plain(line))


@rules.command("check")
@click.argument("packs", nargs=-1, metavar="[ID|FILE]...")
def check_rules(packs: tuple[str, ...]) -> None:
    """Prove packs, and name everything that is wrong. Without a name, the packs of the program.

    A pack that passes can be read, and its rules keep the house in order: every example holds; every rule has an
    example where it holds, where it does not and where it is undetermined, or says why not; no two rules of a phase say
    the same; sources, who and hours are there; no part of it is left unused.
    """
    from auditor.engine.check import check
    from auditor.engine.pack import examine_pack, pack_files
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
