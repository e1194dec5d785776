"""Sides: what the sender and the receiver each report of the movements between them, kept apart.

A statement is a side's where its ``reporter`` is that party or a part of it. One voice speaks once; of several reports
of one movement by one side the best graded leads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from takingstock.audit.amounts import joint
from takingstock.audit.doubles import Told
from takingstock.audit.scene import Scene, standing
from takingstock.records import Quantity, Stage, Statement, Unit


@dataclass
class Side:
    """One side's reports of one pair and class: figures per movement, certain or only possible."""

    certain: list[Told] = field(default_factory=list)
    possible: list[Told] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    silent: int = 0

    def figure(self, scene: Scene, unit: Unit) -> Quantity:
        """The sum; zero where the side reports nothing with a number."""
        found = scene.summed(self.certain, self.possible, unit)
        return found if found.known else Quantity.exact(0, unit)

    def add(self, figure: Quantity | None, statements: Sequence[Statement], *, sure: bool) -> None:
        """One movement: its statements (at least one) and its figure."""
        self.statements.extend(statements)
        if figure is None:
            self.silent += 1
        else:
            (self.certain if sure else self.possible).append((statements[0].movement, figure))


def reported(scene: Scene, statements: Iterable[Statement], unit: Unit) -> Quantity | None:
    """One figure out of one side's statements on one movement; None where none of them has a number in the unit."""
    by_voice: dict[str, list[Statement]] = {}
    for statement in sorted(statements, key=lambda s: (standing(s.grade), s.id)):
        if statement.quantity.known and statement.quantity.unit is unit:
            by_voice.setdefault(scene.voice(statement.source), []).append(statement)
    heard: list[Statement] = []
    for original, members in by_voice.items():
        heard.extend([s for s in members if s.source == original] or members[:1])
    if not heard:
        return None
    heard.sort(key=lambda s: (standing(s.grade), s.id))
    best = standing(heard[0].grade)
    return joint(s.quantity for s in heard if standing(s.grade) == best)


def broadest(scene: Scene, items: Iterable[str]) -> dict[str, str]:
    """Each class with the broadest of those given that holds it: one side may name what the other gives in parts."""
    distinct = sorted(set(items))
    found: dict[str, str] = {}
    for item in distinct:
        above = [other for other in distinct if scene.is_a(item, other)]
        found[item] = min(above, key=lambda other: (sum(scene.is_a(other, o) for o in above), other))
    return found


def delivered_statements(scene: Scene) -> Iterable[Statement]:
    """All statements that say something was delivered, by id."""
    return sorted((s for s in scene.ledger.statements if s.stage is Stage.DELIVERED), key=lambda s: s.id)
