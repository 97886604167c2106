"""Rule packs: find, read and validate a rollout's TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from auditor.engine.condition import Condition, read_condition
from auditor.errors import PackError, nearest
from auditor.model import Fact, Phase, Rule, RuleVerdict, facts
from auditor.resources import folder

_LARGEST = 1 << 20
_Said = Annotated[str, Field(min_length=1)]
_Hours = Annotated[int | float, Field(ge=0)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Privilege(_Model):
    """What "highly privileged" means in a rollout."""

    standard_roles: tuple[_Said, ...]
    other_standard_roles: tuple[_Said, ...] = ()
    """Standard roles that rules of the pack name, so that they are known without a role list too."""
    permissions: tuple[_Said, ...] = ()


class _Phase(_Model):
    id: _Said
    title: _Said
    window: tuple[date, date]


class Example(_Model):
    """Facts, and what the rule says of a connection with them: its verdict, "undetermined", or "nothing"."""

    given: Mapping[str, str | bool | int | date]
    then: Literal["breaks", "at-risk", "advice", "undetermined", "nothing"]


class _Rule(_Model):
    id: Annotated[str, Field(pattern=r"^[A-Z]{2,5}-[0-9]{3}$")]
    phase: _Said
    verdict: RuleVerdict
    title: _Said
    when: _Said
    why: _Said
    authority: _Said
    note: _Said | None = None
    fix: Annotated[tuple[_Said, ...], Field(min_length=1)]
    who: _Said
    effort_hours: tuple[_Hours, _Hours]
    sources: Annotated[tuple[_Said, ...], Field(min_length=1)]
    example: tuple[Example, ...] = ()


class _Pack(_Model):
    id: _Said
    title: _Said
    version: _Said
    privilege: Privilege
    phase: Annotated[tuple[_Phase, ...], Field(min_length=1)]
    rule: Annotated[tuple[_Rule, ...], Field(min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRule:
    """A rule with its condition and the examples that prove it."""

    rule: Rule
    condition: Condition
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """A rollout: what "highly privileged" means, its phases in order, and its rules."""

    id: str
    title: str
    version: str
    privilege: Privilege
    phases: tuple[Phase, ...]
    rules: tuple[PackRule, ...]


def pack_files() -> Mapping[str, Path]:
    """Return the packs that come with the program, by id."""
    return {path.stem: path for path in sorted(folder("rules").glob("*.toml"))}


def read_pack(name: str) -> RulePack:
    """Return the pack of that id or file. Raises PackError that names the file and the line."""
    path = pack_files().get(name, Path(name))
    if not path.is_file():
        raise PackError(f'there is no rule pack "{name}"', fix=nearest(name, list(pack_files())))
    shown = path.name if name in pack_files() else str(path)
    if path.stat().st_size > _LARGEST:
        raise PackError("the pack is larger than 1 MiB", where=shown, fix="split it")
    try:
        source = path.read_text(encoding="utf-8-sig")
        written = tomllib.loads(source)
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"can't be read ({error})", where=shown, fix="save it as UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"is not valid TOML: {error}", where=shown, fix="see rules/README.md") from error
    try:
        pack = _Pack.model_validate(written)
    except ValidationError as error:
        raise _explained(error, source, shown) from error
    return _checked(pack, source, shown)


def _checked(pack: _Pack, source: str, shown: str) -> RulePack:
    ids = [phase.id for phase in pack.phase]
    rules: list[PackRule] = []
    for number, rule in enumerate(pack.rule):
        at: tuple[str | int, ...] = ("rule", number)
        if rule.phase not in ids:
            raise _wrong(
                f'"{rule.phase}" is not a phase of this pack', nearest(rule.phase, ids), (*at, "phase"), source, shown
            )
        if rule.id in {other.rule.id for other in rules}:
            raise _wrong(
                f'the id "{rule.id}" stands twice', "give each rule an id of its own", (*at, "id"), source, shown
            )
        try:
            condition = read_condition(rule.when)
        except PackError as error:
            raise _wrong(error.message, error.fix, (*at, "when"), source, shown) from error
        for which, example in enumerate(rule.example):
            _check_example(example, (*at, "example", which), source, shown)
        said = {name: getattr(rule, name) for name in _Rule.model_fields if name != "example"}
        rules.append(PackRule(rule=Rule(**said), condition=condition, examples=rule.example))
    return RulePack(
        id=pack.id,
        title=pack.title,
        version=pack.version,
        privilege=pack.privilege,
        phases=tuple(Phase(id=phase.id, title=phase.title, window=phase.window) for phase in pack.phase),
        rules=tuple(rules),
    )


def _check_example(example: Example, at: tuple[str | int, ...], source: str, shown: str) -> None:
    for name, value in example.given.items():
        place = (*at, "given")
        if name not in facts():
            raise _wrong(f'"{name}" is not a fact', nearest(name, list(facts())), place, source, shown)
        declared = facts()[name]
        if declared.values and value not in declared.values:
            raise _wrong(
                f'"{value}" is not a value of {name}', nearest(str(value), list(declared.values)), place, source, shown
            )
        if not _fits(value, declared):
            raise _wrong(
                f'"{value}" is not {declared.type}, as {name} is', "give a value of that type", place, source, shown
            )


def _fits(value: object, declared: Fact) -> bool:
    wanted: dict[str, type] = {"text": str, "boolean": bool, "integer": int, "date": date}
    return type(value) is wanted[declared.type]


def _explained(error: ValidationError, source: str, shown: str) -> PackError:
    first: Any = error.errors(include_url=False)[0]
    key = str(first["loc"][-1]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        known: dict[str, type[BaseModel]] = {"rule": _Rule, "example": Example, "phase": _Phase, "privilege": Privilege}
        inside = [part for part in first["loc"][:-1] if part in known]
        model: type[BaseModel] = known[inside[-1]] if inside else _Pack
        return _wrong(f'"{key}" is not a key', nearest(key, list(model.model_fields)), first["loc"], source, shown)
    if first["type"] == "enum":
        known_words = [str(verdict) for verdict in RuleVerdict]
        return _wrong(
            f'"{first["input"]}" is not a verdict',
            nearest(str(first["input"]), known_words),
            first["loc"],
            source,
            shown,
        )
    if first["type"] == "missing":
        return _wrong(f'the key "{key}" is missing', "add it", first["loc"][:-1], source, shown)
    return _wrong(
        f'"{key}": {first["msg"][0].lower()}{first["msg"][1:]}', "see rules/README.md", first["loc"], source, shown
    )


def _wrong(message: str, fix: str, at: Sequence[str | int], source: str, shown: str) -> PackError:
    return PackError(message, where=f"{shown}:{_line(at, source)}", fix=fix)


def _line(at: Sequence[str | int], source: str) -> int:
    """Return the line of a key: tomllib keeps none, so the headers of the tables are counted."""
    lines = source.splitlines()
    start, path = 0, ""
    for position, part in enumerate(at):
        if isinstance(part, int):
            continue
        path = f"{path}.{part}" if path else str(part)
        wanted = next((following for following in at[position + 1 : position + 2] if isinstance(following, int)), 0)
        headers = [n for n, line in enumerate(lines) if n >= start and re.match(rf"\s*\[\[?{re.escape(path)}\]", line)]
        keys = [n for n, line in enumerate(lines) if n >= start and re.match(rf"\s*{re.escape(str(part))}\s*=", line)]
        if headers and wanted < len(headers):
            start = headers[wanted]
        elif keys:
            start = keys[0]
    return start + 1
