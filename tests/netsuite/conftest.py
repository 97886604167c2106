"""What the tests of the live account share: Oracle's signatures, and a small server that answers as NetSuite does."""

import json
import os
import re
import signal
import ssl
import threading
import tomllib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint

from auditor.netsuite.account import read_account
from auditor.netsuite.client import Client
from auditor.netsuite.rehearsal.suiteql import in_duckdb
from auditor.netsuite.signing import METHOD, Secrets

SECRETS = Secrets(
    consumer_key="consumer-key-of-the-test-0123456789",
    consumer_secret="consumer/secret+of=the&test",
    token_id="token-id-of-the-test-0123456789",
    token_secret="token%secret+of=the/test",
)


@pytest.fixture(scope="session")
def vectors():
    """Return the signatures that Oracle publishes."""
    return tomllib.loads((Path(__file__).parent / "vectors.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def published(vectors):
    """Return the published secrets of a vector."""
    return lambda name: Secrets(
        **{part: vectors[name][part] for part in ("consumer_key", "consumer_secret", "token_id", "token_secret")}
    )


class _Validator(RequestValidator):
    """Knows one integration and one token, and accepts a nonce once."""

    allowed_signature_methods = (METHOD,)
    client_key_length = access_token_length = (3, 100)
    nonce_length = (6, 64)
    timestamp_lifetime = 300
    enforce_ssl = False
    dummy_client = dummy_access_token = "nobody-nobody"

    def __init__(self):
        super().__init__()
        self.nonces = set()

    def check_client_key(self, client_key):
        return bool(client_key)

    check_access_token = check_nonce = check_client_key

    def validate_client_key(self, client_key, request):
        return client_key == SECRETS.consumer_key

    def validate_access_token(self, client_key, token, request):
        return token == SECRETS.token_id

    def get_client_secret(self, client_key, request):
        return SECRETS.consumer_secret

    def get_access_token_secret(self, client_key, token, request):
        return SECRETS.token_secret

    def validate_timestamp_and_nonce(self, client_key, timestamp, nonce, request, **tokens):
        fresh = nonce not in self.nonces
        self.nonces.add(nonce)
        return fresh


@dataclass
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict
    body: bytes
    signed: bool

    @property
    def query(self):
        return json.loads(self.body)["q"]


@dataclass
class Server:
    """The stage: what it was asked, and what it answers."""

    url: str
    answer: object = None
    """Called with each request; returns status, headers and body. A body of None drops the connection."""
    seen: list = field(default_factory=list)
    listening: object = None

    def over_tls(self, certificate, key):
        """Speak TLS from now on, with a certificate of one's own."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.listening.socket = context.wrap_socket(self.listening.socket, server_side=True)

    def client(self, **options):
        """Return a client of the rehearsed account that never really waits."""
        return Client(read_account("1234567-sb1", rehearsal=self.url), SECRETS, **{"wait": lambda _: None} | options)


@pytest.fixture
def secrets():
    """Return the only secrets that the server knows."""
    return SECRETS


@pytest.fixture
def ctrl_c():
    """Return what presses Ctrl-C, in a test run of the background, too, where a shell has the signal ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: os.kill(os.getpid(), signal.SIGINT)
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def server():
    """Return a server on this machine that checks signatures."""
    endpoint = SignatureOnlyEndpoint(_Validator())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # Head and body in one packet: apart, each answer would wait for an acknowledgement.

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            url = f"{stage.url}{self.path}"
            signed, _ = endpoint.validate_request(
                url, self.command, None, {"Authorization": self.headers["Authorization"]}
            )
            request = Seen(self.command, self.path, dict(self.headers), body, signed)
            stage.seen.append(request)
            status, headers, content = stage.answer(request)
            if content is None:
                self.connection.close()
                self.close_connection = True
                return
            content = content if isinstance(content, bytes) else json.dumps(content).encode()
            headers = {"Content-Type": "application/json", "Content-Length": str(len(content))} | headers
            self.send_response(status)
            for name, value in headers.items():
                if name.casefold() != "date":
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            if int(headers["Content-Length"]) > len(content):
                self.close_connection = True

        do_GET = do_POST = answer

        def log_message(self, *args):
            pass

    class Listening(ThreadingHTTPServer):
        def handle_error(self, request, client_address):
            """Say nothing of a client that hangs up."""

    listening = Listening(("127.0.0.1", 0), Handler)
    stage = Server(url=f"http://127.0.0.1:{listening.server_address[1]}")
    stage.listening = listening
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield stage
    listening.shutdown()
    listening.server_close()
    thread.join()


class SuiteQL:
    """Answers SuiteQL over a small account as NetSuite does: strings, no nulls, aliases in lower case, pages."""

    def __init__(self):
        self.tables = duckdb.connect()
        self.tables.execute((Path(__file__).parent / "account.sql").read_text(encoding="utf-8"))
        self.refused = {}
        """Table to the answer that a query of it gets."""
        self.page = 1000

    def __call__(self, request):
        if not request.signed:
            return 401, {}, {"title": "Unauthorized", "o:errorDetails": [{"o:errorCode": "INVALID_LOGIN"}]}
        if request.path == "/rest/tokeninfo":
            return (
                200,
                {},
                {"companyName": "Acme", "companyId": "1234567_SB1", "roleName": "Administrator", "roleId": 3},
            )
        for table, answer in self.refused.items():
            if re.search(rf"\b{table}\b", request.query):
                return answer
        limit, offset = (int(re.search(rf"{name}=(\d+)", request.path)[1]) for name in ("limit", "offset"))
        cursor = self.tables.cursor()
        rows = cursor.execute(f"{in_duckdb(request.query)} LIMIT {limit + 1} OFFSET {offset}").fetchall()
        names = [column[0].lower() for column in cursor.description]
        items = [
            {"links": []} | {name: str(value) for name, value in zip(names, row, strict=True) if value is not None}
            for row in rows[:limit]
        ]
        return 200, {}, {"items": items, "count": len(items), "hasMore": len(rows) > limit, "offset": offset}


@pytest.fixture
def account(server):
    """Return the rehearsed account; the server answers from it."""
    server.answer = SuiteQL()
    return server.answer
