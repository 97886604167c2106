"""What the login audit trail shows in use, and how it joins with the other logs and the access tokens.

The evidence ladder, strongest first: the SOAP operations search names the method; a login with a token application
name used a token; a successful login on an API address whose token columns are there and empty used user credentials.
Columns that are missing prove nothing, a failed login without a token proves no method, and a login whose status is
not known is neither a success nor a failure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from auditor.engine.users import Users
from auditor.engine.ways import Way
from auditor.inventory import Inventory
from auditor.model import Evidence
from auditor.vocabulary import Authentication, Channel, List, has_succeeded, name_key

_READ = (
    "file", "sheet", "user", "email", "role", "path", "channel", "endpoint_version", "status", "detail", "application",
    "token", "names_application", "names_token", "logins", "first", "last", "first_row", "last_row",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWay:
    """A way of signing in that a log shows, and the application it names; None where it names none."""

    application: str | None
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class _Login:
    """One group of equal logins of one file."""

    file: str
    sheet: str | None
    user: str | None
    role: str | None
    channel: Channel | None
    application: str | None
    authentication: Authentication | None
    endpoint_version: str | None
    success: bool | None
    """None where the trail does not say, or in words that we don't know."""
    detail: str | None
    path: str
    logins: int
    first: date | None
    last: date | None
    first_row: int
    last_row: int


def seen_logins(inventory: Inventory, users: Users) -> list[SeenWay]:
    """Return the ways that the login audit trail shows, failures counted with what they belong to."""
    together: dict[tuple[object, ...], list[_Login]] = defaultdict(list)
    others: list[_Login] = []
    for login in _logins(inventory, users):
        if login.success or login.authentication:
            role = login.role.casefold() if login.role else None
            application = name_key(login.application) if login.application else None
            key = (application, login.user, role, login.channel, login.authentication)
            together[key].append(login)
        else:
            others.append(login)
    # Those that name their role first: a failure without one may belong to theirs.
    for other in sorted(others, key=lambda one: one.role is None):
        together[_home(other, together)].append(other)
    return [_seen(logins) for logins in together.values()]


def _logins(inventory: Inventory, users: Users) -> Iterator[_Login]:
    frame = inventory.frame(List.LOGINS)
    if frame is None:
        return
    keys: dict[tuple[str | None, str | None], str | None] = {}
    columns = [frame[name].tolist() for name in _READ]
    for values in zip(*columns, strict=True):
        row = dict(zip(_READ, values, strict=True))
        success = has_succeeded(row["status"])
        who = (row["user"], row["email"])
        if who not in keys:
            keys[who] = users.key(*who)
        yield _Login(
            file=row["file"],
            sheet=row["sheet"],
            user=keys[who],
            role=row["role"],
            channel=row["channel"],
            application=row["application"],
            authentication=_method(row, success=success),
            endpoint_version=row["endpoint_version"],
            success=success,
            detail=row["detail"],
            path=row["path"],
            logins=row["logins"],
            first=row["first"],
            last=row["last"],
            first_row=row["first_row"],
            last_row=row["last_row"],
        )


def _method(row: Mapping[Any, Any], *, success: bool | None) -> Authentication | None:
    if row["token"]:
        return Authentication.TBA
    if row["application"]:
        # TBA always names its token; OAuth 2.0 names the application alone.
        return Authentication.OAUTH2 if row["names_token"] else Authentication.TBA
    if success and row["names_application"] and row["channel"] is not Channel.SSO:
        return Authentication.USER_CREDENTIALS
    return None


def _home(login: _Login, together: dict[tuple[object, ...], list[_Login]]) -> tuple[object, ...]:
    """Return the key of the logins that one without a method belongs to: its user's on that channel."""
    role = login.role.casefold() if login.role else None
    own = [key for key in together if key[1] == login.user and key[3] == login.channel and (not role or key[2] == role)]
    if login.success is None:
        # It may have succeeded, and then without a token: no more of one that is seen with tokens.
        own = [key for key in own if key[4] in (None, Authentication.USER_CREDENTIALS)]
    # Whatever the order of the rows: logins without an application first, and those that name the same role or none.
    nearest = sorted(own, key=lambda key: (key[0] is not None, key[2] != role, *map(str, key)))
    return nearest[0] if nearest else (None, login.user, role, login.channel, None)


def _seen(logins: list[_Login]) -> SeenWay:
    good = [login for login in logins if login.success]
    bad = [login for login in logins if login.success is False]
    open_ = [login for login in logins if login.success is None]
    latest = max(bad, key=lambda one: (one.last or date.min, one.last_row), default=None)
    leading = (good or logins)[0]
    # One use without a date may be the first or the last of them.
    undated = any(not one.first or not one.last for one in good)
    if good and not undated and leading.authentication is Authentication.USER_CREDENTIALS:
        # Nor is it known when it ended where a later login may have succeeded.
        until = max(one.last for one in good if one.last)
        undated = any(not one.last or one.last > until for one in open_)
    way = Way(
        user=leading.user,
        role=leading.role,
        channel=leading.channel,
        authentication=leading.authentication,
        endpoint_version=min((one.endpoint_version for one in logins if one.endpoint_version), default=None),
        seen=True,
        in_trail=True,
        undated=undated,
        logins=_counted(good, open_),
        failures=_counted(bad, open_),
        last_failure=latest.detail if latest else None,
        first_seen=None if undated else min((one.first for one in good if one.first), default=None),
        last_seen=None if undated else max((one.last for one in good if one.last), default=None),
        evidence=tuple(_login_evidence([*good, *open_], bad)),
    )
    return SeenWay(application=leading.application, way=way)


