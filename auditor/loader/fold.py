"""A trail in very many files: a way of signing in that stands in all of them is told by the first of them and the last.

Nobody reads two thousand places that say the same, and no report should have to hold them.
"""

from __future__ import annotations

import pandas as pd

_FILES_NAMED = 12
_OF_A_PLACE = ("file", "sheet", "number", "logins", "first", "last", "first_row", "last_row")


def fold_files(logins: pd.DataFrame) -> pd.DataFrame:
    """Return the groups of logins with the files between the first ones and the last as one, without rows.

    `logins` has a row a file and way, ordered by `number`, which is the file; `first` and `last` are numbers of days.
    What the files of one group come to together stays as it was.
    """
    alike = [name for name in logins.columns if name not in _OF_A_PLACE]
    by_group = logins.groupby(alike, sort=False, observed=True, dropna=False)
    files, nth = by_group["number"].transform("size"), by_group.cumcount()
    between = (files > _FILES_NAMED) & (nth >= _FILES_NAMED - 2) & (nth < files - 1)
    if not between.any():
        return logins
    folded = (
        logins[between]
        .groupby(alike, sort=False, observed=True, dropna=False, as_index=False)
        .agg(
            number=("number", "first"),
            files=("number", "size"),
            logins=("logins", "sum"),
            first=("first", lambda days: days.min(skipna=False)),
            last=("last", lambda days: days.max(skipna=False)),
        )
    )
    folded["file"] = [f"{files:,} more files of the login audit trail" for files in folded.pop("files")]
    folded = folded.assign(sheet=None, first_row=0, last_row=0)
    return pd.concat([logins[~between], folded[logins.columns]]).sort_values("number", kind="stable", ignore_index=True)
