"""Who may sign in at a phase: the rule pack decides, after all that NetSuite refuses at any phase."""

import csv
import io
from pathlib import Path

import pytest
from rehearsing import NOON, PACK, Clock, credentials, door, rehearsed, secrets, signed, token_of

from auditor.engine.rollouts import read_packs
from auditor.errors import InputError
from auditor.netsuite.rehearsal.gate import Gate
from auditor.netsuite.rehearsal.lists import TRAIL, described_lists, exported_lists
from auditor.netsuite.rehearsal.setup import Setup, check_setup, read_setup
from auditor.netsuite.rehearsal.sign_in import Answer, Credentials, Ruling
from auditor.netsuite.rehearsal.state import FullError, Rehearsal
from auditor.pipeline import sign_in_rules
from auditor.vocabulary import Channel, Verdict

ADMIN = "pricelists@harborsupply.example"
CLERK = "glexport@harborsupply.example"
SALES = "crm.sync@harborsupply.example"
WAREHOUSE = "wms@harborsupply.example"
GL = "Nightly GL Export (C#)"


def answer(gate, email, role=None, channel=Channel.RESTLET):
    found = gate.sign_in(door(channel), credentials(gate, email, role))
    return found.answer, found.detail


@pytest.mark.parametrize(
    ("phase", "email", "role", "expected"),
    [
        (None, ADMIN, 3, (Answer.ADMITTED, "")),
        ("2018.2", ADMIN, 3, (Answer.TWO_FACTOR, "TWO_FA_REQD")),
        ("2019.1", ADMIN, 3, (Answer.TWO_FACTOR, "TWO_FA_REQD")),
        ("2018.2", SALES, 1007, (Answer.TWO_FACTOR, "TWO_FA_REQD")),  # based off a role based off Sales Administrator
        (None, CLERK, 1005, (Answer.ADMITTED, "")),
        ("2018.2", CLERK, 1005, (Answer.ADMITTED, "")),
        ("2019.1", CLERK, 1005, (Answer.INVALID_LOGIN, "")),
    ],
)
def test_user_credentials_pass_as_long_as_the_rule_pack_lets_them(phase, email, role, expected):
    assert answer(rehearsed(phase), email, role) == expected


def test_a_role_with_a_privileged_permission_is_refused_whatever_its_base():
    written = {
        "role": [
            {"name": "Accountant", "id": 1},
            {"name": "Clerk", "id": 1001, "base": "Accountant", "permissions": ["Access Token Management"]},
        ],
        "user": [{"name": "Ann", "email": "ann@acme.example", "roles": ["Clerk", "Accountant"]}],
    }
    gate = rehearsed(setup=Setup.model_validate(written, strict=False))

    found = [answer(gate, "ann@acme.example", role) for role in (1001, 1)]

    assert found == [(Answer.TWO_FACTOR, "TWO_FA_REQD"), (Answer.ADMITTED, "")]


def test_the_other_rollout_is_rehearsed_by_its_own_pack():
    gate = rehearsed("2028.2", pack="2027.1-2028.2")
    token = token_of(gate, GL)

    found = [
        gate.sign_in(door(channel), signed(gate, token, nonce=f"nonce{n}"))
        for n, channel in enumerate(Channel)
        if n < 3
    ]

    assert [one.passed for one in found] == [False, False, False]
    assert all(one.because.startswith("EOS-") for one in found)


def test_several_packs_are_rehearsed_as_one_line_of_time():
    setup = read_setup()
    judge = sign_in_rules(described_lists(setup), read_packs([PACK, "2027.1-2028.2"]), "2018.2")
    gate = Gate(Rehearsal(setup, clock=Clock(), new_secret=secrets()), judge)

    assert answer(gate, ADMIN, 3) == (Answer.TWO_FACTOR, "TWO_FA_REQD")
    assert answer(gate, CLERK, 1005) == (Answer.ADMITTED, "")


def test_nonces_are_forgotten_when_their_time_is_over_and_never_outgrow_their_room():
    clock = Clock()
    account = Rehearsal(read_setup(), clock=clock, new_secret=secrets(), most_nonces=2)
    account.use("key", "token", "one", "1")
    account.use("key", "token", "two", "1")

    with pytest.raises(FullError):
        account.use("key", "token", "three", "1")
    clock.now += 601
    account.use("key", "token", "three", "1")

    assert [account.used("key", "token", nonce, "1") for nonce in ("one", "three")] == [False, True]


