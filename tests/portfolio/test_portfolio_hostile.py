"""Folders that nobody would make on purpose, or somebody would: each is a client of its own, and none stops another."""

import gzip
import json
import os
import sys
import zipfile

import pytest

ROWS = "Shop sync,Enabled,Administrator,user credentials,Stallfront\n"

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names, and few links")


@pytest.fixture
def result(base, run_portfolio, tmp_path):
    """Return what a run says of the clients: those audited by folder, those failed with where and why."""

    def run():
        done = run_portfolio(base, tmp_path / "out", "--format", "json")
        assert "Traceback" not in done.stderr
        found = json.loads((tmp_path / "out" / "portfolio.json").read_text(encoding="utf-8"))
        failed = {one["folder"]: (one["where"], one["reason"]) for one in found["failed"]}
        return {one["folder"]: one["client"] for one in found["clients"]}, failed

    return run


@posix
def test_any_name_of_a_folder_is_a_client(base, make_client, result):
    names = ["<script>alert(1)<", "a\x1b[31m\nb", "=1+1", "e\u202evil", "'; drop", "%2e%2e"]
    for name in names:
        make_client(base, name, ROWS)

    audited, failed = result()

    assert set(audited) == {"alder", "birch", *names}
    assert list(failed) == ["cedar"]


def test_two_clients_of_the_same_name_are_told_apart(base, make_client, result, tmp_path):
    for folder in ("east", "west"):
        make_client(base, folder, ROWS, 'client = "Alder & Sons"\nas_of = 2018-08-28\n')

    audited, _ = result()

    assert audited == {"alder": "Alder & Sons", "east": "Alder & Sons", "west": "Alder & Sons", "birch": "birch"}
    page = (tmp_path / "out" / "portfolio.html").read_text(encoding="utf-8")
    assert "Alder &amp; Sons (east)" in page
    assert "Alder &amp; Sons (west)" in page


@posix
def test_links_are_followed_once_and_one_that_leads_nowhere_is_named(base, make_client, result, tmp_path):
    loop = make_client(base, "loop", ROWS)
    (loop / "self").symlink_to("..", target_is_directory=True)
    (base / "circle").symlink_to("circle")
    (base / "gone").symlink_to(tmp_path / "nowhere")
    lost = make_client(base, "lost", ROWS)
    (lost / "logins.csv").symlink_to(tmp_path / "nowhere.csv")
    elsewhere = make_client(tmp_path / "elsewhere", "exports", ROWS)
    (base / "linked").mkdir()
    (base / "linked" / "exports").symlink_to(elsewhere, target_is_directory=True)

    audited, failed = result()

    assert set(audited) == {"alder", "birch", "loop", "linked"}
    assert failed["circle"] == failed["gone"] == ("", "the link leads nowhere")
    assert failed["lost"] == ("logins.csv", "can't be read (No such file or directory)")
    found = json.loads((tmp_path / "out" / "loop" / "assessment.json").read_text(encoding="utf-8"))
    assert [one["notes"] for one in found["inputs"] if one["file"] == "self"] == [
        ["a link to a folder, which is not followed"]
    ]


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root reads everything")
def test_what_can_not_be_read_fails_its_client_and_no_other(base, make_client, result):
    shut = [make_client(base, "folder", ROWS), base / "file" / "integrations.csv", base / "below" / "deep"]
    make_client(base, "file", ROWS)
    make_client(base, "below", ROWS)
    make_client(base, "below/deep", ROWS)
    for path in shut:
        path.chmod(0)

    audited, failed = result()
    for path in shut:
        path.chmod(0o700)

    assert set(audited) == {"alder", "birch"}
    denied = "can't be read (Permission denied)"
    assert {failed["folder"][1], failed["file"][1], failed["below"][1]} == {denied}
    assert (failed["file"][0], failed["below"][0]) == ("file/integrations.csv", "below/deep")


def test_an_empty_folder_and_a_bomb_and_a_wrong_engagement_fail_with_their_reason(base, make_client, result):
    (base / "empty").mkdir()
    with gzip.open(make_client(base, "gzip", ROWS) / "logins.csv.gz", "wb") as bomb:
        bomb.write(b"Date,User\n" + bytes([97]) * (80 << 20))
    with zipfile.ZipFile(make_client(base, "zip", ROWS) / "x.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("a.csv", bytes(80 << 20))
    make_client(base, "toml", ROWS, "as_of = =\n")
    make_client(base, "key", ROWS, "as_off = 2018-08-28\n")
    make_client(base, "nested/deeper/still", ROWS, None)

    audited, failed = result()

    assert set(audited) == {"alder", "birch", "nested"}
    assert {folder: where for folder, (where, _) in failed.items()} == {
        "cedar": "roles.csv",
        "empty": "",
        "gzip": "logins.csv.gz",
        "zip": "x.zip",
        "toml": "toml/engagement.toml:1",
        "key": "key/engagement.toml:1",
    }
    assert failed["empty"][1] == "the folder has no files"
    assert failed["gzip"][1] == "the archive unpacks to many times its size"
    assert failed["zip"][1].startswith("the archive unpacks to 80 MiB")
    assert failed["key"][1] == '"as_off" is not a key of the engagement file'


def test_a_logo_that_changed_makes_the_report_again(base, make_client, run_portfolio, tmp_path):
    from PIL import Image

    Image.new("RGB", (20, 10), "red").save(tmp_path / "logo.png")
    made = make_client(base, "branded/exports", ROWS, None)
    (made.parent / "engagement.toml").write_text(
        'as_of = 2018-08-28\n[branding]\nlogo = "../../logo.png"\n', encoding="utf-8"
    )
    run_portfolio(base, tmp_path / "out", "--format", "json")

    Image.new("RGB", (20, 10), "blue").save(tmp_path / "logo.png")
    again = run_portfolio(base, tmp_path / "out", "--format", "json")

    assert "4 clients: 1 audited, 2 unchanged, 1 failed" in again.stderr


def test_reports_that_can_not_be_written_are_told_at_once(base, run_portfolio, tmp_path):
    (tmp_path / "out").write_text("a file", encoding="utf-8")

    done = run_portfolio(base, tmp_path / "out")

    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "this is a file, and reports need a folder" in done.stderr
    assert " clients done" not in done.stderr
