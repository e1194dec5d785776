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
from takingstock.records import Judgement, LikenessJudgement, Quantity, Sighting


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


def merge(sightings: Iterable[Sighting], likenesses: Iterable[LikenessJudgement] = ()) -> tuple[Same, ...]:
    """The sets of the very same items, by the id of the sighting kept. Holders and units never meet."""
    rows = sorted(sightings, key=lambda s: s.id)
    sets = _Sets(rows)
    number = {row.id: n for n, row in enumerate(rows)}
    for n, row in enumerate(rows):
        other = number.get(row.same_as) if row.same_as else None
        if other is not None and _kind(row) == _kind(rows[other]):
            sets.join(n, other, "same-as", stated=True)
    marked: dict[tuple[Any, ...], list[int]] = {}
    pictured: dict[tuple[Any, ...], list[int]] = {}
    original = _originals(likenesses)
    for n, row in enumerate(rows):
        for serial in serials(row):
            marked.setdefault((*_kind(row), row.item, serial), []).append(n)
        for voice in {original.get(file, file) for file in row.evidence}:
            pictured.setdefault((*_kind(row), row.item, voice), []).append(n)
    for key in sorted(marked):
        sets.gather(marked[key], lambda *_: "serial")
    for key in sorted(pictured):
        sets.gather(
            pictured[key],
            lambda a, b: "same-evidence" if set(rows[a].evidence) & set(rows[b].evidence) else "same-original",
        )
    return tuple(sorted(sets.all(), key=lambda same: same.kept.id))


class _Sets:
    """Union-find over rows by number, with what each set states."""

    def __init__(self, rows: Sequence[Sighting]) -> None:
        self._rows = rows
        self._above = list(range(len(rows)))
        self._stated: list[set[Facts]] = [{facts(row)} for row in rows]
        self._why: dict[int, set[str]] = {}

    def find(self, n: int) -> int:
        while self._above[n] != n:
            self._above[n] = n = self._above[self._above[n]]
        return n

    def join(self, a: int, b: int, why: str, *, stated: bool = False) -> bool:
        """Make the two one set, unless their facts exclude it and no person stated it; whether they are one now."""
        a, b = sorted((self.find(a), self.find(b)))
        if a != b:
            if not stated and any(excluded(x, y) for x in self._stated[a] for y in self._stated[b]):
                return False
            self._above[b] = a
            self._stated[a] |= self._stated[b]
            self._why[a] = self._why.get(a, set()) | self._why.pop(b, set())
        self._why.setdefault(a, set()).add(why)
        return True

    def gather(self, members: Sequence[int], why: Any) -> None:
        """Join each with the first it does not exclude. Those with serials come first, found by their serial: no row
        is compared with thousands of other serials."""
        heads: list[int] = []
        plain: list[int] = []
        by_serial: dict[frozenset[str], int] = {}
        for n in sorted(members, key=lambda n: (not serials(self._rows[n]), self._rows[n].id)):
            own = facts(self._rows[n]).serials
            known = [by_serial[own]] if own in by_serial else []
            if any(self.join(n, head, why(n, head)) for head in ((*known, *plain) if own else heads)):
                continue
            heads.append(n)
            if own and own not in by_serial:
                by_serial[own] = n
            else:
                plain.append(n)

    def all(self) -> list[Same]:
        found: dict[int, list[Sighting]] = {}
        for n, row in enumerate(self._rows):
            found.setdefault(self.find(n), []).append(row)
        return [_same(members, self._why.get(root, set())) for root, members in found.items()]


def _kind(row: Sighting) -> tuple[str, str]:
    return row.holder, row.quantity.unit.value


def _originals(likenesses: Iterable[LikenessJudgement]) -> dict[str, str]:
    """File to the smallest hash among those judged to be of one original; the latest row (by id) of a pair stands."""
    judged = {(one.first, one.second): one.judgement for one in sorted(likenesses, key=lambda one: one.id)}
    above: dict[str, str] = {}

    def top(file: str) -> str:
        while above.setdefault(file, file) != file:
            file = above[file]
        return file

    for (first, second), judgement in sorted(judged.items()):
        if judgement is Judgement.SAME_ORIGINAL:
            low, high = sorted((top(first), top(second)))
            above[high] = low
    return {file: top(file) for file in list(above)}


def _same(members: list[Sighting], why: set[str]) -> Same:
    best = min(members, key=lambda s: (-s.level.rank, s.made_in is None, not s.made.known, s.grade.rank, s.id))
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
    return Same(best.model_copy(update=update), tuple(members), tuple(sorted(why)))


def _most(quantity: Quantity) -> float:
    return quantity.best or 0.0
