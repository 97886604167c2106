"""The command that plays NetSuite's sign-in gate on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from auditor.cli.options import packs_option
from auditor.cli.output import plain, say
from auditor.errors import InputError

if TYPE_CHECKING:
    from auditor.engine.pack import RulePack
    from auditor.netsuite.rehearsal.server import RehearsalServer
    from auditor.netsuite.rehearsal.setup import Setup
    from auditor.netsuite.rehearsal.sign_in import Door, Outcome
    from auditor.netsuite.rehearsal.state import Login

_BEFORE = "before"


@click.command()
@click.option("--phase", metavar="PHASE", help='Phase whose gate stands; "before" is a day before the rollout.')
@packs_option("stand at once")
@click.option(
    "--setup",
    "setup_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Roles, users, integrations and tokens; otherwise some of the sample client's.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8021,
    show_default=True,
    help="Port of 127.0.0.1; 0 takes a free one.",
)
@click.option(
    "--keys",
    "keys_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the keys, token secrets and passwords there, readable by you alone.",
)
@click.option(
    "--trail",
    "trail_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="New folder for the login audit trail and the other lists, when the rehearsal stops.",
)
def rehearse(
    phase: str | None,
    pack_names: tuple[str, ...],
    setup_file: Path | None,
    port: int,
    keys_file: Path | None,
    trail_folder: Path | None,
) -> None:
    """Play NetSuite's sign-in gate at a phase, on this machine alone.

    Integrations can be pointed at it before NetSuite moves: SOAP, RESTlets and REST, user credentials and tokens are
    admitted or refused by the rule pack, in NetSuite's words. Stop it with Ctrl-C, and audit its trail.
    """
    import secrets
    import time

    from auditor.engine.rollouts import read_packs
    from auditor.netsuite.rehearsal import files
    from auditor.netsuite.rehearsal.gate import Gate, undetermined_roles
    from auditor.netsuite.rehearsal.lists import described_lists
    from auditor.netsuite.rehearsal.server import HOST, RehearsalServer
    from auditor.netsuite.rehearsal.setup import read_setup
    from auditor.netsuite.rehearsal.state import Rehearsal
    from auditor.pipeline import sign_in_rules

    setup = read_setup(setup_file)
    pack = read_packs(pack_names)
    chosen = _phase(phase or setup.phase, pack)
    if keys_file:
        files.check_keys_file(keys_file)
    if trail_folder:
        files.check_lists_folder(trail_folder)
    account = Rehearsal(setup, clock=time.time, new_secret=lambda: secrets.token_hex(32))
    judge = sign_in_rules(described_lists(setup), pack, None if chosen == _BEFORE else chosen)
    _check_roles(undetermined_roles(account, judge), setup_file)
    try:
        server = RehearsalServer(Gate(account, judge, _tell, _tell_of_stranger), phase=chosen, port=port)
    except OSError as error:
        raise InputError(f"can't listen ({error.strerror})", where=f"{HOST}:{port}", fix="try --port 0") from error
    # Before the address is said: whoever reads it may end the rehearsal at once.
    with server, _until_stopped():
        if keys_file:
            files.write_keys(account, server.url, keys_file)
        _announce(server, setup, chosen, keys_file)
        server.serve_forever()
    if trail_folder:
        for path in files.write_lists(account, trail_folder):
            click.echo(plain(str(path)))


def _phase(wanted: str | None, pack: RulePack) -> str:
    from auditor.engine.rollouts import nearest_phase

    known = [_BEFORE, *(phase.id for phase in pack.phases)]
    if wanted and wanted not in known:
        names = " or ".join(one.id for one in pack.names)
        raise InputError(
            f'"{wanted}" is not a phase of the pack {names}', where="--phase", fix=nearest_phase(wanted, known)
        )
    return wanted or known[1]


def _check_roles(names: tuple[str, ...], setup_file: Path | None) -> None:
    if names:
        raise InputError(
            f'the rule pack can\'t say whether the role "{names[0]}" is highly privileged',
            where=str(setup_file) if setup_file else "the setup",
            fix="give its base role, and list that one too",
        )


def _announce(server: RehearsalServer, setup: Setup, phase: str, keys_file: Path | None) -> None:
    say(f"REHEARSAL of account {setup.account} at phase {phase}. This is not NetSuite; stop it with Ctrl-C.")
    say(
        f"keys and passwords: {keys_file}"
        if keys_file
        else "keys and passwords: in memory only; name a file with --keys"
    )
    say(f"login audit trail so far: {server.url}/rehearsal/lists")
    click.echo(server.url)


@contextmanager
def _until_stopped() -> Iterator[None]:
    """Go on until Ctrl-C or a process manager ends it: with its lists written, either way."""
    import signal

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    # Asked for, since a script that starts it in the background has it ignore Ctrl-C's signal.
    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        say("stopped")
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _tell(login: Login, outcome: Outcome) -> None:
    what = "admitted" if login.success else "refused "
    who = ", ".join(name for name in (login.user or login.email, login.role, login.application) if name)
    why = " - ".join(reason for reason in (outcome.detail, outcome.because) if reason)
    say(f"{what}  {login.uri}  {who}" + (f"  {why}" if why else ""))


def _tell_of_stranger(door: Door, outcome: Outcome) -> None:
    say(f"refused   {door.uri}  no row in the trail  {outcome.because}")
