"""Contradictions: what sources say differently of one thing, side by side. Nothing is decided here.

Only what cannot all be true is listed: each side excludes at least one other. "Up to 2,300" beside 2,300 is no
contradiction, nor is "at least 2,000 vehicles" beside 2,300 of one type (a broader class is another quantity), Iraq
beside its army, or ``RUS+SUN`` beside ``RUS``. Tonnes do not contradict a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from takingstock.records import (
    Conflict,
    Count,
    DateRange,
    Grade,
    Ledger,
    Movement,
    Quantity,
    Record,
    Statement,
    Unit,
    voice,
)
from takingstock.reference.parties import Directory
from takingstock.reference.taxonomy import Taxonomy


class Side(Record):
    """One statement or count of a contradiction, with what it says and how it is graded.

    ``one_voice``: another side has the same voice, so that one of the two misquotes it or it contradicts itself."""

    statement: str
    source: str
    voice: str
    claimant: str = ""
    value: str
    grade: Grade
    one_voice: bool = False


class Contradiction(Record):
    """``about`` is the key of the movement, or the ids of the counts joined by ``+``; ``field`` what differs.

    ``independent`` is False where only sources that repeat one another differ: then one of them misquotes it."""

    about: str
    item: str
    field: str
    sides: tuple[Side, ...]
    independent: bool = True


@dataclass(frozen=True)
class _Tables:
    """The look-ups that tell whether two values can both be true."""

    taxonomy: Taxonomy
    directory: Directory

    def below(self, item: str, other: str) -> bool:
        """Whether ``item`` lies below ``other``; classes that the table lacks are judged by their path."""
        if item == other:
            return False
        known = self.taxonomy.has(item) and self.taxonomy.has(other)
        return item.startswith(f"{other}.") or (known and self.taxonomy.is_a(item, other))

    def exclude(self, field: str, a: Statement, b: Statement) -> bool:
        """Whether the two cannot both be true in this field."""
        return _EXCLUDE[field](self, a, b) if field in _EXCLUDE else True


def contradictions(
    movements: Iterable[Movement],
    ledger: Ledger,
    taxonomy: Taxonomy | None = None,
    directory: Directory | None = None,
) -> tuple[Contradiction, ...]:
    """Every conflict of the movements, and counts of one holder, class, basis, place and time that exclude each other.

    Without ``taxonomy`` and ``directory`` the reference tables (with the ledger's own parties) tell which classes and
    parties hold which. Sorted by ``about`` and field; sides in the order of the conflict (best graded first), counts by
    id."""
    found = list(_of_counts(ledger))
    conflicts = [(movement, conflict) for movement in movements for conflict in movement.conflicts]
    if conflicts:
        tables = _tables(ledger, taxonomy, directory)
        told = (_of_movement(movement, conflict, ledger, tables) for movement, conflict in conflicts)
        found.extend(contradiction for contradiction in told if contradiction is not None)
    return tuple(sorted(found, key=lambda c: (c.about, c.field)))


def _tables(ledger: Ledger, taxonomy: Taxonomy | None, directory: Directory | None) -> _Tables:
    from takingstock.reference import items, parties

    return _Tables(taxonomy or items.taxonomy(), directory or parties.directory(ledger.parties))


def _of_movement(movement: Movement, conflict: Conflict, ledger: Ledger, tables: _Tables) -> Contradiction | None:
    values = dict(zip(conflict.statements, conflict.values, strict=True))
    sides = _excluding(movement, conflict.field, values, ledger, tables)
    independent = conflict.independent
    if not sides and independent and conflict.field == "quantity":
        # The originals can all be right; one that repeats them may still misquote them.
        ruling = [ledger.statement_by_id[key] for key in movement.ruling]
        values = {s.id: str(s.quantity) for s in ruling if s.quantity.known}
        sides, independent = _excluding(movement, conflict.field, values, ledger, tables), False
    if not sides:
        return None
    voices = {s.id: voice(s.source, ledger.source_by_id) for s in sides}
    heard = list(voices.values())
    differ = any(voices[a.id] != voices[b.id] and tables.exclude(conflict.field, a, b) for a in sides for b in sides)
    return Contradiction(
        about=movement.key,
        item=movement.item,
        field=conflict.field,
        sides=tuple(
            Side(
                statement=s.id,
                source=s.source,
                voice=voices[s.id],
                claimant=s.claimant,
                value=values[s.id],
                grade=s.grade,
                one_voice=heard.count(voices[s.id]) > 1,
            )
            for s in sides
        ),
        independent=independent and differ,
    )


def _excluding(
    movement: Movement, field: str, values: Iterable[str], ledger: Ledger, tables: _Tables
) -> list[Statement]:
    """The statements that exclude at least one other. How many of a broader class is another quantity: no side."""
    said = [ledger.statement_by_id[key] for key in values]
    if field in {"quantity", "unit"}:
        said = [s for s in said if not tables.below(movement.item, s.item)]
    return [s for s in said if any(s is not other and tables.exclude(field, s, other) for other in said)]


def _apart(a: Quantity, b: Quantity) -> bool:
    """Whether no number satisfies both; quantities of different units are not compared."""
    if a.unit is not b.unit:
        return False
    low = max(a.low or 0.0, b.low or 0.0)
    return any(high is not None and low > high for high in (a.high, b.high))


def _units(_: _Tables, a: Statement, b: Statement) -> bool:
    one, other = a.quantity.unit, b.quantity.unit
    return one is not other and Unit.TONNES not in {one, other}


def _items(tables: _Tables, a: Statement, b: Statement) -> bool:
    return a.item != b.item and not tables.below(a.item, b.item) and not tables.below(b.item, a.item)


def _parties(tables: _Tables, a: str | None, b: str | None) -> bool:
    if a is None or b is None or _states(a) & _states(b):
        return False
    return not tables.directory.part_of(a, b) and not tables.directory.part_of(b, a)


def _states(party: str | None) -> frozenset[str]:
    """The states of a joined id (``RUS+SUN``: the source does not tell them apart)."""
    return frozenset(party.split("+")) if party else frozenset()


_EXCLUDE: dict[str, Callable[[_Tables, Statement, Statement], bool]] = {
    "quantity": lambda _, a, b: _apart(a.quantity, b.quantity),
    "unit": _units,
    "when": lambda _, a, b: not a.when.overlaps(b.when),
    "from_party": lambda tables, a, b: _parties(tables, a.from_party, b.from_party),
    "to_party": lambda tables, a, b: _parties(tables, a.to_party, b.to_party),
    "item": _items,
    "mode": lambda _, a, b: a.mode is not b.mode,
    "made_in": lambda _, a, b: not _states(a.made_in) & _states(b.made_in),
}


def _of_counts(ledger: Ledger) -> Iterable[Contradiction]:
    # Undated, or dated wide apart within one range: a stock may have changed, so only the same date range counts; what
    # lies at two places, or in two conditions, is two numbers.
    groups: dict[tuple[str, str, str, Unit, DateRange, str, str], list[Count]] = {}
    for count in sorted(ledger.counts, key=lambda c: c.id):
        if count.quantity.known:
            place = count.place.name if count.place else ""
            key = (count.holder, count.item, count.basis.value, count.quantity.unit, count.when, place, count.condition)
            groups.setdefault(key, []).append(count)
    for members in groups.values():
        for index, one in enumerate(members):
            for other in members[index + 1 :]:
                if _clash(one, other, ledger):
                    yield Contradiction(
                        about=f"{one.id}+{other.id}",
                        item=one.item,
                        field="quantity",
                        sides=(_side(one, ledger), _side(other, ledger)),
                    )


def _clash(one: Count, other: Count, ledger: Ledger) -> bool:
    same_voice = voice(one.source, ledger.source_by_id) == voice(other.source, ledger.source_by_id)
    return not same_voice and _apart(one.quantity, other.quantity)


def _side(count: Count, ledger: Ledger) -> Side:
    return Side(
        statement=count.id,
        source=count.source,
        voice=voice(count.source, ledger.source_by_id),
        claimant=count.claimant,
        value=str(count.quantity),
        grade=count.grade,
    )
