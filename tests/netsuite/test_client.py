"""Every way in which an account can answer badly, and what becomes of it: nothing lost, nothing leaked, no lock."""

import logging
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from auditor.errors import AccountError
from auditor.netsuite.account import Account
from auditor.netsuite.answers import Answer, RequestRefusedError, SignInRefusedError, understood
from auditor.netsuite.client import Client, Page, Patience

ROWS = {"items": [{"links": [], "id": "1"}], "hasMore": False, "count": 1}
REFUSED = {
    "title": "Unauthorized",
    "o:errorDetails": [{"detail": "Invalid login attempt.", "o:errorCode": "INVALID_LOGIN"}],
}
ASK = "SELECT id FROM role"


def in_turn(*answers):
    """Give one answer a request, the last one for ever."""
    left = list(answers)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]


def test_a_query_is_signed_with_its_parameters_and_its_page_comes_back(server):
    server.answer = in_turn((200, {}, ROWS))

    page = server.client().suiteql(ASK, limit=10, offset=20)

    (request,) = server.seen
    assert page == Page(rows=({"links": [], "id": "1"},), more=False)
    assert (request.method, request.path) == ("POST", "/services/rest/query/v1/suiteql?limit=10&offset=20")
    assert (request.query, request.headers["Prefer"]) == (ASK, "transient")
    assert request.signed
    assert 'realm="1234567_SB1"' in request.headers["Authorization"]


def test_the_token_says_whose_it_is(server):
    server.answer = in_turn((200, {}, {"roleName": "Administrator"}))

    assert server.client().token_info() == {"roleName": "Administrator"}
    assert [(one.method, one.path, one.signed) for one in server.seen] == [("GET", "/rest/tokeninfo", True)]


FAULTS = {
    "dropped connection": (200, {}, None),
    "truncated JSON": (200, {}, b'{"items": [{"id": "1"'),
    "fewer bytes than promised": (200, {"Content-Length": "4000"}, b'{"items": []}'),
    "a page of HTML": (200, {"Content-Type": "text/html"}, b"<html>We'll be back soon"),
    "JSON of another shape": (200, {}, b"[]"),
    "too many requests": (429, {"Retry-After": "7"}, {"title": "Too Many Requests"}),
    "concurrency on a RESTlet host": (400, {}, {"error": {"code": "SSS_REQUEST_LIMIT_EXCEEDED", "message": "x"}}),
    "internal error": (500, {}, b"oops"),
    "bad gateway": (502, {}, b""),
    "unavailable": (503, {"Retry-After": "2"}, b""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_passes_is_asked_again_and_signed_anew(server, fault):
    server.answer = in_turn(FAULTS[fault], FAULTS[fault], (200, {}, ROWS))

    page = server.client().suiteql(ASK)

    assert page.rows == ({"links": [], "id": "1"},)
    assert [one.signed for one in server.seen] == [True, True, True]


@pytest.mark.parametrize("fault", FAULTS)
def test_what_does_not_pass_ends_in_one_clear_message(server, fault):
    server.answer = in_turn(FAULTS[fault])

    with pytest.raises(AccountError, match="did not answer: 3 tries") as caught:
        server.client(patience=Patience(attempts=3)).suiteql(ASK)

    assert caught.value.exit_status == 3
    assert caught.value.fix == "run the same command again later"
    assert len(server.seen) == 3


def test_a_slow_answer_is_given_up(server):
    server.answer = in_turn((200, {"Content-Length": "4000"}, b"x" * 2000))

    # Which of the two depends on whether its head has come by then.
    with pytest.raises(AccountError, match=r"the answer takes too long|no answer in time"):
        server.client(patience=Patience(attempts=1, answer_seconds=1e-9, connect_seconds=5)).suiteql(ASK)


def test_an_account_that_is_not_there_is_a_clear_message(secrets):
    client = Client(Account("1234567", "http://127.0.0.1:9"), secrets, patience=Patience(attempts=1))

    with pytest.raises(AccountError, match="could not be made"):
        client.token_info()


@pytest.mark.parametrize("kind", ["seconds", "date"])
def test_retry_after_is_waited_for(server, kind):
    waits = []
    said = "3000" if kind == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=3000))
    server.answer = in_turn((429, {"Retry-After": said}, {}), (200, {}, ROWS))

    server.client(wait=waits.append, patience=Patience(longest_wait=4000)).suiteql(ASK)

    assert len(waits) == 1
    assert 2000 < waits[0] <= 3000


def test_without_retry_after_the_waits_grow(server):
    waits = []
    server.answer = in_turn(*[(503, {}, b"")] * 4, (200, {}, ROWS))

    server.client(wait=waits.append).suiteql(ASK)

    assert waits == sorted(waits)
    assert len(waits) == 4


