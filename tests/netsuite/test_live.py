"""The commands as a person runs them: against a server on this machine, with secrets in the environment alone."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from oauthlib.oauth1 import Client

from auditor.cli import cli


@pytest.fixture
def auditor(server, secrets, tmp_path):
    """Run the program in an empty folder; the only secrets it knows are in its environment."""
    names = ("CONSUMER_KEY", "CONSUMER_SECRET", "TOKEN_ID", "TOKEN_SECRET")
    held = {f"FEED_{name}": value for name, value in zip(names, secrets, strict=True)}

    def run(*arguments, typed=None):
        environment = os.environ | (held if typed is None else {})
        return subprocess.run(
            [sys.executable, "-m", "auditor", *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            input=typed,
            check=False,
        )

    return run


def leaked(ran, folder, secrets):
    """Return the secrets that show in what was printed or written."""
    written = [path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file()]
    return [value for value in secrets if value in " ".join([ran.stdout, ran.stderr, *ran.args, *written])]


COLLECT = ("collect", "--account", "1234567-sb1", "--since", "2018-08-01", "--until", "2018-08-12")
TOKENS = """
account = "1234567_SB1"
[[token]]
application = "Bank feed"
name = "Feed token"
secrets = "environment:FEED"
"""


def test_a_collection_is_audited_next(auditor, server, account, tmp_path, secrets):
    collected = auditor(*COLLECT, "--secrets", "environment:FEED", "--rehearsal", server.url)
    audited = auditor("audit", "exports", "--client", "Acme", "--as-of", "2018-08-28", "--out", "report")

    assert (collected.returncode, audited.returncode) == (0, 0), collected.stderr + audited.stderr
    assert collected.stdout.splitlines() == [
        str(Path("exports") / name)
        for name in ("ManageRoles.csv", "RolePermissions.csv", "AccessTokens.csv", "Users.csv", "LoginAuditTrail.csv")
    ]
    assert "login audit trail: 780 rows" in collected.stderr
    assert "integration list: Setup > Integration > Manage Integrations" in collected.stderr
    assert "access tokens: Setup" not in collected.stderr
    assert "users who are vendors, partners or customers: Setup > Users/Roles > Manage Users" in collected.stderr
    assert "now run: auditor audit exports" in collected.stderr
    assert leaked(collected, tmp_path, secrets) == []


def test_a_run_that_is_cut_goes_on_with_its_own_days(auditor, server, account, tmp_path):
    begin = account
    left = [9]

    def cut(request):
        left[0] -= 1
        return begin(request) if left[0] > 0 else (401, {}, {})

    server.answer = cut
    first = auditor(*COLLECT, "--secrets", "environment:FEED", "--rehearsal", server.url)
    server.answer = account
    second = auditor(*COLLECT[:3], "--secrets", "environment:FEED", "--rehearsal", server.url)

    assert (first.returncode, second.returncode) == (3, 0), first.stderr + second.stderr
    assert "going on with the collection from 2018-08-01 to before 2018-08-12" in second.stderr


def test_a_refused_sign_in_is_one_message_and_status_3(auditor, server, tmp_path, secrets):
    server.answer = lambda request: (
        401,
        {},
        {"error": {"code": "INVALID_LOGIN_ATTEMPT", "message": " ".join(secrets)}},
    )

    ran = auditor(*COLLECT, "--secrets", "environment:FEED", "--rehearsal", server.url)

    assert (ran.returncode, ran.stdout) == (3, "")
    assert "INVALID_LOGIN_ATTEMPT" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert leaked(ran, tmp_path, secrets) == []
    assert not (tmp_path / "exports").exists()


def busy(request):
    return 429, {"Retry-After": "0"}, {"title": "Too Many Requests", "o:errorDetails": [{"detail": "Slow down."}]}


FAULTS = {
    "a storm of 429": (busy, "did not answer: 8 tries, the last one: status 429: Slow down."),
    "a storm of 500": (lambda request: (500, {"Retry-After": "0"}, b"oops"), "did not answer: 8 tries"),
    "a long wait": (lambda request: (429, {"Retry-After": "3600"}, b""), "it asks to wait for 60 minutes"),
    "a redirect": (lambda request: (302, {"Location": "https://elsewhere.example/x"}, b""), "to elsewhere.example"),
    "no rows": (lambda request: (200, {}, {"count": 0}), "the answer has no rows"),
    "no number": (lambda request: (200, {}, {"items": [{"row_count": "many"}]}), "does not say how many rows"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("after", [1, 9])
def test_a_fault_is_one_message_and_status_3_and_the_same_command_goes_on(
    auditor, server, account, tmp_path, secrets, fault, after
):
    answer, said = FAULTS[fault]
    server.answer = lambda request: account(request) if len(server.seen) <= after else answer(request)

    failed = auditor(*COLLECT, "--secrets", "environment:FEED", "--rehearsal", server.url)
    server.answer = account
    done = auditor(*COLLECT, "--secrets", "environment:FEED", "--rehearsal", server.url)

    assert (failed.returncode, failed.stdout, done.returncode) == (3, "", 0), failed.stderr + done.stderr
    [message] = [line for line in failed.stderr.splitlines() if line.startswith("auditor: ")]
    assert said in message
    assert "login audit trail: 780 rows" in done.stderr
    assert leaked(failed, tmp_path, secrets) == []


def test_what_a_broken_line_costs_is_said_while_it_is_waited(auditor, server, account, tmp_path):
    dropped, html = (200, {}, None), (200, {"Content-Type": "text/html"}, b"<html>")
    bad = {4: dropped, 5: (200, {}, b'{"items": [{"row_'), 6: html, 7: dropped}
    server.answer = lambda request: bad.get(len(server.seen)) or account(request)

    ran = auditor(*COLLECT, "--secrets", "environment:FEED", "--rehearsal", server.url)

    assert ran.returncode == 0, ran.stderr
    assert "the connection broke, or could not be made; asking again in 8 seconds" in ran.stderr
    assert "login audit trail: 780 rows" in ran.stderr


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads the list of processes as Linux shows it")
def test_no_secret_is_in_the_list_of_processes_while_the_account_is_asked(auditor, server, account, tmp_path, secrets):
    found, ours = [], []

    def looking(request):
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                line = path.read_bytes()
            except OSError:
                continue  # it has ended
            ours.extend([line] if b"environment:FEED" in line else [])
            found.extend(value for value in secrets if value.encode() in line)
        return account(request)

    server.answer = looking
    ran = auditor(*COLLECT, "--secrets", "environment:FEED", "--rehearsal", server.url)

    assert (ran.returncode, found, len(ours) > 0) == (0, [], True)


def test_secrets_may_be_typed_and_are_not_shown(auditor, server, account, tmp_path, secrets):
    ran = auditor(*COLLECT, "--rehearsal", server.url, typed="".join(f"{value}\n" for value in secrets))

    assert ran.returncode == 0, ran.stderr
    assert leaked(ran, tmp_path, secrets) == []


@pytest.mark.skipif(sys.platform == "win32", reason="makes a terminal as Unix does")
def test_a_terminal_shows_a_bar_for_each_list(server, account, secrets, tmp_path):
    import pty

    def slowly(request):
        time.sleep(0.3)
        return account(request)

    server.answer = slowly
    names = ("FEED_CONSUMER_KEY", "FEED_CONSUMER_SECRET", "FEED_TOKEN_ID", "FEED_TOKEN_SECRET")
    screen, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "auditor", *COLLECT, "--secrets", "environment:FEED", "--rehearsal", server.url],
        cwd=tmp_path, stderr=terminal, stdout=subprocess.DEVNULL,
        env=os.environ | dict(zip(names, secrets, strict=True)) | {"TERM": "xterm", "COLUMNS": "100"},
    ) as running:  # fmt: skip
        os.close(terminal)
        shown = b""
        while part := _read(screen):
            shown += part
    os.close(screen)

    assert running.returncode == 0, shown
    assert re.search(rb"role list.*4/4.*login audit trail.*780/780", shown, re.DOTALL), shown
    assert [value for value in secrets if value.encode() in shown] == []


def _read(screen):
    try:
        return os.read(screen, 1 << 16)
    except OSError:
        return b""  # Linux says so when the other side of a terminal is closed


def test_who_answers_no_prompt_stops_the_run(auditor, server):
    ran = auditor(*COLLECT, "--rehearsal", server.url, typed="")

    assert (ran.returncode, ran.stdout, server.seen) == (130, "", [])
    assert ran.stderr.endswith("auditor: stopped\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a test can't press Ctrl-C there")
def test_ctrl_c_keeps_what_was_collected_and_has_a_status_of_its_own(
    server, account, secrets, tmp_path, monkeypatch, ctrl_c
):
    def interrupting(request):
        if len(server.seen) == 9:
            ctrl_c()
        return account(request)

    monkeypatch.chdir(tmp_path)
    server.answer = interrupting
    names = ("FEED_CONSUMER_KEY", "FEED_CONSUMER_SECRET", "FEED_TOKEN_ID", "FEED_TOKEN_SECRET")
    ran = CliRunner().invoke(
        cli,
        [*COLLECT, "--secrets", "environment:FEED", "--rehearsal", server.url],
        env=dict(zip(names, secrets, strict=True)),
    )

    assert (ran.exit_code, ran.stdout) == (130, "")
    assert "what was collected is kept; run the same command again to go on" in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["exports.collecting"]


def test_a_secret_in_the_place_of_a_reference_is_not_repeated(auditor, server):
    ran = auditor(*COLLECT, "--secrets", "7f0c93", "--rehearsal", server.url)

    assert ran.returncode == 2
    assert "7f0c93" not in ran.stderr
    assert server.seen == []


def test_a_verified_token_is_evidence_of_the_next_audit(auditor, server, account, tmp_path, secrets):
    (tmp_path / "tokens.toml").write_text(TOKENS)

    verified = auditor("verify", "tokens.toml", "--rehearsal", server.url)
    inspected = auditor("inspect", "exports")

    assert verified.returncode == 0, verified.stderr
    assert verified.stdout == (
        "Bank feed, Feed token: works with the role Administrator: highly privileged, standard role of the rollout's list\n"
    )
    assert "TokenVerification.csv: token verifications" in inspected.stdout
    assert leaked(verified, tmp_path, secrets) == []


def test_the_role_of_a_token_is_found_in_exports_whose_engagement_names_their_columns(
    auditor, server, account, tmp_path
):
    (tmp_path / "tokens.toml").write_text(TOKENS)
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "roles.csv").write_text("Internal ID,Name,Our own caption\n1001,Feed role,Administrator\n")
    (lists / "engagement.toml").write_text('[columns]\n"Our own caption" = "base_role"\n')
    feed = {"companyId": "1234567_SB1", "roleName": "Feed role", "roleId": 1001}
    server.answer = lambda request: (200, {}, feed) if request.path == "/rest/tokeninfo" else account(request)

    ran = auditor("verify", "tokens.toml", "--exports", "lists", "--rehearsal", server.url)

    assert "works with the role Feed role: highly privileged" in ran.stdout, ran.stderr


def test_a_token_that_is_refused_is_written_and_status_3(auditor, server, tmp_path, secrets):
    (tmp_path / "tokens.toml").write_text(TOKENS)
    server.answer = lambda request: (401, {}, {})

    ran = auditor("verify", "tokens.toml", "--rehearsal", server.url)

    assert ran.returncode == 3
    assert "Bank feed, Feed token: the account refused the sign-in (status 401)" in ran.stdout
    assert "1 of 1 tokens did not sign in" in ran.stderr
    assert ",No," in (tmp_path / "exports" / "TokenVerification.csv").read_text()
    assert leaked(ran, tmp_path, secrets) == []


def test_an_account_that_is_out_of_reach_leaves_earlier_verifications_alone(auditor, server, account, tmp_path):
    (tmp_path / "tokens.toml").write_text(TOKENS)
    auditor("verify", "tokens.toml", "--rehearsal", server.url)
    before = (tmp_path / "exports" / "TokenVerification.csv").read_bytes()
    server.answer = lambda request: (503, {"Retry-After": "0"}, b"")

    ran = auditor("verify", "tokens.toml", "--rehearsal", server.url)

    assert (ran.returncode, (tmp_path / "exports" / "TokenVerification.csv").read_bytes()) == (3, before)
    assert "nothing written: the account said nothing of any token" in ran.stderr


def test_verify_asks_nothing_where_it_would_write_over_another_list(auditor, server, tmp_path):
    (tmp_path / "tokens.toml").write_text(TOKENS)
    (tmp_path / "ManageRoles.csv").write_text("Name\nmine\n")

    ran = auditor("verify", "tokens.toml", "--rehearsal", server.url, "--out", "ManageRoles.csv")

    assert (ran.returncode, server.seen) == (2, [])
    assert "ManageRoles.csv: would be overwritten, and holds no verifications" in ran.stderr


def test_a_missing_secret_is_said_before_anything_is_sent(auditor, server, tmp_path):
    (tmp_path / "tokens.toml").write_text(TOKENS.replace("environment:FEED", "environment:OTHER"))

    ran = auditor("verify", "tokens.toml", "--rehearsal", server.url)

    assert ran.returncode == 2
    assert "tokens.toml, token 1: the environment variable OTHER_CONSUMER_KEY has no consumer key" in ran.stderr
    assert server.seen == []


REQUEST = """POST https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/query/v1/suiteql?limit=5 HTTP/1.1
Authorization: {header}
Prefer: transient

