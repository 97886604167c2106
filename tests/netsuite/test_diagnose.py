"""Each way to get a signature wrong is named, and no secret shows while it is."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from oauthlib.oauth1 import Client

from auditor.errors import InputError
from auditor.netsuite.account import read_account
from auditor.netsuite.checks import reused
from auditor.netsuite.diagnose import diagnose
from auditor.netsuite.given import read_request

HOST = "https://123456-sb1.restlets.api.netsuite.com"
URL = f"{HOST}/app/site/hosting/restlet.nl?script=6&deploy=1&name=a%20b"
NOW = "1508242306"


def encoded(text):
    return quote(text, safe="")


class Signer:
    """Signs by hand, so that each step can be done wrongly."""

    def __init__(self, secrets):
        self.secrets = secrets
        self.fields = {
            "oauth_consumer_key": secrets.consumer_key,
            "oauth_token": secrets.token_id,
            "oauth_nonce": "fjaLirsIcCGVZWzBX0pg",
            "oauth_timestamp": NOW,
            "oauth_signature_method": "HMAC-SHA256",
            "oauth_version": "1.0",
        }
        self.method, self.url, self.sent_url = "POST", URL.partition("?")[0], URL
        self.query = {"script": "6", "deploy": "1", "name": "a b"}
        self.encode = encoded
        self.key = f"{encoded(secrets.consumer_secret)}&{encoded(secrets.token_secret)}"
        self.digest, self.form = hashlib.sha256, lambda raw: base64.b64encode(raw).decode()
        self.realm, self.headers, self.answer = "123456_SB1", "", ""
        self.write = encoded

    def request(self):
        pairs = sorted((self.encode(name), self.encode(value)) for name, value in (self.fields | self.query).items())
        base = "&".join(map(encoded, (self.method, self.url, "&".join(f"{name}={value}" for name, value in pairs))))
        signature = self.form(hmac.new(self.key.encode(), base.encode(), self.digest).digest())
        sent = self.fields | {"oauth_signature": signature}
        fields = ", ".join(f'{name}="{self.write(value)}"' for name, value in sent.items())
        realm = f'realm="{self.realm}", ' if self.realm is not None else ""
        return (
            f"POST {self.sent_url} HTTP/1.1\r\nHost: x\r\n{self.headers}Authorization: OAuth {realm}{fields}\r\n\r\n"
            f'{{"body": 1}}\n{self.answer}'
        )


@pytest.fixture
def signer(published):
    return Signer(published("a"))


@pytest.fixture
def causes(signer):
    """Return what is found wrong with the request, and check that no secret shows."""

    def found():
        diagnosis = diagnose(read_request(signer.request(), "request.txt"), signer.secrets, read_account("123456-sb1"))
        shown = repr(diagnosis)
        assert [value for value in signer.secrets if value in shown] == []
        return [cause.what for cause in diagnosis.causes]

    return found


@pytest.mark.parametrize("service", ["restlet", "rest"])
def test_the_requests_that_oracle_publishes_hold(vectors, published, service):
    given, known = vectors["a"], vectors["a"][service]
    client = Client(
        given["consumer_key"],
        given["consumer_secret"],
        given["token_id"],
        given["token_secret"],
        realm="123456",
        signature_method="HMAC-SHA256",
        nonce=given["nonce"],
        timestamp=given["timestamp"],
    )
    header = client.sign(known["url"], known["method"])[1]["Authorization"]

    diagnosis = diagnose(
        read_request(f"{known['method']} {known['url']}\nAuthorization: {header}", "x"), published("a"), None
    )

    assert (diagnosis.holds, diagnosis.causes) == (True, ())


def test_a_request_without_fault_has_no_cause(causes):
    assert causes() == []


def unsigned_query(one):
    one.query = {}


def query_in_url(one):
    one.query, one.url = {}, URL


def sha1(one):
    one.digest = hashlib.sha1


def declared_sha1(one):
    one.digest = hashlib.sha1
    one.fields["oauth_signature_method"] = "HMAC-SHA1"


def hexadecimal(one):
    one.form = bytes.hex


def key_order(one):
    one.key = "&".join(reversed(one.key.split("&")))


def no_token_secret(one):
    one.key = one.key.split("&")[0] + "&"


def joined_without_ampersand(one):
    one.key = one.key.replace("&", "")


def line_break(one):
    one.key += "\n"
    one.key = one.key[:-1] + "%0A"


def ids_as_key(one):
    one.key = f"{one.secrets.consumer_key}&{one.secrets.token_id}"


def method(one):
    one.method = "GET"


def small_method(one):
    one.method = "post"


def realm_in_base(one):
    one.query = one.query | {"realm": one.realm}


def not_encoded(one):
    one.encode = str


def encoded_twice(one):
    one.encode = lambda text: encoded(encoded(text))


def host_of_realm(one):
    one.url = one.url.replace("123456-sb1", "123456_SB1")


def plain_http(one):
    one.url = one.url.replace("https:", "http:")


def port(one):
    one.url = one.url.replace(".com/", ".com:443/")


MISTAKES = [
    (unsigned_query, "the query parameters are not signed"),
    (query_in_url, "the query is signed as a part of the URL"),
    (sha1, "it is signed with HMAC-SHA1"),
    (declared_sha1, 'oauth_signature_method is "HMAC-SHA1"'),
    (hexadecimal, "the signature is written wrongly: hex"),
    (key_order, "the key is in the wrong order: token secret first"),
    (no_token_secret, "the token secret is missing from the key"),
    (joined_without_ampersand, "the key has no & between its secrets"),
    (line_break, "a line break was read with the token secret"),
    (ids_as_key, "the key is made of consumer key and token ID instead of their secrets"),
    (method, "the signed method is GET, and POST was sent"),
    (small_method, "the signed method is post, and POST was sent"),
    (realm_in_base, "the realm is signed"),
    (not_encoded, "the base string is encoded wrongly: parameters not encoded"),
    (encoded_twice, "the base string is encoded wrongly: parameters encoded twice"),
    (host_of_realm, "the signed URL has another host: its account in the form of the realm"),
    (plain_http, "the signed URL is http, and https was sent"),
    (port, "the signed URL names the port 443"),
]


@pytest.mark.parametrize(("mistake", "cause"), MISTAKES, ids=[mistake.__name__ for mistake, _ in MISTAKES])
def test_a_mistake_is_named(signer, causes, mistake, cause):
    mistake(signer)

    found = causes()

    assert cause in found
    assert len(found) <= 3


@pytest.mark.parametrize("second", [key_order, sha1, hexadecimal, method], ids=lambda one: one.__name__)
def test_two_mistakes_are_named_together(signer, causes, second):
    unsigned_query(signer)
    second(signer)

    assert sorted(causes()) == sorted(["the query parameters are not signed", dict(MISTAKES)[second]])


def seen(signer, **changes):
    for name, value in changes.items():
        setattr(signer, name, value)


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"realm": "123456-sb1"}, 'the realm is "123456-sb1"'),
        ({"realm": None}, "the header has no realm"),
        (
            {"headers": "Cookie: JSESSIONID=x\r\n"},
            "a session cookie (JSESSIONID) is sent beside the signature: ambiguous authentication",
        ),
        (
            {"sent_url": URL.replace("123456-sb1", "123456_SB1")},
            'the account in the host "123456_SB1.restlets.api.netsuite.com" is in another form than domains have',
        ),
        (
            {"sent_url": URL.replace("123456-sb1", "7654321")},
            'the host "7654321.restlets.api.netsuite.com" is not the account\'s own',
        ),
        (
            {"sent_url": URL.replace("restlets", "suitetalk")},
            'the host "123456-sb1.suitetalk.api.netsuite.com" serves other paths than this one',
        ),
        ({"sent_url": URL.replace("https", "http")}, "the request was sent over http"),
        ({"write": str}, "oauth_signature is not percent-encoded in the header"),
        ({"write": lambda text: encoded(encoded(text))}, "oauth_signature is percent-encoded twice"),
    ],
    ids=["realm form", "no realm", "cookie", "host form", "host", "service", "http", "not encoded", "encoded twice"],
)
def test_what_a_request_shows_beside_its_signature_is_named(signer, causes, changes, cause):
    seen(signer, **changes)

    assert cause in causes()


@pytest.mark.parametrize(
    ("field", "value", "cause"),
    [
        ("oauth_nonce", "abc", "the nonce has 3 characters, or others than letters and digits"),
        ("oauth_nonce", "a-b_c+d=e/f", "the nonce has 11 characters, or others than letters and digits"),
        ("oauth_timestamp", "1508242306123", 'the timestamp "1508242306123" is in milliseconds'),
        (
            "oauth_timestamp",
            "2017-10-17T12:11:46Z",
            'the timestamp "2017-10-17T12:11:46Z" is not the seconds since 1970',
        ),
        ("oauth_version", "2.0", 'oauth_version is "2.0"'),
    ],
)
def test_wrong_parameters_are_named(signer, causes, field, value, cause):
    signer.fields[field] = value

    assert causes() == [cause]


@pytest.mark.parametrize(
    ("date", "causes_expected"),
    [
        ("Tue, 17 Oct 2017 12:11:46 GMT", []),
        ("Tue, 17 Oct 2017 12:15:00 GMT", []),
        (
            "Tue, 17 Oct 2017 12:00:00 GMT",
            ["the timestamp (2017-10-17 12:11:46 UTC) is 12 minutes ahead of NetSuite's clock, and 5 are allowed"],
        ),
        (
            "Tue, 17 Oct 2017 13:11:46 GMT",
            ["the timestamp (2017-10-17 12:11:46 UTC) is 60 minutes behind NetSuite's clock, and 5 are allowed"],
        ),
    ],
)
def test_the_date_of_the_answer_tells_whether_the_clock_is_right(signer, causes, date, causes_expected):
    signer.answer = f"HTTP/1.1 401 Unauthorized\r\nDate: {date}\r\n"

    assert causes() == causes_expected


def test_consumer_and_token_swapped_everywhere_are_named(signer, causes):
    fields = signer.fields
    fields["oauth_consumer_key"], fields["oauth_token"] = fields["oauth_token"], fields["oauth_consumer_key"]
    key_order(signer)

    found = causes()

    assert "consumer key and token ID are swapped" in found
    assert "the key is in the wrong order: token secret first" in found


def test_keys_of_another_account_are_named(signer, causes):
    signer.fields["oauth_token"] = "0" * 64

    assert "the token ID is not the one that was given here" in causes()


def test_a_nonce_used_twice_is_named(signer):
    requests = [read_request(signer.request(), "x") for _ in range(3)]

    assert [cause.what for cause in reused(requests)] == ['the nonce "fjaLirsIcCGVZWzBX0pg" is used 3 times']


def test_other_secrets_are_what_is_left(signer, causes):
    signer.key = "something&else"

    assert [cause.partition(":")[0] for cause in causes()] == ["no known mistake gives this signature"]


def test_expected_and_signed_stand_side_by_side(signer):
    unsigned_query(signer)

    diagnosis = diagnose(read_request(signer.request(), "x"), signer.secrets, None)

    assert [(line.part, line.expected, line.given) for line in diagnosis.lines] == [
        ("method", "POST", "POST"),
        ("URL", f"{HOST}/app/site/hosting/restlet.nl", f"{HOST}/app/site/hosting/restlet.nl"),
        ("deploy", "1", "(not signed)"),
        ("name", "a%20b", "(not signed)"),
        ("oauth_consumer_key", "…67e4", "…67e4"),
        ("oauth_nonce", "fjaLirsIcCGVZWzBX0pg", "fjaLirsIcCGVZWzBX0pg"),
        ("oauth_signature_method", "HMAC-SHA256", "HMAC-SHA256"),
        ("oauth_timestamp", NOW, NOW),
        ("oauth_token", "…f5cc", "…f5cc"),
        ("oauth_version", "1.0", "1.0"),
        ("script", "6", "(not signed)"),
        ("key", "<consumer secret>&<token secret>", "<consumer secret>&<token secret>"),
        ("algorithm", "HMAC-SHA256, base64", "HMAC-SHA256, base64"),
    ]
    assert "deploy%3D1" in diagnosis.expected_base
    assert "deploy" not in diagnosis.given_base


ENVELOPE = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>{beside}
<tokenPassport{passport_space}><account{space}>{account}</account><consumerKey{space}>{consumer}</consumerKey>
<token{space}>{token}</token><nonce{space}>{nonce}</nonce><timestamp{space}>{timestamp}</timestamp>
<signature{space} algorithm="{algorithm}">{signature}</signature></tokenPassport></soap:Header><soap:Body/></soap:Envelope>"""


