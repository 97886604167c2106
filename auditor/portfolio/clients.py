"""The clients of a folder: each subfolder is an engagement with its exports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from auditor.engagement import FILE_NAME
from auditor.errors import InputError

_EXPORTS = "exports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One engagement: where its exports lie, and its engagement file."""

    folder: str
    """Name of its folder, which identifies it: two clients may have the same name."""
    exports: Path
    engagements: tuple[Path, ...]
    """Engagement files found; more than one is a mistake that its audit reports."""
    size: int
    """Bytes of its exports: the largest are audited first, so that none is left to wait for at the end."""


def find_clients(clients_dir: Path, out: Path, reserved: frozenset[str]) -> tuple[Client, ...]:
    """Return the clients of the folder by name; the folder of the reports is none of them, nor are hidden folders.

    `reserved` are the names of the portfolio's own files, which no client's folder may have.
    """
    if not clients_dir.is_dir():
        raise InputError("there is no such folder", where=str(clients_dir), fix="check the path")
    root, reports = clients_dir.resolve(), out.resolve()
    if reports == root:
        raise InputError(
            "the reports would lie among the clients", where=str(out), fix="choose another folder with --out"
        )
    found = []
    for folder in sorted(root.iterdir()):
        if not folder.is_dir() or folder.name.startswith(".") or folder.resolve() == reports:
            continue
        if folder.resolve() in reports.parents:
            raise InputError(
                "the reports would lie among a client's exports", where=str(out), fix="choose another folder with --out"
            )
        if folder.name.casefold() in reserved:
            raise InputError(
                "a report of the portfolio has this name", where=str(folder), fix="rename the client's folder"
            )
        found.append(_client(folder))
    if not found:
        raise InputError(
            "there is no client: no folder lies in it",
            where=str(clients_dir),
            fix="give each client a folder of its own",
        )
    return tuple(found)


def _client(folder: Path) -> Client:
    exports = folder / _EXPORTS if (folder / _EXPORTS).is_dir() else folder
    places = dict.fromkeys((folder, exports))
    return Client(
        folder=folder.name,
        exports=exports,
        engagements=tuple(place / FILE_NAME for place in places if (place / FILE_NAME).is_file()),
        size=sum(path.stat().st_size for path in exports.rglob("*") if path.is_file()),
    )
