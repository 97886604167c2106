"""The commands: parse, call, print. The only place that prints or exits; every import that costs is inside a command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.errors import AuditorError, InputError

if TYPE_CHECKING:
    from auditor.engagement import Engagement
    from auditor.model import Assessment

_DEFAULT_PACK = "2018.2-2019.1"
_DEFAULT_FORMATS = "html,xlsx,json,csv"
_FOUND = 1
_WORTH_A_BAR = 50 << 20
_BYTES_A_LOGIN = 200


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("netsuite-readiness-auditor"), prog_name="auditor")
def cli() -> None:
    """Say which NetSuite integrations stop working at each phase of a sign-in rollout, and what to do about it.

    Start with the lists exported from the client's account:

    \b
      auditor checklist                    which lists to export, and where
      auditor inspect exports/             what each file is, and what is missing
      auditor audit exports/ --out report  the audit: HTML report, workbook, JSON, CSV

    \b
    Exit status: 0 done; 1 done, and --fail-on found integrations that break;
    2 the call or its input is wrong; 3 a live account refused or could not be reached.
    """


_exports = click.argument("exports", nargs=-1, required=True, type=click.Path(path_type=Path))
_engagement_option = click.option(
    "--engagement",
    "engagement_file",
    type=click.Path(path_type=Path),
    help="Engagement file; engagement.toml beside the exports is found by itself.",
)
_pack_option = click.option(
    "--pack", "pack_name", default=_DEFAULT_PACK, show_default=True, metavar="ID|FILE", help="Rule pack of the rollout."
)


@cli.command()
@_exports
@_pack_option
@_engagement_option
@click.option("--client", help="Name of the client; otherwise the engagement's, or the folder's name.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Date of the audit, e.g. 2018-08-28; otherwise the engagement's, or today.",
)
@click.option(
    "--out", default="report", show_default=True, metavar="DIR", help='Folder for the report; "-" prints one format.'
)
@click.option(
    "--format",
    "formats",
    default=_DEFAULT_FORMATS,
    show_default=True,
    metavar="LIST",
    help="Formats, separated by commas.",
)
@click.option(
    "--date-order",
    type=click.Choice(["mdy", "dmy", "ymd"]),
    help="How the login audit trail writes its dates, where its dates do not tell.",
)
@click.option("--fail-on", metavar="PHASE", help="Exit with status 1 when an integration breaks at this phase.")
def audit(
    exports: tuple[Path, ...],
    pack_name: str,
    engagement_file: Path | None,
    client: str | None,
    as_of: click.DateTime | None,
    out: str,
    formats: str,
    date_order: str | None,
    fail_on: str | None,
) -> None:
    """Audit the exports of one account and write the report.

    EXPORTS are files or folders: CSV, XLSX and every other form that NetSuite's lists come in.
    """
    from auditor.engine.pack import read_pack
    from auditor.errors import nearest
    from auditor.loader.dates import DateOrder
    from auditor.pipeline import audit as run_audit

    pack = read_pack(pack_name)
    phases = [phase.id for phase in pack.phases]
    if fail_on and fail_on not in phases:
        raise InputError(
            f'"{fail_on}" is not a phase of the pack {pack.id}', where="--fail-on", fix=nearest(fail_on, phases)
        )
    chosen = [name.strip() for name in formats.split(",") if name.strip()]
    if out == "-":
        _check_printable(chosen)
    elif any(source.is_dir() and source.resolve() == Path(out).resolve() for source in exports):
        raise InputError("the report would lie among the exports", where=out, fix="choose another folder with --out")
    engagement = _engagement(exports, engagement_file, client, as_of)
    order = DateOrder(date_order) if date_order else None
    with _progress(exports) as progress:
        assessment = run_audit(exports, pack, engagement, date_order=order, progress=progress)
    if out == "-":
        from auditor.reporter.data import assessment_json

        click.echo(assessment_json(assessment), nl=False)
    else:
        _write(assessment, chosen, Path(out))
    if fail_on and any(item.verdicts[fail_on] == "breaks" for item in assessment.integrations):
        sys.exit(_FOUND)


@contextmanager
def _progress(exports: tuple[Path, ...]) -> Iterator[Callable[[int], None]]:
    """Draw a bar with records read and time left on standard error, when it is a terminal and there is much to read."""
    files = [
        path for source in exports for path in (source.rglob("*") if source.is_dir() else [source]) if path.is_file()
    ]
    size = sum(path.stat().st_size for path in files)
    if not sys.stderr.isatty() or size < _WORTH_A_BAR:
        yield lambda records: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("reading logins"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} rows"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        # About 200 bytes a login: good enough for the time left, corrected as it goes.
        task = bar.add_task("", total=size / _BYTES_A_LOGIN)
        yield lambda records: bar.advance(task, records)


def _check_printable(chosen: list[str]) -> None:
    if chosen != ["json"]:
        raise InputError("only json can be printed", where="--out -", fix="use --format json --out -, or name a folder")


def _engagement(exports: tuple[Path, ...], file: Path | None, client: str | None, as_of: object) -> Engagement:
    """Return the engagement file's word, what was said on the command line over it, and today as the last resort."""
    from datetime import UTC, date, datetime

    from auditor.engagement import FILE_NAME, Engagement, read_engagement

    beside = [source / FILE_NAME for source in exports if (source / FILE_NAME).is_file()]
    if file is None and len(beside) > 1:
        raise InputError(
            f"there are {len(beside)} engagement files",
            where=", ".join(map(str, beside)),
            fix="name one with --engagement",
        )
    if file is None and beside:
        file = beside[0]
        _say(f"engagement: {file}")
    engagement = read_engagement(file) if file else Engagement()
    said_date = as_of.date() if isinstance(as_of, datetime) else None
    today: date = datetime.now(UTC).astimezone().date()
    folder = exports[0] if exports[0].is_dir() else exports[0].parent
    return engagement.model_copy(
        update={
            "client": client or engagement.client or folder.resolve().name,
            "as_of": said_date or engagement.as_of or today,
        }
    )


