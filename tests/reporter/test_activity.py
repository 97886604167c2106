"""What is listed, what is seen, and what failed sign-ins mean."""

from dataclasses import replace

import openpyxl
import pytest

from auditor.reporter import render
from auditor.reporter.details import explain, login_details
from auditor.reporter.view import view_assessment
from auditor.vocabulary import Authentication, List


def test_the_badge_says_where_an_integration_is_known_from(in_use):
    view = view_assessment(in_use)

    assert {item.label: str(item.presence) for item in view.integrations} == {
        "Both": "listed and seen",
        "Failing": "listed, only failures seen",
        "Silent": "listed, never seen",
        "Stranger": "seen, not listed",
        "Token": "token only, not listed",
        "Nobody's": "unattributed",
    }
    assert [str(presence) for presence in view.presences] == [
        "listed and seen", "listed, only failures seen", "listed, never seen", "seen, not listed",
        "token only, not listed", "unattributed",
    ]  # fmt: skip


def test_without_a_log_nobody_is_called_unused(every_verdict):
    assert {str(item.presence) for item in view_assessment(every_verdict).integrations} == {"listed, no log exported"}


def test_use_is_said_in_words(in_use):
    shown = {item.label: item.connections[0].activity for item in view_assessment(in_use).integrations}

    assert shown["Both"].phrases == (
        "88 sign-ins and 4 that failed",
        "first seen 1 June 2018, last 20 August 2018",
        "quiet for 7 days when the trail ends on 27 August 2018",
        "tokens only since 21 August 2018",
    )
    assert {label: (activity.phrases[:1], activity.token) for label, activity in shown.items()} == {
        "Both": (("88 sign-ins and 4 that failed",), "access token active, and its user has lost the role"),
        "Failing": (("0 sign-ins and 3 that failed",), "access token inactive or revoked"),
        "Silent": (("never seen",), "access token active, and its user has left"),
        "Stranger": (("88 sign-ins",), "access token active"),
        "Token": ((), None),
        "Nobody's": (("88 sign-ins",), None),
    }


def test_what_a_list_claims_and_what_use_shows_stand_side_by_side_with_their_proof(in_use):
    both = view_assessment(in_use).integrations[0].connections[0].activity.contradiction

    assert (both.claimed, [item.file for item in both.claimed_evidence]) == ("user credentials", ["integrations.xlsx"])
    assert (both.used, [item.file for item in both.used_evidence]) == ("TBA", ["trail.csv"])


def test_a_failure_has_its_cause_and_cure_where_oracle_documents_one(in_use):
    failures = view_assessment(in_use).integrations[0].connections[0].activity.failures

    assert [(item.detail, item.count, item.explained and item.explained.method) for item in failures] == [
        ("InvalidSignature", 3, "TBA"),
        ("=odd", 1, None),
    ]


def test_advice_comes_after_what_breaks_and_apart_from_it(in_use):
    item = view_assessment(in_use).integrations[0]

    assert [finding.rule.id for finding in item.remedies] == ["TBA-101"]
    assert [finding.rule.id for finding in item.advice] == ["TBA-110"]


def test_a_gap_and_a_missing_list_say_where_to_export_it(in_use):
    view = view_assessment(in_use)

    assert [guide.menu for guide in view.missing] == ["Setup > Users/Roles > Manage Roles"]
    assert [guide.menu for guide in view.gaps[0].guides] == ["Setup > Users/Roles > Manage Roles"]


@pytest.mark.parametrize(
    ("detail", "method", "cause"),
    [
        ("InvalidSignature", Authentication.TBA, "The request was signed wrongly"),
        ("InvalidSignature", Authentication.OAUTH2, "The token's signature doesn't match"),
        ("InvalidSignature", None, "The request was signed wrongly"),
        ("invalidcallback https://app.example/back", None, "The callback URL"),
        ("nonce_used", Authentication.TBA, "The same nonce"),
        ("NonceUsed", Authentication.USER_CREDENTIALS, "The same nonce"),
    ],
)
def test_a_detail_is_explained_for_the_sign_in_it_belongs_to(detail, method, cause):
    assert explain(detail, method).cause.startswith(cause)


@pytest.mark.parametrize("detail", [None, "", "  ", "something else"])
def test_a_detail_that_nobody_documents_is_not_explained(detail):
    assert explain(detail, Authentication.TBA) is None


def test_every_detail_says_cause_cure_and_source_and_no_code_is_explained_twice():
    details = login_details()

    assert [
        item.codes for item in details if not (item.cause.endswith(".") and item.cure.endswith(".") and item.source)
    ] == []
    said = [(code, item.method) for item in details for code in item.codes]
    assert len(said) == len(set(said))


def test_the_workbook_has_a_row_for_each_connection_and_each_proof(in_use, tmp_path):
    (path,) = render(in_use, ["xlsx"], tmp_path)

    book = openpyxl.load_workbook(path)
    head, first, *_ = book["Connections"].iter_rows(values_only=True)
    connection = dict(zip(head, first, strict=True))
    proof = list(book["Evidence"].iter_rows(min_row=2, max_row=6, values_only=True))

    assert {name: connection[name] for name in ("Connection", "Authentication", "List claims", "Sign-ins", "Failed")} == {
        "Connection": "c0", "Authentication": "TBA", "List claims": "user credentials", "Sign-ins": 88, "Failed": 4,
    }  # fmt: skip
    assert connection["Details of failures, likely cause and cure"].startswith(
        "InvalidSignature, 3 failed sign-ins. Likely cause: The request"
    )
    assert [(row[1], row[3], *row[5:]) for row in proof] == [
        (None, "name", "integrations.xlsx", "Sheet1", 2, 2, 1),
        ("c0", "authentication", "integrations.xlsx", "Sheet1", 2, 2, 1),
        ("c0", "authentication", "trail.csv", None, 2, 90, 88),
        ("c0", "failures", "trail.csv", None, 5, 7, 3),
        ("c0", "failures", "trail.csv", None, 9, 9, 1),
    ]


def test_the_page_shows_use_against_claim_and_the_cure_of_a_failure(browser, in_use, tmp_path):
    (path,) = render(in_use, ["html"], tmp_path)
    page = browser.new_page()
    page.goto(f"{path.as_uri()}#integration-both")

    assert page.locator("#integration-both .badge").inner_text() == "listed and seen"
    assert page.locator("#integration-both .connection .note").inner_text() == (
        "The list claims user credentials (integrations.xlsx, sheet Sheet1, row 2); "
        "use shows TBA (trail.csv, rows 2 to 90 (88 rows)). Use decides."
    )
    assert "Cure: Compare both secrets" in page.locator("#integration-both .failure").first.inner_text()
    assert page.locator("#details ~ dl code").all_inner_texts() == ["InvalidSignature"]
    assert page.locator("#exports ~ dl .menu").first.inner_text() == "Setup > Users/Roles > Manage Roles"
    page.close()


def test_the_logs_without_an_integration_list_are_enough_for_every_badge(in_use):
    unlisted = tuple(
        replace(item, integration=replace(item.integration, listed=False)) for item in in_use.integrations[:1]
    )
    trail = tuple(item for item in in_use.inputs if item.list is List.LOGINS)

    view = view_assessment(replace(in_use, integrations=unlisted, inputs=trail))

    assert [str(item.presence) for item in view.integrations] == ["seen, not listed"]
