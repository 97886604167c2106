"""Clients behind a URL: the same reports as from a folder, and what a storage must not be able to do."""

import json
import zipfile

import pytest

from auditor.errors import InputError
from auditor.portfolio.clients import find_clients
from auditor.portfolio.places import fetched, is_url, shown
from auditor.portfolio.run import run_clients
from auditor.portfolio.workers import Processes


@pytest.fixture
def packed(base, tmp_path):
    """Return the URL of the client base in a ZIP archive: a storage as good as any other, and it needs no network."""
    archive = tmp_path / "base.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for path in sorted(base.rglob("*")):
            made.write(path, f"all/{path.relative_to(base).as_posix()}")
    return f"zip://all::{archive.as_uri()}"


def reports(out):
    return {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.suffix in (".json", ".html")}


def test_clients_in_a_storage_get_the_same_reports_as_in_a_folder(base, packed, run_portfolio, tmp_path):
    run_portfolio(base, tmp_path / "folder")
    done = run_portfolio(packed, tmp_path / "storage")

    assert "3 clients: 2 audited, 0 unchanged, 1 failed" in done.stderr
    assert reports(tmp_path / "folder") == reports(tmp_path / "storage")

    again = run_portfolio(packed, tmp_path / "storage")
    assert "3 clients: 0 audited, 2 unchanged, 1 failed" in again.stderr


def test_a_very_large_client_in_a_storage_spreads_as_well(packed, base, order_for, tmp_path):
    def run(clients, out, large):
        workers = Processes(2)
        order = order_for(clients, out, workers)
        outcomes = run_clients(
            find_clients(clients, out, frozenset(), large=large), order, workers, progress=lambda now: None
        )
        workers.close()
        return outcomes

    for number in (1, 2):
        (base / "birch" / "exports" / f"more-{number}.csv").write_text("Name,Role\nOther,Clerk\n")
    url = base.as_uri()

    assert run(url, tmp_path / "apart", 1) == run(str(base), tmp_path / "together", 1 << 40)
    assert list((tmp_path / "apart" / ".auditor.logins" / "birch").glob("*.json"))


def test_what_lies_in_a_storage_stays_in_the_folder_it_is_fetched_to(tmp_path):
    archive = tmp_path / "evil.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("all/evil/../../../out.csv", "x")
        made.writestr("all/evil/in.csv", "x")

    with (
        pytest.raises(InputError, match="leads out of the client's folder"),
        fetched(f"zip://all::{archive.as_uri()}", "evil", lambda path: True),
    ):
        pass


def test_only_what_is_wanted_is_fetched(packed):
    with fetched(packed, "birch", lambda path: path.endswith(".toml")) as folder:
        assert [path.relative_to(folder).as_posix() for path in folder.rglob("*.*")] == ["exports/engagement.toml"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nosuch://user:secret@host/clients?sig=secret", "the storage can't be read (ValueError: "),
        ("oci://user:secret@bucket/clients", "netsuite-readiness-auditor[remote]"),
        ("zip://all::file:///absent-secret-less.zip", "the storage can't be read (FileNotFoundError: "),
    ],
)
def test_a_storage_that_can_not_be_read_is_told_without_its_password(url, said, run_portfolio, tmp_path):
    done = run_portfolio(url, tmp_path / "out")

    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (2, True, False)
    assert "secret@" not in done.stderr
    assert "sig=" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_path_is_no_url():
    assert [is_url(place) for place in ("s3://b/c", "zip://a::file:///b", "simplecache::s3://b")] == [True] * 3
    assert [is_url(place) for place in ("clients", "/srv/clients", r"C:\clients", "a:b")] == [False] * 4
    assert shown("s3://key:word@bucket/clients") == "s3://bucket/clients"
    assert shown("ftp://me:p@ss@host/clients") == "ftp://host/clients"
    assert shown("/srv/who@where?") == "/srv/who@where?"


def test_no_url_of_a_storage_stands_in_a_report(packed, run_portfolio, tmp_path):
    run_portfolio(packed, tmp_path / "out", "--format", "json")

    for path in (tmp_path / "out").rglob("*.json"):
        assert "zip:" not in json.dumps(json.loads(path.read_text(encoding="utf-8")))
