"""What pydantic says of a pack's file, in our words: what is wrong, on which line, and the nearest valid name."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from auditor.engine.pack_file import (
    Claimed,
    Divergence,
    Example,
    Lacking,
    PackFile,
    PhaseFile,
    PrivilegeByRelease,
    PrivilegeChange,
    Remedy,
    RuleFile,
    StepFile,
    SupportTable,
)
from auditor.engine.pack_text import PackText
from auditor.errors import PackError, nearest
from auditor.vocabulary import RuleVerdict

_TABLES: dict[str, type[BaseModel]] = {
    "rule": RuleFile,
    "example": Example,
    "no_example": Lacking,
    "phase": PhaseFile,
    "privilege": PrivilegeByRelease,
    "change": PrivilegeChange,
    "table": SupportTable,
    "remedy": Remedy,
    "divergence": Divergence,
    "claim": Claimed,
    "step": StepFile,
}


def explain_fault(error: Any, text: PackText) -> PackError:
    """Return one of pydantic's errors as a PackError."""
    place = error["loc"]
    key = str(place[-1]) if place else ""
    if error["type"] == "extra_forbidden":
        inside = [part for part in place[:-1] if part in _TABLES]
        model = _TABLES[inside[-1]] if inside else PackFile
        return text.error(f'"{key}" is not a key', nearest(key, list(model.model_fields)), place)
    if error["type"] == "enum":
        words = [str(verdict) for verdict in RuleVerdict]
        return text.error(f'"{error["input"]}" is not a verdict', nearest(str(error["input"]), words), place)
    if error["type"] == "literal_error":
        words = ["breaks", "at-risk", "advice", "undetermined", "nothing"]
        return text.error(f'"{error["input"]}" is not what a rule can say', nearest(str(error["input"]), words), place)
    if error["type"] == "missing":
        return text.error(f'the key "{key}" is missing', "add it", place[:-1])
    return text.error(f'"{key}": {error["msg"][0].lower()}{error["msg"][1:]}', "see rules/README.md", place)
