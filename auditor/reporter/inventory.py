"""integrations.csv: one row an integration, which is also the inventory that Oracle asks customers to draw up."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from auditor.reporter.integrations import IntegrationView
from auditor.reporter.plain import csv_cell
from auditor.reporter.view import View

_BEFORE = (
    "name",
    "application_id",
    "state",
    "owner",
    "vendor",
    "contact",
    "users",
    "roles",
    "channels",
    "authentication",
)
_AFTER = ("breaks_at", "effort_low_hours", "effort_high_hours", "why", "next_step")


def write(view: View, path: Path) -> None:
    """Write the inventory, the integration that matters most first; after an earlier audit with what became of it."""
    phases = [item.phase.id for item in view.phases]
    became = _became(view)
    later = [item.phase.id for item in view.since.phases] if view.since else []
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    verdicts, changes = [f"verdict_{phase}" for phase in phases], [f"since_last_time_{phase}" for phase in later]
    rows.writerow([csv_cell(name) for name in (*_BEFORE, *verdicts, *_AFTER, *changes)])
    rows.writerows(
        [csv_cell(value or "") for value in (*_row(item, phases), *became.get(item.integration.key, ()))]
        for item in view.integrations
    )
    # Without the byte-order mark Excel reads UTF-8 as the computer's own code page and garbles every accent.
    path.write_bytes(text.getvalue().encode("utf-8-sig"))


def _became(view: View) -> Mapping[str, tuple[str, ...]]:
    """Return the changes of each integration by its key, in the order of the phases."""
    rows = view.since.comparison.rows if view.since else ()
    return {row.after.integration.key: tuple(row.changes.values()) for row in rows if row.after}


def _row(item: IntegrationView, phases: list[str]) -> list[str | None]:
    integration = item.integration
    return [
        integration.name,
        integration.application_id,
        integration.state,
        integration.owner,
        integration.vendor,
        integration.contact,
        "; ".join(item.users),
        "; ".join(item.roles),
        "; ".join(item.channels),
        "; ".join(item.authentications),
        *(item.standings[phase].verdict for phase in phases),
        item.breaks_at,
        # Nothing known to do is an empty cell, which is not the same as no work.
        *(f"{hours:g}" if item.effort[1] else None for hours in item.effort),
        item.worst.why,
        item.worst.next_step,
    ]
