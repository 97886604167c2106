"""What a rehearsal leaves behind, and what it leaves alone."""

import csv
import io
import json
import os
import stat

import pytest
from rehearsing import Clock, rehearsed, secrets

from auditor.errors import InputError
from auditor.netsuite.rehearsal.files import check_keys_file, check_lists_folder, write_keys, write_lists
from auditor.netsuite.rehearsal.lists import exported_lists
from auditor.netsuite.rehearsal.setup import Setup, read_setup
from auditor.netsuite.rehearsal.state import Rehearsal

SMALL = {
    "role": [{"name": "Clerk", "id": 1001, "base": "Accountant"}, {"name": "Accountant", "id": 1}],
    "user": [{"name": "Ann", "email": "ann@acme.example", "roles": ["Clerk"]}],
    "integration": [{"name": "Shop"}],
    "token": [{"integration": "Shop", "user": "Ann", "role": "Clerk"}],
}


def account(**changed):
    setup = Setup.model_validate(SMALL | changed, strict=False)
    return Rehearsal(setup, clock=Clock(), new_secret=secrets())


def test_the_keys_are_all_that_a_client_needs_and_for_its_owner_alone(tmp_path):
    write_keys(account(), "http://127.0.0.1:1", tmp_path / "keys.json")

    made = json.loads((tmp_path / "keys.json").read_text())

    [record], [token], [user] = made["integrations"], made["tokens"], made["users"]
    assert {name: token[name] for name in ("integration", "user", "role")} == SMALL["token"][0]
    assert user["roles"] == [{"name": "Clerk", "id": 1001}]
    secret = [token[name] for name in ("consumer_key", "consumer_secret", "token_id", "token_secret")]
    assert secret[:2] == [record["consumer_key"], record["consumer_secret"]]
    assert len({*secret, user["password"]}) == 5
    assert os.name != "posix" or stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_keys_are_written_over_earlier_keys_only(tmp_path):
    keys = tmp_path / "keys.json"
    check_keys_file(keys)
    write_keys(account(), "http://127.0.0.1:1", keys)
    check_keys_file(keys)

    for other in (b"{}", b"[]", b"\xff", b"Name\n"):
        keys.write_bytes(other)
        with pytest.raises(InputError, match="holds no keys of a rehearsal"):
            check_keys_file(keys)


def test_a_place_that_can_not_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match="there is no such folder"):
        check_keys_file(tmp_path / "nowhere" / "keys.json")
    with pytest.raises(InputError, match="can't be written"):
        write_keys(account(), "", tmp_path / "nowhere" / "keys.json")
    with pytest.raises(InputError, match="can't be made"):
        write_lists(account(), tmp_path / "file" / "lists")
    with pytest.raises(InputError, match="is not empty"):
        check_lists_folder(tmp_path / "file")


def test_the_lists_are_written_into_a_new_folder(tmp_path):
    check_lists_folder(tmp_path / "new" / "lists")

    files = write_lists(account(), tmp_path / "new" / "lists")

    assert {path.name: path.read_text() for path in files} == dict(exported_lists(account()))


def test_administrator_is_missing_from_the_role_list_as_from_netsuites_own():
    gate = rehearsed()

    rows = list(csv.DictReader(io.StringIO(exported_lists(gate.account)["ManageRoles.csv"])))

    assert {row["Name"] for row in rows} == {role.name for role in read_setup().role} - {"Administrator"}


def test_permissions_that_the_setup_names_become_a_list_of_their_own():
    role = {"name": "Clerk", "id": 1001, "base": "Accountant", "permissions": ["Access Token Management"]}
    lists = exported_lists(account(role=[role, SMALL["role"][1]]))

    assert lists["RolePermissions.csv"].splitlines() == [
        "Internal ID,Name,Permission,Level",
        "1001,Clerk,Access Token Management,Full",
        "1001,Clerk,Log in using Access Tokens,Full",
    ]


def test_an_account_without_integrations_has_no_list_of_them():
    assert "ManageIntegrations.csv" not in exported_lists(account(integration=[], token=[]))


@pytest.mark.parametrize(("hour", "written"), [(0, "12:00 am"), (9, "9:00 am"), (12, "12:00 pm"), (23, "11:00 pm")])
def test_times_are_written_as_netsuite_writes_them(hour, written):
    clock = Clock(1_540_166_400.0 + hour * 3600)
    one = Rehearsal(Setup.model_validate(SMALL, strict=False), clock=clock, new_secret=secrets())

    [row] = csv.DictReader(io.StringIO(exported_lists(one)["AccessTokens.csv"]))

    assert row["Created"] == f"22-Oct-2018 {written}"


@pytest.mark.parametrize(("text", "said"), [(None, "can't be read"), ("[[role]", "is not valid TOML")])
def test_a_setup_that_can_not_be_read_says_so(tmp_path, text, said):
    if text is not None:
        (tmp_path / "setup.toml").write_text(text)

    with pytest.raises(InputError, match=said):
        read_setup(tmp_path / "setup.toml")
