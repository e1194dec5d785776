"""Claimed losses and losses an inquiry found, against recorded deliveries (kinds ``claimed-capture`` and
``lost-or-illegally-sold``).

A claim is one movement (capture, theft or leakage) out of a holder. Its numerator keeps the form of the best graded
claim: exact, at least, at most, or the span of equally graded independent voices that contradict each other; what
others claim is printed beside it, and only those who state the figure itself are named as its claimants. Claims of
different movements are never added: two events are not one figure. Only entries of a list that one source keeps item by
item (one item each, without a place) are counted together, by holder and class. The denominator is what is on record as
delivered before (:mod:`takingstock.audit.deliveries`).
"""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit import deliveries as recorded
from takingstock.audit.amounts import of_whole, ratio, single, spoken
from takingstock.audit.scene import Claims, Scene, dated, ids_of, remarks_of, sources_of, unit_words
from takingstock.records import Basis, Count, DateRange, Finding, FindingKind, Mode, Movement, Quantity, Statement, Unit

_CLAIMED = {
    Mode.CAPTURE: (FindingKind.CLAIMED_CAPTURE, "claimed captured from", "claimed captured from the holder"),
    Mode.THEFT_OR_LEAKAGE: (
        FindingKind.LOST_OR_SOLD,
        "claimed stolen or leaked from",
        "claimed stolen or leaked from the holder",
    ),
}
_CAUTION = (
    "A claim set against a record. Not every delivery is recorded, and the claim itself is graded with its source."
)
_LIST = "Entries of one source's list, each one item; the list shows what its maker saw, not all that was lost."
_VAGUE = "Other claims name types of this class, and the deliveries are theirs too: no share is formed."
_LONG = 5
"""From so many entries on, single items of one source are a list."""
_FLOOR = "What an inquiry found is a floor: it may not have seen every loss."


def claimed_losses(scene: Scene) -> Iterable[Finding]:
    """One finding per capture, theft or leakage whose quantity is known; one for the entries of a list."""
    lists: dict[tuple[str, ...], list[tuple[Movement, Claims]]] = {}
    for movement in scene.delivered():
        if movement.mode in _CLAIMED and movement.from_party and (claims := scene.claims(movement)):
            lists.setdefault(_list_of(movement, claims), []).append((movement, claims))
    named = {(movement.from_party, movement.item) for entries in lists.values() for movement, _ in entries}
    for entries in lists.values():
        holder, item = entries[0][0].from_party or "", entries[0][0].item
        if len(entries) < _LONG:
            for movement, claims in entries:
                yield _claimed(scene, movement, holder, claims)
        else:
            # Tanks of no stated type are a part of the tanks: they are not set against all deliveries of tanks.
            vague = any(who == holder and other != item and scene.is_a(other, item) for who, other in named)
            yield _listed(scene, entries, vague=vague)


def _list_of(movement: Movement, claims: Claims) -> tuple[str, ...]:
    """What entries of one list have in common; a movement that is no such entry stands alone, by its key."""
    (statement, *more) = claims.statements
    one = claims.quantity.low == claims.quantity.high == 1.0
    if more or not one or movement.place or movement.chain or movement.marks:
        return (movement.key,)
    unit = claims.quantity.unit.value
    return "list", statement.source, movement.from_party or "", movement.item, movement.mode.value, unit


def _listed(scene: Scene, entries: list[tuple[Movement, Claims]], *, vague: bool) -> Finding:
    first, claims = entries[0]
    statements = tuple(statement for _, one in entries for statement in one.statements)
    whole = scene.sum_of(entries, unit=claims.quantity.unit)
    when = first.when
    for movement, _ in entries[1:]:
        when = when.joined(movement.when)
    source, holder = statements[0].source, first.from_party or ""
    key = ":".join(["list", source, holder, first.item, *([] if whole.unit is Unit.ITEMS else [whole.unit.value])])
    as_one = first.model_copy(update={"key": key, "when": when, "quantity": whole})
    return _claimed(scene, as_one, holder, Claims(whole, statements, giving=statements), listed=True, vague=vague)


def _claimed(
    scene: Scene, movement: Movement, holder: str, claims: Claims, *, listed: bool = False, vague: bool = False
) -> Finding:
    kind, verb, meaning = _CLAIMED[movement.mode]
    unit = claims.quantity.unit
    if vague:
        before, compared = recorded.Deliveries(Quantity(unit=unit), ()), _VAGUE
    else:
        before = recorded.deliveries(scene, holder, movement.item, unit, movement.when)
        compared = _compared(scene, claims.quantity, before, holder, movement.item, movement.when)
    bounds = ratio(claims.quantity, before.quantity)
    records: tuple[Statement, ...] = (*claims.statements, *before.statements)
    when = f", {dated(movement.when)}" if movement.when.known else ""
    cautions = [_CAUTION, compared, before.words, *_side_claims(scene, claims)]
    cautions.append(_LIST if listed else remarks_of(claims.statements))
    return Finding(
        id=f"{kind.value}:{movement.key}",
        kind=kind,
        holder=holder,
        item=movement.item,
        numerator=claims.quantity,
        denominator=before.quantity,
        share=single(bounds),
        definition=f"{meaning}, divided by {recorded.DEFINITION}",
        words=f"{scene.item_name(movement.item)}: {spoken(claims.quantity)}{_of(before.quantity)}{unit_words(unit)} "
        f"{verb} {scene.party_name(holder)}{when}{_in_brackets(claims.quantity, before.quantity, bounds)}.",
        sources=sources_of(records),
        rests_on=ids_of(records),
        claimants=tuple(sorted({s.claimant for s in claims.giving if s.claimant})),
        caution=" ".join(filter(None, cautions)),
    )


