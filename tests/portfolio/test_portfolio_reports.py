"""The portfolio's page, opened in a real browser, and its workbook, read back."""

import re
from contextlib import contextmanager
from datetime import date

import openpyxl
import pytest

from auditor.assessment import Phase
from auditor.branding import contrast
from auditor.decision import Decision
from auditor.portfolio.client_summary import ClientPhase, ClientSummary, Failure, Problem, Work
from auditor.portfolio.decisions import ClientDecision
from auditor.portfolio.report import write_portfolio
from auditor.portfolio.summary import summarise
from auditor.reporter import plain
from auditor.vocabulary import RuleVerdict, Verdict

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://evil.example","x")',
    "javascript:alert(1)",
    "a\u202eb\x1b[31mc",
    "../../etc",
    "{{ 7 * 7 }}" * 30,
)


def make_client(number, name, verdict, effective, vendor="Vendor", decisions=()):
    phase = Phase(id="2018.2", title="First", window=(date(2018, 7, 1), date(2018, 12, 31)), effective=effective)
    breaks = verdict is Verdict.BREAKS
    problem = Problem(
        integration=name,
        vendor=vendor,
        rule="TBA-101",
        title=name,
        phase="2018.2",
        verdict=RuleVerdict.BREAKS,
        who="vendor",
        hours=(2.0, 6.0),
    )
    return ClientSummary(
        folder=f"{number} {name}",
        client=name,
        as_of=date(2018, 8, 28),
        packs=(("2018.2-2019.1", "1.0"),),
        integrations=1,
        connections=1,
        phases=(
            ClientPhase(
                phase=phase,
                verdict=verdict,
                integrations=dict.fromkeys(Verdict, 0) | {verdict: 1},
                waived=0,
                work=(Work(who="vendor", integrations=1, hours=(2.0, 6.0)),) if breaks else (),
            ),
        ),
        problems=(problem,) if breaks else (),
        decisions=decisions,
        missing_lists=("role list",),
    )


def decision(number, name):
    return ClientDecision(
        folder=f"{number} {name}",
        decision=Decision(reason=name, owner=name, until=date(2018, 12, 31), is_waiver=True),
        integrations=(name,) * 30,
        phases=("2018.2",),
        breaks_at=None,
    )


@pytest.fixture
def portfolio():
    """Return three clients, of which one fails."""
    clients = [
        make_client(1, "Alder", Verdict.BREAKS, date(2018, 9, 14)),
        make_client(2, "Birch", Verdict.BREAKS, None),
        make_client(3, "Cedar", Verdict.READY, date(2018, 11, 2)),
    ]
    return summarise(clients, [Failure(folder="dogwood", reason="no list was found")], 120)


@pytest.fixture
def hostile():
    """Return clients whose every name tries something."""
    clients = [
        make_client(number, name, Verdict.BREAKS, date(2018, 9, 14), vendor=name, decisions=(decision(number, name),))
        for number, name in enumerate(HOSTILE * 2)
    ]
    return summarise(clients, [Failure(folder=name, reason=name, where=name, fix=name) for name in HOSTILE], 120)


