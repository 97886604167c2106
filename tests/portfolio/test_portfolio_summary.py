"""All clients together: months that add up, causes that are shared, and nothing made up."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import audit, read_engagement, read_pack
from auditor.assessment import Phase
from auditor.portfolio.client_summary import ClientPhase, ClientSummary, Failure, Problem, Work, summarise_client
from auditor.portfolio.summary import summarise
from auditor.reporter.recorded import record
from auditor.reporter.view import view_assessment
from auditor.vocabulary import RuleVerdict, Verdict

AS_OF = date(2018, 8, 28)


def client_phase(phase_id, verdict, *, effective=None, work=(), window=(date(2018, 7, 1), date(2018, 12, 31))):
    return ClientPhase(
        phase=Phase(id=phase_id, title=phase_id, window=window, effective=effective),
        verdict=verdict,
        integrations=dict.fromkeys(Verdict, 0) | {verdict: 1},
        waived=0,
        work=tuple(Work(who=who, integrations=1, hours=hours) for who, hours in work),
    )


def client(folder, *phases, problems=(), as_of=AS_OF, missing=()):
    return ClientSummary(
        folder=folder,
        client=folder.title(),
        as_of=as_of,
        packs=(("2018.2-2019.1", "1.0"),),
        integrations=1,
        connections=1,
        phases=phases,
        problems=problems,
        decisions=(),
        missing_lists=missing,
    )


def problem(integration, vendor=None, rule="TBA-101", hours=(2.0, 6.0)):
    return Problem(
        integration=integration,
        vendor=vendor,
        rule=rule,
        title="Breaks",
        phase="2018.2",
        verdict=RuleVerdict.BREAKS,
        who="vendor",
        hours=hours,
    )


def test_the_work_of_a_phase_is_spread_over_the_days_that_are_left():
    due = client_phase("2018.2", Verdict.BREAKS, effective=date(2018, 9, 14), work=[("vendor", (17.0, 34.0))])

    months = summarise([client("alder", due)], [], hours_a_month=120).months

    # 4 days of August, 13 of September; one person gets 4/31 of a month's 120 hours done in what is left of August.
    assert [(month.begins, month.hours, month.people) for month in months.months] == [
        (date(2018, 8, 1), (4.0, 8.0), (0.3, 0.5)),
        (date(2018, 9, 1), (13.0, 26.0), (0.1, 0.2)),
    ]
    assert [(one.folder, one.day, one.dated) for one in months.months[1].due] == [("alder", date(2018, 9, 14), True)]


def test_a_client_that_knows_no_date_has_to_be_done_when_the_window_opens():
    window = (date(2019, 1, 1), date(2019, 6, 30))
    due = client_phase("2019.1", Verdict.BREAKS, window=window, work=[("vendor", (10.0, 20.0))])

    months = summarise([client("alder", due)], [], hours_a_month=120).months

    assert [(one.day, one.dated) for one in months.months[-1].due] == [(date(2019, 1, 1), False)]
    assert [month.begins.month for month in months.months] == [8, 9, 10, 11, 12, 1]
    assert months.months[-1].hours == (0, 0)


def test_what_should_have_been_done_stands_apart_and_asks_for_no_people():
    past = client_phase("2018.2", Verdict.BREAKS, effective=date(2018, 8, 1), work=[("vendor", (10.0, 20.0))])

    months = summarise([client("alder", past)], [], hours_a_month=120).months

    assert (months.due_now_hours, months.months) == ((10.0, 20.0), ())


HOURS = st.tuples(st.floats(0, 400), st.floats(0, 400)).map(lambda pair: (round(min(pair), 1), round(max(pair), 1)))


@given(st.lists(st.tuples(HOURS, st.dates(date(2018, 7, 1), date(2021, 1, 1))), min_size=1, max_size=8))
def test_no_hour_is_lost_between_the_months(given_work):
    clients = [
        client(f"c{number}", client_phase("p", Verdict.BREAKS, effective=day, work=[("vendor", hours)]))
        for number, (hours, day) in enumerate(given_work)
    ]

    made = summarise(clients, [], hours_a_month=120)

    for end in (0, 1):
        planned = sum(month.hours[end] for month in made.months.months) + made.months.due_now_hours[end]
        assert planned == pytest.approx(made.hours[end], abs=0.01)


def test_the_order_of_the_clients_leaves_no_trace():
    clients = [client(name, client_phase("2018.2", Verdict.BREAKS), problems=(problem(name),)) for name in "cab"]
    failed = [Failure(folder=name, reason="no list") for name in "zyx"]

    assert summarise(clients, failed, 120) == summarise(clients[::-1], failed[::-1], 120)


def test_a_connector_at_several_clients_is_one_cause():
    clients = [
        client("a", problems=(problem("Shop  Sync"), problem("Own tool"))),
        client("b", problems=(problem("shop sync"), problem("shop sync", rule="TBA-201"))),
        client("c", problems=(problem("shop sync"),)),
    ]

    causes = summarise(clients, [], 120).causes

    assert [(one.name, one.is_vendor, one.rule, one.clients, one.hours) for one in causes] == [
        ("shop sync", False, "TBA-101", ("a", "b", "c"), (6.0, 18.0))
    ]


def test_a_vendor_that_one_client_names_is_the_vendor_of_that_integration_at_the_others():
    clients = [
        client("a", problems=(problem("Shop sync", "Stallfront"),)),
        client("b", problems=(problem("Shop sync"), problem("Stock sync", "stallfront"))),
    ]

    (cause,) = summarise(clients, [], 120).causes

    assert (cause.name, cause.is_vendor, cause.integrations) == (
        "Stallfront",
        True,
        (("Shop sync", 2), ("Stock sync", 1)),
    )


def test_a_name_that_two_vendors_use_belongs_to_neither():
    clients = [
        client("a", problems=(problem("Sync", "One"),)),
        client("b", problems=(problem("Sync", "Other"),)),
        client("c", problems=(problem("Sync"),)),
    ]

    assert summarise(clients, [], 120).causes == ()


def test_clients_are_counted_by_their_worst_verdict_and_the_gravest_comes_first():
    clients = [
        client("ready", client_phase("2018.2", Verdict.READY), missing=("role list",)),
        client("broken", client_phase("2018.2", Verdict.BREAKS)),
        client("unknown", client_phase("2018.2", Verdict.UNDETERMINED), missing=("users", "role list")),
    ]

    made = summarise(clients, [], 120)

    assert [one.folder for one in made.clients] == ["broken", "unknown", "ready"]
    assert [made.phases[0].clients[verdict] for verdict in Verdict] == [1, 1, 0, 0, 1, 0]
    assert dict(made.missing_lists) == {"role list": 2, "users": 1}


def test_a_portfolio_of_failures_only_has_no_date_and_no_phase():
    made = summarise([], [Failure(folder="a", reason="no list")], 120)

    assert (made.as_of, made.phases, made.months.months, made.hours) == (None, (), (), (0, 0))


def test_the_work_of_a_client_is_with_the_same_people_as_in_its_own_report():
    client = Path(__file__).parents[2] / "sample_data" / "harbor-supply"
    assessment = audit([client], read_pack("2018.2-2019.1"), read_engagement(client / "engagement.toml"))

    own = defaultdict(list)
    for step in view_assessment(assessment).steps:
        if step.effort and step.integration.breaks_at:
            own[step.integration.breaks_at, step.who].append(step.effort)
    phases = summarise_client("harbor-supply", record(assessment)).phases

    assert {(phase.phase.id, work.who): (work.integrations, work.hours) for phase in phases for work in phase.work} == {
        key: (len(efforts), tuple(map(sum, zip(*efforts, strict=True)))) for key, efforts in own.items()
    }
    assert ("2018.2", "developer of the integration") in own
