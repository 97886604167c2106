"""What a collection has got so far, on disk beside the folder it is for: a run that is cut goes on where it stopped."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from auditor.errors import InputError
from auditor.netsuite.period import written
from auditor.netsuite.queries import Query, Slice

_SETTINGS = "collection.json"
_FINISHING = "finishing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is collected: a run goes on only with what it began with."""

    account: str
    since: datetime
    until: datetime
    """The moment after the last one."""


class Store:
    """The pages of a collection, each written whole or not at all. No secret is ever among them."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._folder = out.with_name(f"{out.name}.collecting")

    def begun(self) -> Settings | None:
        """Return what a run that was cut collects; None where there is none. Raises InputError where it can't be read."""
        path = self._folder / _SETTINGS
        if not path.is_file():
            return None
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            since, until = (datetime.fromisoformat(said[name]) for name in ("since", "until"))
            return Settings(account=str(said["account"]), since=since, until=until)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                "the unfinished collection can't be read", where=str(path), fix=self._start_anew
            ) from error

    @property
    def _start_anew(self) -> str:
        return f"remove the folder {self._folder} to start anew"

    def open(self, settings: Settings, files: Sequence[str]) -> None:
        """Begin the collection, or go on with it. Raises InputError where it would write over something."""
        there = [name for name in files if (self._out / name).exists()]
        # A run that was cut while it moved the files into place may have left some there: they are its own.
        if there and not (self._folder / _FINISHING).exists():
            raise InputError(
                f"there are files already: {', '.join(there)}",
                where=str(self._out),
                fix="choose another folder with --out",
            )
        begun = self.begun()
        if begun is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            said = {
                "account": settings.account,
                "since": settings.since.isoformat(),
                "until": settings.until.isoformat(),
            }
            _write(self._folder / _SETTINGS, json.dumps(said))
        elif begun != settings:
            raise InputError(
                f"a collection of account {begun.account} from {written(begun.since)} to before {written(begun.until)} is "
                "unfinished here",
                where=str(self._folder),
                fix=f"run that one again, or {self._start_anew}",
            )

    def slices(self, query: Query) -> tuple[Slice, ...] | None:
        """Return how the list was cut; None where that is not known yet."""
        path = self._list(query) / "slices.json"
        if not path.is_file():
            return None
        return tuple(Slice(_bound(low), _bound(high), rows) for low, high, rows in json.loads(path.read_text("utf-8")))

    def cut(self, query: Query, parts: Sequence[Slice]) -> None:
        """Remember how the list is cut."""
        self._list(query).mkdir(exist_ok=True)
        said = [(_said(part.low), _said(part.high), part.rows) for part in parts]
        _write(self._list(query) / "slices.json", json.dumps(said))

    def has(self, query: Query, part: int, page: int) -> bool:
        """Tell whether that page is there."""
        return self._page(query, part, page).is_file()

    def keep(self, query: Query, part: int, page: int, rows: Sequence[Mapping[str, Any]]) -> None:
        """Keep the rows of a page, as the list's own export writes them."""
        cells = [[_cell(row.get(alias)) for alias in query.columns] for row in rows]
        _write(self._page(query, part, page), json.dumps(cells))

    def forget(self, query: Query) -> None:
        """Drop what there is of a list."""
        shutil.rmtree(self._list(query), ignore_errors=True)

    def finish(self, collected: Sequence[Query]) -> list[Path]:
        """Write the lists as files, all of them or none, and drop the pages."""
        written = []
        for query in collected:
            path = self._folder / query.file
            with path.open("w", encoding="utf-8", newline="") as file:
                table = csv.writer(file)
                table.writerow(query.headers)
                for page in sorted(self._list(query).glob("*-*.page")):
                    table.writerows(json.loads(page.read_text(encoding="utf-8")))
            written.append(path)
        self._out.mkdir(parents=True, exist_ok=True)
        _write(self._folder / _FINISHING, "")
        final = [path.replace(self._out / path.name) for path in written]
        shutil.rmtree(self._folder)
        return final

    def _list(self, query: Query) -> Path:
        return self._folder / Path(query.file).stem

    def _page(self, query: Query, part: int, page: int) -> Path:
        return self._list(query) / f"{part:05}-{page:05}.page"


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _said(bound: object) -> object:
    return bound.isoformat() if isinstance(bound, datetime) else bound


def _bound(said: object) -> Any:
    return datetime.fromisoformat(said) if isinstance(said, str) else said


def _write(path: Path, text: str) -> None:
    beside = path.with_suffix(".part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