@contextmanager
def opened(browser, portfolio, folder, *, formats=("html",), **options):
    """Open the page and fail on any console message, dialog or request beyond the file itself."""
    path = write_portfolio(portfolio, folder, formats)[0]
    trouble = []
    page = browser.new_page(**options)
    page.on("console", lambda message: trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: trouble.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    yield page
    page.close()
    assert trouble == []


def test_the_page_says_it_in_one_sentence(browser, portfolio, tmp_path):
    with opened(browser, portfolio, tmp_path) as page:
        assert page.locator(".headline").inner_text() == (
            "2 of 3 clients have integrations that stop working at 2018.2; 1 could not be audited."
        )
        assert page.locator(".phase-date").inner_text() == (
            "14 September 2018 to 2 November 2018 at 2 clients that know their own date; "
            "the window, 1 July 2018 to 31 December 2018, at the other 1"
        )
        assert page.locator("#failed dd").inner_text() == "no list was found"
        assert "Birch: 2018.2 may come any day: its window opened on 1 July 2018; 2 to 6 hours" in page.inner_text(
            "#work"
        )


_INKS = """() => [...document.querySelectorAll("rect + text")].map(text => {
    const ink = element => getComputedStyle(element).fill;
    return [ink(text), ink(text.previousElementSibling)];
})"""


def test_what_is_written_on_a_bar_can_be_read(browser, portfolio, tmp_path):
    def hexadecimal(ink):
        return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", ink)[:3])

    with opened(browser, portfolio, tmp_path) as page:
        inks = [tuple(map(hexadecimal, pair)) for pair in page.evaluate(_INKS)]

    assert inks
    assert [pair for pair in inks if contrast(*pair) < 4.5] == []


def test_a_picture_says_who_breaks_when(browser, portfolio, tmp_path):
    with opened(browser, portfolio, tmp_path) as page:
        rows = page.locator(".calendar tbody tr").all()
        said = [(row.locator("th").inner_text(), row.locator("svg").get_attribute("aria-label")) for row in rows]

    # Who breaks first stands on top, and who is ready needs no line.
    assert said == [
        ("Birch", "2018.2 breaks, from 1 July 2018"),
        ("Alder", "2018.2 breaks, on 14 September 2018"),
    ]


def test_the_picture_of_very_many_clients_says_how_many_it_leaves_out(browser, tmp_path):
    clients = [make_client(number, f"C{number:02}", Verdict.BREAKS, date(2018, 9, 14)) for number in range(45)]

    with opened(browser, summarise(clients, [], 120), tmp_path) as page:
        assert page.locator(".calendar tbody tr").count() == 40
        assert "5 more are in the table of clients." in page.inner_text("#summary")
    book = openpyxl.load_workbook(tmp_path / "portfolio.xlsx")
    assert book["Shared causes"]["I2"].value.splitlines()[-2:] == ["C26", "and 25 more"]


def test_each_client_leads_to_its_own_report_where_it_has_a_page(browser, portfolio, tmp_path):
    with opened(browser, portfolio, tmp_path) as page:
        links = page.locator("#client-table a").evaluate_all("all => all.map(link => link.getAttribute('href'))")
    with opened(browser, portfolio, tmp_path, formats=["json"]) as page:
        without = page.locator("#client-table a").count()

    assert links == ["./1%20Alder/report.html", "./2%20Birch/report.html", "./3%20Cedar/report.html"]
    assert without == 0


def test_search_and_verdict_narrow_the_clients(browser, portfolio, tmp_path):
    def names(page):
        return page.locator("#client-table tbody tr:visible th").all_inner_texts()

    with opened(browser, portfolio, tmp_path) as page:
        assert names(page) == ["Alder", "Birch", "Cedar"]

        page.select_option("#verdict", "breaks")
        assert names(page) == ["Alder", "Birch"]

        page.fill("#search", "bir")
        assert names(page) == ["Birch"]
        assert page.locator("#shown").inner_text() == "1 of 3 shown"


@pytest.mark.parametrize("script", [True, False])
def test_hostile_names_are_text_and_no_page_is_wider_than_a_phone(script, browser, hostile, tmp_path):
    with opened(browser, hostile, tmp_path, java_script_enabled=script, viewport={"width": 390, "height": 844}) as page:
        shown = page.locator("#client-table tbody th").all_text_contents()
        hrefs = page.locator("#client-table a").evaluate_all("all => all.map(link => link.href)") if script else []

        assert sorted(shown) == sorted(plain.clean(f"{client.client} ({client.folder})") for client in hostile.clients)
        assert page.locator("img, iframe, object").count() == 0
        assert [href for href in hrefs if not href.startswith("file:") or not href.endswith("/report.html")] == []
        if script:
            assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("case", ["portfolio", "hostile"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(case, scheme, browser, tmp_path, request):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    with opened(browser, request.getfixturevalue(case), tmp_path, color_scheme=scheme) as page:
        found = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})

    assert [(item["id"], item["nodes"][0]["html"]) for item in found.response["violations"]] == []


def test_a_portfolio_in_which_all_failed_still_makes_its_reports(browser, tmp_path):
    with opened(browser, summarise([], [Failure(folder="a", reason="no list")], 120), tmp_path) as page:
        assert page.locator(".headline").inner_text() == "No client could be audited: 1 failed."


def test_every_sheet_is_a_table_to_filter(portfolio, tmp_path):
    path = write_portfolio(portfolio, tmp_path, ["html"])[1]

    book = openpyxl.load_workbook(path)

    assert {page.title: [table.ref for table in page.tables.values()] for page in book} == {
        "Summary": ["A8:C14"],
        "Clients": ["A1:P4"],
        "Work by month": ["A1:H5"],
        "Dates": ["A1:G4"],
        "Exemptions and waivers": ["A1:J2"],
        "Shared causes": ["A1:L2"],
        "Not audited": ["A1:D2"],
    }
    # Real dates, which sort by time.
    assert [(client, day.date(), *rest) for client, _, day, *rest in list(book["Dates"].values)[1:]] == [
        ("Birch", date(2018, 7, 1), "no", "yes", 2, 6),
        ("Alder", date(2018, 9, 14), "yes", "no", 2, 6),
        ("Cedar", date(2018, 11, 2), "yes", "no", 0, 0),
    ]
    assert {row[2].date() for row in list(book["Clients"].values)[1:]} == {date(2018, 8, 28)}


def test_no_hostile_text_is_a_formula(hostile, tmp_path):
    path = write_portfolio(hostile, tmp_path, ["html"])[1]

    cells = [cell for page in openpyxl.load_workbook(path) for row in page.iter_rows() for cell in row]

    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert {cell.quotePrefix for cell in cells if isinstance(cell.value, str) and plain.is_formula(cell.value)} == {
        True
    }


def test_the_same_portfolio_gives_the_same_page_and_json(portfolio, tmp_path):
    one, two = (write_portfolio(portfolio, tmp_path / name, ["html"]) for name in ("one", "two"))

    assert [path.read_bytes() for path in (one[0], one[2])] == [path.read_bytes() for path in (two[0], two[2])]
