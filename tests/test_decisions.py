"""Exemptions, waivers and confirmed facts of the engagement file, and what they make of an audit."""

from datetime import date

import openpyxl
import pytest

from auditor import audit, read_engagement, read_pack
from auditor.decision import Decision
from auditor.engagement import Confirmed, ConfirmedIntegration
from auditor.errors import InputError
from auditor.reporter import render
from auditor.reporter.previous import read_previous
from auditor.reporter.view import view_assessment

INTEGRATIONS = """Name,Application ID,State,Role,User,Authentication,Channel
Bank feed,A1,Enabled,HS Treasury,bank@x.example,User Credentials,SOAP
Shop,A2,Enabled,Administrator,shop@x.example,User Credentials,SOAP
Shop,A2,Enabled,HS Treasury,shop2@x.example,User Credentials,SOAP
Tax,A3,Enabled,HS Treasury,tax@x.example,,RESTlet
"""
ROLES = """Name,Parent Role
HS Treasury,
"""
AS_OF = "as_of = 2018-08-28\n"
DATES = """[phases]
"2018.2" = 2018-09-14
"2019.1" = 2019-02-01
"""


@pytest.fixture
def audited(tmp_path):
    """Return what audits the account with such decisions."""

    def run(decisions, *, roles=ROLES, dates=DATES):
        (tmp_path / "integrations.csv").write_text(INTEGRATIONS)
        if roles:
            (tmp_path / "roles.csv").write_text(roles)
        path = tmp_path / "engagement.toml"
        path.write_text(AS_OF + dates + decisions, encoding="utf-8")
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
    (decisions,) = {decided for one in assessment.connections for decided in one.exemptions.values()}

    assert decisions == (Decision(reason="sold in spring", owner="CFO", until=date(2019, 12, 31), is_waiver=True),)


def test_an_expired_waiver_and_one_for_nobody_are_reported(audited):
    notes = audited(waiver('integration = "Shop"', "2018-08-01") + waiver('user = "shop3@x.example"')).notes

    assert notes == (
        'the waiver for integration "Shop" ended on 2018-08-01 and counts for nothing (CFO: sold in spring)',
        'the waiver for user "shop3@x.example" names no user of this account: did you mean "shop@x.example"?',
    )


def test_a_waiver_that_ends_before_what_it_accepts_is_reported(audited):
    early = waiver('integration = "Bank feed"', "2018-12-31")

    assert audited(early).notes == (
        'the waiver for integration "Bank feed" exempts nothing: it ends on 2018-12-31, before 2019.1 reaches this account'
        " on 2019-02-01",
    )


def test_what_another_decision_accepts_or_another_integration_breaks_is_not_its_own(audited):
    same = waiver('integration = "Shop"', "2018-12-31") + waiver('integration = "Bank feed"', "2018-12-31")
    of_none = waiver('rule = "TBA-118"', "2018-12-31") + waiver('integration = "Tax"', "2018-12-31")
    in_time = waiver('integration = "Bank feed"\nphase = "2018.2"', "2018-12-31")

    assert [note.partition(" exempts")[0] for note in audited(same).notes] == ['the waiver for integration "Bank feed"']
    assert audited(of_none).notes == ()
    assert audited(in_time).notes == ()


def test_an_exemption_that_may_end_too_soon_asks_for_the_date(audited):
    of_account = '[[exemption]]\nowner = "NetSuite"\nreason = "case 1"\nuntil = 2018-10-01\n'

    assert audited(of_account).notes == ()
    assert audited(of_account, dates="").notes == (
        "the exemption of the account exempts nothing: it ends on 2018-10-01, before 2018.2 has reached every account on"
        " 2018-12-31; if it reaches this one sooner, give its date in engagement.toml under [phases]",
    )


def test_what_stops_before_its_waiver_is_not_said_to_stop_earlier(audited):
    judged = audited(waiver('integration = "Shop"\nphase = "2019.1"'))

    assert verdicts(judged)["Shop"] == ("breaks", "exempt")
    assert "earlier" not in view_assessment(judged).headline


