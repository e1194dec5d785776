"""Items are made ready in order, no more than may wait; what goes wrong comes out where it belongs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from takingstock.evidence.ahead import ahead


def test_in_order_and_no_more_than_may_wait() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(50):
            made.append(number)
            yield number

    with ahead(items(), lambda _: 1, most=4, heaviest=100) as ready:
        for done, item in enumerate(ready):
            assert item == done
            # Four wait, one is taken, one more is made and waits to wait.
            assert len(made) <= done + 6
    assert made == list(range(50))


def test_no_more_than_weigh_so_much_but_one_always() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(20):
            made.append(number)
            yield number

    with ahead(items(), lambda _: 60, most=100, heaviest=50) as ready:
        for done, _ in enumerate(ready):
            assert len(made) <= done + 3
    assert len(made) == 20


def test_an_error_comes_after_what_was_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise LookupError("the third")

    with ahead(items(), lambda _: 0, most=9, heaviest=9) as ready:
        assert [next(ready), next(ready)] == [1, 2]
        with pytest.raises(LookupError, match="the third"):
            next(ready)


def test_nothing_goes_on_after_the_block() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        while True:
            made.append(0)
            yield 0

    with ahead(items(), lambda _: 0, most=3, heaviest=9) as ready:
        next(ready)
    assert "ahead" not in {thread.name for thread in threading.enumerate()}
    before = len(made)
    time.sleep(0.05)
    assert len(made) == before <= 6
