"""A list cut into slices that one query can give: NetSuite gives 100,000 rows and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from auditor.errors import AccountError
from auditor.netsuite.queries import Slice

B = TypeVar("B", int, datetime)
"""A number, or a point in time to the second."""

LARGEST = 100_000
"""Rows that one query gives without SuiteAnalytics Connect (Oracle's help, section_157909186990)."""


def slices(low: B, high: B, count: Callable[[B, B], int], *, largest: int = LARGEST) -> Iterator[Slice]:
    """Give the slices from one bound to before the other, in order, each with at most `largest` rows and none empty.

    `count` tells how many rows lie between two bounds. Raises AccountError for what can't be cut any finer.
    """
    rows = count(low, high)
    if rows <= largest:
        if rows:
            yield Slice(low, high, rows)
        return
    middle = _middle(low, high)
    if middle == low:
        raise AccountError(
            f"{rows} rows share one value ({low}), and one query gives {largest}",
            fix="export this list by hand",
        )
    yield from slices(low, middle, count, largest=largest)
    yield from slices(middle, high, count, largest=largest)


def _middle(low: B, high: B) -> B:
    if isinstance(low, datetime):
        return low + timedelta(seconds=(high - low) // timedelta(seconds=2))
    return low + (high - low) // 2
