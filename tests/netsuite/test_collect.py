"""What is collected is what the account has: every row once, in the shapes of the exports, however the run goes."""

import csv
import sys
import threading
import time
from datetime import date, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest

from auditor import Engagement, audit, load, read_pack
from auditor.errors import AccountError, InputError
from auditor.loader.lists import columns_by_header, normal
from auditor.netsuite import collect as collecting
from auditor.netsuite.answers import SignInRefusedError
from auditor.netsuite.client import Patience
from auditor.netsuite.collect import collect
from auditor.netsuite.queries import Slice, queries
from auditor.netsuite.slices import slices
from auditor.netsuite.store import Settings
from auditor.vocabulary import List

SETTINGS = Settings(account="1234567_SB1", since=datetime(2018, 8, 1), until=datetime(2018, 8, 12))  # noqa: DTZ001 - the account's own time
REFUSED = (400, {}, {"o:errorDetails": [{"detail": "Record 'rolepermissions' was not found."}]})


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch):
    """Pages of ten rows: what holds for them holds for pages of a thousand."""
    monkeypatch.setattr(collecting, "PAGE", 10)


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def cut_after(server, requests):
    """Let the account vanish after so many requests."""
    answer, left = server.answer, [requests]

    def cut(request):
        left[0] -= 1
        return answer(request) if left[0] >= 0 else (200, {}, None)

    return cut


def test_every_header_is_one_that_the_loader_reads():
    unread = [
        (query.file, header)
        for query in queries()
        for header in query.headers
        if normal(header) not in columns_by_header(query.list)
    ]

    assert unread == []


def test_the_lists_of_the_account_become_files_that_are_read_as_such(server, account, tmp_path):
    collected = collect(server.client(), tmp_path / "exports", SETTINGS)

    inventory = load([tmp_path / "exports"], Engagement())
    assert {item.file: (item.list, item.rows, item.used) for item in inventory.inputs} == {
        "AccessTokens.csv": (List.TOKENS, 2, 2),
        "LoginAuditTrail.csv": (List.LOGINS, 780, 780),
        "ManageRoles.csv": (List.ROLES, 4, 4),
        "RolePermissions.csv": (List.ROLE_PERMISSIONS, 3, 3),
        "Users.csv": (List.USERS, 3, 3),
    }
    assert all(not item.unused_columns and not item.notes for item in inventory.inputs)
    assert sorted(path.name for path in tmp_path.rglob("*")) == sorted(["exports", *(p.name for p in collected.files)])
    assert sum(collected.rows.values()) == 792
    assert all(request.signed for request in server.seen)


def test_cells_are_written_as_the_account_has_them(server, account, tmp_path):
    collect(server.client(), tmp_path / "exports", SETTINGS)

    assert table(tmp_path / "exports" / "ManageRoles.csv") == [
        ["Internal ID", "Name", "Center Type", "Inactive", "Web Services Only Role"],
        ["3", "Administrator", "BASIC", "F", "F"],
        ["17", "Sales Administrator", "SALESCENTER", "F", "F"],
        ["1001", 'Feed "Role", SOAP', "BASIC", "F", "T"],
        ["1002", "=cmd()|role", "BASIC", "T", "F"],
    ]


def test_a_collection_can_be_audited(server, account, tmp_path):
    collect(server.client(), tmp_path / "exports", SETTINGS)

    assessment = audit(
        [tmp_path / "exports"],
        read_pack("2018.2-2019.1"),
        Engagement(client="Acme", as_of=date(2018, 8, 28)),
    )

    assert [(one.integration.name, dict(one.verdicts)) for one in assessment.integrations] == [
        ("Bank feed", {"2018.2": "ready", "2019.1": "ready"}),
        # The trail names no application for Bo's logins; the token list has one for Bo.
        ("Old sync", {"2018.2": "breaks", "2019.1": "breaks"}),
    ]


def test_a_long_trail_is_cut_by_date_and_loses_nothing(server, account, tmp_path):
    collect(server.client(), tmp_path / "whole", SETTINGS)
    server.seen.clear()
    collect(server.client(), tmp_path / "cut", SETTINGS, largest=100)

    whole, cut = (table(tmp_path / name / "LoginAuditTrail.csv") for name in ("whole", "cut"))
    offsets = [int(one.path.rpartition("=")[2]) for one in server.seen if one.body]
    assert whole == cut
    assert len(cut) == 781
    assert max(offsets) < 100


def test_a_long_list_is_cut_by_its_numbers(server, account, tmp_path):
    collect(server.client(), tmp_path / "exports", SETTINGS, largest=3)

    assert [row[0] for row in table(tmp_path / "exports" / "ManageRoles.csv")[1:]] == ["3", "17", "1001", "1002"]


