"""A page with more integrations than it draws at once."""

import pytest

from auditor.reporter import plain, render
from auditor.reporter.details import explain
from auditor.vocabulary import Authentication


@pytest.fixture
def long_page(browser, hostile_beyond, tmp_path):
    """Open the page of a long account and fail on anything that runs or is fetched."""
    (path,) = render(hostile_beyond, ["html"], tmp_path)
    trouble = []
    page = browser.new_page()
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
    page.on(
        "request", lambda request: trouble.append(request.url) if request.url.split("#")[0] != path.as_uri() else None
    )
    page.goto(path.as_uri())
    yield page
    page.close()
    assert trouble == []


def test_it_draws_the_first_three_hundred_and_the_others_when_asked(long_page, hostile_names):
    assert long_page.locator(".card").count() == 300
    assert long_page.locator("#shown").inner_text() == "321 of 321 shown"

    long_page.click("#more")
    long_page.locator("#more").wait_for(state="hidden")

    drawn = long_page.locator(".card h3").all_text_contents()[300:]
    expected = [plain.shorten(name) or "(no name)" for name in hostile_names]
    assert sorted(text.split(" (internal")[0] for text in drawn) == sorted(expected)
    assert long_page.locator("#cards img, #cards script, #cards iframe").count() == 0


def test_search_and_filter_reach_what_is_not_drawn(long_page):
    long_page.fill("#search", "emoji")
    assert long_page.locator(".card h3").all_inner_texts() == ["emoji 🚢📦"]

    long_page.fill("#search", "")
    long_page.select_option("#phase", "2019.1")
    long_page.select_option("#verdict", "ready")
    assert long_page.locator("#shown").inner_text() == "21 of 321 shown"


def test_a_deep_link_draws_its_card(long_page):
    long_page.goto(long_page.url + "#integration-emoji")

    card = long_page.locator("#integration-emoji")
    assert card.locator("details[open] .sign-in").inner_text().startswith("SOAP · user credentials")
    card.locator(".proof summary").click()
    assert card.locator(".evidence li").first.inner_text() == (
        "authentication: User Credentials integrations.xlsx, sheet Sheet1, row 2"
    )


def test_a_card_drawn_on_demand_holds_use_failures_and_proof(browser, in_use, tmp_path, monkeypatch):
    monkeypatch.setattr("auditor.reporter.html.MANY_INTEGRATIONS", 1)
    (path,) = render(in_use, ["html"], tmp_path)
    page = browser.new_page()
    page.goto(f"{path.as_uri()}#integration-failing")

    assert page.locator("#integration-failing .badge").inner_text() == "listed, only failures seen"
    assert page.locator("#integration-failing .activity").all_inner_texts() == [
        "0 sign-ins and 3 that failed; access token inactive or revoked",
        in_use_failure(),
    ]
    page.click("#integration-failing .proof summary")
    assert "trail.csv, rows 5 to 7 (3 rows)" in page.locator("#integration-failing .evidence").first.inner_text()
    page.close()


def in_use_failure():
    known = explain("InvalidSignature", Authentication.TBA)
    return f"InvalidSignature, 3 failed sign-ins. Likely cause: {known.cause} Cure: {known.cure}"


def test_without_javascript_it_says_where_the_others_stand(browser, hostile_beyond, tmp_path):
    (path,) = render(hostile_beyond, ["html"], tmp_path)
    page = browser.new_page(java_script_enabled=False)
    page.goto(path.as_uri())

    assert "The other 21 need JavaScript" in page.locator("noscript").inner_text()
    page.close()
