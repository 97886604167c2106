"""The live commands against the rehearsal: collected, verified and audited, and no secret where it does not belong."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from zipfile import ZipFile, is_zipfile

import pytest
import requests
from rehearsing import rehearsed
from requests_oauthlib import OAuth1

from auditor import audit, read_pack
from auditor.engagement import Engagement
from auditor.netsuite.rehearsal.state import Login
from auditor.netsuite.rehearsal.suiteql import QueryError, ask

TODAY = datetime.now(UTC).date()


def auditor(*arguments, folder, secrets=None):
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "auditor", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", check=False, cwd=folder, env=os.environ | (secrets or {}),
    )  # fmt: skip


def environment(token, prefix="REHEARSED"):
    said = {
        "CONSUMER_KEY": token.consumer.key,
        "CONSUMER_SECRET": token.consumer.secret,
        "TOKEN_ID": token.id,
        "TOKEN_SECRET": token.secret,
    }
    return {f"{prefix}_{name}": value for name, value in said.items()}


def sign_in(server, token, **more):
    signed = OAuth1(
        token.consumer.key, token.consumer.secret, token.id, token.secret, realm="1234567",
        signature_method="HMAC-SHA256",
    )  # fmt: skip
    return requests.get(
        f"{server.url}/app/site/hosting/restlet.nl?script=1&deploy=1", auth=signed, timeout=10, **more
    ).status_code


@pytest.fixture
def gate():
    return rehearsed("2018.2", clock=time.time)


@pytest.fixture
def administrator(gate):
    return next(token for token in gate.account.tokens.values() if token.role.name == "Administrator")


def collect(server, token, folder, *more):
    return auditor(
        "collect", "--account", "1234567", "--secrets", "environment:REHEARSED", "--out", "exports",
        "--rehearsal", server.url, *more,
        folder=folder, secrets=environment(token),
    )  # fmt: skip


def test_what_is_collected_of_a_rehearsal_audits_as_the_gate_behaved(serve, gate, administrator, tmp_path):
    server = serve(gate)
    answers = {token.id: sign_in(server, token) for token in gate.account.tokens.values()}
    passed = [token for token in gate.account.tokens.values() if answers[token.id] == 200]
    time.sleep(1)  # the trail is collected to the second in which the collection begins

    done = collect(server, administrator, tmp_path)
    assert done.returncode == 0, done.stderr
    assessment = audit([tmp_path / "exports"], read_pack("2018.2-2019.1"), Engagement(client="Rehearsed", as_of=TODAY))

    seen = {(one.connection.integration, one.connection.role): one for one in assessment.connections}
    assert len(passed) >= 2
    for token in passed:
        judged = seen[token.consumer.integration.name, token.role.name]
        assert (judged.connection.authentication, judged.connection.token_active) == ("TBA", True)
        assert "breaks" not in judged.verdicts.values()


def test_a_role_without_the_permissions_collects_nothing_and_says_what_it_needs(serve, gate, tmp_path):
    token = next(one for one in gate.account.tokens.values() if not one.role.permissions and one.role.id != 3)
    done = collect(serve(gate), token, tmp_path)

    assert (done.returncode, done.stdout) == (3, "")
    assert "the account gave none of the lists" in done.stderr
    assert "Record 'role' was not found. (needs the permission Bulk Manage Roles)" in done.stderr
    assert not (tmp_path / "exports").exists()


@pytest.mark.parametrize(("offset", "said"), [(3600, "60 minutes behind"), (-1200, "20 minutes ahead of")])
def test_a_wrong_clock_is_named_and_costs_one_refusal(serve, offset, said, tmp_path):
    gate = rehearsed("2018.2", clock=lambda: time.time() + offset)
    token = next(iter(gate.account.tokens.values()))

    ran = collect(serve(gate), token, tmp_path)

    assert (ran.returncode, ran.stdout, len(gate.account.trail)) == (3, "", 1)
    assert f"this machine's clock is {said} NetSuite's, and 5 minutes are allowed" in ran.stderr
    assert not (tmp_path / "exports").exists()


def test_tokens_are_verified_and_a_revoked_one_is_not(serve, gate, administrator, tmp_path):
    server = serve(gate)
    other = next(token for token in gate.account.tokens.values() if token.role.name != "Administrator")
    (tmp_path / "tokens.toml").write_text(
        'account = "1234567"\n'
        f"[[token]]\napplication = {json.dumps(administrator.consumer.integration.name)}\nsecrets = 'environment:ONE'\n"
        f"[[token]]\napplication = {json.dumps(other.consumer.integration.name)}\nsecrets = 'environment:TWO'\n"
    )
    secrets = environment(administrator, "ONE") | environment(other, "TWO")

    def verify(out):
        return auditor(
            "verify", "tokens.toml", "--out", out, "--rehearsal", server.url, folder=tmp_path, secrets=secrets
        )

    both = verify("both.csv")
    other.revoked = True
    one = verify("one.csv")

    assert (both.returncode, one.returncode) == (0, 3), both.stderr + one.stderr
    assert "Administrator" in both.stdout
    assert (tmp_path / "both.csv").read_text(encoding="utf-8") != (tmp_path / "one.csv").read_text(encoding="utf-8")


def test_no_secret_is_in_anything_that_is_printed_or_written(serve, gate, administrator, tmp_path):
    server = serve(gate)
    (tmp_path / "tokens.toml").write_text(
        'account = "1234567"\n[[token]]\napplication = "x"\nsecrets = "environment:REHEARSED"\n'
    )
    said = [collect(server, administrator, tmp_path)]
    said.append(
        auditor("verify", "tokens.toml", "--out", "verified.csv", "--rehearsal", server.url, folder=tmp_path,
                secrets=environment(administrator))
    )  # fmt: skip
    said.append(auditor("audit", "exports", "verified.csv", "--out", "report", folder=tmp_path))

    assert [one.returncode for one in said] == [0, 0, 0], [one.stderr for one in said]
    text = "".join(one.stdout + one.stderr for one in said).encode()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    written = b"".join(path.read_bytes() for path in files)
    for workbook in (path for path in files if is_zipfile(path)):
        with ZipFile(workbook) as parts:
            written += b"".join(parts.read(name) for name in parts.namelist())
    assert b"Price List Loader" in written
    for secret in environment(administrator).values():
        assert secret.encode() not in text + written


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * FROM read_csv('/etc/passwd')", "Invalid search query"),
        ("COPY role TO 'x.csv'", "Only one SELECT"),
        ("SELECT 1; SELECT 2", "Only one SELECT"),
        ("ATTACH 'x.db'", "Only one SELECT"),
        ("SET enable_external_access = true", "Only one SELECT"),
        ("SELECT * FROM nothing", "Invalid search query"),
        ("nonsense", "Invalid search query"),
    ],
)
def test_a_query_reaches_nothing_but_the_rehearsed_account(
    query, said, serve, gate, administrator, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    server = serve(gate)
    signed = OAuth1(
        administrator.consumer.key, administrator.consumer.secret, administrator.id, administrator.secret,
        realm="1234567", signature_method="HMAC-SHA256",
    )  # fmt: skip
    answer = requests.post(
        f"{server.url}/services/rest/query/v1/suiteql?limit=5&offset=0", json={"q": query}, auth=signed, timeout=10
    )

    assert (answer.status_code, said in answer.text) == (400, True), answer.text
    assert list(tmp_path.iterdir()) == []


def asked(gate, query, limit=5):
    role = next(role for role in gate.account.setup.role if role.id == 3)
    return ask(gate.account, role, query, limit=limit, offset=0)


def test_a_query_that_needs_much_room_leaves_nothing_on_disk(gate, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(QueryError, match="Out of Memory"):
        asked(
            gate, "SELECT x FROM (SELECT a.range * 7919 % 100000007 AS x FROM range(40000000) a ORDER BY x) ORDER BY x"
        )

    assert list(tmp_path.iterdir()) == []


def test_a_trail_of_many_rows_is_answered_at_once_and_whole(gate):
    gate.account.trail[:] = [
        Login(
            at=1_540_209_600.0 + number, success=number % 2 == 0, uri="/x", address="127.0.0.1", user_agent="",
            email="e", user="CRM Sync" if number % 3 else "", role="", detail="", token="", application="",
        )
        for number in range(20_000)
    ]  # fmt: skip
    begun = time.process_time()

    counts, more = asked(
        gate,
        "SELECT COUNT(*) AS rows, COUNT(loginAudit.user) AS known, MAX(TO_CHAR(loginAudit.date, 'x')) AS latest "
        "FROM loginAudit",
    )

    assert (counts, more) == ([{"rows": "20000", "known": "13333", "latest": "2018-10-22 17:33:19"}], False)
    assert time.process_time() - begun < 10


def test_a_role_sees_no_table_under_another_name_that_it_may_not_see(gate):
    clerk = next(role for role in gate.account.setup.role if role.name == "Accountant")
    gate.account.trail.append(
        Login(at=0, success=True, uri="/x", address="", user_agent="", email="e", user="", role="", detail="",
              token="", application="")
    )  # fmt: skip

    found, _ = ask(gate.account, clerk, "SELECT COUNT(*) AS rows FROM main.loginAudit", limit=5, offset=0)

    assert found == [{"rows": "0"}]
