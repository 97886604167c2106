"""Every client audited, whatever becomes of one of them: a client that fails, or kills its worker, stops no other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass

from auditor.errors import InputError
from auditor.portfolio.client_summary import Failure
from auditor.portfolio.clients import Client
from auditor.portfolio.order import Order
from auditor.portfolio.task import Outcome, audit_client
from auditor.portfolio.workers import Workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    clients: int
    done: int
    """Clients with an outcome, failed ones included."""
    failed: int
    running: int
    latest: Outcome | None
    """The outcome that has just come in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    client: Client
    alone: bool
    """Whether it runs by itself because a worker died while it was running before."""


def run_clients(
    clients: Sequence[Client], order: Order, workers: Workers, progress: Callable[[Progress], None]
) -> tuple[Outcome, ...]:
    """Return what became of each client, by folder. Each has its report as soon as it is done.

    When a worker dies, nobody knows which of the clients that were running killed it: each of them runs once more,
    alone, and the one that does it again has failed.
    """
    waiting = deque(sorted(clients, key=lambda client: (-client.size, client.folder)))
    suspects: deque[Client] = deque()
    running: dict[Future[Outcome], _Running] = {}
    outcomes: list[Outcome] = []
    untold: list[Outcome] = []

    def tell() -> None:
        failed = sum(1 for outcome in outcomes if outcome.failure)
        said: Sequence[Outcome | None] = untold or [None]
        for latest in said:
            progress(
                Progress(clients=len(clients), done=len(outcomes), failed=failed, running=len(running), latest=latest)
            )
        untold.clear()

    while waiting or suspects or running:
        while len(running) < workers.width() and waiting and not suspects:
            client = waiting.popleft()
            running[workers.submit(audit_client, client, order)] = _Running(client=client, alone=False)
        if suspects and not running:
            client = suspects.popleft()
            running[workers.submit(audit_client, client, order)] = _Running(client=client, alone=True)
        tell()
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            ended = running.pop(future)
            if _killed(future, workers) and not ended.alone:
                suspects.append(ended.client)
            else:
                untold.append(_outcome(ended.client, future, workers))
                outcomes.append(untold[-1])
    tell()
    return tuple(sorted(outcomes, key=lambda outcome: outcome.folder))


def _killed(future: Future[Outcome], workers: Workers) -> bool:
    return not future.cancelled() and isinstance(future.exception(), workers.died)


def _outcome(client: Client, future: Future[Outcome], workers: Workers) -> Outcome:
    if future.cancelled():
        raise InputError(
            "the cluster is gone", where="--scheduler", fix="run the same command again: finished clients stay finished"
        )
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, workers.died):
        failure = Failure(
            folder=client.folder,
            reason="the worker that audited it died, twice, the second time with no other client beside it",
            fix="audit it by itself with auditor audit; it may need more memory than there is",
        )
    else:
        # Whatever a client's files have brought to light in the program, the other clients need their reports.
        failure = Failure(
            folder=client.folder,
            reason=f"the program failed on it ({type(error).__name__}: {error})",
            fix="audit it by itself with auditor audit, and report what it says",
        )
    return Outcome(folder=client.folder, failure=failure)
