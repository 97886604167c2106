"""What is known of access tokens before any log shows them in use: those of the list, and those that were verified.

The list shows a capability. A verified token signed in on that day: it is active, and its user and role are proved,
whatever an older list says. A token that was refused proves nothing: the keys may be wrong, or the clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from auditor.engine.seen import SeenWay, row_evidence
from auditor.engine.users import Users
from auditor.engine.ways import Way
from auditor.inventory import Inventory
from auditor.vocabulary import List


def known_tokens(inventory: Inventory, users: Users) -> list[SeenWay]:
    """Return a way for each application, user and role with an access token: a capability, not a use."""
    tokens = _listed(inventory, users)
    for verified in _verified(inventory, users):
        same = [number for number, token in enumerate(tokens) if _may_be(token, verified)]
        if len(same) == 1:
            tokens[same[0]] = _joined(tokens[same[0]], verified)
        else:
            tokens.append(verified)
    return tokens


def _listed(inventory: Inventory, users: Users) -> list[SeenWay]:
    frame = inventory.frame(List.TOKENS)
    if frame is None:
        return []
    columns = ("application", "user", "role", "inactive", "revoked", "token", "file", "sheet", "row")
    together: dict[tuple[object, ...], list[tuple[object, ...]]] = defaultdict(list)
    active: dict[tuple[object, ...], bool] = defaultdict(bool)
    for application, user, role, inactive, revoked, token, file, sheet, row in zip(
        *(frame[column] for column in columns), strict=True
    ):
        key = (application, users.key(user), role)
        together[key].append((token, None, file, sheet, row))
        active[key] |= inactive is not True and revoked is not True
    return [_token(key, rows, active=active[key]) for key, rows in together.items()]


def _verified(inventory: Inventory, users: Users) -> list[SeenWay]:
    frame = inventory.frame(List.VERIFICATIONS)
    if frame is None:
        return []
    columns = ("works", "application", "user", "user_id", "role", "verified_on", "file", "sheet", "row")
    together: dict[tuple[object, ...], list[tuple[object, ...]]] = defaultdict(list)
    for works, application, user, user_id, role, day, file, sheet, row in zip(
        *(frame[column] for column in columns), strict=True
    ):
        if works is True:
            said = f"signed in on {day}" if day else "signed in"
            key = (application, users.of_id(user_id) or users.key(user), role)
            together[key].append((said, None, file, sheet, row))
    return [_token(key, rows, active=True) for key, rows in together.items()]


def _token(key: tuple[object, ...], rows: Sequence[tuple[object, ...]], *, active: bool) -> SeenWay:
    application, user, role = key
    way = Way(
        user=str(user) if user else None,
        role=str(role) if role else None,
        channel=None,
        authentication=None,
        token_active=active,
        evidence=tuple(row_evidence(rows, "token_active")),
    )
    return SeenWay(application=str(application), way=way)


def _may_be(token: SeenWay, verified: SeenWay) -> bool:
    same_application = (token.application or "").casefold() == (verified.application or "").casefold()
    return same_application and token.way.fits(verified.way)


def _joined(token: SeenWay, verified: SeenWay) -> SeenWay:
    way = replace(
        token.way,
        user=token.way.user or verified.way.user,
        role=token.way.role or verified.way.role,
        token_active=True,
        evidence=(*token.way.evidence, *verified.way.evidence),
    )
    return replace(token, way=way)
