"""The portfolio's own report: one file a format, written together or not at all, and left as it is while all it shows is the same."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple
from functools import partial
from pathlib import Path

from auditor.errors import InputError
from auditor.portfolio.fingerprint import STAMP, digest_of
from auditor.portfolio.order import Request
from auditor.portfolio.summary import Portfolio, summarise
from auditor.portfolio.task import Outcome
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


def bring_up_to_date(outcomes: Sequence[Outcome], request: Request, hours_a_month: float) -> None:
    """Write the report on these clients, unless it is the one that is there."""
    out = request.out
    made_from = _made_from(outcomes, request, hours_a_month)
    if (
        not request.force
        and _stamp(out, made_from) == _read(out / STAMP)
        and all((out / name).exists() for name in FILES)
    ):
        return
    portfolio = summarise(
        [outcome.summary for outcome in outcomes if outcome.summary],
        [outcome.failure for outcome in outcomes if outcome.failure],
        hours_a_month,
    )
    open_folder(out)
    write_portfolio(portfolio, out, request.formats)
    # Without it the next run makes the report again.
    with suppress(OSError):
        (out / STAMP).write_text(_stamp(out, made_from), encoding="utf-8")


def write_portfolio(portfolio: Portfolio, out: Path, client_formats: Sequence[str]) -> tuple[Path, ...]:
    """Write the report to the folder `out` and return its files; it links to the clients' pages, if they have any."""
    from auditor.portfolio import data, page, workbook  # openpyxl, only where there is something to write
    from auditor.portfolio.view import view_portfolio

    view = view_portfolio(portfolio, FORMATS["html"].file if "html" in client_formats else None)
    makers = (partial(page.write, view), partial(workbook.write, view), partial(data.write, portfolio))
    return write_together(dict(zip(FILES, makers, strict=True)), out)


def _made_from(outcomes: Sequence[Outcome], request: Request, hours_a_month: float) -> str:
    """Return the hash of all that the report depends on."""
    clients = [
        (one.folder, one.assessment, astuple(one.failure) if one.failure else None)
        for one in sorted(outcomes, key=lambda one: one.folder)
    ]
    made_of = [request.program, "html" in request.formats, hours_a_month, clients]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


def _stamp(out: Path, made_from: str) -> str:
    """Return what the stamp beside the report says while the report is as it was written."""
    try:
        digest = digest_of(out / "portfolio.json")
    except OSError:
        digest = None
    return json.dumps({"made_from": made_from, "portfolio": digest})


def _read(stamp: Path) -> str | None:
    try:
        return stamp.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
