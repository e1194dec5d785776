"""Which figures of one population may be added.

A study reports several cuts of the same items: so many from China, so many made after 2010, among them one cache of
machine guns. Two *aggregates* are added only if they cannot be the same items: their classes are unrelated, or they
state different countries or dates of manufacture. Of two that may overlap, the larger stands and the other is left
out of the sum. Single sightings are different items from each other, but lie inside an aggregate that may hold them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from takingstock.catalogue.dimensions import states
from takingstock.catalogue.excluding import related
from takingstock.records import Sighting


@dataclass(frozen=True)
class Cell:
    """A sighting with its value in its population: ``share`` and ``count`` as reported or following from the size.

    ``derived``: the count is a product of share and size, or one figure out of a range."""

    sighting: Sighting
    aggregate: bool
    share: float | None
    count: float | None
    derived: bool


@dataclass(frozen=True)
class Sum:
    """The cells that are added, those left out, and reports of one figure that differ (ids)."""

    added: tuple[Cell, ...]
    left_out: tuple[Cell, ...]
    differing: tuple[str, ...] = ()


def add(cells: Iterable[Cell]) -> Sum:
    """The largest cells that cannot hold the same items, in a fixed order."""
    added: list[Cell] = []
    left: list[Cell] = []
    differing: list[str] = []
    cells = sorted(cells, key=_by_size)
    reports: dict[tuple[object, ...], list[Cell]] = {}
    for cell in cells:
        if cell.aggregate:
            reports.setdefault(_facts(cell.sighting), []).append(cell)
    best = {facts: min(same, key=_by_grade) for facts, same in reports.items()}
    for same in reports.values():
        if len({(c.share, c.count) for c in same}) > 1:
            differing.extend(c.sighting.id for c in same)
    whole: list[Cell] = []
    for cell in cells:
        repeated = cell.aggregate and best[_facts(cell.sighting)] is not cell
        rivals = added if cell.aggregate else whole
        if repeated or any(may_overlap(cell.sighting, other.sighting) for other in rivals):
            left.append(cell)
        else:
            added.append(cell)
            whole += [cell] if cell.aggregate else []
    return Sum(tuple(added), tuple(left), tuple(sorted(differing)))


def may_overlap(a: Sighting, b: Sighting) -> bool:
    """Whether the two may be the same items, as far as they say."""
    if not related(a.item, b.item):
        return False
    for one, other in ((a.made_in, b.made_in), (a.designed_in, b.designed_in), (a.supplied_by, b.supplied_by)):
        if one and other and not states(one) & states(other):
            return False
    return a.made.overlaps(b.made)


def same_report(a: Cell, b: Cell) -> bool:
    """Whether two aggregates give one and the same figure of the same items: then each source gives it."""
    both = a.aggregate and b.aggregate
    return both and _facts(a.sighting) == _facts(b.sighting) and (a.share, a.count) == (b.share, b.count)


def _facts(s: Sighting) -> tuple[object, ...]:
    return s.item, states(s.made_in), states(s.designed_in), states(s.supplied_by), s.made


def _by_size(cell: Cell) -> tuple[bool, float, float, str]:
    return not cell.aggregate, -(cell.share or 0.0), -(cell.count or 0.0), cell.sighting.id


def _by_grade(cell: Cell) -> tuple[tuple[int, int], str]:
    return cell.sighting.grade.rank, cell.sighting.id
