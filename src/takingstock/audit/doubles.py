"""Doubles: movements that may be one transfer told by several sources, and sums that never count them twice unseen.

Which movements may be one is given from outside, as groups of keys: the rules of linkage propose them, a person decides
(``takingstock link``). :func:`retold` adds what no rule for pairs can see: two reports of one pair, class and time that
differ in number. A sum then is a range. Its lower bound takes of each cluster of possible doubles the largest figure
that one teller gives for it, its upper bound adds all. Tellers: a source never tells one transfer twice, nor does a
state whose reports cannot be about the same one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations, product
from math import fsum, inf

from takingstock.audit.amounts import span, total
from takingstock.records import DateRange, Ledger, Mode, Movement, Quantity, SourceKind, Stage, Unit
from takingstock.reference.parties import Directory
from takingstock.reference.surroundings import Surroundings
from takingstock.reference.taxonomy import Taxonomy

Told = tuple[str, Quantity]
"""A movement's key and how many it is."""

_CROSSING = frozenset({Mode.EXPORT, Mode.AID, Mode.LICENSED_PRODUCTION, Mode.RETRANSFER})
_WIDE = 5
"""Years beyond which a date says little: such a report is held against all."""
_LAG = timedelta(days=92)
"""Of one delivery one report may give the day of leaving and another that of arrival, so far apart."""


@dataclass(frozen=True)
class Doubles:
    """``near``: for a key, those that it may be one with. ``sources`` and ``reporters`` of each key that has any."""

    near: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sources: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reporters: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        groups: Iterable[frozenset[str]],
        sources: Mapping[str, frozenset[str]],
        reporters: Mapping[str, frozenset[str]],
    ) -> Doubles:
        """From the groups. Two of one source in a group are two transfers; a key that is no movement is passed over."""
        near: dict[str, set[str]] = {}
        for group in groups:
            for a, b in combinations(sorted(key for key in group if key in sources), 2):
                if not sources[a] & sources[b]:
                    near.setdefault(a, set()).add(b)
                    near.setdefault(b, set()).add(a)
        return cls({key: frozenset(others) for key, others in near.items()}, sources, reporters)

    def clusters(self, keys: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """Which of the keys hang together as possible doubles: two or more each, sorted."""
        left, found = {key for key in keys if key in self.near}, []
        for start in sorted(left):
            if start not in left:
                continue
            cluster, todo = {start}, [start]
            left.discard(start)
            while todo:
                new = self.near[todo.pop()] & left
                left -= new
                cluster |= new
                todo.extend(new)
            if len(cluster) > 1:
                found.append(tuple(sorted(cluster)))
        return tuple(found)

    def summed(self, certain: Iterable[Told], possible: Iterable[Told] = (), unit: Unit = Unit.ITEMS) -> Quantity:
        """As :func:`takingstock.audit.amounts.total`, with each cluster of possible doubles once in the lower bound."""
        sure, maybe = list(certain), list(possible)
        plain = total((q for _, q in sure), (q for _, q in maybe), unit)
        low: dict[str, float] = {}
        for key, quantity in sure:
            if quantity.known:
                low[key] = low.get(key, 0.0) + (quantity.low or 0.0)
        clusters = self.clusters(low)
        if not clusters:
            return plain
        inside = {key for cluster in clusters for key in cluster}
        least = fsum([*(low[key] for key in low if key not in inside), *(self._least(one, low) for one in clusters)])
        if least == (plain.low or 0.0):
            return plain
        return span(least, inf if plain.high is None else plain.high, unit)

    def _least(self, cluster: tuple[str, ...], low: Mapping[str, float]) -> float:
        """The most that one teller gives for certain of a cluster."""
        found = 0.0
        for source in {source for key in cluster for source in self.sources[key]}:
            found = max(found, fsum(low[key] for key in cluster if source in self.sources[key]))
        for reporter in {reporter for key in cluster for reporter in self.reporters.get(key, ())}:
            mine = [key for key in cluster if reporter in self.reporters.get(key, ())]
            kept: list[str] = []
            for key in sorted(mine, key=lambda key: (-low[key], key)):
                if not self.near[key] & set(kept):
                    kept.append(key)
            found = max(found, fsum(low[key] for key in kept))
        return found


def retold(ledger: Ledger, taxonomy: Taxonomy, directory: Directory) -> tuple[frozenset[str], ...]:
    """Pairs of deliveries that two official reports or registers give for one pair of parties, class, unit and time.

    They may be one transfer under two numbers, which is what a mirror gap is, and are never simply added. ``ledger`` is
    as linked. Official: told by the sending or the receiving state itself, or by a register."""
    around = Surroundings(taxonomy, directory)
    registers = {source.id for source in ledger.sources if source.kind is SourceKind.REGISTER}
    blocks: dict[tuple[str, str, Unit], list[Movement]] = {}
    for movement in ledger.movements(directory.part_of):
        if movement.mode not in _CROSSING or movement.stage is not Stage.DELIVERED:
            continue
        ends = _ends(around, movement.from_party), _ends(around, movement.to_party)
        said = {ledger.statement_by_id[id_].reporter for id_ in movement.ruling} - {None}
        theirs = {end for reporter in said for end in _ends(around, reporter)} & {*ends[0], *ends[1]}
        if theirs or registers & set(movement.sources):
            for sender, receiver in product(*ends):
                blocks.setdefault((sender, receiver, movement.quantity.unit), []).append(movement)
    found: set[frozenset[str]] = set()
    for rows in blocks.values():
        if len({source for row in rows for source in row.sources}) > 1:
            found |= {frozenset((a.key, b.key)) for a, b in _at_one_time(rows) if _alike(around, a, b)}
    return tuple(sorted(found, key=sorted))


def _at_one_time(rows: list[Movement]) -> Iterator[tuple[Movement, Movement]]:
    """Pairs that may lie in one year or in two in a row, some more than once: a long register is not squared."""
    by_year: dict[int, list[Movement]] = {}
    wide: list[Movement] = []
    for row in rows:
        first, last = row.when.first, row.when.last
        if first is None or last is None or last.year - first.year > _WIDE:
            wide.append(row)
            continue
        for year in range(first.year, last.year + 2):
            by_year.setdefault(year, []).append(row)
    for near in by_year.values():
        yield from combinations(near, 2)
    for row in wide:
        yield from ((row, other) for other in rows if other is not row)


def _ends(around: Surroundings, party: str | None) -> list[str]:
    """The states a party may be of; one without a state stands for itself, nobody for none."""
    return sorted(set((around.state(party) or party).split("+"))) if party else []


def _alike(around: Surroundings, a: Movement, b: Movement) -> bool:
    if set(a.sources) & set(b.sources) or not around.akin(a.item, b.item):
        return False
    for one, other in ((a.from_party, b.from_party), (a.to_party, b.to_party)):
        # Two forces of one state are two recipients; joined states may be either.
        if one != other and not {"+"} & {*(one or ""), *(other or "")} and not around.family(one, other or ""):
            return False
    return _meet(a.when, b.when)


def _meet(one: DateRange, other: DateRange) -> bool:
    if one.overlaps(other):
        return True
    first, last = (one, other) if one.sort_key < other.sort_key else (other, one)
    short = all(when.days is not None and when.days <= _LAG.days for when in (one, other))
    return bool(short and first.last and last.first and last.first - first.last <= _LAG)
