"""The letters to vendors and owners."""

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from auditor.branding import Branding
from auditor.errors import InputError
from auditor.reporter import render
from auditor.reporter.view import view_assessment
from auditor.vocabulary import Verdict


@pytest.fixture
def letters(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["letters"], tmp_path)
    return path


def test_everybody_who_runs_what_is_not_ready_gets_one(every_verdict):
    concerned = {
        item.label
        for item in view_assessment(every_verdict).integrations
        if item.worst.verdict not in (Verdict.READY, Verdict.INACTIVE)
    }
    asked = [
        request.integration.label for letter in view_assessment(every_verdict).letters for request in letter.requests
    ]

    assert sorted(asked) == sorted(concerned)


def test_a_letter_says_what_changes_by_when_and_what_is_asked(letters):
    text = (letters / "letter-the-owner-of-shopify.txt").read_text(encoding="utf-8")

    assert text.startswith("Subject: NetSuite sign-in changes: Shopify and Harbor Supply Co.\n\n28 August 2018\n")
    assert "By when: NetSuite release 2018.2, 14 September 2018\n" in text
    assert "What happens: From then on NetSuite refuses it, unless it is changed.\n" in text
    assert "- SOAP · user credentials · Administrator · svc@harbor.example: breaks\n" in text
    assert "- From 2018.2 NetSuite refuses it.\n" in text
    assert "What Harbor Supply Co. does:\n\n1. Create an access token.\n2. Untick User Credentials.\n" in text
    assert "on your side" not in text
    assert "\n\n\n" not in text
    assert text.endswith("for Harbor Supply Co.\n")


def test_what_the_recipient_has_to_do_stands_apart_from_what_the_client_does(every_verdict, tmp_path):
    boomi = next(judged for judged in every_verdict.integrations if judged.integration.name == "Boomi")
    of_vendor = replace(boomi, integration=replace(boomi.integration, vendor="Boomi"))
    others = tuple(judged for judged in every_verdict.integrations if judged is not boomi)
    (path,) = render(replace(every_verdict, integrations=(of_vendor, *others)), ["letters"], tmp_path)

    of_vendor, of_owner = (
        (path / f"letter-{name}.txt").read_text(encoding="utf-8") for name in ("boomi", "the-owner-of-concur")
    )

    side = "What has to be done on your side:\n\n1. Ask the vendor for a version that uses TBA.\n"
    assert side in of_vendor
    assert "What Harbor Supply Co. does" not in of_vendor
    assert "Confirm that your product can sign in this way, and from which version on.\n" in of_vendor
    assert "your product" not in of_owner


def test_a_letter_is_about_the_phase_that_breaks_it_though_it_is_exempt_or_at_risk_before(every_verdict):
    freight = next(judged for judged in every_verdict.integrations if judged.integration.name == "Tax tool")
    verdicts = {"2018.2": Verdict.EXEMPT, "2019.1": Verdict.BREAKS}
    later = replace(freight, verdicts=verdicts, breaks_at="2019.1")
    letters = view_assessment(replace(every_verdict, integrations=(later,))).letters

    assert (letters[0].first.phase.id, letters[0].first.exemptions) == (
        "2019.1",
        {"2018.2": "NetSuite waits until 31 December 2019"},
    )


def test_a_letter_tells_nothing_of_a_waiver_and_goes_by_the_day_on_which_netsuite_refuses_it(waived, tmp_path):
    (path,) = render(waived, ["letters"], tmp_path)
    texts = {file.name: file.read_text(encoding="utf-8") for file in path.iterdir()}

    for text in texts.values():
        assert [word for word in ("waive", "sue them", "CFO", "xempt", "15 August") if word in text] == []
    for name in ("shopify", "tax-tool"):
        told = texts[f"letter-the-owner-of-{name}.txt"]
        assert "By when: NetSuite release 2018.2, 14 September 2018\n" in told
        assert "What happens: From then on NetSuite refuses it, unless it is changed.\n" in told
        assert ": breaks\n" in told


