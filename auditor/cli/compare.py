"""The command that says what changed from one audit to another, and the earlier audits that `audit --baseline` reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli.output import plain
from auditor.errors import InputError

if TYPE_CHECKING:
    from auditor.reporter.compare import Row
    from auditor.reporter.recorded import Recorded
    from auditor.reporter.since import Since

_ASSESSMENT = "assessment.json"


@click.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="To read, or for a program.",
)
def compare(before: Path, after: Path, form: str) -> None:
    """Say what changed from one audit to another.

    BEFORE and AFTER are the assessment.json of two reports of one client, or the folders they lie in: what newly breaks,
    was fixed, is still open, regressed, came and went, at each phase that both judged.
    """
    from auditor.reporter.recorded import read_assessment
    from auditor.reporter.since import view_since

    now = read_assessment(_file(after))
    earlier = read_earlier([before], client=now.client, as_of=now.as_of, phases=[one.id for one in now.phases])
    since = view_since(earlier, now)
    if since is None:
        raise AssertionError
    if form == "json":
        _print_json(since)
    else:
        for line in _lines(since):
            click.echo(plain(line))


def read_earlier(files: Sequence[Path], *, client: str, as_of: date, phases: Sequence[str]) -> tuple[Recorded, ...]:
    """Return the earlier audits in these files. Raises InputError for one that is none of this client and rollout."""
    from auditor.reporter.compare import check_earlier
    from auditor.reporter.recorded import read_assessment

    found = []
    # One that is named twice is one audit: it may not stand twice in the burn-down.
    for file in {path.resolve(): path for path in map(_file, files)}.values():
        recorded = read_assessment(file)
        check_earlier(recorded, where=str(file), client=client, as_of=as_of, phases=phases)
        found.append(recorded)
    return tuple(found)


def _file(path: Path) -> Path:
    if path.is_dir() and not (path / _ASSESSMENT).exists():
        raise InputError(
            f"there is no {_ASSESSMENT} in it",
            where=str(path),
            fix="name the folder of a report; 'auditor audit' makes one of exports",
        )
    return path / _ASSESSMENT if path.is_dir() else path


def _print_json(since: Since) -> None:
    import json

    from auditor.reporter.since_data import since_data

    text = json.dumps(since_data(since), ensure_ascii=False, indent=1)
    click.echo(text.encode(errors="replace").decode())


def _lines(since: Since) -> Iterator[str]:
    from auditor.reporter.compare import Change
    from auditor.reporter.since_words import group_title

    comparison = since.comparison
    yield comparison.client
    yield since.headline
    for note in comparison.notes:
        yield f"note: {note}"
    yield ""
    wide = max(len(change) for change in Change)
    yield " " * wide + "".join(f"  {item.phase.id:>8}" for item in since.phases)
    for change in Change:
        yield f"{change:<{wide}}" + "".join(f"  {item.counts[change]:>8,}" for item in since.phases)
    for name, place in (("open then", -2), ("open now", -1)):
        yield f"{name:<{wide}}" + "".join(f"  {item.points[place].open:>8,}" for item in since.phases)
    yield ""
    for item in since.phases:
        yield f"{item.phase.id}: {item.outlook}"
    for group in since.groups:
        yield ""
        yield group_title(group.change)
        for row, phases in group.rows:
            yield from _row(row, phases)


def _row(row: Row, phases: Sequence[str]) -> Iterator[str]:
    from auditor.reporter.since_words import name, recognised, sign_ins, verdicts

    yield f"  {name(row)}"
    yield "    " + ", ".join(f"{phase} {verdicts(row, phase)}" for phase in phases)
    if said := recognised(row):
        yield f"    {said}"
    for line in sign_ins(row):
        yield f"    {line}"
