"""The command that says why a signature fails: offline, from the request as it was sent."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.live import SECRETS, ask
from auditor.cli.output import plain
from auditor.errors import InputError

if TYPE_CHECKING:
    from auditor.netsuite.checks import Cause
    from auditor.netsuite.diagnose import Diagnosis, Line

_WIDTH = 120


@click.command()
@click.argument("requests", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--account", "account_id", metavar="ID", help="The account that the secrets are of; otherwise the request says it."
)
@SECRETS
def diagnose(requests: tuple[Path, ...], account_id: str | None, secrets: str) -> None:
    """Say why NetSuite refuses the signature of a request.

    REQUESTS are files, each with one request as it was sent: method and URL, the headers with Authorization, an empty
    line and the body; or a SOAP envelope with its token passport. "-" reads one from standard input. With the answer's
    head below it, its Date tells whether the clock is right. Nothing is sent anywhere.
    """
    from auditor.netsuite.account import read_account
    from auditor.netsuite.checks import reused
    from auditor.netsuite.credentials import read_secrets
    from auditor.netsuite.diagnose import diagnose as run
    from auditor.netsuite.given import read_request

    account = read_account(account_id) if account_id else None
    given = [(str(path), read_request(_text(path), str(path))) for path in requests]
    held = read_secrets(secrets, ask=ask, where="--secrets")
    for where, request in given:
        _show(where, run(request, held, account))
    for cause in reused([request for _, request in given]):
        _show_cause(cause)


def _text(path: Path) -> str:
    try:
        return sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"can't be read ({type(error).__name__})", where=str(path), fix="check the path") from error


def _show(where: str, found: Diagnosis) -> None:
    said = "the signature holds" if found.holds else "the signature does not hold"
    also = ", and nothing else is wrong that a request shows" if found.holds and not found.causes else ""
    click.echo(plain(f"{where}: {said}{also}"))
    for cause in found.causes:
        _show_cause(cause)
    if found.holds and not found.causes:
        click.echo(
            "  The Detail column of the Login Audit Trail says why NetSuite refused it: the token, its user, its role."
        )
    if not found.holds:
        _side_by_side(found.lines)
        click.echo(plain(f"base string, expected: {found.expected_base}"))
        click.echo(plain(f"base string, signed:   {found.given_base or 'not known'}"))
    click.echo()


def _show_cause(cause: Cause) -> None:
    click.echo(plain(f"  cause: {cause.what}"))
    click.echo(plain(f"    fix: {cause.fix}"))


def _side_by_side(lines: tuple[Line, ...]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    known = any(line.given is not None for line in lines)
    table = Table("", "part", "expected", *(("signed",) if known else ()), box=None, pad_edge=False)
    for line in lines:
        cells = [line.part, line.expected] + ([line.given or ""] if known else [])
        marked = ["<>" if known and line.given != line.expected else "", *cells]
        table.add_row(*(Text(plain(cell), overflow="fold") for cell in marked))
    Console(width=None if sys.stdout.isatty() else _WIDTH).print(table)
