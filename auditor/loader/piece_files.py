"""Pieces of a file as a file system of their own: DuckDB opens files, and reads a part of one no other way."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from fsspec import AbstractFileSystem

from auditor.loader.pieces import Piece


class PieceFiles(AbstractFileSystem):  # type: ignore[misc]
    """One piece, named `piece://1`."""

    protocol = "piece"
    cachable = False
    name = "piece://1"

    def __init__(self, piece: Piece) -> None:
        super().__init__()
        self._piece = piece

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Return the size of the piece."""
        return {"name": path, "size": self._piece.size, "type": "file"}

    def glob(self, path: str, **_: Any) -> list[str]:
        """Return the path: a piece is named, never looked for."""
        return [path]

    def modified(self, path: str) -> datetime:
        """Return one time for all: a piece is read once."""
        return datetime.fromtimestamp(0, UTC)

    def _open(self, path: str, mode: str = "rb", **_: Any) -> io.RawIOBase:
        return self._piece.open_raw()