def test_of_an_exemption_a_letter_tells_how_long_netsuite_waits_and_not_who_asked_for_it_or_why(
    every_verdict, tmp_path
):
    (path,) = render(every_verdict, ["letters"], tmp_path)
    text = (path / "letter-the-owner-of-tax-tool.txt").read_text(encoding="utf-8")

    assert "Why: NetSuite waits until 31 December 2019.\n" in text
    assert "Exempt at 2019.1: NetSuite waits until 31 December 2019.\n" in text
    assert "Oracle Support" not in text
    assert "4711" not in text


@pytest.mark.parametrize(
    ("owner", "recipient"),
    [
        ("Internal", "the owner of Shopify"),
        ("THIRD  PARTY", "the owner of Shopify"),
        ("Finance", "Finance, owner of Shopify"),
        (None, "the owner of Shopify"),
    ],
)
def test_an_owner_that_only_says_whose_it_is_is_nobody_to_write_to(owner, recipient, every_verdict):
    shop = next(judged for judged in every_verdict.integrations if judged.integration.name == "Shopify")
    owned = replace(shop, integration=replace(shop.integration, owner=owner))

    (letter,) = view_assessment(replace(every_verdict, integrations=(owned,))).letters

    assert letter.recipient == recipient


def test_one_vendor_gets_one_letter_about_all_of_its_integrations(every_verdict):
    of_boomi = tuple(
        replace(judged, integration=replace(judged.integration, vendor=vendor, contact="help@boomi.example"))
        for judged, vendor in zip(every_verdict.integrations, ["Boomi", "BOOMI"] * 10, strict=False)
    )
    letters = view_assessment(replace(every_verdict, integrations=of_boomi)).letters

    (letter,) = letters
    assert letter.recipient.casefold() == "boomi"
    assert letter.contacts == ("help@boomi.example",)
    due = [request.phase.id for request in letter.requests]
    assert due == sorted(due)


def test_an_undetermined_one_is_asked_what_nobody_knows_and_nothing_that_only_the_client_can_tell(every_verdict):
    asked = {
        request.integration.label: request.questions
        for letter in view_assessment(every_verdict).letters
        for request in letter.requests
        if request.verdict is Verdict.UNDETERMINED
    }

    # Whether the role is highly privileged is not known of either: the client's list of roles tells.
    assert asked == {"BI extract": ("how it signs in",), "Concur": ()}


def test_hostile_names_are_text_in_markdown_and_name_no_file_outside(hostile, tmp_path):
    (path,) = render(hostile, ["letters"], tmp_path)

    names = {file.stem for file in path.iterdir()}
    assert len(list(tmp_path.rglob("*"))) == 1 + 2 * len(names) == 1 + 2 * len(view_assessment(hostile).letters)
    for file in path.glob("*.md"):
        tokens = [
            inner.type
            for token in MarkdownIt("commonmark").parse(file.read_text(encoding="utf-8"))
            for inner in (token, *(token.children or ()))
        ]
        assert not {"html_inline", "html_block", "link_open", "image", "code_inline", "fence"} & set(tokens)


def test_a_second_run_replaces_the_letters_of_the_first(every_verdict, empty, tmp_path):
    render(every_verdict, ["letters"], tmp_path)
    (path,) = render(empty, ["letters"], tmp_path)

    assert list(path.iterdir()) == []
    assert [file.name for file in tmp_path.iterdir()] == ["letters"]


def test_a_folder_of_somebody_elses_is_not_replaced(every_verdict, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to my mother.txt").write_text("Dear mother")

    with pytest.raises(InputError, match="to my mother"):
        render(every_verdict, ["json", "letters"], tmp_path)

    assert (tmp_path / "letters" / "to my mother.txt").read_text() == "Dear mother"
    assert not (tmp_path / "assessment.json").exists()


def test_every_date_of_a_letter_is_written_as_the_language_writes_dates(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["letters"], tmp_path, branding=Branding(language="de"))
    texts = [file.read_text(encoding="utf-8") for file in path.glob("*.txt")]

    assert [found for text in texts for found in re.findall(r"\d{4}-\d\d-\d\d| (?:January|June|December) ", text)] == []
    assert "between 1. Januar 2019 and 30. Juni 2019" in "".join(texts)
    assert "NetSuite waits until 31. Dezember 2019" in "".join(texts)
