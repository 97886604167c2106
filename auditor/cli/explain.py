"""The command that says why an integration has its verdicts."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.options import DATE_ORDER, DEFAULT_PACK, ENGAGEMENT, EXPORTS, engagement_of, packs_of
from auditor.cli.output import plain
from auditor.errors import InputError
from auditor.vocabulary import name_key

if TYPE_CHECKING:
    from auditor.assessment import JudgedConnection, JudgedIntegration
    from auditor.engine.explain import Reading
    from auditor.engine.pack import RulePack

_MOST_EVIDENCE = 8


@click.command()
@click.argument("integration")
@EXPORTS
@click.option(
    "--pack",
    "pack_names",
    multiple=True,
    metavar="ID|FILE",
    help=f"Rule pack, or several; otherwise the assessment's or the engagement's own, or {DEFAULT_PACK}.",
)
@ENGAGEMENT
@DATE_ORDER
@click.option("--connection", metavar="ID", help="Explain this connection, e.g. c12, rather than those that decide.")
@click.option("--full", is_flag=True, help="Show all that a rule read where it is FALSE, not only what made it so.")
def explain(
    integration: str,
    exports: tuple[Path, ...],
    pack_names: tuple[str, ...],
    engagement_file: Path | None,
    date_order: str | None,
    connection: str | None,
    full: bool,
) -> None:
    """Say why an integration has its verdict at each phase.

    INTEGRATION is its name, its application ID, or the id of one of its connections. EXPORTS are the exports of the
    account, or the assessment.json of a report. Shown are each rule, the facts it read and what it said of them (TRUE,
    FALSE, or NULL where a fact is missing), and the rows that prove them.
    """
    integrations, connections, pack = _judged(exports, pack_names, engagement_file, date_order)
    chosen = _chosen(integration, integrations)
    own = [one for one in connections if one.connection.id in chosen.integration.connections]
    if connection and connection not in {one.connection.id for one in own}:
        raise InputError(
            f'"{connection}" is not a connection of {chosen.integration.name}',
            where="--connection",
            fix="use one of: " + ", ".join(one.connection.id for one in own),
        )
    said_by_id = integration.casefold() if integration.casefold() in chosen.integration.connections else None
    _print(chosen, own, pack, connection or said_by_id, full=full)


_Judged = tuple["Sequence[JudgedIntegration]", "Sequence[JudgedConnection]", "RulePack"]


def _judged(
    exports: tuple[Path, ...], pack_names: tuple[str, ...], engagement_file: Path | None, date_order: str | None
) -> _Judged:
    from auditor.engine.pack_place import pack_files
    from auditor.engine.rollouts import read_packs

    if len(exports) == 1 and exports[0].suffix.casefold() == ".json":
        from auditor.reporter.recorded import read_assessment

        recorded = read_assessment(exports[0])
        foreign = [id for id, _ in recorded.packs if id not in pack_files()]
        if foreign and not pack_names:
            raise InputError(
                f'it was audited with the pack "{foreign[0]}", which does not come with the program',
                where=str(exports[0]),
                fix="name the pack's file with --pack",
            )
        pack = read_packs(pack_names or [id for id, _ in recorded.packs])
        versions = tuple((name.id, name.version) for name in pack.names)
        if versions != recorded.packs:
            audited = ", ".join(f"{id} version {version}" for id, version in recorded.packs)
            raise InputError(
                f"it was audited with {audited}, and that is not the pack at hand",
                where=str(exports[0]),
                fix="name the packs it was audited with by --pack, or explain the exports themselves",
            )
        return recorded.integrations, recorded.connections, pack
    from auditor.days import DateOrder
    from auditor.pipeline import audit

    engagement = engagement_of(exports, engagement_file, None, None)
    pack = packs_of(pack_names, engagement)
    assessment = audit(exports, pack, engagement, date_order=DateOrder(date_order) if date_order else None)
    return assessment.integrations, assessment.connections, pack


def _chosen(name: str, integrations: Sequence[JudgedIntegration]) -> JudgedIntegration:
    wanted = name_key(name)
    for names in (_names, lambda one: one.integration.connections):
        found = [one for one in integrations if wanted in {known.casefold() for known in names(one)}]
        if len(found) > 1:
            ids = ", ".join(one.integration.connections[0] for one in found if one.integration.connections)
            raise InputError(
                f'{len(found)} integrations are called "{name}"',
                fix=f"name one by its application ID or connection: {ids}",
            )
        if found:
            return found[0]
    raise InputError(f'there is no integration "{name}" in this account', fix=_meant(name, integrations))


def _meant(name: str, integrations: Sequence[JudgedIntegration]) -> str:
    """Return the names that hold what was written, or a word that is close to it."""
    from difflib import get_close_matches

    known = [one.integration.name for one in integrations]
    meant = [one for one in known if name.casefold() in one.casefold()]
    if not meant:
        words = {word: one for one in known for word in (one.casefold(), *one.casefold().split())}
        meant = list(dict.fromkeys(words[word] for word in get_close_matches(name.casefold(), words, n=3, cutoff=0.7)))
    if not meant:
        return "auditor audit lists them all"
    return "did you mean " + " or ".join(f'"{one}"' for one in meant[:3]) + "?"


def _names(one: JudgedIntegration) -> Iterable[str]:
    yield " ".join(one.integration.name.split())
    if one.integration.application_id:
        yield one.integration.application_id


def _print(
    chosen: JudgedIntegration,
    own: Sequence[JudgedConnection],
    pack: RulePack,
    connection: str | None,
    *,
    full: bool,
) -> None:
    from auditor.engine.explain import read_rules, reasons

    width = max(80, min(shutil.get_terminal_size((120, 24)).columns, 160))
    click.echo(plain(chosen.integration.name))
    if not own:
        state = chosen.integration.state
        for id, verdict in chosen.verdicts.items():
            said = f"its record is {state}" if verdict == "inactive" else "the exports show no way in which it signs in"
            click.echo(f"  {id}  {verdict:<12}  {said}")
        return
    shown = [one for one in own if one.connection.id == connection] or _deciding(chosen, own)
    readings = {one.connection.id: read_rules(one, pack) for one in shown}
    why = {
        one.connection.id: {item.phase: item for item in reasons(one, pack, readings[one.connection.id])}
        for one in shown
    }
    for phase in pack.phases:
        verdict = chosen.verdicts[phase.id]
        by = next((one for one in shown if one.verdicts[phase.id] == verdict), shown[0])
        reason = why[by.connection.id][phase.id]
        tentative = " (tentative)" if phase.tentative else ""
        other = "" if reason.verdict == verdict else f" {reason.verdict}:"
        _fold(f"  {phase.id}  {verdict:<12}  ", f"{by.connection.id}:{other} {reason.because}{tentative}", width)
    for one in shown:
        _print_connection(one, _in_order(readings[one.connection.id], pack), width, full=full)
    others = [one for one in own if one not in shown]
    if others:
        click.echo("\nits other connections (--connection ID explains one)")
    for one in others:
        verdicts = ", ".join(f"{phase} {verdict}" for phase, verdict in one.verdicts.items())
        _fold(f"  {one.connection.id:<5} ", f"{_sign_in(one)}: {verdicts}", width)


def _in_order(readings: Sequence[Reading], pack: RulePack) -> list[Reading]:
    """Return the rules by phase."""
    phases = [phase.id for phase in pack.phases]
    return sorted(readings, key=lambda one: phases.index(one.rule.phase))


def _deciding(chosen: JudgedIntegration, own: Sequence[JudgedConnection]) -> list[JudgedConnection]:
    """Return as few connections as give the integration its verdict at every phase."""
    found: list[JudgedConnection] = []
    for phase, verdict in chosen.verdicts.items():
        if not any(one.verdicts[phase] == verdict for one in found):
            found.append(next(one for one in own if one.verdicts[phase] == verdict))
    return found


def _sign_in(one: JudgedConnection) -> str:
    from auditor.reporter.words import sign_in

    return sign_in(one.connection)


def _print_connection(one: JudgedConnection, readings: Sequence[Reading], width: int, *, full: bool) -> None:
    from auditor.engine.explain import shown
    from auditor.engine.table import Truth
    from auditor.model import facts
    from auditor.reporter.words import place

    click.echo()
    click.echo(plain(f"{one.connection.id}  {_sign_in(one)}"))
    lines = [item for truth in (Truth.TRUE, Truth.NULL) for item in readings if item.truth is truth]
    aside = [item for item in readings if item.truth is Truth.FALSE]
    for reading in (*lines, *(aside if full else ())):
        rule = reading.rule
        read = ", ".join(f"{name} {shown(value)}" for name, value in reading.facts)
        _fold(f"  {reading.truth.name:<5}  {rule.phase}  {rule.id:<8} {rule.verdict:<8} ", read, width)
    if aside and not full:
        said = (
            f"{item.rule.id} {', '.join(f'{name} {shown(value)}' for name, value in item.decided_by)}" for item in aside
        )
        _fold("  FALSE  ", "; ".join(said), width)
    named = {name for reading in readings for name, _ in reading.facts} | {"authentication", "logins"}
    proof = [item for item in one.connection.evidence if item.supports in named]
    click.echo("proof" if proof else "no proof in the exports")
    for item in proof[:_MOST_EVIDENCE]:
        _fold(f"  {item.supports:<24} ", f"{place(item)}{f': {item.value}' if item.value else ''}", width)
    if len(proof) > _MOST_EVIDENCE:
        click.echo(f"  and {len(proof) - _MOST_EVIDENCE} more places, in assessment.json")
    missing = dict.fromkeys(
        name for reading in readings if reading.rule.verdict == "breaks" for name in reading.missing
    )
    if missing:
        click.echo("not known, and what would settle it")
    for name in missing:
        _fold(f"  {name:<24} ", ", ".join(facts()[name].settled_by), width)


def _fold(label: str, text: str, width: int) -> None:
    """Print the text beside its label, folded at the width."""
    folded = textwrap.wrap(plain(text), width - len(label), break_on_hyphens=False) or [""]
    click.echo(plain(label) + ("\n" + " " * len(label)).join(folded))
