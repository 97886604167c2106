"""Exemptions, waivers and confirmed facts of the engagement file, and what they make of an audit."""

import pytest

from auditor import audit, read_engagement, read_pack
from auditor.errors import InputError

INTEGRATIONS = """Name,Application ID,State,Role,User,Authentication,Channel
Bank feed,A1,Enabled,HS Treasury,bank@x.example,User Credentials,SOAP
Shop,A2,Enabled,Administrator,shop@x.example,User Credentials,SOAP
Shop,A2,Enabled,HS Treasury,shop2@x.example,User Credentials,SOAP
Tax,A3,Enabled,HS Treasury,tax@x.example,,RESTlet
"""
ROLES = """Name,Parent Role
HS Treasury,
"""
HEAD = """as_of = 2018-08-28
[phases]
"2018.2" = 2018-09-14
"2019.1" = 2019-02-01
"""


@pytest.fixture
def audited(tmp_path):
    """Return what audits the account with such decisions."""

    def run(decisions, *, roles=ROLES):
        (tmp_path / "integrations.csv").write_text(INTEGRATIONS)
        if roles:
            (tmp_path / "roles.csv").write_text(roles)
        path = tmp_path / "engagement.toml"
        path.write_text(HEAD + decisions, encoding="utf-8")
        exports = [file for file in tmp_path.iterdir() if file.suffix == ".csv"]
        return audit(exports, read_pack("2018.2-2019.1"), read_engagement(path))

    return run


def verdicts(assessment):
    return {item.integration.name: tuple(map(str, item.verdicts.values())) for item in assessment.integrations}


def test_without_a_decision_everything_is_as_the_exports_say(audited):
    assert verdicts(audited("")) == {
        "Bank feed": ("undetermined", "breaks"),
        "Shop": ("breaks", "breaks"),
        "Tax": ("undetermined", "undetermined"),
    }


def waiver(what, until="2019-12-31", extra=""):
    return f'[[waiver]]\n{what}\nowner = "CFO"\nreason = "sold in spring"\nuntil = {until}\n{extra}'


@pytest.mark.parametrize(
    ("what", "until", "expected"),
    [
        pytest.param('integration = "bank FEED"', "2019-12-31", {"Bank feed": ("undetermined", "exempt")}, id="name"),
        pytest.param('integration = "Bank feed"', "2018-12-31", {}, id="ends before the phase"),
        pytest.param('integration = "Bank feed"', "2018-08-27", {}, id="expired"),
        pytest.param('integration = "Shop"', "2019-12-31", {"Shop": ("undetermined", "exempt")}, id="all connections"),
        pytest.param(
            'integration = "Shop"', "2018-12-31", {"Shop": ("undetermined", "breaks")}, id="the first phase alone"
        ),
        pytest.param(
            'user = "shop@x.example"', "2019-12-31", {"Shop": ("undetermined", "breaks")}, id="one connection"
        ),
        pytest.param('rule = "TBA-101"', "2019-12-31", {"Shop": ("undetermined", "breaks")}, id="one rule of two"),
        pytest.param('role = "HS Treasury"', "2019-12-31", {"Bank feed": ("undetermined", "exempt")}, id="role"),
        pytest.param(
            'integration = "Shop"\nphase = "2018.2"', "2019-12-31", {"Shop": ("undetermined", "breaks")}, id="phase"
        ),
    ],
)
def test_a_waiver_covers_what_it_names_and_no_more(what, until, expected, audited):
    assert verdicts(audited(waiver(what, until))) == verdicts(audited("")) | expected


def test_two_waivers_of_two_rules_cover_what_both_rules_find(audited):
    both = waiver('rule = "TBA-101"') + waiver('rule = "TBA-201"')

    assert verdicts(audited(both))["Shop"] == ("undetermined", "exempt")


def test_a_waiver_is_said_with_its_owner_reason_and_end(audited):
    assessment = audited(waiver('integration = "Shop"'))
    (said,) = {reason for one in assessment.connections for reason in one.exemptions.values()}

    assert said == "waived: sold in spring (CFO, until 2019-12-31)"


