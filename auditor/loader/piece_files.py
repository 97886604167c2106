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
        self._end = piece.text.path.stat().st_size if piece.end is None else piece.end

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Return the size of the piece."""
        return {"name": path, "size": self._end - self._piece.start, "type": "file"}

    def glob(self, path: str, **_: Any) -> list[str]:
        """Return the path: a piece is named, never looked for."""
        return [path]

    def modified(self, path: str) -> datetime:
        """Return one time for all: a piece is read once."""
        return datetime.fromtimestamp(0, UTC)

    def _open(self, path: str, mode: str = "rb", **_: Any) -> io.RawIOBase:
        return _PieceFile(self._piece, self._end)


class _PieceFile(io.RawIOBase):
    def __init__(self, piece: Piece, end: int) -> None:
        self._file = piece.text.path.open("rb", buffering=0)
        self._start, self._end, self._at = piece.start, end, piece.start

    def read(self, size: int = -1) -> bytes:
        left = self._end - self._at
        self._file.seek(self._at)
        data = self._file.read(left if size < 0 else min(size, left)) or b""
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: self._start, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        return self.tell()

    def tell(self) -> int:
        return self._at - self._start

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()
