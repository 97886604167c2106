"""Whatever a request says, it gets an answer, and nobody is let in by accident."""

from functools import cache

from hypothesis import given
from hypothesis import strategies as st
from rehearsing import rehearsed, token_of

from auditor.netsuite.rehearsal.doors import Request, answer

PATHS = (
    "/app/site/hosting/restlet.nl",
    "/services/rest/query/v1/suiteql",
    "/services/NetSuitePort_2018_1",
    "/rest/tokeninfo",
    "/rest/issuetoken",
    "/rest/revoketoken",
)
TEXT = st.text(st.characters(max_codepoint=255), max_size=60)


@cache
def gate():
    return rehearsed("2019.1")


def parts():
    """Return true keys and false ones: a fuzz without the true ones never comes past the first question."""
    token = token_of(gate(), "DockHand WMS")
    known = [token.id, token.consumer.key, "1234567", "wms@harborsupply.example", str(int(gate().account.now))]
    names = ["realm", *(f"oauth_{one}" for one in ("consumer_key", "token", "nonce", "timestamp", "signature_method"))]
    names += ["oauth_signature", "oauth_version", "nlauth_account", "nlauth_email", "nlauth_signature", "nlauth_role"]
    value = st.one_of(st.sampled_from([*known, "HMAC-SHA256", "1.0", "abcdef"]), TEXT)
    field = st.builds("{}{}{}".format, st.sampled_from(names), st.sampled_from(["=", '="', ""]), value)
    scheme = st.sampled_from(["OAuth ", "NLAuth ", "Basic ", "oauth", ""])
    return st.builds(lambda scheme, fields: scheme + ", ".join(fields), scheme, st.lists(field, max_size=9))


@given(
    path=st.sampled_from(PATHS) | TEXT,
    query=st.just("") | TEXT.map("?{}".format),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    authorization=parts(),
    host=st.sampled_from(["localhost", "127.0.0.1:80"]) | TEXT,
    kind=st.sampled_from(["", "application/json", "application/x-www-form-urlencoded"]),
    body=st.binary(max_size=200),
)
def test_every_request_gets_an_answer_and_no_forged_one_is_let_in(path, query, method, authorization, host, kind, body):
    headers = {"authorization": authorization, "host": host, "content-type": kind}

    reply = answer(gate(), Request(method=method, target=path + query, headers=headers, body=body), phase="2019.1")

    assert 200 <= reply.status < 600
    assert all("\n" not in value and "\r" not in value for _, value in reply.headers)
    assert not any(row.success for row in gate().account.trail)