@pytest.mark.parametrize("requests", [1, 5, 60])
def test_a_run_that_is_cut_goes_on_where_it_stopped(server, account, tmp_path, requests):
    patience = Patience(attempts=1)
    collect(server.client(), tmp_path / "whole", SETTINGS)
    server.seen.clear()
    server.answer = cut_after(server, requests)
    with pytest.raises(AccountError, match="did not answer"):
        collect(server.client(patience=patience), tmp_path / "exports", SETTINGS)
    assert not (tmp_path / "exports").exists()
    server.answer = account

    collect(server.client(), tmp_path / "exports", SETTINGS)

    files = [path.name for path in (tmp_path / "whole").iterdir()]
    assert {name: table(tmp_path / "exports" / name) for name in files} == {
        name: table(tmp_path / "whole" / name) for name in files
    }
    answered = [(one.query, one.path) for one in server.seen[:requests] + server.seen[requests + 3 :] if one.body]
    trail = [one for one in answered if "logged_in_on" in one[0]]
    assert len(trail) <= 78 + 3


@pytest.mark.parametrize("workers", [1, 3])
def test_no_more_is_asked_at_once_than_was_said(server, account, tmp_path, workers):
    at_once, most, lock = 0, 0, threading.Lock()

    def counting(request):
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.02)
        answer = account(request)
        with lock:
            at_once -= 1
        return answer

    server.answer = counting
    collect(server.client(), tmp_path / "exports", SETTINGS, workers=workers)

    assert most == workers


def test_progress_is_told_from_nothing_to_everything(server, account, tmp_path):
    told = []

    collect(server.client(), tmp_path / "exports", SETTINGS, progress=lambda *said: told.append(said))

    trail = [(rows, total) for name, rows, total in told if name is List.LOGINS]
    assert (trail[0], trail[-1], trail) == ((0, 780), (780, 780), sorted(trail))


def test_a_storm_of_faults_loses_nothing(server, account, tmp_path):
    turn = [0]
    faults = [(429, {"Retry-After": "1"}, {}), (500, {}, b""), (200, {}, None), (200, {}, b'{"items"'), (503, {}, b"")]
    collect(server.client(), tmp_path / "calm", SETTINGS)

    def storm(request):
        turn[0] += 1
        return account(request) if turn[0] % 2 else faults[turn[0] // 2 % len(faults)]

    server.answer = storm
    collect(server.client(patience=Patience(attempts=50)), tmp_path / "storm", SETTINGS)

    calm, stormy = (table(tmp_path / name / "LoginAuditTrail.csv") for name in ("calm", "storm"))
    assert calm == stormy


def test_a_list_that_the_account_refuses_is_named_and_the_others_are_collected(server, account, tmp_path):
    account.refused["rolepermissions"] = REFUSED

    collected = collect(server.client(), tmp_path / "exports", SETTINGS)

    assert {name: reason.split(": ")[-1] for name, reason in collected.refused.items()} == {
        List.ROLE_PERMISSIONS: "Record 'rolepermissions' was not found. (needs the permission Bulk Manage Roles)"
    }
    assert not (tmp_path / "exports" / "RolePermissions.csv").exists()
    assert len(collected.files) == 4


def test_rows_without_a_column_that_was_asked_for_are_an_error_and_not_empty_rows(server, account, tmp_path):
    def renamed(request):
        status, headers, body = account(request)
        if request.body and "ORDER BY" in request.query:
            body["items"] = [{f"{name}_1": value for name, value in row.items()} for row in body["items"]]
        return status, headers, body

    server.answer = renamed
    with pytest.raises(AccountError, match="none of the columns that were asked for"):
        collect(server.client(), tmp_path / "exports", SETTINGS)

    assert not (tmp_path / "exports").exists()


def test_an_account_that_gives_nothing_is_an_error(server, account, tmp_path):
    account.refused["FROM"] = REFUSED

    with pytest.raises(AccountError, match="none of the lists"):
        collect(server.client(), tmp_path / "exports", SETTINGS)

    assert not (tmp_path / "exports").exists()


def test_a_refused_sign_in_costs_one_refusal(server, tmp_path):
    server.answer = lambda request: (401, {}, {})

    with pytest.raises(SignInRefusedError):
        collect(server.client(), tmp_path / "exports", SETTINGS, workers=4)

    assert len(server.seen) == 1


def test_a_token_that_is_revoked_meanwhile_costs_fewer_refusals_than_lock_the_user(server, account, tmp_path):
    refusals = []

    def revoked(request):
        if len(server.seen) < 30:
            return account(request)
        refusals.append(request)
        return 401, {}, {}

    server.answer = revoked
    with pytest.raises(SignInRefusedError):
        collect(server.client(), tmp_path / "exports", SETTINGS, workers=collecting.MOST_WORKERS)

    assert 1 <= len(refusals) < 5


@pytest.mark.skipif(sys.platform == "win32", reason="a test can't press Ctrl-C there")
@pytest.mark.parametrize("end", [SignInRefusedError, KeyboardInterrupt])
def test_a_run_that_ends_does_not_sit_out_what_the_account_asked_it_to_wait(server, account, tmp_path, end, ctrl_c):
    number = count(1)
    both_sent, one_waits = threading.Event(), threading.Event()

    def busy(request):
        if not request.body or "ORDER BY" not in request.query:
            return account(request)
        if next(number) == 2:
            # The run ends when one thread has been told to wait, and not before: else there is nothing to sit out.
            both_sent.set()
            one_waits.wait(30)
            if end is SignInRefusedError:
                return 401, {}, {}
            ctrl_c()
        both_sent.wait(30)
        return 429, {"Retry-After": "600"}, {}

    server.answer = busy
    client = server.client(wait=None, on_wait=lambda seconds, reason: one_waits.set())
    begun = time.monotonic()
    with pytest.raises(end):
        collect(client, tmp_path / "exports", SETTINGS, workers=3, largest=2)

    assert one_waits.is_set()
    assert time.monotonic() - begun < 600


def test_a_list_that_does_not_hold_still_is_begun_anew(server, account, tmp_path):
    added = []

    def growing(request):
        if request.body and "MIN" not in request.query and "COUNT" in request.query and not added:
            answer = account(request)
            added.append(account.tables.execute("INSERT INTO role VALUES (1003, 'New', 'BASIC', 'F', 'F')"))
            return answer
        return account(request)

    server.answer = growing
    collect(server.client(), tmp_path / "exports", SETTINGS)

    assert [row[0] for row in table(tmp_path / "exports" / "ManageRoles.csv")[1:]] == [
        "3",
        "17",
        "1001",
        "1002",
        "1003",
    ]


def test_files_that_are_there_are_never_written_over(server, account, tmp_path):
    (tmp_path / "ManageRoles.csv").write_text("Name\nmine\n")

    with pytest.raises(InputError, match=r"files already: ManageRoles\.csv"):
        collect(server.client(), tmp_path, SETTINGS)

    assert server.seen == []


def test_a_run_that_is_cut_while_it_moves_its_files_is_finished_by_the_next(server, account, tmp_path, monkeypatch):
    moved = []

    def cut(path, target):
        if target.suffix == ".csv" and len(moved) == 2:
            raise KeyboardInterrupt
        moved.extend([target] if target.suffix == ".csv" else [])
        return replace(path, target)

    replace = Path.replace
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "replace", cut)
        collect(server.client(), tmp_path / "exports", SETTINGS)
    server.seen.clear()

    collected = collect(server.client(), tmp_path / "exports", SETTINGS)

    assert len(collected.files) == 5
    assert [one.path for one in server.seen] == ["/rest/tokeninfo"]
    assert not (tmp_path / "exports.collecting").exists()


