"""What a client's report was made from, as one hash: while it stays the same, the report need not be made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from auditor.engagement import Engagement
from auditor.errors import InputError
from auditor.loader.sources import export_files
from auditor.portfolio.client_summary import ClientSummary
from auditor.portfolio.clients import Client, ClientFiles
from auditor.portfolio.order import Request
from auditor.reporter import FORMATS

STAMP = ".auditor.json"
"""The file beside a client's report that says what it was made from. It is written last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a report was made from, and what came out."""

    made_from: str
    assessment: str
    """The hash of assessment.json."""
    summary: ClientSummary
    """What it says: a large one takes longer to read than the exports take to hash."""


_STAMP = TypeAdapter(Stamp)
_NOTHING: Mapping[str, str] = {}


def fingerprint(
    client: Client, files: ClientFiles, engagement: Engagement, request: Request, known: Mapping[str, str] = _NOTHING
) -> str:
    """Return the hash of all that the client's report depends on: exports, engagement, logo, pack, options and program.

    A date that nobody gave is not part of it: a report of unchanged exports keeps the day on which it was made.
    `known` are the hashes of exports that were read already, by the names shown to people.
    """
    made_of: list[object] = [
        request.program,
        request.pack_digest,
        request.formats,
        request.as_of.isoformat() if request.as_of else None,
        request.date_order,
        client.folder,
        [_digest(path) for path in files.engagements],
        # It may lie anywhere, and a consultancy's is the same for all its clients.
        _digest(engagement.branding.logo) if engagement.branding.logo else None,
        [(shown, known.get(shown) or _digest(path)) for shown, path in export_files([files.exports])],
    ]
    # A file name that could not be decoded holds lone surrogates; escaped, they are as good as any other name.
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


def read_stamp(folder: Path) -> Stamp | None:
    """Return the stamp of the report in that folder; None where there is none that this program can use."""
    try:
        return _STAMP.validate_json((folder / STAMP).read_bytes())
    except (OSError, ValueError):
        return None


def holds(stamp: Stamp, made_from: str, folder: Path, formats: Sequence[str]) -> bool:
    """Tell whether the report in the folder is the one that is made from this in these formats."""
    return (
        stamp.made_from == made_from
        and all((folder / FORMATS[name].file).exists() for name in formats)
        and stamp.assessment == digest_of(folder / FORMATS["json"].file)
    )


def write_stamp(folder: Path, stamp: Stamp) -> Stamp:
    """Write the stamp, whole or not at all, and return what the next run will read."""
    written = _STAMP.dump_json(stamp)
    beside = folder / f"{STAMP}.new"
    beside.write_bytes(written)
    beside.replace(folder / STAMP)
    return _STAMP.validate_json(written)


def digest_of(path: Path) -> str | None:
    """Return the hash of the file, or None when it is not there."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _digest(path: Path) -> str | None:
    try:
        return digest_of(path)
    except OSError as error:
        raise InputError(f"can't be read ({error.strerror})", where=str(path), fix="check its permissions") from error
