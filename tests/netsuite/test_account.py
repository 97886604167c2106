"""An account ID in any form gives one realm and one host."""

import pytest

from auditor.errors import InputError
from auditor.netsuite.account import Account, is_loopback, is_netsuite, read_account


@pytest.mark.parametrize(
    "written",
    [
        "1234567-sb1",
        "1234567_SB1",
        "1234567_sb1",
        "1234567-SB1",
        " 1234567 sb1 ",
        "1234567-sb1.suitetalk.api.netsuite.com",
        "https://1234567-sb1.app.netsuite.com/app/center/card.nl?whence=",
    ],
)
def test_an_account_id_in_any_form_gives_the_realm_and_the_host(written):
    account = read_account(written)

    assert account == Account("1234567_SB1")
    assert account.url("restlets", "/rest/tokeninfo") == (
        "https://1234567-sb1.restlets.api.netsuite.com/rest/tokeninfo"
    )


@pytest.mark.parametrize(
    ("written", "realm", "label"),
    [
        ("1234567", "1234567", "1234567"),
        ("tstdrv123456", "TSTDRV123456", "tstdrv123456"),
        ("1234567_RP", "1234567_RP", "1234567-rp"),
    ],
)
def test_production_test_and_release_preview_accounts_are_accounts(written, realm, label):
    account = read_account(written)

    assert (account.realm, account.host_label) == (realm, label)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1_2",
        "1234567/../x",
        "1234567@evil.example",
        "evil.example",
        "https://1234567.netsuite.com.evil.example",
        "[::1",
    ],
)
def test_what_is_no_account_id_is_refused(written):
    with pytest.raises(InputError, match="no account ID"):
        read_account(written)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:8080/", "http://[::1]:8080"])
def test_a_rehearsal_server_on_this_machine_answers_in_the_accounts_place(url):
    account = read_account("1234567", rehearsal=url)

    assert account.url("suitetalk", "/x") == f"{url.rstrip('/')}/x"
    assert is_loopback(account.url("suitetalk", "/x"))


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1",
        "http://evil.example",
        "ftp://127.0.0.1",
        "http://me:word@127.0.0.1",
        "http://127.0.0.1/x?y=z",
        "http://127.0.0.1:notaport",
        "http://127.0.0.1.evil.example",
    ],
)
def test_a_rehearsal_server_elsewhere_is_refused(url):
    with pytest.raises(InputError, match="on this machine"):
        read_account("1234567", rehearsal=url)


def test_only_netsuites_domains_over_tls_are_netsuites():
    told = {url: is_netsuite(url) for url in ("https://1.app.netsuite.com/x", "http://1.app.netsuite.com/x")}
    told |= {url: is_netsuite(url) for url in ("https://netsuite.com.evil.example", "https://evilnetsuite.com")}

    assert told == {
        "https://1.app.netsuite.com/x": True,
        "http://1.app.netsuite.com/x": False,
        "https://netsuite.com.evil.example": False,
        "https://evilnetsuite.com": False,
    }
