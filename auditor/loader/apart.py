"""One file of a login audit trail, grouped apart from the account's other files, and kept until they come together.

Groups can be merged: counts are added, and the least and the greatest kept. So any worker may group any file.
"""

from __future__ import annotations

import glob
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from auditor.engagement import Engagement
from auditor.inventory import Unusable
from auditor.loader.files import open_exports
from auditor.loader.grouping import group_trail
from auditor.loader.groups import GROUP_COLUMNS, TrailGroups, ask, categorised
from auditor.loader.inventory import find_list
from auditor.loader.tables import Table
from auditor.loader.trail import TrailFile
from auditor.vocabulary import List


def group_apart(path: Path, engagement: Engagement) -> TrailGroups | None:
    """Return the logins of the file, grouped; None when it is no trail, or one that only its audit can open."""
    with tempfile.TemporaryDirectory(prefix="auditor-") as folder:
        for table in open_exports([path], Path(folder)):
            if not isinstance(table, Table) or table.sheet is not None:
                return None
            recognised, reading = find_list(table, engagement)
            if recognised is None or recognised.known.list is not List.LOGINS:
                return None
            return group_trail(TrailFile(file=table.file, sheet=None, reading=reading, recognised=recognised))
    return None


def keep_groups(groups: TrailGroups | None, path: Path) -> None:
    """Write the groups, whole or not at all, as `path`.json and `path`.parquet: None is kept as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".auditor-") as aside:
        said = Path(aside, "said.json")
        if groups is None:
            said.write_text("null", encoding="utf-8")
        else:
            rows = Path(aside, "groups.parquet")
            with duckdb.connect(":memory:") as connection:
                connection.register("groups", groups.groups)
                names = ", ".join(f'"{name}"' for name in GROUP_COLUMNS)
                target = _quoted(os.fspath(rows))
                connection.execute(f"copy (select {names} from groups) to '{target}' (format parquet)")  # noqa: S608
            rows.replace(path.with_suffix(".parquet"))
            told = {"set_aside": _said(groups.set_aside), "rejected": _said(groups.rejected)}
            said.write_text(json.dumps(told), encoding="utf-8")
        # Last: what is told is whole.
        said.replace(path.with_suffix(".json"))


def are_kept(path: Path) -> bool:
    """Tell whether groups have been written there."""
    return path.with_suffix(".json").is_file()


def kept_groups(path: Path) -> TrailGroups | None:
    """Return the groups that were written there; None where there are none, or what is there can't be read."""
    try:
        told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if told is None:
            return None
        names = ", ".join(f'"{name}"' for name in GROUP_COLUMNS)
        rows = _quoted(glob.escape(os.fspath(path.with_suffix(".parquet"))))
        return TrailGroups(
            groups=categorised(ask(f"select {names} from read_parquet('{rows}', hive_partitioning = false)")),  # noqa: S608 - a path of our own, quoted
            set_aside=_unusable(told["set_aside"]),
            rejected=_unusable(told["rejected"]),
        )
    except (OSError, ValueError, TypeError, KeyError, duckdb.Error):
        # The file itself is still there to be read.
        return None


def _said(rows: tuple[Unusable, ...]) -> list[list[Any]]:
    return [[row.row, row.reason, row.count] for row in rows]


def _unusable(rows: list[list[Any]]) -> tuple[Unusable, ...]:
    return tuple(Unusable(row=row, reason=reason, count=count) for row, reason, count in rows)


def _quoted(text: str) -> str:
    return text.replace("'", "''")