def envelope(vectors, **changes):
    given = vectors["a"]
    said = {
        "beside": "",
        "passport_space": ' xmlns="urn:messages_2023_1.platform.webservices.netsuite.com"',
        "space": ' xmlns="urn:core_2023_1.platform.webservices.netsuite.com"',
        "account": given["realm"],
        "consumer": given["consumer_key"],
        "token": given["token_id"],
        "nonce": given["nonce"],
        "timestamp": given["timestamp"],
        "algorithm": "HMAC-SHA256",
        "signature": given["soap"],
    }
    return ENVELOPE.format(**said | changes)


def signed(vectors, *parts, digest="sha256"):
    given = vectors["a"]
    key = f"{given['consumer_secret']}&{given['token_secret']}"
    return base64.b64encode(hmac.new(key.encode(), "&".join(parts).encode(), digest).digest()).decode()


def test_the_passport_that_oracle_publishes_holds(vectors, published):
    diagnosis = diagnose(read_request(envelope(vectors), "x"), published("a"), None)

    assert (diagnosis.holds, diagnosis.causes) == (True, ())


@pytest.mark.parametrize(
    ("case", "cause"),
    [
        ("order", "the parts are signed in another order: account, token, consumer key"),
        ("sha1", "it is signed with HMAC-SHA1"),
        ("account", 'the account of the passport is "123456-sb1"'),
        ("applicationInfo", "applicationInfo is sent beside the token passport: ambiguous authentication"),
        ("namespace", "the passport or a part of it has no namespace"),
        ("missing", "missing from the passport: nonce"),
    ],
)
def test_mistakes_of_a_passport_are_named(vectors, published, case, cause):
    given = vectors["a"]
    account, consumer, token, nonce, stamp = (
        given[name] for name in ("realm", "consumer_key", "token_id", "nonce", "timestamp")
    )
    changes = {
        "order": {"signature": signed(vectors, account, token, consumer, nonce, stamp)},
        "sha1": {"signature": signed(vectors, account, consumer, token, nonce, stamp, digest="sha1")},
        "account": {"account": "123456-sb1"},
        "applicationInfo": {"beside": "<applicationInfo><applicationId>x</applicationId></applicationInfo>"},
        "namespace": {"passport_space": "", "space": ""},
        "missing": {"nonce": ""},
    }[case]

    diagnosis = diagnose(read_request(envelope(vectors, **changes), "x"), published("a"), None)

    assert cause in [one.what for one in diagnosis.causes]
    assert [value for value in published("a") if value in repr(diagnosis)] == []


