"""The commands about rule packs."""

import click

from auditor.cli.options import PACK
from auditor.cli.output import plain


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
    click.echo(plain(f"\n{pack.id}"))
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
    """Check packs: every rule can be read, and every example holds. Without a name, the packs of the program."""
    from auditor.engine.pack import pack_files, read_pack
    from auditor.engine.prove import prove
    from auditor.errors import PackError

    for name in packs or tuple(pack_files()):
        pack = read_pack(name)
        proofs = prove(pack)
        wrong = [proof for proof in proofs if not proof.holds]
        if wrong:
            said = "; ".join(
                f"{one.rule} example {one.number}: expected {one.expected}, is {one.actual}" for one in wrong
            )
            raise PackError(said, where=pack.id, fix="mend the rule's condition or the example")
        click.echo(plain(f"{pack.id}: {len(pack.rules)} rules, {len(proofs)} examples hold"))
