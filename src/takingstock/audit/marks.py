"""Marks: the serials and lots that a record lists, and blocks of numbers. What a text is, is
:mod:`takingstock.records.marking`: one rule for all who ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from takingstock.audit.scene import Scene
from takingstock.records import Count, Sighting, Statement, Unit
from takingstock.records.marking import MarkKind, block_of, fold_mark, read_mark

_NUMBER = re.compile(r"^(.*?)(\d+)(\D*)$")


@dataclass(frozen=True)
class Mark:
    """A mark in the form that is compared; ``lot`` or else a serial."""

    text: str
    lot: bool


def marks_of(scene: Scene, record: Count | Statement | Sighting) -> list[Mark]:
    """The serials and lots that a record lists, in its order, doubles included; ranges (``1001..1010``) are none."""
    found = (read(scene, record, text) for text in record.marks)
    return [mark for mark in found if mark is not None]


def read(scene: Scene, record: Count | Statement | Sighting, text: str) -> Mark | None:
    """One mark of a record; None where it is neither a serial nor a lot."""
    rounds = record.quantity.unit is Unit.ROUNDS or scene.group(record.item) == "ammunition"
    mark = read_mark(text, rounds=rounds)
    if mark.kind not in {MarkKind.SERIAL, MarkKind.LOT}:
        return None
    folded = fold_mark(mark.text)
    return Mark(folded, mark.kind == MarkKind.LOT) if folded else None


fold = fold_mark


def ranges(marks: Iterable[str]) -> list[tuple[str, int, int]]:
    """Blocks of numbers that a record states (``AB1001..AB1999``): prefix, first and last."""
    return [block for text in marks if (block := block_of(text))]


def numbered(text: str) -> tuple[str, int] | None:
    """Prefix and number of a folded serial that ends in a number; None for any other."""
    match = _NUMBER.match(text)
    return (match[1], int(match[2])) if match and not match[3] else None


def gaps(texts: Iterable[str], block: int = 10) -> list[tuple[str, int]]:
    """Numbers left out within blocks of serials of one prefix: at least ``block`` of them, of which nine in ten are
    there. A maker need not give numbers in sequence, so this is a note and no more."""
    by_prefix: dict[str, set[int]] = {}
    for text in texts:
        if found := numbered(text):
            by_prefix.setdefault(found[0], set()).add(found[1])
    left: list[tuple[str, int]] = []
    for prefix, numbers in sorted(by_prefix.items()):
        low, high = min(numbers), max(numbers)
        if len(numbers) >= block and len(numbers) < high - low + 1 <= len(numbers) / 0.9:
            left.extend((prefix, number) for number in range(low, high) if number not in numbers)
    return left
