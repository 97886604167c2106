"""`auditor rehearse` as a developer meets it: it starts with nothing configured, and leaves only what it was told to."""

import json
import signal
import socket
import stat
import subprocess
import sys
from contextlib import contextmanager

import pytest
import requests
from click.testing import CliRunner
from requests_oauthlib import OAuth1

from auditor.cli import cli
from auditor.errors import InputError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a test can't press Ctrl-C there")

LISTS = {f"{name}.csv" for name in ("AccessTokens", "LoginAuditTrail", "ManageIntegrations", "ManageRoles", "Users")}


def command(*arguments):
    return [sys.executable, "-W", "error", "-m", "auditor", *map(str, arguments)]


def failed(*arguments):
    """Return how the command fails before it listens."""
    ran = CliRunner().invoke(cli, ["rehearse", "--port", "0", *map(str, arguments)])
    assert isinstance(ran.exception, InputError)
    return str(ran.exception)


@contextmanager
def running(*arguments, end=signal.SIGINT):
    """Run a rehearsal, yield its address and what it says until it ends."""
    with subprocess.Popen(
        command("rehearse", "--port", 0, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        said = {"url": started.stdout.readline().strip()}
        try:
            yield said
        finally:
            started.send_signal(end)
            said["out"], said["err"] = started.communicate(timeout=60)
            said["status"] = started.returncode


def test_a_rehearsal_runs_with_nothing_configured_and_its_trail_can_be_audited(tmp_path):
    keys, trail = tmp_path / "keys.json", tmp_path / "trail"

    with running("--phase", "2018.2", "--keys", keys, "--trail", trail) as said:
        made = json.loads(keys.read_text())
        token = next(one for one in made["tokens"] if one["integration"] == "Nightly GL Export (C#)")
        record = next(one for one in made["integrations"] if one["name"] == token["integration"])
        auth = OAuth1(
            record["consumer_key"],
            record["consumer_secret"],
            token["token_id"],
            token["token_secret"],
            signature_method="HMAC-SHA256",
            realm=made["account"],
        )
        admitted = requests.get(made["url"] + "/app/site/hosting/restlet.nl?script=1", auth=auth, timeout=20)
        user = next(one for one in made["users"] if one["roles"] == [{"name": "Administrator", "id": 3}])
        header = f"NLAuth nlauth_account={made['account']},nlauth_email={user['email']},nlauth_signature={user['password']},nlauth_role=3"
        refused = requests.get(
            made["url"] + "/app/site/hosting/restlet.nl", headers={"Authorization": header}, timeout=20
        )
        elsewhere = header.replace("nlauth_account=1234567", "nlauth_account=7654321")
        requests.get(made["url"] + "/rest/tokeninfo", headers={"Authorization": elsewhere}, timeout=20)
    audited = subprocess.run(
        command("audit", trail, "--as-of", "2030-01-01", "--format", "json", "--out", "-"),
        capture_output=True,
        text=True,
        check=True,
    )

    assert (admitted.status_code, refused.status_code, said["status"], made["url"]) == (200, 401, 0, said["url"])
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert {path.name for path in trail.iterdir()} == LISTS
    verdicts = {one["name"]: one["verdicts"]["2018.2"] for one in json.loads(audited.stdout)["integrations"]}
    assert verdicts[token["integration"]] == "at-risk"  # its record still accepts user credentials beside tokens
    assert (
        "refused   /app/site/hosting/restlet.nl  Price List Loader, Administrator  TWO_FA_REQD - TBA-101" in said["err"]
    )
    assert "refused   /rest/tokeninfo  no row in the trail  the realm or account is not 1234567" in said["err"]
    secrets = [
        value
        for kind in ("integrations", "tokens", "users")
        for one in made[kind]
        for name, value in one.items()
        if "secret" in name or name in ("password", "consumer_key", "token_id")
    ]
    everything = said["out"] + said["err"] + "".join(path.read_text() for path in trail.iterdir())
    assert [one for one in secrets if one in everything] == []


def test_without_being_told_it_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with running() as said:
        banner = requests.get(said["url"], timeout=20).text

    assert banner.startswith("This is a rehearsal on this machine, not NetSuite.")
    assert "REHEARSAL of account 1234567 at phase 2018.2." in said["err"]
    assert list(tmp_path.iterdir()) == []


def test_a_later_rehearsal_may_write_its_keys_over_those_of_an_earlier_one(tmp_path):
    found = []
    for _ in range(2):
        with running("--keys", tmp_path / "keys.json"):
            found.append(json.loads((tmp_path / "keys.json").read_text())["tokens"])

    assert found[0] != found[1]
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_an_unknown_phase_is_named_with_the_nearest():
    said = failed("--phase", "befor")

    assert said == '--phase: "befor" is not a phase of the pack 2018.2-2019.1\n  did you mean "before"?'


def test_a_file_that_holds_no_keys_is_left_alone(tmp_path):
    (tmp_path / "clients.json").write_text("{}")

    said = failed("--keys", tmp_path / "clients.json")

    assert (tmp_path / "clients.json").read_text() == "{}"
    assert "would be overwritten, and holds no keys of a rehearsal" in said


def test_a_folder_with_exports_is_left_alone(tmp_path):
    (tmp_path / "ManageRoles.csv").write_text("Name\n")

    said = failed("--trail", tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["ManageRoles.csv"]
    assert "is not empty" in said


def test_a_port_that_is_taken_is_said_plainly():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = failed("--port", taken.getsockname()[1])

    assert said.startswith("127.0.0.1:") and "can't listen" in said and "try --port 0" in said


def test_a_role_of_unknown_privilege_is_asked_about_before_anything_starts(tmp_path):
    (tmp_path / "setup.toml").write_text(
        '[[role]]\nname = "Feeds"\nid = 1001\nbase = "Feeds of old"\n'
        '[[user]]\nname = "Ann"\nemail = "ann@acme.example"\nroles = ["Feeds"]\n'
    )

    said = failed("--setup", tmp_path / "setup.toml")

    assert 'can\'t say whether the role "Feeds" is highly privileged' in said


def test_a_setup_may_name_the_phase_and_a_process_manager_may_end_it(tmp_path):
    (tmp_path / "setup.toml").write_text(
        'phase = "2019.1"\n[[role]]\nname = "Accountant"\nid = 1\n'
        '[[user]]\nname = "Ann"\nemail = "ann@acme.example"\nroles = ["Accountant"]\n'
    )

    with running("--setup", tmp_path / "setup.toml", "--trail", tmp_path / "new", end=signal.SIGTERM) as said:
        phase = requests.get(said["url"], timeout=20).headers["X-Rehearsal-Phase"]

    assert phase == "2019.1"
    assert (tmp_path / "new" / "LoginAuditTrail.csv").exists()
