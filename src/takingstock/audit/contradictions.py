"""Contradictions: what independent sources say differently of one thing, side by side. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.records import Conflict, Count, Grade, Ledger, Movement, Record, voice


class Side(Record):
    """One statement or count of a contradiction, with what it says and how it is graded."""

    statement: str
    source: str
    voice: str
    claimant: str = ""
    value: str
    grade: Grade


class Contradiction(Record):
    """``about`` is the key of the movement, or the ids of the counts joined by ``+``; ``field`` what differs.

    ``independent`` is False where only sources that repeat one another differ: then one of them misquotes it."""

    about: str
    item: str
    field: str
    sides: tuple[Side, ...]
    independent: bool = True


def contradictions(movements: Iterable[Movement], ledger: Ledger) -> tuple[Contradiction, ...]:
    """Every conflict of the movements, and counts of one holder, class, basis and time that cannot both be right.

    Sorted by ``about`` and field; sides in the order of the conflict (best graded first), counts by id."""
    found = [_of_movement(movement, conflict, ledger) for movement in movements for conflict in movement.conflicts]
    found.extend(_of_counts(ledger))
    return tuple(sorted(found, key=lambda c: (c.about, c.field)))


def _of_movement(movement: Movement, conflict: Conflict, ledger: Ledger) -> Contradiction:
    sides = []
    for key, value in zip(conflict.statements, conflict.values, strict=True):
        statement = ledger.statement_by_id[key]
        sides.append(
            Side(
                statement=key,
                source=statement.source,
                voice=voice(statement.source, ledger.source_by_id),
                claimant=statement.claimant,
                value=value,
                grade=statement.grade,
            )
        )
    return Contradiction(
        about=movement.key,
        item=movement.item,
        field=conflict.field,
        sides=tuple(sides),
        independent=conflict.independent,
    )


def _of_counts(ledger: Ledger) -> Iterable[Contradiction]:
    groups: dict[tuple[str, str, str, str], list[Count]] = {}
    for count in sorted(ledger.counts, key=lambda c: c.id):
        if count.quantity.known:
            key = (count.holder, count.item, count.basis.value, count.quantity.unit.value)
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
    # Undated, or dated wide apart within one range: a stock may have changed, so only the same date range counts.
    if same_voice or one.when != other.when:
        return False
    a, b = one.quantity, other.quantity
    low = max(a.low or 0.0, b.low or 0.0)
    return any(high is not None and low > high for high in (a.high, b.high))


def _side(count: Count, ledger: Ledger) -> Side:
    return Side(
        statement=count.id,
        source=count.source,
        voice=voice(count.source, ledger.source_by_id),
        claimant=count.claimant,
        value=str(count.quantity),
        grade=count.grade,
    )
