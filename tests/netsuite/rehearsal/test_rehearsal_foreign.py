"""The public `netsuite` package signs in to the rehearsal as it does to NetSuite, every byte of it written by others."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from foreign_clients import Config, NetSuiteRestApi, NetSuiteRestlet, TokenAuth
from rehearsing import rehearsed, token_of

# The package still uses what oauthlib and httpx call old.
pytestmark = [
    pytest.mark.filterwarnings("ignore:use sign_hmac_sha256_with_client:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),
]


def config(gate, integration, **other):
    token = token_of(gate, integration)
    said = {
        "consumer_key": token.consumer.key,
        "consumer_secret": token.consumer.secret,
        "token_id": token.id,
        "token_secret": token.secret,
    }
    return Config(account="1234567", auth=TokenAuth(**(said | other)))


def run(call):
    """Run in a thread of its own: another test's browser may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, call).result()


@pytest.mark.parametrize("phase", ["2018.2", "2019.1"])
@pytest.mark.parametrize("integration", ["Price List Loader (C#)", "Nightly GL Export (C#)"])
def test_a_foreign_client_passes_with_tokens_at_every_phase(serve, phase, integration):
    gate = rehearsed(phase, clock=time.time)
    server = serve(gate, phase)
    api, restlet = (kind(config(gate, integration)) for kind in (NetSuiteRestApi, NetSuiteRestlet))

    found = run(api.suiteql("SELECT id FROM role", url=f"{server.url}/services/rest/query/v1/suiteql", limit=5))
    posted = run(restlet.post(6, url=f"{server.url}/app/site/hosting/restlet.nl?script=6&deploy=1", json={"a": "b"}))
    info = run(api.request("GET", "", url=f"{server.url}/rest/tokeninfo")).json()

    assert (found["items"], posted["integration"]) == ([], integration)
    assert info["roleName"] == token_of(gate, integration).role.name
    assert [row.success for row in gate.account.trail] == [True, True, True]


def test_a_foreign_client_with_a_wrong_secret_is_refused(serve):
    gate = rehearsed(clock=time.time)
    server = serve(gate)
    api = NetSuiteRestApi(config(gate, "Nightly GL Export (C#)", token_secret="wrong"))

    got = run(api.request("GET", "", url=f"{server.url}/services/rest/record/v1/customer"))

    assert (got.status_code, gate.account.trail[0].detail) == (401, "InvalidSignature")
