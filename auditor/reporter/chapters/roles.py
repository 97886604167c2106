"""What a document says of the roles that integrations sign in with."""

from __future__ import annotations

from auditor.reporter import words
from auditor.reporter.chapters.links import Content, links
from auditor.reporter.roles import RoleView


def role_content(item: RoleView) -> Content:
    """Return the role with whether it is highly privileged, and why."""
    return {
        "name": item.role.name or "(no name)",
        "inactive": item.role.active is False,
        "privileged": item.privileged,
        "because": item.role.privileged_because,
        "base_role": item.role.base_role or words.UNKNOWN,
        "integrations": links(item.integrations, 12),
        "advice": item.advice,
    }
