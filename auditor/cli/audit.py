"""The commands that read exports: audit, inspect, and the checklist of what to export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.compare import read_earlier
from auditor.cli.fail_on import read_fail_on
from auditor.cli.options import DATE_ORDER, DEFAULT_PACK, ENGAGEMENT, EXPORTS, day, engagement_of, packs_of
from auditor.cli.output import complain, place, plain, say
from auditor.cli.progress import progress
from auditor.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from auditor.assessment import Assessment
    from auditor.inventory import Input
    from auditor.reporter.since import Since

_DEFAULT_FORMATS = "html,xlsx,json,csv"
_FOUND = 1
_TOLD_AT_MOST = 10


@click.command()
@EXPORTS
@click.option(
    "--pack",
    "pack_names",
    multiple=True,
    metavar="ID|FILE",
    help="Rule pack of the rollout; several, each with a --pack of its own, make one report; otherwise the engagement's, "
    f"or {DEFAULT_PACK}.",
)
@ENGAGEMENT
@click.option("--client", help="Name of the client; otherwise the engagement's, or the folder's name.")
@click.option(
    "--as-of",
    type=day,
    metavar="DATE",
    help="Date of the audit, e.g. 2018-08-28; otherwise the engagement's, or today.",
)
@click.option(
    "--out",
    default="report",
    show_default=True,
    metavar="DIR",
    help='Folder for the report; "-" prints the JSON, with --format json.',
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
    "--templates",
    "templates_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder whose templates stand in for ours; 'auditor templates copy DIR' makes one.",
)
@click.option(
    "--template",
    "word_template",
    type=click.Path(path_type=Path),
    metavar="FILE.docx",
    help="Word document that stands in for our template of the docx report.",
)
@DATE_ORDER
@click.option(
    "--previous",
    "previous_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The report.xlsx that was worked in: status, owner, due, notes and confirmed facts are carried over.",
)
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="An earlier assessment.json of this client, for what changed since; several, each with a --baseline of its own.",
)
@click.option(
    "--fail-on",
    metavar="PHASE|regression",
    help="Exit with status 1 when an integration breaks at this phase; PHASE:undetermined, when that is not known either; "
    "regression, when one regressed or newly breaks since the last baseline.",
)
def audit(
    exports: tuple[Path, ...],
    pack_names: tuple[str, ...],
    engagement_file: Path | None,
    client: str | None,
    as_of: date | None,
    out: str,
    formats: str,
    templates_folder: Path | None,
    word_template: Path | None,
    date_order: str | None,
    previous_file: Path | None,
    baselines: tuple[Path, ...],
    fail_on: str | None,
) -> None:
    """Audit the exports of one account and write the report.

    EXPORTS are files or folders: CSV, XLSX and every other form that NetSuite's lists come in.
    """
    from auditor.days import DateOrder
    from auditor.pipeline import audit as run_audit
    from auditor.reporter import FORMATS, find_formats, render, words
    from auditor.reporter.previous import read_previous
    from auditor.reporter.recorded import record
    from auditor.reporter.replaced import keep_replaced, left_over, refuse_to_lose
    from auditor.reporter.since import view_since
    from auditor.reporter.templates import templates_in

    engagement = engagement_of(exports, engagement_file, client, as_of)
    pack = packs_of(pack_names, engagement)
    phases = [phase.id for phase in pack.phases]
    names = " or ".join(one.id for one in pack.names)
    failing = read_fail_on(fail_on, phases, pack=names, baseline=bool(baselines)) if fail_on is not None else None
    chosen = [name.strip() for name in formats.split(",") if name.strip()]
    find_formats(chosen)
    if out == "-":
        _check_printable(chosen)
    elif any(source.is_dir() and source.resolve() == Path(out).resolve() for source in exports):
        raise InputError("the report would lie among the exports", where=out, fix="choose another folder with --out")
    templates = templates_in(templates_folder, word_template)
    for name, meant in templates.misspelt().items():
        say(f"{templates_folder}: {name} stands in for nothing; did you mean {meant}?")
    previous = read_previous(previous_file) if previous_file else None
    if previous:
        previous.check_client(engagement.client or "")
        _say_some(list(previous.faults))
        engagement = previous.applied_to(engagement, pack.rule_ids)
    if out != "-" and "xlsx" in chosen:
        refuse_to_lose(Path(out) / FORMATS["xlsx"].file, previous_file)
    if engagement.client is None or engagement.as_of is None:
        raise AssertionError
    earlier = read_earlier(baselines, client=engagement.client, as_of=engagement.as_of, phases=phases)
    order = DateOrder(date_order) if date_order else None
    with progress(exports) as advance:
        assessment = run_audit(exports, pack, engagement, date_order=order, progress=advance)
    with words.written_in(engagement.branding.language):
        since = view_since(earlier, record(assessment))
        left = left_over(Path(out), chosen, assessment, since) if out != "-" else []
    if out == "-":
        from auditor.reporter.data import assessment_json

        click.echo(assessment_json(assessment, since), nl=False)
    else:
        workbook = Path(out) / FORMATS["xlsx"].file
        if "xlsx" in chosen and (kept := keep_replaced(workbook, engagement.as_of, previous)):
            say(f"the workbook that was worked in is kept: {kept}")
        files = render(
            assessment,
            chosen,
            Path(out),
            since=since,
            previous=previous,
            branding=engagement.branding,
            templates=templates,
        )
        _report(assessment, since, files)
        if left:
            say(f"{out} still holds files that this run did not write: {', '.join(left)}")
    if failing and (found := failing.found(assessment, since)):
        say(f"--fail-on {fail_on}: {words.listing(found, 10)}")
        sys.exit(_FOUND)


def _check_printable(chosen: list[str]) -> None:
    if chosen != ["json"]:
        raise InputError("only json can be printed", where="--out -", fix="use --format json --out -, or name a folder")


def _report(assessment: Assessment, since: Since | None, files: tuple[Path, ...]) -> None:
    """Say what was found, and print where it stands."""
    from auditor.vocabulary import Verdict

    _say_some([said for item in assessment.inputs for said in _unread(item)])
    if assessment.is_over:
        say(_over(assessment))
    for phase in assessment.phases:
        counts = assessment.counts(phase.id)
        said = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
        say(f"{phase.id}: {said or 'no integration'}")
    for note in assessment.notes:
        say(note)
    if since:
        say(since.headline)
    for file in files:
        click.echo(plain(str(file)))


def _say_some(told: Sequence[str]) -> None:
    for said in told[:_TOLD_AT_MOST]:
        say(said)
    if len(told) > _TOLD_AT_MOST:
        say(f"and {len(told) - _TOLD_AT_MOST} more of this kind: the report names them all")


def _unread(item: Input) -> Iterator[str]:
    """Say what of a table was not used."""
    where = place(item.file, item.sheet)
    if item.rejected:
        yield f"{where}: {item.rejected_count} of {item.rows} rows could not be used; the report names them"
    if item.list is None and item.rows:
        yield f"{where} was not used: {', '.join(item.notes)}"
    elif item.list:
        yield from (f"{where}: {note}" for note in item.notes)


def _over(assessment: Assessment) -> str:
    """Say that the rollout lies behind the audit, and which one lies ahead."""
    from auditor.engine.rollouts import packs_ahead

    ahead = packs_ahead(assessment.as_of)
    asked = f"; ask for a coming one with --pack {' or --pack '.join(ahead)}" if ahead else ""
    return f"every phase of {assessment.title} was over before {assessment.as_of}{asked}"


@click.command()
@EXPORTS
@ENGAGEMENT
def inspect(exports: tuple[Path, ...], engagement_file: Path | None) -> None:
    """Say what each file is, and which lists are missing.

    Shows which columns of the EXPORTS were understood, what became of their rows, and where to export what is missing.
    Names every file that can't be read, which stops an audit, and then ends with status 2.
    """
    from auditor.loader.inventory import load

    faults: list[InputError] = []
    inventory = load(exports, engagement_of(exports, engagement_file, None, None), faults=faults)
    for item in inventory.inputs:
        click.echo(f"{place(item.file, item.sheet)}: {item.list or 'not a list'}")
        if item.list:
            click.echo(
                f"  rows      {item.rows}: {item.used} used, {item.set_aside_count} set aside, {item.rejected_count} rejected"
            )
            click.echo(plain("  columns   " + ", ".join(f"{header} = {name}" for name, header in item.columns.items())))
        if item.unused_columns:
            click.echo(plain("  not used  " + ", ".join(item.unused_columns)))
        for note in item.notes:
            click.echo(plain(f"  note      {note}"))
        for row in (*item.set_aside, *item.rejected)[:20]:
            more = f" ({row.count} rows from here on)" if row.count > 1 else ""
            click.echo(plain(f"  row {row.row}: {row.reason}{more}"))
    missing = [guide for guide in inventory.guides if not inventory.is_exported(guide.list)]
    if missing:
        click.echo("\nmissing, or in a file that can't be read:" if faults else "\nmissing:")
    for guide in missing:
        click.echo(f"  {guide.list}: {guide.menu}\n    {guide.how}")
    for fault in faults:
        complain(fault)
    if faults:
        sys.exit(InputError.exit_status)


@click.command()
def checklist() -> None:
    """Print the lists to export, to send to the client."""
    from auditor.loader.lists import known_lists

    click.echo("Lists to export from NetSuite, as an Administrator. CSV or Excel, with every column the page offers.\n")
    exported = [known for known in known_lists().values() if known.exported]
    for number, known in enumerate(exported, start=1):
        click.echo(f"{number}. {known.guide.title}\n   {known.guide.menu}\n   {known.guide.how}\n")
    click.echo("Nothing else is needed: no password, no token, no access to the account.")
