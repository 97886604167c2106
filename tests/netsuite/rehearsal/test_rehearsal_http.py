"""The rehearsal over real sockets, as requests with oauthlib's own signatures meet it."""

import csv
import io
import socket
import time
from contextlib import ExitStack

import pytest
import requests
from rehearsing import rehearsed, secrets, token_of
from requests_oauthlib import OAuth1

from auditor.netsuite.rehearsal.gate import Gate
from auditor.netsuite.rehearsal.server import MOST_BODY
from auditor.netsuite.rehearsal.setup import read_setup
from auditor.netsuite.rehearsal.sign_in import Ruling
from auditor.netsuite.rehearsal.state import Rehearsal
from auditor.vocabulary import Verdict

RESTLET = "/app/site/hosting/restlet.nl?script=6&deploy=1&customParam=some value&testParam=a%2Bb"
SUITEQL = "/services/rest/query/v1/suiteql?limit=10&offset=0"
ADMIN = "pricelists@harborsupply.example"
CLERK = "glexport@harborsupply.example"
ADMINS = "Price List Loader (C#)"
GL = "Nightly GL Export (C#)"


def oauth(gate, integration=GL, **other):
    token = token_of(gate, integration)
    said = {"signature_method": "HMAC-SHA256", "realm": "1234567"} | other
    return OAuth1(token.consumer.key, token.consumer.secret, token.id, token.secret, **said)


def nlauth(gate, email, role, password=None):
    password = password or gate.account.password(gate.account.user(email))
    signed = f"nlauth_account=1234567, nlauth_email={email}, nlauth_signature={password}, nlauth_role={role}"
    return {"Authorization": f"NLAuth {signed}", "Content-Type": "application/json"}


def now():
    return rehearsed(clock=time.time)


def last(gate):
    return gate.account.trail[-1]


@pytest.mark.parametrize("integration", [GL, ADMINS])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_signed_request_reaches_a_restlet(serve, method, integration):
    gate = now()
    body = {} if method == "GET" else {"json": {"a": 1}}

    got = requests.request(method, serve(gate).url + RESTLET, auth=oauth(gate, integration), timeout=9, **body)

    assert (got.status_code, got.json()["integration"]) == (200, integration)
    assert got.headers["X-Rehearsal"] == "This is a rehearsal on this machine, not NetSuite."
    assert (last(gate).success, last(gate).application, last(gate).uri) == (
        True,
        integration,
        "/app/site/hosting/restlet.nl",
    )


def test_a_form_is_part_of_what_is_signed(serve):
    gate = now()

    got = requests.post(serve(gate).url + RESTLET, data={"b5": "=%3D", "c@": "a b"}, auth=oauth(gate), timeout=9)

    assert got.status_code == 200


def test_suiteql_and_records_are_reached_by_token(serve):
    gate = now()
    server = serve(gate)

    asked = requests.post(server.url + SUITEQL, json={"q": "SELECT 1 AS one"}, auth=oauth(gate), timeout=9)
    record = requests.get(server.url + "/services/rest/record/v1/customer/7", auth=oauth(gate), timeout=9)

    assert asked.json() == {
        "links": [],
        "count": 1,
        "hasMore": False,
        "items": [{"links": [], "one": "1"}],
        "offset": 0,
    }
    assert (record.status_code, record.json()["role"]) == (200, "HS Accountant")


def test_token_info_says_which_role_the_token_carries(serve):
    gate = now()

    got = requests.get(serve(gate).url + "/rest/tokeninfo", auth=oauth(gate), timeout=9)

    assert got.json() == {
        "companyId": "1234567",
        "companyName": "Harbor Supply Co. (rehearsal)",
        "roleId": 1005,
        "roleName": "HS Accountant",
        "entityId": 3,
    }


def test_user_credentials_of_administrator_are_refused_as_netsuite_refuses_them(serve):
    gate = now()

    got = requests.get(serve(gate).url + RESTLET, headers=nlauth(gate, ADMIN, 3), timeout=9)

    assert (got.status_code, got.json()["error"]["code"]) == (401, "TWO_FA_REQD")
    assert got.headers["X-Rehearsal-Because"].startswith("TBA-101: ")
    assert (last(gate).success, last(gate).detail, last(gate).application) == (False, "TWO_FA_REQD", "")


