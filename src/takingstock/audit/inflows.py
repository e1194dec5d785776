"""Inflow before, during and after an embargo (kind ``inflow-around-embargo``).

A comparison, no discrepancy: how much is on record as having come to a territory in the three times, per broad group of
goods, with the coverage of the sources beside it. What is not covered is unknown, not zero. That neighbours' reported
imports may rise during an embargo (B. Radford, Friends and Neighbors in the Arms Trade) is not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit.amounts import in_brackets, part_of_whole, spoken
from takingstock.audit.draft import drafted, several
from takingstock.audit.embargoed import SUPPLIES
from takingstock.audit.regimes import differ, grouped
from takingstock.audit.scene import Claims, Scene, dated, unit_words
from takingstock.records import Embargo, Finding, FindingKind, Movement, Unit
from takingstock.reference.embargoes import NON_GOVERNMENTAL, WHOLE_TERRITORY, fits
from takingstock.reference.scope import suspended

_DEFINITION = (
    "recorded deliveries of a broad group of goods to the recipient (its forces and units included) during the "
    "embargo, divided by all recorded deliveries of the group to it, before, during and after; one whose date may lie "
    "in two of the times, or on whose time two records of the embargo differ, adds to the upper bounds only"
)
_TIMES = ("before", "during", "after")


def around_embargo(scene: Scene, table: tuple[Embargo, ...]) -> Iterable[Finding]:
    """One finding per embargo on a whole territory or named party, recipient, group of goods and unit, where anything
    is on record during it."""
    came: dict[tuple[str, str, Unit], list[tuple[Movement, Claims]]] = {}
    for movement in scene.delivered():
        home = scene.state(movement.to_party)
        if movement.mode not in SUPPLIES or movement.to_party is None or home == scene.state(movement.from_party):
            continue
        claims = scene.claims(movement)
        group = scene.group(movement.item)
        if claims is None or not group:
            continue
        for recipient in {movement.to_party, home or movement.to_party}:
            came.setdefault((recipient, group, claims.quantity.unit), []).append((movement, claims))
    regimes = grouped(table)
    for (recipient, group, unit), rows in sorted(came.items()):
        for name, records in sorted(regimes.items()):
            laid = records[0].target != NON_GOVERNMENTAL and _laid_on(records[0], recipient)
            if laid and (found := _finding(scene, name, records, recipient, group, unit, rows)):
                yield found


def _laid_on(embargo: Embargo, recipient: str) -> bool:
    if embargo.target == WHOLE_TERRITORY:
        return recipient in embargo.territory.split("+")
    return embargo.target == recipient


def _finding(
    scene: Scene,
    name: str,
    records: tuple[Embargo, ...],
    recipient: str,
    group: str,
    unit: Unit,
    rows: list[tuple[Movement, Claims]],
) -> Finding | None:
    sure: dict[str, list[tuple[Movement, Claims]]] = {time: [] for time in _TIMES}
    may: dict[str, list[tuple[Movement, Claims]]] = {time: [] for time in _TIMES}
    for movement, claims in rows:
        times = {time for embargo in records for time in _times(embargo, movement)}
        for time in times:
            (sure if len(times) == 1 else may)[time].append((movement, claims))
    sums = {time: scene.sum_of(sure[time], may[time], unit) for time in _TIMES}
    if not sums["during"].known:
        return None
    whole = scene.sum_of(rows, unit=unit)
    bounds = part_of_whole(sums["during"], whole)
    dates = " or ".join(dict.fromkeys(dated(embargo.when) for embargo in records))
    told = ", ".join(f"{spoken(sums[time]) if sums[time].known else 'none on record'} {time}" for time in _TIMES)
    title = f"{records[0].body} embargo on {scene.party_name(recipient)}, {dates}"
    used = [s for _, claims in rows for s in claims.statements]
    coverage, registers = _coverage(scene, recipient, group, {s.source for s in used})
    undated = sum(not movement.when.known for movement, _ in rows)
    cautions = [coverage]
    if differ(records):
        cautions.append(f"Two records of this embargo contradict each other: {', '.join(e.id for e in records)}.")
    for out in sorted({dated(x.when) for e in records for x in e.exemptions if suspended(x)}):
        cautions.append(f"It was suspended {out}; what came in that time is counted as during it.")
    if undated:
        cautions.append(
            f"{several(undated, 'delivery', 'deliveries')} without a date may lie in any of the three times."
        )
    return drafted(
        FindingKind.EMBARGO_INFLOW,
        f"{name}:{recipient}:{group}" + ("" if unit is Unit.ITEMS else f":{unit.value}"),
        holder=recipient,
        item=group,
        numerator=sums["during"],
        denominator=whole,
        bounds=bounds,
        definition=_DEFINITION,
        words=f"{scene.item_name(group)}{unit_words(unit)} recorded as delivered around the {title}: {told}"
        f"{in_brackets(bounds)}.",
        records=used,
        also=registers,
        cautions=cautions,
        when=records[0].when,
    )


def _times(embargo: Embargo, movement: Movement) -> set[str]:
    when, period = movement.when, embargo.when
    times = set()
    if period.first and (when.first is None or when.first < period.first):
        times.add("before")
    if fits(period, when):
        times.add("during")
    if period.last and (when.last is None or when.last > period.last):
        times.add("after")
    return times


def _coverage(scene: Scene, recipient: str, group: str, speaking: set[str]) -> tuple[str, list[str]]:
    """What the sources say they cover for the recipient; without it, nothing follows from silence."""
    said, ids = [], []
    for source in scene.sources:
        cover = source.coverage
        if cover is None or not cover.period.known or (cover.parties and recipient not in cover.parties):
            continue
        if source.id in speaking or not cover.items or any(scene.akin(group, item) for item in cover.items):
            said.append(f"{source.title} covers the time {dated(cover.period)}")
            ids.append(source.id)
    if not said:
        return "No source states its coverage: what lies outside these records is unknown, not zero.", []
    return f"{'; '.join(said)}; outside that the inflow is unknown, not zero.", ids
