"""Review: how far a sighting with evidence has come, from its rows alone; order and time of writing do not matter.

collected → verified (every source) → in-review → agreed | disputed → adjudicated → released; withdrawn at any time.
A review is *open* while fewer experts than the rule asks for have identified, or one to whom it was put has not
answered; a ruling ``close`` ends that. An adjudication or a release ends the waiting for those who have not answered,
not the need for enough experts. An identification counts when its expert may identify, its item is in the taxonomy, it
is the only one of that person, and it came before the review closed (``late`` names those that did not: they are
comments). Nothing counts before every source is verified. A ruling that cannot stand is a fault and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from takingstock.catalogue import consensus, decisions, sourcing
from takingstock.records import (
    Agreed,
    Assignment,
    BadValueError,
    Identification,
    Ledger,
    Review,
    ReviewRule,
    ReviewState,
    Ruling,
    RulingKind,
    Sighting,
    SourceState,
    UnknownNameError,
    Verification,
    folded,
)
from takingstock.reference.taxonomy import Taxonomy

NONE_LATE: frozenset[str] = frozenset()
_Row = TypeVar("_Row", Identification, Assignment, Ruling)


class Desk:
    """The rows of a ledger by sighting, built once, so that each sighting costs only its own rows."""

    def __init__(self, ledger: Ledger, rule: ReviewRule, late: frozenset[str] = NONE_LATE) -> None:
        self.ledger, self.rule, self.late = ledger, rule, late
        self.named = {folded(name) for name in rule.experts_named}
        self.identifications = _grouped(ledger.identifications)
        self.assignments = _grouped(ledger.assignments)
        self.rulings = _grouped(ledger.rulings)
        self._states: dict[str, SourceState] = {}

    @cached_property
    def sightings(self) -> dict[str, Sighting]:
        """Those that go through review, by id."""
        return {s.id: s for s in sorted(self.ledger.sightings, key=lambda s: s.id) if s.evidence}

    @cached_property
    def verifications(self) -> dict[str, tuple[Verification, ...]]:
        return sourcing.by_evidence(self.ledger)

    def source(self, evidence: str) -> SourceState:
        """As :func:`sourcing.source_state`, each evidence once."""
        if evidence not in self._states:
            rows = self.verifications.get(evidence, ())
            self._states[evidence] = sourcing.settle_source(evidence, rows, self.rule)
        return self._states[evidence]

    def get(self, sighting: str) -> Sighting:
        """Raises UnknownNameError: no such sighting, or one without evidence, which is not reviewed."""
        try:
            return self.sightings[sighting]
        except KeyError:
            raise UnknownNameError(
                f"no sighting {sighting!r} with evidence; only those go through review: link a file to it first"
            ) from None

    def may_identify(self, person: str) -> bool:
        return not self.named or folded(person) in self.named

    def single(self, sighting: str) -> list[Identification]:
        """Independent identifications of people who may identify and have one each, by id."""
        rows = [i for i in self.identifications.get(sighting, ()) if i.id not in self.late]
        many: dict[str, int] = {}
        for one in rows:
            many[folded(one.expert)] = many.get(folded(one.expert), 0) + 1
        return [one for one in rows if many[folded(one.expert)] == 1 and self.may_identify(one.expert)]

    def awaited(self, sighting: str) -> dict[str, str]:
        """Experts (folded to written) to whom the sighting is put and who have not answered."""
        answered = {folded(one.expert) for one in self.identifications.get(sighting, ())}
        return {
            folded(one.expert): one.expert
            for one in self.assignments.get(sighting, ())
            if not one.withdrawn and folded(one.expert) not in answered and self.may_identify(one.expert)
        }

    def open(self, sighting: str) -> bool:
        """Whether the identifications of the sighting are closed to all."""
        kinds = {ruling.kind for ruling in self.rulings.get(sighting, ())}
        if RulingKind.CLOSE in kinds:
            return False
        if len(self.single(sighting)) < self.rule.experts:
            return True
        return bool(self.awaited(sighting)) and not kinds & {RulingKind.ADJUDICATE, RulingKind.RELEASE}

    def review(self, id: str, taxonomy: Taxonomy) -> Review:
        """Where one sighting stands. Raises UnknownNameError (see :meth:`get`)."""
        sighting = self.get(id)
        sources = tuple(self.source(evidence) for evidence in sorted(set(sighting.evidence)))
        rulings = self.rulings.get(id, [])
        counted, faults = self.counted(id, taxonomy)
        is_open, is_verified = self.open(id), all(one.verified for one in sources)
        words = [f"{one.evidence}: {text}" for one in sources for text in (*one.against, *one.missing)]
        agreed: Agreed | None = None
        state = ReviewState.COLLECTED
        if is_verified and is_open:
            begun = self.identifications.get(id) or any(not one.withdrawn for one in self.assignments.get(id, ()))
            state = ReviewState.IN_REVIEW if begun else ReviewState.VERIFIED
            words += [f"awaits {', '.join(sorted(names))}" for names in [self.awaited(id).values()] if names]
        elif is_verified:
            agreed = consensus.agreed(counted, self.rule.experts, taxonomy)
            state = ReviewState.AGREED if agreed else ReviewState.DISPUTED
            if agreed is None:
                words.append("no item is supported by enough experts, or as many support another one: adjudicate")
        unsupported = sourcing.unsupported(sighting, {one.evidence: one for one in sources})
        standing = agreed
        for ruling in sorted(rulings, key=lambda one: (one.number, one.id)):
            if ruling.kind is RulingKind.WITHDRAW:
                state = ReviewState.WITHDRAWN
            elif ruling.kind is not RulingKind.CLOSE:
                try:
                    standing = self.decide(ruling, state, standing, counted, unsupported, taxonomy)
                except BadValueError as error:
                    faults.append(f"ruling {ruling.number} ({ruling.kind.value}) does not stand: {error}")
                else:
                    release = ruling.kind is RulingKind.RELEASE
                    state = ReviewState.RELEASED if release else ReviewState.ADJUDICATED
        return Review(
            sighting=id,
            state=state,
            open=is_open,
            sources=sources,
            agreed=agreed,
            standing=standing,
            counted=() if is_open else tuple(one.id for one in counted),
            comments=() if is_open else self._comments(id),
            words=tuple(words),
            faults=(*faults, *unsupported),
        )

    def decide(
        self,
        ruling: Ruling,
        state: ReviewState,
        standing: Agreed | None,
        counted: list[Identification],
        unsupported: tuple[str, ...],
        taxonomy: Taxonomy,
    ) -> Agreed:
        """What the ruling makes stand. Raises BadValueError (see :func:`decisions.decided`)."""
        evidence = self.get(ruling.sighting).evidence
        who = frozenset(folded(v.person) for id in evidence for v in self.verifications.get(id, ()))
        return decisions.decided(ruling, state, standing, counted, who, unsupported, self.rule, taxonomy)

    def counted(self, id: str, taxonomy: Taxonomy) -> tuple[list[Identification], list[str]]:
        """The identifications that count, by id, and why others do not; the words tell no answer."""
        single = self.single(id)
        counted = [one for one in single if taxonomy.has(one.item)]
        faults = [f"identification {one.id}: its item is not in the taxonomy" for one in single if one not in counted]
        for one in self.identifications.get(id, ()):
            if one.id in self.late or one in single:
                continue
            if self.may_identify(one.expert):
                faults.append(f"identification {one.id}: {one.expert} has more than one; retire all but one")
            else:
                faults.append(f"identification {one.id}: {one.expert} is no expert that the case names")
        return counted, sorted(faults)

    def _comments(self, id: str) -> tuple[str, ...]:
        return tuple(one.id for one in self.identifications.get(id, ()) if one.id in self.late)


def _grouped(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    found: dict[str, list[_Row]] = {}
    for row in sorted(rows, key=lambda one: one.id):
        found.setdefault(row.sighting, []).append(row)
    return found


def review(
    ledger: Ledger, sighting: str, rule: ReviewRule, taxonomy: Taxonomy, late: frozenset[str] = NONE_LATE
) -> Review:
    """Where one sighting stands. Raises UnknownNameError for a sighting that does not go through review."""
    return Desk(ledger, rule, late).review(sighting, taxonomy)


def reviews(
    ledger: Ledger, rule: ReviewRule, taxonomy: Taxonomy, late: frozenset[str] = NONE_LATE
) -> dict[str, Review]:
    """Sighting id to where it stands, for every sighting with evidence, by id."""
    desk = Desk(ledger, rule, late)
    return {id: desk.review(id, taxonomy) for id in desk.sightings}
