"""Lists that have a header and no rows: what is said of them, and what is not concluded from them."""

import pytest

from auditor import Engagement, load
from auditor.vocabulary import List

NO_ROWS = "has a header and no rows: was the search filtered?"
TRAIL = "Date,User,Role,Request URI,Status,Token-based Access Token Name,Token-based Application Name\n"
LOGIN = "6/13/2018 8:00 am,Bot,Clerk,/services/NetSuitePort_2017_1,Success,,\n"


def write(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    return load([folder], Engagement())


@pytest.mark.parametrize(
    ("name", "header"),
    [
        (List.INTEGRATIONS, "Name,State,Application ID\n"),
        (List.ROLES, "Name,Parent Role\n"),
        (List.LOGINS, TRAIL),
        (List.LOGINS, f"{TRAIL},,,,,,\n"),
        (List.USERS, "Name,Email,Role\n\n"),
        (List.ROLE_PERMISSIONS, "Name,Permission,Level\nTotal,0,\n"),
    ],
)
def test_a_list_that_no_account_is_without_rows_of_was_not_exported(tmp_path, name, header):
    inventory = write(tmp_path, list=header)

    assert (inventory.inputs[0].list, inventory.inputs[0].notes) == (name, (NO_ROWS,))
    assert (inventory.is_exported(name), inventory.frame(name)) == (False, None)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        (List.TOKENS, "Token name,User,Role,Application,Created By\n"),
        (List.OPERATIONS, "Authentication Method,Job ID,Operation,Operation Status\n"),
        (List.USAGE, "Job ID,Integration,User\n"),
    ],
)
def test_an_account_may_have_no_tokens_and_no_use_of_soap(tmp_path, name, header):
    inventory = write(tmp_path, list=header)

    assert (inventory.is_exported(name), inventory.inputs[0].notes) == (True, ())


def test_one_empty_file_of_several_is_named_and_the_others_are_the_list(tmp_path):
    inventory = write(tmp_path, april=TRAIL, june=TRAIL + LOGIN)

    assert {item.file: item.notes for item in inventory.inputs} == {"april.csv": (NO_ROWS,), "june.csv": ()}
    assert inventory.is_exported(List.LOGINS)


def test_rows_that_were_all_rejected_say_nothing_either(tmp_path):
    inventory = write(tmp_path, list="Name,State,Application ID\nFeed,Enabled\n")

    assert (inventory.inputs[0].notes, inventory.is_exported(List.INTEGRATIONS)) == ((), False)


def test_a_trail_of_people_alone_is_a_trail(tmp_path):
    inventory = write(tmp_path, trail=TRAIL + LOGIN.replace("/services/NetSuitePort_2017_1", "/app/login/x.nl"))

    assert (inventory.inputs[0].notes, inventory.is_exported(List.LOGINS)) == ((), True)
