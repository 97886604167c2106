"""Small client bases, made of the fewest rows that show something."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from auditor.portfolio.order import Order, make_order, make_request
from auditor.portfolio.workers import Workers

HEADER = "Name,State,Role,Authentication,Vendor\n"


def _make_client(root: Path, folder: str, rows: str, engagement: str | None = "as_of = 2018-08-28\n") -> Path:
    made = root / folder
    made.mkdir(parents=True)
    (made / "integrations.csv").write_text(HEADER + rows, encoding="utf-8")
    if engagement is not None:
        (made / "engagement.toml").write_text(engagement, encoding="utf-8")
    return made


def _run_portfolio(clients: Path, out: Path, *options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "auditor", "portfolio", clients, "--out", out, *options]
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, encoding="utf-8", check=False
    )


def _when_two_are_done(process: subprocess.Popen[str]) -> None:
    for line in process.stderr or ():
        done, counted, _ = line.partition(" of ")
        # Two that come in at once are told with the same count: 1, 3, 3.
        if counted and done.isdecimal() and int(done) >= 2:
            return
    pytest.fail("the run ended before two of its clients were done")


@pytest.fixture
def when_two_are_done() -> Callable[[subprocess.Popen[str]], None]:
    """Read what a run says until two of its clients are done."""
    return _when_two_are_done


@pytest.fixture
def make_client() -> Callable[..., Path]:
    """Write a client of one integration list."""
    return _make_client


@pytest.fixture(scope="session")
def run_portfolio() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command as a consultant would, with warnings as errors in it and in its workers."""
    return _run_portfolio


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Return a client base of three clients, one of which can't be read."""
    root = tmp_path / "clients"
    _make_client(
        root,
        "alder",
        "Shop sync,Enabled,Administrator,user credentials,Stallfront\nFeed,Enabled,Clerk,TBA,\n",
        'client = "Alder & Sons"\nas_of = 2018-08-28\n[phases]\n"2018.2" = 2018-10-12\n',
    )
    _make_client(
        root,
        "birch/exports",
        "SHOP  sync,Enabled,Administrator,user credentials,\nOwn tool,Enabled,Clerk,user credentials,\n",
    )
    (root / "cedar").mkdir()
    (root / "cedar" / "roles.csv").write_bytes(b"%PDF-1.4")
    return root


@pytest.fixture
def order_for() -> Callable[..., Order]:
    """Return a function that orders audits of the clients of a folder in one format."""

    def order_for(clients: Path | str, out: Path, workers: Workers) -> Order:
        return make_order(
            make_request(
                packs=["2018.2-2019.1"],
                formats=["json"],
                as_of=date(2018, 8, 28),
                today=date(2018, 8, 28),
                date_order=None,
                clients_dir=str(clients),
                out=out,
                force=False,
            ),
            workers.share,
        )

    return order_for