def test_what_belongs_to_another_rollout_is_set_aside_with_a_note(audited):
    later = waiver('integration = "Shop"\nphase = "2027.1"') + waiver('rule = "EOS-101"')

    with_later = audited('"2027.2" = 2027-09-01\n' + later)

    assert with_later.notes == (
        "what the engagement says of 2027.2, 2027.1, EOS-101 is set aside: it belongs to another rollout,"
        " which is audited with --pack 2027.1-2028.2",
    )
    assert with_later.integrations == audited("").integrations


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        pytest.param(waiver(""), "a waiver names what it is for", id="for nothing"),
        pytest.param(
            waiver('integration = "Shop"').replace("until", "untill"), 'did you mean "until"?', id="misspelt end"
        ),
        pytest.param(
            waiver('integration = "Shop"').replace("sold in spring", "  "),
            '"waiver.1.reason" says nothing',
            id="no reason",
        ),
        pytest.param(waiver('integration = "Shop"', '"31.12.2019"'), "write it like 2018-09-14", id="date as text"),
        pytest.param('[exemption]\nowner = "a"', "write [[exemption]], with two brackets", id="one bracket"),
        pytest.param('[columns]\n"Rolle" = "rolle"', 'did you mean "role"?', id="no such column"),
        pytest.param(
            '[[confirmed.role]]\nname = "HS Treasury"\nby = "J"\non = 2018-08-20\n',
            "nothing is confirmed",
            id="says nothing",
        ),
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


@pytest.mark.parametrize(
    ("decisions", "line"),
    [
        pytest.param('[branding]\ncolor = "red"', 6, id="key"),
        pytest.param('[[waiver]]\nrule = "TBA-999"\nowner = "a"\nreason = "b"\nuntil = 2019-01-01', 6, id="rule"),
        pytest.param("[[waiver]]\n[[waiver]]\nuntill = 2019-01-01", 7, id="key of the second table"),
        pytest.param('[[exemption]]\nowner = "a"\nreason = "b"\nuntil = 2019-01-01\nphase = "2018"', 9, id="phase"),
        pytest.param('[[confirmed.role]]\nname = "a"\nbse = "x"', 7, id="fact"),
        pytest.param('[columns]\n"Rolle" = "rolle"', 6, id="column"),
        pytest.param('client = "a\n', 5, id="no TOML"),
    ],
)
def test_the_line_of_what_is_wrong_is_named(decisions, line, audited, tmp_path):
    with pytest.raises(InputError) as raised:
        audited(decisions)

    assert raised.value.where == f"{tmp_path / 'engagement.toml'}:{line}"


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


TWINS = """Name,Application ID,Internal ID,State,Role,User,Authentication,Channel
Shop,A1,1,Enabled,Administrator,a@x.example,User Credentials,SOAP
Shop,A2,2,Enabled,Administrator,b@x.example,,SOAP
"""


@pytest.fixture
def twins(tmp_path):
    """Return what audits an account with two integrations of one name."""

    def run(decisions):
        (tmp_path / "integrations.csv").write_text(TWINS)
        path = tmp_path / "engagement.toml"
        path.write_text(AS_OF + DATES + decisions, encoding="utf-8")
        return audit([tmp_path / "integrations.csv"], read_pack("2018.2-2019.1"), read_engagement(path))

    return run


def confirmed_tba(name, on="2018-08-20"):
    return f'[[confirmed.integration]]\nname = "{name}"\nauthentication = "TBA"\nby = "J. Olsen"\non = {on}\n'


def by_id(assessment):
    return {item.integration.internal_id: str(item.verdicts["2018.2"]) for item in assessment.integrations}


def test_what_is_confirmed_of_one_of_two_with_one_name_is_of_neither_until_an_id_says_which(twins):
    assessment = twins(confirmed_tba("Shop"))

    assert by_id(assessment) == {"1": "breaks", "2": "undetermined"}
    (reason,) = [row.reason for one in assessment.inputs for row in one.rejected]
    assert reason == '"Shop" is the name of several integrations: give an ID of the one you mean'