def test_an_envelope_may_stand_in_its_request(vectors, published):
    text = (
        f"POST /services/NetSuitePort_2023_1 HTTP/1.1\nHost: 123456.suitetalk.api.netsuite.com\n\n{envelope(vectors)}"
    )

    diagnosis = diagnose(read_request(text, "x"), published("a"), None)

    assert (diagnosis.holds, diagnosis.causes) == (True, ())


@pytest.mark.parametrize("around", ["{}", "<soapenv:Header>{}</soapenv:Header>"])
def test_a_header_may_be_copied_out_of_its_envelope(vectors, published, around):
    given = vectors["a"]
    parts = {"account": "realm", "consumerKey": "consumer_key", "token": "token_id"}
    parts |= {"nonce": "nonce", "timestamp": "timestamp"}
    texts = "".join(f"<urn1:{name}>{given[key]}</urn1:{name}>" for name, key in parts.items())
    signed = f'<urn1:signature algorithm="HMAC-SHA256">{given["soap"]}</urn1:signature>'
    passport = f'<urn:tokenPassport soapenv:actor="x">{texts}{signed}</urn:tokenPassport>'

    diagnosis = diagnose(read_request(around.format(passport), "x"), published("a"), None)

    assert (diagnosis.holds, diagnosis.causes) == (True, ())