{{"q": "SELECT id FROM role"}}
HTTP/1.1 401 Unauthorized
Date: Tue, 17 Oct 2017 12:11:46 GMT
"""


def test_a_failing_request_is_diagnosed_offline(auditor, server, tmp_path, secrets):
    client = Client(
        secrets.consumer_key,
        secrets.consumer_secret,
        secrets.token_id,
        secrets.token_secret,
        realm="1234567-sb1",
        signature_method="HMAC-SHA256",
        timestamp="1508242306",
    )
    signed = client.sign("https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/query/v1/suiteql", "POST")
    (tmp_path / "request.txt").write_text(REQUEST.format(header=signed[1]["Authorization"]))

    ran = auditor("diagnose", "request.txt", "request.txt", "--secrets", "environment:FEED")

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("request.txt: the signature does not hold") == 2
    assert "  cause: the query parameters are not signed" in ran.stdout
    assert '    fix: write it in capitals and with an underscore: realm="1234567_SB1"' in ran.stdout
    assert re.search(r"<>\s+limit\s+5\s+\(not signed\)", ran.stdout)
    assert "is used 2 times" in ran.stdout
    assert [value for value in secrets if value in ran.stdout + ran.stderr] == []
    assert server.seen == []


def test_what_can_not_be_diagnosed_is_one_message(auditor):
    ran = auditor("diagnose", "missing.txt", "--secrets", "environment:FEED")

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("auditor: missing.txt: can't be read (FileNotFoundError)")
