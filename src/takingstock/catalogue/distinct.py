"""Distinct: items, not pictures. Sightings of a holder that show the very same items become one.

Merged are, in this order: what a person entered as the same (``same_as``); equal serial numbers on one class; and one
class in one picture, or in pictures judged to be of one original (reposts are one voice). A serial is unique only
within a maker and model: countries or dates of manufacture that exclude each other keep two items with one serial
apart, as they do for two in one picture. Where they are silent, two items with one serial are taken for one: the
figures may then be too low, never too high. Items side by side in one picture belong in one sighting with its quantity;
two rows of one class and picture are read as two accounts of the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from takingstock.catalogue.excluding import Facts, excluded, facts, serials
from takingstock.records import LikenessJudgement, Quantity, Sighting, originals


@dataclass(frozen=True)
class Same:
    """One set of items: ``kept`` is the sighting that stands for all, its blanks filled where the others agree, its
    quantity the largest one seen at once; ``members`` are all, by id."""

    kept: Sighting
    members: tuple[Sighting, ...]
    why: tuple[str, ...]

    @property
    def minimum(self) -> float:
        """So many items there are at least."""
        return max(least(member) for member in self.members)

    @property
    def evidenced(self) -> bool:
        """Whether any of them rests on evidence in the vault."""
        return any(member.evidence for member in self.members)


def least(sighting: Sighting) -> float:
    """At least so many items: as stated, else the lower end of the quantity, else one, and one for each serial."""
    stated = float(sighting.minimum or 0) or sighting.quantity.low or 1.0
    return max(stated, float(len(serials(sighting))))


def merge(
    sightings: Iterable[Sighting], likenesses: Iterable[LikenessJudgement] = (), *, done: bool = False
) -> tuple[Same, ...]:
    """The sets of the very same items, by the id of the sighting kept. Holders and units never meet. ``done``: the rows
    were merged before, so that ``same_as`` says all there is to say."""
    rows = sorted(sightings, key=lambda s: s.id)
    sets = _Sets(rows)
    number = {row.id: n for n, row in enumerate(rows)}
    original = originals(likenesses)
    for n, row in enumerate(rows):
        other = number.get(row.same_as) if row.same_as else None
        if other is not None and _kind(row) == _kind(rows[other]):
            sets.join(n, other, stated=True)
    if not done:
        marked: dict[tuple[str, ...], list[int]] = {}
        pictured: dict[tuple[str, ...], list[int]] = {}
        for n, row in enumerate(rows):
            for serial in serials(row):
                marked.setdefault((*_kind(row), row.item, serial), []).append(n)
            for voice in {original.get(file, file) for file in row.evidence}:
                pictured.setdefault((*_kind(row), row.item, voice), []).append(n)
        for key in sorted(marked):
            sets.gather(marked[key])
        for key in sorted(pictured):
            sets.gather(pictured[key])
    found = [_same(members, original) for members in sets.all()]
    return tuple(sorted(found, key=lambda same: same.kept.id))


class _Sets:
    """Union-find over rows by number, with what each set states."""

    def __init__(self, rows: Sequence[Sighting]) -> None:
        self._rows = rows
        self._above = list(range(len(rows)))
        self._stated: list[set[Facts]] = [{facts(row)} for row in rows]

    def find(self, n: int) -> int:
        while self._above[n] != n:
            self._above[n] = n = self._above[self._above[n]]
        return n

    def join(self, a: int, b: int, *, stated: bool = False) -> bool:
        """Make the two one set, unless their facts exclude it and no person stated it; whether they are one now."""
        a, b = sorted((self.find(a), self.find(b)))
        if a != b:
            if not stated and any(excluded(x, y) for x in self._stated[a] for y in self._stated[b]):
                return False
            self._above[b] = a
            self._stated[a] |= self._stated[b]
        return True

    def gather(self, members: Sequence[int]) -> None:
        """Join each with the first it does not exclude. Those with serials come first, found by their serial: no row
        is compared with thousands of other serials."""
        heads: list[int] = []
        plain: list[int] = []
        by_serial: dict[frozenset[str], int] = {}
        for n in sorted(members, key=lambda n: (not facts(self._rows[n]).serials, self._rows[n].id)):
            own = facts(self._rows[n]).serials
            known = [by_serial[own]] if own in by_serial else []
            if any(self.join(n, head) for head in ((*known, *plain) if own else heads)):
                continue
            heads.append(n)
            # Of sets with one serial only the first is tried: a second one is of another maker.
            if not own:
                plain.append(n)
            else:
                by_serial.setdefault(own, n)

    def all(self) -> list[list[Sighting]]:
        found: dict[int, list[Sighting]] = {}
        for n, row in enumerate(self._rows):
            found.setdefault(self.find(n), []).append(row)
        return list(found.values())


def _kind(row: Sighting) -> tuple[str, str]:
    return row.holder, row.quantity.unit.value


def _same(members: list[Sighting], original: dict[str, str]) -> Same:
    best = min(
        members,
        key=lambda s: (s.population is None, -s.level.rank, s.made_in is None, not s.made.known, s.grade.rank, s.id),
    )
    if len(members) == 1:
        return Same(best, (best,), ())
    update: dict[str, Any] = {}
    for name in ("made_in", "designed_in", "supplied_by", "place"):
        stated = {value for s in members if (value := getattr(s, name)) is not None}
        if getattr(best, name) is None and len(stated) == 1:
            update[name] = stated.pop()
    made = {s.made for s in members if s.made.known}
    if not best.made.known and len(made) == 1:
        update["made"] = made.pop()
    most = max((s.quantity for s in members if s.quantity.known), key=_most, default=Quantity(unit=best.quantity.unit))
    if _most(most) > _most(best.quantity):
        update["quantity"] = most
    return Same(best.model_copy(update=update), tuple(members), _why(members, original))


def _why(members: list[Sighting], original: dict[str, str]) -> tuple[str, ...]:
    """What shows it; ``same-as`` where nothing else does."""
    marks = [serial for s in members for serial in serials(s)]
    files = [file for s in members for file in set(s.evidence)]
    voices = [original.get(file, file) for file in set(files)]
    found = {
        "same-evidence": len(set(files)) < len(files),
        "same-original": len(set(voices)) < len(voices),
        "serial": len(set(marks)) < len(marks),
    }
    return tuple(sorted(name for name, holds in found.items() if holds)) or ("same-as",)


def _most(quantity: Quantity) -> float:
    return quantity.best or 0.0
