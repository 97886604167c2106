"""Options and arguments that several commands share, and the engagement they add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from auditor.cli.output import say
from auditor.errors import InputError, PackError

if TYPE_CHECKING:
    from auditor.engagement import Engagement
    from auditor.engine.pack import RulePack

DEFAULT_PACK = "2018.2-2019.1"
_NEARLY = 0.85
_Command = TypeVar("_Command", bound=Callable[..., Any])


def day(written: str) -> date:
    """Return the day that was typed for an option."""
    try:
        return datetime.strptime(written, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError as error:
        raise click.BadParameter(f'"{written}" is no date; write it like 2018-08-28') from error


def moment(written: str) -> datetime:
    """Return the day, or the moment, that was typed for an option."""
    for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"):
        with suppress(ValueError):
            return datetime.strptime(written, form)  # noqa: DTZ007 - the account's own time
    raise click.BadParameter(f'"{written}" is no date; write it like 2018-08-28 or 2018-08-28T12:00')


EXPORTS = click.argument("exports", nargs=-1, required=True, type=click.Path(path_type=Path))
ENGAGEMENT = click.option(
    "--engagement",
    "engagement_file",
    type=click.Path(path_type=Path),
    help="Engagement file; engagement.toml beside the exports is found by itself.",
)
DATE_ORDER = click.option(
    "--date-order",
    type=click.Choice(["mdy", "dmy", "ymd"]),
    help="How the login audit trail writes its dates, where its dates do not tell.",
)
PACK = click.option(
    "--pack", "pack_name", default=DEFAULT_PACK, show_default=True, metavar="ID|FILE", help="Rule pack of the rollout."
)


def packs_option(together: str) -> Callable[[_Command], _Command]:
    """Return the option --pack of a command that takes several; `together` says what they make."""
    return click.option(
        "--pack",
        "pack_names",
        multiple=True,
        default=[DEFAULT_PACK],
        show_default=True,
        metavar="ID|FILE",
        help=f"Rule pack of the rollout. Several, each with a --pack of its own, {together}.",
    )


def packs_of(given: Sequence[str], engagement: Engagement) -> RulePack:
    """Return the packs that the command line names, or else the engagement file, as one."""
    from auditor.engine.rollouts import read_packs

    if given or not engagement.pack:
        return read_packs(given or [DEFAULT_PACK])
    try:
        return read_packs(engagement.pack)
    except PackError as error:
        # What lies in a pack's file names that file; what does not is said of the engagement.
        where = engagement.where("pack") if error.where in ("", "--pack") else error.where
        raise PackError(error.message, where=where, fix=error.fix) from error


def engagement_of(exports: tuple[Path, ...], file: Path | None, client: str | None, as_of: date | None) -> Engagement:
    """Return the engagement file's word, what was said on the command line over it, and today as the last resort."""
    from datetime import UTC

    from auditor.engagement import FILE_NAME, Engagement, read_engagement

    if file is None:
        _refuse_several_clients(exports, FILE_NAME)
    beside = list(dict.fromkeys(found for source in exports if (found := _beside(source, FILE_NAME))))
    if file is None and len(beside) > 1:
        raise InputError(
            f"there are {len(beside)} engagement files",
            where=", ".join(map(str, beside)),
            fix="name one with --engagement",
        )
    if file is None and beside:
        file = beside[0]
        say(f"engagement: {file}")
    if file is None:
        for path in dict.fromkeys(found for source in exports for found in _nearly(source, FILE_NAME)):
            say(f"{path} is not read; did you mean {FILE_NAME}?")
    engagement = read_engagement(file) if file else Engagement()
    today = datetime.now(UTC).astimezone().date()
    return engagement.model_copy(
        update={
            "client": client or engagement.client or _named_by_folder(exports[0]),
            "as_of": as_of or engagement.as_of or today,
        }
    )


def _named_by_folder(source: Path) -> str:
    folder = (source if source.is_dir() else source.parent).resolve()
    # As 'auditor init' and 'auditor collect' lay them: the client is the folder around it.
    return folder.parent.name if folder.name.casefold() == "exports" else folder.name


def _refuse_several_clients(exports: tuple[Path, ...], name: str) -> None:
    """Raise InputError for a folder in which the engagements of several clients lie: their accounts would become one."""
    for source in exports:
        below = sorted(source.rglob(name)) if source.is_dir() else []
        if len(below) > 1:
            raise InputError(
                f"there are {len(below)} engagement files in it, those of several clients: {below[0]}, {below[1]} ...",
                where=str(source),
                fix="name the folder of one client, or audit all of them with 'auditor portfolio'",
            )


def _beside(source: Path, name: str) -> Path | None:
    """Return the file of that name in the folder of the exports, or else beside that folder."""
    return next((path for folder in _places(source) if (path := folder / name).is_file()), None)


def _nearly(source: Path, name: str) -> Iterator[Path]:
    """Give the files in those places that are nearly called so: most likely a slip of the pen, or Windows' hidden .txt."""
    for folder in _places(source):
        beside: list[Path] = []
        # A folder above may be somebody else's.
        with suppress(OSError):
            beside = sorted(folder.iterdir())
        for path in beside:
            if SequenceMatcher(None, path.name.casefold(), name).ratio() > _NEARLY and path.is_file():
                yield path


def _places(source: Path) -> tuple[Path, Path]:
    folder = source if source.is_dir() else source.parent
    return folder, folder.resolve().parent
