"""The commands: parse, call, print. The only place that prints or exits; every import that costs is inside a command."""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

import click

from auditor.cli.audit import audit, checklist, inspect
from auditor.cli.compare import compare
from auditor.cli.diagnose import diagnose
from auditor.cli.explain import explain
from auditor.cli.init import init
from auditor.cli.live import collect, verify
from auditor.cli.output import STOPPED, complain
from auditor.cli.portfolio import portfolio
from auditor.cli.rehearse import rehearse
from auditor.cli.rules import rules
from auditor.cli.templates import templates
from auditor.errors import AuditorError


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; one that is stopped ends as such."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            click.echo("auditor: stopped", err=True)
            ctx.exit(STOPPED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="netsuite-readiness-auditor", prog_name="auditor")
def cli() -> None:
    """Say which NetSuite integrations stop working at each phase of a sign-in rollout, and what to do about it.

    Start with the lists exported from the client's account:

    \b
      auditor checklist                    which lists to export, and where
      auditor inspect exports/             what each file is, and what is missing
      auditor audit exports/ --out report  the audit: HTML report, workbook, JSON, CSV
      auditor portfolio clients/ --out reports
                                           every client of a folder, and all of them together
      auditor explain "Bank feed" exports/ why an integration has its verdicts
      auditor compare earlier/ report/     what changed since an earlier report

    Or collect most of them from the live account with an access token: auditor collect --help

    \b
    Exit status: 0 done; 1 done, and --fail-on found what it looks for, or a client of a portfolio failed;
    2 the call or its input is wrong; 3 a live account refused or could not be reached; 130 stopped by Ctrl-C.
    """


_COMMANDS = (
    init,
    audit,
    portfolio,
    explain,
    compare,
    inspect,
    checklist,
    collect,
    verify,
    diagnose,
    rehearse,
    rules,
    templates,
)
for _command in _COMMANDS:
    cli.add_command(_command)


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


def main() -> None:
    """Run the command line, and turn what can be mended into one paragraph and an exit status."""
    # A command keeps nearly all that it makes: to look for cycles in it as often as Python does costs a tenth of the time.
    gc.set_threshold(10_000)
    try:
        cli(prog_name="auditor")
    except AuditorError as error:
        complain(error)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        # The reader of our output went away, e.g. `auditor ... | head`. Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    finally:
        # What is left goes with the process: Python would look for cycles in all of it, several times.
        gc.freeze()
