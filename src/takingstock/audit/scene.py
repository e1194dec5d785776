"""Scene: the ledger with its derived movements and the tables, as all checks of the audit look at them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from takingstock.audit.amounts import contradict, joint
from takingstock.records import (
    Count,
    DateRange,
    Grade,
    Ledger,
    Mode,
    Movement,
    Quantity,
    Source,
    Stage,
    Statement,
    Unit,
    voice,
)
from takingstock.reference.parties import Directory
from takingstock.reference.taxonomy import SETS, Taxonomy

CROSSING = frozenset({Mode.EXPORT, Mode.AID, Mode.LICENSED_PRODUCTION, Mode.RETRANSFER})
"""Modes that bring arms to a holder from outside. An issue moves them on within it and is never a second delivery."""


@dataclass(frozen=True)
class Claims:
    """What independent voices say of one movement's quantity.

    ``quantity`` is that of the best graded ``leading`` statements: one figure, or their span where they contradict
    each other. ``beside`` are statements graded lower, of a broader class, or in another unit: shown, never mixed."""

    quantity: Quantity
    leading: tuple[Statement, ...]
    beside: tuple[Statement, ...] = ()

    @property
    def contradict(self) -> bool:
        return contradict(statement.quantity for statement in self.leading)

    @property
    def statements(self) -> tuple[Statement, ...]:
        return (*self.leading, *self.beside)


@dataclass(frozen=True)
class Scene:
    """Read-only. ``movements`` are all of the ledger's, sorted by key; counts and sources sorted by id."""

    ledger: Ledger
    taxonomy: Taxonomy
    directory: Directory
    movements: tuple[Movement, ...]
    counts: tuple[Count, ...]
    sources: tuple[Source, ...]

    @classmethod
    def of(cls, ledger: Ledger, taxonomy: Taxonomy, directory: Directory) -> Scene:
        counts = tuple(sorted(ledger.counts, key=lambda count: count.id))
        sources = tuple(sorted(ledger.sources, key=lambda source: source.id))
        return cls(ledger, taxonomy, directory, ledger.movements(directory.part_of), counts, sources)

    def delivered(self) -> Iterable[Movement]:
        """The movements that moved goods."""
        return (movement for movement in self.movements if movement.stage is Stage.DELIVERED)

    def is_a(self, item: str, other: str) -> bool:
        """Whether ``item`` is ``other`` or below it; an item that the table lacks is judged by its path."""
        if item == other or item.startswith(f"{other}."):
            return True
        return self.taxonomy.has(item) and self.taxonomy.has(other) and self.taxonomy.is_a(item, other)

    def mixed(self, item: str) -> bool:
        """Whether the item is a mixed set (``weapons``, ``small-arms`` …), not a class of the tree."""
        return item in SETS

    def item_name(self, item: str) -> str:
        if self.mixed(item):
            return item.replace("-", " ").capitalize()
        return self.taxonomy.get(item).name if self.taxonomy.has(item) else item

    def party_name(self, party: str) -> str:
        return self.directory.name(party) if self.directory.has(party) else party

    def inside(self, party: str | None, holder: str) -> bool:
        """Whether the party is the holder or a part of it."""
        return party is not None and (party == holder or self.directory.part_of(party, holder))

    def family(self, party: str | None, holder: str) -> bool:
        """Whether the party is the holder, a part of it, or what it is a part of: "Iraq" may mean its army."""
        return party is not None and (self.inside(party, holder) or self.directory.part_of(holder, party))

    def voice(self, source: str) -> str:
        return voice(source, self.ledger.source_by_id)

    def source_title(self, source: str) -> str:
        found = self.ledger.source_by_id.get(source)
        return found.title if found else source

    def claims(self, movement: Movement, only: str | None = None) -> Claims | None:
        """The known quantities of a movement's ruling statements, one voice once (the original where it speaks).

        ``only`` keeps one voice. The best graded lead, as they rule the derived movement; "2,000 vehicles" does not
        limit the number of one type, so a broader class never leads. None: no quantity of the class is known."""
        by_voice: dict[str, list[Statement]] = {}
        for key in movement.ruling:
            statement = self.ledger.statement_by_id[key]
            if statement.quantity.known:
                by_voice.setdefault(self.voice(statement.source), []).append(statement)
        spoken: list[Statement] = []
        for original, members in by_voice.items():
            if only is None or only == original:
                spoken.extend([s for s in members if s.source == original] or members[:1])
        exact = [s for s in spoken if self.is_a(s.item, movement.item)]
        if not exact:
            return None
        exact.sort(key=lambda s: (standing(s.grade), movement.ruling.index(s.id)))
        first = exact[0]
        leading = [s for s in exact if s.quantity.unit is first.quantity.unit]
        leading = [s for s in leading if standing(s.grade) == standing(first.grade)]
        beside = tuple(s for s in spoken if s not in leading)
        return Claims(joint(s.quantity for s in leading), tuple(leading), beside)


def standing(grade: Grade) -> int:
    """The rank of a grade, best first. F and 6 stand in the middle, as in the derivation of movements."""
    reliability = {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5, "F": 3}[grade.reliability.value]
    credibility = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 3}[grade.credibility.value]
    return reliability + credibility


def sources_of(records: Iterable[Statement | Count]) -> tuple[str, ...]:
    """The ids of the records' sources, sorted, each once."""
    return tuple(sorted({record.source for record in records}))


def ids_of(records: Iterable[Statement | Count]) -> tuple[str, ...]:
    """The records' ids, sorted, each once."""
    return tuple(sorted({record.id for record in records}))


def remarks_of(records: Iterable[Statement | Count]) -> str:
    """The records' remarks, each once, marked as what the record carries and not as our words."""
    noted = sorted((record.id, record.remark) for record in records if record.remark)
    texts = dict.fromkeys(text.strip().removesuffix(".") for _, text in noted)
    return f"The records note: {'; '.join(texts)}." if texts else ""


def certainly_by(when: DateRange, limit: DateRange) -> bool:
    """Whether ``when`` is over by the first possible day of ``limit``."""
    return when.last is not None and limit.first is not None and when.last <= limit.first


def dated(when: DateRange) -> str:
    """The range in words: ``2014-06-09 to 2014-06-10``, ``from 1995``, ``until 2003``; empty if unknown."""
    first, _, last = str(when).partition("..")
    if first and last:
        return f"{first} to {last}"
    if last:
        return f"until {last.removesuffix('-12-31')}"
    return f"from {first.removesuffix('-01-01')}" if first and when.last is None else first


def unit_words(unit: Unit) -> str:
    """What is counted, for a sentence; items need no word."""
    return "" if unit is Unit.ITEMS else f" {unit.value}"