@pytest.mark.parametrize(("phase", "status", "code"), [("2018.2", 200, None), ("2019.1", 401, "INVALID_LOGIN_ATTEMPT")])
def test_user_credentials_of_an_ordinary_role_pass_until_2019_1(serve, phase, status, code):
    gate = rehearsed(phase, clock=time.time)

    got = requests.get(serve(gate, phase).url + RESTLET, headers=nlauth(gate, CLERK, 1005), timeout=9)

    assert (got.status_code, got.json().get("error", {}).get("code")) == (status, code)
    assert got.headers["X-Rehearsal-Phase"] == phase


def test_a_restlet_called_with_text_is_refused_in_text(serve):
    gate = now()
    headers = nlauth(gate, CLERK, 1005, password="wrong") | {"Content-Type": "text/plain"}

    got = requests.get(serve(gate).url + RESTLET, headers=headers, timeout=9)

    assert got.text.splitlines()[0] == "error code: INVALID_LOGIN_CREDENTIALS"


def test_rest_web_services_answer_an_invalid_login_as_oracle_documents_it(serve):
    gate = now()

    got = requests.post(serve(gate).url + SUITEQL, headers=nlauth(gate, CLERK, 1005), timeout=9)

    assert (got.status_code, got.json()) == (
        401,
        {
            "type": "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.2",
            "title": "Unauthorized",
            "status": 401,
            "o:errorDetails": [
                {
                    "detail": "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at"
                    " Setup > Users/Roles > User Management > View Login Audit Trail.",
                    "o:errorCode": "INVALID_LOGIN",
                }
            ],
        },
    )
    assert got.headers["WWW-Authenticate"].startswith('OAuth realm="1234567", error="token_rejected"')


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({"signature_method": "HMAC-SHA1"}, "UnknownAlgorithm"),
        ({"timestamp": "1508242306"}, "InvalidTimestamp"),
        ({"nonce": "short"}, "nonce_rejected"),
        ({"nonce": "white space"}, "nonce_rejected"),
    ],
)
def test_a_wrongly_signed_request_is_refused(serve, changed, detail):
    gate = now()

    got = requests.get(serve(gate).url + RESTLET, auth=oauth(gate, **changed), timeout=9)

    assert (got.status_code, got.headers["X-Rehearsal-Detail"], last(gate).detail) == (401, detail, detail)


def test_a_wrong_secret_is_an_invalid_signature(serve):
    gate = now()
    token = token_of(gate, GL)
    wrong = OAuth1(token.consumer.key, "wrong", token.id, token.secret, signature_method="HMAC-SHA256", realm="1234567")

    got = requests.get(serve(gate).url + RESTLET, auth=wrong, timeout=9)

    assert got.headers["X-Rehearsal-Detail"] == "InvalidSignature"


@pytest.mark.parametrize("changed", ["method", "query", "path"])
def test_a_signature_is_good_for_its_own_request_only(serve, changed):
    gate = now()
    server = serve(gate)
    prepared = requests.Request("POST", server.url + RESTLET, auth=oauth(gate)).prepare()
    if changed == "method":
        prepared.method = "PUT"
    elif changed == "query":
        prepared.url = prepared.url.replace("script=6", "script=7")
    else:
        prepared.url = server.url + "/rest/tokeninfo"

    with requests.Session() as session:
        got = session.send(prepared, timeout=9)

    assert (got.status_code, got.headers["X-Rehearsal-Detail"]) == (401, "InvalidSignature")


def test_the_same_request_again_is_refused(serve):
    gate = now()
    prepared = requests.Request("GET", serve(gate).url + RESTLET, auth=oauth(gate)).prepare()

    with requests.Session() as session:
        first, second = (session.send(prepared, timeout=9) for _ in range(2))

    assert (first.status_code, second.status_code, second.headers["X-Rehearsal-Detail"]) == (200, 401, "nonce_used")


