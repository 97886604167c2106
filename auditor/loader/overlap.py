"""Exports of the login audit trail whose periods overlap: a login that stands in two files counts once.

A file has no key for a login, and equal logins within a minute are common, so it is decided by days and groups: where
at least half of the groups that two files share on shared days are equal (same count, same first and last stamp), the
files overlap, and of each shared group only the fuller one counts. Parts of one trail share next to nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from auditor.loader.trail import TrailGroups

# Columns that every export has: one of two overlapping files may lack the token columns.
_COMMON = ("day", "user", "email", "role", "path", "status")
_SAME = ("logins", "least", "greatest")


def without_repeated_logins(files: list[TrailGroups]) -> tuple[list[TrailGroups], list[int]]:
    """Return the files with each login counted in one of them, and how many were taken out of each file."""
    if len(files) < 2:
        return files, [0] * len(files)
    # The file that says most of a login keeps it.
    fullest = sorted(range(len(files)), key=lambda number: -len(files[number].trail.recognised.columns))
    shared = _shared([files[number] for number in fullest])
    if shared.empty:
        return files, [0] * len(files)
    taken = _taken(shared)
    cleaned, counts = list(files), [0] * len(files)
    for rank, number in enumerate(fullest):
        if rank in taken:
            cleaned[number], counts[number] = _without(files[number], taken[rank])
    return cleaned, counts


def _shared(files: list[TrailGroups]) -> pd.DataFrame:
    """Return the groups that stand in more than one file; `rank` is the file."""
    columns = [*_COMMON, *_SAME]
    parts = [_by_common_columns(one.groups[columns]).assign(rank=rank) for rank, one in enumerate(files)]
    together = pd.concat(parts, ignore_index=True)
    return together[together.duplicated(list(_COMMON), keep=False)]


def _by_common_columns(groups: pd.DataFrame) -> pd.DataFrame:
    several = groups.duplicated(list(_COMMON), keep=False)
    if not several.any():
        return groups
    joined = (
        groups[several]
        .groupby(list(_COMMON), sort=False, as_index=False)
        .agg({"logins": "sum", "least": "min", "greatest": "max"})
    )
    return pd.concat([groups[~several], joined])


def _taken(shared: pd.DataFrame) -> Mapping[int, pd.DataFrame]:
    """Return, by rank of the file, how many logins of each group an earlier file has already."""
    taken: dict[int, list[pd.DataFrame]] = defaultdict(list)
    by_rank = dict(list(shared.groupby("rank")))
    for (rank, other), equal in _equal_groups(shared).items():
        common = by_rank[rank].merge(by_rank[other], on=list(_COMMON), suffixes=("", "_other"))
        if equal * 2 >= len(common):
            least = common[["logins", "logins_other"]].min(axis=1)
            taken[rank].append(common[list(_COMMON)].assign(taken=least))
    return {rank: _most(parts) for rank, parts in taken.items()}


def _most(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(parts).groupby(list(_COMMON), sort=False, as_index=False).agg({"taken": "max"})


def _equal_groups(shared: pd.DataFrame) -> Mapping[tuple[int, int], int]:
    """Return how many groups are equal in a file and an earlier one, for each pair that has any."""
    alike = shared[shared.duplicated([*_COMMON, *_SAME], keep=False)]
    pairs = alike.merge(alike, on=[*_COMMON, *_SAME], suffixes=("", "_other"))
    pairs = pairs[pairs["rank"] > pairs["rank_other"]]
    counted = pairs.groupby(["rank", "rank_other"]).size()
    ranks = zip(*(counted.index.get_level_values(level).tolist() for level in (0, 1)), strict=True)
    return dict(zip(ranks, counted.tolist(), strict=True))


def _without(one: TrailGroups, taken: pd.DataFrame) -> tuple[TrailGroups, int]:
    groups = one.groups.merge(taken[[*_COMMON, "taken"]], on=list(_COMMON), how="left").fillna({"taken": 0})
    # Several groups may share the common columns: what is taken is taken from the first of them on.
    before = groups.groupby(list(_COMMON), sort=False)["logins"].cumsum() - groups["logins"]
    take = (groups["taken"] - before).clip(lower=0)
    take = take.where(take < groups["logins"], groups["logins"]).astype("int64")
    groups["logins"] = groups["logins"] - take
    left = groups[groups["logins"] > 0].drop(columns="taken").reset_index(drop=True)
    return replace(one, groups=left), int(take.sum())
