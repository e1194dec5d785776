"""Production that is claimed against what is marked on items seen (kind ``production-and-marks``)."""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit.amounts import excess, in_brackets, part_of_whole, spoken, total
from takingstock.audit.draft import Rested, drafted
from takingstock.audit.marks import marks_of, numbered, ranges
from takingstock.audit.scene import Scene, dated, unit_words
from takingstock.records import DateRange, Finding, FindingKind, Mode, Quantity, Sighting, Stage, Statement, Unit

_MADE = frozenset({Mode.PRODUCTION, Mode.LICENSED_PRODUCTION})
_YEARS = (
    "sightings of the class made in the state in a year in which nobody has it produced there, divided by all "
    "sightings of the class made there with a year"
)
_SERIALS = (
    "sightings of the class made in the state whose serial lies outside the blocks that a production record states, "
    "divided by all sightings of the class made there with a serial of the same form"
)
_MORE = (
    "sightings of the class made in the state less what is recorded as produced there (never below zero), divided by "
    "the sightings"
)
_CAUTION = "A mark can be misread, copied or renewed, and a record of production can leave years out."


def production_and_marks(scene: Scene) -> Iterable[Finding]:
    """Per state and class with a production record: years, serials and numbers that the sightings contradict."""
    claimed: dict[tuple[str, str], list[Statement]] = {}
    for statement in sorted(scene.ledger.statements, key=lambda s: s.id):
        if statement.mode in _MADE and statement.stage is Stage.DELIVERED:
            maker = _maker(scene, statement)
            if maker:
                claimed.setdefault((maker, statement.item), []).append(statement)
    if not claimed:
        return
    sightings = sorted((s for s in scene.ledger.sightings if s.made_in), key=lambda s: s.id)
    for (state, item), statements in sorted(claimed.items()):
        seen = [s for s in sightings if s.made_in == state and scene.is_a(s.item, item)]
        if seen:
            yield from _years(scene, state, item, statements, seen)
            yield from _blocks(scene, state, item, statements, seen)
            yield from _numbers(scene, state, item, statements, seen)


def _maker(scene: Scene, statement: Statement) -> str | None:
    if statement.made_in:
        return statement.made_in
    # Under a licence it is the recipient that makes it.
    party = statement.to_party if statement.mode is Mode.LICENSED_PRODUCTION else statement.from_party
    return scene.state(party or statement.to_party)


def _years(scene: Scene, state: str, item: str, statements: list[Statement], seen: list[Sighting]) -> Iterable[Finding]:
    periods = [p for s in statements if (p := s.made if s.made.known else s.when).known]
    marked = [s for s in seen if s.made.known]
    outside = [s for s in marked if not any(p.overlaps(s.made) for p in periods)]
    if not periods or not outside or len(periods) < len(statements):
        return
    told = ", ".join(dict.fromkeys(dated(p) for p in sorted(periods, key=lambda p: p.sort_key)))
    years = ", ".join(dict.fromkeys(dated(s.made) for s in sorted(outside, key=lambda s: s.made.sort_key)))
    yield _finding(
        scene, state, item, "years", statements, marked, outside, _YEARS,
        f"made in {scene.party_name(state)} and marked {years}; production there is on record for {told}",
    )  # fmt: skip


def _blocks(
    scene: Scene, state: str, item: str, statements: list[Statement], seen: list[Sighting]
) -> Iterable[Finding]:
    blocks = [block for s in statements for block in ranges(s.marks)]
    prefixes = {prefix for prefix, _, _ in blocks}
    marked: list[Sighting] = []
    outside: list[Sighting] = []
    for sighting in seen:
        numbers = [n for m in marks_of(scene, sighting) if not m.lot and (n := numbered(m.text))]
        known = [(prefix, number) for prefix, number in numbers if prefix in prefixes]
        if known:
            marked.append(sighting)
            if not any(p == prefix and low <= number <= high for prefix, number in known for p, low, high in blocks):
                outside.append(sighting)
    if outside:
        yield _finding(
            scene, state, item, "serials", statements, marked, outside, _SERIALS,
            f"made in {scene.party_name(state)} with a serial outside the blocks that production records state",
        )  # fmt: skip


def _numbers(
    scene: Scene, state: str, item: str, statements: list[Statement], seen: list[Sighting]
) -> Iterable[Finding]:
    counted = [s for s in seen if s.quantity.known and s.population is None and s.same_as is None]
    for unit in sorted({s.quantity.unit for s in counted}):
        made = [s for s in statements if s.quantity.unit is unit]
        if not made or any(not s.quantity.known for s in statements):
            continue
        # Several records of production may be of the same run: the sum is the most that was made.
        produced = total((s.quantity for s in made), unit=unit)
        mine = [s for s in counted if s.quantity.unit is unit]
        found = total((s.quantity for s in mine), unit=unit)
        over = excess(found, produced)
        if over.low:
            bounds = part_of_whole(over, found)
            yield drafted(
                FindingKind.PRODUCTION_AND_MARKS,
                f"number:{state}:{item}" + ("" if unit is Unit.ITEMS else f":{unit.value}"),
                holder=state,
                item=item,
                numerator=over,
                denominator=found,
                bounds=bounds,
                definition=_MORE,
                words=f"{scene.item_name(item)}: {spoken(found)}{unit_words(unit)} sighted as made in "
                f"{scene.party_name(state)}, {spoken(produced)} on record as produced there: {spoken(over)} more"
                f"{in_brackets(bounds)}.",
                records=(*made, *mine),
                cautions=[_CAUTION, "Sightings may be of the same items twice."],
            )


def _finding(
    scene: Scene,
    state: str,
    item: str,
    what: str,
    statements: list[Statement],
    marked: list[Sighting],
    outside: list[Sighting],
    definition: str,
    words: str,
) -> Finding:
    units = {s.quantity.unit for s in marked}
    unit = units.pop() if len(units) == 1 else Unit.ITEMS
    part, whole = _amount(outside, unit), _amount(marked, unit)
    bounds = part_of_whole(part, whole)
    records: tuple[Rested, ...] = (*statements, *outside)
    hull = outside[0].made
    for sighting in outside[1:]:
        hull = hull.joined(sighting.made)
    return drafted(
        FindingKind.PRODUCTION_AND_MARKS,
        f"{what}:{state}:{item}",
        holder=state,
        item=item,
        numerator=part,
        denominator=whole,
        bounds=bounds,
        definition=definition,
        words=f"{scene.item_name(item)}: {spoken(part)}{unit_words(unit)} sighted {words}{in_brackets(bounds)}.",
        records=records,
        cautions=[_CAUTION],
        when=hull if what == "years" else DateRange(),
    )


def _amount(sightings: list[Sighting], unit: Unit) -> Quantity:
    """How many were sighted; one that gives no number is at least one."""
    figures = [s.quantity for s in sightings if s.quantity.known and s.quantity.unit is unit]
    alone = sum(1 for s in sightings if not s.quantity.known)
    if alone:
        figures.append(Quantity(low=alone, unit=unit))
    return total(figures, unit=unit)
