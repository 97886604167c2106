"""Rows of lists that are about the same thing: what they say together, and where they contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping

from auditor.model import Claim, Conflict

Row = Mapping[str, object]
"""A row of a list's frame: canonical column to what the row says, None where it says nothing."""


def text(value: object) -> str | None:
    """Return what a cell says as text; None where it says nothing."""
    return str(value) if value else None


def agree(
    rows: Iterable[Row],
    column: str,
    *,
    subject: str,
    conflicts: list[Conflict],
    same: Callable[[str], Hashable] | None = None,
) -> object:
    """Return what all rows say of a column, or None, with the conflict noted, where two of them disagree.

    Two values are one where `same` gives the same of both.
    """
    said: dict[Hashable, tuple[object, list[Row]]] = {}
    for row in rows:
        value = row[column]
        if value is not None:
            key: Hashable = same(str(value)) if same else value
            said.setdefault(key, (value, []))[1].append(row)
    if len(said) > 1:
        claims = [
            Claim(
                value=str(row.get(f"{column} as written", row[column])),
                file=str(row["file"]),
                sheet=text(row["sheet"]),
                row=int(str(row["row"])),
            )
            for _, rows_saying in said.values()
            for row in rows_saying
        ]
        conflicts.append(Conflict(subject=subject, fact=column, claims=tuple(claims)))
        return None
    return next(iter(said.values()))[0] if said else None