@pytest.mark.parametrize("realm", ["7654321", "1234567-sb1", None])
def test_another_account_in_the_realm_is_refused_without_a_row_in_the_trail(serve, realm):
    gate = now()

    got = requests.get(serve(gate).url + RESTLET, auth=oauth(gate, realm=realm), timeout=9)

    assert (got.status_code, gate.account.trail) == (401, [])


def test_a_revoked_token_is_refused_from_then_on(serve):
    gate = now()
    server, token = serve(gate), token_of(gate, GL)
    address = f"{server.url}/rest/revoketoken?consumerKey={token.consumer.key}&token={token.id}"

    revoked = requests.get(address, auth=oauth(gate), timeout=9)
    after = [requests.get(server.url + RESTLET, auth=oauth(gate), timeout=9) for _ in range(2)]

    assert revoked.json() == {"success": True}
    assert [one.headers["X-Rehearsal-Detail"] for one in after] == ["token_rejected", "token_rejected"]


def test_nobody_revokes_anothers_token(serve):
    gate = now()
    token = token_of(gate, ADMINS)
    address = f"{serve(gate).url}/rest/revoketoken?consumerKey={token.consumer.key}&token={token.id}"

    got = requests.get(address, auth=oauth(gate), timeout=9)

    assert (got.status_code, token.revoked) == (400, False)


def test_a_token_is_issued_for_user_credentials_and_works(serve):
    gate = now()
    server, consumer = serve(gate), token_of(gate, GL).consumer
    address = f"{server.url}/rest/issuetoken?consumerKey={consumer.key}&name=night"

    issued = requests.get(address, headers=nlauth(gate, CLERK, 1005), timeout=9).json()
    auth = OAuth1(
        consumer.key,
        consumer.secret,
        issued["tokenId"],
        issued["tokenSecret"],
        realm="1234567",
        signature_method="HMAC-SHA256",
    )
    got = requests.get(server.url + RESTLET, auth=auth, timeout=9)

    assert (got.status_code, last(gate).token) == (200, "night")


def test_five_failures_lock_the_user(serve):
    gate = now()
    server = serve(gate)

    def tried(password=None):
        return requests.get(
            server.url + RESTLET, headers=nlauth(gate, CLERK, 1005, password=password), timeout=9
        ).headers.get("X-Rehearsal-Detail")

    assert [tried("wrong") for _ in range(5)] == [None] * 5
    assert tried() == "temporary_locked"


def test_the_trail_can_be_fetched_while_the_rehearsal_runs(serve):
    gate = now()
    server = serve(gate)
    requests.get(server.url + RESTLET, auth=oauth(gate), timeout=9)

    names = requests.get(server.url + "/rehearsal/lists", timeout=9).text.split()
    got = requests.get(server.url + "/rehearsal/lists/LoginAuditTrail.csv", timeout=9)

    assert names == [
        f"/rehearsal/lists/{name}.csv"
        for name in ("LoginAuditTrail", "ManageRoles", "Users", "AccessTokens", "ManageIntegrations")
    ]
    assert [row[6] for row in csv.reader(io.StringIO(got.text))] == ["Status", "Success"]


def test_no_other_web_page_can_ask_for_the_lists(serve):
    server = serve(now())

    got = requests.get(server.url + "/rehearsal/lists", headers={"Host": "evil.example"}, timeout=9)

    assert got.status_code == 403


def test_it_says_at_once_that_it_is_a_rehearsal(serve):
    got = requests.get(serve(now()).url, timeout=9)

    assert got.text.splitlines()[0] == "This is a rehearsal on this machine, not NetSuite."


def test_it_listens_on_the_loopback_address_alone(serve):
    assert serve(now()).server_address[0] == "127.0.0.1"


def spoken(server, *parts):
    """Send the bytes as they are, and return the whole reply."""
    with socket.create_connection(server.server_address, timeout=9) as connection:
        for part in parts:
            connection.sendall(part)
        reply = b""
        while chunk := connection.recv(1 << 16):
            reply += chunk
        return reply


