"""The consultancy's name, logo, colour and way to write dates, in every report that shows them."""

import re
from base64 import b64decode

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image

from auditor.branding import Branding, contrast, read_logo
from auditor.engagement import read_engagement
from auditor.errors import InputError
from auditor.reporter import render


@pytest.fixture
def logo(tmp_path):
    path = tmp_path / "logo.png"
    Image.new("RGB", (600, 160), "#7a1f5c").save(path)
    return path


@pytest.fixture
def branding(logo):
    return Branding(
        consultancy="Saltmarsh <Advisory>",
        logo=logo,
        colour="#7a1f5c",
        confidentiality="Confidential & private",
        language="de",
    )


def test_the_page_carries_it(branding, browser, every_verdict, tmp_path):
    (path,) = render(every_verdict, ["html"], tmp_path / "out", branding=branding)
    page = browser.new_page(color_scheme="light")
    page.goto(path.as_uri())

    assert page.locator("img.logo").get_attribute("alt") == "Saltmarsh <Advisory>"
    assert page.locator("img.logo").evaluate("image => image.naturalWidth") == 600
    assert page.locator(".kicker").evaluate("line => getComputedStyle(line).color") == "rgb(122, 31, 92)"
    assert page.locator(".confidentiality").inner_text() == "Confidential & private"
    assert "As of 28. August 2018" in page.locator("header .meta").inner_text()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_that_is_taken_can_be_read(scheme, browser, every_verdict, tmp_path):
    """The lightest that passes, in both colour schemes."""
    (path,) = render(every_verdict, ["html"], tmp_path, branding=Branding(colour="#00776b"))
    page = browser.new_page(color_scheme=scheme)
    page.goto(path.as_uri())

    assert [one["id"] for one in Axe().run(page).response["violations"]] == []
    page.close()


def test_the_workbook_carries_it(branding, every_verdict, tmp_path):
    (path,) = render(every_verdict, ["xlsx"], tmp_path / "out", branding=branding)
    book = openpyxl.load_workbook(path)
    summary = book["Summary"]

    assert summary["A1"].value == "Saltmarsh <Advisory> · NetSuite integration readiness assessment"
    assert summary["A1"].font.color.rgb == "007A1F5C"
    assert len(summary._images) == 1
    assert {sheet.oddFooter.left.text for sheet in book} == {"Harbor Supply Co. · Confidential && private"}
    assert {sheet["A1"].fill.fgColor.rgb for sheet in book.worksheets[1:]} == {"007A1F5C"}


def test_numbers_and_dates_are_written_as_the_language_does(browser, four_hundred, tmp_path):
    (path,) = render(four_hundred, ["html"], tmp_path, branding=Branding(language="en-US"))
    page = browser.new_page()
    page.goto(path.as_uri())

    assert "As of August 28, 2018" in page.locator("header .meta").inner_text()
    page.close()


def test_the_language_of_one_report_is_not_that_of_the_next(every_verdict, tmp_path):
    render(every_verdict, ["html"], tmp_path / "german", branding=Branding(language="de"))
    (path,) = render(every_verdict, ["html"], tmp_path / "english")

    assert "As of 28 August 2018" in path.read_text(encoding="utf-8")


def written(folder, text):
    path = folder / "engagement.toml"
    path.write_text(f"[branding]\n{text}\n", encoding="utf-8")
    return path


def test_a_logo_is_found_beside_the_engagement_file(logo):
    assert read_engagement(written(logo.parent, 'logo = "logo.png"')).branding.logo == logo


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('colour = "#ffcc00"', r'"branding.colour": #ffcc00 has a contrast of 1.\d', id="too light"),
        pytest.param('colour = "red"', '"red" is no colour', id="no colour"),
        pytest.param('colour = "#123456;}"', "is no colour", id="style in the colour"),
        pytest.param('color = "#123456"', '"branding.color" is not a key.*\n.*"colour"', id="American spelling"),
        pytest.param('language = "klingon"', '"klingon" is no language', id="no language"),
        pytest.param('logo = "missing.png"', "the logo can't be read", id="no logo"),
        pytest.param('logo = "engagement.toml"', "the logo is no PNG or JPEG", id="no picture"),
        pytest.param('logo = "cut.png"', "the logo can't be read", id="a picture cut short"),
        pytest.param('logo = "wide.png"', "the logo is too large", id="too wide"),
        pytest.param('consultancy = ""', '"branding.consultancy"', id="empty name"),
    ],
)
def test_what_is_wrong_is_said_before_the_audit_begins(text, message, logo):
    (logo.parent / "cut.png").write_bytes(logo.read_bytes()[:60])
    Image.new("1", (5000, 10)).save(logo.parent / "wide.png")

    with pytest.raises(InputError) as raised:
        read_engagement(written(logo.parent, text))

    assert re.search(message, str(raised.value))


def test_the_shade_that_is_proposed_is_taken(tmp_path):
    with pytest.raises(InputError) as raised:
        read_engagement(written(tmp_path, 'colour = "#ffcc00"'))
    (proposed,) = re.findall(r"(#\w{6}) is the nearest", str(raised.value))

    assert read_engagement(written(tmp_path, f'colour = "{proposed}"')).branding.colour == proposed
    assert contrast(proposed, "#ffffff") > 4.5


def test_black_on_white_has_the_greatest_contrast_there_is():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54  # the well-known lightest grey that passes


def test_the_logo_is_embedded_as_it_is(branding, every_verdict, logo, tmp_path):
    (path,) = render(every_verdict, ["html"], tmp_path / "out", branding=branding)
    (data,) = re.findall(r'src="data:image/png;base64,([^"]+)"', path.read_text(encoding="utf-8"))

    assert b64decode(data) == read_logo(logo)[1] == logo.read_bytes()
