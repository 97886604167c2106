"""Two audits side by side: what is the same integration, and what became of it."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import InputError, audit, read_pack
from auditor.assessment import JudgedConnection, JudgedIntegration, Phase
from auditor.engagement import Engagement
from auditor.model import Connection, Integration
from auditor.reporter.compare import OPEN, Change, check_earlier, compare
from auditor.reporter.data import assessment_json
from auditor.reporter.identity import Mark
from auditor.reporter.recorded import Recorded, read_assessment, record
from auditor.reporter.since_words import sign_ins
from auditor.vocabulary import Authentication, Channel, Verdict

PHASES = tuple(
    Phase(id=id_, title=id_, window=(date(year, 1, 1), date(year, 6, 30)))
    for id_, year in (("2018.2", 2018), ("2019.1", 2019))
)
TBA, CREDENTIALS = Authentication.TBA, Authentication.USER_CREDENTIALS


def way(user="svc@x.example", role="Clerk", channel=Channel.SOAP, authentication=CREDENTIALS, superseded_on=None):
    return (user, role, channel, authentication, superseded_on)


def account(*integrations, as_of=date(2018, 8, 28), packs=(("2018.2-2019.1", "1.0"),), phases=PHASES):
    """Return an audit; an integration is a dict of its record's fields, "verdicts" in a word a phase, and "ways"."""
    judged, connections = [], []
    for number, given_ in enumerate(integrations):
        known = {"name": "Feed", "verdicts": "breaks breaks", "ways": [way()]} | given_
        words, ways = known.pop("verdicts"), known.pop("ways")
        verdicts = {phase.id: Verdict(word) for phase, word in zip(phases, words.split(), strict=True)}
        ids = []
        for user, role, channel, authentication, superseded_on in ways:
            ids.append(f"c{len(connections)}")
            connection = Connection(
                id=ids[-1],
                user=user,
                role=role,
                channel=channel,
                authentication=authentication,
                superseded_on=superseded_on,
            )
            connections.append(
                JudgedConnection(connection=connection, verdicts=verdicts, findings=(), exemptions={}),
            )
        judged.append(
            JudgedIntegration(
                integration=Integration(**({"key": f"k{number}"} | known), connections=tuple(ids)),
                verdicts=verdicts,
                breaks_at=None,
                effort_hours=(0, 0),
            )
        )
    return Recorded(
        client="Harbor",
        as_of=as_of,
        packs=packs,
        phases=phases,
        integrations=tuple(judged),
        connections=tuple(connections),
    )


def told(before, after, phase="2018.2"):
    return {row.name: row.changes[phase] for row in compare(before, after).rows}


maybe = lambda values: st.one_of(st.none(), st.sampled_from(values))  # noqa: E731
ways = st.tuples(
    maybe(["a@x.example", "b@x.example"]),
    maybe(["Clerk", "Administrator"]),
    maybe([Channel.SOAP, Channel.RESTLET]),
    maybe([TBA, CREDENTIALS]),
    maybe([date(2018, 8, 1)]),
)
integrations = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Feed", "feed ", "Shop", "EDI"]),
        "application_id": maybe(["X", "Y"]),
        "internal_id": maybe(["1", "2"]),
        "verdicts": st.tuples(*[st.sampled_from(list(Verdict))] * 2).map(" ".join),
        "ways": st.lists(ways, max_size=3),
    }
)
accounts = st.lists(integrations, max_size=6).map(lambda made: account(*made))
law = settings(max_examples=300, deadline=None)


@law
@given(audited=accounts)
def test_an_audit_beside_itself_shows_no_change(audited):
    comparison = compare(audited, audited)

    assert comparison.changes == ()
    assert {row.worst for row in comparison.rows} <= {Change.STILL_OPEN, Change.NEVER_OPEN}


@law
@given(before=accounts, after=accounts)
def test_every_integration_of_both_audits_stands_in_one_row(before, after):
    rows = compare(before, after).rows

    assert Counter(row.before.integration.key for row in rows if row.before) == Counter(
        one.integration.key for one in before.integrations
    )
    assert Counter(row.after.integration.key for row in rows if row.after) == Counter(
        one.integration.key for one in after.integrations
    )


