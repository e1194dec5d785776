"""Recorded deliveries: what is on record as brought to a holder from outside, up to a date."""

from __future__ import annotations

from dataclasses import dataclass

from takingstock.audit.amounts import spoken
from takingstock.audit.doubles import Told
from takingstock.audit.scene import CROSSING, Scene
from takingstock.records import DateRange, Mode, Movement, Quantity, Statement, Unit

DEFINITION = (
    "recorded deliveries of the class and its sub-classes from outside (export, aid, licensed production, retransfer) "
    "to the holder, a part of it, or the party it belongs to, that may precede that date; issues within the holder "
    "are not counted again; a delivery whose date may lie after it, whose goods a broader record may already hold, or "
    "that may bring back what was sent there before, adds to the upper bound only"
)


_GAP = "that is a gap in the records, not a zero."
_WITHIN = CROSSING | {Mode.ISSUE, Mode.RETURN, Mode.RECOVERY, Mode.PRODUCTION}


@dataclass(frozen=True)
class Deliveries:
    """``quantity`` is a range where some deliveries may or may not count; ``statements`` are those it rests on;
    ``unquantified`` are keys of deliveries whose number is unknown, ``otherwise`` of those in another unit."""

    quantity: Quantity
    statements: tuple[Statement, ...]
    unquantified: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What the figure leaves out, as a sentence, or nothing."""
        many = len(self.unquantified)
        if not many:
            return ""
        return f"{many} recorded {'delivery' if many == 1 else 'deliveries'} of unknown quantity not counted."


def deliveries(
    scene: Scene, holder: str, item: str, unit: Unit, before: DateRange, only: str | None = None
) -> Deliveries:
    """Recorded deliveries of ``item`` to ``holder`` that may precede ``before``; ``only`` keeps one voice."""
    certain: list[Told] = []
    possible: list[Told] = []
    used: list[Statement] = []
    unquantified: list[str] = []
    otherwise: list[str] = []
    counted = [m for m in scene.delivered() if _counts(scene, m, holder, item) and m.when.may_precede(before)]
    for movement in counted:
        claims = scene.claims(movement, only)
        if claims is None:
            if only is None:
                unquantified.append(movement.key)
            continue
        if claims.quantity.unit is not unit:
            otherwise.append(movement.key)
            continue
        sure = movement.when.last is not None and before.first is not None and movement.when.last <= before.first
        again = _may_repeat(scene, movement, counted) or _may_return(scene, movement, holder)
        (certain if sure and not again else possible).append((movement.key, claims.quantity))
        used.extend(claims.statements)
    return Deliveries(scene.summed(certain, possible, unit), tuple(used), tuple(unquantified), tuple(otherwise))


def none_recorded(scene: Scene, holder: str, item: str, unit: Unit, before: DateRange) -> str:
    """What is and what is not on record where no delivery with a number is: issues to the holder and other receipts
    within its state may well be recorded, and are no deliveries by definition."""
    found = deliveries(scene, holder, item, unit, before)
    if found.unquantified or found.otherwise:
        first = "No recorded delivery of this class to the holder gives a number in this unit; " + _GAP
    else:
        first = "No delivery of this class to the holder from outside by that date is recorded; " + _GAP
    within = [
        m
        for m in scene.delivered()
        if m.mode in _WITHIN
        and scene.is_a(m.item, item)
        and scene.family(m.to_party, holder)
        and not scene.inside(m.from_party, holder)
        and m.when.may_precede(before)
        and not _counts(scene, m, holder, item)
    ]
    issues = [m for m in within if m.mode is Mode.ISSUE]
    others = [m for m in within if m.mode is not Mode.ISSUE]
    said = [first]
    if issues:
        amount = spoken(_amount(scene, issues, holder, unit))
        said.append(f"Issues to the holder ({amount}) are recorded and not counted as deliveries.")
    if others:
        amount = spoken(_amount(scene, others, holder, unit))
        said.append(f"Other receipts within its state ({amount}) are recorded and not counted as deliveries.")
    return " ".join(said)


def _amount(scene: Scene, movements: list[Movement], holder: str, unit: Unit) -> Quantity:
    # What went to the party that the holder belongs to may have stayed there, or be the same goods one step earlier.
    direct: list[Told] = []
    possible: list[Told] = []
    for movement in movements:
        claims = scene.claims(movement)
        if claims and claims.quantity.unit is unit:
            told = movement.key, claims.quantity
            (direct if scene.inside(movement.to_party, holder) else possible).append(told)
    return scene.summed(direct, possible, unit)


def _counts(scene: Scene, movement: Movement, holder: str, item: str) -> bool:
    if movement.mode not in CROSSING or not scene.is_a(movement.item, item):
        return False
    if not scene.family(movement.to_party, holder) or scene.family(movement.from_party, holder):
        return False
    # A sister force of the same state hands on what its state has received already.
    return movement.from_party is None or not _same_state(scene, movement.from_party, holder)


def _same_state(scene: Scene, a: str, b: str) -> bool:
    if not scene.directory.has(a) or not scene.directory.has(b):
        return False
    state = scene.directory.country(a)
    return state is not None and state == scene.directory.country(b)


def _may_return(scene: Scene, movement: Movement, holder: str) -> bool:
    """Whether the sender may be giving back what it had from the holder or its family: a loan is no second delivery."""
    return movement.from_party is not None and any(
        scene.family(other.from_party, holder)
        and scene.inside(other.to_party, movement.from_party)
        and (scene.is_a(movement.item, other.item) or scene.is_a(other.item, movement.item))
        and other.when.may_precede(movement.when)
        for other in scene.delivered()
    )


def _may_repeat(scene: Scene, movement: Movement, others: list[Movement]) -> bool:
    """Whether a mixed set from the same sender at a possible same time may already hold these goods."""
    return any(
        other.key != movement.key
        and other.item != movement.item
        and scene.mixed(other.item)
        and scene.is_a(movement.item, other.item)
        and other.from_party == movement.from_party
        and scene.family(other.to_party, movement.to_party or "")
        and other.when.overlaps(movement.when)
        for other in others
    )
