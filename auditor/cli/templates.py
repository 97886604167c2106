"""The commands for a consultancy's own templates."""

from __future__ import annotations

from pathlib import Path

import click

from auditor.cli.output import plain


@click.group()
def templates() -> None:
    """Make the reports your own."""


@templates.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def copy(folder: Path) -> None:
    """Copy the templates of all reports to DIR, to be changed there.

    Keep those that you change and delete the rest; `auditor audit --templates DIR` takes ours for what is not there.
    """
    from auditor.reporter.templates import copy_templates

    for path in copy_templates(folder):
        click.echo(plain(str(path)))
