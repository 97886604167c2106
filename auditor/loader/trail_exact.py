"""The login audit trail, record by record with the csv module: slower than DuckDB, and it names each bad row."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from auditor.loader.rows import is_footer
from auditor.loader.text import Broken
from auditor.loader.trail import LONGEST_DETAIL, TrailFile, TrailGroups, groups_frame
from auditor.model import Unusable

_NAMED_AT_MOST = 1000
_FIELDS = ("date", "user", "email", "role", "request_uri", "status", "detail", "application", "token")


def group_exactly(trail: TrailFile) -> TrailGroups:
    """Return the logins of the file, grouped; every record is counted, set aside or rejected."""
    width = trail.recognised.width
    pick = _picker(trail)
    header_row, headers = trail.recognised.header_row, list(trail.recognised.headers)
    groups: dict[tuple[object, ...], list[int]] = {}
    set_aside, rejected = _Listed(), _Listed()
    for number, record in enumerate(trail.reading.records(), start=1):
        if number <= header_row:
            continue
        if isinstance(record, Broken):
            rejected.add(number, record.reason)
        elif len(record) == width and record != headers:
            fields = pick(record)
            group = groups.get(fields)
            stamp = hash(fields)
            if group is None:
                groups[fields] = [1, number, number, stamp]
            else:
                group[0] += 1
                group[2] = number
        elif not any(cell.strip() for cell in record):
            set_aside.add(number, "blank row")
        elif record == headers:
            set_aside.add(number, "header row repeated")
        elif is_footer(record):
            set_aside.add(number, "total row")
        else:
            rejected.add(number, f"has {len(record)} cells for {width} columns")
    return TrailGroups(
        trail=trail, groups=_joined(groups), set_aside=set_aside.all(), rejected=rejected.all(), exact=True
    )
