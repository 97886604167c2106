"""What holds for every test: the audit is offline, and so are its tests."""

import socket

import pytest

_connect = socket.socket.connect


@pytest.fixture(autouse=True, scope="session")
def _offline():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _connect_to_this_machine)
        yield


def _connect_to_this_machine(own: socket.socket, address: object) -> None:
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        pytest.fail(f"a test may not reach {address[0]}")
    _connect(own, address)
