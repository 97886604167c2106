"""The portfolio's own report: one file a format, written together or not at all."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from auditor.portfolio import data
from auditor.portfolio.summary import Portfolio
from auditor.reporter import write_together

_WRITERS = {"portfolio.json": data.write}
FILES = frozenset(_WRITERS)


def write_portfolio(portfolio: Portfolio, out: Path) -> tuple[Path, ...]:
    """Write the report to the folder `out` and return its files."""
    return write_together({name: partial(write, portfolio) for name, write in _WRITERS.items()}, out)
