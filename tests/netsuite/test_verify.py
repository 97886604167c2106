"""What the account says of a token: whose it is, whether it works, and never so often that its user is locked."""

import csv
from datetime import date

import pytest

from auditor import Engagement, load
from auditor.errors import InputError
from auditor.netsuite.client import Patience
from auditor.netsuite.verify import HEADERS, TokenReference, Verification, read_references, verify, write_verifications
from auditor.vocabulary import List

INFO = {
    "companyName": "Acme\nInc",
    "companyId": "1",
    "roleName": "Feed",
    "roleId": 1001,
    "entityId": 7,
    "entityName": "Ada",
}


def token(name, user=""):
    return TokenReference(application=name, user=user, secrets="prompt")


def asked(server, *references):
    return list(verify(references, [server.client(patience=Patience(attempts=2)) for _ in references]))


@pytest.mark.parametrize(
    "info",
    [
        INFO,
        {
            "company": {"name": "Acme Inc"},
            "role": {"name": "Feed", "internalId": 1001},
            "entityId": "7",
            "entityName": "Ada",
        },
    ],
)
def test_a_token_that_signs_in_says_whose_it_is(server, info):
    server.answer = lambda request: (200, {}, info)

    (found,) = asked(server, token("Bank feed"))

    assert (found.works, found.user, found.user_id, found.role, found.role_id, found.detail) == (
        True,
        "Ada",
        "7",
        "Feed",
        "1001",
        "Acme Inc",
    )
    assert [(one.method, one.path, one.signed) for one in server.seen] == [("GET", "/rest/tokeninfo", True)]


def test_a_refused_token_is_tried_once_and_the_others_are_still_asked(server):
    answers = [(401, {}, {}), (200, {}, INFO)]
    server.answer = lambda request: answers.pop(0)

    found = asked(server, token("Old", "bo"), token("Bank feed", "ada"))

    assert [one.works for one in found] == [False, True]
    assert "status 401" in found[0].detail


def test_refusals_never_add_up_to_a_lock(server):
    server.answer = lambda request: (401, {}, {})

    found = asked(server, *(token(str(number)) for number in range(8)))

    assert len(server.seen) == 3
    assert [one.works for one in found] == [False] * 3 + [None] * 5
    assert found[-1].detail == "not tried: further refusals would lock the user"


def test_an_account_that_is_out_of_reach_proves_nothing(server):
    server.answer = lambda request: (503, {}, b"")

    found = asked(server, token("Bank feed"), token("EDI"))

    assert [one.works for one in found] == [None, None]
    assert len(server.seen) == 2


def test_what_the_account_said_is_a_list_that_the_audit_reads(tmp_path):
    path = tmp_path / "exports" / "TokenVerification.csv"
    found = [
        Verification(reference=token("Bank feed"), works=True, user_id="7", role="Feed", role_id="1001"),
        Verification(reference=token("Old"), works=False, detail="refused"),
        Verification(reference=token("EDI"), works=None, detail="not tried"),
    ]

    write_verifications(found, "1234567", date(2018, 8, 27), path)

    (read,) = load([path.parent], Engagement()).inputs
    assert (read.list, read.rows, read.used, read.unused_columns) == (List.VERIFICATIONS, 2, 2, ())
    assert list(csv.reader(path.read_text(encoding="utf-8").splitlines())) == [
        list(HEADERS),
        ["2018-08-27", "1234567", "Bank feed", "", "", "7", "Feed", "1001", "Yes", ""],
        ["2018-08-27", "1234567", "Old", "", "", "", "", "", "No", "refused"],
    ]
    assert [path.name for path in path.parent.iterdir()] == ["TokenVerification.csv"]


def works(application, name="", user="", says=True):
    reference = TokenReference(application=application, name=name, user=user, secrets="prompt")
    return Verification(reference=reference, works=says, role="Feed")


def test_what_an_earlier_run_proved_is_kept_until_the_account_says_otherwise(tmp_path):
    path = tmp_path / "TokenVerification.csv"
    first, later = date(2018, 8, 20), date(2018, 8, 27)
    write_verifications(
        [works("Bank feed"), works("EDI", "EDI token"), works("Sync", user="ada"), works("Sync", user="bo")],
        "1234567", first, path,
    )  # fmt: skip

    written = write_verifications(
        [works("Bank feed", says=None), works("EDI", "EDI token", says=False), works("Sync", user="bo")],
        "1234567", later, path,
    )  # fmt: skip
    nothing = write_verifications([works("Bank feed", says=None)], "1234567", later, path)

    rows = [(row[0], row[2], row[4], row[8]) for row in csv.reader(path.read_text(encoding="utf-8").splitlines())]
    assert (written, nothing) == (True, False)
    assert rows[1:] == [
        ("2018-08-20", "Bank feed", "", "Yes"),
        ("2018-08-20", "Sync", "ada", "Yes"),
        ("2018-08-27", "EDI", "", "No"),
        ("2018-08-27", "Sync", "bo", "Yes"),
    ]


@pytest.mark.parametrize("content", ["Name,Internal ID\nmine,1\n", "", "\0", "\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_a_file_that_holds_something_else_is_never_written_over(tmp_path, content):
    path = tmp_path / "ManageRoles.csv"
    path.write_text(content, encoding="latin-1")

    with pytest.raises(InputError, match="would be overwritten"):
        write_verifications([works("Bank feed")], "1234567", date(2018, 8, 27), path)

    assert path.read_text(encoding="latin-1") == content


def test_a_file_of_references_names_tokens(tmp_path):
    path = tmp_path / "tokens.toml"
    path.write_text('account = "1234567"\n[[token]]\napplication = "Bank feed"\nsecrets = "keyring:bank-feed"\n')

    assert read_references(path).token == (TokenReference(application="Bank feed", secrets="keyring:bank-feed"),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('account = "1"\n', '"token": field required'),
        ('account = "1"\ntoken = []\n', '"token"'),
        ('account = "1"\n[[token]]\napplication = "x"\ntoken_secret = "7f0c93"\n', '"token.1.token_secret" is no key'),
        ('account = "1"\n[[token]]\napplication = "x"\nsecrets = 7093\n', '"token.1.secrets"'),
        ('account = "1"\nsecret = 7f0c93\n', "not valid TOML"),
    ],
)
def test_a_wrong_file_of_references_is_explained_without_its_values(tmp_path, text, problem):
    path = tmp_path / "tokens.toml"
    path.write_text(text)

    with pytest.raises(InputError) as caught:
        read_references(path)

    assert problem in str(caught.value)
    assert "7f0c93" not in f"{caught.value!r} {caught.value} {caught.value.__cause__}"
    assert "7093" not in str(caught.value)
