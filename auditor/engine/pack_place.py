"""Where rule packs lie: those that come with the program, and files of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from auditor.engagement import names_file
from auditor.errors import PackError, nearest
from auditor.resources import folder


def pack_files() -> Mapping[str, Path]:
    """Return the packs that come with the program, by id."""
    return {path.stem: path for path in sorted(folder("rules").glob("*.toml"))}


def pack_place(name: str) -> Path:
    """Return where the pack of that id or path would lie."""
    return pack_files().get(name, Path(name))


def pack_path(name: str) -> Path:
    """Return the file of the pack of that id or path. Raises PackError where there is none."""
    path = pack_place(name)
    with suppress(OSError):  # a name that is too long for a file
        if path.is_file():
            return path
    if names_file(name):
        raise PackError(f'there is no rule pack file "{name}"', fix="check its path")
    raise PackError(f'there is no rule pack "{name}"', fix=nearest(name, list(pack_files())))