def test_an_expired_waiver_and_one_for_nobody_are_reported(audited):
    notes = audited(waiver('integration = "Shop"', "2018-08-01") + waiver('user = "gone@x.example"')).notes

    assert notes == (
        'the waiver for integration "Shop" ended on 2018-08-01 and counts for nothing (CFO: sold in spring)',
        'the waiver for user "gone@x.example" names no user of this account',
    )


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        pytest.param(waiver(""), "a waiver names what it is for", id="for nothing"),
        pytest.param('[[waiver]]\nrule = "TBA-101"\nowner = "a"\nreason = "b"\n', '"waiver.1.until"', id="no end"),
        pytest.param(waiver('rule = "TBA-999"'), '"TBA-999" is not a rule', id="no such rule"),
        pytest.param(waiver('rule = "TBA-101"\nphase = "2018"'), '"2018" is not a phase', id="no such phase"),
        pytest.param(waiver('integation = "Shop"'), "did you mean", id="misspelt key"),
        pytest.param('[[confirmed.role]]\nname = "HS Treasury"\nby = "J"\n', '"confirmed.role.1.on"', id="no date"),
        pytest.param('[[confirmed.role]]\nbase = "x"\n', '"confirmed.role.1', id="misspelt fact"),
        pytest.param('[[confirmed.user]]\nname = "x"\n', '"confirmed.user" is not a key', id="no such subject"),
        pytest.param(
            '[[confirmed.integration]]\nname = "Tax"\nauthentication = "magic"\nby = "J"\non = 2018-08-20\n',
            '"magic"',
            id="wording",
        ),
    ],
)
def test_a_decision_that_is_wrong_is_refused(decisions, message, audited):
    with pytest.raises(InputError) as raised:
        audited(decisions)

    assert message in str(raised.value)


CONFIRMED_BASE = """[[confirmed.role]]
name = "HS Treasury"
base_role = "Sales Administrator"
by = "J. Olsen"
on = 2018-08-20
"""


def test_a_confirmed_base_role_makes_a_role_privileged_with_evidence_of_its_own(audited):
    assessment = audited(CONFIRMED_BASE)

    assert verdicts(assessment)["Bank feed"] == ("breaks", "breaks")
    (role,) = [role for role in assessment.roles if role.name == "HS Treasury"]
    assert ("engagement.toml, said by J. Olsen on 2018-08-20", (1,)) in [(one.file, one.rows) for one in role.evidence]


def test_what_is_confirmed_against_an_export_overrules_nothing_and_is_reported(audited):
    assessment = audited(CONFIRMED_BASE, roles="Name,Parent Role\nHS Treasury,A/P Clerk\n")

    assert verdicts(assessment)["Bank feed"] == ("undetermined", "breaks")
    (conflict,) = assessment.conflicts
    assert {(claim.value, claim.file) for claim in conflict.claims} == {
        ("A/P Clerk", "roles.csv"),
        ("Sales Administrator", "engagement.toml, said by J. Olsen on 2018-08-20"),
    }


def test_a_confirmed_way_to_sign_in_settles_what_no_export_says(audited):
    assessment = audited("""[[confirmed.integration]]
name = "Tax"
authentication = "TBA"
by = "their vendor"
on = 2018-08-20
""")

    assert verdicts(assessment)["Tax"] == ("ready", "ready")
    (connection,) = [one.connection for one in assessment.connections if one.connection.integration == "Tax"]
    assert "engagement.toml, said by their vendor on 2018-08-20" in {
        one.file for one in connection.evidence if one.supports == "authentication"
    }


def test_what_is_confirmed_of_nobody_is_a_rejected_row(audited):
    assessment = audited(CONFIRMED_BASE.replace("HS Treasury", "HS Tresury"))
    (read,) = [one for one in assessment.inputs if one.file.startswith("engagement.toml")]

    assert [(one.row, one.reason) for one in read.rejected] == [(1, '"HS Tresury" is named by no export')]
    assert read.rows == read.used + read.rejected_count == 1
    assert verdicts(assessment) == verdicts(audited(""))


def test_a_confirmed_role_does_not_stand_for_the_role_list(audited):
    assessment = audited(CONFIRMED_BASE, roles=None)

    assert "role list" in assessment.missing_lists
    assert verdicts(assessment)["Bank feed"] == ("breaks", "breaks")
