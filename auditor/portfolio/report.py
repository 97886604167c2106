"""The portfolio's own report: one file a format, written together or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from auditor.errors import InputError
from auditor.portfolio import data, page, workbook
from auditor.portfolio.summary import Portfolio
from auditor.portfolio.view import view_portfolio
from auditor.reporter import ASIDE, FORMATS, write_together

FILES = ("portfolio.html", "portfolio.xlsx", "portfolio.json")


def open_folder(out: Path) -> None:
    """Make the folder of the reports: that it can't be written to should not be found after hours of work."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for left in out.glob(f"{ASIDE}*"):
            # A run that was killed while it wrote could not tidy up.
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=ASIDE):
            pass
    except FileExistsError as error:
        raise InputError(
            "this is a file, and reports need a folder", where=str(out), fix="choose another folder with --out"
        ) from error
    except OSError as error:
        raise InputError(
            f"reports can't be written there ({error.strerror})", where=str(out), fix="choose another folder with --out"
        ) from error


def write_portfolio(portfolio: Portfolio, out: Path, client_formats: Sequence[str]) -> tuple[Path, ...]:
    """Write the report to the folder `out` and return its files; it links to the clients' pages, if they have any."""
    view = view_portfolio(portfolio, FORMATS["html"].file if "html" in client_formats else None)
    makers = (partial(page.write, view), partial(workbook.write, view), partial(data.write, portfolio))
    return write_together(dict(zip(FILES, makers, strict=True)), out)
