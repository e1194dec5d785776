"""Which statements hold in a draw, which of them is true, and how many it moved.

Invariant: in each draw at most one move of a movement has a quantity above zero, and what a movement samples depends
on its own records alone (see `randomness`), not on rows, lanes or other movements.

Per movement and draw: a lone statement holds with its probability; statements that share a hash hold or fall together
(the links of a chain that one source documents) and, having the same law, carry the same quantity. Of several about one
movement one is true, or none, with the probabilities of `choosing`. If none is, it did not happen.

A quantity's law is a reading of what the source says (`law_of`), data and no more. Where the source does not say how
far a figure may be off, the reading is an assumption with a name: `ABOUT_SHARE`, `EXCESS_SHARE`.

Importing this module imports numba, so callers import it inside the function that needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from takingstock.records import Quantity
from takingstock.trace.draws.randomness import HOLDS, Hashes, drawn_bits, sequence_key
from takingstock.trace.kernels import compiled

ABOUT_SHARE = 0.10
"""Assumption: a figure that its source calls rounded is off by up to this share of it, or by half a unit of its last
significant digit where that is more; a figure in the middle is likeliest (triangular)."""

EXCESS_SHARE = 0.25
"""Assumption: "at least" is exceeded by this share of the figure on average, far excesses ever less likely
(exponential)."""


class LawKind(IntEnum):
    """How a quantity is distributed; the kernel takes the number."""

    EXACT = 0
    UNIFORM = 1
    TRIANGULAR = 2
    AT_LEAST = 3
    AT_MOST = 4


@dataclass(frozen=True)
class Law:
    """The distribution of a quantity, in the unit of its class.

    EXACT: a. UNIFORM and AT_MOST: between a and b (AT_MOST from 0). TRIANGULAR: between a and c, likeliest b.
    AT_LEAST: a plus an exponential excess of mean b. What a kind does not use is 0.
    """

    kind: LawKind
    a: float
    b: float = 0.0
    c: float = 0.0

    @property
    def mean(self) -> float:
        """The expected quantity."""
        match self.kind:
            case LawKind.EXACT:
                return self.a
            case LawKind.TRIANGULAR:
                return (self.a + self.b + self.c) / 3.0
            case LawKind.AT_LEAST:
                return self.a + self.b
        return (self.a + self.b) / 2.0

    @property
    def least(self) -> float:
        """The smallest quantity there can be."""
        return self.a

    @property
    def most(self) -> float:
        """The largest quantity there can be."""
        match self.kind:
            case LawKind.EXACT:
                return self.a
            case LawKind.TRIANGULAR:
                return self.c
            case LawKind.AT_LEAST:
                return float("inf")
        return self.b


def law_of(quantity: Quantity) -> Law | None:
    """How a source's figure is read; None where it gives none, for which no law is invented.

    A range with a most likely value is triangular, one without is uniform. "At least" with a most likely value exceeds
    the figure by as much on average.
    """
    low, high, mode = quantity.low, quantity.high, quantity.mode
    if low is None and high is None:
        return None
    if high is None:
        assert low is not None
        return Law(LawKind.AT_LEAST, low, max(EXCESS_SHARE * low, (mode or low) - low))
    if low is not None and low == high:
        if not quantity.about or low == 0.0:
            return Law(LawKind.EXACT, low)
        half = max(_last_digit(low) / 2.0, ABOUT_SHARE * low)
        return Law(LawKind.TRIANGULAR, low - half, low, low + half)
    if mode is not None:
        return Law(LawKind.TRIANGULAR, low or 0.0, mode, high)
    if low is None:
        return Law(LawKind.AT_MOST, 0.0, high)
    return Law(LawKind.UNIFORM, low, high)


def _last_digit(figure: float) -> float:
    """The unit of the last significant digit as one would write the figure: 1000 of 185000, 0.1 of 1.5."""
    exponent = Decimal(repr(figure)).normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return float(10.0**exponent)


_UPPER = np.uint64(32)
_HALVES = 2.0**32
_ALWAYS = np.int64(2**32)
_LOWER_UNIT = 2.0**-32
_EXACT, _TRIANGULAR, _AT_LEAST = int(LawKind.EXACT), int(LawKind.TRIANGULAR), int(LawKind.AT_LEAST)


@compiled
def holds(bits: np.uint64, limit: np.int64) -> bool:
    """Whether a statement holds: the upper half of its bits against its probability times 2**32 (`held_limit`)."""
    return bool(np.int64(bits >> _UPPER) < limit)


@compiled
def held_limit(probability: float) -> np.int64:
    """The probability in steps of 2**-32: 0 never holds, 1 always."""
    return np.int64(np.ceil(probability * _HALVES))


@compiled
def lower_unit(bits: np.uint64) -> float:
    """The lower half of the bits as a number in (0, 1): what the quantity is drawn with. It is independent of the
    upper half, so one mix serves both."""
    # Processors turn signed 32-bit numbers into floats several at a step, unsigned ones not.
    return np.float64(np.int32(np.uint32(bits))) * _LOWER_UNIT + (0.5 + 0.5 * _LOWER_UNIT)


@compiled
def fill(
    first: NDArray[np.int64],
    movement_hash: Hashes,
    statement_hash: Hashes,
    probability: NDArray[np.float64],
    move: NDArray[np.int32],
    kind: NDArray[np.int8],
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    c: NDArray[np.float64],
    seed: np.uint64,
    first_draw: np.uint64,
    quantity: NDArray[np.float64],
) -> None:
    """Sample all movements of a block into `quantity`, float64[moves, lanes]; lane l is draw `first_draw` + l.

    Movement v has statements first[v]:first[v + 1], each with its hash, the probability that it is the true one (of one
    movement they sum to at most 1, and their order counts), the move that it asserts and its quantity's law (`Law`, one
    column per field). Rows of moves that no statement asserts are left as they are. Seed and draw are uint64.
    O(statements × lanes).
    """
    lanes = quantity.shape[1]
    amount = np.empty(lanes)
    for v in range(len(movement_hash)):
        start, stop = first[v], first[v + 1]
        if stop - start == 1:
            _fill_one(
                sequence_key(seed, statement_hash[start], HOLDS),
                held_limit(probability[start]),
                kind[start],
                a[start],
                b[start],
                c[start],
                first_draw,
                quantity[move[start]],
            )
        elif stop > start:
            for s in range(start, stop):
                quantity[move[s]] = 0.0
            chooser = sequence_key(seed, movement_hash[v], HOLDS)
            below = 0.0
            for s in range(start, stop):
                key = sequence_key(seed, statement_hash[s], HOLDS)
                _fill_one(key, _ALWAYS, kind[s], a[s], b[s], c[s], first_draw, amount)
                upto = below + probability[s]
                _add_chosen(chooser, held_limit(below), held_limit(upto), first_draw, amount, quantity[move[s]])
                below = upto


@compiled
def _add_chosen(
    key: np.uint64,
    least: np.int64,
    limit: np.int64,
    first_draw: np.uint64,
    amount: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Add the amounts of the draws that choose from `least` up to `limit`."""
    for lane in range(len(out)):
        point = np.int64(drawn_bits(key, first_draw + np.uint64(lane)) >> _UPPER)
        out[lane] += amount[lane] if least <= point < limit else 0.0