def _counted(logins: list[_Login], open_: list[_Login]) -> int | None:
    """Return how many logins there are; none of them, and some whose status is not known, is not known either."""
    return sum(one.logins for one in logins) if logins or not open_ else None


def _login_evidence(good: list[_Login], bad: list[_Login]) -> Iterator[Evidence]:
    for logins, supports in ((good, "authentication"), (bad, "failures")):
        by_place: dict[tuple[str, str | None, str], list[_Login]] = defaultdict(list)
        for one in logins:
            by_place[one.file, one.sheet, (one.detail or "") if supports == "failures" else one.path].append(one)
        # Many files folded into one place have no rows, and stand behind those that have.
        for (file, sheet, value), places in sorted(
            by_place.items(),
            key=lambda item: (not item[1][0].first_row, item[0][0], item[0][1] or "", item[0][2]),
        ):
            rows = {min(one.first_row for one in places), max(one.last_row for one in places)} - {0}
            fact = supports if supports == "failures" or places[0].authentication else "logins"
            named = (
                f"{value}, application {places[0].application}"
                if places[0].application and fact != "failures"
                else value
            )
            yield Evidence(
                file=file,
                sheet=sheet,
                rows=tuple(sorted(rows)),
                count=sum(one.logins for one in places),
                supports=fact,
                value=named or None,
            )


def row_evidence(rows: Sequence[tuple[object, ...]], supports: str) -> Iterator[Evidence]:
    """Give the evidence of rows, each with its value, a version, file, sheet and row: once a place and value."""
    by_place: dict[tuple[str, str | None, str | None], list[int]] = defaultdict(list)
    for written, _, file, sheet, row, *_ in rows:
        by_place[str(file), str(sheet) if sheet else None, str(written) if written else None].append(int(str(row)))
    for (file, sheet, value), numbers in by_place.items():
        yield Evidence(
            file=file,
            sheet=sheet,
            rows=tuple(sorted({min(numbers), max(numbers)})),
            count=len(numbers),
            supports=supports,
            value=value,
        )


def join_seen(logins: list[Way], operations: list[Way], usage: list[Way], tokens: list[Way]) -> list[Way]:
    """Return the ways of one integration that the logs show, each once."""
    ways = list(logins)
    # One method only for this user: then it is how the logins of unknown method signed in.
    methods = [{one.authentication for one in operations if way.fits(one)} for way in logins]
    for operation in operations:
        fitting = [number for number, way in enumerate(ways) if way.fits(operation)]
        same = [number for number in fitting if ways[number].authentication is operation.authentication]
        unknown = [
            number
            for number in fitting
            if ways[number].authentication is None and number < len(methods) and len(methods[number]) == 1
        ]
        for number in same or unknown:
            ways[number] = ways[number].with_claim(replace(operation, authentication=None))
            ways[number] = replace(
                ways[number],
                authentication=ways[number].authentication or operation.authentication,
                undated=ways[number].undated or operation.undated,
                operated_until=max(
                    (day for day in (ways[number].operated_until, operation.operated_until) if day), default=None
                ),
            )
        if not (same or unknown):
            ways.append(operation)
    for used in usage:
        fitting = [number for number, way in enumerate(ways) if way.fits(used)]
        for number in fitting:
            ways[number] = replace(ways[number], evidence=(*ways[number].evidence, *used.evidence))
        if not fitting:
            ways.append(used)
    return _with_tokens(ways, tokens)


def _with_tokens(ways: list[Way], tokens: list[Way]) -> list[Way]:
    # A token says nothing of what signs in with user credentials beside it.
    able = [way if way.authentication is not Authentication.USER_CREDENTIALS else None for way in ways]
    of = [[number for number, way in enumerate(able) if way and way.fits(token)] for token in tokens]
    joined = []
    for number, way in enumerate(ways):
        own = [token for token, numbers in zip(tokens, of, strict=True) if number in numbers]
        roles = {token.role for token in own} - {None}
        joined.append(
            replace(
                way,
                # Tokens of several roles: which of them signed in is not known.
                role=way.role or (next(iter(roles)) if len(roles) == 1 else None),
                token_active=any(token.token_active for token in own) if own else way.token_active,
                evidence=(*way.evidence, *(item for token in own for item in token.evidence)),
            )
        )
    unused = [token for token, numbers in zip(tokens, of, strict=True) if not numbers and token.token_active]
    return joined + unused
