"""One client, from exports to report: what a worker does. Everything it is given and returns crosses a process border."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from auditor import share
from auditor.engagement import Engagement
from auditor.errors import AuditorError
from auditor.portfolio.client_summary import ClientSummary, Failure, summarise_client
from auditor.portfolio.clients import Client, ClientFiles, opened_client
from auditor.portfolio.fingerprint import Stamp, digest_of, fingerprint, holds, read_stamp, write_stamp
from auditor.portfolio.given import other_packs, read_given
from auditor.portfolio.order import Order, program_version
from auditor.portfolio.spread import ReadFile, forget_files, grouped_logins
from auditor.reporter import ASIDE, FORMATS
from auditor.reporter.recorded import record

if TYPE_CHECKING:
    from auditor.assessment import Assessment
    from auditor.loader.groups import TrailGroups


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a client."""

    folder: str
    summary: ClientSummary | None = None
    """None where the audit failed."""
    failure: Failure | None = None
    assessment: str = ""
    """The hash of its assessment.json, from which the summary follows."""
    unchanged: bool = False
    """Whether its report is the one that was there, as nothing had changed."""


def audit_client(client: Client, order: Order, read: Sequence[ReadFile] = ()) -> Outcome:
    """Audit the client and write its report, unless nothing has changed since the last run; say what became of it.

    `read` are those of its files that tasks of their own have read already.
    """
    share.take(order.share)
    if program_version() != order.program:
        failure = Failure(
            folder=client.folder,
            reason=f"the worker has version {program_version()} of the program, and it needs {order.program}",
            fix="install the same version on every machine",
        )
        return Outcome(folder=client.folder, failure=failure)
    lies_in = Path(order.clients_dir)
    try:
        with opened_client(order.clients_dir, client) as files:
            lies_in = files.folder.parent
            return _brought_up_to_date(client, files, order, read)
    except (AuditorError, OSError) as error:
        if isinstance(error, OSError):
            said, where, fix = f"{error.strerror or error}", str(error.filename or ""), "mend it, and run again"
        else:
            said, where, fix = error.message, error.where, error.fix
        # Reports are read on other machines: a path is told from the folder of the clients, or of the reports, on.
        for above in (str(lies_in), str(order.out)):
            where = where.replace(f"{above}{os.sep}", "")
        where = "" if where == client.folder else where
        return Outcome(folder=client.folder, failure=Failure(folder=client.folder, reason=said, where=where, fix=fix))


def _brought_up_to_date(client: Client, files: ClientFiles, order: Order, read: Sequence[ReadFile]) -> Outcome:
    """Make the client's report unless there is no need to."""
    folder = order.out / client.folder
    engagement = read_given(client, files, order)
    made_from = fingerprint(client, files, engagement, order, {one.file: one.digest for one in read})
    if not order.force and (stamp := read_stamp(folder)) and holds(stamp, made_from, folder, order.formats):
        return outcome_of(client, stamp, unchanged=True)
    assessment = _audit(files, engagement, order, folder, grouped_logins(order.out, client, read))
    summary = summarise_client(client.folder, record(assessment))
    digest = digest_of(folder / FORMATS["json"].file) or ""
    stamp = write_stamp(folder, Stamp(made_from=made_from, assessment=digest, summary=summary))
    forget_files(order.out, client, read)
    # As the stamp says it, and not as it was found: this run and a later one must count alike.
    return outcome_of(client, stamp)


def outcome_of(client: Client, stamp: Stamp, *, unchanged: bool = False) -> Outcome:
    """Return what became of a client whose report has that stamp."""
    return Outcome(folder=client.folder, summary=stamp.summary, assessment=stamp.assessment, unchanged=unchanged)


def _audit(
    files: ClientFiles, engagement: Engagement, order: Order, folder: Path, logins: Mapping[str, TrailGroups]
) -> Assessment:
    """Write the client's report, and return what it says."""
    # Only a client that has changed waits for pandas and DuckDB.
    from auditor.pipeline import audit
    from auditor.reporter import render
    from auditor.reporter.replaced import keep_replaced, worked_in

    previous = worked_in(folder / FORMATS["xlsx"].file) if "xlsx" in order.formats else None
    if previous:
        engagement = previous.applied_to(engagement, order.pack.rule_ids)
    assessment = audit([files.exports], order.pack, engagement, date_order=order.date_order, grouped=logins)
    assessment = replace(assessment, notes=(*assessment.notes, *other_packs(engagement, order)))
    # What is written aside lies in a folder that is there: in the client's own, the next run finds what a kill left.
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
    if "xlsx" in order.formats:
        keep_replaced(folder / FORMATS["xlsx"].file, assessment.as_of, previous)
    render(assessment, order.formats, folder, previous=previous, branding=engagement.branding)
    return assessment