HEAD = b"POST /app/site/hosting/restlet.nl HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"rubbish\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),  # TLS, as a client that expects https sends it
        (b"GET / HTTP/1.1\r\n\r\n", 400),  # no host
        (b"GET /app/site/hosting/restlet.nl HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        (b"GET http://[::1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
        (b"BREW /app/site/hosting/restlet.nl HTTP/1.1\r\nHost: localhost\r\n\r\n", 501),
        (b"PATCH /app/site/hosting/restlet.nl HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (HEAD + b"A: b\r\n" * 200 + b"\r\n", 431),
        (HEAD + b"Content-Length: -1\r\n\r\n", 400),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (HEAD + b"Content-Length: 999999999999\r\n\r\n", 413),
        (HEAD + b"\r\n", 401),
        (HEAD + b"Authorization: OAuth oauth_token=\r\n\r\n", 401),
        (HEAD + b'Authorization: OAuth realm="1234567", oauth_signature="%%%", oauth_nonce="\xff"\r\n\r\n', 401),
        (HEAD + b"Authorization: NLAuth ,,,==,\r\n\r\n", 401),
        (HEAD + b"Authorization: NLAuth nlauth_account=1234567, nlauth_email=%00%ff\r\n\r\n", 401),
        (HEAD + b"Authorization: a\r\nAuthorization: b\r\n\r\n", 400),
        (b"GET /app/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", 404),
    ],
)
def test_whatever_is_sent_gets_an_answer(serve, said, status):
    reply = spoken(serve(now()), said)

    assert (int(reply.split(b" ", 2)[1]), b"X-Rehearsal: " in reply) == (status, True)


def test_a_query_that_nobody_can_sign_is_an_invalid_signature(serve):
    gate = now()
    token = token_of(gate, GL)
    said = {
        "realm": "1234567", "oauth_consumer_key": token.consumer.key, "oauth_token": token.id, "oauth_nonce": "abcdef",
        "oauth_timestamp": str(int(gate.account.now)), "oauth_signature_method": "HMAC-SHA256", "oauth_signature": "x",
    }  # fmt: skip
    header = ", ".join(f'{name}="{value}"' for name, value in said.items()).encode()

    reply = spoken(
        serve(gate), b"GET /rest/tokeninfo?a=%zz HTTP/1.1\r\nHost: a\r\nAuthorization: OAuth " + header + b"\r\n\r\n"
    )

    assert (reply.split(b" ", 2)[1], last(gate).detail) == (b"401", "InvalidSignature")


@pytest.mark.parametrize("again", ['realm="7654321"', 'oauth_nonce="abcdef"', 'oauth_consumer_key="abcdef"'])
@pytest.mark.parametrize("first", [True, False])
def test_what_a_header_says_twice_is_refused(serve, again, first):
    gate = now()
    url = serve(gate).url + RESTLET
    header = requests.Request("GET", url, auth=oauth(gate)).prepare().headers["Authorization"]
    header = header if isinstance(header, str) else header.decode()
    twice = header.replace("OAuth ", f"OAuth {again}, ") if first else f"{header}, {again}"

    got = requests.get(url, headers={"Authorization": twice}, timeout=9)

    assert got.status_code == 401
    assert [row.success for row in gate.account.trail] in ([], [False])


@pytest.mark.parametrize(
    "body", [b"[" * 900_000, b'{"q": "SELECT \\ud800"}', b"[]", b"\xff", b'{"q": 1' + b"0" * 9000 + b"}", b""]
)
def test_a_query_that_is_no_text_in_json_is_a_bad_request(serve, body):
    gate = now()

    got = requests.post(serve(gate).url + SUITEQL, data=body, auth=oauth(gate, ADMINS), timeout=9)

    assert (got.status_code, got.json()["o:errorDetails"][0]["o:errorCode"]) == (400, "INVALID_CONTENT")


def test_suiteql_is_posted(serve):
    gate = now()

    got = requests.get(serve(gate).url + SUITEQL, auth=oauth(gate), timeout=9)

    assert (got.status_code, got.json()["o:errorDetails"][0]["o:errorCode"]) == (405, "METHOD_NOT_ALLOWED")


