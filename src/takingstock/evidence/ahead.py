"""Ahead: the next items of an iteration, made ready in a thread of their own while the caller works on earlier ones."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def ahead(items: Iterable[T], weight: Callable[[T], int], *, most: int, heaviest: int) -> Iterator[Iterator[T]]:
    """Gives an iterator over ``items`` in their order; what they raise, it raises. No more than ``most`` wait, nor more
    than weigh ``heaviest`` together (one may always). At the end of the block the iteration ends with its next item."""
    ready: deque[T] = deque()
    changed = threading.Condition()
    ended = stopped = False
    error: BaseException | None = None
    heavy = 0

    def room() -> bool:
        return stopped or not ready or (len(ready) < most and heavy < heaviest)

    def work() -> None:
        nonlocal ended, error, heavy
        try:
            for item in items:
                with changed:
                    changed.wait_for(room)
                    if stopped:
                        return
                    ready.append(item)
                    heavy += weight(item)
                    changed.notify_all()
        except BaseException as raised:
            error = raised
        finally:
            with changed:
                ended = True
                changed.notify_all()

    def taken() -> Iterator[T]:
        nonlocal heavy
        while True:
            with changed:
                changed.wait_for(lambda: ready or ended)
                if not ready:
                    break
                item = ready.popleft()
                heavy -= weight(item)
                changed.notify_all()
            yield item
        if error is not None:
            raise error

    thread = threading.Thread(target=work, name="ahead", daemon=True)
    thread.start()
    try:
        yield taken()
    finally:
        with changed:
            stopped = True
            changed.notify_all()
        thread.join()
