"""The page, opened in a real browser."""

import itertools
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from auditor.reporter import plain, render
from auditor.vocabulary import Channel


@contextmanager
def opened(browser, assessment, folder, *, fragment="", **options):
    """Open the page and fail on any console message, page error, dialog or request beyond the file itself."""
    (path,) = render(assessment, ["html"], folder)
    trouble = []
    page = browser.new_page(**options)
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
    page.on(
        "request", lambda request: trouble.append(request.url) if request.url.split("#")[0] != path.as_uri() else None
    )
    page.goto(path.as_uri() + fragment)
    yield page
    page.close()
    assert trouble == []


def test_page_one_says_it_in_one_sentence(browser, every_verdict, tmp_path):
    with opened(browser, every_verdict, tmp_path) as page:
        assert page.locator(".headline").inner_text() == (
            "1 of 8 integrations stops working at 2018.2 (14 September 2018) and 2 more at 2019.1; "
            "1 cannot be judged yet and 1 is at risk."
        )
        assert page.locator(".phase-date").all_inner_texts() == [
            "14 September 2018 (in 17 days)",
            "Window 1 Jan \u2013 30 Jun 2019, own date not given (window opens in 126 days)",
        ]


@pytest.mark.parametrize("script", [True, False])
def test_a_hostile_account_is_shown_as_text_and_runs_nothing(script, browser, hostile, hostile_names, tmp_path):
    with opened(browser, hostile, tmp_path, java_script_enabled=script) as page:
        shown = page.locator(".card h3").all_text_contents()

        expected = [plain.shorten(name) or "(no name)" for name in hostile_names]
        assert sorted(text.split(" (internal")[0] for text in shown) == sorted(expected)
        assert page.locator("img, iframe, object").count() == 0
        assert page.locator("script").count() == 1


