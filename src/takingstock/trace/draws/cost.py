"""Cost: what a run of draws will take, said before it starts, and refused where memory cannot hold it.

Time is an estimate from measured costs for each move and draw (docs/performance.md); memory is counted from the sizes
of the arrays that a run holds at once: one block for each core, and what is kept of every draw.
"""

from __future__ import annotations

from dataclasses import dataclass

from takingstock.records import TakingStockError

MEMORY = 4 * 2**30
"""Bytes that a run may take unless the caller says otherwise."""

LANES = 16
"""Draws that share one order of movements, at most."""

ORDERS = 200
"""Orders sampled at least where dates are uncertain: 32 leave 4 points of error in a 5 % quantile (method.md, 5)."""

# Measured on the machine of docs/performance.md with the plan of its part (c), 30,000 moves and 300 holders, at 1, 4
# and 16 lanes, other programs running: seconds for each move (or row) and draw; and, however many lanes there are, for
# each move and block, and for each move and order. Making an order takes 130e-9; the rest is what the passes lose to
# moves that no longer lie in memory as they happened. Within 10 % of what was measured.
_SAMPLING = 6e-9
_KERNELS = 8e-9
_BLOCK = 40e-9
_ORDER = 220e-9
# Draw by draw: fifo and lifo took 0.2 to 0.5e-6 for each row and draw, the policies by age 4 to 7e-6.
_SINGLE = 0.4e-6
_BY_AGE = 5e-6


class TooCostlyError(TakingStockError):
    """A run of draws would not fit into memory."""


@dataclass(frozen=True)
class Shape:
    """How draws are laid out: ``blocks`` of ``lanes`` draws, with ``orders`` of movements in all: one for each block,
    or one for all of them."""

    draws: int
    blocks: int
    lanes: int
    orders: int


@dataclass(frozen=True)
class Cost:
    """``seconds`` on one core, ``bytes`` at once."""

    seconds: float
    bytes: int


def shape(draws: int, *, uncertain: bool) -> Shape:
    """Blocks and lanes for a number of draws; at least :data:`ORDERS` orders where dates leave the order open."""
    lanes = LANES
    if uncertain:
        lanes = max(1, min(LANES, draws // ORDERS))
        # The processor takes four at a step.
        lanes -= lanes % 4 if lanes > 4 else 0
    lanes = max(1, min(lanes, draws))
    blocks = -(-draws // lanes)
    return Shape(draws, blocks, lanes, blocks if uncertain else 1)


def cost(
    laid: Shape,
    *,
    moves: int,
    rows: int,
    nodes: int,
    groups: int,
    kept: int,
    cores: int,
    lanes_run: bool,
    by_age: bool = False,
) -> Cost:
    """What a run takes. ``groups`` are rows of mass in a block (channels times origins), ``kept`` the numbers kept of
    each draw, ``lanes_run`` whether the policy runs in lanes (proportional does) or draw by draw, ``by_age`` whether it
    then follows every parcel."""
    block = laid.lanes * (12 * moves + 12 * rows + 24 * nodes + 8 * groups) + 64 * moves
    each = _KERNELS if lanes_run else _BY_AGE if by_age else _SINGLE
    seconds = laid.draws * (moves * _SAMPLING + rows * each) + moves * (laid.blocks * _BLOCK + laid.orders * _ORDER)
    return Cost(seconds, cores * block + 8 * kept * laid.draws)


def affordable(found: Cost, laid: Shape, item: str, memory: int = MEMORY) -> None:
    """Raises TooCostlyError, with what to do instead, where a run does not fit into ``memory`` bytes."""
    if found.bytes > memory:
        fitting = max(1, int(laid.draws * memory / found.bytes))
        raise TooCostlyError(
            f"{laid.draws:,} draws of {item} would take {found.bytes / 2**30:.1f} GB, more than the "
            f"{memory / 2**30:.1f} GB allowed; ask for about {fitting:,} draws, for a narrower class (--item), or for "
            "arithmetic on the record (--draws 0)"
        )
