"""What the two logs of SOAP show in use: the operations search, which names the method, and the usage log, which does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from auditor.engine.seen import SeenWay, row_evidence
from auditor.engine.users import Users
from auditor.engine.ways import Way
from auditor.inventory import Inventory
from auditor.vocabulary import Authentication, Channel, List


def seen_operations(inventory: Inventory, users: Users) -> list[SeenWay]:
    """Return the ways that the SOAP operations search shows: it names the method itself."""
    columns = (
        "integration",
        "user_email",
        "authentication_method",
        "authentication_method as written",
        "api_version version",
        "time on",
    )
    return list(_soap(inventory, List.OPERATIONS, columns, users))


def seen_usage(inventory: Inventory, users: Users) -> list[SeenWay]:
    """Return the ways that the SOAP usage log shows: who used SOAP, not how they signed in."""
    return list(_soap(inventory, List.USAGE, ("integration", "user", None, None, None, None), users))


def _soap(inventory: Inventory, name: List, columns: tuple[str | None, ...], users: Users) -> Iterator[SeenWay]:
    frame = inventory.frame(name)
    if frame is None:
        return
    given = [frame[column] if column else [None] * len(frame) for column in columns]
    places = (frame["file"], frame["sheet"], frame["row"])
    together: dict[tuple[object, ...], list[tuple[object, ...]]] = defaultdict(list)
    for integration, user, method, written, version, day, file, sheet, row in zip(*given, *places, strict=True):
        methods: Iterable[str | None] = method or (None,)
        for named in methods:
            together[integration, users.key(user), named].append((written, version, file, sheet, row, day))
    for (integration, user, known), rows in together.items():
        versions = [str(version) for _, version, *_ in rows if version]
        days = [day for *_, day in rows if isinstance(day, date)]
        way = Way(
            user=str(user) if user else None,
            role=None,
            channel=Channel.SOAP,
            authentication=Authentication(str(known)) if known else None,
            endpoint_version=min(versions, default=None),
            seen=True,
            undated=bool(known) and len(days) < len(rows),
            operated_until=max(days, default=None),
            evidence=tuple(row_evidence(rows, "authentication" if known else "channel")),
        )
        yield SeenWay(application=str(integration) if integration else None, way=way)
