"""What a pack's file may hold: every key with its meaning, as `auditor rules schema` gives it to editors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from auditor.model import facts
from auditor.vocabulary import RuleVerdict

Said = Annotated[str, Field(min_length=1, max_length=4000)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
_Release = Annotated[str, Field(pattern=r"^20[0-9]{2}\.[1-9]$", description="A NetSuite release, e.g. 2027.1.")]
_Hours = Annotated[int | float, Field(ge=0, le=10_000)]
_Effort = Annotated[tuple[_Hours, _Hours], Field(description="Least and most hours.")]
_Sources = Annotated[tuple[Said, ...], Field(min_length=1, max_length=30)]
_Names = Annotated[tuple[Name, ...], Field(max_length=500)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StepFile(_Model):
    """One step, where somebody else takes it than does the rest."""

    step: Said
    who: Said


def _kind_of_step(written: object) -> str:
    return "text" if isinstance(written, str) else "step"


_Step = Annotated[
    Annotated[Said, Tag("text")] | Annotated[StepFile, Tag("step")],
    Discriminator(_kind_of_step),
]
_Steps = Annotated[tuple[_Step, ...], Field(min_length=1, max_length=30)]


class PrivilegeChange(_Model):
    """What a release added to, or took from, the highly privileged roles and permissions."""

    release: _Release
    standard_roles: _Names = ()
    permissions: _Names = ()
    no_longer: Annotated[_Names, Field(description="Roles and permissions that no longer count.")] = ()


class Privilege(_Model):
    """What "highly privileged" means in a rollout."""

    standard_roles: Annotated[_Names, Field(description="Highly privileged standard roles.")]
    other_standard_roles: Annotated[
        _Names, Field(description="Standard roles that rules name, so that they are known without a role list too.")
    ] = ()
    permissions: Annotated[_Names, Field(description="Highly privileged permissions.")] = ()


class PrivilegeByRelease(Privilege):
    """What "highly privileged" means in a rollout, release by release."""

    change: Annotated[
        tuple[PrivilegeChange, ...], Field(max_length=50, description="In force from its release on; oldest first.")
    ] = ()

    def at(self, release: str) -> Privilege:
        """Return what it means at that release: every change up to it counts."""
        roles, permissions = list(self.standard_roles), list(self.permissions)
        for change in self.change:
            if change.release <= release:
                roles = [name for name in (*roles, *change.standard_roles) if name not in change.no_longer]
                permissions = [name for name in (*permissions, *change.permissions) if name not in change.no_longer]
        return Privilege(
            standard_roles=tuple(roles), other_standard_roles=self.other_standard_roles, permissions=tuple(permissions)
        )


class PhaseFile(_Model):
    """One release of the rollout, and what it enforces. Phases stand in the order of their dates."""

    id: Name
    title: Said
    window: Annotated[tuple[date, date], Field(description="First and last day on which the release reaches accounts.")]
    tentative: Annotated[bool, Field(description="Whether NetSuite may still move it; the report says so.")] = False


class SupportTable(_Model):
    """What NetSuite does with a value of a fact at each release. Rules read it like a fact, at their own phase."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$", description="What rules call it.")]
    meaning: Said
    reads: Annotated[str, Field(description="The fact that is looked up, e.g. endpoint_version.")]
    releases: Annotated[tuple[_Release, ...], Field(min_length=1, max_length=50, description="The columns.")]
    legend: Annotated[
        Mapping[Name, Name], Field(min_length=1, max_length=20, description='Mark to value, e.g. S = "supported".')
    ]
    rows: Annotated[
        Mapping[Name, Said],
        Field(min_length=1, max_length=200, description="Value of the fact to a mark for each release."),
    ]
    earlier: Annotated[
        Name | None, Field(description="What holds for values before the first row; otherwise they are not known.")
    ] = None
    sources: _Sources


