"""Marked: goods that a standing link (a serial or a lot on both sides) ties to the movement they had come by.

For the policy ``strict`` (method.md, section 2). A person's link says that so many of the goods of one movement
(``issue``) had come by an earlier one (``receipt``); here links become pairs of rows of the network, which holds to
them (`strict`). What a link cannot have in the record is not forced: it is counted, and a caution says so.

Invariant: no movement is promised more than it moves; nothing depends on the order of rows or of links.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from takingstock.records import DateRange, MarkLink, Movement, Quantity
from takingstock.records.marking import fold_mark
from takingstock.trace.holders import MARK

Rows = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""Issue rows, receipt rows and quantities, as `CustodyNetwork` takes them."""

NONE: Rows = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))

_TINY = 1e-9
_RECEIPT, _ISSUE = 0, 1


@dataclass(frozen=True)
class Pair:
    """All standing links between two movements: ``quantity`` items of ``issue`` had come by ``receipt``. ``cut``: they
    say more than the two moved."""

    receipt: str
    issue: str
    quantity: float
    links: tuple[str, ...]
    cut: bool = False


def standing(links: Iterable[MarkLink]) -> tuple[MarkLink, ...]:
    """The links that count, by id."""
    return tuple(sorted((link for link in links if not link.withdrawn), key=lambda link: link.id))


def pairs(links: Iterable[MarkLink], movements: Mapping[str, Movement]) -> tuple[Pair, ...]:
    """The standing links by the movements they join, sorted by key, within what those moved.

    Links of different serials are of different goods and add up, and so do links of different lots; a serial may be one
    of a lot, so of the two sums the larger counts; so does the largest of several links under one mark. Where the links
    of a movement are more than it moved, each is cut down in proportion. A link whose movement is not in the record, or
    of another unit than it, gives no pair."""
    amounts = wanted(links, movements)
    names: dict[tuple[str, str], list[str]] = defaultdict(list)
    for link in standing(links):
        names[(link.receipt, link.issue)].append(link.id)
    share = {place: _shares(place, amounts, movements) for place in (_RECEIPT, _ISSUE)}
    found = []
    for (receipt, issue), amount in amounts.items():
        part = min(share[_RECEIPT][receipt], share[_ISSUE][issue])
        if part > 0.0:
            cut = part < 1.0 - _TINY
            found.append(Pair(receipt, issue, amount * part, tuple(names[(receipt, issue)]), cut))
    return tuple(found)


def wanted(links: Iterable[MarkLink], movements: Mapping[str, Movement]) -> dict[tuple[str, str], float]:
    """How many items the standing links know by (receipt, issue), sorted, whether or not those moved as many."""
    marks: dict[tuple[str, str], dict[tuple[str, str], float]] = defaultdict(dict)
    for link in standing(links):
        ends = movements.get(link.receipt), movements.get(link.issue)
        amount = link.quantity.best
        if not amount or any(m is None or m.quantity.unit is not link.quantity.unit for m in ends):
            continue
        known, key = marks[(link.receipt, link.issue)], (link.kind, fold_mark(link.mark))
        known[key] = max(amount, known.get(key, 0.0))
    return {
        key: max(sum(x for (kind, _), x in known.items() if kind == one) for one in ("serial", "lot"))
        for key, known in sorted(marks.items())
    }


def _shares(
    place: int, amounts: Mapping[tuple[str, str], float], movements: Mapping[str, Movement]
) -> dict[str, float]:
    """What part of its links each movement can bear."""
    total: dict[str, float] = defaultdict(float)
    for key, amount in amounts.items():
        total[key[place]] += amount
    return {key: min(1.0, (movements[key].quantity.best or 0.0) / amount) for key, amount in total.items()}


def apart(movements: Sequence[Movement], known: Sequence[Pair]) -> list[Movement]:
    """The movements with what is linked as a movement of its own under the same key, where their dates alone leave open
    which came first: a link shows that its goods came before they left."""
    left = list(movements)
    for pair in known:
        receipt = next((m for m in left if m.key == pair.receipt and _open(m)), None)
        issue = next((m for m in left if m.key == pair.issue and _open(m)), None)
        if receipt is None or issue is None or not issue.when.may_precede(receipt.when):
            continue
        before, after = _until(receipt.when, issue.when), _since(issue.when, receipt.when)
        amount = min(pair.quantity, receipt.quantity.best or 0.0, issue.quantity.best or 0.0)
        if before is None or after is None or (before == receipt.when and after == issue.when):
            continue
        for movement, when in ((receipt, before), (issue, after)):
            place = left.index(movement)
            left[place : place + 1] = _cut(movement, amount, when)
    return left


