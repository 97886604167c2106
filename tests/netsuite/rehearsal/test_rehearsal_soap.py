"""SOAP sign-ins over real sockets: token passports, request-level credentials, and XML that means harm."""

import time

import pytest
import requests
from defusedxml.ElementTree import fromstring
from foreign_clients import GL, SOAP, envelope, passport, token_passport
from rehearsing import rehearsed

from auditor.netsuite.rehearsal.soap import read_token_passport

ADMIN = "pricelists@harborsupply.example"
CLERK = "glexport@harborsupply.example"


def now(phase="2018.2"):
    return rehearsed(phase, clock=time.time)


def post(server, text, port="2018_1", **other):
    data = text.encode() if isinstance(text, str) else text
    return requests.post(f"{server.url}/services/NetSuitePort_{port}", data=data, timeout=9, **other)


def fault(reply):
    found = fromstring(reply.content).find(f".//{{{SOAP}}}Fault")
    kind = found.find("detail")[0]
    return kind.tag.rpartition("}")[2], kind[0].text, found.find("faultstring").text


@pytest.mark.parametrize("integration", [GL, "Price List Loader (C#)", "DockHand WMS"])
def test_a_token_passport_is_admitted_whatever_the_role(serve, integration):
    gate = now("2019.1")

    got = post(serve(gate), envelope(token_passport(gate, integration)))

    assert got.status_code == 200
    assert fromstring(got.content).find(".//{*}status").get("isSuccess") == "true"
    assert (gate.account.trail[0].uri, gate.account.trail[0].application) == (
        "/services/NetSuitePort_2018_1",
        integration,
    )


@pytest.mark.parametrize(
    ("said", "account", "secrets"),
    [
        # Oracle's published values: help section_1534941088, and article_163240164565.
        (
            "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4 "
            "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc "
            "fjaLirsIcCGVZWzBX0pg 1508242306 tIcC5zyKUmycB5Ml/cNxOHDusw03Y5KPQiXVNUHHp4U=",
            "123456",
            "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5 "
            "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
        ),
        (
            "71cc02b731f05895561ef0862d71553a3ac99498a947c3b7beaf4a1e4a29f7c4 "
            "89e08d9767c5ac85b374415725567d05b54ecf0960ad2470894a52f741020d82 "
            "6obMKq0tmY8ylVOdEkA1 1439829974 FCghIZqXNetuZY8ILWOFH0ucdfzQOmAuL+q+kF21zPs=",
            "1234567",
            "7278da58caf07f5c336301a601203d10a58e948efa280f0618e25fcee1ef2abd "
            "060cd9ab3ffbbe1e3d3918e90165ffd37ab12acc76b4691046e2d29c7d7674c2",
        ),
    ],
)
def test_oracles_published_signatures_are_right_and_any_other_is_wrong(said, account, secrets):
    names = ("consumerKey", "token", "nonce", "timestamp", "signature")
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in zip(names, said.split(), strict=True))
    element = fromstring(f"<tokenPassport><account>{account}</account>{fields}</tokenPassport>")
    consumer, token = secrets.split()

    proof = read_token_passport(element)

    assert (proof.verified(consumer, token), proof.verified(token, consumer)) == (True, False)


@pytest.mark.parametrize(
    ("phase", "email", "role", "expected"),
    [
        ("2018.2", ADMIN, 3, ("invalidCredentialsFault", "TWO_FA_REQD", "Two-Factor Authentication required")),
        ("2018.2", CLERK, 1005, None),
        ("2019.1", CLERK, 1005, ("invalidCredentialsFault", "USER_ERROR", "Invalid login attempt.")),
    ],
)
@pytest.mark.parametrize("place", ["header", "login"])
def test_request_level_credentials_pass_as_long_as_the_rule_pack_lets_them(serve, place, phase, email, role, expected):
    gate = now(phase)
    proof = passport(gate, email, role)
    text = envelope(proof) if place == "header" else envelope("", f"<m:login>{proof}</m:login>")

    got = post(serve(gate, phase), text)

    assert (got.status_code, fault(got) if expected else None) == (500 if expected else 200, expected)


def test_a_wrong_password_is_told_in_netsuites_words(serve):
    gate = now()

    got = post(serve(gate), envelope(passport(gate, CLERK, 1005, password="wrong")))

    assert fault(got)[:2] == ("invalidCredentialsFault", "INVALID_LOGIN_CREDENTIALS")


