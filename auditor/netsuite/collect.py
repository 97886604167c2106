"""The lists of a live account, in the shapes of their own exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from auditor.errors import AccountError
from auditor.netsuite.answers import RequestRefusedError
from auditor.netsuite.client import Client
from auditor.netsuite.queries import Bound, Query, Slice, queries
from auditor.netsuite.slices import LARGEST, slices
from auditor.netsuite.store import Settings, Store
from auditor.vocabulary import List

WORKERS = 3
"""A small account allows 5 requests at once for all its integrations; and 5 refused sign-ins lock the user."""
MOST_WORKERS = 4
PAGE = 1000
_TRIES = 3

Progress = Callable[[List, int, int], None]
"""Told of a list how many rows there are so far, and how many there will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a collection gave."""

    files: tuple[Path, ...]
    rows: Mapping[List, int]
    refused: Mapping[List, str]
    """Lists that the account refused, and why."""


class _MovedError(AccountError):
    """The list changed while its pages were read."""


def collect(
    client: Client,
    out: Path,
    settings: Settings,
    *,
    workers: int = WORKERS,
    progress: Progress = lambda name, rows, total: None,
    largest: int = LARGEST,
) -> Collected:
    """Write the lists of the account to a folder, or nothing; what a cut run had got is used by the next one.

    Raises AccountError where the account refuses the sign-in, can't be reached, or gives none of the lists.
    """
    store = Store(out)
    store.open(settings, [query.file for query in queries()])
    # One request alone before many at once: a wrong key costs one refusal, not as many as there are workers.
    client.token_info()
    rows: dict[List, int] = {}
    refused: dict[List, str] = {}
    collected: list[Query] = []
    for query in queries():
        try:
            rows[query.list] = _Collection(client, store, query, settings, workers, progress, largest).run()
        except RequestRefusedError as error:
            refused[query.list] = f"{error.message} (needs the permission {query.needs})"
        else:
            collected.append(query)
    if not collected:
        raise AccountError(
            f"the account gave none of the lists; the first: {next(iter(refused.values()))}",
            where=f"account {settings.account}",
            fix="give the token's role REST Web Services, SuiteAnalytics Workbook and the permissions in docs/live.md",
        )
    return Collected(files=tuple(store.finish(collected)), rows=rows, refused=refused)


@dataclass(frozen=True, slots=True)
class _Collection:
    """One list on its way to disk."""

    client: Client
    store: Store
    query: Query
    settings: Settings
    workers: int
    progress: Progress
    largest: int

    def run(self) -> int:
        """Get every page that is missing, and return how many rows there are."""
        for left in reversed(range(_TRIES)):
            try:
                return self._run()
            except _MovedError:
                self.store.forget(self.query)
                if not left:
                    raise
        raise AssertionError

    def _run(self) -> int:
        parts = self.store.slices(self.query)
        if parts is not None and not self.query.cut_by_date and self._missing(parts):
            # Logins of the past stay as they are; other lists may have changed since the run was cut.
            self.store.forget(self.query)
            parts = None
        if parts is None:
            parts = tuple(self._slices())
            self.store.cut(self.query, parts)
        total = sum(part.rows for part in parts)
        missing = self._missing(parts)
        done = total - sum(_rows_of(parts[part], page) for part, page in missing)
        self.progress(self.query.list, done, total)
        with ThreadPoolExecutor(self.workers) as pool:
            try:
                asked = {pool.submit(self._page, parts[part], part, page) for part, page in missing}
                while asked:
                    finished, asked = wait(asked, return_when=FIRST_COMPLETED)
                    done += sum(one.result() for one in finished)
                    self.progress(self.query.list, done, total)
            except (_MovedError, RequestRefusedError):
                raise
            except (AccountError, OSError, KeyboardInterrupt):
                # Otherwise the threads would sit out what the account asked them to wait.
                self.client.stop()
                raise
            finally:
                pool.shutdown(cancel_futures=True)
        return total

    def _missing(self, parts: tuple[Slice, ...]) -> list[tuple[int, int]]:
        return [
            (number, page)
            for number, part in enumerate(parts)
            for page in range(-(-part.rows // PAGE))
            if not self.store.has(self.query, number, page)
        ]

    def _slices(self) -> list[Slice]:
        if self.query.cut_by_date:
            return list(slices(self.settings.since, self.settings.until, self._count, largest=self.largest))
        rows = self._count(None, None)
        if rows <= self.largest:
            return [Slice(None, None, rows)] if rows else []
        (row,) = self.client.suiteql(self.query.bounds()).rows
        first, last = (self._number(row.get(name)) for name in ("first_one", "last_one"))
        return list(slices(first, last + 1, self._count, largest=self.largest))

    def _count(self, low: Bound | None, high: Bound | None) -> int:
        rows = self.client.suiteql(self.query.count(low, high)).rows
        return self._number(rows[0].get("row_count") if len(rows) == 1 else None)

    def _number(self, said: object) -> int:
        try:
            return int(str(said))
        except ValueError:
            raise AccountError(
                f"the account does not say how many rows the {self.query.list} has",
                where=f"account {self.settings.account}",
                fix="run the same command again; if it stays so, export this list by hand",
            ) from None

    def _page(self, part: Slice, number: int, page: int) -> int:
        answer = self.client.suiteql(self.query.rows(part), limit=PAGE, offset=page * PAGE)
        expected = _rows_of(part, page)
        last = (page + 1) * PAGE >= part.rows
        if len(answer.rows) != expected or answer.more == last:
            raise _MovedError(
                f"the {self.query.list} does not hold still: {expected} rows were counted and {len(answer.rows)} came",
                where=f"account {self.settings.account}",
                fix="run the same command again, at a quieter time; for the login audit trail, end earlier with --until",
            )
        if any(not self.query.columns.keys() & row.keys() for row in answer.rows):
            # A null column is left out of the answer; a row without any column that was asked for is something else.
            raise AccountError(
                f"a row of the {self.query.list} has none of the columns that were asked for",
                where=f"account {self.settings.account}",
                fix="export this list by hand",
            )
        self.store.keep(self.query, number, page, answer.rows)
        return expected


def _rows_of(part: Slice, page: int) -> int:
    return min(PAGE, part.rows - page * PAGE)
