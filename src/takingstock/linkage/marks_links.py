"""Proposed links: goods that a serial or lot shows on both sides of a stock, for the trace's policy ``strict``.

A *strict* link says that so many of the goods of one movement (``issue``) had come by an earlier one (``receipt``) into
the stock that the issue leaves. Rule ``shared-mark/1``: two movements, or a movement and a sighting, bear the same
serial or lot (exactly: a look-alike proposes nothing); their classes may be one (one lies in the other); the dates
allow it; the receipt is delivered. A proposal is a value and changes nothing until a person accepts it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

from takingstock.linkage.marks import IsAmmunition, Match, Shared, shared
from takingstock.records import Ledger, Movement, Quantity, Record, Sighting, Stage

RULE: Final = "shared-mark/1"

LOT_CAUTION: Final = (
    "A lot is often divided among several buyers when it is made: a shared lot suggests that the goods are the same, "
    "and does not show it."
)
SERIAL_CAUTION: Final = "Makers use the same number for different types and years, and a number can be misread."


class Proposal(Record):
    """``issue`` and ``receipt`` are movement keys; ``issue`` is empty where no recorded movement brings the goods to
    where they were seen, so that the link has no place in the trace yet (``open``). ``quantity`` is how many are known
    at most: the smallest of what both sides bear. ``sightings`` are those that show it; none: both sides are records.
    The rule was not measured, so it gives no score."""

    id: str
    rule: str
    kind: str
    mark: str
    receipt: str
    issue: str = ""
    quantity: Quantity = Quantity()
    sightings: tuple[str, ...] = ()
    holder: str = ""
    reason: str
    caution: str

    @property
    def open(self) -> bool:
        """Whether a movement is missing that would carry the link."""
        return not self.issue


class Classes(Protocol):
    def has(self, id: str, /) -> bool: ...
    def is_a(self, a: str, b: str, /) -> bool: ...


class Parties(Protocol):
    def has(self, id: str, /) -> bool: ...
    def name(self, id: str, /) -> str: ...
    def part_of(self, a: str, b: str, /) -> bool: ...


@dataclass
class Scene:
    """A ledger with its movements and sightings by id, and what may be one."""

    ledger: Ledger
    classes: Classes
    parties: Parties
    movements: dict[str, Movement]
    sightings: dict[str, Sighting]

    @cached_property
    def arrivals(self) -> dict[str, list[Movement]]:
        """The delivered movements that come to each party, by key."""
        found: dict[str, list[Movement]] = {}
        for _, movement in sorted(self.movements.items()):
            if movement.stage is Stage.DELIVERED and movement.to_party:
                found.setdefault(movement.to_party, []).append(movement)
        return found

    def akin(self, a: str, b: str) -> bool:
        if not (self.classes.has(a) and self.classes.has(b)):
            return a == b
        return self.classes.is_a(a, b) or self.classes.is_a(b, a)

    def inside(self, party: str | None, holder: str | None) -> bool:
        return bool(party and holder) and (party == holder or self.parties.part_of(party, holder))  # type: ignore[arg-type]

    def name(self, party: str | None) -> str:
        if not party:
            return "a holder that is not recorded"
        return self.parties.name(party) if self.parties.has(party) else party


def scene_of(ledger: Ledger, classes: Classes, parties: Parties) -> Scene:
    """The scene of a ledger that counts: movements under their standing keys."""
    movements = {movement.key: movement for movement in ledger.movements(parties.part_of)}
    return Scene(ledger, classes, parties, movements, {sighting.id: sighting for sighting in ledger.sightings})


def proposals(ledger: Ledger, classes: Classes, parties: Parties, ammunition: IsAmmunition) -> tuple[Proposal, ...]:
    """All that the rule proposes, by id. The ledger is the one that counts: movements under their standing keys."""
    scene = scene_of(ledger, classes, parties)
    made: dict[str, Proposal] = {}
    for group in shared(ledger, ammunition):
        if group.match is not Match.EXACT:
            continue
        for proposal in (*_between_movements(scene, group), *_with_sightings(scene, group)):
            made.setdefault(proposal.id, proposal)
    return tuple(made[id] for id in sorted(made))


def _between_movements(scene: Scene, group: Shared) -> Iterable[Proposal]:
    moved = _moved(scene, group)
    for receipt in moved:
        for issue in moved:
            if issue.key != receipt.key and _follows(scene, receipt, issue):
                yield _proposal(
                    group, receipt, issue, (), _least(receipt, issue),
                    f"both bear the {group.kind}; {scene.name(receipt.to_party)} received it by the one and passed it "
                    "on by the other",
                )  # fmt: skip


def _with_sightings(scene: Scene, group: Shared) -> Iterable[Proposal]:
    """One for each receipt and holder: several sightings with one holder show the same link."""
    seen: dict[tuple[str, str], list[Sighting]] = {}
    moved = _moved(scene, group)
    for use in group.uses:
        if use.table != "sightings":
            continue
        sighting = scene.sightings[use.record]
        for receipt in moved:
            possible = scene.akin(receipt.item, sighting.item) and receipt.when.may_precede(sighting.when)
            if possible and not scene.inside(sighting.holder, receipt.to_party):
                seen.setdefault((receipt.key, sighting.holder), []).append(sighting)
    for (key, holder), sightings in sorted(seen.items()):
        if any(scene.inside(movement.to_party, holder) for movement in moved):
            # A movement that bears the mark brings it there: the movements say it.
            continue
        receipt = scene.movements[key]
        issues = [
            movement
            for party, arriving in scene.arrivals.items()
            if scene.inside(party, holder)
            for movement in arriving
            if _follows(scene, receipt, movement)
            and any(movement.when.may_precede(sighting.when) for sighting in sightings)
        ]
        issues.sort(key=lambda movement: movement.key)
        ids = tuple(sorted(sighting.id for sighting in sightings))
        # Sightings may be of the same items: the largest is certain.
        most = max((s.quantity.best or 0.0 for s in sightings), default=0.0)
        amount = Quantity.exact(most, sightings[0].quantity.unit) if most else Quantity(unit=sightings[0].quantity.unit)
        where = f"seen with {scene.name(holder)}"
        if len(issues) == 1:
            quantity = _smaller(amount, _least(receipt, issues[0]))
            reason = f"{where}, to whom one recorded movement leads from {scene.name(receipt.to_party)}, its recipient"
            yield _proposal(group, receipt, issues[0], ids, quantity, reason, holder)
            continue
        missing = (
            f"{len(issues)} recorded movements lead there from its recipient ({', '.join(m.key for m in issues)}): say "
            "by which it came"
            if issues
            else f"no recorded movement leads there from its recipient, {scene.name(receipt.to_party)}"
        )
        quantity = _smaller(amount, receipt.quantity)
        yield _proposal(group, receipt, None, ids, quantity, f"{where}; {missing}", holder)


def _moved(scene: Scene, group: Shared) -> list[Movement]:
    """The delivered movements whose ruling statements bear the mark."""
    bearing: dict[str, set[str]] = {}
    for use in group.uses:
        if use.movement:
            bearing.setdefault(use.movement, set()).add(use.record)
    found = [scene.movements[key] for key in sorted(bearing)]
    return [m for m in found if m.stage is Stage.DELIVERED and m.to_party and bearing[m.key] & set(m.ruling)]


def _follows(scene: Scene, receipt: Movement, issue: Movement) -> bool:
    """Whether goods of ``receipt`` may go on by ``issue``."""
    return (
        issue.stage is Stage.DELIVERED
        and receipt.quantity.unit is issue.quantity.unit
        and scene.akin(receipt.item, issue.item)
        and (scene.inside(receipt.to_party, issue.from_party) or scene.inside(issue.from_party, receipt.to_party))
        and receipt.when.may_precede(issue.when)
    )


def _least(receipt: Movement, issue: Movement) -> Quantity:
    return _smaller(receipt.quantity, issue.quantity)


def _smaller(a: Quantity, b: Quantity) -> Quantity:
    if not a.known or not b.known or a.unit is not b.unit:
        return a if a.known else b
    return a if (a.best or 0.0) <= (b.best or 0.0) else b


def _proposal(
    group: Shared,
    receipt: Movement,
    issue: Movement | None,
    sightings: tuple[str, ...],
    quantity: Quantity,
    reason: str,
    holder: str = "",
) -> Proposal:
    about = "|".join((group.kind, group.marks[0], receipt.key, issue.key if issue else "", holder))
    # One item bears a serial, whatever its record says of the whole delivery.
    amount = Quantity.exact(1.0, quantity.unit) if group.kind == "serial" else quantity
    return Proposal(
        id=f"strict-{hashlib.sha256(about.encode()).hexdigest()[:12]}",
        rule=RULE,
        kind=group.kind,
        mark=group.marks[0],
        receipt=receipt.key,
        issue=issue.key if issue else "",
        quantity=amount,
        sightings=sightings,
        holder=holder or (issue.to_party or "" if issue else ""),
        reason=reason,
        caution=SERIAL_CAUTION if group.kind == "serial" else LOT_CAUTION,
    )