MIRRORED = {
    Change.NEW: {Change.GONE},
    Change.GONE: {Change.NEW},
    Change.FIXED: {Change.NEWLY_BREAKING, Change.REGRESSED},
    Change.CLEARED: {Change.IN_DOUBT, Change.REGRESSED},
    Change.EXEMPTED: {Change.NEWLY_BREAKING, Change.IN_DOUBT, Change.REGRESSED},
    Change.NEWLY_BREAKING: {Change.FIXED, Change.EXEMPTED},
    Change.IN_DOUBT: {Change.CLEARED, Change.EXEMPTED},
    Change.STILL_OPEN: {Change.STILL_OPEN, Change.REGRESSED},
    Change.REGRESSED: {Change.FIXED, Change.CLEARED, Change.EXEMPTED, Change.STILL_OPEN},
    Change.NEVER_OPEN: {Change.NEVER_OPEN},
}


@law
@given(before=accounts, after=accounts)
def test_the_way_back_mirrors_the_way_there(before, after):
    def keys(one, other):
        return (one.integration.key if one else None, other.integration.key if other else None)

    there = {keys(row.before, row.after): row for row in compare(before, after).rows}
    back = {keys(row.after, row.before): row for row in compare(after, before).rows}

    assert there.keys() == back.keys()
    for pair, row in there.items():
        assert row.differs == back[pair].differs
        for phase, change in row.changes.items():
            assert back[pair].changes[phase] in MIRRORED[change], (row, back[pair])


@law
@given(before=accounts, after=accounts)
def test_what_is_open_now_is_what_the_changes_say(before, after):
    comparison = compare(before, after)

    for phase in ("2018.2", "2019.1"):
        now = [
            row
            for change in (Change.REGRESSED, Change.NEWLY_BREAKING, Change.IN_DOUBT, Change.STILL_OPEN)
            for row in comparison.at(phase, change)
        ]
        now += [row for row in comparison.at(phase, Change.NEW) if row.verdict(phase, now=True) in OPEN]
        assert len(now) == sum(one.verdicts[phase] in OPEN for one in after.integrations)


@pytest.mark.parametrize(
    ("then", "now", "change"),
    [
        ("breaks", "ready", Change.FIXED),
        ("breaks", "at-risk", Change.FIXED),
        ("breaks", "exempt", Change.EXEMPTED),
        ("breaks", "undetermined", Change.STILL_OPEN),
        ("undetermined", "breaks", Change.STILL_OPEN),
        ("undetermined", "ready", Change.CLEARED),
        ("ready", "breaks", Change.NEWLY_BREAKING),
        ("exempt", "breaks", Change.NEWLY_BREAKING),
        ("ready", "undetermined", Change.IN_DOUBT),
        ("ready", "inactive", Change.NEVER_OPEN),
    ],
)
def test_what_became_of_an_integration_follows_from_its_verdicts(then, now, change):
    before, after = (account({"verdicts": f"{verdict} ready"}) for verdict in (then, now))

    assert told(before, after) == {"Feed": change}


def test_what_was_on_tokens_and_takes_a_password_again_has_regressed():
    before = account({"verdicts": "ready ready", "ways": [way(authentication=TBA)]})
    after = account({"verdicts": "breaks breaks", "ways": [way(authentication=TBA), way()]})

    [row] = compare(before, after).rows

    assert (row.regressed, dict(row.changes)) == (True, dict.fromkeys(("2018.2", "2019.1"), Change.REGRESSED))
    assert row.got_worse


