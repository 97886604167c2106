"""What reports show is computed once."""

from dataclasses import replace
from datetime import date

import pytest

from auditor.assessment import Finding, Phase
from auditor.model import Evidence, Role
from auditor.reporter import plain, words
from auditor.reporter.view import RowCounts, view_assessment
from auditor.vocabulary import RuleVerdict, State, Verdict


def test_the_integration_that_matters_most_comes_first(every_verdict):
    view = view_assessment(every_verdict)

    assert [(item.label, item.matters_because) for item in view.most_important] == [
        ("Shopify", "breaks at 2018.2, highly privileged role, its vendor has to change it; 2 to 6 hours"),
        ("Boomi", "breaks at 2019.1, its vendor has to change it; 1 to 4.5 hours"),
        ("Concur", "breaks at 2019.1, its vendor has to change it; 1 to 4.5 hours"),
        ("BI extract", "undetermined, its vendor has to change it"),
        ("Power BI", "at-risk, its vendor has to change it; 1 hour"),
    ]


def test_what_an_integration_is_and_how_much_it_is_used_stand_in_one_line(in_use):
    views = {item.label: item for item in view_assessment(in_use).integrations}

    assert views["Both"].in_short == "vendor · SOAP · TBA · 88 sign-ins, last 20 August 2018"
    assert views["Failing"].use == ""
    assert views["Nobody's"].use == "88 sign-ins"


@pytest.mark.parametrize(
    ("breaking", "total", "expected"),
    [
        (0, 2, "None of 2 integrations is known to stop working."),
        (1, 1, "The only integration stops working at 2018.2 (14 September 2018)."),
        (1, 2, "1 of 2 integrations stops working at 2018.2 (14 September 2018)."),
        (2, 2, "All 2 integrations stop working at 2018.2 (14 September 2018)."),
    ],
)
def test_the_verdict_is_one_sentence(breaking, total, expected, every_verdict):
    ready, breaks = (
        next(item for item in every_verdict.integrations if item.integration.name == name)
        for name in ("Zendesk", "Shopify")
    )
    integrations = tuple(
        replace(one, integration=replace(one.integration, key=str(number)))
        for number, one in enumerate([breaks] * breaking + [ready] * (total - breaking))
    )

    assert view_assessment(replace(every_verdict, integrations=integrations, gaps=())).headline == expected


def test_each_phase_gives_its_own_reason(every_verdict):
    concur = next(item for item in view_assessment(every_verdict).integrations if item.label == "Concur")

    assert {phase: (str(at.verdict), at.why) for phase, at in concur.standings.items()} == {
        "2018.2": (
            "undetermined",
            "Not known: whether the role is highly privileged as the rollout defines it",
        ),
        "2019.1": ("breaks", "Any role signs in with user credentials"),
    }


def test_every_verdict_has_a_reason_and_a_next_step(every_verdict):
    view = view_assessment(every_verdict)

    assert {item.label: (item.worst.why, item.worst.next_step) for item in view.integrations[3:]} == {
        "BI extract": (
            "Not known: whether the role is highly privileged as the rollout defines it; how it signs in",
            "Supply the role list or SDF role or role permissions: it must show "
            "whether the role is highly privileged as the rollout defines it",
        ),
        "Power BI": ("Both boxes are ticked", "Create an access token."),
        "Tax tool": ("ticket 4711 (Oracle Support, until 31 December 2019)", "Migrate it before the exemption ends"),
        "Zendesk": ("Signs in with TBA", "Nothing to do"),
        "Old Magento": ("None of its connections can sign in today", "Decide whether to delete it"),
    }


def test_a_migration_is_planned_once_though_two_phases_ask_for_it(every_verdict):
    plan = view_assessment(every_verdict).plan

    assert [(worker.who, worker.leads, worker.effort) for worker in plan] == [
        ("client administrator", 2, (3, 7)),
        ("vendor", 3, (3, 13.5)),
    ]
    assert [(task.rule.id, [item.label for item in task.integrations]) for worker in plan for task in worker.tasks] == [
        ("TBA-101", ["Shopify"]),
        ("TBA-210", ["Power BI"]),
        ("TBA-201", ["Boomi", "Concur", "Tax tool"]),
    ]


