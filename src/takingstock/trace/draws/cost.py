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

_SAMPLING = 8e-9
_KERNELS = 6e-9
_ORDER = 120e-9
_SINGLE = 0.4e-6


class TooCostlyError(TakingStockError):
    """A run of draws would not fit into memory."""


@dataclass(frozen=True)
class Shape:
    """How draws are laid out: ``blocks`` of ``lanes`` draws, each block with an order of its own."""

    draws: int
    blocks: int
    lanes: int


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
    return Shape(draws, -(-draws // lanes), lanes)


def cost(
    laid: Shape, *, moves: int, rows: int, nodes: int, groups: int, kept: int, cores: int, lanes_run: bool
) -> Cost:
    """What a run takes. ``groups`` are rows of mass in a block (channels times origins), ``kept`` the numbers kept of
    each draw, ``lanes_run`` whether the policy runs in lanes (proportional does) or draw by draw."""
    block = laid.lanes * (12 * moves + 12 * rows + 24 * nodes + 8 * groups) + 64 * moves
    each = _KERNELS if lanes_run else _SINGLE
    seconds = laid.draws * (moves * _SAMPLING + rows * each) + laid.blocks * moves * _ORDER
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