TRACE = """*   Trying 198.51.100.1:443...
* Connected to 1234567.suitetalk.api.netsuite.com
> POST /services/rest/query/v1/suiteql?limit=5 HTTP/2
> Host: 1234567.suitetalk.api.netsuite.com
> Authorization: OAuth realm="1234567", oauth_nonce="abcdef", oauth_signature="x%2By"
>{end}
* upload completely sent off
< HTTP/2 401
< date: Tue, 17 Oct 2017 12:40:00 GMT
<
"""


@pytest.mark.parametrize("end", [" ", "", " \r"])
def test_a_request_may_be_what_curl_shows(end):
    given = read_request(TRACE.format(end=end), "x")

    assert (given.sent.method, given.sent.url) == (
        "POST",
        "https://1234567.suitetalk.api.netsuite.com/services/rest/query/v1/suiteql?limit=5",
    )
    assert (given.realm, given.signature, given.query) == ("1234567", "x+y", (("limit", "5"),))
    assert given.sent.answered_on == datetime(2017, 10, 17, 12, 40, tzinfo=UTC)


def test_the_name_of_the_header_may_be_left_out():
    given = read_request('GET https://1.suitetalk.api.netsuite.com/x\nOAuth realm="1", oauth_signature="y"\n', "x")

    assert (given.realm, given.signature) == ("1", "y")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no request"),
        ("hello", "no request"),
        ("GET /x HTTP/1.1\n\n", "names no host"),
        ("GET https://x.netsuite.com/x\n\n", "no Authorization header"),
        ("GET https://x.netsuite.com/x\nAuthorization: Bearer abc", "OAuth 2.0"),
        (
            "GET https://x.netsuite.com/x\nAuthorization: NLAuth nlauth_email=me, nlauth_signature=pw",
            "user credentials",
        ),
        ('GET https://x.netsuite.com/x\nAuthorization: OAuth realm="1"', "no oauth_signature"),
        ('GET https://x.netsuite.com/x\nAuthorization: OAuth oauth_nonce="1", oauth_nonce="2"', "stands twice"),
        ("<soap/>", "no tokenPassport"),
        ("<soap>", "not well-formed"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "not well-formed"),
        ("x" * (5 << 20), "too long"),
    ],
)
def test_what_is_no_signed_request_is_refused(text, problem):
    with pytest.raises(InputError, match=problem):
        read_request(text, "request.txt")
