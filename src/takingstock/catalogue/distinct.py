"""Distinct: items, not pictures. Sightings of a holder that show the very same items become one.

Merged are, in this order: what a person entered as the same (``same_as``), also through sightings that are not counted
themselves and across a holder and its own units; equal serial numbers; and one class in one picture, or in pictures
judged to be of one original (reposts are one voice). A class and a wider one above it count as one class here. A serial
is unique only within a maker and model: countries or dates of manufacture that exclude each other keep two items with
one serial apart, as they do for two in one picture. Where they are silent, two items with one serial are taken for one:
the figures may then be too low, never too high. Items side by side in one picture belong in one sighting with its
quantity; two rows of one class and picture are read as two accounts of the same.

Where several sightings may be joined in more than one way, those that state most are taken first, in an order of what
they say: no figure depends on ids or on the order of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from takingstock.catalogue.excluding import Facts, above, both, either, excluded, facts, related, serials, span
from takingstock.records import DateRange, LikenessJudgement, Quantity, Sighting, originals
from takingstock.records.originals import joined
from takingstock.reference.taxonomy import SETS

Links = Iterable[tuple[str, str]]
_ALWAYS = span(DateRange())


@dataclass(frozen=True)
class Same:
    """One set of items: ``kept`` is the sighting that stands for all, its blanks filled where the others agree, its
    quantity the largest one seen at once, or as many as different serials were read; ``members`` are all, by id."""

    kept: Sighting
    members: tuple[Sighting, ...]
    why: tuple[str, ...]

    @cached_property
    def minimum(self) -> float:
        """So many items there are at least."""
        return max(*(least(member) for member in self.members), float(_read(self.members)))

    @cached_property
    def facts(self) -> Facts:
        """What holds of all its items: what a sighting that shows fewer of them says is not counted, but its
        serials are."""
        own = [(member, facts(member)) for member in self.members]
        whole = [stated for member, stated in own if shown(member) >= self.minimum]
        if not whole:
            return either(*(stated for _, stated in own))
        read = frozenset[str]().union(*(stated.serials for _, stated in own))
        found = both(*whole)
        return Facts(found.classes, found.countries, found.made, read, max(found.many, self.minimum), found.seen)

    def of(self, ids: Collection[str]) -> Same:
        """The same items as far as some of the sightings show them, with the place and date of these."""
        members = tuple(member for member in self.members if member.id in ids)
        if self.kept.id in ids:
            return Same(self.kept, members, self.why)
        best = min(members, key=lambda s: (-shown(s), -s.level.rank, s.id))
        fewer = shown(best) < shown(self.kept)
        update: dict[str, Any] = {
            "place": best.place,
            "when": best.when,
            "minimum": best.minimum if fewer else self.kept.minimum,
        }
        update["quantity"] = best.quantity if fewer and best.quantity.known else self.kept.quantity
        return Same(self.kept.model_copy(update=update), members, self.why)

    @property
    def evidenced(self) -> bool:
        """Whether any of them rests on evidence in the vault."""
        return any(member.evidence for member in self.members)


def least(sighting: Sighting) -> float:
    """At least so many items: as stated, else the lower end of the quantity, else one, and one for each serial."""
    low = sighting.quantity.low
    stated = float(sighting.minimum) if sighting.minimum else 1.0 if low is None else low
    return max(stated, float(len(serials(sighting))))


def shown(sighting: Sighting) -> float:
    """How many items a sighting shows: its best figure, and no fewer than there are at least."""
    return max(sighting.quantity.best or 0.0, least(sighting))


def pairs(sightings: Iterable[Sighting]) -> tuple[tuple[str, str], ...]:
    """What was entered as the same, as pairs of ids."""
    return tuple((s.id, s.same_as) for s in sightings if s.same_as)


def relinked(counted: Iterable[Sighting], every: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """The sightings that count, in their order, with ``same_as`` among themselves where it led through others of
    ``every`` that do not count (unreleased, withdrawn): what is not counted still says what is the same."""
    rows = tuple(counted)
    ids = {row.id for row in rows}
    group = joined(pairs(every))
    led_out = {top for one, top in group.items() if one not in ids}
    first: dict[str, str] = {}
    for id in sorted(ids):
        if group.get(id) in led_out:
            first.setdefault(group[id], id)

    def link(row: Sighting) -> Sighting:
        head = first.get(group.get(row.id, ""))
        wanted = row.same_as if head is None else None if head == row.id else head
        return row if wanted == row.same_as else row.model_copy(update={"same_as": wanted})

    return tuple(link(row) for row in rows)


def merge(
    sightings: Iterable[Sighting],
    likenesses: Iterable[LikenessJudgement] = (),
    *,
    links: Links = (),
    part_of: Callable[[str, str], bool] | None = None,
    done: bool = False,
) -> tuple[Same, ...]:
    """The sets of the very same items, by the id of the sighting kept. Units never meet, nor do holders, but for what
    was entered as the same in the hands of a holder and of a part of it (``part_of``): the part then held it.

    ``links`` are pairs of ids entered as the same, besides those of the rows: also of rows that are not among them.
    ``done``: the rows were merged before, so that ``same_as`` says all there is to say."""
    rows = list(sightings)
    content = {row.id: row.model_dump_json(exclude={"id", "same_as"}) for row in rows}
    rows.sort(key=lambda row: (content[row.id], row.id))
    sets = _Sets(rows)
    group = joined((*pairs(rows), *links))
    stated: dict[tuple[str, str], list[int]] = {}
    for n, row in enumerate(rows):
        if row.id in group:
            stated.setdefault((group[row.id], row.quantity.unit.value), []).append(n)
    for members in stated.values():
        for a, b in _held_together(rows, members, part_of):
            sets.join(a, b)
    original = originals(likenesses)
    if not done:
        marked: dict[tuple[str, ...], list[int]] = {}
        pictured: dict[tuple[str, ...], list[int]] = {}
        for n, row in enumerate(rows):
            for serial in serials(row):
                marked.setdefault((*_kind(row), serial), []).append(n)
            for voice in {original.get(file, file) for file in row.evidence}:
                pictured.setdefault((*_kind(row), voice), []).append(n)
        sets.settle([content[row.id] for row in rows])
        for key in sorted(marked):
            sets.gather(marked[key], related)
        for key in sorted(pictured):
            sets.gather(pictured[key], _one_class)
    found = [_same(members, original, content, part_of) for members in sets.all()]
    return tuple(sorted(found, key=lambda same: same.kept.id))


def _held_together(
    rows: Sequence[Sighting], members: Sequence[int], part_of: Callable[[str, str], bool] | None
) -> Iterable[tuple[int, int]]:
    """Which of the rows that were entered as the same are of one holder, or of a holder and its part."""
    first: dict[str, int] = {}
    for n in members:
        yield first.setdefault(rows[n].holder, n), n
    holders = sorted(first)
    for a in holders if part_of else ():
        yield from ((first[a], first[b]) for b in holders if a != b and part_of and part_of(a, b))


def _one_class(a: str, b: str) -> bool:
    """Whether two rows of one picture are accounts of the same: a mixed set may show what stands beside."""
    return a == b or (related(a, b) and a not in SETS and b not in SETS)


class _Sets:
    """Union-find over rows by number, with what each set states."""

    def __init__(self, rows: Sequence[Sighting]) -> None:
        self._rows = rows
        self._above = list(range(len(rows)))
        self._said = [{facts(row)} for row in rows]
        self._stated = [one for said in self._said for one in said]
        self._order: list[tuple[object, ...]] = []

    def find(self, n: int) -> int:
        while self._above[n] != n:
            self._above[n] = n = self._above[self._above[n]]
        return n

    def join(self, a: int, b: int) -> None:
        """Make the two one set: a person said so, or nothing excludes it."""
        a, b = sorted((self.find(a), self.find(b)))
        if a != b:
            self._above[b] = a
            self._said[a] |= self._said[b]
            self._stated[a] = both(*self._said[a])

    def settle(self, content: Sequence[str]) -> None:
        """Fix the order in which rows are gathered: those that state most first, then by what they and those entered
        as the same say."""
        label: dict[int, list[str]] = {}
        for n, text in enumerate(content):
            label.setdefault(self.find(n), []).append(text)
        for n, text in enumerate(content):
            own = self._stated[self.find(n)]
            depth = max(one.count(".") for one in own.classes)
            known = bool(own.countries) + (own.made != _ALWAYS) + bool(own.seen) + depth
            self._order.append((not own.marked, -known, text, label[self.find(n)]))

    def gather(self, members: Sequence[int], fits: Callable[[str, str], bool]) -> None:
        """Join each with the first whose class fits and that it does not exclude. Those whose items all have serials
        come first, found by them: no row is compared with thousands of other serials."""
        heads: list[int] = []
        plain: list[int] = []
        by_serial: dict[str, list[int]] = {}
        for n in sorted(members, key=lambda n: self._order[n]):
            marked = self._stated[self.find(n)].marked
            sharing = [head for serial in sorted(marked) for head in by_serial.get(serial, ())]
            head = next((h for h in ((*sharing, *plain) if marked else heads) if self._may(n, h, fits)), None)
            if head is None:
                head = n
                heads.append(n)
                if not marked:
                    plain.append(n)
            else:
                self.join(n, head)
            for serial in marked:
                by_serial.setdefault(serial, []).append(head)

    def _may(self, a: int, b: int, fits: Callable[[str, str], bool]) -> bool:
        a, b = self.find(a), self.find(b)
        if a == b:
            return True
        one, other = self._stated[a], self._stated[b]
        return any(fits(x, y) for x in one.classes for y in other.classes) and not excluded(one, other)

    def all(self) -> list[list[Sighting]]:
        found: dict[int, list[Sighting]] = {}
        for n, row in enumerate(self._rows):
            found.setdefault(self.find(n), []).append(row)
        return list(found.values())


def _kind(row: Sighting) -> tuple[str, str]:
    return row.holder, row.quantity.unit.value


def _same(
    members: list[Sighting],
    original: dict[str, str],
    content: dict[str, str],
    part_of: Callable[[str, str], bool] | None,
) -> Same:
    members.sort(key=lambda s: s.id)
    # What shows fewer says nothing of the others; then by how well it is known.
    best = min(
        members,
        key=lambda s: (
            s.population is None,
            -shown(s),
            -s.level.rank,
            s.made_in is None,
            not s.made.known,
            s.grade.rank,
            content[s.id],
            s.id,
        ),
    )
    if len(members) == 1:
        return Same(best, (best,), ())
    update: dict[str, Any] = {"holder": _holder(best, members, part_of)}
    most = max((s.quantity for s in members if s.quantity.known), key=_most, default=best.quantity)
    quantity = most if _most(most) > _most(best.quantity) else best.quantity
    if _read(members) > _most(quantity):
        quantity = Quantity(low=float(_read(members)), unit=quantity.unit)
        others = {mark: None for s in members for mark in s.marks if serials(s.model_copy(update={"marks": (mark,)}))}
        update["marks"] = tuple(dict.fromkeys((*best.marks, *others)))
    update["quantity"] = quantity
    whole = [s for s in members if shown(s) >= min(shown(best), _most(quantity) or 1.0)]
    update["item"] = _deepest(best.item, whole)
    for name in ("made_in", "designed_in", "supplied_by"):
        stated = {value for s in whole if (value := getattr(s, name)) is not None}
        if getattr(best, name) is None and len(stated) == 1:
            update[name] = stated.pop()
    made = {s.made for s in whole if s.made.known}
    if not best.made.known and len(made) == 1:
        update["made"] = made.pop()
    # Place and date are of one moment: another sighting's place was not that of this one's date.
    places = {s.place for s in whole if s.place is not None and (s.when == best.when or not best.when.known)}
    if best.place is None and len(places) == 1:
        update["place"] = places.pop()
    kept = best.model_copy(update=update)
    return Same(kept, tuple(kept if s is best else s for s in members), _why(members, original))


def _holder(best: Sighting, members: Sequence[Sighting], part_of: Callable[[str, str], bool] | None) -> str:
    """The part where a holder and its part are named; the whole where several parts are."""
    holders = sorted({s.holder for s in members})
    if len(holders) == 1 or part_of is None:
        return best.holder
    inner = [a for a in holders if all(a == b or part_of(a, b) for b in holders)]
    outer = [a for a in holders if all(a == b or part_of(b, a) for b in holders)]
    return (*inner, *outer, best.holder)[0]


def _deepest(item: str, members: Iterable[Sighting]) -> str:
    """The narrowest class below ``item`` that they state, where all of them lie in one line."""
    below = {s.item for s in members if above(item, s.item)}
    line = sorted(below, key=lambda one: (one not in SETS, one.count("."), one))
    return line[-1] if line and all(above(one, line[-1]) for one in line) else item


def _read(members: Iterable[Sighting]) -> int:
    """How many items have a serial that was read. Readings that share none are of the same items where a person said
    so, and do not add up."""
    groups: list[set[str]] = []
    for own in filter(None, (serials(member) for member in members)):
        sharing = [group for group in groups if group & own]
        groups = [group for group in groups if not group & own] + [set(own).union(*sharing)]
    return max(map(len, groups), default=0)


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
