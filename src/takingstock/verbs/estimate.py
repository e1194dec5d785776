"""Estimate: what a run of draws will take at most, said before it starts where it is long enough to be worth saying."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import floor, log10

from takingstock.records import Ledger

Notice = Callable[[str], None] | None
COSTLY = 10.0
"""Seconds from which on a run is announced."""

_BLOCK = 1e-4
"""Seconds that a block of draws of one class takes beside its movements, as measured on the bundled case."""


def seconds(ledger: Ledger, draws: int) -> float:
    """Seconds on one core if every statement of the ledger is drawn, class by class. Classes that the question does not
    touch cost nothing, so the drawing itself takes less; what each source changes is worked out after it."""
    from takingstock.trace.draws.cost import cost, shape

    if not draws:
        return 0.0
    moves = len(ledger.statements)
    laid = shape(draws, uncertain=True)
    found = cost(laid, moves=moves, rows=2 * moves, nodes=moves, groups=0, kept=0, cores=1, lanes_run=True)
    return found.seconds + _BLOCK * laid.blocks * len({statement.item for statement in ledger.statements})


def announce(ledger: Ledger, draws: int, notice: Notice) -> None:
    """Tell ``notice`` what the run will take at most, if that is long."""
    if notice is not None and (found := seconds(ledger, draws)) >= COSTLY:
        notice(
            f"{draws:,} draws over {len(ledger.statements):,} statements: up to about {span(found)} on one core; "
            "--time-limit stops earlier with what there is, --draws 0 is arithmetic only"
        )


def span(seconds: float) -> str:
    """A time as a person says it: ``40 s``, ``12 minutes``, ``3 hours``, ``1.5 days``, ``2 years``; two digits."""
    for unit, size in (("years", 31_557_600.0), ("days", 86_400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 1.5 * size:
            return f"{two_digits(seconds / size):,g} {unit}"
    return f"{two_digits(seconds):,g} s"


def two_digits(number: float) -> float:
    """A number with no more than two digits that count, rounded down so that what was to fit still fits."""
    if number <= 0:
        return number
    step = 10.0 ** (floor(log10(number)) - 1)
    return round(floor(number / step + 1e-9) * step, 6)


@contextmanager
def plainly() -> Iterator[None]:
    """Says a run that does not fit with a proposal that a person would type: two digits."""
    from takingstock.trace.draws.cost import TooCostlyError

    try:
        yield
    except TooCostlyError as error:
        raise TooCostlyError(re.sub(r"(?<=about )[\d,]+(?= draws)", _rounded, str(error))) from error


def _rounded(match: re.Match[str]) -> str:
    return f"{two_digits(float(match[0].replace(',', ''))):,.0f}"