def test_a_password_that_tokens_superseded_and_that_comes_back_has_regressed():
    moved = [way(superseded_on=date(2018, 8, 1)), way(authentication=TBA)]
    before = account({"verdicts": "at-risk at-risk", "ways": moved})
    after = account({"verdicts": "ready breaks", "ways": [way(), way(authentication=TBA)]})

    [row] = compare(before, after).rows

    assert row.regressed
    assert dict(row.changes) == {"2018.2": Change.NEVER_OPEN, "2019.1": Change.REGRESSED}
    assert row.worst is Change.REGRESSED


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ([way(authentication=TBA), way(role="Other", authentication=None)], [way()]),
        ([way()], [way()]),
        ([way(authentication=TBA)], [way(authentication=TBA), way(superseded_on=date(2018, 8, 1))]),
    ],
    ids=["one of its sign-ins was not known", "it never left", "the password is superseded"],
)
def test_what_was_not_known_to_be_on_tokens_alone_has_not_regressed(then, now):
    [row] = compare(account({"ways": then}), account({"ways": now})).rows

    assert not row.regressed


def test_an_application_id_outlasts_a_change_of_name_and_of_internal_id():
    before = account({"name": "Feed", "application_id": "abc", "internal_id": "1"})
    after = account({"name": "Bank", "application_id": "ABC", "internal_id": "2"})

    [row] = compare(before, after).rows

    assert (row.mark, row.name, row.former_name) == (Mark.APPLICATION_ID, "Bank", "Feed")


def test_one_internal_id_with_two_application_ids_is_two_integrations():
    before = account({"application_id": "a", "internal_id": "1"})
    after = account({"application_id": "b", "internal_id": "1"})

    assert sorted(row.worst for row in compare(before, after).rows) == [Change.GONE, Change.NEW]


def test_an_internal_id_outlasts_a_change_of_name():
    [row] = compare(account({"name": "Feed", "internal_id": "1"}), account({"name": "Bank", "internal_id": "1"})).rows

    assert (row.mark, row.former_name) == (Mark.INTERNAL_ID, "Feed")


def test_case_and_spacing_of_a_name_do_not_matter_but_are_told():
    [row] = compare(account({"name": "Bank  Feed"}), account({"name": "bank feed", "ways": []})).rows

    assert (row.mark, row.former_name) == (Mark.NAME, "Bank  Feed")


def test_two_of_one_name_are_told_apart_by_how_they_sign_in():
    one, other = {"ways": [way(user="a")]}, {"ways": [way(user="b")]}
    rows = compare(account(one, other), account(other, one)).rows

    assert [(row.before.integration.key, row.after.integration.key) for row in rows] == [("k1", "k0"), ("k0", "k1")]


def test_a_renamed_integration_without_an_id_is_recognised_by_its_user_role_and_channel():
    [row] = compare(account({"name": "Feed"}), account({"name": "Bank", "ways": [way(authentication=TBA)]})).rows

    assert (row.mark, row.former_name) == (Mark.SIGN_INS, "Feed")


@pytest.mark.parametrize("ways_", [[], [way(user=None)]])
def test_where_the_sign_ins_are_not_known_a_renamed_integration_is_gone_and_new(ways_):
    rows = compare(account({"name": "Feed", "ways": ways_}), account({"name": "Bank", "ways": ways_})).rows

    assert sorted(row.worst for row in rows) == [Change.GONE, Change.NEW]


def test_two_that_share_a_sign_in_are_not_guessed_at():
    before = account({"name": "A"}, {"name": "B"})
    after = account({"name": "C"}, {"name": "D"})

    assert {row.mark for row in compare(before, after).rows} == {None}


def test_a_way_keeps_its_place_when_the_authentication_changes():
    [row] = compare(account({}), account({"ways": [way(authentication=TBA)]})).rows

    [change] = row.sign_ins
    assert (change.before.authentications, change.after.authentications) == (("user credentials",), ("TBA",))


@pytest.mark.parametrize("other", [{"user": "new@x.example"}, {"role": "Other"}, {"channel": Channel.REST}])
def test_a_way_is_recognised_when_its_user_role_or_channel_changes(other):
    [row] = compare(account({}), account({"ways": [way(**other)]})).rows

    [change] = row.sign_ins
    assert change.before and change.after and change.differs


def test_what_the_logs_of_an_audit_show_of_a_new_job_is_a_new_way():
    [row] = compare(account({}), account({"ways": [way(), way(user="b", role="Other", channel=Channel.REST)]})).rows

    assert [(bool(one.before), bool(one.after)) for one in row.sign_ins] == [(True, True), (False, True)]


