"""What the gate did is what the audit of its own trail says: every role, channel and authentication, at every phase."""

import time
from dataclasses import dataclass
from datetime import date
from itertools import product

import pytest
import requests
from foreign_clients import envelope, passport, token_passport
from rehearsing import PACK, rehearsed, served, token_of
from requests_oauthlib import OAuth1

from auditor.engagement import Engagement
from auditor.engine.rollouts import read_packs
from auditor.netsuite.rehearsal.lists import TRAIL, exported_lists
from auditor.netsuite.rehearsal.setup import Setup, read_setup
from auditor.pipeline import audit
from auditor.vocabulary import Authentication, Channel, Verdict

PHASES = ("before", "2018.2", "2019.1")
PATHS = {
    Channel.RESTLET: "/app/site/hosting/restlet.nl?script=6&deploy=1",
    Channel.REST: "/services/rest/record/v1/customer",
    Channel.SOAP: "/services/NetSuitePort_2018_1",
}


@dataclass(frozen=True)
class Combination:
    """A program of its own for each way to sign in, so that no other speaks for it."""

    role: str
    channel: Channel
    authentication: Authentication

    @property
    def name(self):
        return f"{self.role} {self.channel} {self.authentication}"

    @property
    def email(self):
        return f"{self.name}@acme.example".casefold().replace(" ", ".")

    @property
    def never_works(self):
        """What NetSuite refuses at any phase, rollout or not."""
        rest_with_password = (Channel.REST, Authentication.USER_CREDENTIALS)
        return (self.channel, self.authentication) == rest_with_password or (
            self.role == "HS Warehouse WS" and self.channel is Channel.RESTLET
        )


ROLES = read_setup().role
COMBINATIONS = [
    Combination(*one)
    for one in product([role.name for role in ROLES], PATHS, (Authentication.USER_CREDENTIALS, Authentication.TBA))
]


def setup():
    by_token = {one: one.authentication is Authentication.TBA for one in COMBINATIONS}
    return Setup.model_validate(
        {
            "role": [role.model_dump() for role in ROLES],
            "user": [{"name": one.name, "email": one.email, "roles": [one.role]} for one in COMBINATIONS],
            "integration": [
                {
                    "name": one.name,
                    "token_based_authentication": token,
                    "user_credentials": not token,
                    "user": one.name,
                    "role": one.role,
                }
                for one, token in by_token.items()
            ],
            "token": [
                {"integration": one.name, "user": one.name, "role": one.role}
                for one, token in by_token.items()
                if token
            ],
        },
        strict=False,
    )


def signed_in(server, session, one):
    """Sign in as that program does, and tell whether it was let in."""
    gate, role = server.gate, next(role.id for role in ROLES if role.name == one.role)
    url, by_token = server.url + PATHS[one.channel], one.authentication is Authentication.TBA
    if one.channel is Channel.SOAP:
        proof = token_passport(gate, one.name) if by_token else passport(gate, one.email, role)
        return session.post(url, data=envelope(proof), timeout=20).ok
    if by_token:
        token = token_of(gate, one.name)
        keys = (token.consumer.key, token.consumer.secret, token.id, token.secret)
        return session.get(url, auth=OAuth1(*keys, signature_method="HMAC-SHA256", realm="1234567"), timeout=20).ok
    password = gate.account.password(gate.account.user(one.email))
    said = f"NLAuth nlauth_account=1234567, nlauth_email={one.email}, nlauth_signature={password}, nlauth_role={role}"
    return session.get(url, headers={"Authorization": said}, timeout=20).ok


def audited(folder, lists):
    for name, text in lists.items():
        (folder / name).write_text(text, encoding="utf-8")
    return audit([folder], read_packs([PACK]), Engagement(as_of=date(2018, 10, 23)))


@pytest.fixture(scope="module")
def rehearsals():
    """Return, for each phase, which combinations were let in, and the lists of the account afterwards."""
    found = {}
    for phase in PHASES:
        gate = rehearsed(None if phase == "before" else phase, setup=setup(), clock=time.time)
        with served(gate, phase) as server, requests.Session() as session:
            passed = {one: signed_in(server, session, one) for one in COMBINATIONS}
        found[phase] = passed, exported_lists(gate.account)
    return found


@pytest.mark.parametrize("phase", PHASES)
def test_the_gate_lets_in_what_the_audit_of_its_trail_does_not_say_breaks(rehearsals, tmp_path, phase):
    passed, lists = rehearsals[phase]

    assessment = audited(tmp_path, lists)

    verdicts = {one.integration.name: one.verdicts for one in assessment.integrations}
    assert set(verdicts) == {one.name for one in COMBINATIONS}
    assert {
        one: phase == "before" or verdicts[one.name][phase] is not Verdict.BREAKS
        for one in COMBINATIONS
        if not one.never_works
    } == {one: let_in for one, let_in in passed.items() if not one.never_works}
    assert not any(let_in for one, let_in in passed.items() if one.never_works)


def test_the_verdicts_are_the_same_at_whatever_phase_the_trail_was_written(rehearsals, tmp_path):
    # A trail that shows nothing but refusals makes what would otherwise be ready a risk: whatever refused it, it fails.
    refused = {one.name for passed, _ in rehearsals.values() for one, let_in in passed.items() if not let_in}
    verdicts = []
    for phase in PHASES:
        (tmp_path / phase).mkdir()
        assessment = audited(tmp_path / phase, rehearsals[phase][1])
        said = {one.integration.name: dict(one.verdicts) for one in assessment.integrations}
        for name in refused:
            said[name] = {at: Verdict.AT_RISK if it is Verdict.READY else it for at, it in said[name].items()}
        verdicts.append(said)

    assert verdicts[0] == verdicts[1] == verdicts[2]


def test_a_trail_from_before_and_the_role_list_alone_foretell_every_refusal(rehearsals, tmp_path):
    lists = {name: rehearsals["before"][1][name] for name in (TRAIL, "ManageRoles.csv")}

    assessment = audited(tmp_path, lists)

    worked = [one for one in COMBINATIONS if not one.never_works]
    foretold = {
        (one.connection.user, phase): one.verdicts[phase] for one in assessment.connections for phase in one.verdicts
    }
    for phase in PHASES[1:]:
        assert {one: foretold[one.email, phase] is not Verdict.BREAKS for one in worked} == {
            one: rehearsals[phase][0][one] for one in worked
        }


def test_every_row_of_the_trail_is_used_by_the_audit(rehearsals, tmp_path):
    assessment = audited(tmp_path, rehearsals["2018.2"][1])

    [trail] = [one for one in assessment.inputs if one.file.endswith(TRAIL)]
    assert (trail.rows, trail.used, trail.notes, trail.unused_columns) == (len(COMBINATIONS), len(COMBINATIONS), (), ())
    assert [one.file for one in assessment.inputs if one.rejected or one.set_aside or one.list is None] == []
