"""What an HTTP answer of the account means: the data, a refusal, or something that passes when one waits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from auditor.errors import AccountError

LONGEST_SKEW = 300
"""Seconds that a timestamp may be from NetSuite's clock (Oracle's help, section_1534941088)."""

_BUSY = (429, 408, 500, 502, 503, 504)
# A RESTlet host says 400 where the REST host says 429 (Oracle's help, bridgehead_1525252812).
_BUSY_CODES = ("SSS_REQUEST_LIMIT_EXCEEDED", "CONCURRENCY_LIMIT_EXCEEDED", "WS_REQUEST_BLOCKED")
_SHOWN = 300


class RequestRefusedError(AccountError):
    """The account knows who asks, and refuses this request: a missing permission, table or column."""


class SignInRefusedError(AccountError):
    """The account refuses the sign-in itself. Never tried again: five of them lock the user for 30 minutes."""


@dataclass(frozen=True, slots=True)
class Passing:
    """Something that may be over when one asks again."""

    reason: str
    wait: float | None = None
    """Seconds that the account asks to wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer, read to its end."""

    host: str
    status: int
    headers: Mapping[str, str]
    """By name in lower case."""
    body: bytes


def understood(answer: Answer, now: datetime) -> dict[str, Any] | Passing:
    """Return the JSON object of an answer, or what is passing. Raises an AccountError for what waiting does not mend."""
    if 300 <= answer.status < 400:
        raise _redirected(answer)
    if answer.status == 401:
        raise _sign_in_refused(answer, now)
    told = _told(answer)
    if answer.status in _BUSY or (answer.status == 400 and any(code in told for code in _BUSY_CODES)):
        return Passing(f"status {answer.status}{told}", _retry_after(answer.headers.get("retry-after"), now))
    if answer.status != 200:
        raise RequestRefusedError(
            f"the account refused the request with status {answer.status}{told}",
            where=answer.host,
            fix="give the token's role the permission, or export the list by hand",
        )
    kind = answer.headers.get("content-type", "nothing").split(";")[0].strip()
    if "json" not in kind:
        return Passing(f"the answer is {kind[:60]} instead of JSON: a proxy or a page of maintenance stands in between")
    try:
        data = json.loads(answer.body)
    except (ValueError, RecursionError):
        return Passing("the answer is cut short: its JSON does not end")
    return data if isinstance(data, dict) else Passing("the answer is JSON of another shape")


def skew(answer: Answer, now: datetime) -> float | None:
    """Return how many seconds this machine's clock is ahead of the account's; None where the answer has no date."""
    said = _date(answer.headers.get("date"))
    return (now - said).total_seconds() if said else None


def _sign_in_refused(answer: Answer, now: datetime) -> SignInRefusedError:
    ahead = skew(answer, now)
    if ahead is not None and abs(ahead) > LONGEST_SKEW:
        minutes = f"{abs(ahead) / 60:.0f} minutes {'ahead of' if ahead > 0 else 'behind'}"
        cause = f": this machine's clock is {minutes} NetSuite's, and 5 minutes are allowed"
        fix = "set the clock, then run the command again"
    else:
        cause = _told(answer)
        fix = (
            "nothing was tried again, since five refusals lock the user for 30 minutes. The Detail column of the Login "
            "Audit Trail says why; if it has no row, the account ID or the keys are another account's. "
            "A busy account may refuse too: then wait before the next try"
        )
    return SignInRefusedError(f"the account refused the sign-in (status 401){cause}", where=answer.host, fix=fix)


def _redirected(answer: Answer) -> AccountError:
    target = re.sub(r"^\w*:?//([^/?#]*).*$", r"\1", answer.headers.get("location", ""))[:100]
    return AccountError(
        f"the answer is a redirect (status {answer.status}) to {target or 'nowhere'}, and credentials don't follow one",
        where=answer.host,
        fix="check the account ID against Setup > Company > Company Information > Company URLs",
    )


def _told(answer: Answer) -> str:
    """Return what the error document says, ready to be appended; "" where it says nothing."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    said = list(_said(document))
    return f": {' '.join(said)[:_SHOWN]}" if said else ""


def _said(document: object) -> list[str]:
    # REST: title and o:errorDetails; RESTlets and the token services: error with code and message.
    if not isinstance(document, dict):
        return []
    details = document.get("o:errorDetails") or document.get("error") or document
    first = details[0] if isinstance(details, list) and details else details
    if not isinstance(first, dict):
        return [str(first)]
    parts = (first.get("o:errorCode") or first.get("code"), first.get("detail") or first.get("message"))
    return [" ".join(str(part).split()) for part in parts if part]


def _retry_after(said: str | None, now: datetime) -> float | None:
    if not said:
        return None
    if said.strip().isdecimal():
        return float(said)
    until = _date(said)
    return max(0.0, (until - now).total_seconds()) if until else None


def _date(said: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(said or "")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
