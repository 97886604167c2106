"""Every signature that Oracle publishes holds, and what signs never shows itself."""

import logging
import pickle
import re
from urllib.parse import unquote

import pytest
import requests
from oauthlib.oauth1 import Client

from auditor.netsuite.signing import METHOD, http_signature, passport_base, passport_signature


def sent(secrets, realm, method, url, *, nonce, timestamp):
    auth = http_signature(secrets, realm)
    auth.client.nonce, auth.client.timestamp = nonce, timestamp
    header = requests.Request(method, url, json={"q": "x"}, auth=auth).prepare().headers["Authorization"]
    return header.decode() if isinstance(header, bytes) else header


@pytest.mark.parametrize("service", ["restlet", "rest"])
def test_http_requests_are_signed_as_oracle_publishes(vectors, published, service):
    given, known = vectors["a"], vectors["a"][service]

    header = sent(
        published("a"),
        given["realm"],
        known["method"],
        known["url"],
        nonce=given["nonce"],
        timestamp=given["timestamp"],
    )

    assert header.startswith('OAuth realm="123456", ')
    fields = dict(re.findall(r'(\w+)="([^"]*)"', header))
    assert unquote(fields.pop("oauth_signature")) == known["signature"]
    assert fields == {
        "realm": "123456",
        "oauth_consumer_key": given["consumer_key"],
        "oauth_token": given["token_id"],
        "oauth_nonce": given["nonce"],
        "oauth_timestamp": given["timestamp"],
        "oauth_signature_method": METHOD,
        "oauth_version": "1.0",
    }


@pytest.mark.parametrize(("vector", "field"), [("a", "soap"), ("connect", "password")])
def test_token_passports_are_signed_as_oracle_publishes(vectors, published, vector, field):
    given = vectors[vector]

    signature = passport_signature(
        published(vector), given["realm"], nonce=given["nonce"], timestamp=given["timestamp"]
    )

    assert signature == given[field]


def test_the_authorization_flow_is_signed_as_oracle_publishes(vectors):
    flow = vectors["flow"]
    consumer = {"client_key": flow["consumer"], "client_secret": flow["consumer"], "signature_method": METHOD}
    first, third = ({key: flow[step][key] for key in ("nonce", "timestamp")} for step in ("request", "access"))
    request = Client(**consumer, **first, callback_uri=flow["callback"])
    access = Client(
        **consumer,
        **third,
        resource_owner_key=flow["token"],
        resource_owner_secret=flow["token"],
        verifier=flow["verifier"],
    )

    headers = [
        request.sign(f"{flow['url']}/requesttoken?role=45678", "POST")[1]["Authorization"],
        access.sign(f"{flow['url']}/accesstoken", "POST")[1]["Authorization"],
    ]

    assert [unquote(re.search(r'oauth_signature="([^"]+)"', header)[1]) for header in headers] == [
        flow["request"]["signature"],
        flow["access"]["signature"],
    ]


def test_every_part_of_a_passport_is_encoded():
    assert passport_base("1_SB1", "a b", "c&d", "e+f", "1") == "1_SB1&a%20b&c%26d&e%2Bf&1"


def test_no_two_requests_share_a_nonce(published):
    auth = http_signature(published("a"), "123456")
    made = {
        re.search(r'oauth_nonce="(\w+)"', str(requests.Request("GET", "https://x", auth=auth).prepare().headers))[1]
        for _ in range(50)
    }

    assert len(made) == 50
    assert all(6 <= len(nonce) <= 64 and nonce.isalnum() for nonce in made)


def test_secrets_do_not_show_themselves(published, vectors, caplog):
    secrets = published("a")
    caplog.set_level(logging.DEBUG)

    sent(secrets, "1", "GET", "https://1.suitetalk.api.netsuite.com/x", nonce="n" * 20, timestamp="1")

    shown = f"{secrets!r} {secrets} {secrets!s:>20} {caplog.text}"
    assert [value for value in secrets if value in shown] == []
    with pytest.raises(TypeError, match="not written"):
        pickle.dumps(secrets)