def _write(assessment: Assessment, formats: list[str], out: Path) -> None:
    from auditor.model import Verdict
    from auditor.reporter import render

    files = render(assessment, formats, out)
    for item in assessment.inputs:
        if item.rejected:
            _say(
                f"{_place(item.file, item.sheet)}: {item.rejected_count} of {item.rows} rows could not be used; the report names them"
            )
    for phase in assessment.phases:
        counts = assessment.counts(phase.id)
        said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
        _say(f"{phase.id}: {said or 'no integration'}")
    for file in files:
        click.echo(_plain(str(file)))


@cli.command()
@_exports
@_engagement_option
def inspect(exports: tuple[Path, ...], engagement_file: Path | None) -> None:
    """Say what each file is, and which lists are missing.

    Shows which columns of the EXPORTS were understood, what became of their rows, and where to export what is missing.
    """
    from auditor.loader.inventory import load

    inventory = load(exports, _engagement(exports, engagement_file, None, None))
    for item in inventory.inputs:
        click.echo(f"{_place(item.file, item.sheet)}: {item.list or 'not a list'}")
        if item.list:
            click.echo(
                f"  rows      {item.rows}: {item.used} used, {item.set_aside_count} set aside, {item.rejected_count} rejected"
            )
            click.echo(
                _plain("  columns   " + ", ".join(f"{header} = {name}" for name, header in item.columns.items()))
            )
        if item.unused_columns:
            click.echo(_plain("  not used  " + ", ".join(item.unused_columns)))
        for note in item.notes:
            click.echo(_plain(f"  note      {note}"))
        for row in (*item.set_aside, *item.rejected)[:20]:
            more = f" ({row.count} rows from here on)" if row.count > 1 else ""
            click.echo(_plain(f"  row {row.row}: {row.reason}{more}"))
    missing = [guide for guide in inventory.guides if inventory.frame(guide.list) is None]
    if missing:
        click.echo("\nmissing:")
    for guide in missing:
        click.echo(f"  {guide.list}: {guide.menu}\n    {guide.how}")


@cli.command()
def checklist() -> None:
    """Print the lists to export, to send to the client."""
    from auditor.loader.lists import known_lists

    click.echo("Lists to export from NetSuite, as an Administrator. CSV or Excel, with every column the page offers.\n")
    for number, known in enumerate(known_lists().values(), start=1):
        click.echo(f"{number}. {known.guide.title}\n   {known.guide.menu}\n   {known.guide.how}\n")
    click.echo("Nothing else is needed: no password, no token, no access to the account.")


@cli.group()
def rules() -> None:
    """List, show and check rule packs."""


@rules.command("list")
@_pack_option
def list_rules(pack_name: str) -> None:
    """List the packs that come with the program, and the rules of one."""
    from auditor.engine.pack import pack_files, read_pack

    for name in pack_files():
        known = read_pack(name)
        click.echo(f"{known.id}  {known.title}, version {known.version}, {len(known.rules)} rules")
    pack = read_pack(pack_name)
    click.echo(_plain(f"\n{pack.id}"))
    for item in pack.rules:
        click.echo(_plain(f"  {item.rule.id}  {item.rule.phase}  {item.rule.verdict:8}  {item.rule.title}"))


@rules.command("show")
@click.argument("rule_id", metavar="RULE")
@_pack_option
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
        click.echo(_plain(line))


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
        click.echo(_plain(f"{pack.id}: {len(pack.rules)} rules, {len(proofs)} examples hold"))


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell.

    Use it like this: eval "$(auditor completion bash)"
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise AssertionError
    click.echo(found(cli, {}, "auditor", "_AUDITOR_COMPLETE").source())


def _place(file: str, sheet: str | None) -> str:
    return _plain(f"{file}, sheet {sheet}" if sheet else file)


def _plain(text: str) -> str:
    """Return the text without characters that a terminal would obey: names come from the client's account."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _say(message: str) -> None:
    click.echo(_plain(message), err=True)


def main() -> None:
    """Run the command line, and turn what can be mended into one paragraph and an exit status."""
    try:
        cli(prog_name="auditor")
    except AuditorError as error:
        shown = "\n".join(_plain(line) for line in str(error).splitlines())
        click.echo(f"auditor: {shown}", err=True)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        # The reader of our output went away, e.g. `auditor ... | head`. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
