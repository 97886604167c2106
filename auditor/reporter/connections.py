"""What every report shows of a connection: how it signs in, how it is used, and what was decided of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.assessment import Finding, JudgedConnection
from auditor.model import Connection
from auditor.reporter import words
from auditor.reporter.activity import Activity, Sources, activity_of
from auditor.reporter.findings import distinct, without_waivers
from auditor.vocabulary import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionView:
    """One way in which the integration signs in."""

    connection: Connection
    title: str
    activity: Activity
    verdicts: Mapping[str, Verdict]
    without_waivers: Mapping[str, Verdict]
    """The verdicts as NetSuite goes on, whatever the client accepts: what somebody outside is told."""
    exemptions: Mapping[str, str]
    rules: tuple[str, ...]

    @property
    def used(self) -> str:
        """Say in one line how it is used; "" when no log and no token list tells."""
        return "; ".join((*self.activity.phrases, *((self.activity.token,) if self.activity.token else ())))

    @property
    def said(self) -> tuple[str, ...]:
        """Say everything about it line by line: exemptions, use, the list's claim against use, failures."""
        lines = [f"Exempt at {phase}: {reason}" for phase, reason in self.exemptions.items()]
        lines += [self.used] if self.used else []
        if self.activity.contradiction:
            lines.append(self.activity.contradiction.said)
        return (*lines, *(failure.said for failure in self.activity.failures))


def view_connection(judged: JudgedConnection, findings: Mapping[str, Finding], sources: Sources) -> ConnectionView:
    """Return the connection as reports show it."""
    return ConnectionView(
        connection=judged.connection,
        title=words.sign_in(judged.connection),
        activity=activity_of(judged.connection, sources),
        verdicts=judged.verdicts,
        without_waivers=without_waivers(judged).verdicts,
        exemptions={phase: words.decided(decisions) for phase, decisions in judged.exemptions.items()},
        rules=distinct(findings[id_].rule.id for id_ in judged.findings),
    )
