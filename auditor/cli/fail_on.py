"""What `audit --fail-on` asks for: read before the audit runs, answered after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.errors import InputError

if TYPE_CHECKING:
    from auditor.assessment import Assessment
    from auditor.reporter.since import Since

_REGRESSION = "regression"
_UNDETERMINED = "undetermined"
_WHERE = "--fail-on"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailOn:
    """What a pipeline may not let pass."""

    phase: str | None
    """None asks for what regressed or newly breaks since the last baseline."""
    verdicts: tuple[str, ...] = ()

    def found(self, assessment: Assessment, since: Since | None) -> tuple[str, ...]:
        """Return the names of the integrations that fail."""
        if self.phase is None:
            return tuple(row.name for row in since.comparison.got_worse) if since else ()
        judged = [(one.integration.name, one.verdicts[self.phase]) for one in assessment.integrations]
        return tuple(name for name, verdict in judged if verdict in self.verdicts)


def read_fail_on(value: str, phases: Sequence[str], *, pack: str, baseline: bool) -> FailOn:
    """Return what was asked for. Raises InputError for anything that this audit cannot answer."""
    if value == _REGRESSION:
        if not baseline:
            raise InputError(
                "a regression is told by an earlier audit, and none is given",
                where=_WHERE,
                fix="name its assessment.json with --baseline",
            )
        return FailOn(phase=None)
    phase, colon, also = value.partition(":")
    if phase not in phases:
        from auditor.engine.rollouts import nearest_phase  # only on the way to an error

        raise InputError(
            f'"{phase}" is not a phase of the pack {pack}',
            where=_WHERE,
            fix=nearest_phase(phase, [*phases, _REGRESSION]),
        )
    if colon and also != _UNDETERMINED:
        raise InputError(
            f'"{also}" can\'t follow a phase: what breaks always fails',
            where=_WHERE,
            fix=f"use {phase}, or {phase}:{_UNDETERMINED} to fail on what is not known as well",
        )
    return FailOn(phase=phase, verdicts=("breaks", _UNDETERMINED) if colon else ("breaks",))
