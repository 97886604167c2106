"""What is asked of every client's audit: the same for all, and sent to each worker."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

from auditor.days import DateOrder
from auditor.engine.pack import RulePack, pack_files
from auditor.engine.rollouts import read_packs
from auditor.portfolio.places import is_url
from auditor.reporter import find_formats
from auditor.share import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How every client is audited, and where the reports go."""

    program: str
    """The version of the program; every worker must have the same."""
    pack: RulePack
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
    share: Share
    """What one worker may take of its machine."""


def make_order(
    *,
    packs: Sequence[str],
    formats: Sequence[str],
    as_of: date | None,
    today: date,
    date_order: DateOrder | None,
    clients_dir: str,
    out: Path,
    force: bool,
    share: Share,
) -> Order:
    """Return the order; its pack is read here, once, so that every worker judges by the same."""
    find_formats(formats)
    pack = read_packs(packs)
    digest = hashlib.sha256(b"".join(hashlib.sha256(_source(name)).digest() for name in packs)).hexdigest()
    return Order(
        program=program_version(),
        pack=pack,
        pack_digest=digest,
        # What the portfolio's report is made from has to be there.
        formats=tuple(dict.fromkeys((*formats, "json"))),
        as_of=as_of,
        today=today,
        date_order=date_order,
        clients_dir=clients_dir if is_url(clients_dir) else str(Path(clients_dir).resolve()),
        out=out.resolve(),
        force=force,
        share=share,
    )


@cache
def program_version() -> str:
    """Return the version of the program that runs here."""
    return version("netsuite-readiness-auditor")


def _source(name: str) -> bytes:
    return pack_files().get(name, Path(name)).read_bytes()
