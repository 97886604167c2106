"""The portfolio's own report: one file a format, written together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from auditor.portfolio import data, page, workbook
from auditor.portfolio.summary import Portfolio
from auditor.portfolio.view import view_portfolio
from auditor.reporter import FORMATS, write_together

FILES = ("portfolio.html", "portfolio.xlsx", "portfolio.json")


def write_portfolio(portfolio: Portfolio, out: Path, client_formats: Sequence[str]) -> tuple[Path, ...]:
    """Write the report to the folder `out` and return its files; it links to the clients' pages, if they have any."""
    view = view_portfolio(portfolio, FORMATS["html"].file if "html" in client_formats else None)
    makers = (partial(page.write, view), partial(workbook.write, view), partial(data.write, portfolio))
    return write_together(dict(zip(FILES, makers, strict=True)), out)