def _open(movement: Movement) -> bool:
    return bool(movement.quantity.best)


def _cut(movement: Movement, amount: float, when: DateRange) -> list[Movement]:
    """A movement in two: the rest, where there is any, and so much of it within narrower dates."""
    unit, rest = movement.quantity.unit, (movement.quantity.best or 0.0) - amount
    linked = movement.model_copy(update={"quantity": Quantity.exact(amount, unit), "when": when})
    if rest <= _TINY * amount:
        return [linked]
    return [movement.model_copy(update={"quantity": Quantity.exact(rest, unit)}), linked]


def _until(when: DateRange, other: DateRange) -> DateRange | None:
    """The part of a range that is not after another."""
    last = min((day for day in (when.last, other.last) if day), default=None)
    return None if when.first and last and when.first > last else DateRange(first=when.first, last=last)


def _since(when: DateRange, other: DateRange) -> DateRange | None:
    """The part of a range that is not before another."""
    first = max((day for day in (when.first, other.first) if day), default=None)
    return None if when.last and first and first > when.last else DateRange(first=first, last=when.last)


def due(known: Iterable[Pair], moved: Mapping[str, float], whole: Mapping[str, float]) -> tuple[Pair, ...]:
    """The pairs with what of their links is due where only part of an issue has moved by the day asked about: dates
    that leave that open leave open in the same proportion which of its goods had gone. ``moved`` and ``whole`` are
    quantities by key."""
    found = []
    for pair in known:
        part = min(1.0, moved.get(pair.issue, 0.0) / whole[pair.issue]) if whole.get(pair.issue) else 0.0
        if part > 0.0:
            found.append(replace(pair, quantity=pair.quantity * part))
    return tuple(found)


def rows_of(known: Iterable[Pair], keys: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """The rows of the movements that pairs join, by key: documented lots first (they carry the same goods on already,
    so a link says nothing new of them), then as they lie. ``keys``: the key of every row, marked or not."""
    wanted = {key for pair in known for key in (pair.receipt, pair.issue)}
    found: dict[str, list[tuple[bool, int]]] = defaultdict(list)
    for row, key in enumerate(keys):
        own, mark, _ = key.partition(MARK)
        if own in wanted:
            found[own].append((not mark, row))
    return {key: np.array([row for _, row in sorted(rows)], dtype=np.int64) for key, rows in found.items()}


def place(
    known: Sequence[Pair],
    rows: Mapping[str, NDArray[np.int64]],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    amount: NDArray[np.float64],
) -> tuple[Rows, tuple[float, ...]]:
    """Pairs as links between rows that lie in custody order, and how much of each pair they bear.

    ``rows``: by movement key its rows in the order in which they are to be taken (`rows_of`); ``source``, ``target``
    (nodes) and ``amount`` are of all rows. Goods go on from the node they came to, and later. As all that came before
    an early issue came before a later one too, no other choice of rows places more."""
    given, taken = amount.copy(), amount.copy()
    found: list[tuple[int, int, float]] = []
    done = []
    for pair in known:
        left = pair.quantity
        receipts = rows.get(pair.receipt, NONE[0]).tolist()
        for issue in rows.get(pair.issue, NONE[0]).tolist():
            for receipt in receipts:
                if receipt >= issue or target[receipt] != source[issue] or left <= _TINY * pair.quantity:
                    continue
                part = min(left, float(given[receipt]), float(taken[issue]))
                if part > _TINY * pair.quantity:
                    found.append((issue, receipt, part))
                    given[receipt] -= part
                    taken[issue] -= part
                    left -= part
        done.append(pair.quantity - max(0.0, left))
    if not found:
        return NONE, tuple(done)
    issues, receipts_, parts = zip(*found, strict=True)
    return (np.array(issues, dtype=np.int64), np.array(receipts_, dtype=np.int64), np.array(parts)), tuple(done)
