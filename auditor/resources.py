"""Where rules/, templates/ and sample_data/ lie: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder of that name, e.g. folder("rules")."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
