"""An audit that was done: its phases, integrations and connections as they were judged, from assessment.json or memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from auditor.assessment import Assessment, JudgedConnection, JudgedIntegration, OtherFacts, Phase
from auditor.decision import Decision
from auditor.errors import InputError
from auditor.model import Connection, Evidence, Integration, facts
from auditor.vocabulary import RuleVerdict, State, Verdict

_LARGEST = 1 << 30
_SCHEMA = "auditor.assessment/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFinding:
    """A rule that held for a connection, without what the rule asks."""

    id: str
    rule: str
    phase: str
    verdict: RuleVerdict
    connection: str
    title: str
    who: str
    effort_hours: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What an audit said of an account."""

    client: str
    as_of: date
    packs: tuple[tuple[str, str], ...]
    """Id and version of each."""
    phases: tuple[Phase, ...]
    """In the order of their dates."""
    integrations: tuple[JudgedIntegration, ...]
    connections: tuple[JudgedConnection, ...]
    findings: tuple[RecordedFinding, ...] = ()
    missing_lists: tuple[str, ...] = ()
    """Lists nobody exported."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Pack(_Model):
    id: str
    version: str


class _Phase(_Model):
    id: str
    title: str
    window: tuple[date, date]
    effective: date | None
    tentative: bool = False


class _Evidence(_Model):
    file: str
    sheet: str | None
    rows: tuple[int, ...]
    count: int
    supports: str
    value: str | None


class _Finding(_Model):
    id: str
    rule: str
    phase: str
    verdict: RuleVerdict
    connection: str
    title: str
    who: str
    effort_hours: tuple[float, float]


class _Integration(_Model):
    key: str
    name: str
    internal_id: str | None = None
    application_id: str | None
    state: State | None
    owner: str | None = None
    vendor: str | None = None
    unattributed: bool
    verdicts: dict[str, Verdict]
    breaks_at: str | None
    effort_hours: tuple[float, float]
    connections: tuple[str, ...]
    evidence: tuple[_Evidence, ...]


class _Other(_Model):
    pack: str
    phase: str
    facts: dict[str, str | bool | None]


class _Decision(_Model):
    reason: str
    owner: str
    until: date
    waiver: bool


class _Connection(_Model):
    id: str
    facts: dict[str, Any]
    verdicts: dict[str, Verdict]
    decisions: dict[str, tuple[_Decision, ...]] = {}
    findings: tuple[str, ...]
    other_facts: tuple[_Other, ...] = ()
    evidence: tuple[_Evidence, ...]


class _Assessment(_Model):
    client: str
    as_of: date
    pack: _Pack
    packs: tuple[_Pack, ...] = ()
    phases: tuple[_Phase, ...]
    integrations: tuple[_Integration, ...]
    connections: tuple[_Connection, ...]
    findings: tuple[_Finding, ...] = ()
    missing_lists: tuple[str, ...] = ()


def read_assessment(path: Path) -> Recorded:
    """Return the audit that is written in that file. Raises InputError for anything else."""
    fix = "give the assessment.json of a report, or the exports themselves"
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError("the file is larger than 1 GiB", where=str(path), fix=fix)
        written = json.loads(path.read_text(encoding="utf-8-sig"))
        _check_schema(written.get("schema"), path)
        known = _Assessment.model_validate(written)
        connections = tuple(_connection(one) for one in known.connections)
        _check_whole(known)
    except OSError as error:
        raise InputError(f"can't be read ({error.strerror})", where=str(path), fix="check the path") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"is no assessment of this program{_place(error)}", where=str(path), fix=fix) from error
    return Recorded(
        client=known.client,
        as_of=known.as_of,
        packs=tuple((one.id, one.version) for one in known.packs or (known.pack,)),
        phases=tuple(
            Phase(id=one.id, title=one.title, window=one.window, effective=one.effective, tentative=one.tentative)
            for one in known.phases
        ),
        integrations=tuple(_integration(one) for one in known.integrations),
        connections=connections,
        findings=tuple(RecordedFinding(**dict(one)) for one in known.findings),
        missing_lists=known.missing_lists,
    )


def record(assessment: Assessment) -> Recorded:
    """Return the audit that was just done, as it would be read back from its assessment.json."""
    return Recorded(
        client=assessment.client,
        as_of=assessment.as_of,
        packs=tuple((one.id, one.version) for one in assessment.packs)
        or ((assessment.pack_id, assessment.pack_version),),
        phases=assessment.phases,
        integrations=assessment.integrations,
        connections=assessment.connections,
        findings=tuple(
            RecordedFinding(
                id=one.id,
                rule=one.rule.id,
                phase=one.rule.phase,
                verdict=one.rule.verdict,
                connection=one.connection,
                title=one.rule.title,
                who=one.rule.who,
                effort_hours=one.rule.effort_hours,
            )
            for one in assessment.findings
        ),
        missing_lists=assessment.missing_lists,
    )


def _check_schema(schema: object, path: Path) -> None:
    """Raise InputError where the assessment is written as this program does not write it."""
    family, _, version = str(schema).partition("/")
    ours, _, own = _SCHEMA.partition("/")
    if family != ours:
        raise ValueError
    if version != own:
        raise InputError(
            f"is an assessment of the form {version}, and this program reads {own}",
            where=str(path),
            fix="audit the exports of that day again with this version, or use the version that wrote it",
        )


def _place(error: Exception) -> str:
    """Return where in the file it is wrong, as far as that is known."""
    if isinstance(error, json.JSONDecodeError):
        return f": line {error.lineno} is no JSON, so the file may be cut short"
    if isinstance(error, ValidationError):
        return f": {'.'.join(map(str, error.errors(include_url=False)[0]['loc']))} is missing or is wrong"
    return ""


def _check_whole(known: _Assessment) -> None:
    """Raise ValueError where a verdict is missing, a connection, or a key of its own."""
    phases, ids = {one.id for one in known.phases}, {one.id for one in known.connections}
    judged = [one.verdicts.keys() for one in known.integrations] + [one.verdicts.keys() for one in known.connections]
    whole = all(phases <= verdicts for verdicts in judged)
    told_apart = len({one.key for one in known.integrations}) == len(known.integrations)
    if not (whole and told_apart and all(ids.issuperset(one.connections) for one in known.integrations)):
        raise ValueError


def _integration(one: _Integration) -> JudgedIntegration:
    return JudgedIntegration(
        integration=Integration(
            key=one.key,
            name=one.name,
            internal_id=one.internal_id,
            application_id=one.application_id,
            state=one.state,
            owner=one.owner,
            vendor=one.vendor,
            unattributed=one.unattributed,
            connections=one.connections,
            evidence=_evidence(one.evidence),
        ),
        verdicts=one.verdicts,
        breaks_at=one.breaks_at,
        effort_hours=one.effort_hours,
    )


def _connection(one: _Connection) -> JudgedConnection:
    return JudgedConnection(
        connection=Connection(id=one.id, evidence=_evidence(one.evidence), **_facts(one.facts)),
        verdicts=one.verdicts,
        findings=one.findings,
        exemptions={
            phase: tuple(
                Decision(reason=said.reason, owner=said.owner, until=said.until, is_waiver=said.waiver)
                for said in decisions
            )
            for phase, decisions in one.decisions.items()
        },
        other_facts=tuple(
            OtherFacts(pack=other.pack, phase=other.phase, facts=other.facts) for other in one.other_facts
        ),
    )


_READ_AS: Mapping[str, TypeAdapter[Any]] = {
    "text": TypeAdapter(str | None),
    "boolean": TypeAdapter(bool | None),
    "integer": TypeAdapter(int | None),
    "date": TypeAdapter(date | None),
}


def _facts(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that this program knows; what it does not know stays out, what is not there is not known."""
    return {name: _READ_AS[fact.type].validate_python(given[name]) for name, fact in facts().items() if name in given}


def _evidence(given: tuple[_Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(file=one.file, sheet=one.sheet, rows=one.rows, count=one.count, supports=one.supports, value=one.value)
        for one in given
    )
