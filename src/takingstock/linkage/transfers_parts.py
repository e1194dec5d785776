"""Parts: one source gives a sum, another what it is the sum of.

A state's report often sums up, by category and partner, what a register lists delivery by delivery. No report may be
linked to several of another source, so these are found apart: of one source, all reports at one stage that lie within
another's parties, class and dates, two or more, whose sum is its quantity within 5 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from takingstock.linkage.comparing import Report, levels, score
from takingstock.linkage.transfers_matching import Found, Pair
from takingstock.linkage.transfers_weights import FIELDS


@dataclass(frozen=True)
class Whole:
    """A report, the keys of its parts, the parts as one report, and how the two compare."""

    whole: Report
    parts: tuple[str, ...]
    summed: Report
    levels: Found
    score: float


def wholes(pairs: Iterable[Pair], settled: set[str]) -> Iterator[Whole]:
    """Every whole with its parts, in the order of keys. ``settled`` are keys that match some report one to one."""
    parts: dict[tuple[str, tuple[str, ...]], dict[str, Report]] = {}
    whole: dict[str, Report] = {}
    for pair in pairs:
        for large, small, moves, others in (
            (pair.a, pair.b, pair.left, pair.right),
            (pair.b, pair.a, pair.right, pair.left),
        ):
            if pair.one_stage and _holds(large, small, pair.levels):
                for move in moves:
                    whole[move.key] = replace(large, key=move.key)
                    mine = parts.setdefault((move.key, tuple(sorted(small.sources))), {})
                    mine |= {other.key: small for other in others}
    for (key, _), found in sorted(parts.items(), key=lambda entry: entry[0]):
        keys = tuple(sorted(found))
        if len(keys) < 2 or key in settled or settled & set(keys):
            continue
        summed = _sum(keys[0], [found[one] for one in keys])
        outcome = levels(whole[key], summed)
        if outcome[0] in {"equal", "equal, uncommon", "close"}:
            yield Whole(whole[key], keys, summed, outcome, score(outcome))


def _holds(large: Report, small: Report, found: Found) -> bool:
    if large.best is None or small.best is None or small.best >= large.best:
        return False
    sides = dict(zip(FIELDS, found, strict=True))
    inside = large.first <= small.first and small.last <= large.last
    classed = small.item == large.item or large.item in small.above
    return inside and classed and {sides["supplier"], sides["recipient"]} <= {"same", "part"}


def _sum(key: str, parts: list[Report]) -> Report:
    low, high = sum(part.low for part in parts), sum(part.high for part in parts)
    items = {part.item for part in parts}
    path = _common(items)
    return replace(
        parts[0],
        key=key,
        low=low,
        high=high,
        best=sum(part.best or 0.0 for part in parts),
        wide=(sum(part.wide[0] for part in parts), sum(part.wide[1] for part in parts)),
        first=min(part.first for part in parts),
        last=max(part.last for part in parts),
        years=(min(part.years[0] for part in parts), max(part.years[1] for part in parts)),
        item=path or parts[0].item,
        above=frozenset.intersection(*(part.above | {part.item} for part in parts)) - {path},
        designation=parts[0].designation if len({part.designation for part in parts}) == 1 else "",
    )


def _common(items: set[str]) -> str:
    """The narrowest class by path that holds all."""
    split = [item.split(".") for item in sorted(items)]
    shared = []
    for names in zip(*split, strict=False):
        if len(set(names)) > 1:
            break
        shared.append(names[0])
    return ".".join(shared)
