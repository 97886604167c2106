"""One client, from exports to report: what a worker does. Everything it is given and returns crosses a process border."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from auditor import share
from auditor.engagement import Engagement, read_engagement
from auditor.errors import AuditorError, InputError
from auditor.portfolio.client_summary import ClientSummary, Failure, summarise_client
from auditor.portfolio.clients import Client
from auditor.portfolio.fingerprint import Stamp, digest_of, fingerprint, read_stamp, write_stamp
from auditor.portfolio.order import Order, program_version
from auditor.reporter import ASIDE, FORMATS
from auditor.reporter.recorded import read_assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a client."""

    folder: str
    summary: ClientSummary | None = None
    """None where the audit failed."""
    failure: Failure | None = None
    unchanged: bool = False
    """Whether its report was kept, as nothing had changed."""


def audit_client(client: Client, order: Order) -> Outcome:
    """Audit the client and write its report, unless nothing has changed since the last run; say what became of it."""
    share.take(order.share)
    folder = order.out / client.folder
    assessment = folder / FORMATS["json"].file
    try:
        if program_version() != order.program:
            raise InputError(
                f"the worker has version {program_version()} of the program, and it needs {order.program}",
                fix="install the same version on every machine",
            )
        made_from = fingerprint(client, order)
        unchanged = not order.force and _is_made_from(made_from, folder, order.formats)
        if not unchanged:
            _audit(client, order, folder)
            write_stamp(folder, Stamp(made_from=made_from, assessment=digest_of(assessment) or ""))
        # The file alone speaks for the client, whether it was written now or in an earlier run.
        summary = summarise_client(client.folder, read_assessment(assessment))
    except AuditorError as error:
        # Reports are read on other machines: a path is told from the folder of the clients on.
        where = error.where.replace(f"{order.clients_dir}{os.sep}", "")
        where = "" if where == client.folder else where
        failure = Failure(folder=client.folder, reason=error.message, where=where, fix=error.fix)
        return Outcome(folder=client.folder, failure=failure)
    return Outcome(folder=client.folder, summary=summary, unchanged=unchanged)


def _is_made_from(made_from: str, folder: Path, formats: tuple[str, ...]) -> bool:
    stamp = read_stamp(folder)
    return (
        stamp is not None
        and stamp.made_from == made_from
        and all((folder / FORMATS[name].file).is_file() for name in formats)
        and stamp.assessment == digest_of(folder / FORMATS["json"].file)
    )


def _audit(client: Client, order: Order, folder: Path) -> None:
    # Only a client that has changed waits for pandas and DuckDB.
    from auditor.pipeline import audit
    from auditor.reporter import render
    from auditor.reporter.replaced import keep_replaced, worked_in

    engagement = _engagement(client, order)
    previous = worked_in(folder / FORMATS["xlsx"].file) if "xlsx" in order.formats else None
    if previous:
        engagement = previous.applied_to(engagement, order.pack.rule_ids)
    assessment = audit([client.exports], order.pack, engagement, date_order=order.date_order)
    for left in folder.glob(f"{ASIDE}*"):
        # A worker that was killed while it wrote could not tidy up.
        shutil.rmtree(left, ignore_errors=True)
    if "xlsx" in order.formats:
        keep_replaced(folder / FORMATS["xlsx"].file, assessment.as_of, previous)
    render(assessment, order.formats, folder, previous=previous, branding=engagement.branding)


def _engagement(client: Client, order: Order) -> Engagement:
    if len(client.engagements) > 1:
        raise InputError(
            "there are two engagement files",
            where=", ".join(map(str, client.engagements)),
            fix="keep one of them",
        )
    engagement = read_engagement(client.engagements[0]) if client.engagements else Engagement()
    return engagement.model_copy(
        update={
            "client": engagement.client or client.folder,
            "as_of": order.as_of or engagement.as_of or order.today,
        }
    )
