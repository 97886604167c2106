"""SOAP web services: placeholder."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.netsuite.rehearsal.answers import Reply
from auditor.netsuite.rehearsal.gate import Door, Gate


def answer_soap(gate: Gate, door: Door, method: str, headers: Mapping[str, str], body: bytes) -> Reply:
    """Return the reply."""
    return Reply(status=404)