def test_no_hostile_name_makes_the_page_wider_than_a_phone(browser, hostile, tmp_path):
    with opened(browser, hostile, tmp_path, viewport={"width": 390, "height": 844}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_without_javascript_everything_is_there_and_no_tool_is_offered(browser, every_verdict, tmp_path):
    with opened(browser, every_verdict, tmp_path, java_script_enabled=False) as page:
        assert page.locator(".tools").is_hidden()
        assert page.locator(".card details:not([open]) h3").all_inner_texts() == ["Zendesk", "Old Magento"]
        page.click("#integration-shopify .proof summary")
        assert page.locator("#integration-shopify .evidence").first.inner_text() == (
            "authentication: User Credentials integrations.xlsx, sheet Sheet1, row 2"
        )


def test_search_verdict_and_phase_narrow_the_list(browser, every_verdict, tmp_path):
    def names(page):
        return page.locator(".card:visible h3").all_inner_texts()

    with opened(browser, every_verdict, tmp_path) as page:
        assert names(page) == [
            "Shopify",
            "Boomi",
            "Concur",
            "BI extract",
            "Power BI",
            "Tax tool",
            "Zendesk",
            "Old Magento",
        ]

        page.select_option("#phase", "2018.2")
        assert names(page) == ["Shopify", "Concur", "BI extract", "Power BI", "Tax tool"], "what the phase concerns"

        page.select_option("#verdict", "breaks")
        assert names(page) == ["Shopify"]

        page.select_option("#phase", "")
        assert names(page) == ["Shopify", "Boomi", "Concur"], "at any phase"

        page.select_option("#phase", "2019.1")
        assert names(page) == ["Shopify", "Boomi", "Concur"]
        assert page.locator("#shown").inner_text() == "3 of 8 shown"

        page.fill("#search", "boom")
        assert names(page) == ["Boomi"]


def test_owner_and_channel_narrow_the_list(browser, every_verdict, tmp_path):
    def changed(judged):
        name = judged.integration.name
        return replace(judged, integration=replace(judged.integration, owner="Finance" if name == "Concur" else "IT"))

    assessment = replace(
        every_verdict,
        integrations=tuple(map(changed, every_verdict.integrations)),
        connections=tuple(
            replace(item, connection=replace(item.connection, channel=Channel.RESTLET))
            if item.connection.integration in ("Boomi", "Concur")
            else item
            for item in every_verdict.connections
        ),
    )
    with opened(browser, assessment, tmp_path) as page:
        page.select_option("#channel", "RESTlet")
        assert page.locator(".card:visible h3").all_inner_texts() == ["Boomi", "Concur"]

        page.select_option("#owner", "Finance")
        assert page.locator(".card:visible h3").all_inner_texts() == ["Concur"]


def test_what_a_phase_says_of_several_is_said_once_above_them(browser, every_verdict, tmp_path):
    with opened(browser, every_verdict, tmp_path) as page:
        groups = page.locator("[id='phase-2019.1'] .alike")

        assert groups.nth(0).locator(".alike-why").inner_text() == "Any role signs in with user credentials."
        assert groups.nth(0).locator(".row-name").all_inner_texts() == ["Boomi", "Concur"]


def test_sorting_by_name_and_back(browser, every_verdict, tmp_path):
    with opened(browser, every_verdict, tmp_path) as page:
        before = page.locator(".card h3").all_inner_texts()

        page.select_option("#sort", "name")
        assert page.locator(".card h3").all_inner_texts() == sorted(before)

        page.select_option("#sort", "order")
        assert page.locator(".card h3").all_inner_texts() == before


def test_a_deep_link_opens_its_card(browser, every_verdict, tmp_path):
    with opened(browser, every_verdict, tmp_path, fragment="#integration-zendesk") as page:
        assert page.locator(".card:has(details[open]) h3").all_inner_texts() == ["Zendesk"]


def test_the_copied_table_holds_what_is_shown_and_no_formula(browser, hostile, tmp_path):
    with opened(browser, hostile, tmp_path) as page:
        page.evaluate("navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }")

        page.click("#copy")

        cells = [cell for line in page.evaluate("window.copied").split("\n") for cell in line.split("\t")]
        assert [cell for cell in cells if plain.is_formula(cell)] == []


def test_every_link_within_the_page_leads_somewhere(browser, hostile, tmp_path):
    with opened(browser, hostile, tmp_path) as page:
        dead = """[...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href'))
                  .filter((href) => !document.getElementById(href.slice(1)))"""
        twice = """(() => { const ids = [...document.querySelectorAll('[id]')].map((node) => node.id);
                   return ids.filter((id, at) => ids.indexOf(id) !== at); })()"""

        assert page.evaluate(dead) == []
        assert page.evaluate(twice) == []


def test_headings_go_down_one_level_at_a_time(browser, every_verdict, tmp_path):
    with opened(browser, every_verdict, tmp_path) as page:
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((node) => +node.tagName[1])")

        assert [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1] == []


def test_the_skip_link_comes_first(browser, every_verdict, tmp_path):
    with opened(browser, every_verdict, tmp_path) as page:
        page.keyboard.press("Tab")

        assert page.evaluate("document.activeElement.textContent") == "Skip to the summary"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_that_wcag_aa_asks_for(scheme, browser, every_verdict, tmp_path):
    colours = """() => {
        const value = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
        return Object.fromEntries(
            ['--paper', '--tint', '--ink', '--quiet', '--accent', '--breaks', '--undetermined', '--at-risk', '--exempt',
             '--ready', '--inactive', '--on-bar'].map((name) => [name, value(name)]));
    }"""

    with opened(browser, every_verdict, tmp_path, color_scheme=scheme) as page:
        found = page.evaluate(colours)

    papers = (found.pop("--paper"), found.pop("--tint"))
    on_bar = found.pop("--on-bar")
    verdicts = [name for name in found if name not in ("--ink", "--quiet", "--accent")]
    weak = [(name, paper) for name, ink in found.items() for paper in papers if contrast(ink, paper) < 4.5]
    assert weak == []
    assert [name for name in verdicts if contrast(found[name], on_bar) < 4.5] == []


def contrast(one, other):
    """Return the contrast ratio of two colours as WCAG 2.2 defines it."""

    def luminance(colour):
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
        return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_a_long_list_starts_closed_and_names_its_rules_instead_of_repeating_them(browser, four_hundred, tmp_path):
    with opened(browser, four_hundred, tmp_path, java_script_enabled=False) as page:
        assert page.locator(".card details[open]").count() == 0
        assert page.locator(".card .steps").count() == 0
        assert page.locator("#rule-TBA-201 .steps li").all_inner_texts() == [
            "Ask the vendor for a version that uses TBA."
        ]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("script", [True, False])
def test_on_paper_the_summary_is_page_one_and_the_proof_is_there(script, paper, browser, every_verdict, tmp_path):
    with opened(browser, every_verdict, tmp_path, java_script_enabled=script) as page:
        printed = page.pdf(path=tmp_path / "printed.pdf", format=paper)

    first, second, *others = [" ".join(one.extract_text().split()) for one in PdfReader(BytesIO(printed)).pages]
    assert "What cannot be told yet" in first
    assert second.startswith("2 Phase 2018.2 "), "the number of the page stands first"
    assert " ".join(others).count("authentication:") >= len(every_verdict.connections), "the proof of each connection"
    assert "Copy as table" not in " ".join(others)


def test_an_account_without_integrations_still_makes_a_page(browser, empty, tmp_path):
    with opened(browser, empty, tmp_path) as page:
        assert page.locator(".headline").inner_text() == "No integration was found in the exports."


@pytest.mark.parametrize("account", ["every_verdict", "in_use", "hostile"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(account, scheme, browser, tmp_path, request):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    with opened(browser, request.getfixturevalue(account), tmp_path, color_scheme=scheme) as page:
        page.click("#toggle")
        found = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})

    assert [(item["id"], item["nodes"][0]["html"]) for item in found.response["violations"]] == []
