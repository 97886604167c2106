"""The progress bar of a long read."""

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
