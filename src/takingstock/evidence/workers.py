"""Workers: processes that parse files nobody trusts, each with a limit of memory and of time.

A task that crashes its process, hangs or asks for too much memory ends with words, the process is replaced, and the
other tasks go on. concurrent.futures gives up its whole pool when one process dies, so the few lines are our own.

Where the system can, workers are copies of a process that has imported the libraries and nothing else: it has seen no
file, and runs no thread. Elsewhere each starts anew.
"""

from __future__ import annotations

import importlib
import multiprocessing
import multiprocessing.forkserver
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from types import ModuleType
from typing import Any, Final

MEMORY: Final = 3 * 1024**3
"""Bytes of address space of one worker; the libraries alone take about a third of it."""

SECONDS: Final = 60.0
"""For one file."""

Task = tuple[Hashable, tuple[Any, ...]]
"""A key, and the arguments."""

# Python 3.11.0 let other users of the machine talk to that process (CVE-2022-42919).
_COPIES: Final = "forkserver" in multiprocessing.get_all_start_methods() and sys.version_info >= (3, 11, 1)
_PRELOAD: Final = "takingstock.evidence.preload"


@dataclass(frozen=True)
class Failure:
    """Why a task gave no result, in words."""

    words: str


_LOCK: Final = threading.Lock()


@contextmanager
def _another_main() -> Iterator[None]:
    """A process that is spawned runs the caller's script again to have its names. Ours needs none of them, and a script
    without a guard, or one on standard input, would end it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@dataclass
class _Worker:
    """``tasks`` are those it was given and has not answered: it works on the first one, since ``since``."""

    process: Any
    pipe: Connection
    since: float = 0.0
    ready: bool = False
    tasks: deque[Task] = field(default_factory=deque)


class Pool:
    """``function`` is ``module:name``; it is called with the arguments of each task, in another process. ``ahead`` is
    how many tasks wait at each worker besides the one it works on, so that it need not wait for the caller: only for
    arguments that are short, since a long one would have to wait for the worker to read it."""

    def __init__(
        self,
        function: str,
        *,
        cores: int | None = None,
        seconds: float = SECONDS,
        memory: int = MEMORY,
        ahead: int = 0,
    ) -> None:
        self.function = function
        self.cores = cores or os.cpu_count() or 1
        self.seconds = seconds
        self.memory = memory
        self.ahead = ahead
        self._context: Any = multiprocessing.get_context("forkserver" if _COPIES else "spawn")
        self._workers: list[_Worker] = []
        self._again: deque[Task] = deque()

    def __enter__(self) -> Pool:
        warm()
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            self._stop(worker)
        self._workers = []

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Hashable, Any]]:
        """(key, result or Failure) as they are done. No more tasks are taken from ``tasks`` than can be worked on, and
        ``ahead`` for each worker."""
        left = iter(tasks)
        more = True
        while True:
            while (more or self._again) and (worker := self._free()):
                task = self._again.popleft() if self._again else next(left, None)
                if task is None:
                    more = False
                    break
                self._give(worker, task)
            busy = [worker for worker in self._workers if worker.tasks]
            if not busy:
                if not more and not self._again:
                    return
                continue
            yield from self._results(busy)

    def _free(self) -> _Worker | None:
        """Who has least to do; a new one before anybody has to wait."""
        fewest = min(self._workers, key=lambda worker: len(worker.tasks), default=None)
        if fewest is not None and not fewest.tasks:
            return fewest
        if len(self._workers) < self.cores:
            self._workers.append(self._start())
            return self._workers[-1]
        return fewest if fewest is not None and len(fewest.tasks) <= self.ahead else None

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self.function, self.memory), daemon=True)
        with _LOCK, _another_main():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def _give(self, worker: _Worker, task: Task) -> None:
        if not worker.tasks:
            worker.since = time.monotonic()
        worker.tasks.append(task)
        try:
            worker.pipe.send(task[1])
        except (BrokenPipeError, OSError):
            return  # Its end shows when its results are read.

    def _results(self, busy: list[_Worker]) -> Iterator[tuple[Hashable, Any]]:
        now = time.monotonic()
        # The first file of a worker waits for its libraries; they are not the file's fault.
        rest = min(worker.since + self._seconds(worker) - now for worker in busy)
        ready = wait([worker.pipe for worker in busy], timeout=max(0.0, rest))
        for worker in busy:
            if worker.pipe in ready:
                try:
                    result = worker.pipe.recv()
                except (EOFError, OSError):
                    yield worker.tasks.popleft()[0], self._dead(worker)
                    continue
                worker.since = time.monotonic()
                if result == _READY:
                    worker.ready = True
                    continue
                yield worker.tasks.popleft()[0], result
            elif time.monotonic() - worker.since > self._seconds(worker):
                key, _ = worker.tasks.popleft()
                self._replace(worker, kill=True)
                yield key, Failure(f"took more than {self.seconds:g} s: stopped")

    def _seconds(self, worker: _Worker) -> float:
        return self.seconds if worker.ready else max(self.seconds, _LOADING)

    def _dead(self, worker: _Worker) -> Failure:
        worker.process.join(5)
        code = worker.process.exitcode
        self._replace(worker)
        if code is not None and code < 0:
            # A signal of real time has no name.
            name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
            if -code in (signal.SIGXCPU, signal.SIGKILL):
                return Failure(f"needed too much time or memory: stopped ({name})")
            return Failure(f"the parser crashed ({name})")
        return Failure(f"the parser stopped (exit code {code})")

    def _replace(self, worker: _Worker, *, kill: bool = False) -> None:
        """What waited behind the task that ended it is done by others."""
        self._again.extend(worker.tasks)
        self._stop(worker, kill=kill)
        self._workers.remove(worker)

    def _stop(self, worker: _Worker, *, kill: bool = False) -> None:
        worker.pipe.close()
        if (kill or worker.tasks) and worker.process.is_alive():
            worker.process.kill()
        worker.process.join(2)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join(2)


def one_thread() -> None:
    """Linear algebra in one thread: there is a worker on every core already, and the library's threads would only wait
    for each other. Has an effect only before numpy is imported."""
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def warm() -> None:
    """Start the process that workers are copies of, and come back at once: it imports meanwhile. It ends with ours."""
    if _COPIES:
        with _LOCK, _another_main():
            multiprocessing.forkserver.set_forkserver_preload([_PRELOAD])
            multiprocessing.forkserver.ensure_running()


_LOADING: Final = 120.0
"""Seconds that a worker may take for its libraries before its first task."""

_READY: Final = "takingstock: worker ready"


def _work(pipe: Connection, function: str, memory: int) -> None:
    """The life of one worker: limits first, then one task after another."""
    one_thread()
    module, _, name = function.partition(":")
    call = getattr(importlib.import_module(module), name)
    _limit(memory)
    try:
        pipe.send(_READY)
    except OSError:
        return
    while True:
        try:
            arguments = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            result = call(*arguments)
        except MemoryError:
            result = Failure(f"needed more than {memory / 1024**3:.0f} GB: stopped")
        except Exception as error:
            result = Failure(f"{type(error).__name__}: {error}")
        try:
            pipe.send(result)
        except (BrokenPipeError, OSError):
            return


def _limit(memory: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    for what, soft in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 1 << 30)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