def test_a_refusal_names_the_rules_for_the_person_who_rehearses():
    gate = rehearsed("2018.2")

    found = gate.sign_in(door(), credentials(gate, ADMIN, 3))

    assert found.because == "TBA-101: Highly privileged role still signs in with user credentials"


@pytest.mark.parametrize("phase", [None, "2018.2", "2019.1"])
@pytest.mark.parametrize("integration", ["Price List Loader (C#)", GL])
def test_tokens_pass_at_every_phase_whatever_the_role(phase, integration):
    gate = rehearsed(phase)

    assert gate.sign_in(door(), signed(gate, token_of(gate, integration))).passed


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({"genuine": False}, "InvalidSignature"),
        ({"timestamp": str(int(NOON) - 301)}, "InvalidTimestamp"),
        ({"timestamp": str(int(NOON) + 301)}, "InvalidTimestamp"),
        ({"timestamp": "soon"}, "InvalidTimestamp"),
        ({"nonce": "12345"}, "nonce_rejected"),
        ({"nonce": ""}, "MissingTokenPassportRequiredFields"),
        ({"algorithm": "HMAC-SHA1"}, "UnknownAlgorithm"),
        ({"version": "2.0"}, "VersionRejected"),
        ({"consumer_key": "unknown"}, "consumer_key_unknown"),
        ({"token": "unknown"}, "token_rejected"),
    ],
)
def test_a_wrong_request_is_refused_with_the_detail_that_oracle_documents(changed, detail):
    gate = rehearsed()

    found = gate.sign_in(door(), signed(gate, token_of(gate, GL), **changed))

    assert (found.answer, found.detail) == (Answer.INVALID_LOGIN, detail)


@pytest.mark.parametrize("offset", [-300, 300])
def test_a_clock_may_be_five_minutes_off(offset):
    gate = rehearsed()

    assert gate.sign_in(door(), signed(gate, token_of(gate, GL), timestamp=str(int(NOON) + offset))).passed


@pytest.mark.parametrize(
    ("channel", "detail"), [(Channel.RESTLET, "nonce_used"), (Channel.REST, "NonceUsed"), (Channel.SOAP, "NonceUsed")]
)
def test_a_nonce_is_good_once(channel, detail):
    gate = rehearsed()
    token = token_of(gate, GL)
    first = gate.sign_in(door(channel), signed(gate, token))

    second = gate.sign_in(door(channel), signed(gate, token))

    assert (first.passed, second.detail) == (True, detail)


def test_a_wrong_signature_uses_no_nonce_up():
    gate = rehearsed()
    token = token_of(gate, GL)
    gate.sign_in(door(), signed(gate, token, genuine=False))

    assert gate.sign_in(door(), signed(gate, token)).passed


def test_a_revoked_token_is_refused_from_then_on():
    gate = rehearsed()
    token = token_of(gate, GL)
    token.revoked = True

    found = [gate.sign_in(door(), signed(gate, token, nonce=f"nonce{n}")).detail for n in range(2)]

    assert found == ["token_rejected", "token_rejected"]


def test_a_token_speaks_for_its_own_integration_only():
    gate = rehearsed()
    other = token_of(gate, "DockHand WMS").consumer.key

    found = gate.sign_in(door(), signed(gate, token_of(gate, GL), consumer_key=other))

    assert (found.detail, found.user) == ("token_rejected", None)


def test_five_failures_lock_the_user_for_half_an_hour():
    clock = Clock()
    gate = rehearsed(clock=clock)
    for _ in range(5):
        gate.sign_in(door(), credentials(gate, CLERK, password="wrong"))

    locked = answer(gate, CLERK)
    token = gate.sign_in(door(), signed(gate, token_of(gate, GL))).detail
    clock.now += 30 * 60 - 1
    still = answer(gate, CLERK)
    clock.now += 1
    free = answer(gate, CLERK)

    assert locked == still == (Answer.WRONG_CREDENTIALS, "temporary_locked")
    assert token == "temporary_locked"
    assert free == (Answer.ADMITTED, "")


