"""Workers: processes that parse files nobody trusts, each with a limit of memory and of time.

A task that crashes its process, hangs or asks for too much memory ends with words, the process is replaced, and the
other tasks go on. concurrent.futures gives up its whole pool when one process dies, so the few lines are our own.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import ModuleType
from typing import Any, Final

MEMORY: Final = 3 * 1024**3
"""Bytes of address space of one worker; the libraries alone take about a third of it."""

SECONDS: Final = 60.0
"""For one file."""


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
    process: Any
    pipe: Connection
    key: Hashable = None
    since: float = 0.0
    busy: bool = False
    ready: bool = False


class Pool:
    """``function`` is ``module:name``; it is called with the arguments of each task, in another process."""

    def __init__(
        self, function: str, *, cores: int | None = None, seconds: float = SECONDS, memory: int = MEMORY
    ) -> None:
        self.function = function
        self.cores = cores or os.cpu_count() or 1
        self.seconds = seconds
        self.memory = memory
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            self._stop(worker)
        self._workers = []

    def run(self, tasks: Iterable[tuple[Hashable, tuple[Any, ...]]]) -> Iterator[tuple[Hashable, Any]]:
        """(key, result or Failure) as they are done. No more tasks are taken from ``tasks`` than can be worked on."""
        left = iter(tasks)
        more = True
        while True:
            while more and (worker := self._free()):
                task = next(left, None)
                if task is None:
                    more = False
                    break
                yield from self._give(worker, *task)
            busy = [worker for worker in self._workers if worker.busy]
            if not busy:
                if not more:
                    return
                continue
            yield from self._results(busy)

    def _free(self) -> _Worker | None:
        for worker in self._workers:
            if not worker.busy:
                return worker
        if len(self._workers) < self.cores:
            self._workers.append(self._start())
            return self._workers[-1]
        return None

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs, self.function, self.memory), daemon=True)
        with _LOCK, _another_main():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def _give(self, worker: _Worker, key: Hashable, arguments: tuple[Any, ...]) -> Iterator[tuple[Hashable, Any]]:
        worker.key, worker.since, worker.busy = key, time.monotonic(), True
        try:
            worker.pipe.send(arguments)
        except (BrokenPipeError, OSError):
            yield key, self._dead(worker)

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
                    yield worker.key, self._dead(worker)
                    continue
                if result == _READY:
                    worker.ready, worker.since = True, time.monotonic()
                    continue
                worker.busy = False
                yield worker.key, result
            elif time.monotonic() - worker.since > self._seconds(worker):
                self._replace(worker)
                yield worker.key, Failure(f"took more than {self.seconds:g} s: stopped")

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

    def _replace(self, worker: _Worker) -> None:
        self._stop(worker)
        self._workers.remove(worker)

    def _stop(self, worker: _Worker) -> None:
        worker.pipe.close()
        if worker.busy and worker.process.is_alive():
            worker.process.kill()
        worker.process.join(2)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join(2)


_LOADING: Final = 120.0
"""Seconds that a worker may take for its libraries before its first task."""

_READY: Final = "takingstock: worker ready"


def _work(pipe: Connection, function: str, memory: int) -> None:
    """The life of one worker: limits first, then one task after another."""
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
