"""The progress bars of a long read and of a collection."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_WORTH_A_BAR = 50 << 20
_BYTES_A_LOGIN = 200


@contextmanager
def progress(exports: tuple[Path, ...]) -> Iterator[Callable[[int], None]]:
    """Draw a bar with records read and time left on standard error, when it is a terminal and there is much to read."""
    files = [
        path for source in exports for path in (source.rglob("*") if source.is_dir() else [source]) if path.is_file()
    ]
    size = sum(path.stat().st_size for path in files)
    if not sys.stderr.isatty() or size < _WORTH_A_BAR:
        yield lambda records: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("reading logins"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} rows"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        # About 200 bytes a login: good enough for the time left, corrected as it goes.
        task = bar.add_task("", total=size / _BYTES_A_LOGIN)
        yield lambda records: bar.advance(task, records)


@contextmanager
def lists_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Draw a bar a list, with rows collected and time left, on standard error when it is a terminal."""
    if not sys.stderr.isatty():
        yield lambda name, rows, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(name: str, rows: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name)
            bar.update(tasks[name], completed=rows, total=total)

        yield show
