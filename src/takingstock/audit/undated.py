"""Records without a date (kind ``no-date``): they can be set before or after nothing."""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit.amounts import in_brackets, part_of_whole, spoken
from takingstock.audit.doubles import Told
from takingstock.audit.draft import Rested, drafted, several
from takingstock.audit.scene import Scene, unit_words
from takingstock.records import Finding, FindingKind, Quantity, Unit

_DEFINITION = (
    "recorded deliveries of the class to the holder (or, where no recipient is named, from it) that have no date, "
    "divided by all of them; counts without a cut-off date are named, not added"
)
_CAUTION = "Without a date a record can be set before or after nothing, and an embargo cannot be tested."


def undated(scene: Scene) -> Iterable[Finding]:
    """One finding per holder, class and unit."""
    every: dict[tuple[str, str, Unit], list[Told]] = {}
    without: dict[tuple[str, str, Unit], list[Told]] = {}
    records: dict[tuple[str, str, Unit], list[Rested]] = {}
    silent: dict[tuple[str, str, Unit], int] = {}
    for movement in scene.delivered():
        holder = movement.to_party or movement.from_party or "unknown"
        claims = scene.claims(movement)
        quantity = claims.quantity if claims else movement.quantity
        key = holder, movement.item, quantity.unit
        every.setdefault(key, []).append((movement.key, quantity))
        if not movement.when.known:
            without.setdefault(key, []).append((movement.key, quantity))
            silent[key] = silent.get(key, 0) + (not quantity.known)
            records.setdefault(key, []).extend(scene.ledger.statement_by_id[id_] for id_ in movement.ruling)
    counts: dict[tuple[str, str, Unit], int] = {}
    for count in scene.counts:
        if not count.when.known:
            key = count.holder, count.item, count.quantity.unit
            records.setdefault(key, []).append(count)
            counts[key] = counts.get(key, 0) + 1
    for key, used in sorted(records.items()):
        holder, item, unit = key
        part = scene.summed(without.get(key, ()), unit=unit)
        whole = scene.summed(every.get(key, ()), unit=unit)
        bounds = part_of_whole(part, whole) if part.known else (None, None)
        many = len(without.get(key, ()))
        said = [several(many, "recorded delivery", "recorded deliveries")] if many else []
        said += [several(counts[key], "count")] if key in counts else []
        amount = f", {spoken(part)}{unit_words(unit)}{in_brackets(bounds)}" if part.known else ""
        cautions = [_CAUTION]
        if silent.get(key):
            cautions.append(f"{several(silent[key], 'movement')} of unknown quantity not counted.")
        if scene.doubles.clusters(name for name, _ in every.get(key, ())):
            cautions.append("Deliveries that may be one transfer told twice count once at least, together at most.")
        yield drafted(
            FindingKind.NO_DATE,
            f"{holder}:{item}" + ("" if unit is Unit.ITEMS else f":{unit.value}"),
            holder=holder,
            item=item,
            numerator=part,
            denominator=whole if part.known else Quantity(unit=unit),
            bounds=bounds,
            definition=_DEFINITION,
            words=f"{scene.item_name(item)}: {' and '.join(said)} of {scene.party_name(holder)} without a date"
            f"{amount}.",
            records=used,
            cautions=cautions,
        )