def found_lost(scene: Scene) -> Iterable[Finding]:
    """One finding per count that an inquiry found lost or illegally sold."""
    for count in scene.counts:
        if count.basis is Basis.LOST and count.quantity.known:
            yield _found(scene, count)


def _found(scene: Scene, lost: Count) -> Finding:
    whole, used, definition, have, cautions = _inquired(scene, lost)
    unit = lost.quantity.unit
    bounds = ratio(lost.quantity, whole)
    records: tuple[Statement | Count, ...] = (lost, *used)
    when = f", {dated(lost.when)}" if lost.when.known else ""
    return Finding(
        id=f"lost-or-illegally-sold:{lost.id}",
        kind=FindingKind.LOST_OR_SOLD,
        holder=lost.holder,
        item=lost.item,
        numerator=lost.quantity,
        denominator=whole,
        share=single(bounds),
        definition=f"found lost or illegally sold by an inquiry, divided by {definition}",
        words=f"{scene.item_name(lost.item)}: {spoken(lost.quantity)}{_of(whole)}{unit_words(unit)} {have} "
        f"{scene.party_name(lost.holder)} found lost or illegally sold{when}"
        f"{_in_brackets(lost.quantity, whole, bounds)}.",
        sources=sources_of(records),
        rests_on=ids_of(records),
        claimants=(lost.claimant,) if lost.claimant else (),
        caution=" ".join(filter(None, (_FLOOR, *cautions, remarks_of([lost])))),
    )


def _inquired(scene: Scene, lost: Count) -> tuple[Quantity, tuple[Statement | Count, ...], str, str, list[str]]:
    """The inquiry's own denominator, else deliveries its own voice reports, else all recorded deliveries."""
    speaker, unit = scene.voice(lost.source), lost.quantity.unit
    own = [
        count
        for count in scene.counts
        if count.basis in {Basis.CLAIM, Basis.PHYSICAL, Basis.BOOKS, Basis.SAMPLE}
        and (count.holder, count.item, count.quantity.unit) == (lost.holder, lost.item, unit)
        and count.quantity.known
        and scene.voice(count.source) == speaker
        and count.when.may_precede(lost.when)
    ]
    if own:
        meaning = "the number that the inquiry's own source gives for the same holder"
        whose = [f"Set against: {scene.as_given(own[0])}."] if own[0].claimant not in {"", lost.claimant} else []
        return own[0].quantity, (own[0],), meaning, "held by", whose
    for only in (speaker, None):
        before = recorded.deliveries(scene, lost.holder, lost.item, unit, lost.when, only)
        if before.quantity.known:
            prefix = "the same source's " if only else ""
            extra = [_compared(scene, lost.quantity, before, lost.holder, lost.item, lost.when), before.words]
            return before.quantity, before.statements, f"{prefix}{recorded.DEFINITION}", "delivered to", extra
    none = recorded.none_recorded(scene, lost.holder, lost.item, unit, lost.when)
    return Quantity(unit=unit), (), recorded.DEFINITION, "held by", [none, before.words]


def _of(whole: Quantity) -> str:
    return f" of {spoken(whole)}" if whole.known else ""


def _in_brackets(part: Quantity, whole: Quantity, bounds: tuple[float | None, float | None]) -> str:
    text = of_whole(part, whole, bounds)
    return f" ({text})" if text else ""


def _compared(
    scene: Scene, part: Quantity, before: recorded.Deliveries, holder: str, item: str, when: DateRange
) -> str:
    whole = before.quantity
    if not whole.known:
        return recorded.none_recorded(scene, holder, item, part.unit, when)
    if part.low and whole.high is not None and part.low > whole.high:
        return "More is claimed than is recorded as delivered: the record is incomplete, or the claim too high."
    return ""


def _side_claims(scene: Scene, claims: Claims) -> Iterable[str]:
    """Who claims what: claims graded lower, of a broader class or in another unit are never mixed into the figure."""
    if claims.contradict:
        said = "; ".join(f"{spoken(s.quantity)} ({scene.speaker(s)})" for s in claims.leading)
        yield f"Equally graded claims contradict each other: {said}."
    if claims.others:
        said = "; ".join(_said(scene, statement) for statement in claims.others)
        yield f"Also claimed, not in the figure: {said}."


def _said(scene: Scene, s: Statement) -> str:
    figure = f"{spoken(s.quantity)}{unit_words(s.quantity.unit)}"
    return f"{figure} ({scene.item_name(s.item)}; {scene.speaker(s)}; grade {s.grade})"
