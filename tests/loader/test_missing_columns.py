"""Columns without which verdicts stay open: each is named where it is missing, with the column that may be meant."""

import pytest

from auditor import Engagement, load

OPEN = "there is no Parent Role: whether a custom role is highly privileged can't be told by this list"
TRAIL = "Date,User,Email Address,Role,Request URI,Status,Token-based Access Token Name,Token-based Application Name\n"
LOGIN = "6/13/2018 8:00 am,Bot,bot@x.example,Clerk,/services/NetSuitePort_2017_1,Success,,\n"


def notes(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    return {item.file.removesuffix(".csv"): item.notes for item in load([folder], Engagement()).inputs}


def test_a_role_list_that_tells_no_base_role_says_so_with_the_nearest_column(tmp_path):
    said = notes(
        tmp_path,
        renamed="Internal ID,Name,Center Type,Elternrolle\n1001,Feeder,Classic Center,Administrator\n",
        absent="Internal ID,Name,Center Type\n1002,Payer,Classic Center\n",
    )

    assert said == {
        "renamed": (
            OPEN,
            'column "Elternrolle" is not read; if it is "Parent Role", say in engagement.toml under [columns]: '
            '"Elternrolle" = "base_role"',
        ),
        "absent": (OPEN,),
    }


@pytest.mark.parametrize(
    "other",
    [
        "Name,Parent Role\nFeeder,Accountant\n",
        "Name,Permission,Level\nFeeder,Bills,Full\n",
    ],
)
def test_a_base_role_is_not_missed_where_another_list_settles_it(tmp_path, other):
    assert notes(tmp_path, roles="Name,Center Type\nFeeder,Classic Center\n", other=other)["roles"] == ()


def test_standard_roles_have_no_base_role(tmp_path):
    assert notes(tmp_path, roles="Name,Type\nAccountant,Standard\n") == {"roles": ()}


def test_a_parent_role_that_is_not_read_is_named_once(tmp_path):
    (said,) = notes(tmp_path, roles="Name,Center Type,Parent Rolle\nFeeder,Classic Center,Administrator\n").values()

    assert (said[0], said[1].startswith('column "Parent Rolle" is not read'), len(said)) == (OPEN, True, 2)


@pytest.mark.parametrize(
    ("header", "renamed", "said"),
    [
        (",Role,", ",Rollenname,", "there is no Role: this file can't show with which role a program signs in"),
        (",User,Email Address,", ",Nutzer,Mailadresse,", "there is no User: this file can't show who signs in"),
        (",User,", ",Nutzer,", None),
    ],
)
def test_a_trail_that_names_no_role_or_no_user_says_so(tmp_path, header, renamed, said):
    (found,) = notes(tmp_path, trail=TRAIL.replace(header, renamed) + LOGIN).values()

    assert next((note for note in found if note.startswith("there is no")), None) == said
