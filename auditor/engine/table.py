"""Conditions over the whole table of connections at once, in a DuckDB that can reach nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from auditor import share
from auditor.engine.condition import Condition
from auditor.engine.lookup import Lookup
from auditor.model import Connection, facts

_AT_ONCE = 40


class Truth(IntEnum):
    """What a condition says of a connection: SQL's three values."""

    FALSE = 0
    TRUE = 1
    NULL = 2


class FactsTable:
    """The facts of all connections that some conditions read, ready to be asked."""

    def __init__(self, connections: Sequence[Connection], conditions: Iterable[Condition]) -> None:
        self._count = len(connections)
        asked = list(conditions)
        names = sorted({name for condition in asked for name in condition.reads})
        lookups = {lookup.column: lookup for condition in asked for lookup in condition.lookups}
        frame = pd.DataFrame(
            {name: _column(connections, name) for name in names}
            | {column: _looked_up(connections, lookup) for column, lookup in lookups.items()}
            | {"row_number": range(self._count)}
        )
        # A pack may come from a stranger: nothing on this machine can be reached from its conditions.
        self._duckdb = duckdb.connect(
            ":memory:",
            config={"enable_external_access": False, "python_enable_replacements": False, **share.database_limits()},
        )
        self._duckdb.register("given", frame)
        typed = [(name, _sql_type(name)) for name in names] + [(column, "varchar") for column in lookups]
        columns = ", ".join(["row_number", *(f'cast("{name}" as {kind}) as "{name}"' for name, kind in typed)])
        self._duckdb.execute(f"create table connections as select {columns} from given")  # noqa: S608 - declared names
        self._duckdb.unregister("given")
        self._duckdb.execute("set lock_configuration = true")

    def ask(self, conditions: Sequence[Condition]) -> list[npt.NDArray[np.int8]]:
        """Return what each condition says of every connection, as Truth values in the order of the connections."""
        # DuckDB plans many conditions at once far slower than the same in batches.
        batches = [conditions[start : start + _AT_ONCE] for start in range(0, len(conditions), _AT_ONCE)]
        return [said for batch in batches for said in self._ask(batch)]

    def _ask(self, conditions: Sequence[Condition]) -> list[npt.NDArray[np.int8]]:
        columns = ", ".join(
            f"(case when {one.sql} then 1 when not ({one.sql}) then 0 else 2 end)::tinyint as c{number}"
            for number, one in enumerate(conditions)
        )
        asked = self._duckdb.execute(f"select {columns} from connections order by row_number").fetchnumpy()  # noqa: S608
        return [np.asarray(asked[f"c{number}"], dtype=np.int8) for number in range(len(conditions))]

    def missing(self, condition: Condition) -> Mapping[str, npt.NDArray[np.int64]]:
        """Return, for each fact to blame for a NULL, the positions of the connections that lack it."""
        found: dict[str, npt.NDArray[np.int64]] = {}
        for one in condition.missing():
            query = f"select row_number from connections where {one.sql} order by row_number"  # noqa: S608
            rows = self._duckdb.execute(query).fetchnumpy()["row_number"]
            found[one.fact] = np.union1d(found.get(one.fact, np.empty(0, dtype=np.int64)), rows)
        return found


def _looked_up(connections: Sequence[Connection], lookup: Lookup) -> npt.NDArray[np.object_]:
    column = np.empty(len(connections), dtype=object)
    column[:] = [lookup.of(getattr(one, lookup.reads)) for one in connections]
    return column


def _sql_type(name: str) -> str:
    return {"text": "varchar", "integer": "bigint"}.get(facts()[name].type, facts()[name].type)


def _column(connections: Sequence[Connection], name: str) -> pd.api.extensions.ExtensionArray | npt.NDArray[np.object_]:
    values = [getattr(connection, name) for connection in connections]
    kind = facts()[name].type
    if kind == "boolean":
        return pd.array(values, dtype="boolean")
    if kind == "integer":
        return pd.array(values, dtype="Int64")
    column = np.empty(len(values), dtype=object)
    column[:] = [None if value is None else str(value) for value in values]
    return column