@pytest.mark.parametrize("name", ["2", "a2"])
def test_an_id_says_of_which_integration_something_is_confirmed(name, twins):
    assert by_id(twins(confirmed_tba(name))) == {"1": "breaks", "2": "ready"}


def test_what_is_said_after_the_audit_counts_for_nothing_and_is_reported(twins):
    assessment = twins(confirmed_tba("2", on="2018-08-29"))

    assert by_id(assessment) == {"1": "breaks", "2": "undetermined"}
    assert [row.reason for one in assessment.inputs for row in one.rejected] == [
        "it was said on 2018-08-29, which is after the audit"
    ]


@pytest.mark.parametrize(("name", "exempt"), [("Shop", {"1", "2"}), ("A1", {"1"}), ("2", {"2"})])
def test_a_waiver_names_an_integration_by_name_or_id(name, exempt, twins):
    assessment = twins(waiver(f'integration = "{name}"') + confirmed_breaking("2"))

    found = {item.integration.internal_id for item in assessment.integrations if item.verdicts["2018.2"] == "exempt"}
    assert found == exempt


def confirmed_breaking(name):
    return confirmed_tba(name).replace('"TBA"', '"User Credentials"')


@pytest.mark.parametrize(("name", "perhaps"), [("Shopp", ': did you mean "Shop"?'), ("Bank", "")])
def test_a_waiver_for_an_integration_that_is_not_there_is_said(name, perhaps, twins):
    assert twins(waiver(f'integration = "{name}"')).notes == (
        f'the waiver for integration "{name}" names no integration of this account{perhaps}',
    )


def test_an_exemption_of_the_account_covers_every_integration(twins):
    granted = '[[exemption]]\nowner = "Oracle"\nreason = "standard temporary exemption"\nuntil = 2018-12-31\n'

    assert by_id(twins(granted + confirmed_breaking("2"))) == {"1": "exempt", "2": "exempt"}


def test_a_waiver_for_two_of_one_name_is_said(twins):
    (note,) = twins(waiver('integration = "Shop"')).notes

    assert note.startswith('the waiver for integration "Shop" covers 2 integrations of that name')


def test_a_wording_typed_into_a_plan_that_nobody_knows_is_a_row_that_can_not_be_used(twins, tmp_path):
    twins("")
    said = ConfirmedIntegration(name="2", authentication="magic", by="J. Olsen", on=date(2018, 8, 20)).as_typed()
    engagement = read_engagement(tmp_path / "engagement.toml").deciding(Confirmed(integration=(said,)), [])

    assessment = audit([tmp_path / "integrations.csv"], read_pack("2018.2-2019.1"), engagement)

    (reason,) = [row.reason for one in assessment.inputs for row in one.rejected]
    assert (reason.startswith('authentication "magic"'), by_id(assessment)) == (
        True,
        {"1": "breaks", "2": "undetermined"},
    )


def test_a_risk_accepted_in_the_workbook_is_that_of_one_of_two_with_one_name(twins, tmp_path):
    pack, exports = read_pack("2018.2-2019.1"), [tmp_path / "integrations.csv"]
    (report,) = render(twins(confirmed_breaking("2")), ["xlsx"], tmp_path / "report")
    book = openpyxl.load_workbook(report)
    page = book["Remediation plan"]
    at = {cell.value: cell.column for cell in page[1]}
    (row,) = [cell.row for cell in page["B"] if cell.value == "Shop (internal ID 2)"]
    for header, value in {
        "Status": "risk accepted",
        "Owner": "CFO",
        "Notes": "sold",
        "Due": date(2019, 12, 31),
    }.items():
        page.cell(row, at[header], value)
    book.save(report)

    engagement = read_previous(report).applied_to(read_engagement(tmp_path / "engagement.toml"), pack.rule_ids)

    assert by_id(audit(exports, pack, engagement)) == {"1": "breaks", "2": "exempt"}
