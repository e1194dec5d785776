"""What a sender reports as issued against what the receiver reports as received (kind ``issued-not-received``).

Within one state, or where one of the two is no state; between states this is :mod:`takingstock.audit.mirrors`. A
receiver that reports nothing at all of the class from this sender says nothing by that, unless the coverage of a source
names it.
"""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.audit.amounts import excess, excess_ratio, in_brackets, spoken
from takingstock.audit.draft import drafted, several
from takingstock.audit.scene import Scene, unit_words
from takingstock.audit.sides import Side, broadest, delivered_statements, reported
from takingstock.records import Coverage, DateRange, Finding, FindingKind, PartyKind, Statement, Unit

_DEFINITION = (
    "what the sender's own reports give as issued or sent to the receiver less what the receiver's own reports give as "
    "received from it (never below zero), divided by what the sender reports; a report dated after the last receipt "
    "that the receiver reports or covers adds to the upper bound only"
)
_CAUTION = "Two reports that differ: goods may be on their way, entered under another date or class, or not entered."


def issued_not_received(scene: Scene) -> Iterable[Finding]:
    """One finding per sender, receiver, class and unit in which the sender reports more for certain."""
    pairs: dict[tuple[str, str, Unit], list[Statement]] = {}
    for statement in delivered_statements(scene):
        sender, receiver = statement.from_party, statement.to_party
        if statement.reporter and sender and receiver and not _between_states(scene, sender, receiver):
            pairs.setdefault((sender, receiver, statement.quantity.unit), []).append(statement)
    for (sender, receiver, unit), statements in sorted(pairs.items()):
        wide = broadest(scene, (s.item for s in statements))
        for item in sorted(set(wide.values())):
            group = [s for s in statements if wide[s.item] == item]
            if found := _check(scene, sender, receiver, item, unit, group):
                yield found


def _between_states(scene: Scene, sender: str, receiver: str) -> bool:
    return scene.kind(sender) is scene.kind(receiver) is PartyKind.STATE


def _check(
    scene: Scene, sender: str, receiver: str, item: str, unit: Unit, statements: list[Statement]
) -> Finding | None:
    ours = [s for s in statements if scene.inside(s.reporter, receiver)]
    theirs = [s for s in statements if scene.inside(s.reporter, sender) and s not in ours]
    until = _until(scene, receiver, item, ours)
    if not theirs or until is None:
        return None
    issued, received = Side(), Side()
    for side, said in ((issued, theirs), (received, ours)):
        by_key: dict[str, list[Statement]] = {}
        for statement in said:
            by_key.setdefault(statement.movement, []).append(statement)
        for _, group in sorted(by_key.items()):
            late = side is issued and not _by(group[0].when, until)
            side.add(reported(scene, group, unit), group, sure=not late)
    if received.silent:
        return None
    sent, got = issued.figure(scene, unit), received.figure(scene, unit)
    gap = excess(sent, got)
    if not gap.low:
        return None
    bounds = excess_ratio(sent, got)
    cautions = [_CAUTION]
    if issued.silent:
        cautions.append(f"{several(issued.silent, 'movement')} of unknown quantity not counted.")
    about = f"{sender}:{receiver}:{item}" + ("" if unit is Unit.ITEMS else f":{unit.value}")
    return drafted(
        FindingKind.ISSUED_NOT_RECEIVED,
        about,
        holder=receiver,
        item=item,
        numerator=gap,
        denominator=sent,
        bounds=bounds,
        definition=_DEFINITION,
        words=f"{scene.item_name(item)}: {scene.party_name(sender)} reports {spoken(sent)}{unit_words(unit)} issued to "
        f"{scene.party_name(receiver)}, which reports {spoken(got) if got.high else 'none'} received: {spoken(gap)} "
        f"not in the receiver's reports{in_brackets(bounds)}.",
        records=(*issued.statements, *received.statements),
        cautions=cautions,
    )


def _until(scene: Scene, receiver: str, item: str, ours: list[Statement]) -> DateRange | None:
    """Up to when the receiver reports: the end of a coverage that names it, or else its last report."""
    for source in scene.sources:
        cover: Coverage | None = source.coverage
        named = cover is not None and any(scene.inside(party, receiver) for party in cover.parties)
        if cover is not None and named and (not cover.items or any(scene.is_a(item, c) for c in cover.items)):
            return DateRange(last=cover.period.last)
    if not ours:
        return None
    ends = [s.when.last for s in ours]
    return DateRange(last=None if None in ends else max(end for end in ends if end is not None))


def _by(when: DateRange, until: DateRange) -> bool:
    return until.last is None or (when.last is not None and when.last <= until.last)
