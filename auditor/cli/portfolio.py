"""The command that audits a whole client base."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.options import DATE_ORDER, day, packs_option
from auditor.cli.output import STOPPED, plain, say
from auditor.cli.portfolio_progress import portfolio_progress
from auditor.errors import InputError

if TYPE_CHECKING:
    from auditor.portfolio.progress import Progress

_FAILED = 1


@click.command()
@click.argument("clients_dir")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Folder for all reports.")
@packs_option("make one report")
@click.option(
    "--as-of",
    type=day,
    metavar="DATE",
    help="Date of all audits; otherwise each engagement's, or the day a client is audited.",
)
@click.option(
    "--format",
    "formats",
    default="html,xlsx,json,csv",
    show_default=True,
    metavar="LIST",
    help="Formats of each client's report; json is always written.",
)
@DATE_ORDER
@click.option(
    "--hours-a-month",
    type=click.FloatRange(min=0, min_open=True),
    default=120,
    show_default=True,
    help="What one person gets done in a month, to say how many people are needed.",
)
@click.option(
    "--workers",
    "width",
    type=click.IntRange(min=1),
    help="Clients audited at once on this machine; otherwise as many as its processors and free memory bear.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Audit on the Dask cluster of this scheduler, e.g. tcp://host:8786, instead of this machine.",
)
@click.option("--force", is_flag=True, help="Audit unchanged clients again, too.")
def portfolio(
    clients_dir: str,
    out: Path,
    pack_names: tuple[str, ...],
    as_of: date | None,
    formats: str,
    date_order: str | None,
    hours_a_month: float,
    width: int | None,
    scheduler: str | None,
    force: bool,
) -> None:
    """Audit every client of a folder, and report on all of them together.

    CLIENTS_DIR is a folder, or the fsspec URL of one. Each folder in it is a client: its exports, in a folder exports/
    or as they are, and its engagement.toml.
    DIR gets a folder with the report of each client, and portfolio.html, .xlsx and .json. Clients that have not changed
    since the last run into DIR keep their report.
    """
    from auditor.days import DateOrder
    from auditor.portfolio.clients import find_clients
    from auditor.portfolio.order import make_order, make_request
    from auditor.portfolio.report import FILES, bring_up_to_date, open_folder
    from auditor.portfolio.spread import forget_clients
    from auditor.portfolio.unchanged import find_unchanged
    from auditor.share import usable_processors

    if width and scheduler:
        raise InputError(
            "the cluster has workers of its own", where="--workers", fix="leave out --workers, or --scheduler"
        )
    clients = find_clients(clients_dir, out, frozenset(FILES))
    request = make_request(
        packs=pack_names,
        formats=[name.strip() for name in formats.split(",") if name.strip()],
        as_of=as_of,
        today=datetime.now(UTC).astimezone().date(),
        date_order=DateOrder(date_order) if date_order else None,
        clients_dir=clients_dir,
        out=out,
        force=force,
    )
    finished = 0

    def show(now: Progress) -> None:
        nonlocal finished
        finished = now.done
        draw(now)

    try:
        with portfolio_progress(len(clients)) as draw:
            # A cluster's machines look at the clients side by side.
            outcomes = () if scheduler else find_unchanged(clients, request, width or usable_processors(), show)
            if len(outcomes) < len(clients):
                # Only where there is something to do.
                from auditor.portfolio.run import run_clients
                from auditor.portfolio.workers import opened_workers

                with opened_workers(width, scheduler) as workers:
                    order = make_order(request, workers.share)
                    open_folder(out)
                    outcomes = run_clients(clients, order, workers, show, outcomes)
    except KeyboardInterrupt:
        say(f"interrupted: {finished} of {len(clients)} clients are finished; the same command goes on from there")
        sys.exit(STOPPED)
    failures = [outcome.failure for outcome in outcomes if outcome.failure]
    forget_clients(request.out, clients)
    bring_up_to_date(outcomes, request, hours_a_month)
    unchanged = sum(1 for outcome in outcomes if outcome.unchanged)
    audited = len(outcomes) - unchanged - len(failures)
    say(f"{len(outcomes)} clients: {audited} audited, {unchanged} unchanged, {len(failures)} failed")
    for failure in failures:
        say(f"failed: {failure.folder}: {failure.reason}" + (f" ({failure.where})" if failure.where else ""))
        if failure.fix:
            say(f"  {failure.fix}")
    for name in FILES:
        click.echo(plain(str(out / name)))
    if failures:
        sys.exit(_FAILED)