def test_only_what_breaks_now_and_did_not_is_worse():
    before = account(
        {"name": "A", "verdicts": "ready ready", "ways": [way(user="a")]},
        {"name": "B", "verdicts": "undetermined ready", "ways": [way(user="b")]},
    )
    after = account(
        {"name": "A", "verdicts": "undetermined ready", "ways": [way(user="a")]},
        {"name": "B", "verdicts": "breaks ready", "ways": [way(user="b")]},
        {"name": "C", "verdicts": "ready breaks", "ways": [way(user="c")]},
        {"name": "D", "verdicts": "ready undetermined", "ways": [way(user="d")]},
    )

    assert [row.name for row in compare(before, after).got_worse] == ["C"]


def test_only_phases_of_both_are_compared_and_the_others_are_named():
    other = (*PHASES[:1], replace(PHASES[1], id="2027.1"))
    comparison = compare(account({}), account({}, phases=other, packs=(("2018.2-2019.1", "1.1"), ("new", "1"))))

    assert [phase.id for phase in comparison.phases] == ["2018.2"]
    assert comparison.notes == (
        "The rule pack 2018.2-2019.1 was version 1.0 then and is version 1.1 now: "
        "a verdict may have changed because a rule did.",
        "Only one of the audits judges 2019.1 (then) and 2027.1 (now): there is nothing to compare it with.",
    )


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"client": "Somebody else"}, 'an audit of "Harbor", and the other is of "Somebody else"'),
        ({"as_of": date(2018, 8, 27)}, "as of 2018-08-28, which is later than 2018-08-27"),
        ({"phases": ["2027.1"]}, "judges 2018.2 and 2019.1, and the other audit 2027.1: no phase is in both"),
    ],
)
def test_what_is_no_earlier_audit_is_refused(other, said):
    given_ = {"client": " harbor", "as_of": date(2018, 8, 28), "phases": ["2019.1"]}
    check_earlier(account({}), where="a.json", **given_)

    with pytest.raises(InputError) as raised:
        check_earlier(account({}), where="a.json", **(given_ | other))

    assert (raised.value.where, said in raised.value.message) == ("a.json", True)


def test_an_audit_in_memory_is_what_its_file_says(every_verdict, tmp_path):
    path = tmp_path / "assessment.json"
    path.write_text(assessment_json(every_verdict), encoding="utf-8")

    comparison = compare(read_assessment(path), record(every_verdict))

    assert comparison.changes == ()
    assert [row.name for row in comparison.at("2019.1", Change.STILL_OPEN)] == [
        "BI extract",
        "Boomi",
        "Concur",
        "Shopify",
    ]


@pytest.mark.parametrize(
    "damage",
    [
        lambda written: written["integrations"][0]["verdicts"].pop("2018.2"),
        lambda written: written["connections"][0]["verdicts"].pop("2018.2"),
        lambda written: written["connections"].pop(),
        lambda written: written["integrations"].append(written["integrations"][0]),
    ],
)
def test_an_assessment_with_a_hole_in_it_is_refused(damage, every_verdict, tmp_path):
    path = tmp_path / "assessment.json"
    written = json.loads(assessment_json(every_verdict))
    damage(written)
    path.write_text(json.dumps(written), encoding="utf-8")

    with pytest.raises(InputError, match="no assessment"):
        read_assessment(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"schema": "auditor.assessment/2"}', "an assessment of the form 2, and this program reads 1"),
        ('{"schema": "auditor.assessment/0"}', "an assessment of the form 0, and this program reads 1"),
        ('{"schema": "auditor.portfolio/1"}', "is no assessment of this program"),
        ('{"client": "Harbor"}', "is no assessment of this program"),
        ("[1, 2]", "is no assessment of this program"),
        ('{"schema": "auditor.assessment/1",\n "client": "Har', "line 2 is no JSON, so the file may be cut short"),
        ('{"schema": "auditor.assessment/1", "as_of": "2018-08-28"}', "client is missing or is wrong"),
        ("[" * 100_000, "is no assessment of this program"),
    ],
)
def test_what_is_no_assessment_that_this_program_reads_is_said(content, said, tmp_path):
    path = tmp_path / "assessment.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(InputError) as raised:
        read_assessment(path)

    assert (raised.value.where, said in raised.value.message) == (str(path), True)


