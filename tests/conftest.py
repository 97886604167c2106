"""What holds for every test: the audit is offline, and so are its tests."""

import os
import shutil
import socket
from collections.abc import Iterator
from typing import Any

import pytest

_connect = socket.socket.connect

# Hundreds of programs are started by tests: where nothing is kept of it, each of them compiles ours anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture(autouse=True, scope="session")
def _offline():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _connect_to_this_machine)
        yield


def _connect_to_this_machine(own: socket.socket, address: object) -> None:
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        pytest.fail(f"a test may not reach {address[0]}")
    _connect(own, address)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a real Chromium, or skip where there is none."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()
