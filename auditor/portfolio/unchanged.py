"""The clients that have not changed and keep their report, found by this program itself: workers, pandas and DuckDB are for the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from auditor.portfolio.clients import Client, opened_client
from auditor.portfolio.fingerprint import fingerprint, holds, read_stamp
from auditor.portfolio.given import read_given
from auditor.portfolio.order import Request
from auditor.portfolio.places import is_url
from auditor.portfolio.plan import weight
from auditor.portfolio.progress import Progress
from auditor.portfolio.task import Outcome, outcome_of


def find_unchanged(
    clients: Sequence[Client], request: Request, threads: int, progress: Callable[[Progress], None]
) -> tuple[Outcome, ...]:
    """Return what became of the clients that have not changed, as far as that is seen here.

    What has to be fetched, and a very large client's files, workers look at, side by side.
    """
    if request.force or is_url(request.clients_dir):
        return ()
    looked_at = [client for client in clients if not client.large_files]
    whole, done = sum(map(weight, clients)), 0
    unchanged: list[Outcome] = []
    # Threads: hashing leaves Python's lock to the others.
    looking = ThreadPoolExecutor(threads)
    try:
        found = [looking.submit(_unchanged, client, request) for client in looked_at]
        for seen, (client, future) in enumerate(zip(looked_at, found, strict=True), start=1):
            # What goes wrong here goes wrong in the client's audit, too, which says what it means.
            if future.exception() or not (outcome := future.result()):
                continue
            unchanged.append(outcome)
            done += weight(client)
            progress(
                Progress(
                    clients=len(clients),
                    done=len(unchanged),
                    failed=0,
                    running=min(threads, len(looked_at) - seen),
                    part=done / whole,
                    latest=outcome,
                )
            )
    finally:
        looking.shutdown(cancel_futures=True)
    return tuple(unchanged)


def _unchanged(client: Client, request: Request) -> Outcome | None:
    folder = request.out / client.folder
    if not (stamp := read_stamp(folder)):
        return None
    with opened_client(request.clients_dir, client) as files:
        made_from = fingerprint(client, files, read_given(client, files, request), request)
    return outcome_of(client, stamp, unchanged=True) if holds(stamp, made_from, folder, request.formats) else None