HEADER = "Internal ID,Name,State,Application ID,Role,User,Authentication\n"


def audited(folder, *rows):
    folder.mkdir()
    (folder / "integrations.csv").write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    engagement = Engagement(client="Harbor", as_of=date(2018, 8, 28))
    return record(audit([folder], read_pack("2018.2-2019.1"), engagement))


def test_whole_accounts_are_compared_as_a_person_would(tmp_path):
    before = audited(
        tmp_path / "before",
        "1,Feed,Enabled,A-1,Administrator,feed@x.example,user credentials",
        "2,Shop,Enabled,A-2,Administrator,shop@x.example,TBA",
        "3,Old,Enabled,A-3,Administrator,old@x.example,user credentials",
        "4,Bank,Enabled,A-4,Administrator,bank@x.example,magic",
        "5,Tax,Enabled,A-5,Administrator,tax@x.example,user credentials",
        "6,EDI,Enabled,A-6,Administrator,edi@x.example,user credentials",
    )
    after = audited(
        tmp_path / "after",
        "1,Feed (tokens),Enabled,A-1,Administrator,feed.token@x.example,TBA",
        "2,Shop,Enabled,A-2,Administrator,shop@x.example,user credentials",
        "4,Bank,Enabled,A-4,Administrator,bank@x.example,TBA",
        "5,Tax,Enabled,A-5,Administrator,tax@x.example,user credentials",
        "6,EDI,Blocked,A-6,Administrator,edi@x.example,user credentials",
        "7,Cubes,Enabled,A-7,Administrator,cubes@x.example,TBA",
    )

    assert told(before, after) == {
        "Shop": Change.REGRESSED,
        "Cubes": Change.NEW,
        "Tax": Change.STILL_OPEN,
        "EDI": Change.FIXED,
        "Feed (tokens)": Change.FIXED,
        "Bank": Change.CLEARED,
        "Old": Change.GONE,
    }


def known(made, **facts):
    """Return the audit with these facts on every connection."""
    connections = tuple(replace(one, connection=replace(one.connection, **facts)) for one in made.connections)
    return replace(made, connections=connections)


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        (
            account({}),
            account({"ways": [way(authentication=TBA)]}),
            ["svc@x.example · Clerk · SOAP: user credentials → TBA"],
        ),
        (
            account({}),
            account({"ways": [way(user="new@x.example")]}),
            ["svc@x.example → new@x.example · Clerk · SOAP: user credentials"],
        ),
        (
            account({"ways": [way(role=None, authentication=None)]}),
            account({"ways": [way(), way(user="b", role="B", channel=None)]}),
            [
                "svc@x.example · role not known → Clerk · SOAP: not known → user credentials",
                "new: b · B · channel not known, user credentials",
            ],
        ),
        (
            account({"ways": [way()]}),
            account({"ways": []}),
            ["no longer: svc@x.example · Clerk · SOAP, user credentials"],
        ),
        (
            known(account({}), role_privileged=True, endpoint_version="2014.1"),
            known(account({}), role_privileged=False),
            ["svc@x.example · Clerk · SOAP: user credentials; role privileged yes → no"],
        ),
        (
            known(account({"verdicts": "breaks breaks"}), role_privileged=True),
            account({"verdicts": "undetermined breaks"}),
            ["svc@x.example · Clerk · SOAP: user credentials; role privileged yes → not known"],
        ),
        (known(account({}), role_privileged=True), account({}), []),
    ],
)
def test_a_line_says_what_changed_of_a_way_to_sign_in(before, after, lines):
    [row] = compare(before, after).rows

    assert list(sign_ins(row)) == lines
    assert row.differs is bool(lines)
