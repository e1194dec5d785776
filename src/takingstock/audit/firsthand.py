"""Second-hand deliveries with no first owner on record (kind ``second-hand-without-first-owner``)."""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit.amounts import excess, excess_ratio, in_brackets, spoken
from takingstock.audit.doubles import Told
from takingstock.audit.draft import Rested, drafted
from takingstock.audit.scene import CROSSING, Claims, Scene, unit_words
from takingstock.audit.stock import STOCK
from takingstock.records import Condition, DateRange, Finding, FindingKind, Mode, Movement, PartyKind, Unit

_USED = frozenset({Condition.SECOND_HAND, Condition.MODERNISED})
_DEFINITION = (
    "recorded as delivered second-hand by the sender, less what is on record as received, made or counted by it or its "
    "family before (broader and finer records of the class included), divided by what it delivered second-hand"
)
_CAUTION = "The goods had an owner before; who it was is not on record here."


def no_first_owner(scene: Scene) -> Iterable[Finding]:
    """One finding per sender and class. A sender that the item table has making the class may have been the first
    owner itself; so may one whose goods a source says were made there."""
    sent: dict[tuple[str, str, Unit], list[tuple[Movement, Claims]]] = {}
    for movement in scene.delivered():
        sender = movement.from_party
        used = movement.condition in _USED and movement.mode in CROSSING
        if not used or sender is None or scene.kind(sender) is PartyKind.UNKNOWN or scene.mixed(movement.item):
            continue
        claims = scene.claims(movement)
        if claims and not _made_itself(scene, movement, sender):
            sent.setdefault((sender, movement.item, claims.quantity.unit), []).append((movement, claims))
    for (sender, item, unit), movements in sorted(sent.items()):
        if found := _check(scene, sender, item, unit, movements):
            yield found


def _made_itself(scene: Scene, movement: Movement, sender: str) -> bool:
    state = scene.state(sender)
    if state is None:
        return False
    states = set(state.split("+"))
    for one in sorted(states):
        if scene.directory.has(one):
            states |= set(scene.directory.predecessors(one))
    if movement.made_in and states & set(movement.made_in.split("+")):
        return True
    until, makers = DateRange(last=movement.when.last), "+".join(sorted(states))
    return scene.taxonomy.has(movement.item) and bool(scene.taxonomy.makes(makers, movement.item, until))


def _check(
    scene: Scene, sender: str, item: str, unit: Unit, movements: list[tuple[Movement, Claims]]
) -> Finding | None:
    hull = movements[0][0].when
    for movement, _ in movements[1:]:
        hull = hull.joined(movement.when)
    got: list[Told] = []
    records: list[Rested] = [s for _, claims in movements for s in claims.statements]
    for movement in scene.delivered():
        into = scene.family(movement.to_party, sender) and not scene.inside(movement.from_party, sender)
        made = movement.mode is Mode.PRODUCTION and scene.family(movement.from_party or movement.to_party, sender)
        if not (into or made) or not scene.akin(movement.item, item) or not movement.when.may_precede(hull):
            continue
        claims = scene.claims(movement)
        if claims is None:
            return None
        if claims.quantity.unit is unit:
            got.append((movement.key, claims.quantity))
            records.extend(claims.statements)
    stock: list[Told] = []
    for count in scene.counts:
        mine = count.basis in STOCK and scene.family(count.holder, sender) and scene.akin(count.item, item)
        if mine and count.quantity.known and count.quantity.unit is unit and count.when.may_precede(hull):
            stock.append((count.id, count.quantity))
            records.append(count)
    gone = scene.sum_of(movements, unit=unit)
    had = scene.summed(got, stock, unit)
    rest = excess(gone, had) if had.known else gone
    if not rest.low:
        return None
    bounds = excess_ratio(gone, had) if had.known else (None, None)
    about = f"{sender}:{item}" + ("" if unit is Unit.ITEMS else f":{unit.value}")
    return drafted(
        FindingKind.NO_FIRST_OWNER,
        about,
        holder=sender,
        item=item,
        numerator=rest,
        denominator=gone,
        bounds=bounds,
        definition=_DEFINITION,
        words=f"{scene.item_name(item)}: {scene.party_name(sender)} is recorded as having delivered {spoken(gone)}"
        f"{unit_words(unit)} second-hand; for {spoken(rest)}{in_brackets(bounds)} no first owner is on record.",
        records=records,
        cautions=[_CAUTION, _silent(scene, item)],
        when=hull,
    )


def _silent(scene: Scene, item: str) -> str:
    known = scene.taxonomy.has(item) and scene.taxonomy.makes("", item, DateRange()) is not None
    return "" if known else "The item table does not say who makes the class; the sender may have made it."