@compiled
def _fill_one(
    key: np.uint64,
    limit: np.int64,
    kind: int,
    a: float,
    b: float,
    c: float,
    first_draw: np.uint64,
    out: NDArray[np.float64],
) -> None:
    """The draws of a movement with one statement. A loop per kind, without jumps, so that the processor takes several
    lanes at a step."""
    if kind == _EXACT:
        for lane in range(len(out)):
            out[lane] = a if holds(drawn_bits(key, first_draw + np.uint64(lane)), limit) else 0.0
    elif kind == _TRIANGULAR:
        left, right, end = (b - a) * (c - a), (c - b) * (c - a), b - a
        for lane in range(len(out)):
            bits = drawn_bits(key, first_draw + np.uint64(lane))
            u = lower_unit(bits)
            rising = u * (c - a) < end
            root = np.sqrt(u * left if rising else (1.0 - u) * right)
            amount = a + root if rising else c - root
            out[lane] = amount if holds(bits, limit) else 0.0
    elif kind == _AT_LEAST:
        for lane in range(len(out)):
            bits = drawn_bits(key, first_draw + np.uint64(lane))
            amount = a - b * np.log(1.0 - lower_unit(bits))
            out[lane] = amount if holds(bits, limit) else 0.0
    else:
        for lane in range(len(out)):
            bits = drawn_bits(key, first_draw + np.uint64(lane))
            amount = a + (b - a) * lower_unit(bits)
            out[lane] = amount if holds(bits, limit) else 0.0
