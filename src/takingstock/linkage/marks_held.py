"""Held links: what a person may hold of a serial or lot on both sides of a stock, before it becomes a row.

A link overrides the mixture of a trace, so it must be one that the record allows: two delivered movements of one unit
and of classes that may be one, the second out of where the first went, in an order that the dates allow, the mark on
some record of the case. Pure: from a ledger to a row, or to an error that says what to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from takingstock.linkage.marks import IsAmmunition, uses
from takingstock.linkage.marks_links import Classes, Parties, Scene, scene_of
from takingstock.records import (
    BadValueError,
    Ledger,
    MarkLink,
    Movement,
    Quantity,
    Record,
    Stage,
    Unit,
    UnknownNameError,
)
from takingstock.records.marking import MarkKind, block_of, fold_mark, read_mark

_KINDS = (MarkKind.SERIAL, MarkKind.LOT)


class Held(Record):
    """A link that may be written, and what to know of it."""

    link: MarkLink
    notes: tuple[str, ...] = ()


def link_id(kind: str, mark: str, receipt: str, issue: str) -> str:
    """The same two movements and mark give the same id, whoever links them; no id tells the mark."""
    about = "|".join((kind, mark, receipt, issue))
    return f"link-{hashlib.sha256(about.encode()).hexdigest()[:12]}"


def held(
    ledger: Ledger,
    classes: Classes,
    parties: Parties,
    ammunition: IsAmmunition,
    *,
    receipt: str,
    issue: str,
    mark: str,
    kind: str = "",
    quantity: float | None = None,
    sightings: tuple[str, ...] = (),
    person: str,
    reason: str,
) -> Held:
    """The link of two movements by a mark. ``mark`` as it stands, with or without a word before it; ``kind`` "serial"
    or "lot" where no word says so. One item bears a serial; of a lot as many as either movement moved, unless
    ``quantity`` says fewer. ``ledger`` is the one that counts, movements under their standing keys.

    Raises UnknownNameError for a movement or sighting that is not there, BadValueError for what the record does not
    allow and for more than a movement moved."""
    scene = scene_of(ledger, classes, parties)
    before, after = (_movement(scene, key) for key in (receipt, issue))
    _refuse(scene, before, after)
    read = _kind(mark, kind, rounds=before.quantity.unit is Unit.ROUNDS or ammunition(before.item))
    folded = fold_mark(mark if read is None else read[1])
    if not folded or read is None:
        raise BadValueError(f"{mark!r} is no mark; write the letters and figures as they stand on the item")
    amount = _quantity(read[0], before, after, quantity)
    notes = _borne(ledger, ammunition, (before, after), read[0], folded, sightings)
    if missing := [id for id in sightings if id not in scene.sightings]:
        raise UnknownNameError(f"no sighting {missing[0]!r} counts in this case; see what bears the mark with marks")
    row = MarkLink(
        id=link_id(read[0], folded, receipt, issue),
        kind=read[0].value,
        mark=folded,
        receipt=receipt,
        issue=issue,
        quantity=amount,
        sightings=tuple(sorted(sightings)),
        person=person,
        reason=reason,
    )
    return Held(link=row, notes=notes)


def _movement(scene: Scene, key: str) -> Movement:
    if key in scene.movements:
        return scene.movements[key]
    from rapidfuzz import process

    near = [name for name, _, _ in process.extract(key, sorted(scene.movements), limit=3, score_cutoff=60)]
    hint = f"did you mean {', '.join(near)}?" if near else "marks --shared names those that bear a mark"
    raise UnknownNameError(f"no movement {key!r} in the case; {hint}")


def _refuse(scene: Scene, receipt: Movement, issue: Movement) -> None:
    if receipt.key == issue.key:
        raise BadValueError(
            f"{receipt.key} is named twice; name the receipt, then the issue by which the goods went on"
        )
    for movement in (receipt, issue):
        if movement.stage is not Stage.DELIVERED:
            raise BadValueError(f"{movement.key} is {movement.stage.value}, not delivered: its goods never moved")
    if receipt.quantity.unit is not issue.quantity.unit:
        raise BadValueError(
            f"{receipt.key} counts {receipt.quantity.unit.value}, {issue.key} {issue.quantity.unit.value}: not one kind"
        )
    if not scene.akin(receipt.item, issue.item):
        raise BadValueError(f"{receipt.item} and {issue.item} are different goods and share no item, whatever the mark")
    if not (scene.inside(receipt.to_party, issue.from_party) or scene.inside(issue.from_party, receipt.to_party)):
        came, went = scene.name(receipt.to_party), scene.name(issue.from_party)
        raise BadValueError(
            f"{receipt.key} goes to {came} and {issue.key} leaves {went}: link neighbours only, or record the movement "
            "between the two"
        )
    if not receipt.when.may_precede(issue.when):
        raise BadValueError(
            f"{issue.key} ({issue.when}) is wholly before {receipt.key} ({receipt.when}): correct a date, or name the "
            "receipt first"
        )


def _kind(mark: str, kind: str, *, rounds: bool) -> tuple[MarkKind, str] | None:
    """The kind and the mark without its word; None for what is no mark."""
    if block_of(mark):
        raise BadValueError(f"{mark!r} is a block of numbers; link the serials of it that were seen, one by one")
    own = read_mark(mark, rounds=rounds)
    worded = own.text != mark.strip()
    if kind and kind not in [one.value for one in _KINDS]:
        raise BadValueError(f"--kind {kind}: such marks are on many items by nature; link by serial or lot")
    if worded and kind and own.kind != kind:
        raise BadValueError(f"{mark!r} says {own.kind} and --kind {kind}; leave one of the two out")
    found = MarkKind(kind) if kind else MarkKind(own.kind)
    if found not in _KINDS:
        raise BadValueError(f"{mark!r} is no serial and no lot; say which with --kind serial or --kind lot")
    text = own.text if worded else mark.strip()
    return (found, text) if text else None


def _quantity(kind: MarkKind, receipt: Movement, issue: Movement, given: float | None) -> Quantity:
    unit = receipt.quantity.unit
    if given is not None and not given > 0.0:
        raise BadValueError(f"{given:g} items cannot be linked; give how many are known, above zero")
    if kind is MarkKind.SERIAL:
        if given not in (None, 1.0):
            raise BadValueError(f"one item bears a serial, not {given:g}; leave the quantity out, or link a lot")
        return Quantity.exact(1.0, unit)
    known = [m.quantity.best for m in (receipt, issue) if m.quantity.best]
    if given is None and len(known) < 2:
        lacking = next(m.key for m in (receipt, issue) if not m.quantity.best)
        raise BadValueError(f"{lacking} has no quantity: say with --quantity how many are known to be of the lot")
    return Quantity.exact(given if given is not None else min(known), unit)


def _borne(
    ledger: Ledger,
    ammunition: IsAmmunition,
    ends: tuple[Movement, Movement],
    kind: MarkKind,
    folded: str,
    sightings: Iterable[str],
) -> tuple[str, ...]:
    """What to know of a link that not both movements bear out. Raises BadValueError where nothing bears the mark."""
    bearing = [use for use in uses(ledger, ammunition) if use.mark == folded and use.kind == kind]
    if not bearing:
        raise BadValueError(
            "no record in the case bears that mark: record the sighting or the statement that shows it, then link"
        )
    ruling = {use.record for use in bearing}
    without = [m.key for m in ends if not ruling & set(m.ruling)]
    if not without:
        return ()
    shown = sorted(ruling & set(sightings))
    other = [f"{id} does not bear the mark as it is written" for id in sorted(set(sightings) - ruling)]
    if shown:
        return (f"{', '.join(without)}: no statement bears the mark; the link rests on {', '.join(shown)}", *other)
    if other:
        return (f"{', '.join(without)}: no statement bears the mark", *other)
    return (f"{', '.join(without)}: no statement bears the mark, and no sighting is named: the link is your word",)
