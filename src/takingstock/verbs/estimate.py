"""Estimate: what a run of draws will take at most, said before it starts where it is long enough to be worth saying."""

from __future__ import annotations

from collections.abc import Callable

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
            f"{draws:,} draws over {len(ledger.statements):,} statements: up to about {found:,.0f} s on one core; "
            "--time-limit stops earlier with what there is, --draws 0 is arithmetic only"
        )
