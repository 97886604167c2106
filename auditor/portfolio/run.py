"""Every client audited, whatever becomes of one of them: a client that fails, or kills its worker, stops no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

from auditor.errors import InputError
from auditor.portfolio.client_summary import Failure
from auditor.portfolio.clients import Client
from auditor.portfolio.order import Order
from auditor.portfolio.plan import Plan, Task
from auditor.portfolio.progress import Progress
from auditor.portfolio.spread import read_file
from auditor.portfolio.task import Outcome, audit_client
from auditor.portfolio.workers import Workers


def run_clients(
    clients: Sequence[Client],
    order: Order,
    workers: Workers,
    progress: Callable[[Progress], None],
    unchanged: Sequence[Outcome] = (),
) -> tuple[Outcome, ...]:
    """Return what became of each client, by folder. Each has its report as soon as it is done.

    `unchanged` are those that have been told already.

    When a worker dies, nobody knows which of the clients that were running killed it: each of them runs once more,
    alone, and the one that does it again has failed.
    """
    plan = Plan(clients, {outcome.folder for outcome in unchanged})
    running: dict[Future[Any], Task] = {}
    outcomes = list(unchanged)
    untold: list[Outcome] = []

    def tell() -> None:
        said: Sequence[Outcome | None] = untold or [None]
        for latest in said:
            progress(
                Progress(
                    clients=len(clients),
                    done=len(outcomes),
                    failed=sum(1 for outcome in outcomes if outcome.failure),
                    running=len({task.client.folder for task in running.values()}),
                    part=plan.done / plan.weight,
                    latest=latest,
                )
            )
        untold.clear()

    while plan or running:
        # A cluster has to be asked, and may grow.
        width = workers.width()
        while len(running) < width and (task := plan.next(running.values())):
            running[_submitted(task, order, workers)] = task
        tell()
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            if outcome := _ended(running.pop(future), future, plan, workers):
                untold.append(outcome)
                outcomes.append(outcome)
    tell()
    return tuple(sorted(outcomes, key=lambda outcome: outcome.folder))


def _submitted(task: Task, order: Order, workers: Workers) -> Future[Any]:
    if task.file is not None:
        return workers.submit(read_file, task.client, task.file, order, alone=task.alone)
    return workers.submit(audit_client, task.client, order, task.read, alone=task.alone)


def _ended(task: Task, future: Future[Any], plan: Plan, workers: Workers) -> Outcome | None:
    """Return what became of the client, where it is known now."""
    if future.cancelled():
        raise InputError(
            "the cluster is gone", where="--scheduler", fix="run the same command again: finished clients stay finished"
        )
    error = future.exception()
    died = isinstance(error, workers.died)
    if died and not task.alone:
        plan.suspect(task)
        return None
    if task.file is not None and not died:
        # What the program failed on in a file, it meets again in the audit, and says so there.
        plan.has_read(task, None if error else future.result())
        return None
    if not plan.has_ended(task):
        return None
    return future.result() if error is None else Outcome(folder=task.client.folder, failure=_failure(task, error, died))


def _failure(task: Task, error: BaseException, died: bool) -> Failure:
    if died:
        return Failure(
            folder=task.client.folder,
            reason="the worker that audited it died, twice, the second time with no other client beside it",
            where=task.file or "",
            fix="audit it by itself with auditor audit; it may need more memory than there is",
        )
    # Whatever a client's files have brought to light in the program, the other clients need their reports.
    return Failure(
        folder=task.client.folder,
        reason=f"the program failed on it ({type(error).__name__}: {error})",
        fix="audit it by itself with auditor audit, and report what it says",
    )