def test_an_application_id_goes_with_a_passport(serve):
    gate = now()
    server = serve(gate)
    own = next(one.application_id for one in gate.account.consumers.values() if one.integration.name == GL)
    blocked = next(one.application_id for one in gate.account.consumers.values() if one.integration.state == "Blocked")

    def asked(id):
        info = f"<m:applicationInfo><c:applicationId>{id}</c:applicationId></m:applicationInfo>"
        return post(server, envelope(passport(gate, CLERK, 1005) + info)).headers.get("X-Rehearsal-Detail")

    assert [asked(own), asked(blocked), asked("none")] == [None, "consumer_key_refused", "consumer_key_unknown"]


@pytest.mark.parametrize(
    ("other", "detail"),
    [
        ({"token_secret": "wrong"}, "InvalidSignature"),
        ({"consumer_secret": "wrong"}, "InvalidSignature"),
        ({"token_id": "wrong"}, "token_rejected"),
        ({"consumer_key": "wrong"}, "consumer_key_unknown"),
        ({"consumer_key": ""}, "MissingTokenPassportRequiredFields"),
    ],
)
def test_a_wrong_token_passport_is_an_invalid_login_attempt(serve, other, detail):
    gate = now()

    got = post(serve(gate), envelope(token_passport(gate, **other)))

    assert (got.status_code, fault(got)) == (500, ("invalidCredentialsFault", "USER_ERROR", "Invalid login attempt."))
    assert (got.headers["X-Rehearsal-Detail"], gate.account.trail[0].detail) == (detail, detail)


def test_the_same_passport_again_is_refused(serve):
    gate = now()
    server, text = serve(gate), envelope(token_passport(gate))

    first, second = post(server, text), post(server, text)

    assert (first.status_code, second.headers["X-Rehearsal-Detail"]) == (200, "NonceUsed")


@pytest.mark.parametrize("beside", ["passport", "applicationInfo", "tokenPassport", "cookie"])
def test_nothing_may_stand_beside_a_token_passport(serve, beside):
    gate = now()
    others = {
        "passport": passport(gate, CLERK, 1005),
        "applicationInfo": "<m:applicationInfo/>",
        "tokenPassport": token_passport(gate),
        "cookie": "",
    }
    headers = {"Cookie": "JSESSIONID=abc"} if beside == "cookie" else {}

    got = post(serve(gate), envelope(token_passport(gate) + others[beside]), headers=headers)

    assert (fault(got), gate.account.trail) == (
        ("invalidCredentialsFault", "USER_ERROR", "Ambiguous authentication"),
        [],
    )


def test_the_namespaces_are_those_of_the_endpoint(serve):
    gate = now()
    server = serve(gate)

    other_port = post(server, envelope(token_passport(gate), port="2017_2"))
    unqualified = post(server, envelope(token_passport(gate), core="urn:other"))

    assert {one.headers["X-Rehearsal-Detail"] for one in (other_port, unqualified)} == {
        "MissingTokenPassportRequiredFields"
    }


def test_an_endpoint_before_2015_2_takes_a_passport_and_no_token(serve):
    gate = now()
    server = serve(gate)

    token = post(server, envelope(token_passport(gate), port="2015_1"), port="2015_1")
    password = post(server, envelope(passport(gate, CLERK, 1005), port="2015_1"), port="2015_1")

    assert (token.status_code, password.status_code) == (500, 200)


def test_without_a_passport_there_is_no_session(serve):
    got = post(serve(now()), envelope(""))

    assert fault(got)[:2] == ("invalidSessionFault", "SESSION_TIMED_OUT")


_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "boom">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + f"]>{envelope('&a9;')}"
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not xml",
        "<a/>",
        _BOMB,
        '<!DOCTYPE s [<!ENTITY f SYSTEM "file:///etc/hostname">]><s>&f;</s>',
        '<!DOCTYPE s SYSTEM "http://203.0.113.1/x.dtd"><s/>',
        envelope("", ""),
        envelope("", "<m:getServerTime_x/>"),
        envelope("", "<m:" + "a" * 100 + "/>"),
        envelope("").replace("Body", "Boddy"),
        "<a>" * 100_000 + "</a>" * 100_000,
        '<?xml version="1.0" encoding="none"?><a/>',
        b"\xff\xfe\x00",
    ],
    ids=range(13),
)
def test_xml_that_is_no_request_gets_a_fault(serve, text):
    got = post(serve(now()), text)

    assert (got.status_code, fault(got)[:2]) == (500, ("unexpectedErrorFault", "UNEXPECTED_ERROR"))


def test_a_soap_port_is_only_posted_to(serve):
    got = requests.get(f"{serve(now()).url}/services/NetSuitePort_2018_1", timeout=9)

    assert (got.status_code, got.headers["Allow"]) == (405, "POST")