def test_a_success_begins_the_count_of_failures_anew():
    gate = rehearsed()
    for _ in range(2):
        for _ in range(4):
            gate.sign_in(door(), credentials(gate, CLERK, password="wrong"))
        assert answer(gate, CLERK) == (Answer.ADMITTED, "")


def test_rest_web_services_never_take_user_credentials():
    assert answer(rehearsed(None), CLERK, channel=Channel.REST) == (Answer.INVALID_LOGIN, "")


def test_a_web_services_only_role_does_not_work_with_restlets():
    gate = rehearsed(None)
    token = token_of(gate, "DockHand WMS")

    assert answer(gate, WAREHOUSE, 1019) == (Answer.WRONG_CREDENTIALS, "permission_denied")
    assert gate.sign_in(door(), signed(gate, token)).answer is Answer.WRONG_CREDENTIALS
    assert answer(gate, WAREHOUSE, 1019, Channel.SOAP) == (Answer.ADMITTED, "")


def test_a_role_that_the_user_does_not_have_is_denied():
    assert answer(rehearsed(None), CLERK, 3) == (Answer.WRONG_CREDENTIALS, "permission_denied")


def test_a_soap_endpoint_before_2015_2_knows_no_token():
    gate = rehearsed()
    token = token_of(gate, GL)

    old = gate.sign_in(door(Channel.SOAP, "2015.1"), signed(gate, token))
    new = gate.sign_in(door(Channel.SOAP, "2015.2"), signed(gate, token, nonce="nonce2"))

    assert (old.passed, new.passed) == (False, True)


@pytest.mark.parametrize("account", ["7654321", "1234567_SB1", "1234567-sb1"])
def test_another_account_leaves_no_row_in_this_one(account):
    gate = rehearsed()
    proof = Credentials(account=account, email=CLERK, password="x")

    found = gate.sign_in(door(), proof)

    assert (found.answer, gate.account.trail) == (Answer.INVALID_LOGIN, [])


@pytest.mark.parametrize(
    ("changed", "detail"),
    [
        ({"integration": 0, "state": "Blocked"}, "consumer_key_refused"),
        ({"integration": 0, "token_based_authentication": False}, "consumer_key_refused"),
        ({"user": 0, "inactive": True}, "permission_denied"),
        ({"role": 0, "inactive": True}, "permission_denied"),
        ({"role": 0, "log_in_using_access_tokens": False}, "permission_denied"),
    ],
)
def test_what_the_records_forbid_is_refused_at_every_phase(changed, detail):
    written = {
        "role": [{"name": "Clerk", "id": 1}],
        "user": [{"name": "Ann", "email": "ann@acme.example", "roles": ["Clerk"]}],
        "integration": [{"name": "Shop"}],
        "token": [{"integration": "Shop", "user": "Ann", "role": "Clerk"}],
    }
    kind, place, *_ = changed
    written[kind][0] |= {place: changed[place]}
    gate = rehearsed(None, setup=Setup.model_validate(written, strict=False))

    assert gate.sign_in(door(Channel.REST), signed(gate, token_of(gate, "Shop"))).detail == detail


def test_the_trail_has_netsuites_headers_and_both_token_columns():
    gate = rehearsed()
    gate.sign_in(door(), signed(gate, token_of(gate, GL)))
    gate.sign_in(door(), credentials(gate, ADMIN, 3))

    rows = list(csv.reader(io.StringIO(exported_lists(gate.account)[TRAIL])))

    assert rows == [
        ["Date", "Email Address", "IP Address", "Request URI", "Role", "Security Challenge", "Status", "User",
         "User Agent", "Detail", "Token-based Access Token Name", "Token-based Application Name"],
        ["22-Oct-2018 12:00 pm", ADMIN, "127.0.0.1", "/app/site/hosting/restlet.nl", "Administrator", "", "Failure",
         "Price List Loader", "a program/1.0", "TWO_FA_REQD", "", ""],
        ["22-Oct-2018 12:00 pm", CLERK, "127.0.0.1", "/app/site/hosting/restlet.nl", "HS Accountant", "", "Success",
         "GL Export", "a program/1.0", "", f"{GL} - GL Export, HS Accountant", GL],
    ]  # fmt: skip


