"""The 2027.1-2028.2 pack over every combination of the facts that decide: nothing is ready that may stop working."""

from datetime import date
from itertools import product

import pytest

from auditor import Engagement, read_pack
from auditor.engine.judge import judge
from auditor.inventory import Inventory
from auditor.model import Account, Connection, Integration
from auditor.vocabulary import Authentication, Channel

PHASES = ("2027.1", "2027.2", "2028.1", "2028.2")
ENDPOINTS = (None, "2015.1", "2020.1", "2020.2", "2021.1", "2022.2", "2024.2", "2025.2", "2026.1")
FACTS = {
    "channel": (None, *(channel for channel in Channel if channel is not Channel.UI)),
    "authentication": (None, *Authentication),
    "endpoint_version": ENDPOINTS,
    "role_privileged": (None, True, False),
    "superseded_on": (None, date(2026, 9, 1)),
    "logins": (None, 3),
}


@pytest.fixture(scope="module")
def judged():
    every = [dict(zip(FACTS, values, strict=True)) for values in product(*FACTS.values())]
    # Only sign-ins with user credentials can be superseded.
    credentials = Authentication.USER_CREDENTIALS
    combinations = [facts for facts in every if not facts["superseded_on"] or facts["authentication"] is credentials]
    connections = tuple(Connection(id=str(number), **facts) for number, facts in enumerate(combinations))
    integrations = (Integration(key="x", name="x", connections=tuple(one.id for one in connections)),)
    account = Account(integrations=integrations, connections=connections, roles=(), conflicts=())
    engagement = Engagement(as_of=date(2026, 11, 16))
    assessment = judge(account, Inventory(frames={}, inputs=()), read_pack("2027.1-2028.2"), engagement)
    return [(one.connection, one.verdicts) for one in assessment.connections]


def ready(judged, phase):
    return [one for one, verdicts in judged if verdicts[phase] == "ready"]


def test_no_soap_connection_is_ready_when_soap_is_gone(judged):
    assert [one for one in ready(judged, "2028.2") if one.channel is Channel.SOAP] == []


def test_no_token_is_ready_when_tokens_end_but_for_connect(judged):
    tokens = [one for one in ready(judged, "2028.1") if one.authentication is Authentication.TBA]

    assert {one.channel for one in tokens} == {Channel.CONNECT}


def test_what_signs_in_nobody_knows_how_is_never_ready_when_tokens_end(judged):
    unknown = [one for one in ready(judged, "2028.1") if one.authentication is None]

    assert {(one.channel, one.role_privileged) for one in unknown} == {(Channel.CONNECT, False)}


def test_what_signs_in_to_nobody_knows_what_is_ready_with_oauth_alone(judged):
    # With an endpoint that is still answered it may be called ready until tokens end: whatever it is, it goes on.
    unknown = [one for one in ready(judged, "2028.1") if one.channel is None]

    assert {one.authentication for one in unknown} == {Authentication.OAUTH2}


def test_soap_on_an_endpoint_that_is_disabled_or_not_known_is_never_ready(judged):
    for phase, gone in zip(PHASES, ("2020.1", "2020.2", "2021.1"), strict=False):
        endpoints = {one.endpoint_version for one in ready(judged, phase) if one.channel is Channel.SOAP}
        assert None not in endpoints and "2026.1" not in endpoints
        assert all(endpoint > gone for endpoint in endpoints)


def test_soap_with_user_credentials_is_never_ready(judged):
    for phase in PHASES:
        credentials = [one for one in ready(judged, phase) if one.authentication is Authentication.USER_CREDENTIALS]
        assert {one.channel for one in credentials} == {Channel.CONNECT}
        assert {one.role_privileged for one in credentials} == {False}
        assert {one.superseded_on for one in credentials} == {None}


def test_a_verdict_never_gets_better_from_phase_to_phase(judged):
    order = ["ready", "at-risk", "undetermined", "breaks"]
    # Without a sign-in or a method nothing is ready; that gap is a verdict of its own.
    proved = [verdicts for one, verdicts in judged if one.authentication or one.logins]
    for verdicts in proved:
        ranks = [order.index(verdicts[phase]) for phase in PHASES]
        assert ranks == sorted(ranks)


def test_oauth_outside_soap_is_ready_to_the_end(judged):
    for one, verdicts in judged:
        if one.authentication is Authentication.OAUTH2 and one.channel in (Channel.REST, Channel.RESTLET):
            assert set(verdicts.values()) == {"ready"}
