"""The text of a new pack, or of a further rule for one: it passes the check as it stands, and waits to be filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date

from auditor.engine.pack import RulePack
from auditor.resources import folder


def new_pack(id: str, title: str) -> str:
    """Return a pack of one phase and one rule."""
    release = re.search(r"20[0-9]{2}\.[1-9]", id)
    year, half = (int(part) for part in (release[0] if release else "2027.1").split("."))
    first, last = (date(year, 1, 1), date(year, 6, 30)) if half == 1 else (date(year, 7, 1), date(year, 12, 31))
    phase = f"{year}.{half}"
    filled = {
        "RULE-ID": "NEW-101",
        "PHASE": phase,
        "SOURCE": '"announcement"',
        "CONDITION": "role_privileged",
        "GIVEN": "role_privileged = true",
    }
    rule = _filled("new-rule.toml", filled).replace(
        'fix = ["What has to be done first."]\nwho = "client administrator"\neffort_hours = [2, 6]\n',
        'remedy = "tokens"\n',
    )
    return _filled(
        "new-pack.toml",
        {
            "ID": id,
            "TITLE": _toml(title),
            "PHASE": phase,
            "FIRST": first.isoformat(),
            "LAST": last.isoformat(),
            "RULE": rule.strip(),
        },
    )


def new_rule(pack: RulePack, id: str) -> str:
    """Return the table of a further rule of the pack."""
    return _filled(
        "new-rule.toml",
        {
            "RULE-ID": id,
            "PHASE": pack.phases[0].id,
            "SOURCE": json.dumps(next(iter(pack.file.sources), "Where it can be read")),
            # A condition that no other rule has, so that the check passes until it is filled in.
            "CONDITION": f"integration = '{id}'",
            "GIVEN": f'integration = "{id}"',
        },
    )


def _filled(template: str, values: Mapping[str, str]) -> str:
    text = folder("templates").joinpath(template).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _toml(text: str) -> str:
    """Return the text as it may stand between quotes, and in a comment."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)[1:-1]