def test_a_strangers_text_reaches_the_trail_as_harmless_text():
    gate = rehearsed()
    hostile = '=cmd|"/c calc"!A1\x1b[2J\u202e'
    gate.sign_in(door(), Credentials(account="1234567", email=hostile, password="x"))

    assert gate.account.trail[0].email == '\'=cmd|"/c calc"!A1\ufffd[2J\ufffd'


def test_no_secret_is_shown_by_what_holds_it():
    gate = rehearsed()
    token = token_of(gate, GL)
    proof = credentials(gate, CLERK)

    shown = f"{gate.account!r}{token!r}{token.consumer!r}{proof!r}{signed(gate, token)!r}"

    assert [one for one in (token.secret, token.consumer.secret, proof.password) if one in shown] == []


def test_no_list_holds_a_secret():
    gate = rehearsed()
    text = "".join(exported_lists(gate.account).values())
    secrets = [one.secret for one in (*gate.account.tokens.values(), *gate.account.consumers.values())]
    secrets += [gate.account.password(user) for user in gate.account.setup.user]

    assert [one for one in secrets if one in text] == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"user": [{"name": "Ann", "email": "ann@acme.example", "roles": ["Clark"]}]}, 'did you mean "Clerk"'),
        ({"token": [{"integration": "Shop", "user": "Ann", "role": "Clerk"}]}, 'no integration "Shop"'),
        ({"role": [{"name": "Clerk", "id": 1}, {"name": "clerk", "id": 2}]}, 'role "clerk" is there twice'),
    ],
)
def test_a_setup_that_does_not_fit_together_says_what_to_mend(changed, said):
    written = {
        "role": [{"name": "Clerk", "id": 1}],
        "user": [{"name": "Ann", "email": "ann@acme.example", "roles": ["Clerk"]}],
    }

    with pytest.raises(InputError, match=said):
        check_setup(Setup.model_validate(written | changed, strict=False), "setup.toml")


def test_a_setup_file_with_an_unknown_key_names_it(tmp_path):
    (tmp_path / "s.toml").write_text('[[role]]\nname = "Clerk"\nid = 1\npassword = "x"\n')

    with pytest.raises(InputError, match=r'"role.1.password": is not a key of the setup'):
        read_setup(tmp_path / "s.toml")


@pytest.mark.parametrize(
    ("key", "meant"),
    [('[[role]]\nnmae = "Clerk"', "name"), ('[[user]]\nemial = "a@b"', "email"), ("acount = 1", "account")],
)
def test_a_misspelt_key_of_a_setup_file_is_named_with_what_is_meant(tmp_path, key, meant):
    (tmp_path / "s.toml").write_text(f"{key}\n")

    with pytest.raises(InputError, match=f'did you mean "{meant}"'):
        read_setup(tmp_path / "s.toml")


def test_the_setup_in_the_documents_can_be_read(tmp_path):
    page = (Path(__file__).parents[3] / "docs" / "rehearse.md").read_text(encoding="utf-8")
    written = page.partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "plain.toml").write_text(written)
    (tmp_path / "full.toml").write_text(written.replace("\n# ", "\n"))

    plain, full = read_setup(tmp_path / "plain.toml"), read_setup(tmp_path / "full.toml")

    assert (plain.role[1].inactive, full.role[1].inactive, full.integration[0].state) == (False, True, "Blocked")


def test_the_setup_that_comes_with_the_program_has_the_sample_clients_own_roles():
    from auditor.engagement import Engagement
    from auditor.loader.inventory import load
    from auditor.resources import folder
    from auditor.vocabulary import List

    roles = load([folder("sample_data") / "harbor-supply" / "ManageRoles.csv"], Engagement()).frames[List.ROLES]
    listed = {row["name"]: (str(row["internal_id"]), row["base_role"]) for _, row in roles.iterrows()}

    ours = {role.name: (str(role.id), role.base) for role in read_setup().role if role.name != "Administrator"}

    assert ours == {name: listed[name] for name in ours}


def test_the_account_takes_no_more_than_it_can_hold():
    account = Rehearsal(read_setup(), clock=Clock(), new_secret=secrets(), most_logins=1)
    gate = Gate(account, lambda connection: Ruling(verdict=Verdict.READY))
    answer(gate, CLERK)

    with pytest.raises(FullError):
        answer(gate, CLERK)
