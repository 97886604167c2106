"""One file of the login audit trail, and what its logins come to: one row a group, whichever way it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from auditor.loader.files import Reading
from auditor.loader.recognise import Recognised
from auditor.model import Unusable

KEY = ("user", "email", "role", "path", "status", "detail", "application", "has_token", "day")
"""What logins are grouped by; `path` is the request URI without its query, `day` the date as it is written."""

GROUP_COLUMNS = (*KEY, "token", "logins", "first_row", "last_row", "fingerprint")
"""`token` is one token name of the group; `fingerprint` tells whether two files hold the same logins."""

LONGEST_DETAIL = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFile:
    """A table that was recognised as a login audit trail."""

    file: str
    sheet: str | None
    reading: Reading
    recognised: Recognised

    @property
    def layout(self) -> tuple[object, ...]:
        """What files must share to be read in one query."""
        packed = self.reading.text.packed if self.reading.text else None
        encoding = self.reading.text.encoding if self.reading.text else None
        return (self.recognised.headers, self.recognised.header_row, self.reading.delimiter, encoding, packed)

    def column(self, name: str) -> int | None:
        """Return the position of a canonical column, or None when the file lacks it."""
        return self.recognised.columns.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailGroups:
    """The logins of one file, grouped. rows = logins in groups + set aside + rejected."""

    trail: TrailFile
    groups: pd.DataFrame
    """GROUP_COLUMNS; rows of the file as a person counts them."""
    set_aside: tuple[Unusable, ...] = ()
    rejected: tuple[Unusable, ...] = ()
    exact: bool = False
    """Whether the file was read record by record, because the fast way refused it or could not vouch for it."""


def groups_frame(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """Return groups as a frame with GROUP_COLUMNS."""
    return pd.DataFrame(rows, columns=list(GROUP_COLUMNS))
