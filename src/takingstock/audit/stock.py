"""Stock: what a holder was counted to have at a date, and what is on record as having come and gone between dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from takingstock.audit.amounts import excess, total
from takingstock.audit.doubles import Told
from takingstock.audit.draft import several
from takingstock.audit.scene import Scene, certainly_by
from takingstock.records import Basis, Count, DateRange, Movement, Quantity, Severity, Statement, Unit

STOCK = frozenset({Basis.OPENING, Basis.BOOKS, Basis.PHYSICAL})
"""Bases that say what a holder has, all of it."""


@dataclass(frozen=True)
class Flow:
    """What came to a holder from outside and what left it, between two dates. A movement whose date may lie outside
    them adds to the upper bound only. ``unquantified`` are keys of movements whose number is unknown, ``otherwise`` of
    those told in another unit."""

    received: Quantity
    left: Quantity
    statements: tuple[Statement, ...] = ()
    unquantified: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()

    @property
    def left_out(self) -> Iterable[str]:
        """What the figures leave out, as sentences."""
        if self.unquantified:
            yield f"{several(len(self.unquantified), 'movement')} of unknown quantity not counted."
        if self.otherwise:
            yield f"{several(len(self.otherwise), 'movement')} told in another unit not counted."


def may_explain(came: Flow | None) -> tuple[Severity, str]:
    """The severity of a balance that movements without a number in its unit may explain; otherwise left to the rule."""
    if came is not None and any(came.left_out):
        return Severity.LOW, "Movements without a number in this unit may explain it."
    return Severity.NOTE, ""


def flow(
    scene: Scene, holder: str, item: str, unit: Unit, *, after: DateRange | None = None, until: DateRange = DateRange()
) -> Flow:
    """Movements of the class across the holder's edge after one date (None: from the beginning) and until another."""
    certain: dict[bool, list[Told]] = {True: [], False: []}
    possible: dict[bool, list[Told]] = {True: [], False: []}
    used: list[Statement] = []
    unknown: list[str] = []
    otherwise: list[str] = []
    for movement in scene.delivered():
        comes = scene.inside(movement.to_party, holder)
        if comes == scene.inside(movement.from_party, holder) or not scene.is_a(movement.item, item):
            continue
        sure = between(movement.when, after, until)
        if sure is None:
            continue
        claims = scene.claims(movement)
        if claims is None:
            unknown.append(movement.key)
        elif claims.quantity.unit is unit:
            (certain if sure else possible)[comes].append((movement.key, claims.quantity))
            used.extend(claims.statements)
        else:
            otherwise.append(movement.key)
    return Flow(
        scene.summed(certain[True], possible[True], unit),
        scene.summed(certain[False], possible[False], unit),
        tuple(used),
        tuple(unknown),
        tuple(otherwise),
    )


def between(when: DateRange, after: DateRange | None, until: DateRange) -> bool | None:
    """Whether a date certainly (True), possibly (False) or not (None) lies after the one date and by the other."""
    if not when.may_precede(until):
        return None
    if after is not None and after.first is not None:
        if when.last is not None and when.last <= after.first:
            return None
        if until.last is not None and until.last <= after.first:
            return None
    begun = after is None or (after.last is not None and when.first is not None and when.first > after.last)
    ended = until.last is None or certainly_by(when, until)
    return begun and ended


def rolled(start: Quantity, came: Flow) -> Quantity:
    """A stock carried forward: what was there, and came, less what left (never below zero)."""
    have = total([start, came.received], unit=start.unit)
    return excess(have, came.left) if came.left.known else have


def latest(counts: Iterable[Count], before: DateRange) -> tuple[Count, ...]:
    """The counts of the latest date that may precede ``before``; where dates cannot be told apart, of the one that
    ends last."""
    dated: dict[DateRange, list[Count]] = {}
    for count in counts:
        if count.when.may_precede(before):
            dated.setdefault(count.when, []).append(count)
    return tuple(dated[max(dated, key=lambda when: when.sort_key)]) if dated else ()


def holdings(
    scene: Scene, holder: str, item: str, unit: Unit, until: DateRange
) -> tuple[Quantity, tuple[Statement | Count, ...], DateRange | None, Flow]:
    """What a holder should have: the latest stock count (sum over its places and conditions), and what came and left
    since; without a count, what came less what left, and the date is None."""
    counts = [
        count
        for count in scene.counts
        if count.basis in STOCK
        and count.holder == holder
        and count.item == item
        and count.quantity.unit is unit
        and count.quantity.known
    ]
    known = [count for count in counts if count.when.known]
    start = latest(known or counts, until)
    if not start:
        came = flow(scene, holder, item, unit, until=until)
        # Without a start what left may have been there before: unknown is not taken off, and nothing is below zero.
        have = excess(came.received, came.left) if came.left.known else came.received
        return (have if came.received.known else Quantity(unit=unit)), came.statements, None, came
    stocks: dict[tuple[str, str], list[Count]] = {}
    for count in start:
        stocks.setdefault((count.place.name if count.place else "", count.condition), []).append(count)
    figure = total((scene.agreed(same) for same in stocks.values()), unit=unit)
    came = flow(scene, holder, item, unit, after=start[0].when, until=until)
    return rolled(figure, came), (*start, *came.statements), start[0].when, came


def items_of(scene: Scene, holder: str, broad: str, movements: Iterable[Movement]) -> list[str]:
    """The classes below a broad one of which the holder has a record, without those that another of them holds."""
    found = {count.item for count in scene.counts if count.holder == holder and scene.is_a(count.item, broad)}
    for movement in movements:
        mine = scene.inside(movement.to_party, holder) or scene.inside(movement.from_party, holder)
        if mine and scene.is_a(movement.item, broad):
            found.add(movement.item)
    found.discard(broad)
    outer = [a for a in found if not any(a != b and scene.is_a(a, b) for b in found)]
    return sorted(outer)