def test_a_full_rehearsal_says_so_and_loses_nothing(serve):
    account = Rehearsal(read_setup(), clock=time.time, new_secret=secrets(), most_logins=1)
    gate = Gate(account, lambda connection: Ruling(verdict=Verdict.READY))
    server = serve(gate)

    got = [requests.get(server.url + RESTLET, auth=oauth(gate), timeout=9).status_code for _ in range(2)]

    assert (got, len(account.trail)) == ([200, 503], 1)


def test_whoever_comes_when_every_seat_is_taken_is_sent_away(serve):
    server = serve(now())
    with ExitStack() as seats:
        for _ in range(32):
            seats.enter_context(socket.create_connection(server.server_address, timeout=9))

        assert spoken(server, b"").startswith(b"HTTP/1.1 503 ")


def test_unknown_lists_and_unknown_keys_are_said_to_be(serve):
    gate = now()
    server = serve(gate)

    none = requests.get(server.url + "/rehearsal/lists/Secrets.csv", timeout=9)
    issued = requests.get(server.url + "/rest/issuetoken?consumerKey=x", headers=nlauth(gate, CLERK, 1005), timeout=9)
    refused = requests.get(server.url + "/rest/issuetoken", headers=nlauth(gate, ADMIN, 3), timeout=9)

    assert (none.status_code, issued.status_code, refused.status_code) == (404, 400, 401)


def test_a_huge_body_is_refused_unread_and_the_client_hears_it(serve):
    got = requests.post(serve(now()).url + RESTLET, data=b"x" * (MOST_BODY + 1), timeout=9)

    assert got.status_code == 413


@pytest.mark.parametrize(("length", "answers"), [(2, [b"100", b"401"]), (MOST_BODY + 1, [b"413"])])
def test_who_asks_before_sending_a_body_is_told_whether_it_will_be_read(serve, length, answers):
    head = HEAD + f"Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n".encode()

    reply = spoken(serve(now()), head, b"{}" if length == 2 else b"")

    assert [line.split(b" ")[1] for line in reply.splitlines() if line.startswith(b"HTTP/1.1 ")] == answers


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost:", HEAD + b"Content-Length: 10\r\n\r\nabc"])
def test_a_slow_client_is_told_so_and_hung_up_on(serve, said):
    reply = spoken(serve(now(), patience=0.1), said)

    assert reply.startswith(b"HTTP/1.1 408 ")


def test_a_client_that_leaves_early_harms_nobody(serve):
    gate = now()
    server = serve(gate)
    with socket.create_connection(server.server_address, timeout=9) as connection:
        connection.sendall(HEAD + b"Content-Length: 10\r\n\r\nabc")

    assert requests.get(server.url + RESTLET, auth=oauth(gate), timeout=9).status_code == 200


def test_stopping_does_not_wait_for_a_client_that_says_nothing(serve):
    server = serve(now(), patience=3600)

    with socket.create_connection(server.server_address, timeout=9) as connection:
        requests.get(server.url, timeout=9)  # who comes later is served later: the silent one is inside by now
        server.shutdown()
        server.server_close()

        assert connection.recv(1) == b""


def test_what_an_earlier_rehearsal_admitted_means_nothing_to_a_later_one(serve):
    before, later = now(), rehearsed(clock=time.time, first_secret=1000)
    url = serve(before).url
    signed = requests.Request("GET", url + RESTLET, auth=oauth(before)).prepare().headers
    sent = {"Authorization": signed["Authorization"], "Host": url.removeprefix("http://")}

    got = [requests.get(place + RESTLET, headers=sent, timeout=9).status_code for place in (url, serve(later).url)]

    assert (got, last(later).detail, last(later).user) == ([200, 401], "consumer_key_unknown", "")


def test_answers_are_dated_by_the_clock_that_timestamps_are_measured_by(serve):
    got = requests.get(serve(rehearsed()).url, timeout=9)

    assert got.headers["Date"] == "Mon, 22 Oct 2018 12:00:00 GMT"
