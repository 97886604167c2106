"""How far a portfolio is: clients done, running and failed, and the time left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from auditor.cli.output import say

if TYPE_CHECKING:
    from auditor.portfolio.progress import Progress


@contextmanager
def portfolio_progress(clients: int) -> Iterator[Callable[[Progress], None]]:
    """Draw a bar where standard error is a terminal; otherwise print a line for each client that is done."""
    if not sys.stderr.isatty():
        began = time.monotonic()
        yield lambda now: _print_line(now, time.monotonic() - began)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(f"{{task.fields[done]:,}} of {clients:,} clients done"),
        BarColumn(),
        TextColumn("{task.fields[running]} running, {task.fields[failed]} failed"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        # The time left is reckoned by the work, as the largest clients come first.
        task = bar.add_task("", total=1, done=0, running=0, failed=0)
        yield lambda now: bar.update(task, completed=now.part, done=now.done, running=now.running, failed=now.failed)


def _print_line(now: Progress, seconds: float) -> None:
    if now.latest is None:
        return
    became = "failed" if now.latest.failure else "unchanged" if now.latest.unchanged else "audited"
    counts = f"{now.done} of {now.clients} clients done, {now.running} running, {now.failed} failed"
    say(f"{counts}, {_left(now, seconds)} left: {now.latest.folder} {became}")


def _left(now: Progress, seconds: float) -> str:
    minutes, rest = divmod(round(seconds / now.part * (1 - now.part)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
