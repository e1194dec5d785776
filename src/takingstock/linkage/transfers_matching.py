"""Matching: the movements of a ledger as they are compared, and the scored pairs of them.

A movement is compared at the furthest stage that both have, else at the furthest of each. Movements that look alike
are compared once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from takingstock.linkage.blocking import candidates, kept_apart, reports
from takingstock.linkage.comparing import STAGES, Report, barred, contradicts, levels, score
from takingstock.linkage.linked import linked
from takingstock.records import Ledger
from takingstock.reference.parties import Directory
from takingstock.reference.taxonomy import Taxonomy

Found = tuple[str | None, ...]
Scorer = Callable[[tuple[Report, ...]], Iterable[tuple[int, int, Found, float]]]
"""From reports to (low index, high index, levels, score) of every pair that is not barred."""


@dataclass(frozen=True)
class Move:
    """A movement as linked: its key, all keys under it, and what is said of it, by stage, furthest last."""

    key: str
    reports: tuple[Report, ...]

    @property
    def members(self) -> frozenset[str]:
        """All keys that stand under this one."""
        return self.reports[0].members

    @property
    def sources(self) -> frozenset[str]:
        """The sources that speak of it."""
        return self.reports[0].sources

    @cached_property
    def looks(self) -> tuple[object, ...]:
        """All that is compared."""
        return tuple(report.looks for report in self.reports)


@dataclass(frozen=True)
class Pair:
    """Two groups of movements that look alike within (nearly always one each), compared."""

    left: tuple[Move, ...]
    right: tuple[Move, ...]
    a: Report
    b: Report
    levels: Found
    score: float

    @property
    def one_stage(self) -> bool:
        """Whether both speak of one stage."""
        return self.a.stage is self.b.stage


def at_stages(a: Move, b: Move) -> tuple[Report, Report]:
    """The reports by which two movements are compared."""
    theirs = {report.stage: report for report in b.reports}
    for report in reversed(a.reports):
        if report.stage in theirs:
            return report, theirs[report.stage]
    return a.reports[-1], b.reports[-1]


class Matching:
    """The comparison of a whole ledger. ``ledger`` is as it stands or as linked: the result is the same."""

    def __init__(self, ledger: Ledger, directory: Directory, taxonomy: Taxonomy, scorer: Scorer | None = None) -> None:
        by_key: dict[str, list[Report]] = {}
        for report in reports(linked(ledger), directory, taxonomy):
            by_key.setdefault(report.key, []).append(report)
        self.moves = {key: Move(key, tuple(found)) for key, found in by_key.items()}
        self._apart = kept_apart(ledger.linkings)
        self._held = {key for pair in self._apart for key in pair}
        self._scorer = scorer or scored

    def pairs(self) -> Iterator[Pair]:
        """Every pair that is neither barred nor held apart by a person."""
        groups: dict[object, list[Move]] = {}
        for key, move in sorted(self.moves.items()):
            # What a person said of one of them must not be lost among others that look alike.
            groups.setdefault(key if move.members & self._held else move.looks, []).append(move)
        shown = tuple(tuple(group) for group in groups.values())
        flat = [(number, report) for number, group in enumerate(shown) for report in group[0].reports]
        for i, j, found, bits in self._scorer(tuple(report for _, report in flat)):
            (one, a), (other, b) = flat[i], flat[j]
            left, right = shown[one], shown[other]
            if (a, b) != at_stages(left[0], right[0]) or self.apart(left[0], right[0]):
                continue
            if a.stage is b.stage or not contradicts(found):
                yield Pair(left, right, a, b, found, bits)

    def apart(self, a: Move, b: Move) -> bool:
        """Whether a person holds the two apart."""
        if not (a.members & self._held and b.members & self._held):
            return False
        return any((min(x, y), max(x, y)) in self._apart for x in a.members for y in b.members)

    def may_be_one(self, a: Move, b: Move) -> bool:
        """Whether nothing forbids that the two are one."""
        return not self.apart(a, b) and not barred(*at_stages(a, b))


def scored(found: tuple[Report, ...]) -> Iterator[tuple[int, int, Found, float]]:
    """Every pair that the blocks leave, with its levels and score."""
    for i, j in candidates(found):
        outcome = levels(found[i], found[j])
        yield i, j, outcome, score(outcome)


def furthest(move: Move) -> int:
    """How far the movement got, as an index of the stages."""
    return STAGES.index(move.reports[-1].stage)
