"""A very large client: its files are read by tasks of their own, and its audit finds them read.

What a task makes of a file lies in a folder beside all reports, under the hash of what it was made from. So it outlives
a killed worker, a file that has not changed is not read again, and no client's folder holds more than its report.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor import share
from auditor.errors import AuditorError
from auditor.loader.sources import export_files
from auditor.portfolio.clients import Client, opened_client
from auditor.portfolio.fingerprint import digest_of
from auditor.portfolio.given import read_given
from auditor.portfolio.order import Order, program_version

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.loader.groups import TrailGroups

KEPT = ".auditor.logins"
"""The folder in that of the reports in which the grouped logins are kept, in a folder a client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A file that was read by a task of its own."""

    file: str
    """The name shown to people."""
    digest: str
    key: str
    """The name under which its logins are kept."""


def read_file(client: Client, file: str, order: Order) -> ReadFile | None:
    """Group the logins of one file of the client, unless that has been done; None where its audit has to read it."""
    from auditor.loader.apart import are_kept, group_apart, keep_groups  # pandas and DuckDB, in workers only

    share.take(order.share)
    if program_version() != order.program:
        return None
    try:
        with opened_client(order.clients_dir, client, file) as files:
            path = files.exports / file
            digest = digest_of(path)
            if digest is None or file not in (name for name, _ in export_files([files.exports])):
                return None
            engagement = read_given(client, files, order)
            made_from = [order.program, digest, sorted(engagement.columns.items())]
            key = hashlib.sha256(json.dumps(made_from).encode()).hexdigest()
            kept = _folder(order.out, client) / key
            if order.force or not are_kept(kept):
                keep_groups(group_apart(path, engagement), kept)
    except (AuditorError, OSError):
        # Its audit meets the same, and says what it means for the client.
        return None
    return ReadFile(file=file, digest=digest, key=key)


def grouped_logins(out: Path, client: Client, read: Sequence[ReadFile]) -> Mapping[str, TrailGroups]:
    """Return what the tasks made of the files, by the names shown to people."""
    from auditor.loader.apart import kept_groups  # pandas and DuckDB, in workers only

    found = {one.file: kept_groups(_folder(out, client) / one.key) for one in read}
    return {file: groups for file, groups in found.items() if groups is not None}


def forget_files(out: Path, client: Client, read: Sequence[ReadFile]) -> None:
    """Remove what was kept of the client's files that are no longer as they were."""
    folder = _folder(out, client)
    if not read:
        shutil.rmtree(folder, ignore_errors=True)
        return
    keys = {one.key for one in read}
    for path in folder.glob("*"):
        if path.is_dir():
            # Of a worker that was killed while it wrote.
            shutil.rmtree(path, ignore_errors=True)
        elif path.stem not in keys:
            path.unlink(missing_ok=True)


def forget_clients(out: Path, clients: Sequence[Client]) -> None:
    """Remove what was kept of clients that are no longer very large, or no longer there."""
    large = {client.folder for client in clients if client.large_files}
    for folder in (out / KEPT).glob("*"):
        if folder.name not in large:
            shutil.rmtree(folder, ignore_errors=True)


def _folder(out: Path, client: Client) -> Path:
    return out / KEPT / client.folder
