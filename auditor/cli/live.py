"""The commands that ask a live account: collect, verify. Secrets come by reference, and go nowhere but into signatures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.options import PACK, engagement_of, moment
from auditor.cli.output import plain, say
from auditor.cli.progress import lists_progress
from auditor.errors import AccountError

if TYPE_CHECKING:
    from auditor.model import Role
    from auditor.netsuite.account import Account
    from auditor.netsuite.store import Settings
    from auditor.netsuite.verify import TokenReference, Verification

SECRETS = click.option(
    "--secrets",
    default="prompt",
    show_default=True,
    metavar="REFERENCE",
    help='Where the secrets are: "prompt", "environment:PREFIX" or "keyring:SERVICE". Never the secrets themselves.',
)
REHEARSAL = click.option(
    "--rehearsal", metavar="URL", help="A rehearsal server on this machine that answers in the account's place."
)


@click.command()
@click.option(
    "--account", "account_id", required=True, metavar="ID", help="The account ID, e.g. 1234567 or 1234567-sb1."
)
@SECRETS
@click.option(
    "--out", default="exports", show_default=True, type=click.Path(path_type=Path), help="Folder for the lists."
)
@click.option(
    "--since", type=moment, metavar="DATE", help="First day of the login audit trail; otherwise a year before --until."
)
@click.option(
    "--until",
    type=moment,
    metavar="DATE",
    help="The day after its last one, or a moment like 2018-08-28T12:00; otherwise what is over by now.",
)
@click.option("--workers", type=click.IntRange(1, 4), default=3, show_default=True, help="Requests at once.")
@REHEARSAL
def collect(
    account_id: str,
    secrets: str,
    out: Path,
    since: datetime | None,
    until: datetime | None,
    workers: int,
    rehearsal: str | None,
) -> None:
    """Collect the lists of a live account, as its own exports would have them.

    Reads roles, their permissions, access tokens, users and the login audit trail, and changes nothing. A run that is
    cut goes on where it stopped when the same command is run again. What can only be exported by hand is listed.
    """
    from auditor.netsuite.account import read_account
    from auditor.netsuite.client import Client
    from auditor.netsuite.collect import collect as run
    from auditor.netsuite.credentials import read_secrets

    account = read_account(account_id, rehearsal=rehearsal)
    settings = _settings(account, out, since, until)
    client = Client(account, read_secrets(secrets, ask=ask, where="--secrets"), on_wait=_say_why_it_waits)
    try:
        with lists_progress() as progress:
            collected = run(client, out, settings, workers=workers, progress=progress)
    except KeyboardInterrupt:
        say("what was collected is kept; run the same command again to go on")
        raise
    for name, rows in collected.rows.items():
        say(f"{name}: {rows:,} rows")
    for name, reason in collected.refused.items():
        say(f"{name}: not collected: {reason}")
    for path in collected.files:
        click.echo(plain(str(path)))
    _say_what_is_left(set(collected.rows))
    say(f"now run: auditor audit {out}")


def _settings(account: Account, out: Path, since: datetime | None, until: datetime | None) -> Settings:
    """Return what to collect: a run that was cut goes on with its own days where none are given."""
    from auditor.netsuite.period import period, written
    from auditor.netsuite.store import Settings, Store

    # Pages of a rehearsal must never become a part of the account's own collection.
    name = f"{account.realm} in rehearsal" if account.rehearsal else account.realm
    begun = Store(out).begun()
    if begun and begun.account == name and not since and not until:
        say(f"going on with the collection from {written(begun.since)} to before {written(begun.until)}")
        return begun
    first, end = period(since, until, now=datetime.now(UTC), rehearsal=account.rehearsal is not None)
    return Settings(account=name, since=first, until=end)


def _say_what_is_left(collected: set[str]) -> None:
    from auditor.loader.lists import known_lists
    from auditor.netsuite.queries import queries

    say("SuiteQL does not give these lists; export them by hand into the same folder:")
    for name, known in known_lists().items():
        if known.exported and name not in collected:
            say(f"  {name}: {known.guide.menu}")
            say(f"    {known.guide.how}")
    for query in queries():
        if query.lacks and query.list in collected:
            say(f"  {query.lacks}: {known_lists()[query.list].guide.menu}")
            say("    Only where they sign in; under another file name, beside what was collected.")


@click.command()
@click.argument("tokens", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="exports/TokenVerification.csv",
    show_default=True,
    help="File for what the account said; an audit reads it among the exports.",
)
@click.option(
    "--exports",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Exports with the roles, to tell whether a custom role is highly privileged.",
)
@PACK
@REHEARSAL
def verify(tokens: Path, out: Path, exports: tuple[Path, ...], pack_name: str, rehearsal: str | None) -> None:
    """Ask the account of each token whether it works, and as which role.

    TOKENS is a file of references (TOML): it names the tokens and says where their secrets are. Each token costs one
    request, which NetSuite records as a sign-in; nothing is changed.
    """
    from auditor.netsuite.account import read_account
    from auditor.netsuite.client import Client
    from auditor.netsuite.credentials import read_secrets
    from auditor.netsuite.verify import earlier_verifications, read_references, write_verifications
    from auditor.netsuite.verify import verify as run

    references = read_references(tokens)
    earlier_verifications(out)
    account = read_account(references.account, rehearsal=rehearsal)
    roles = _Roles(pack_name, exports)
    # All of them before the first request: what is missing is said before anything is sent.
    clients = [
        Client(
            account,
            read_secrets(reference.secrets, ask=ask, where=f"{tokens}, token {number}", label=_called(reference)),
            on_wait=_say_why_it_waits,
        )
        for number, reference in enumerate(references.token, start=1)
    ]
    found = []
    try:
        for one in run(references.token, clients):
            found.append(one)
            click.echo(plain(f"{_called(one.reference)}: {_told(one, roles)}"))
    finally:
        # What a sign-in was spent on is kept, even where the run is stopped half-way.
        written = write_verifications(found, account.realm, datetime.now(UTC).date(), out)
        say(f"written: {out}" if written else "nothing written: the account said nothing of any token")
    failed = sum(one.works is not True for one in found)
    if failed:
        raise AccountError(
            f"{failed} of {len(found)} tokens did not sign in",
            where=f"account {account.realm}",
            fix="the Detail column of the Login Audit Trail says why; a refused token may be right and its keys wrong",
        )


def _say_why_it_waits(seconds: float, reason: str) -> None:
    say(plain(f"{reason}; asking again in {seconds:.0f} seconds"))


class _Roles:
    """What the pack and the exports say of a role."""

    def __init__(self, pack_name: str, exports: tuple[Path, ...]) -> None:
        from auditor.engine.pack import read_pack
        from auditor.engine.privilege import Roles
        from auditor.engine.roles import listed_roles, role_permissions
        from auditor.inventory import Inventory
        from auditor.loader.inventory import load

        # Its [columns] say which column is which, as for an audit of the same exports.
        inventory = (
            load(exports, engagement_of(exports, None, None, None)) if exports else Inventory(frames={}, inputs=())
        )
        self._roles = Roles(listed_roles(inventory), read_pack(pack_name).privilege, role_permissions(inventory))

    def find(self, role_id: str, name: str) -> Role | None:
        return self._roles.find(role_id or None, name or None)


def _told(one: Verification, roles: _Roles) -> str:
    if not one.works:
        return one.detail
    role = roles.find(one.role_id, one.role)
    if role is None:
        return "works, and the account does not say with which role"
    words = {True: "highly privileged", False: "not highly privileged", None: "privilege not known"}
    user = f" for {one.user or f'user {one.user_id}'}" if one.user or one.user_id else ""
    return f"works{user} with the role {role.name}: {words[role.privileged]}, {role.privileged_because}"


def _called(reference: TokenReference) -> str:
    return f"{reference.application}, {reference.name}" if reference.name else reference.application


def ask(what: str) -> str:
    """Ask without showing the answer; standard output is for results."""
    answer: str = click.prompt(
        plain(what[:1].upper() + what[1:]), hide_input=True, err=True, default="", show_default=False
    )
    return answer
