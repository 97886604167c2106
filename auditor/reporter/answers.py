"""Facts that somebody typed into the plan: "authentication: TBA", "base_role of HS Treasury: Sales Administrator"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError

from auditor.engagement import ConfirmedIntegration, ConfirmedRole
from auditor.errors import nearest
from auditor.reporter.table import Value

_FORM = re.compile(r"(?P<fact>[A-Za-z_ ]+?)(?:\s+of\s+(?P<role>.+?))?\s*[:=]\s*(?P<value>.+)")
_OWN = {"name", "by", "on", "source"}
_YES_NO = {"yes": True, "no": False, "true": True, "false": False}
ROLE_FACTS = tuple(name for name in ConfirmedRole.model_fields if name not in _OWN)
INTEGRATION_FACTS = tuple(name for name in ConfirmedIntegration.model_fields if name not in _OWN)
EXAMPLE = "authentication: TBA, or base_role of HS Treasury: Sales Administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One line of the column Confirmed fact: a fact of a role or of the row's integration, or why it is none."""

    text: str
    where: str
    role: ConfirmedRole | None = None
    integration: ConfirmedIntegration | None = None
    fault: str | None = None


def answers_in(cells: Mapping[str, Value], *, integration: str, source: str, where: str) -> Iterator[Answer]:
    """Give the facts that a row of the plan confirms."""
    for text in re.split(r"[\n;]", str(cells.get("Confirmed fact") or "")):
        if text.strip():
            yield _answer(text.strip(), cells, integration=integration, source=source, where=where)


def _answer(text: str, cells: Mapping[str, Value], *, integration: str, source: str, where: str) -> Answer:
    def not_used(fault: str) -> Answer:
        return Answer(text=text, where=where, fault=fault)

    found = _FORM.fullmatch(text)
    by, on = cells.get("Said by"), cells.get("Said on")
    if not found:
        return not_used(f"write it like {EXAMPLE}")
    if not by or not isinstance(on, date):
        return not_used("it needs who said so and on which date")
    fact, value = found["fact"].strip().casefold().replace(" ", "_"), found["value"].strip()
    known = ROLE_FACTS if found["role"] else INTEGRATION_FACTS
    if fact not in known:
        return not_used(nearest(fact, list(known)))
    said = {"by": str(by), "on": on, "source": source}
    try:
        if found["role"]:
            stated = value if fact == "base_role" else _YES_NO.get(value.casefold(), value)
            role = ConfirmedRole.model_validate({"name": found["role"], fact: stated, **said})
            return Answer(text=text, where=where, role=role.as_typed())
        entry = {"name": integration, fact: value, **said}
        return Answer(text=text, where=where, integration=ConfirmedIntegration.model_validate(entry).as_typed())
    except ValidationError as error:
        return not_used(str(error.errors(include_url=False)[0]["msg"]))
