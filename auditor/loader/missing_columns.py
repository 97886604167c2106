"""Columns without which verdicts stay open: what a list that lacks one of them can't show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from auditor.inventory import Input
from auditor.vocabulary import List


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Columns of which a list has none, and what it can't show without them."""

    columns: tuple[str, ...]
    without: str


_NEEDED: Mapping[List, tuple[Missing, ...]] = {
    List.ROLES: (
        Missing(
            columns=("base_role", "base_role_id"),
            without="there is no Parent Role: whether a custom role is highly privileged can't be told by this list",
        ),
    ),
    List.LOGINS: (
        Missing(
            columns=("request_uri",),
            without="there is no Request URI: programs that sign in with user credentials can't be told from people",
        ),
        Missing(
            columns=("status",),
            without="there is no Status: which sign-ins succeeded is not known, and none counts as user credentials",
        ),
        Missing(columns=("role",), without="there is no Role: this file can't show with which role a program signs in"),
        Missing(columns=("user", "email"), without="there is no User: this file can't show who signs in"),
    ),
}


def missing_columns(read: Input, frames: Mapping[List, pd.DataFrame]) -> Iterator[Missing]:
    """Give what the list lacks; `frames` are all exports, of which another may have it."""
    # What somebody confirmed has no columns at all.
    if read.list is None or not read.columns:
        return
    for needed in _NEEDED.get(read.list, ()):
        has_one = not read.columns.keys().isdisjoint(needed.columns)
        if not has_one and (read.list is not List.ROLES or _are_open(read, frames)):
            yield needed


def _are_open(read: Input, frames: Mapping[List, pd.DataFrame]) -> bool:
    """Tell whether the list has roles of which no export says whether they are highly privileged."""
    if List.ROLE_PERMISSIONS in frames or List.SDF_ROLES in frames or List.ROLES not in frames:
        return False
    roles = frames[List.ROLES]
    places = zip(roles["file"], roles["sheet"], roles["type"], strict=True)
    kinds = {kind for file, sheet, kind in places if (file, sheet) == (read.file, read.sheet)}
    has_base = roles["base_role"].notna() | roles["base_role_id"].notna()
    return bool(kinds - {"standard"}) and not has_base.any()
