"""Goods that left a holder and of which no next holder is recorded (kind ``held-by-nobody``)."""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit.amounts import in_brackets, part_of_whole, spoken
from takingstock.audit.draft import drafted, several
from takingstock.audit.scene import Claims, Scene, unit_words
from takingstock.records import Finding, FindingKind, Mode, Movement, PartyKind, Quantity, Unit

_DEFINITION = (
    "recorded as having left the holder or a part of it for a party that is not named or not known, divided by all "
    "that is recorded as having left it, of the class; what was destroyed is not counted, what was lost is"
)
_CAUTION = "No next holder is on record. That is a gap in the records and says nothing of who holds them."


def held_by_nobody(scene: Scene) -> Iterable[Finding]:
    """One finding per holder, class and unit."""
    left: dict[tuple[str, str, Unit], list[tuple[Movement, Claims | None]]] = {}
    for movement in scene.delivered():
        holder = movement.from_party
        if holder is None or movement.mode in {Mode.DESTRUCTION, Mode.PRODUCTION, Mode.CRAFT_PRODUCTION}:
            continue
        claims = scene.claims(movement)
        if claims and claims.quantity.high == 0:
            continue
        unit = claims.quantity.unit if claims else movement.quantity.unit
        left.setdefault((holder, movement.item, unit), []).append((movement, claims))
    for (holder, item, unit), movements in sorted(left.items()):
        open_ended = [(m, c) for m, c in movements if scene.unheld(m)]
        if open_ended and scene.kind(holder) is not PartyKind.UNKNOWN:
            yield _finding(scene, holder, item, unit, open_ended, movements)


def _finding(
    scene: Scene,
    holder: str,
    item: str,
    unit: Unit,
    open_ended: list[tuple[Movement, Claims | None]],
    movements: list[tuple[Movement, Claims | None]],
) -> Finding:
    part = scene.sum_of(open_ended, unit=unit)
    whole = scene.sum_of(movements, unit=unit) if part.known else Quantity(unit=unit)
    bounds = part_of_whole(part, whole)
    records = [scene.ledger.statement_by_id[id_] for m, _ in open_ended for id_ in m.ruling]
    others = [scene.ledger.statement_by_id[id_] for m, _ in movements if not scene.unheld(m) for id_ in m.ruling]
    modes = ", ".join(sorted({m.mode.value.replace("-", " ") for m, _ in open_ended}))
    silent = sum(c is None for _, c in open_ended)
    cautions = [_CAUTION]
    if silent:
        cautions.append(f"{several(silent, 'movement')} of unknown quantity not counted.")
    hull = open_ended[0][0].when
    for movement, _ in open_ended[1:]:
        hull = hull.joined(movement.when)
    about = f"{holder}:{item}" + ("" if unit is Unit.ITEMS else f":{unit.value}")
    return drafted(
        FindingKind.HELD_BY_NOBODY,
        about,
        holder=holder,
        item=item,
        numerator=part,
        denominator=whole,
        bounds=bounds,
        definition=_DEFINITION,
        words=f"{scene.item_name(item)}: {spoken(part)}{unit_words(unit)} recorded as having left "
        f"{scene.party_name(holder)} ({modes}) with no next holder on record{in_brackets(bounds)}.",
        records=records,
        beside=others if part.known else (),
        cautions=cautions,
        when=hull,
    )
