"""What a login audit trail can't show, because its words are unknown: said beside its other notes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from auditor.inventory import Input
from auditor.vocabulary import has_succeeded


def noted(inputs: Sequence[Input], logins: pd.DataFrame) -> list[Input]:
    """Return the inputs with what their words leave open; `logins` are those of all files."""
    unknown = logins[~logins["status"].map(lambda status: has_succeeded(status) is not None).astype(bool)]
    words: dict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
    for file, sheet, status, count in unknown[["file", "sheet", "status", "logins"]].itertuples(index=False):
        words[file, sheet or None][str(status or "")] += int(count)
    return [
        replace(
            read,
            notes=(*read.notes, *_words(read, words.get((read.file, read.sheet), {}))),
        )
        for read in inputs
    ]


def _words(read: Input, words: Mapping[str, int]) -> list[str]:
    header = read.columns.get("status")
    return [
        f'{header} "{status}" ({logins} {"login" if logins == 1 else "logins"}) is not a wording we know: whether they succeeded is not known'
        for status, logins in sorted(words.items())
        if header
    ]
