"""Which task comes next: the files of very large clients, the clients, and by itself whatever ran when a worker died."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from auditor.portfolio.clients import Client
from auditor.portfolio.spread import ReadFile

_FIXED = 4 << 20
"""Bytes that are read in the time that a client takes whatever its size: its report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one worker does: it reads one file of a very large client, or it audits a client."""

    client: Client
    file: str | None = None
    """The file; None for the audit."""
    read: tuple[ReadFile, ...] = ()
    """The files of the client that tasks of their own have read."""
    alone: bool = False
    """Whether it runs by itself because a worker died while it was running before."""

    @property
    def weight(self) -> int:
        """How long it takes, as the bytes that are read in that time."""
        if self.file is not None:
            return self.client.large_files[self.file]
        return self.client.size - sum(self.client.large_files.values()) + _FIXED


def weight(client: Client) -> int:
    """Return how long the client takes, as the bytes that are read in that time."""
    return client.size + _FIXED


class Plan:
    """The tasks that are still to be done."""

    def __init__(self, clients: Sequence[Client], done: Collection[str] = ()) -> None:
        """Plan all but those whose folders are done."""
        to_do = [client for client in clients if client.folder not in done]
        tasks = [Task(client=client, file=file) for client in to_do for file in client.large_files or (None,)]
        # The files of a client together: its audit waits for the last of them.
        self._waiting = deque(sorted(tasks, key=lambda task: (-task.client.size, task.client.folder, -task.weight)))
        self._suspects: deque[Task] = deque()
        self._read: dict[str, list[ReadFile | None]] = defaultdict(list)
        self._given_up: set[str] = set()
        self.weight = sum(map(weight, clients))
        """Of everything."""
        self.done = self.weight - sum(map(weight, to_do))
        """The weight of what is done."""

    def __bool__(self) -> bool:
        return bool(self._waiting or self._suspects)

    def next(self, running: Collection[Task]) -> Task | None:
        """Return a task to begin beside those that run; None when they have to end first."""
        if any(task.alone for task in running):
            return None
        if self._suspects:
            return None if running else self._suspects.popleft()
        return self._waiting.popleft() if self._waiting else None

    def suspect(self, task: Task) -> None:
        """Put the task aside, to run by itself: a worker died, and nobody knows of which task."""
        self._suspects.append(replace(task, alone=True))

    def has_read(self, task: Task, read: ReadFile | None) -> None:
        """Keep what came of a file, and plan the client's audit after the last of them."""
        client = task.client
        self.done += task.weight
        if client.folder in self._given_up:
            return
        of_client = self._read[client.folder]
        of_client.append(read)
        if len(of_client) == len(client.large_files):
            found = sorted((one for one in of_client if one), key=lambda one: one.file)
            self._waiting.appendleft(Task(client=client, read=tuple(found)))

    def has_ended(self, task: Task) -> bool:
        """Drop whatever else was planned for the client; return whether this is the first to end it."""
        folder = task.client.folder
        if folder in self._given_up:
            return False
        self._given_up.add(folder)
        dropped = [one for one in (*self._waiting, *self._suspects) if one.client.folder == folder]
        if task.file is not None:
            dropped.append(Task(client=task.client))
        self._waiting = deque(one for one in self._waiting if one.client.folder != folder)
        self._suspects = deque(one for one in self._suspects if one.client.folder != folder)
        self.done += sum(one.weight for one in (task, *dropped))
        return True
