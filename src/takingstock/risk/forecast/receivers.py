"""Receivers: into whose hands goods went by each mode, from this holder and, where it has no record, its like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from takingstock.records import ModeShare, Receiver
from takingstock.risk.forecast.hazards import ROOT, Pool, Told


def receivers(pools: Sequence[Pool], chain: Sequence[str], modes: Sequence[ModeShare]) -> tuple[Receiver, ...]:
    """Shares over all modes sum to 1, the largest first. The nearest of end user, force, state and ledger that has any
    loss by the mode speaks; what has no named receiver is None."""
    found: dict[tuple[str | None, str], float] = defaultdict(float)
    for mode in modes:
        told = _nearest(pools, chain, mode.mode)
        weights = [max(one.share, 1e-9) for one in told]
        total = sum(weights)
        if not told:
            found[None, mode.mode] += mode.share
        for one, weight in zip(told, weights, strict=True):
            found[one.loss.receiver, mode.mode] += mode.share * weight / total
    order = sorted(found.items(), key=lambda row: (-round(row[1], 12), row[0][0] or "~", row[0][1]))
    return tuple(Receiver(party=party, mode=mode, share=share) for (party, mode), share in order)


def _nearest(pools: Sequence[Pool], chain: Sequence[str], mode: str) -> list[Told]:
    every = [one for pool in pools for one in pool.told if one.loss.mode.value == mode]
    for party in reversed(chain):
        if party == ROOT:
            return every
        inside = frozenset().union(*(pool.below(party) for pool in pools))
        if found := [one for one in every if one.loss.holder in inside]:
            return found
    return []
