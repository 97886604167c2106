"""SuiteQL over the rehearsed account: DuckDB answers, over tables made of its state, what `auditor collect` asks.

Tables and columns are those that queries.toml names; "<column>_shown" is what BUILTIN.DF gives. Rows are answered as
NetSuite answers them: every value a text, no nulls, names in lower case, in pages (Oracle's help,
section_157909186990).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import Timer
from typing import Any

import duckdb
import pandas as pd

from auditor.netsuite.rehearsal.setup import RoleSetup
from auditor.netsuite.rehearsal.state import ADMINISTRATOR_ID, Rehearsal

LARGEST_PAGE = 1000
_PATIENCE = 20.0  # seconds a query may take
_FULL = 4
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "256MB",
    "threads": 1,
    "autoinstall_known_extensions": False,
    # A rehearsal stores nothing: otherwise a long query would leave its rows in the working directory.
    "temp_directory": "",
}
_NAME = re.compile(r'(?:^|, )"?(\w+)"? ')
_TABLES: Mapping[str, tuple[str, str]] = {  # the permission that a role needs for it, and its columns
    "role": (
        "Bulk Manage Roles",
        "id BIGINT, name VARCHAR, centerType VARCHAR, isInactive VARCHAR, isWebServiceOnlyRole VARCHAR",
    ),
    "rolepermissions": ("Bulk Manage Roles", "role BIGINT, permkey VARCHAR, name VARCHAR, permlevel BIGINT"),
    "OAuthToken": (
        "Access Token Management",
        "id BIGINT, TBA_Token_Name VARCHAR, Entity_Name BIGINT, Entity_Name_shown VARCHAR, Role_Name BIGINT,"
        " Role_Name_shown VARCHAR, TBA_App_Name BIGINT, TBA_App_Name_shown VARCHAR, BINACTIVE VARCHAR, BREVOKED VARCHAR,"
        " DCreated VARCHAR, CreatedBy BIGINT, CreatedBy_shown VARCHAR",
    ),
    "employee": (
        "Employee Record",
        "id BIGINT, entityid VARCHAR, email VARCHAR, giveaccess VARCHAR, isinactive VARCHAR",
    ),
    "employeerolesforsearch": ("Employee Record", "entity BIGINT, role BIGINT"),
    "loginAudit": (
        "View Login Audit Trail",
        'date TIMESTAMP, status VARCHAR, oAuthAppName VARCHAR, oAuthAccessTokenName VARCHAR, "user" BIGINT,'
        " user_shown VARCHAR, role BIGINT, role_shown VARCHAR, emailAddress VARCHAR, ipAddress VARCHAR,"
        " requestUri VARCHAR, detail VARCHAR, secChallenge VARCHAR, userAgent VARCHAR",
    ),
}


class QueryError(Exception):
    """A query that NetSuite would refuse; the message is its answer."""


def ask(
    account: Rehearsal, role: RoleSetup, query: str, *, limit: int, offset: int
) -> tuple[list[dict[str, str]], bool]:
    """Return a page of the rows that the query finds, and whether there are more. Raises QueryError."""
    _check_permitted(role, query)
    with duckdb.connect(config=_CONFIG) as tables:
        for name, rows in _rows(account):
            columns = _TABLES[name][1]
            tables.execute(f"CREATE TABLE {name} ({columns})")
            if rows and _is_asked(name, query):
                # As columns: a trail of many thousand rows is there at once, where a row at a time would take minutes.
                tables.register("given", pd.DataFrame(rows, columns=_NAME.findall(columns), dtype=object))
                tables.execute(f"INSERT INTO {name} SELECT * FROM given")  # noqa: S608 - our own names
                tables.unregister("given")
        tables.execute("SET enable_external_access = false; SET lock_configuration = true")
        return _page(tables, in_duckdb(query), limit=limit, offset=offset)


def _check_permitted(role: RoleSetup, query: str) -> None:
    if role.id == ADMINISTRATOR_ID:
        return
    for table, (permission, _) in _TABLES.items():
        if _is_asked(table, query) and permission not in role.permissions:
            raise QueryError(f"Search error occurred: Record '{table}' was not found.")


def _is_asked(table: str, query: str) -> bool:
    # Rather too often than too seldom: a column of that name needs the permission as well.
    return re.search(rf"(?<!\.)\b{table}\b", query, re.IGNORECASE) is not None


def _page(
    tables: duckdb.DuckDBPyConnection, query: str, *, limit: int, offset: int
) -> tuple[list[dict[str, str]], bool]:
    too_long = Timer(_PATIENCE, tables.interrupt)
    too_long.start()
    try:
        statements = tables.extract_statements(query)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise QueryError("Invalid search query. Only one SELECT statement is allowed.")
        found = tables.execute(f"SELECT * FROM ({query.rstrip(' ;')}) LIMIT {limit + 1} OFFSET {offset}")  # noqa: S608
        names = [str(column[0]).lower() for column in found.description or ()]
        rows = found.fetchall()
    except duckdb.Error as error:
        raise QueryError(f"Invalid search query. {str(error).splitlines()[0]}") from error
    finally:
        too_long.cancel()
    page = [
        {name: str(value) for name, value in zip(names, row, strict=True) if value is not None} for row in rows[:limit]
    ]
    return page, len(rows) > limit


def in_duckdb(query: str) -> str:
    """Return the query with NetSuite's own functions as DuckDB writes them."""
    query = re.sub(r"BUILTIN\.DF\(([\w.]+)\)", r"\1_shown", query)
    query = re.sub(r"TO_CHAR\(([\w.]+), '[^']+'\)", r"strftime(\1, '%Y-%m-%d %H:%M:%S')", query)
    query = re.sub(r"TO_DATE\(('[^']+'), '[^']+'\)", r"TIMESTAMP \1", query)
    return re.sub(r"\.user\b", r'."user"', query)


