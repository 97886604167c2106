"""What a login audit trail can't show, because columns are missing or words are unknown: said beside its other notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from auditor.model import Input
from auditor.vocabulary import has_succeeded

_MISSING = {
    "request_uri": "there is no Request URI: programs that sign in with user credentials can't be told from people",
    "status": "there is no Status: which sign-ins succeeded is not known, and none counts as user credentials",
}


def noted(inputs: Sequence[Input], logins: pd.DataFrame) -> list[Input]:
    """Return the inputs with what their columns and words leave open; `logins` are those of all files."""
    unknown = logins[~logins["status"].map(lambda status: has_succeeded(status) is not None).astype(bool)]
    return [
        replace(
            read,
            notes=(
                *read.notes,
                *(said for name, said in _MISSING.items() if name not in read.columns),
                *_words(read, unknown),
            ),
        )
        for read in inputs
    ]


def _words(read: Input, unknown: pd.DataFrame) -> list[str]:
    if "status" not in read.columns:
        return []
    same_sheet = unknown["sheet"].isna() if read.sheet is None else unknown["sheet"] == read.sheet
    counted: dict[str, int] = {}
    for status, logins in zip(
        *(unknown[(unknown["file"] == read.file) & same_sheet][one] for one in ("status", "logins")), strict=True
    ):
        counted[str(status or "")] = counted.get(str(status or ""), 0) + int(logins)
    header = read.columns["status"]
    return [
        f'{header} "{status}" ({logins} logins) is not a wording we know: whether they succeeded is not known'
        for status, logins in sorted(counted.items())
    ]
