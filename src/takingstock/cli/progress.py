"""Progress: a bar on standard error, only where that is a terminal, and gone when the work is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

Tick = Callable[[int, int], None]


@contextmanager
def progress(label: str, *, after: float = 0.0) -> Iterator[Tick | None]:
    """Gives what to call with (done, all), from any thread; None where standard error is no terminal. The bar comes up
    at the first call that is more than ``after`` seconds from the start, so that a quick run shows none."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    start, lock = monotonic(), Lock()
    task = bar.add_task(label, total=None)

    def tick(done: int, total: int) -> None:
        with lock:
            if not bar.live.is_started and monotonic() - start >= after:
                bar.start()
            bar.update(task, completed=done, total=total)

    try:
        if not after:
            bar.start()
        yield tick
    finally:
        if bar.live.is_started:
            bar.stop()
