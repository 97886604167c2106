"""Why sign-ins fail: what the Detail of the login audit trail means, its likely cause and its cure."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from auditor.model import Connection

_UNEXPLAINED = "NetSuite's help does not list this detail."


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureView:
    """A Detail with which sign-ins failed."""

    code: str
    """As the trail writes it; "no detail" where it writes none."""
    count: int
    """How many sign-ins failed with it."""
    cause: str
    cure: str
    source: str


@dataclass(frozen=True, slots=True)
class _Detail:
    cause: str
    cure: str
    source: str


def view_failures(connections: Iterable[Connection]) -> tuple[FailureView, ...]:
    """Return the details of failed sign-ins of the connections, the most frequent first."""
    counts: dict[str, int] = defaultdict(int)
    for connection in connections:
        for item in connection.evidence:
            if item.supports == "failures":
                counts[item.value or ""] += item.count
    return tuple(_view(code, count) for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _view(code: str, count: int) -> FailureView:
    # Some details carry what they speak of: "InvalidCallback https://...".
    known = _details().get(code.split(maxsplit=1)[0].casefold()) if code else None
    detail = known or _Detail(_UNEXPLAINED if code else "The export has no Detail for them.", "", "")
    return FailureView(
        code=code or "no detail", count=count, cause=detail.cause, cure=detail.cure, source=detail.source
    )


@cache
def _details() -> Mapping[str, _Detail]:
    read = tomllib.loads(files("auditor.reporter").joinpath("login_details.toml").read_text(encoding="utf-8"))
    return {
        code.casefold(): _Detail(item["cause"], item["cure"], read["sources"][item["source"]])
        for item in read["detail"]
        for code in item["codes"]
    }