def _rows(account: Rehearsal) -> Iterator[tuple[str, Sequence[Sequence[Any]]]]:
    setup = account.setup
    users = {user.name: number for number, user in enumerate(setup.user, start=1)}
    roles = {role.name: role.id for role in setup.role}
    yield (
        "role",
        [(role.id, role.name, "BASIC", _flag(role.inactive), _flag(role.web_services_only)) for role in setup.role],
    )
    yield (
        "rolepermissions",
        [
            (role.id, permission.upper().replace(" ", "_"), permission, _FULL)
            for role in setup.role
            for permission in dict.fromkeys(
                (*role.permissions, *(("Log in using Access Tokens",) if role.log_in_using_access_tokens else ()))
            )
            if role.permissions
        ],
    )
    yield "OAuthToken", [
        (
            number, token.name, users[token.user.name], token.user.name, token.role.id, token.role.name,
            token.consumer.number, token.consumer.integration.name, "F", _flag(token.revoked),
            f"{_when(token.created):%m/%d/%Y}", users[token.user.name], token.user.name,
        )
        for number, token in enumerate(account.tokens.values(), start=1)
    ]  # fmt: skip
    yield (
        "employee",
        [
            (users[user.name], user.name, user.email, _flag(not user.inactive), _flag(user.inactive))
            for user in setup.user
        ],
    )
    yield "employeerolesforsearch", [(users[user.name], roles[role]) for user in setup.user for role in user.roles]
    yield "loginAudit", [
        (
            _when(login.at), "Success" if login.success else "Failure", login.application or None, login.token or None,
            users.get(login.user), login.user or None, roles.get(login.role), login.role or None, login.email or None,
            login.address, login.uri, login.detail or None, None, login.user_agent or None,
        )
        for login in account.trail
    ]  # fmt: skip


def _flag(said: bool) -> str:
    return "T" if said else "F"


def _when(at: float) -> datetime:
    return datetime.fromtimestamp(int(at), UTC).replace(tzinfo=None)
