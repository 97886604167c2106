"""Exemptions and waivers over all clients: what they cover, whose they are, when they end, and what is said of them."""

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from auditor import audit, read_engagement, read_pack
from auditor.decision import Decision
from auditor.portfolio.client_summary import summarise_client
from auditor.portfolio.decisions import ClientDecision
from auditor.portfolio.report import write_portfolio
from auditor.portfolio.summary import summarise
from auditor.portfolio.view import ends, view_portfolio
from auditor.reporter.recorded import read_assessment, record
from auditor.vocabulary import Verdict

AS_OF = date(2018, 8, 28)
ROWS = "Shop,Enabled,Administrator,user credentials,\nScales,Enabled,Administrator,user credentials,\n"
DATED = 'as_of = 2018-08-28\n[phases]\n"2018.2" = 2018-10-12\n"2019.1" = 2019-02-01\n'


def decided(kind, integration, until):
    return f'[[{kind}]]\nintegration = "{integration}"\nowner = "CFO"\nreason = "sold"\nuntil = {until}\n'


@pytest.fixture
def summary_of(make_client, tmp_path):
    """Return a function that sums up a client with these decisions."""

    def summary_of(folder, *decisions, rows=ROWS):
        made = make_client(tmp_path, folder, rows, f'client = "{folder}"\n{DATED}{"".join(decisions)}')
        return summarise_client(
            folder, record(audit([made], read_pack("2018.2-2019.1"), read_engagement(made / "engagement.toml")))
        )

    return summary_of


def waiver(until, *integrations, folder="alder", phases=("2018.2",), breaks_at="2019.1"):
    return ClientDecision(
        folder=folder,
        decision=Decision(reason="sold", owner="CFO", until=until, is_waiver=True),
        integrations=integrations,
        phases=phases,
        breaks_at=breaks_at,
    )


def test_a_decision_on_the_last_day_there_is_ends_within_the_days_that_are_left():
    assert waiver(date.max, "Shop").ends_soon(date(9999, 12, 1))
    assert not waiver(date.max, "Shop").ends_soon(date(9999, 10, 1))


def test_a_decision_is_told_with_what_it_covers_and_what_breaks_all_the_same(summary_of):
    client = summary_of(
        "alder", decided("exemption", "Scales", "2019-12-31"), decided("waiver", "Shop", date(2018, 11, 30))
    )

    exemption = Decision(reason="sold", owner="CFO", until=date(2019, 12, 31), is_waiver=False)
    assert client.decisions == (
        waiver(date(2018, 11, 30), "Shop"),
        ClientDecision(
            folder="alder",
            decision=exemption,
            integrations=("Scales",),
            phases=("2018.2", "2019.1"),
            breaks_at=None,
        ),
    )


def test_one_decision_for_two_integrations_is_told_once(summary_of):
    both = 'role = "Administrator"\n'
    given = decided("waiver", "", "2018-11-30").replace('integration = ""\n', both)

    assert summary_of("alder", given).decisions == (waiver(date(2018, 11, 30), "Scales", "Shop"),)


def test_a_decision_that_ends_before_the_phase_is_none(summary_of):
    client = summary_of("alder", decided("waiver", "Shop", "2018-10-11"))

    assert (client.decisions, client.phases[0].waived) == ((), 0)
    assert client.phases[0].integrations[Verdict.BREAKS] == 2


def test_what_a_waiver_accepts_is_counted_and_what_netsuite_exempts_is_not(summary_of):
    client = summary_of("alder", decided("waiver", "Shop", "2018-11-30"), decided("exemption", "Scales", "2018-11-30"))

    assert [(item.integrations[Verdict.EXEMPT], item.waived) for item in client.phases] == [(2, 1), (0, 0)]


def test_what_cannot_be_judged_besides_is_accepted_all_the_same_and_what_breaks_besides_is_not(summary_of):
    rows = (
        "Shop,Enabled,Administrator,user credentials,\nShop,Enabled,Clerk,,\n"
        "Desk,Enabled,Administrator,user credentials,\nDesk,Enabled,System Administrator,user credentials,\n"
    )
    given = decided("waiver", "", "2018-11-30").replace('integration = ""', 'role = "Administrator"')

    client = summary_of("alder", given, rows=rows)

    first = client.phases[0]
    assert (first.integrations[Verdict.UNDETERMINED], first.integrations[Verdict.BREAKS], first.waived) == (1, 1, 1)
    assert client.decisions == (waiver(date(2018, 11, 30), "Desk", "Shop", breaks_at="2018.2"),)


def test_an_assessment_that_is_read_back_tells_the_same_decisions(summary_of, make_client, run_portfolio, tmp_path):
    given = decided("waiver", "Shop", "2018-11-30")
    make_client(tmp_path / "clients", "alder", ROWS, DATED + given)

    run_portfolio(tmp_path / "clients", tmp_path / "out", "--format", "json")

    read = summarise_client("alder", read_assessment(tmp_path / "out" / "alder" / "assessment.json"))
    assert read.decisions == summary_of("alder", given).decisions


@pytest.mark.parametrize(
    ("until", "soon", "said"),
    [
        (date(2018, 8, 27), True, "has ended"),
        (date(2018, 8, 28), True, "ends today"),
        (date(2018, 8, 29), True, "in 1 day"),
        (date(2018, 10, 27), True, "in 60 days"),
        (date(2018, 10, 28), False, "in 61 days"),
    ],
)
def test_what_ends_within_sixty_days_ends_soon(until, soon, said):
    item = waiver(until, "Shop")

    assert (item.ends_soon(AS_OF), ends(item, AS_OF)) == (soon, said)


