"""What is asked of every client's audit: the same for all, and sent to each worker."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.days import DateOrder
from auditor.engine.pack_place import pack_path
from auditor.errors import PackError
from auditor.portfolio.places import is_url
from auditor.reporter import find_formats

if TYPE_CHECKING:
    from auditor.engine.pack import RulePack
    from auditor.share import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What decides whether a report can stay, and where the reports go."""

    program: str
    """The version of the program; every worker must have the same."""
    packs: tuple[str, ...]
    """Ids or files of the rule packs."""
    pack_digest: str
    formats: tuple[str, ...]
    """Of each client's report; the portfolio's own is always made in all of its formats."""
    as_of: date | None
    """The date of all audits, where one was given."""
    today: date
    """Taken for a client whose engagement gives no date."""
    date_order: DateOrder | None
    clients_dir: str
    """The path of the folder of the clients, or its URL."""
    out: Path
    force: bool
    """Whether unchanged clients are audited again, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Request):
    """The request with all that a worker needs for it."""

    pack: RulePack
    share: Share
    """What one worker may take of its machine."""


def make_request(
    *,
    packs: Sequence[str],
    formats: Sequence[str],
    as_of: date | None,
    today: date,
    date_order: DateOrder | None,
    clients_dir: str,
    out: Path,
    force: bool,
) -> Request:
    """Return the request; the rule packs are not judged yet."""
    find_formats(formats)
    return Request(
        program=program_version(),
        packs=tuple(packs),
        pack_digest=hashlib.sha256(b"".join(map(_pack_digest, packs))).hexdigest(),
        # What the portfolio's report is made from has to be there.
        formats=tuple(dict.fromkeys((*formats, "json"))),
        as_of=as_of,
        today=today,
        date_order=date_order,
        clients_dir=clients_dir if is_url(clients_dir) else str(Path(clients_dir).resolve()),
        out=out.resolve(),
        force=force,
    )


def make_order(request: Request, share: Share) -> Order:
    """Return the order; its pack is read here, once, so that every worker judges by the same."""
    from auditor.engine.rollouts import read_packs  # its parser of conditions, only where a client is audited

    return Order(**asdict(request), pack=read_packs(request.packs), share=share)


@cache
def program_version() -> str:
    """Return the version of the program that runs here."""
    return version("netsuite-readiness-auditor")


def _pack_digest(name: str) -> bytes:
    try:
        return hashlib.sha256(pack_path(name).read_bytes()).digest()
    except OSError as error:
        raise PackError(f"can't be read ({error})", where=name, fix="check the path") from error
