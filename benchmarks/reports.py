"""The workbook and the page of a large account, each against the least that would do.

python -m benchmarks.reports [--findings 100000] [--browser]
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from auditor.engagement import Engagement
from auditor.engine.judge import judge
from auditor.engine.pack import read_pack
from auditor.inventory import Inventory
from auditor.reporter import html, plain, workbook
from auditor.reporter.plan_sheet import plan_sheets
from auditor.reporter.sheets import sheets
from auditor.reporter.view import View, view_assessment
from benchmarks.audit import make_account

_ROUNDS = 3
_PAINTS = 9
_FINDINGS_OF_ONE = 1.5  # about as many has an integration of the account that chance makes
_EMPTY = "<!doctype html><title>empty</title><p>nothing"
_ENGAGEMENT = Engagement(client="Generated", as_of=date(2018, 8, 28))


def main() -> None:
    """Print one line a promise."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--findings", type=int, default=100_000, help="about as many (100,000)")
    options.add_argument("--browser", action="store_true", help="open the page in Playwright's Chromium as well")
    asked = options.parse_args()
    view = make_view(asked.findings)
    print(f"{len(view.integrations):,} integrations, {len(view.assessment.findings):,} findings")
    with tempfile.TemporaryDirectory() as folder:
        _measure_workbook(view, Path(folder, "report.xlsx"))
        path = Path(folder, "report.html")
        print(f"page written: {_seconds(lambda: html.write(view, path)):.2f} s, {path.stat().st_size / 1e6:.1f} MB")
        if asked.browser:
            _measure_paint(path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of it all: {peak:,.0f} MB")


def make_view(findings: int) -> View:
    """Return what reports show of an account with about that many findings."""
    account = make_account(round(findings / _FINDINGS_OF_ONE), seed=1)
    inventory = Inventory(frames={}, inputs=())
    return view_assessment(judge(account, inventory, read_pack("2018.2-2019.1"), _ENGAGEMENT))


def _measure_workbook(view: View, path: Path) -> None:
    ours, least = [], []
    for _ in range(_ROUNDS):
        ours.append(_seconds(lambda: workbook.write(view, path)))
        least.append(_seconds(lambda: _write_plainly(view, path)))
    cells = sum(len(sheet.rows) * len(sheet.columns) for sheet in (*plan_sheets(view), *sheets(view)))
    ratio = statistics.median(ours) / statistics.median(least)
    print(f"workbook of {cells:,} cells: {ratio:.2f} x the same values written by openpyxl alone (promised 1.3)")


def _write_plainly(view: View, path: Path) -> None:
    """Write the same values as openpyxl's documentation shows it, without any look."""
    book = Workbook(write_only=True)
    for number, sheet in enumerate((*plan_sheets(view), *sheets(view))):
        page = book.create_sheet(f"Sheet {number}")
        page.append([header for header, _ in sheet.columns])
        for row in sheet.rows:
            page.append([plain.cell(value) if isinstance(value, str) else value for value in row])
    book.save(path)


def _measure_paint(path: Path) -> None:
    empty = path.with_name("empty.html")
    empty.write_text(_EMPTY)
    ours, least = [], []
    with _browser() as browser:
        for _ in range(_PAINTS):
            ours.append(_first_paint(browser, path))
            least.append(_first_paint(browser, empty))
    ratio = statistics.median(ours) / statistics.median(least)
    print(
        f"first paint: {ratio:.2f} x an empty page's, from the start of the browser (promised 1.3 at 10,000 findings)"
    )


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium


def _first_paint(chromium: Any, path: Path) -> float:
    """Return the seconds from the start of a browser to the first text on its screen."""
    start = time.perf_counter()
    browser = chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page = browser.new_page(bypass_csp=True)
    asked = time.perf_counter() - start
    page.goto(path.as_uri(), wait_until="commit")
    # The browser's own clock, from the moment at which it was asked for the page; ours would count its later work, too.
    paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    painted = page.wait_for_function(paint).json_value() / 1000
    browser.close()
    return asked + float(painted)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