class Remedy(_Model):
    """Steps that several rules share."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,59}$")]
    title: Said
    fix: _Steps
    who: Said
    effort_hours: _Effort
    sources: Annotated[tuple[Said, ...], Field(max_length=30)] = ()


class Claimed(_Model):
    """What one authority says."""

    authority: Said
    says: Said


class Divergence(_Model):
    """Where authorities differ, and whom the pack follows. It becomes the note of the rules that name it."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,59}$")]
    about: Said
    claim: Annotated[tuple[Claimed, ...], Field(min_length=2, max_length=10)]
    follows: Annotated[Said, Field(description="Whom the pack follows, and why.")]

    @property
    def note(self) -> str:
        """Return it as the note of a rule."""
        claims = " ".join(f"{one.authority[:1].upper()}{one.authority[1:]}: {one.says}" for one in self.claim)
        return f"{claims} {self.follows}"


def _facts_schema(schema: dict[str, Any]) -> None:
    """Name every fact with its type, so that an editor can complete an example."""
    kinds = {"text": {"type": "string"}, "date": {"type": "string", "format": "date"}}
    schema.pop("propertyNames", None)
    schema["additionalProperties"] = False
    schema["properties"] = {
        fact.name: ({"enum": list(fact.values)} if fact.values else kinds.get(fact.type, {"type": fact.type}))
        | {"description": fact.meaning}
        for fact in facts().values()
    }


class Example(_Model):
    """Facts, and what the rule says of a connection with them: its verdict, "undetermined", or "nothing"."""

    given: Annotated[Mapping[str, str | bool | int | date], Field(max_length=60, json_schema_extra=_facts_schema)]
    then: Literal["breaks", "at-risk", "advice", "undetermined", "nothing"]


class Lacking(_Model):
    """Why a rule has no example of one of its three values."""

    nothing: Said | None = None
    undetermined: Said | None = None


class RuleFile(_Model):
    """One rule: when it holds, what that means, who says so, and what to do."""

    id: Annotated[str, Field(pattern=r"^[A-Z]{2,5}-[0-9]{3}$", description="Letters, a dash, three digits.")]
    phase: Annotated[Name, Field(description="It holds from this phase on.")]
    verdict: RuleVerdict
    title: Annotated[str, Field(min_length=1, max_length=200)]
    when: Annotated[Said, Field(description="A SQL condition over facts and the pack's tables.")]
    why: Said
    authority: Annotated[Said, Field(description="Who says so.")]
    note: Annotated[
        Said | None, Field(description="What the reader must know of the source, e.g. where another authority differs.")
    ] = None
    divergence: Annotated[Name | None, Field(description="The [[divergence]] that is its note.")] = None
    remedy: Annotated[Name | None, Field(description="The [[remedy]] that gives steps, who and hours.")] = None
    fix: Annotated[tuple[_Step, ...], Field(max_length=30, description="Steps; a remedy's come after them.")] = ()
    who: Annotated[
        Said | None, Field(description="Who does it, but for steps that name somebody else; otherwise the remedy says.")
    ] = None
    effort_hours: Annotated[_Effort | None, Field(description="Least and most hours; otherwise the remedy says.")] = (
        None
    )
    sources: Annotated[_Sources, Field(description="Keys of [sources] where the pack has them, otherwise texts.")]
    no_example: Annotated[Lacking | None, Field(description="Why it has no example of a value.")] = None
    example: Annotated[tuple[Example, ...], Field(max_length=100)] = ()


class PackFile(_Model):
    """A rollout: what "highly privileged" means, its phases, its tables and its rules."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$", description="E.g. 2027.1-2028.2.")]
    title: Said
    version: Name
    privilege: PrivilegeByRelease
    sources: Annotated[
        Mapping[Name, Said],
        Field(max_length=500, description="Key to what can be opened and read; rules name the key."),
    ] = {}
    phase: Annotated[tuple[PhaseFile, ...], Field(min_length=1, max_length=50)]
    table: Annotated[tuple[SupportTable, ...], Field(max_length=20)] = ()
    remedy: Annotated[tuple[Remedy, ...], Field(max_length=100)] = ()
    divergence: Annotated[tuple[Divergence, ...], Field(max_length=100)] = ()
    rule: Annotated[tuple[RuleFile, ...], Field(min_length=1, max_length=500)]


def pack_schema() -> dict[str, Any]:
    """Return the JSON Schema of a pack's file, for editors."""
    schema = PackFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema | {"title": "NetSuite rule pack"}