def test_the_effort_is_with_whoever_has_its_largest_part(every_verdict):
    shopify = next(item for item in every_verdict.connections if item.connection.integration == "Shopify")
    rewrite = replace(
        every_verdict.rules[0], id="TBA-109", verdict=RuleVerdict.AT_RISK, who="developer", effort_hours=(16, 60)
    )
    at_risk = Finding(id="f-109", rule=rewrite, connection=shopify.connection.id)
    changed = replace(shopify, findings=(*shopify.findings, at_risk.id))
    assessment = replace(
        every_verdict,
        rules=(*every_verdict.rules, rewrite),
        connections=tuple(changed if item is shopify else item for item in every_verdict.connections),
        findings=(*every_verdict.findings, at_risk),
        integrations=tuple(
            replace(item, effort_hours=(16, 60)) if item.integration.name == "Shopify" else item
            for item in every_verdict.integrations
        ),
    )

    view = view_assessment(assessment)

    assert {worker.who: worker.effort for worker in view.plan if worker.leads} == {
        "client administrator": (1, 1),
        "developer": (16, 60),
        "vendor": (3, 13.5),
    }
    assert [(step.who, step.effort) for step in view.steps if step.integration.label == "Shopify"] == [
        ("client administrator", None),
        ("developer", (16, 60)),
    ]


def test_the_parts_of_the_effort_add_up_to_the_total(every_verdict):
    view = view_assessment(every_verdict)

    assert [(line.title, line.integrations, line.effort) for line in view.effort_lines] == [
        ("Breaks first at 2018.2", 1, (2, 6)),
        ("Breaks first at 2019.1", 2, (2, 9)),
        ("At risk", 1, (1, 1)),
        ("Exempt, due before the exemption ends", 1, (1, 4.5)),
    ]
    assert view.effort == (6, 20.5) == tuple(map(sum, zip(*(worker.effort for worker in view.plan), strict=True)))


def test_what_is_only_advised_is_nobodys_part_of_the_effort(every_verdict):
    zendesk = next(item for item in every_verdict.connections if item.connection.integration == "Zendesk")
    advice = replace(every_verdict.rules[0], id="TBA-110", verdict=RuleVerdict.ADVICE, effort_hours=(0, 2))
    advised = replace(zendesk, findings=("f-110",))
    assessment = replace(
        every_verdict,
        rules=(*every_verdict.rules, advice),
        connections=tuple(advised if item is zendesk else item for item in every_verdict.connections),
        findings=(*every_verdict.findings, Finding(id="f-110", rule=advice, connection=zendesk.connection.id)),
    )

    view = view_assessment(assessment)

    assert "TBA-110" in [task.rule.id for worker in view.plan for task in worker.tasks]
    assert sum(worker.leads for worker in view.plan) == sum(line.integrations for line in view.effort_lines) == 5


def test_what_breaks_at_an_earlier_phase_is_told_apart_from_what_breaks_now(every_verdict):
    later = view_assessment(every_verdict).phases[1]

    assert [item.label for item in later.new_breaks] == ["Boomi", "Concur"]
    assert [item.label for item in later.old_breaks] == ["Shopify"]
    assert [(gap.question, gap.concerns) for gap in later.gaps] == [
        (
            "whether the role is highly privileged as the rollout defines it",
            "2 integrations (2 connections)",
        ),
        ("how it signs in", "1 integration (1 connection)"),
    ]


def test_an_integration_without_a_connection_says_so(every_verdict):
    judged = every_verdict.integrations[0]
    alone = replace(
        judged,
        integration=replace(judged.integration, connections=()),
        verdicts=dict.fromkeys(("2018.2", "2019.1"), Verdict.UNDETERMINED),
    )

    view = view_assessment(replace(every_verdict, integrations=(alone,), gaps=()))

    assert view.integrations[0].worst.why == "No export shows how it signs in"
    assert view.integrations[0].worst.next_step == "Ask whoever runs it how it signs in"
    assert view.headline == "None of 1 integration is known to stop working; 1 cannot be judged yet."


def test_a_gap_of_an_integration_without_a_connection_counts_the_integration(every_verdict):
    alone = replace(every_verdict.gaps[0], connections=())

    assert [gap.concerns for gap in view_assessment(replace(every_verdict, gaps=(alone,))).gaps] == ["1 integration"]


def test_a_blocked_integration_says_that_its_record_is_blocked(every_verdict):
    judged = every_verdict.integrations[6]
    blocked = replace(judged, integration=replace(judged.integration, state=State.BLOCKED))

    view = view_assessment(replace(every_verdict, integrations=(blocked,), gaps=()))

    assert view.integrations[0].worst.why == "The integration record is Blocked, so it cannot sign in today"