def test_a_person_is_told_once_why_nothing_happens(server):
    said = []
    server.answer = in_turn(
        (429, {"Retry-After": "30"}, {"title": "x", "o:errorDetails": [{"detail": "busy"}]}),
        (503, {}, b""),
        (200, {}, ROWS),
    )

    server.client(on_wait=lambda seconds, reason: said.append((seconds, reason))).suiteql(ASK)

    assert said == [(30, "status 429: busy")]


def test_who_is_stopped_waits_no_longer_and_asks_nothing(server, secrets):
    server.answer = in_turn((429, {"Retry-After": "600"}, {}))
    client = Client(Account("1234567", server.url), secrets, on_wait=lambda seconds, reason: client.stop())

    with pytest.raises(AccountError, match="the run was stopped"):
        client.suiteql(ASK)

    assert len(server.seen) == 1


def test_too_long_a_wait_ends_the_run_and_says_so(server):
    server.answer = in_turn((429, {"Retry-After": "7200"}, {}))

    with pytest.raises(AccountError, match="wait for 120 minutes"):
        server.client().suiteql(ASK)

    assert len(server.seen) == 1


def test_a_refused_sign_in_is_never_tried_again_by_anyone(server):
    server.answer = in_turn((401, {}, REFUSED), (200, {}, ROWS))
    client = server.client()

    with pytest.raises(SignInRefusedError, match="INVALID_LOGIN Invalid login attempt") as caught:
        client.suiteql(ASK)
    with pytest.raises(SignInRefusedError, match="another request"):
        client.suiteql(ASK)

    assert caught.value.exit_status == 3
    assert "five refusals lock" in caught.value.fix
    assert len(server.seen) == 1


def test_a_wrong_clock_is_named_as_the_cause():
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    headers = {"date": format_datetime(now - timedelta(minutes=12))}

    with pytest.raises(SignInRefusedError, match="clock is 12 minutes ahead of NetSuite's"):
        understood(Answer(host="x", status=401, headers=headers, body=b""), now)


def test_a_refused_request_says_what_the_account_says(server):
    server.answer = in_turn(
        (400, {}, {"o:errorDetails": [{"detail": "Record 'x' was not found.", "o:errorCode": "Q"}]})
    )

    with pytest.raises(RequestRefusedError, match=r"status 400: Q Record 'x' was not found\."):
        server.client().suiteql(ASK)

    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_credentials_do_not_follow_a_redirect(server, status):
    server.answer = in_turn((status, {"Location": f"{server.url}/elsewhere?x=1"}, b""))

    with pytest.raises(AccountError, match=r"redirect .* credentials don't follow") as caught:
        server.client().suiteql(ASK)

    assert "x=1" not in str(caught.value)
    assert [one.path.split("?")[0] for one in server.seen] == ["/services/rest/query/v1/suiteql"]


def test_a_session_cookie_is_never_sent_back(server):
    server.answer = in_turn((200, {"Set-Cookie": "JSESSIONID=abc; Path=/"}, ROWS))
    client = server.client()

    client.suiteql(ASK)
    client.suiteql(ASK)

    assert [one.headers.get("Cookie") for one in server.seen] == [None, None]


def test_an_answer_without_end_is_refused(server):
    server.answer = in_turn((200, {}, b" " * 5000))

    with pytest.raises(AccountError, match="too large"):
        server.client(patience=Patience(answer_bytes=4000)).suiteql(ASK)


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_secrets_reach_neither_errors_nor_logs_even_where_the_server_repeats_them(server, status, caplog, secrets):
    caplog.set_level(logging.DEBUG)
    server.answer = lambda request: (
        status,
        {},
        {"error": {"code": " ".join(secrets), "message": request.headers["Authorization"]}},
    )

    with pytest.raises(AccountError) as caught:
        server.client(patience=Patience(attempts=2)).suiteql(ASK)

    shown = f"{caught.value} {caught.value!r} {caught.value.__context__!r} {caplog.text}"
    assert [value for value in secrets if value in shown] == []


def test_a_foreign_host_is_never_asked(secrets):
    client = Client(Account("1234567", "http://198.51.100.1"), secrets, patience=Patience(attempts=1))

    with pytest.raises(AccountError, match="none of NetSuite's domains"):
        client.token_info()


def test_certificates_are_always_checked(server, secrets, monkeypatch):
    monkeypatch.setenv("CURL_CA_BUNDLE", "")
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    session = Client(Account("1234567"), secrets)._session()

    settings = session.merge_environment_settings("https://1234567.app.netsuite.com", {}, None, None, None)

    assert settings["verify"]


@pytest.mark.skipif(not shutil.which("openssl"), reason="makes its certificate with openssl")
def test_a_certificate_that_nobody_vouches_for_ends_the_run(server, secrets, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made_by = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run([*made_by.split(), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    server.over_tls(certificate, key)
    client = Client(Account("1234567", server.url.replace("http:", "https:")), secrets)

    with pytest.raises(AccountError, match="certificate of the answering server does not hold"):
        client.token_info()

    assert server.seen == []
