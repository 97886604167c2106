"""What a client's engagement file gives its audit, and what is taken where it gives nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from auditor.engagement import Engagement, read_engagement
from auditor.engine.pack_place import pack_place
from auditor.errors import InputError
from auditor.portfolio.clients import Client, ClientFiles
from auditor.portfolio.order import Request


def read_given(client: Client, files: ClientFiles, request: Request) -> Engagement:
    """Return the engagement of the client, with a name and a date."""
    if len(files.engagements) > 1:
        raise InputError(
            "there are two engagement files",
            where=", ".join(map(str, files.engagements)),
            fix="keep one of them",
        )
    engagement = read_engagement(files.engagements[0]) if files.engagements else Engagement()
    return engagement.model_copy(
        update={
            "client": engagement.client or client.folder,
            "as_of": request.as_of or engagement.as_of or request.today,
        }
    )


def other_packs(engagement: Engagement, request: Request) -> tuple[str, ...]:
    """Return what to note of an engagement that names other packs: a portfolio judges all of its clients by the same."""
    if not engagement.pack or _places(engagement.pack) == _places(request.packs):
        return ()
    named, own = (" and ".join(Path(name).name for name in packs) for packs in (engagement.pack, request.packs))
    return (
        f"the engagement names the rule pack {named}, and this portfolio judged every client by {own}: what {named} says"
        " is in an audit of this client alone",
    )


def _places(packs: Iterable[str]) -> frozenset[Path]:
    return frozenset(pack_place(name).resolve() for name in packs)
