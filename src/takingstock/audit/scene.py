"""Scene: the ledger with its derived movements and the tables, as all checks of the audit look at them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from takingstock.audit.amounts import contradict, joint, spoken
from takingstock.audit.doubles import Doubles, Told
from takingstock.records import (
    Count,
    DateRange,
    Grade,
    Ledger,
    Mode,
    Movement,
    PartyKind,
    Quantity,
    Sighting,
    Source,
    Stage,
    Statement,
    Unit,
    voice,
)
from takingstock.reference.parties import Directory
from takingstock.reference.surroundings import Surroundings
from takingstock.reference.taxonomy import Taxonomy

CROSSING = frozenset({Mode.EXPORT, Mode.AID, Mode.LICENSED_PRODUCTION, Mode.RETRANSFER})
"""Modes that bring arms to a holder from outside. An issue moves them on within it and is never a second delivery."""


@dataclass(frozen=True)
class Claims:
    """What independent voices say of one movement's quantity.

    ``quantity`` is that of the best graded ``leading`` statements: one figure, or their span where they contradict
    each other. ``beside`` are statements graded lower, of a broader class, or in another unit: shown, never mixed.
    ``giving`` are those of the class, of any grade, that state the figure itself: the one figure, or a bound of the
    span. Only their claimants are said to give it."""

    quantity: Quantity
    leading: tuple[Statement, ...]
    beside: tuple[Statement, ...] = ()
    giving: tuple[Statement, ...] = ()

    @property
    def contradict(self) -> bool:
        return contradict(statement.quantity for statement in self.leading)

    @property
    def statements(self) -> tuple[Statement, ...]:
        return (*self.leading, *self.beside)

    @property
    def others(self) -> tuple[Statement, ...]:
        """Statements that say something else and stand beside the figure; the sides of a span are not among them."""
        said = self.leading if self.contradict else ()
        return tuple(s for s in self.statements if s not in said and s not in self.giving)


@dataclass(frozen=True)
class Scene(Surroundings):
    """Read-only. ``movements`` are all of the ledger's, sorted by key; counts and sources sorted by id."""

    ledger: Ledger
    movements: tuple[Movement, ...]
    counts: tuple[Count, ...]
    sources: tuple[Source, ...]
    doubles: Doubles = field(default_factory=Doubles)
    _heard: dict[tuple[str, str | None], Claims | None] = field(default_factory=dict, repr=False, compare=False)
    _voices: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(
        cls, ledger: Ledger, taxonomy: Taxonomy, directory: Directory, doubles: Iterable[frozenset[str]] = ()
    ) -> Scene:
        counts = tuple(sorted(ledger.counts, key=lambda count: count.id))
        sources = tuple(sorted(ledger.sources, key=lambda source: source.id))
        movements = ledger.movements(directory.part_of)
        told = {movement.key: frozenset(movement.sources) for movement in movements}
        reporters: dict[str, set[str]] = {}
        for statement in ledger.statements:
            if statement.reporter:
                reporters.setdefault(statement.movement, set()).add(statement.reporter)
        twice = Doubles.of(doubles, told, {key: frozenset(names) for key, names in reporters.items()})
        return cls(taxonomy, directory, ledger, movements, counts, sources, twice)

    def summed(self, certain: Iterable[Told], possible: Iterable[Told] = (), unit: Unit = Unit.ITEMS) -> Quantity:
        """The sum over movements; what may be one transfer told twice counts once in the lower bound. A *possible*
        part adds to the upper bound only. Unknown if there is no part with a known quantity."""
        return self.doubles.summed(certain, possible, unit)

    def sum_of(
        self,
        certain: Iterable[tuple[Movement, Claims | None]],
        possible: Iterable[tuple[Movement, Claims | None]] = (),
        unit: Unit = Unit.ITEMS,
    ) -> Quantity:
        """:meth:`summed` of movements and what is claimed of them; one of which no number is known adds nothing."""
        return self.summed(
            ((movement.key, claims.quantity) for movement, claims in certain if claims),
            ((movement.key, claims.quantity) for movement, claims in possible if claims),
            unit,
        )

    @cached_property
    def movement_by_key(self) -> dict[str, Movement]:
        return {movement.key: movement for movement in self.movements}

    @cached_property
    def _delivered(self) -> tuple[Movement, ...]:
        return tuple(movement for movement in self.movements if movement.stage is Stage.DELIVERED)

    def delivered(self) -> Iterable[Movement]:
        """The movements that moved goods."""
        return self._delivered

    def unheld(self, movement: Movement) -> bool:
        """Whether no next holder of the goods is on record: none is named, or one that nobody knows."""
        return movement.to_party is None or self.kind(movement.to_party) is PartyKind.UNKNOWN

    def voice(self, source: str) -> str:
        if source not in self._voices:
            self._voices[source] = voice(source, self.ledger.source_by_id)
        return self._voices[source]

    def source_title(self, source: str) -> str:
        found = self.ledger.source_by_id.get(source)
        return found.title if found else source

    def claims(self, movement: Movement, only: str | None = None) -> Claims | None:
        """The known quantities of a movement's ruling statements, one voice once (the original where it speaks).

        ``only`` keeps one voice. The best graded lead, as they rule the derived movement; "2,000 vehicles" does not
        limit the number of one type, so a broader class never leads. None: no quantity of the class is known."""
        key = movement.key, only
        if key not in self._heard:
            self._heard[key] = self._claims(movement, only)
        return self._heard[key]

    def _claims(self, movement: Movement, only: str | None) -> Claims | None:
        by_voice: dict[str, list[Statement]] = {}
        for key in movement.ruling:
            statement = self.ledger.statement_by_id[key]
            if statement.quantity.known:
                by_voice.setdefault(self.voice(statement.source), []).append(statement)
        heard: list[Statement] = []
        for original, members in by_voice.items():
            if only is None or only == original:
                heard.extend([s for s in members if s.source == original] or members[:1])
        exact = [s for s in heard if self.is_a(s.item, movement.item)]
        if not exact:
            return None
        exact.sort(key=lambda s: (standing(s.grade), movement.ruling.index(s.id)))
        first = exact[0]
        leading = [s for s in exact if s.quantity.unit is first.quantity.unit]
        leading = [s for s in leading if standing(s.grade) == standing(first.grade)]
        beside = tuple(s for s in heard if s not in leading)
        figure = joint(s.quantity for s in leading)
        span = contradict(s.quantity for s in leading)
        giving = tuple(s for s in exact if gives(s.quantity, figure, span=span))
        return Claims(figure, tuple(leading), beside, giving)

    def agreed(self, counts: Iterable[Count]) -> Quantity:
        """One figure out of counts of one stock (at least one, known, of one unit). They are never added: one voice
        speaks once (the original where it speaks), the best graded lead, and equally graded ones that contradict each
        other give their span."""
        by_voice: dict[str, list[Count]] = {}
        for count in sorted(counts, key=lambda count: (standing(count.grade), count.id)):
            by_voice.setdefault(self.voice(count.source), []).append(count)
        heard: list[Count] = []
        for original, members in by_voice.items():
            heard.extend([c for c in members if c.source == original] or members[:1])
        heard.sort(key=lambda count: (standing(count.grade), count.id))
        best = standing(heard[0].grade)
        return joint(count.quantity for count in heard if standing(count.grade) == best)

    def as_given(self, record: Statement | Count) -> str:
        """The record's figure with whose it is: ``about 185,000 (the former commander, in GAO-07-711)``."""
        return f"{spoken(record.quantity)}{unit_words(record.quantity.unit)} ({self.speaker(record)})"

    def speaker(self, record: Statement | Count) -> str:
        """Whose figure it is: the claimant that the source quotes, with the source's title, or the title alone."""
        title = self.source_title(record.source)
        return f"{record.claimant}, in {title}" if record.claimant else title


def gives(said: Quantity, figure: Quantity, *, span: bool = False) -> bool:
    """Whether a statement gives the printed figure itself; of a span, whether it gives one of its bounds."""
    if said.unit is not figure.unit:
        return False
    if not span:
        return said == figure
    low = figure.low is not None and said.low == figure.low
    return low or (figure.high is not None and said.high == figure.high)


def standing(grade: Grade) -> int:
    """The rank of a grade, best first. F and 6 stand in the middle, as in the derivation of movements."""
    reliability = {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5, "F": 3}[grade.reliability.value]
    credibility = {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 3}[grade.credibility.value]
    return reliability + credibility


def sources_of(records: Iterable[Statement | Count | Sighting]) -> tuple[str, ...]:
    """The ids of the records' sources, sorted, each once."""
    return tuple(sorted({record.source for record in records}))


def ids_of(records: Iterable[Statement | Count | Sighting]) -> tuple[str, ...]:
    """The records' ids, sorted, each once."""
    return tuple(sorted({record.id for record in records}))


def remarks_of(records: Iterable[Statement | Count | Sighting]) -> str:
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
