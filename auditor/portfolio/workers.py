"""Where clients are audited: processes of this machine, or a Dask cluster; both are `concurrent.futures` executors."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

import psutil

from auditor.errors import InputError
from auditor.share import Share, usable_processors

_MEMORY = 1024
"""MB that one worker is reckoned with: Python, pandas and DuckDB, its database and the tables of an account."""
_LEAST = 512
"""MB without which no client can be audited."""
_DATABASE = 512
_GRACE = 5
_LOOK = 0.2
_CONNECT = 10
_CGROUP = Path("/sys/fs/cgroup/memory.max")


class Workers(Protocol):
    """What audits clients side by side."""

    share: Share
    """What one worker may take."""
    died: tuple[type[BaseException], ...]
    """What a future raises when the worker died, and not the task failed."""

    def width(self) -> int:
        """Return how many clients can be audited at once, now."""

    def submit(self, task: Callable[..., Any], *given: Any, alone: bool = False) -> Future[Any]:
        """Begin a task; `alone` promises that nothing else runs beside it."""

    def stop(self) -> None:
        """End now, whatever is running."""

    def close(self) -> None:
        """End when nothing runs any more."""


@contextmanager
def opened_workers(width: int | None, scheduler: str | None) -> Iterator[Workers]:
    """Give the workers, and end them: at leisure after the work, at once where it was broken off."""
    workers: Workers = Cluster(scheduler) if scheduler else Processes(width or default_width())
    finished = False
    try:
        yield workers
        finished = True
    finally:
        if finished:
            workers.close()
        else:
            workers.stop()


def default_width() -> int:
    """Return how many workers this machine bears: one a processor, and no more than its free memory holds."""
    return max(1, min(usable_processors(), _free_memory() // (_MEMORY << 20)))


def _free_memory() -> int:
    free: int = psutil.virtual_memory().available
    try:
        return min(free, int(_CGROUP.read_text()))  # what a container may use
    except (OSError, ValueError):
        return free


class Cluster:
    """The workers of a Dask cluster; each sees the clients and the reports under the same paths as this machine."""

    def __init__(self, scheduler: str) -> None:
        try:
            from distributed import Client, KilledWorker
        except ImportError as error:
            raise InputError(
                "a cluster needs the package distributed",
                where="--scheduler",
                fix='install it: pip install "netsuite-readiness-auditor[cluster]"',
            ) from error
        self.died: tuple[type[BaseException], ...] = (KilledWorker,)
        # One processor for each thread that Dask runs tasks in: it has one a processor itself.
        self.share = Share(processors=1, memory=_DATABASE)
        try:
            self._client: Any = Client(scheduler, timeout=_CONNECT)
        except (OSError, ValueError) as error:
            raise InputError(
                f"the scheduler does not answer ({error})",
                where=scheduler,
                fix="check its address, e.g. tcp://host:8786",
            ) from error
        # Never pure: the same client may have to be audited twice, and the second time is no repetition.
        self._executor: Executor = self._client.get_executor(pure=False)

    def width(self) -> int:
        """Return the number of threads that the cluster's workers run tasks in; one while it waits for workers."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(self, task: Callable[..., Any], *given: Any, alone: bool = False) -> Future[Any]:
        """Begin a task; the cluster bounds the memory of its workers itself."""
        # As bytes: what is given as objects the scheduler unpacks and packs again, with every rule of the packs.
        return self._executor.submit(_run_packed, pickle.dumps((task, given)))

    def stop(self) -> None:
        """Let go of the cluster; what its workers have begun they finish."""
        self._executor.shutdown(wait=False)
        self._client.close()

    def close(self) -> None:
        """Let go of the cluster."""
        self._client.close()


def _run_packed(packed: bytes) -> Any:
    """Run the task in a worker of the cluster."""
    task, given = pickle.loads(packed)  # noqa: S301 - Dask itself unpickles whatever it is sent
    return task(*given)


class Processes:
    """Processes of this machine."""

    died: tuple[type[BaseException], ...] = (BrokenProcessPool,)

    def __init__(self, width: int, memory: int | None = None) -> None:
        """Begin with so many processes, which end before they take more than that memory together, in bytes."""
        self._width = width
        self._memory = memory or _free_memory()
        self.share = Share(processors=max(1, usable_processors() // width), memory=_DATABASE)
        self._executor = self._start()

    def _start(self) -> Executor:
        # Spawned, as on every system: a fork copies the locks of DuckDB's threads as they happen to be.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._width, mp_context=context, initializer=_prepare)

    def width(self) -> int:
        """Return the number of processes."""
        return self._width

    def submit(self, task: Callable[..., Any], *given: Any, alone: bool = False) -> Future[Any]:
        """Begin a task, in new processes where one has died."""
        most = max(self._memory // (1 if alone else self._width), _LEAST << 20)
        with _keyboard_ignored():
            try:
                return self._executor.submit(_run, most, task, *given)
            except BrokenProcessPool:
                self._executor.shutdown()
                self._executor = self._start()
                return self._executor.submit(_run, most, task, *given)

    def stop(self) -> None:
        """End the processes; each puts away what it had begun, and is killed when that takes long."""
        children = multiprocessing.active_children()
        for child in children:
            child.terminate()
        for child in children:
            child.join(_GRACE)
            child.kill()
        self.close()

    def close(self) -> None:
        """Wait for the processes to end."""
        self._executor.shutdown(cancel_futures=True)


@contextmanager
def _keyboard_ignored() -> Iterator[None]:
    """Let processes begin that ignore Ctrl-C from their first moment: a terminal sends it to them, too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _prepare() -> None:
    """Make a worker end as it should: told by the program, not by the keyboard, and never later than the program."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_in_time, daemon=True).start()


_at_work = threading.Event()
_most: list[int] = []
"""Bytes of memory that the task of this worker may take."""


def _run(most: int, task: Callable[..., Any], *given: Any) -> Any:
    """Run the task in a worker, and leave at once when told to: the pool would take that for the task's result, and wait."""
    _most[:] = [most]
    _at_work.set()
    try:
        return task(*given)
    except SystemExit:
        os._exit(1)
    finally:
        _at_work.clear()


def _leave(number: int, frame: FrameType | None) -> None:
    """Let a task put away what it has begun; without one, leave as one is killed.

    A pool whose worker died waits for the others. One that stood in its queue's lock was seen to swallow an exception
    raised there, and to wait for ever; the alarm ends one that swallows it anywhere else.
    """
    if not _at_work.is_set():
        os._exit(1)
    if hasattr(signal, "alarm"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_GRACE)
    raise SystemExit(number)


def _end_in_time() -> None:
    """End this worker with the program, and before it takes more memory than its share.

    The system, short of memory, would end whatever is largest: another worker, or the program.
    """
    parent, me = multiprocessing.parent_process(), psutil.Process()
    while parent is None or parent.is_alive():
        if _most and me.memory_info().rss > _most[0]:
            break
        if parent is None:
            time.sleep(_LOOK)
        else:
            parent.join(_LOOK)
    os._exit(1)
