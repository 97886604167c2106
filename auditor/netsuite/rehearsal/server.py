"""The rehearsal over HTTP: this machine only, each request bounded in size and in time."""

from __future__ import annotations

import io
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from auditor.netsuite.rehearsal.answers import NOTICE, Reply, header_text
from auditor.netsuite.rehearsal.doors import Request, answer
from auditor.netsuite.rehearsal.gate import Gate
from auditor.netsuite.rehearsal.state import FullError

HOST = "127.0.0.1"
MOST_BODY = 1 << 20
_MOST_AT_ONCE = 32
_DRAINED = 8 << 20
_NO_SEAT = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class RehearsalServer(ThreadingHTTPServer):
    """Serves one rehearsal on the loopback address, and nothing else on the machine."""

    daemon_threads = False
    request_queue_size = _MOST_AT_ONCE

    def __init__(self, gate: Gate, *, phase: str, port: int = 0, patience: float = 30) -> None:
        self.gate = gate
        self.phase = phase
        self.patience = patience
        """Seconds from the first byte of a request to the last of its reply."""
        self.one_at_a_time = threading.Lock()
        self._seats = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self._open: set[socket.socket] = set()
        super().__init__((HOST, port), _Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.server_address[1]}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve it in a thread of its own, as long as there is a seat; otherwise hang up."""
        if not self._seats.acquire(blocking=False):
            request.settimeout(1)
            request.sendall(_NO_SEAT)
            self.shutdown_request(request)
            return
        self._open.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve it, and give the seat back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.discard(request)
            self._seats.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away; anything else is our own fault, and shown."""
        import sys

        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """Hang up on everybody, and wait for the threads."""
        for request in tuple(self._open):
            try:
                request.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has hung up already
        super().server_close()


class _TooSlowError(Exception):
    """The client took longer than the rehearsal waits."""


class _Patient(io.RawIOBase):
    """What a client sends, until the patience ends: a byte now and then does not hold a thread for ever."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        self._connection = connection
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._until - time.monotonic()
        if left <= 0:
            raise _TooSlowError
        self._connection.settimeout(left)
        try:
            return self._connection.recv_into(buffer)
        except TimeoutError as error:
            raise _TooSlowError from error


class _Handler(BaseHTTPRequestHandler):
    server: RehearsalServer
    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # otherwise the answer to rubbish would have no status line
    server_version = "auditor-rehearsal"
    sys_version = ""

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        # Writing is bounded as well: a client that reads nothing is hung up on.
        self.connection.settimeout(self.server.patience)
        self.rfile = io.BufferedReader(_Patient(self.connection, time.monotonic() + self.server.patience))

    def handle(self) -> None:
        try:
            self.handle_one_request()
        except _TooSlowError:
            self.request_version = "HTTP/1.1"
            self.requestline = self.command = ""
            self._send(Reply(status=408, body=b"the request came too slowly\n"))

    def _serve(self) -> None:
        body = self._body()
        if isinstance(body, Reply):
            self._send(body)
            self._drain()
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(
            method=self.command, target=self.path, headers=headers, body=body, address=self.client_address[0]
        )
        try:
            # The account is one: nobody may use a nonce twice by asking twice at once.
            with self.server.one_at_a_time:
                reply = answer(self.server.gate, request, phase=self.server.phase)
        except FullError as error:
            reply = Reply(status=503, body=f"the rehearsal is full: {error}; stop it and start anew\n".encode())
        self._send(reply)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve

    def _body(self) -> bytes | Reply:
        length = self._length()
        if isinstance(length, Reply):
            return length
        body = self.rfile.read(length)
        return body if len(body) == length else Reply(status=400, body=b"the body ends too early\n")

    def _length(self) -> int | Reply:
        """Return how long the body is, or what a request is answered whose body is not read."""
        lengths = self.headers.get_all("Content-Length", ["0"])
        repeated = {name.lower() for name in self.headers if len(self.headers.get_all(name, [])) > 1}
        if repeated & {"authorization", "host", "content-length", "content-type"}:
            return Reply(status=400, body=b"a header is there twice\n")
        if "Transfer-Encoding" in self.headers:
            return Reply(status=411, body=b"send the body with a Content-Length\n")
        if not (lengths[0].isascii() and lengths[0].isdecimal() and len(lengths[0]) < 20):
            return Reply(status=400, body=b"the Content-Length is no number\n")
        if int(lengths[0]) > MOST_BODY:
            return Reply(status=413, body=f"a rehearsal reads {MOST_BODY} bytes at most\n".encode())
        return int(lengths[0])

    def _drain(self) -> None:
        """Read what still comes, within bounds: a client that is sending would not see the reply otherwise."""
        left = _DRAINED
        try:
            self.connection.shutdown(socket.SHUT_WR)
            while left > 0 and (chunk := self.rfile.read1(min(left, 1 << 16))):
                left -= len(chunk)
        except _TooSlowError:
            return

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in (
            ("Content-Type", reply.content_type),
            ("Content-Length", str(len(reply.body))),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
            *reply.headers,
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def end_headers(self) -> None:
        self.send_header("X-Rehearsal", NOTICE)
        self.send_header("X-Rehearsal-Phase", header_text(self.server.phase))
        self.send_header("Connection", "close")
        super().end_headers()

    def handle_expect_100(self) -> bool:
        """Ask for the body only where it will be read."""
        if isinstance(self._length(), int):
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the time of the rehearsed account, by which timestamps are measured too."""
        return super().date_time_string(self.server.gate.account.now if timestamp is None else timestamp)

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: a request line may hold keys."""
