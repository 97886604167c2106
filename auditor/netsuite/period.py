"""Which days of the login audit trail are collected: those that are over in the account, wherever on earth it is."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from auditor.errors import InputError

_YEAR = timedelta(days=365)
# The trail's dates are of the account's own time zone, which SuiteQL does not tell.
_LAST_ZONE = timedelta(hours=-12)
_FIRST_ZONE = timedelta(hours=14)


def period(
    since: datetime | None, until: datetime | None, *, now: datetime, rehearsal: bool
) -> tuple[datetime, datetime]:
    """Return the first moment of the trail, and the one after its last, both in the account's time.

    `now` is in UTC, as the clock of a rehearsal is: its trail is collected to this moment. A live one is collected up
    to days that are over, since what still grows can't be collected whole. Raises InputError.
    """
    now = now.replace(tzinfo=None, microsecond=0)
    if until and until > now + (timedelta() if rehearsal else _FIRST_ZONE):
        raise InputError(
            f"{written(until)} is still to come, and the trail of a time that is not over grows while it is collected",
            where="--until",
            fix=f"leave it out, or write {now:%Y-%m-%d} or earlier",
        )
    end = until or (now if rehearsal else _midnight(now + _LAST_ZONE))
    begin = since or _midnight(end) - _YEAR
    if begin >= end:
        raise InputError(
            f"from {written(begin)} to before {written(end)} there is nothing",
            where="--since",
            fix="begin before the end",
        )
    return begin, end


def written(moment: datetime) -> str:
    """Return the moment for a person: a day, where it is the day's beginning."""
    return f"{moment:%Y-%m-%d}" if moment.time() == time() else f"{moment:%Y-%m-%d %H:%M:%S}"


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time())
