"""Whatever somebody gives to be diagnosed or to be cut, it ends in an answer or in one clear message."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import AuditorError
from auditor.netsuite.account import read_account
from auditor.netsuite.diagnose import diagnose
from auditor.netsuite.given import read_request
from auditor.netsuite.signing import Secrets
from auditor.netsuite.slices import slices

SECRETS = Secrets(
    consumer_key="consumer-key-0123456789",
    consumer_secret="consumer-secret-0123456789",
    token_id="token-id-0123456789",
    token_secret="token-secret-0123456789",
)
TEXT = st.text(max_size=40)
FIELD = st.tuples(
    st.sampled_from(["realm", "oauth_nonce", "oauth_timestamp", "oauth_token", "oauth_version", "oauth_consumer_key"]),
    TEXT,
)


@given(st.text(max_size=400))
def test_any_text_is_a_request_or_a_clear_message(text):
    try:
        read_request(text, "request.txt")
    except AuditorError as error:
        assert error.fix


@settings(max_examples=25, deadline=None)
@given(st.lists(FIELD, max_size=6), TEXT, TEXT)
def test_any_header_is_diagnosed_or_refused_and_shows_no_secret(fields, signature, path):
    header = ", ".join(f'{name}="{value}"' for name, value in [*fields, ("oauth_signature", signature)])
    text = f"GET https://1234567.suitetalk.api.netsuite.com/{path} HTTP/1.1\nAuthorization: OAuth {header}"

    try:
        found = diagnose(read_request(text, "request.txt"), SECRETS, read_account("1234567"))
    except AuditorError:
        return

    assert [value for value in SECRETS if value in repr(found)] == []


@given(st.lists(st.integers(0, 300), max_size=200), st.integers(1, 20))
def test_slices_hold_every_row_once(rows, largest):
    def count(low, high):
        return sum(low <= row < high for row in rows)

    if any(rows.count(row) > largest for row in rows):
        with pytest.raises(AuditorError, match="share one value"):
            list(slices(0, 301, count, largest=largest))
        return
    parts = list(slices(0, 301, count, largest=largest))

    assert sorted(row for part in parts for row in rows if part.low <= row < part.high) == sorted(rows)
    assert all(0 < part.rows <= largest for part in parts)