def test_the_ends_are_counted_from_the_latest_audit(summary_of):
    early = replace(summary_of("alder", decided("waiver", "Shop", "2018-11-30")), as_of=date(2018, 8, 1))
    late = replace(summary_of("birch"), as_of=date(2018, 10, 1))

    assert summarise([early], [], 120).ending_soon == ()
    assert summarise([early, late], [], 120).ending_soon == early.decisions


def headline(*clients):
    return view_portfolio(summarise(clients, [], 120), None).headline


def test_the_headline_does_not_say_that_nothing_stops_where_a_waiver_accepts_it(summary_of):
    whole = (decided("waiver", "Shop", "2019-12-31"), decided("waiver", "Scales", "2019-12-31"))
    accepting, breaking = summary_of("alder", *whole), summary_of("birch")
    exempt = summary_of("cedar", *(one.replace("waiver", "exemption") for one in whole))

    assert headline(exempt) == "No integration of 1 client is known to stop working."
    assert headline(accepting, exempt) == "1 of 2 clients has integrations that stop and are accepted by a waiver."
    assert headline(accepting, breaking) == (
        "1 of 2 clients has integrations that stop working at 2018.2; "
        "1 more has integrations that stop and are accepted by a waiver."
    )
    assert headline(accepting, replace(accepting, folder="dogwood"), breaking) == (
        "1 of 3 clients has integrations that stop working at 2018.2; "
        "2 more have integrations that stop and are accepted by a waiver."
    )


def test_the_summary_says_what_waivers_accept_and_what_ends_soon(summary_of):
    clients = [
        summary_of("alder", decided("waiver", "Shop", "2018-10-20"), decided("exemption", "Scales", "2018-10-20")),
        summary_of("birch", decided("waiver", "Shop", "2019-12-31")),
    ]

    assert view_portfolio(summarise(clients, [], 120), None).decided == (
        "Accepted by waivers, for which NetSuite does not wait: 2 integrations at 2018.2, 1 integration at 2019.1.",
        "1 exemption and 1 waiver at 1 client end by 27 October 2018, within 60 days.",
    )
    assert view_portfolio(summarise(clients[1:], [], 120), None).decided == (
        "Accepted by waivers, for which NetSuite does not wait: 1 integration at 2018.2, 1 integration at 2019.1.",
    )


def test_the_page_shows_whose_they_are_and_when_they_end(summary_of, browser, tmp_path):
    clients = [
        summary_of("alder", decided("exemption", "Scales", "2019-12-31")),
        summary_of("birch", decided("waiver", "Shop", "2018-10-20")),
    ]
    path = write_portfolio(summarise(clients, [], 120), tmp_path / "out", ["html"])[0]

    page = browser.new_page()
    page.goto(path.as_uri())

    rows = [row.locator("th, td").all_inner_texts() for row in page.locator("#decisions tbody tr").all()]
    assert [[" ".join(cell.split()) for cell in row] for row in rows] == [
        ["birch", "20 October 2018 in 53 days", "Waiver sold", "CFO", "Shop at 2018.2", "2019.1"],
        ["alder", "31 December 2019 in 490 days", "Exemption sold", "CFO", "Scales at 2018.2, 2019.1", ""],
    ]
    assert page.locator("#decisions strong").all_inner_texts() == ["20 October 2018"]
    cells = page.locator("#client-table tbody tr").all_inner_texts()
    assert [("accepted by a waiver" in cell) for cell in cells] == ["birch" in cell for cell in cells]
    page.close()


def test_a_page_without_any_has_no_chapter_on_them(summary_of, browser, tmp_path):
    path = write_portfolio(summarise([summary_of("alder")], [], 120), tmp_path / "out", ["html"])[0]

    page = browser.new_page()
    page.goto(path.as_uri())

    assert page.locator("a[href='#decisions'], #decisions").count() == 0
    page.close()


def test_the_workbook_has_a_row_for_each_to_sort_by_its_end(summary_of, tmp_path):
    clients = [
        summary_of("alder", decided("exemption", "Scales", "2019-12-31")),
        summary_of("birch", decided("waiver", "Shop", "2018-10-20")),
    ]
    path = write_portfolio(summarise(clients, [], 120), tmp_path / "out", ["html"])[1]

    book = openpyxl.load_workbook(path)

    header, *rows = book["Exemptions and waivers"].values
    assert [tuple(cell.date() if hasattr(cell, "date") else cell for cell in row) for row in rows] == [
        ("birch", date(2018, 10, 20), 53, "waiver", "sold", "CFO", "Shop", 1, "2018.2", "2019.1"),
        ("alder", date(2019, 12, 31), 490, "exemption", "sold", "CFO", "Scales", 1, "2018.2, 2019.1", None),
    ]
    assert header[:4] == ("Client", "Until", "Days left", "Decision")
    head, *counts = book["Clients"].values
    columns = [head.index(name) for name in ("Client", "Breaking 2018.2", "Exempt 2018.2", "By a waiver 2018.2")]
    assert [tuple(row[column] for column in columns) for row in counts] == [("birch", 1, 1, 1), ("alder", 1, 1, 0)]
    lines = [cell for (cell, *_) in book["Summary"].values if cell]
    assert "1 waiver at 1 client ends by 27 October 2018, within 60 days." in lines
