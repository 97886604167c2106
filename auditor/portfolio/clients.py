"""The clients of a folder: each subfolder is an engagement with its exports."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from auditor.engagement import FILE_NAME
from auditor.errors import InputError
from auditor.portfolio.places import fetched, files_in, folders_at, is_url, shown

LARGE = 1 << 29
"""Bytes of exports from which a client is very large, so that its files are worth tasks of their own."""
_PARTS = 8
_EXPORTS = "exports"
_PACKED = 10
# A workbook or an archive is opened where it is audited: what is in it is not known by its size.
_TEXT_SUFFIXES = {".csv", ".txt", ".tsv", ".tab", ".gz"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One engagement, as the list of the folder shows it."""

    folder: str
    """Name of its folder, which identifies it: two clients may have the same name."""
    size: int
    """Bytes of its exports: the largest are audited first, so that none is left to wait for at the end."""
    large_files: Mapping[str, int]
    """Of a very large client, the large files of text by their paths in its exports: trails, most of them. Their bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFiles:
    """A client's files, where the worker can read them."""

    folder: Path
    exports: Path
    engagements: tuple[Path, ...]
    """Engagement files found; more than one is a mistake that its audit reports."""


def find_clients(clients_dir: str, out: Path, reserved: frozenset[str], *, large: int = LARGE) -> tuple[Client, ...]:
    """Return the clients of the folder by name; the folder of the reports is none of them, nor are hidden folders.

    `reserved` are the names of the portfolio's own files, which no client's folder may have.
    """
    folders = folders_at(clients_dir) if is_url(clients_dir) else _folders(Path(clients_dir), out.resolve())
    if not is_url(clients_dir):
        _refuse_one_client(Path(clients_dir), out, folders)
    clients = []
    for name in sorted(folders):
        if name.startswith("."):
            continue
        if name.casefold() in reserved:
            raise InputError("a report of the portfolio has this name", where=name, fix="rename the client's folder")
        clients.append(_client(name, folders[name], large))
    if not clients:
        raise InputError(
            "there is no client: no folder lies in it",
            where=shown(clients_dir),
            fix="give each client a folder of its own",
        )
    return tuple(clients)


@contextmanager
def opened_client(clients_dir: str, client: Client, only: str | None = None) -> Iterator[ClientFiles]:
    """Give the client's files on a disk of this machine; `only` is the one of the exports that is needed."""
    if is_url(clients_dir):

        def wanted(path: str) -> bool:
            return only is None or path in (only, f"{_EXPORTS}/{only}") or PurePosixPath(path).name == FILE_NAME

        with fetched(clients_dir, client.folder, wanted) as folder:
            yield _files(folder)
    else:
        yield _files(Path(clients_dir, client.folder))


def _folders(clients_dir: Path, reports: Path) -> dict[str, dict[str, int]]:
    """Return the folders with the sizes of their files."""
    if not clients_dir.is_dir():
        raise InputError("there is no such folder", where=str(clients_dir), fix="check the path")
    root = clients_dir.resolve()
    if reports == root:
        raise InputError(
            "the reports would lie among the clients", where=str(reports), fix="choose another folder with --out"
        )
    found = {}
    for folder in _members(root):
        if folder.is_symlink() and not folder.exists():
            # It was a client once, and must not be missed in silence.
            found[folder.name] = dict[str, int]()
        elif folder.is_dir() and not folder.name.startswith(".") and folder.resolve() != reports:
            if folder.resolve() in reports.parents:
                raise InputError(
                    "the reports would lie among a client's exports",
                    where=str(reports),
                    fix="choose another folder with --out",
                )
            # Its exports may be a link to where they lie.
            of_exports = {f"{_EXPORTS}/{path}": size for path, size in files_in(folder / _EXPORTS).items()}
            found[folder.name] = files_in(folder) | of_exports
    return found


def _refuse_one_client(clients_dir: Path, out: Path, folders: Collection[str]) -> None:
    """Raise InputError for a client's own folder in place of the folder of the clients."""
    files = [path for path in _members(clients_dir) if path.is_file() and not path.name.startswith(".")]
    if list(folders) == [_EXPORTS] or (files and not folders):
        given, above, reports = (shlex.quote(str(path)) for path in (clients_dir, clients_dir.resolve().parent, out))
        raise InputError(
            "this looks like the folder of one client: its exports lie directly in it",
            where=str(clients_dir),
            fix=f"for this client: auditor audit {given} --out {reports}\n"
            f"  for all clients beside it: auditor portfolio {above} --out {reports}",
        )


def _members(root: Path) -> list[Path]:
    try:
        return sorted(root.iterdir())
    except OSError as error:
        raise InputError(f"can't be read ({error.strerror})", where=str(root), fix="check its permissions") from error


def _client(name: str, sizes: Mapping[str, int], large: int) -> Client:
    below = f"{_EXPORTS}/"
    exports = {path.removeprefix(below): size for path, size in sizes.items() if path.startswith(below)} or sizes
    weights = {path: size * (_PACKED if path.endswith(".gz") else 1) for path, size in exports.items()}
    files = {
        path: weight
        for path, weight in weights.items()
        if weight * _PARTS >= large and PurePosixPath(path).suffix.casefold() in _TEXT_SUFFIXES
    }
    several = len(files) > 1 and sum(weights.values()) >= large
    return Client(folder=name, size=sum(weights.values()), large_files=dict(sorted(files.items())) if several else {})


def _files(folder: Path) -> ClientFiles:
    try:
        if not folder.exists():
            raise InputError("the link leads nowhere", where=folder.name, fix="mend it, or remove it")
        exports = folder / _EXPORTS if (folder / _EXPORTS).is_dir() else folder
        places = dict.fromkeys((folder, exports))
        engagements = tuple(place / FILE_NAME for place in places if (place / FILE_NAME).is_file())
    except OSError as error:
        raise InputError(f"can't be read ({error.strerror})", where=str(folder), fix="check its permissions") from error
    return ClientFiles(folder=folder, exports=exports, engagements=engagements)
