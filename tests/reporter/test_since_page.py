"""The chapter "Since last time" of the page, opened in a real browser."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from auditor.reporter import render
from auditor.reporter.burn_down import draw
from auditor.reporter.recorded import record
from auditor.reporter.since import view_since
from auditor.vocabulary import Verdict


@pytest.fixture
def audits(every_verdict, hostile):
    """Return an account's audits, and those of a hostile one: the last drops the first integration and mends another."""

    def course(made):
        _, second, *others = made.integrations
        ready = dict.fromkeys(second.verdicts, Verdict.READY)
        mended = replace(
            second, verdicts=ready, integration=replace(second.integration, name=f"{others[0].integration.name}!")
        )
        first_audit = replace(made, as_of=date(2018, 7, 1))
        return first_audit, replace(first_audit, as_of=date(2018, 8, 1)), replace(made, integrations=(mended, *others))

    return {"every_verdict": course(every_verdict), "hostile": course(hostile)}


@pytest.fixture
def shown(browser, audits, tmp_path):
    """Return a function that opens the page of an account's last audit; the test fails on any trouble in the page."""
    trouble, pages = [], []

    def open_(account, **options):
        *earlier, now = audits[account]
        (path,) = render(now, ["html"], tmp_path, since=view_since([record(one) for one in earlier], record(now)))
        page = browser.new_page(**options)
        pages.append(page)
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield open_
    for page in pages:
        page.close()
    assert trouble == []


def test_the_chapter_tells_counts_the_course_and_each_integration(shown):
    page = shown("every_verdict", java_script_enabled=False)

    assert page.locator("#summary .lead").inner_text() == (
        "Since 1 August 2018: 3 still open at 2018.2; 1 fixed and 3 still open at 2019.1; 1 gone. What changed"
    )
    assert page.locator("#since .burn-down svg").nth(1).get_attribute("aria-label") == (
        "Open at 2019.1: 4 on 1 July 2018, 4 on 1 August 2018, 3 on 28 August 2018"
    )
    assert page.locator("#since .burn-down svg .dot").count() == 6
    told = page.locator("#since .changed li", has_text="Shopify!").first.locator("p").all_inner_texts()
    assert told == [
        "Shopify! 2019.1 breaks → ready",
        "was called Boomi, recognised by its internal ID",
    ]


@pytest.mark.parametrize("account", ["every_verdict", "hostile"])
def test_links_lead_somewhere_and_nothing_is_wider_than_a_telephone(account, shown):
    page = shown(account, viewport={"width": 390, "height": 844})

    dead = """[...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href'))
              .filter((href) => !document.getElementById(href.slice(1)))"""
    assert page.evaluate(dead) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("#since img, #since script").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_in_the_chapter(scheme, shown):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    page = shown("every_verdict", color_scheme=scheme)
    found = axe.run(
        page, context="#since", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    )

    assert [(item["id"], item["nodes"][0]["html"]) for item in found.response["violations"]] == []


def test_without_an_earlier_audit_there_is_no_chapter(every_verdict, tmp_path):
    (path,) = render(every_verdict, ["html"], tmp_path)

    assert 'id="since"' not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("day", [date(2018, 9, 14), date(2018, 7, 15), None])
@pytest.mark.parametrize("last", [date(2018, 8, 28), date(2018, 7, 1), date(2019, 8, 1)])
def test_every_shape_of_a_burn_down_stands_within_the_picture(day, last, audits):
    first, second, now = audits["every_verdict"]
    phases = tuple(replace(phase, effective=day) for phase in now.phases)
    many = [record(replace(first, as_of=first.as_of - timedelta(days=number))) for number in range(30)]

    since = view_since(
        [*many, record(second)] if last > second.as_of else many, record(replace(now, as_of=last, phases=phases))
    )

    for drawn in map(draw, since.phases):
        strokes = [*drawn.course, *([drawn.ahead] if drawn.ahead else [])]
        across = [dot.x for dot in drawn.dots] + [x for line in strokes for x in (line.x1, line.x2)]
        across += [drawn.due] if drawn.due is not None else []
        across += [drawn.window[0], sum(drawn.window)] if drawn.window else []
        down = [dot.y for dot in drawn.dots] + [y for line in strokes for y in (line.y1, line.y2)]
        assert all(0 <= x <= 100 for x in across)
        assert all(0 <= y <= drawn.ground for y in down)
        numbered = [dot.x for dot in drawn.dots if dot.numbered]
        assert all(right - left >= 9 for left, right in pairwise(numbered))
