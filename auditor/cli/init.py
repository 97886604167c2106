"""The command that sets up the folder of an engagement."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.options import DEFAULT_PACK
from auditor.cli.output import plain, say
from auditor.errors import InputError

if TYPE_CHECKING:
    from auditor.assessment import Phase
    from auditor.engine.pack import RulePack

_IGNORED = """# What a client exports, and what is found in it, stays out of version control.
*
!.gitignore
!engagement.toml
"""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--client", help="Name of the client.")
@click.option("--consultant", help="Who prepares the report.")
@click.option("--pack", "pack_name", default=DEFAULT_PACK, show_default=True, metavar="ID|FILE", help="Rule pack.")
@click.option(
    "--phase",
    "phases",
    multiple=True,
    metavar="PHASE=DATE",
    help="The account's own date of a phase, e.g. 2018.2=2018-09-14; may be repeated.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: what is not given is left out.")
def init(
    folder: Path, client: str | None, consultant: str | None, pack_name: str, phases: tuple[str, ...], yes: bool
) -> None:
    """Set up the folder of an engagement: exports/, reports/, engagement.toml, and a .gitignore for the client's data.

    Asks for what is not given, except with --yes or where nobody sits at a terminal.
    """
    from auditor.engine.rollouts import read_packs

    pack = read_packs((pack_name,))
    asks = not yes and sys.stdin.isatty()
    target = folder / "engagement.toml"
    if target.exists():
        raise InputError("there is an engagement already", where=str(target), fix="edit it, or choose another folder")
    dates = {name: _date(name, value) for name, value in map(_split, phases)}
    _check_phases(dates, pack)
    if asks:
        client = client or click.prompt("Client", default=folder.resolve().name, err=True)
        consultant = consultant or click.prompt("Prepared by", default="", show_default=False, err=True) or None
        for phase in pack.phases:
            if phase.id not in dates and (day := _asked_date(phase)):
                dates[phase.id] = day
    _set_up(
        folder, _engagement(client or folder.resolve().name, consultant, dates, pack, _pack_from(folder, pack_name))
    )
    click.echo(plain(str(target)))
    say(f"put the exports into {folder / 'exports'} ('auditor checklist' says which), then run:")
    command = ["auditor", "audit", str(folder / "exports"), "--engagement", str(target)]
    say(f"  {shlex.join([*command, '--out', str(folder / 'reports')])}")


def _asked_date(phase: Phase) -> date | None:
    """Ask for the date of the phase until it is one, or is not known."""
    opens, closes = phase.window
    while True:
        said = click.prompt(
            f"Date of {phase.id} in this account (window {opens} to {closes}; empty if not known)",
            default="",
            show_default=False,
            err=True,
        )
        try:
            return _date(phase.id, said) if said.strip() else None
        except InputError as error:
            say(str(error.message) + f", {error.fix}")


def _pack_from(folder: Path, pack_name: str) -> str:
    """Return the pack as an engagement file in that folder names it."""
    from auditor.engagement import names_file
    from auditor.engine.pack_place import pack_files

    if pack_name in pack_files():
        return pack_name
    file = Path(pack_name).resolve()
    # On another drive of Windows there is no way from here to there.
    with suppress(ValueError):
        there = Path(os.path.relpath(file, folder.resolve())).as_posix()
        # A bare name would be that of a pack of the program.
        return there if names_file(there) else f"./{there}"
    return file.as_posix()


def _split(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals:
        raise InputError(f'"{given}" names no date', where="--phase", fix="write it like 2018.2=2018-09-14")
    return name.strip(), value


def _date(phase: str, written: str) -> date:
    try:
        return date.fromisoformat(written.strip())
    except ValueError as error:
        raise InputError(f'"{written}" is no date', where=f"phase {phase}", fix="write it like 2018-09-14") from error


def _check_phases(dates: dict[str, date], pack: RulePack) -> None:
    from auditor.engine.rollouts import nearest_phase

    known = [phase.id for phase in pack.phases]
    for name in dates:
        if name not in known:
            raise InputError(f'"{name}" is not a phase of the pack', where="--phase", fix=nearest_phase(name, known))


def _engagement(client: str, consultant: str | None, dates: dict[str, date], pack: RulePack, pack_name: str) -> str:
    lines = [f"client = {_quoted(client)}"]
    lines.append(f"consultant = {_quoted(consultant)}" if consultant else '# consultant = "..."')
    lines.append(f"pack = {_quoted(pack_name)}")
    lines += ["", "[phases]  # the account's own dates; a phase without one keeps NetSuite's window"]
    for phase in pack.phases:
        own = dates.get(phase.id)
        day = own.isoformat() if own else "2000-01-01"
        lines.append(
            f"{'' if own else '# '}{_quoted(phase.id)} = {day}{'' if own else '  # its date, once it is known'}"
        )
    return "\n".join([*lines, "", "# More that can stand here: docs/engagement.md", ""])


def _quoted(text: str) -> str:
    """Return the text as a TOML string; JSON's are a part of those."""
    import json

    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _set_up(folder: Path, engagement: str) -> None:
    try:
        for name in ("exports", "reports"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        if not (folder / ".gitignore").exists():
            (folder / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        (folder / "engagement.toml").write_text(engagement, encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"can't be set up ({error.strerror})", where=str(folder), fix="choose another folder"
        ) from error
