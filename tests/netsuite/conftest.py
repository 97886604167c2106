"""A rehearsal that listens on a port of this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from auditor.netsuite.rehearsal.gate import Gate
from auditor.netsuite.rehearsal.server import RehearsalServer


@contextmanager
def _served(gate: Gate, phase: str, patience: float) -> Iterator[RehearsalServer]:
    with RehearsalServer(gate, phase=phase, patience=patience) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[..., RehearsalServer]]:
    """Return what serves a gate until the test ends."""
    with ExitStack() as stack:

        def serving(gate: Gate, phase: str = "2018.2", patience: float = 30) -> RehearsalServer:
            return stack.enter_context(_served(gate, phase, patience))

        yield serving
