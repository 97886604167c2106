"""A rehearsal that listens on a port of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from rehearsing import served

from auditor.netsuite.rehearsal.gate import Gate
from auditor.netsuite.rehearsal.server import RehearsalServer


@pytest.fixture
def serve() -> Iterator[Callable[..., RehearsalServer]]:
    """Return what serves a gate until the test ends."""
    with ExitStack() as stack:

        def serving(gate: Gate, phase: str = "2018.2", patience: float = 30) -> RehearsalServer:
            return stack.enter_context(served(gate, phase, patience))

        yield serving
