"""Role names, and the privilege that comes down the chain of base roles."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.engine.pack_file import Privilege
from auditor.engine.privilege import Roles
from auditor.engine.roles import listed_roles, role_name, role_permissions
from auditor.inventory import Inventory
from auditor.vocabulary import List

COLUMNS = (
    "internal_id", "name", "base_role", "base_role_id", "type", "is_custom", "mandatory_2fa", "requires_2fa", "inactive",
    "web_services_only", "can_use_tokens", "file", "sheet", "row",
)  # fmt: skip


class Rollout:
    standard_roles = ("Administrator", "Sales Administrator")
    other_standard_roles = ("Full Access",)
    permissions = ("Core Administration Permissions",)


def roles(*rows):
    frame = pd.DataFrame(
        [dict.fromkeys(COLUMNS) | {"file": "r.csv", "row": number} | row for number, row in enumerate(rows, start=2)],
        dtype=object,
        columns=list(COLUMNS),
    )
    return Roles(listed_roles(Inventory(frames={List.ROLES: frame}, inputs=())), Rollout())


def test_a_permission_that_a_pack_writes_with_two_spaces_is_that_permission():
    frame = pd.DataFrame(
        [
            dict.fromkeys(COLUMNS)
            | {"name": "Clerk", "permission": "Audit Trail", "level": "Full", "file": "p.csv", "row": 2}
        ],
        dtype=object,
    )
    inventory = Inventory(frames={List.ROLE_PERMISSIONS: frame}, inputs=())
    rollout = Privilege(standard_roles=("Administrator",), permissions=("Audit  Trail",))

    found = Roles(listed_roles(inventory), rollout, role_permissions(inventory)).find(None, "Clerk")

    assert (found.privileged, found.evidence[-1].supports) == (True, "privileged_permission")


@pytest.mark.parametrize(
    ("written", "text", "custom"),
    [
        ("Administrator", "administrator", None),
        ("  ADMINISTRATOR ", "administrator", None),
        ("Sales\u00a0 Administrator", "sales administrator", None),
        ("Administrator (Standard)", "administrator", False),
        ("AP Clerk - (Custom Role)", "ap clerk", True),
        ("AP Clerk [Customised]", "ap clerk", True),
        ("Administrator Role", "administrator", None),
        ("Administrator Assistant", "administrator assistant", None),
        ("(Custom)", "(custom)", None),
        ("Role", "role", None),
    ],
)
def test_a_role_is_known_by_its_name_without_what_means_nothing(written, text, custom):
    name = role_name(written)

    assert (name.text, name.custom) == (text, custom)


def test_the_reason_names_the_whole_chain():
    found = roles(
        {"name": "Lead", "type": "custom", "base_role": "Sales Ops"},
        {"name": "Sales Ops", "type": "custom", "base_role": "Sales Administrator"},
    ).find(None, "lead")

    assert (found.privileged, found.base_role) == (True, "Sales Administrator")
    assert found.privileged_because == 'based off "Sales Ops", based off "Sales Administrator"'


def test_a_custom_role_with_the_name_of_a_standard_one_is_judged_by_its_base():
    found = roles(
        {"name": "Sales Administrator", "type": "custom", "base_role": "Accountant"},
        {"name": "Accountant", "type": "standard"},
    ).find(None, "Sales Administrator")

    assert found.privileged is False


def test_an_internal_id_is_stronger_than_a_name():
    known = roles(
        {"internal_id": "1001", "name": "Ops", "type": "custom", "base_role": "Sales Administrator"},
        {"internal_id": "1002", "name": "Ops", "type": "custom", "base_role": "Full Access"},
    )

    assert known.find("1001", "Renamed").privileged is True
    assert known.find("1002", "Ops").privileged is False
    assert known.find(None, "Ops").privileged is None


def test_internal_ids_tell_standard_roles_from_custom_ones():
    known = roles(
        {"internal_id": "18", "name": "Accountant"}, {"internal_id": "1018", "name": "Copy"}, {"name": "Unlabelled"}
    )

    assert known.find(None, "Accountant").privileged is False
    assert known.find(None, "Copy").privileged is None
    assert known.find(None, "Unlabelled").privileged is None


def test_administrator_is_known_by_number_and_name_though_no_list_has_it():
    assert roles().find("3", None).privileged is True
    assert roles({"name": "Clerk"}).find(None, "administrator").privileged is True
    assert roles().find("1010", "Administrator").privileged is None


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12))
def test_any_web_of_base_roles_comes_to_an_end(edges):
    known = roles(*({"name": f"R{a}", "type": "custom", "base_role": f"R{b}"} for a, b in edges))

    assert {role.privileged for role in known.all()} <= {None}
