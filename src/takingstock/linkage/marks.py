"""Marks: who bears a serial, a lot, a factory code or an import mark, and which records share one.

Ranked: *exact* (but for case, blanks, punctuation), *look-alike* (says which characters were taken for which), *block*
(a serial within a block of numbers that a record states), *partial* (only where asked for). What is alike is never
silently equal. Pure: from a ledger to values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from takingstock.linkage.lookalikes import Taken, described, skeleton, taken
from takingstock.records import BadValueError, Count, Ledger, Mark, MarkCondition, Record, Sighting, Statement, Unit
from takingstock.records.marking import MarkKind, block_of, fold_mark, read_mark
from takingstock.records.tracing import TraceRequest

SHORTEST = 3
"""Characters that a part of a mark must have at least: fewer are on everything."""

Bearing = Sighting | Statement | Count | TraceRequest
IsAmmunition = Callable[[str], bool]


class Match(StrEnum):
    """How a mark fits what was asked for, best first."""

    EXACT = "exact"
    LOOK_ALIKE = "look-alike"
    BLOCK = "block"
    PARTIAL = "partial"


class Use(Record):
    """A mark on one record. ``table`` is sightings, statements, counts or requests; ``record`` its id; ``movement`` the
    key a statement stands under; ``holder`` who has it then (of a statement, who receives)."""

    table: str
    record: str
    kind: str
    mark: str
    written: str
    item: str
    holder: str = ""
    when: str = ""
    movement: str = ""
    condition: str = "present"

    @property
    def thing(self) -> str:
        """What two records of are one: all statements on one movement, or the record itself."""
        return f"movement:{self.movement}" if self.movement else f"{self.table}:{self.record}"


class Hit(Record):
    """A mark that fits what was asked for. ``taken``: which characters were taken for which; ``why`` in words."""

    use: Use
    match: Match
    taken: tuple[Taken, ...] = ()
    why: str = ""


class Shared(Record):
    """A serial or lot in more than one record. ``marks`` are its compared forms, one where all write it alike;
    ``taken`` what has to be taken for what where they do not."""

    kind: str
    marks: tuple[str, ...]
    uses: tuple[Use, ...]
    taken: tuple[Taken, ...] = ()

    @property
    def match(self) -> Match:
        return Match.EXACT if len(self.marks) == 1 else Match.LOOK_ALIKE


@dataclass(frozen=True)
class _Read:
    use: Use
    folded: str
    skeleton: str
    block: tuple[str, int, int] | None


def uses(ledger: Ledger, ammunition: IsAmmunition) -> tuple[Use, ...]:
    """Every mark of every record, as it is read: sightings, statements, counts and trace requests, in this order."""
    return tuple(one.use for one in _all(ledger, ammunition))


def search(
    ledger: Ledger, ammunition: IsAmmunition, text: str, *, kind: MarkKind | None = None, partial: bool = False
) -> tuple[Hit, ...]:
    """The marks that fit ``text``, best first, then by record. A word before it (``lot 7``) sets the kind, unless
    ``kind`` does; without either all kinds are looked through. ``partial``: also marks of which it is a part, or that
    are a part of it; a ``?`` in it stands for one character that cannot be read.

    Raises BadValueError for a text that is no mark, or a part that is too short."""
    own = read_mark(text, rounds=False)
    # A bare number is a serial by rule; who asks for it without a word may mean any mark.
    said = own.kind if own.text != text.strip() else None
    kind = kind or (MarkKind(said) if said else None)
    body = own.text if said and said == kind else text.strip()
    folded = fold_mark(body.replace("?", "")) if partial else fold_mark(body)
    if not folded:
        raise BadValueError(f"{text!r} is no mark; write the letters and figures as they stand on the item")
    wanted = [skeleton(fold_mark(part)) for part in body.split("?")] if partial else [skeleton(folded)]
    if partial and sum(map(len, wanted)) < SHORTEST:
        raise BadValueError(f"{text!r} is too short for a part of a mark; write at least {SHORTEST} characters of it")
    hits = []
    for one in _all(ledger, ammunition):
        if kind is not None and one.use.kind != kind and not (one.block and kind is MarkKind.SERIAL):
            continue
        hit = _fits(one, folded, "?" not in body or not partial, wanted, partial)
        if hit is not None:
            hits.append(hit)
    order = list(Match)
    return tuple(sorted(hits, key=lambda hit: (order.index(hit.match), len(hit.taken))))


def shared(
    ledger: Ledger, ammunition: IsAmmunition, *, kinds: Sequence[MarkKind] = (MarkKind.SERIAL, MarkKind.LOT)
) -> tuple[Shared, ...]:
    """Serials and lots that stand in more than one record: written alike first, then those that only look alike. All
    statements on one movement are one record. Factory codes and import marks are on many items and shared by nature."""
    groups: dict[tuple[str, str], list[_Read]] = {}
    for one in _all(ledger, ammunition):
        if one.use.kind in kinds and one.skeleton:
            groups.setdefault((one.use.kind, one.skeleton), []).append(one)
    found = []
    for (kind, _), group in sorted(groups.items()):
        if len({one.use.thing for one in group}) < 2:
            continue
        marks = tuple(sorted({one.folded for one in group}))
        pairs = {(p.asked, p.found): p for other in marks[1:] for p in taken(marks[0], other)}
        found.append(Shared(kind=kind, marks=marks, uses=tuple(one.use for one in group), taken=tuple(pairs.values())))
    return tuple(sorted(found, key=lambda one: (one.match is not Match.EXACT, one.kind, one.marks)))


def _fits(one: _Read, folded: str, whole: bool, wanted: list[str], partial: bool) -> Hit | None:
    if whole and one.folded == folded:
        return Hit(use=one.use, match=Match.EXACT, why="the same mark")
    if whole and one.skeleton and one.skeleton == skeleton(folded):
        pairs = taken(folded, one.folded)
        return Hit(use=one.use, match=Match.LOOK_ALIKE, taken=pairs, why=described(pairs))
    if one.block and whole and (number := _number(folded)) is not None:
        prefix, low, high = one.block
        if number[0] == prefix and low <= number[1] <= high:
            return Hit(use=one.use, match=Match.BLOCK, why=f"within the block {one.use.written}")
    if not partial or not one.skeleton or one.block:
        return None
    at = _place(wanted, one.skeleton)
    if at is not None:
        whole_length = at == 0 and sum(map(len, wanted)) + len(wanted) - 1 == len(one.skeleton)
        why = "fits, with what cannot be read" if whole_length else f"a part of it, from character {at + 1}"
        return Hit(use=one.use, match=Match.PARTIAL, why=f"{why}; look-alikes count as equal")
    if whole and len(one.skeleton) >= SHORTEST and one.skeleton in wanted[0]:
        return Hit(use=one.use, match=Match.PARTIAL, why="the record has a part of what was asked for")
    return None


def _place(wanted: list[str], found: str) -> int | None:
    """Where the parts stand in a skeleton with exactly one character between them; None: nowhere."""
    length = sum(map(len, wanted)) + len(wanted) - 1
    for start in range(len(found) - length + 1):
        at = start
        for part in wanted:
            if not found.startswith(part, at):
                break
            at += len(part) + 1
        else:
            return start
    return None


def _number(folded: str) -> tuple[str, int] | None:
    digits = len(folded) - len(folded.rstrip("0123456789"))
    return (folded[:-digits], int(folded[-digits:])) if digits else None


def _all(ledger: Ledger, ammunition: IsAmmunition) -> Iterable[_Read]:
    tables: tuple[tuple[str, Sequence[Bearing]], ...] = (
        ("sightings", ledger.sightings),
        ("statements", ledger.statements),
        ("counts", ledger.counts),
        ("requests", ledger.requests),
    )
    for table, records in tables:
        for record in records:
            for written, mark in _marks(record, ammunition):
                block = block_of(written)
                folded = fold_mark(mark.text)
                if folded and mark.condition in {MarkCondition.PRESENT, MarkCondition.OVERSTAMPED}:
                    yield _Read(_use(table, record, written, mark, folded), folded, skeleton(folded), block)


def _marks(record: Bearing, ammunition: IsAmmunition) -> Iterable[tuple[str, Mark]]:
    if isinstance(record, TraceRequest):
        own = ((record.serial, MarkKind.SERIAL), (record.lot, MarkKind.LOT), (record.import_marks, MarkKind.IMPORT))
        # The same words may stand before it here too.
        yield from ((text, Mark(text=_bare(text, kind), kind=kind)) for text, kind in own if text)
        rounds = ammunition(record.item)
    else:
        rounds = record.quantity.unit is Unit.ROUNDS or ammunition(record.item)
    yield from ((text, read_mark(text, rounds=rounds)) for text in record.marks)


def _bare(text: str, kind: MarkKind) -> str:
    mark = read_mark(text, rounds=kind is MarkKind.LOT)
    return mark.text if mark.kind == kind else text.strip()


def _use(table: str, record: Bearing, written: str, mark: Mark, folded: str) -> Use:
    base = {"table": table, "record": record.id, "kind": mark.kind, "mark": folded, "written": written}
    base |= {"item": record.item, "condition": mark.condition.value}
    if isinstance(record, Statement):
        base |= {"holder": record.to_party or "", "when": str(record.when), "movement": record.movement}
    elif isinstance(record, TraceRequest):
        base |= {"when": str(record.found)}
    else:
        base |= {"holder": record.holder, "when": str(record.when)}
    return Use.model_validate(base)
