"""Where rule packs lie: those that come with the program, and files of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from auditor.errors import PackError, nearest
from auditor.resources import folder


def pack_files() -> Mapping[str, Path]:
    """Return the packs that come with the program, by id."""
    return {path.stem: path for path in sorted(folder("rules").glob("*.toml"))}


def pack_path(name: str) -> Path:
    """Return the file of the pack of that id or path. Raises PackError where there is none."""
    path = pack_files().get(name, Path(name))
    with suppress(OSError):  # a name that is too long for a file
        if path.is_file():
            return path
    if path.suffix == ".toml" or len(path.parts) > 1:
        raise PackError(f'there is no rule pack file "{name}"', fix="check its path")
    raise PackError(f'there is no rule pack "{name}"', fix=nearest(name, list(pack_files())))