def test_several_connections_are_a_reason_to_look_and_an_internal_integration_waits_for_no_vendor(every_verdict):
    judged = every_verdict.integrations[1]
    wider = replace(judged, integration=replace(judged.integration, owner="internal", connections=("c2", "c5")))

    view = view_assessment(replace(every_verdict, integrations=(wider,), gaps=()))

    assert view.integrations[0].matters_because == "breaks at 2019.1, 2 connections; 1 to 4.5 hours"


def test_a_role_not_known_to_be_privileged_is_found_by_its_internal_id_whatever_it_is_called(every_verdict):
    judged = every_verdict.connections[1]
    renamed = replace(judged, connection=replace(judged.connection, role="renamed", role_id="77"))
    role = Role(name="Clerk", internal_id="77", privileged_because="its base role is not known")
    assessment = replace(
        every_verdict,
        roles=(role,),
        connections=(every_verdict.connections[0], renamed, *every_verdict.connections[2:]),
    )

    (shown,) = view_assessment(assessment).roles

    assert ([item.label for item in shown.integrations], shown.advice) == (["Boomi"], "Find out its base role")


def test_integrations_of_one_name_are_told_apart(hostile):
    same = [
        (item.label, item.anchor) for item in view_assessment(hostile).integrations if item.label.startswith("same")
    ]

    assert same == [
        ("same name (internal ID 19)", "integration-same-name-internal-id-19"),
        ("same name (internal ID 20)", "integration-same-name-internal-id-20"),
    ]


def test_the_role_review_says_where_least_privilege_is_due(every_verdict):
    roles = view_assessment(every_verdict).roles

    assert [
        (item.role.name, item.privileged, [used.label for used in item.integrations], item.advice) for item in roles
    ] == [
        ("Administrator", "yes", ["Shopify"], "Give the integration a role of its own with least privilege"),
        ("AP Clerk", "no", ["Boomi", "BI extract", "Power BI", "Tax tool", "Zendesk", "Old Magento"], ""),
    ]


def test_rows_are_counted_over_all_inputs(every_verdict):
    assert view_assessment(every_verdict).row_counts == RowCounts(files=1, rows=10, used=8, set_aside=1, rejected=1)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2018, 6, 30), "window opens in 1 day"),
        (date(2018, 7, 1), "window is open, closes in 183 days"),
        (date(2018, 12, 31), "window closes today"),
        (date(2019, 1, 2), "window closed 2 days ago"),
    ],
)
def test_the_countdown_to_a_window(as_of, expected):
    phase = Phase(id="2018.2", title="", window=(date(2018, 7, 1), date(2018, 12, 31)))

    assert words.countdown(phase, as_of) == expected


@pytest.mark.parametrize(("day", "expected"), [(13, "in 1 day"), (14, "today"), (16, "2 days ago")])
def test_the_countdown_to_the_accounts_own_date(day, expected):
    phase = Phase(id="2018.2", title="", window=(date(2018, 7, 1), date(2018, 12, 31)), effective=date(2018, 9, 14))

    assert words.countdown(phase, date(2018, 9, day)) == expected


@pytest.mark.parametrize(
    ("rows", "count", "expected"),
    [
        ((), 0, "a.csv"),
        ((7,), 1, "a.csv, row 7"),
        ((2, 4212), 4211, "a.csv, rows 2 to 4,212 (4,211 rows)"),
    ],
)
def test_proof_is_named_to_file_and_row(rows, count, expected):
    assert words.place(Evidence(file="a.csv", sheet=None, rows=rows, count=count, supports="user")) == expected


@pytest.mark.parametrize(
    ("effort", "expected"),
    [((0, 0), "no work"), ((1, 1), "1 hour"), ((0.5, 1), "0.5 to 1 hours"), ((1200, 1200), "1,200 hours")],
)
def test_effort_in_words(effort, expected):
    assert words.hours(effort) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [((), "none"), (("A",), "A"), (("A", "B"), "A and B"), (tuple("ABCDEF"), "A, B, C, D and 2 more")],
)
def test_a_listing_stays_short(names, expected):
    assert words.listing(names) == expected


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A1", "\t=1", "\r=1", "  =1", "\uff1d1"])
def test_what_a_spreadsheet_may_take_for_a_formula_is_defused(text):
    assert plain.csv_cell(text) == f"'{text}"


def test_what_cannot_be_shown_is_dropped():
    assert plain.clean("a\x00b\x1bc\u202ed\udcffe\tf\ng") == "abcde\tf\ng"