def test_an_unfinished_collection_of_something_else_is_left_alone(server, account, tmp_path):
    server.answer = cut_after(server, 20)
    with pytest.raises(AccountError):
        collect(server.client(patience=Patience(attempts=1)), tmp_path / "exports", SETTINGS)

    other = Settings(account="7654321", since=SETTINGS.since, until=SETTINGS.until)
    with pytest.raises(InputError, match=r"account 1234567_SB1 .* is unfinished here"):
        collect(server.client(), tmp_path / "exports", other)


def test_nothing_on_disk_holds_a_secret(server, account, tmp_path, secrets):
    server.answer = cut_after(server, 40)
    with pytest.raises(AccountError):
        collect(server.client(patience=Patience(attempts=1)), tmp_path / "exports", SETTINGS)

    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert written
    assert [value for value in secrets if value.encode() in written] == []


def test_slices_cover_everything_once_and_are_small_enough():
    first, last = datetime(2018, 1, 1), datetime(2018, 2, 1)  # noqa: DTZ001 - NetSuite's dates name no zone
    logins = [first + timedelta(hours=number * 7 % 700, seconds=number % 59) for number in range(500)]

    parts = list(slices(first, last, lambda low, high: sum(low <= one < high for one in logins), largest=63))

    assert [part for part in parts if not 0 < part.rows <= 63] == []
    assert sum(part.rows for part in parts) == 500
    assert all(before.high <= after.low for before, after in pairwise(parts))


def test_what_cannot_be_cut_any_finer_is_an_error():
    with pytest.raises(AccountError, match="5 rows share one value"):
        list(slices(0, 8, lambda low, high: 5 if low <= 3 < high else 0, largest=4))


def test_one_query_is_enough_where_the_rows_are_few():
    assert list(slices(0, 8, lambda low, high: 4, largest=4)) == [Slice(0, 8, 4)]
