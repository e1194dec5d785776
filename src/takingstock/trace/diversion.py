"""Diversion points: where goods left authorised hands, over the listed chains of one answer.

A point is who held them last with authority, to whom they went, and how. Chains that part ways before it or after it
meet in it, and their shares add up: a chain is counted once, at its first diversion. A chain without a share (how many
came that way is not recorded) is left out, and so is one without a diversion: what is not listed is not zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from takingstock.records import Chain, DiversionPoint
from takingstock.trace.draws.spread import spread

_Point = tuple[str, str, str]


def diversion_points(
    chains: Sequence[Chain], shares: NDArray[np.floating[Any]] | None = None
) -> tuple[DiversionPoint, ...]:
    """The points of diversion of some chains, the largest share first, then by name.

    ``shares``, float[len(chains), draws], are the chains' shares in each draw, not a number where a draw has no answer.
    With them a point's share is the median of its chains' sum in each draw (no sum of medians), and ``low`` to ``high``
    hold the middle 90 % of draws; a chain without a number in a draw adds nothing to the others' sum there. A step that
    sums over several modes names them all, sorted. Raises ValueError where the shape does not fit."""
    if shares is not None and (shares.ndim != 2 or len(shares) != len(chains)):
        raise ValueError(f"shares have shape {shares.shape} for {len(chains)} chains: give one row of draws for each")
    members: dict[_Point, list[int]] = defaultdict(list)
    for number, chain in enumerate(chains):
        if chain.share is None or chain.diversion is None:
            continue
        step = chain.steps[chain.diversion]
        members[(step.from_party, step.to_party, "+".join(sorted(step.mode.split("+"))))].append(number)
    points = [_point(key, [chains[i] for i in rows], rows, shares) for key, rows in members.items()]
    return tuple(sorted(points, key=lambda p: (-round(p.share, 9), p.party, p.to_party, p.mode)))


def _point(
    key: _Point, chains: list[Chain], rows: list[int], shares: NDArray[np.floating[Any]] | None
) -> DiversionPoint:
    steps = [chain.steps[chain.diversion or 0] for chain in chains]
    when = steps[0].when
    for step in steps[1:]:
        when = when.joined(step.when)
    share, low, high = sum(chain.share or 0.0 for chain in chains), None, None
    if shares is not None:
        known = shares[rows]
        total = np.where(np.isnan(known).all(axis=0), np.nan, np.nansum(known, axis=0))
        if (middle := spread(total)) is not None:
            share, low, high = middle.median, middle.low, middle.high
    return DiversionPoint(
        party=key[0],
        to_party=key[1],
        mode=key[2],
        when=when,
        share=share,
        low=low,
        high=high,
        movements=tuple(sorted({movement for step in steps for movement in step.movements})),
    )
