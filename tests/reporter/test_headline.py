"""The headline: how many integrations stop working, and that NetSuite does not wait for a waiver."""

from dataclasses import replace
from datetime import date

from auditor.reporter.view import view_assessment


def headline(assessment):
    return view_assessment(assessment).headline


def test_a_waiver_is_named_beside_those_that_stop(waived):
    assert headline(waived) == (
        "3 of 8 integrations stop working at 2019.1; 1 of them stops earlier and is accepted by a waiver; "
        "1 more stops and is accepted by a waiver; 1 cannot be judged yet and 1 is at risk."
    )


def test_what_is_accepted_by_waivers_alone_stops_working_too(waived):
    accepted = tuple(judged for judged in waived.integrations if judged.integration.name == "Tax tool")

    assert headline(replace(waived, integrations=accepted)) == (
        "The only integration stops working, which the client accepts by a waiver."
    )


def test_an_exemption_of_netsuites_is_no_waiver(every_verdict):
    assert "waiver" not in headline(every_verdict)


def test_what_waivers_accept_has_its_own_line_of_the_effort_and_its_own_next_step(waived):
    view = view_assessment(waived)
    tax_tool = next(item for item in view.integrations if item.label == "Tax tool")

    assert "Accepted by a waiver" in [line.title for line in view.effort_lines]
    assert tax_tool.worst.why == "waived: we will sue them (the CFO, until 15 August 2019)"
    assert tax_tool.worst.next_step == "NetSuite does not wait: migrate it all the same, or do without it"


def test_a_rollout_that_was_over_before_the_audit_says_so_first(every_verdict):
    over = headline(replace(every_verdict, as_of=date(2019, 7, 1)))

    assert over.startswith(
        "Every phase of Token-based authentication rollout was over before 1 July 2019: "
        "what follows is what NetSuite refuses already, and nothing of a coming rollout. 1 of 8 integrations "
    )


def test_a_rollout_whose_last_phase_is_not_over_is_not_called_so(every_verdict):
    assert headline(replace(every_verdict, as_of=date(2019, 6, 30))) == headline(every_verdict)
