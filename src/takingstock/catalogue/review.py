"""Review: how far a sighting with evidence has come, from its rows alone; order and time of writing do not matter.

collected → verified (every source) → in-review → agreed | disputed → adjudicated → released; withdrawn at any time.
A review is *open* while fewer experts than the rule asks for have identified, or one to whom it was put has not
answered; a ruling ``close`` ends that. An adjudication or a release ends the waiting for those who have not answered,
not the need for enough experts. ``reopen`` undoes all decisions before it, and the review is open until it is closed.
An identification counts when its expert may identify, its item is in the taxonomy, it is the only one of that person,
it was given for the files that the sighting has now, and it came before the review closed (``late`` names those that
did not: they are comments). Nothing counts before every source is verified. A decision holds for the sighting as it
stood: one that was changed since is reviewed again (see ``past``). A withdrawal stands whatever changes. A ruling that
cannot stand is a fault and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from takingstock.catalogue import consensus, decisions, sourcing
from takingstock.catalogue.past import NO_PAST, Past
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
from takingstock.records.identification import shown
from takingstock.reference.taxonomy import Taxonomy

NONE_LATE: frozenset[str] = frozenset()
NOT_STANDING = "does not stand"
CHANGED = "the sighting was changed after it; review it again"
TAKEN_OUT = (
    "it rested on files before and they were taken out: link them again, or enter what a source reports under a new id"
)
_Row = TypeVar("_Row", Identification, Assignment, Ruling)


class Desk:
    """The rows of a ledger by sighting, built once, so that each sighting costs only its own rows."""

    def __init__(
        self, ledger: Ledger, rule: ReviewRule, late: frozenset[str] = NONE_LATE, past: Past = NO_PAST
    ) -> None:
        self.ledger, self.rule, self.late, self.past = ledger, rule, late, past
        self.named = {folded(name) for name in rule.experts_named}
        self.identifications = _grouped(ledger.identifications)
        self.assignments = _grouped(ledger.assignments)
        self.rulings = _grouped(ledger.rulings)
        self._states: dict[str, SourceState] = {}
        self._shown: dict[str, str] = {}
        self._prints: dict[str, str] = {}

    @cached_property
    def sightings(self) -> dict[str, Sighting]:
        """Those that go through review, by id."""
        return {s.id: s for s in sorted(self.ledger.sightings, key=lambda s: s.id) if self.reviewed(s)}

    def reviewed(self, sighting: Sighting) -> bool:
        """Whether the sighting goes through review: it rests on files, or did so before, as its past or the rows of
        its review tell."""
        if sighting.evidence or sighting.id in self.past.rested:
            return True
        return any(sighting.id in rows for rows in (self.identifications, self.assignments, self.rulings))

    def holds(self, one: Identification) -> bool:
        """Whether the answer was given for the files that its sighting has now."""
        sighting = self.sightings.get(one.sighting)
        if sighting is None:
            return True
        if not one.seen:
            return not self.past.before_change(one.sighting, one.id)
        if one.sighting not in self._shown:
            self._shown[one.sighting] = shown(sighting.evidence)
        return one.seen == self._shown[one.sighting]

    def binds(self, ruling: Ruling) -> bool:
        """Whether the decision was made of the sighting as it stands now; to withdraw and to reopen always hold."""
        sighting = self.sightings.get(ruling.sighting)
        if sighting is None or ruling.kind in {RulingKind.WITHDRAW, RulingKind.REOPEN}:
            return True
        if not ruling.seen:
            return not self.past.before_change(ruling.sighting, ruling.id)
        if ruling.sighting not in self._prints:
            self._prints[ruling.sighting] = sighting.fingerprint()
        return ruling.seen == self._prints[ruling.sighting]

    def decisions(self, sighting: str) -> tuple[list[Ruling], list[Ruling]]:
        """The decisions since the review was last reopened, by number: those that hold for the sighting as it stands,
        and those that do not."""
        rows = sorted(self.rulings.get(sighting, ()), key=lambda one: (one.number, one.id))
        last = max((n for n, one in enumerate(rows, 1) if one.kind is RulingKind.REOPEN), default=0)
        return [one for one in rows[last:] if self.binds(one)], [one for one in rows[last:] if not self.binds(one)]

    def reopened(self, sighting: str) -> Ruling | None:
        """The last reopening of its review."""
        rows = [one for one in self.rulings.get(sighting, ()) if one.kind is RulingKind.REOPEN]
        return max(rows, key=lambda one: (one.number, one.id)) if rows else None

    @cached_property
    def places(self) -> frozenset[str]:
        """The names of places that sightings were made at."""
        return frozenset(s.place.name for s in self.ledger.sightings if s.place and s.place.name.strip())

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
        rows = [i for i in self.identifications.get(sighting, ()) if i.id not in self.late and self.holds(i)]
        many: dict[str, int] = {}
        for one in rows:
            many[folded(one.expert)] = many.get(folded(one.expert), 0) + 1
        return [one for one in rows if many[folded(one.expert)] == 1 and self.may_identify(one.expert)]

    def awaited(self, sighting: str) -> dict[str, str]:
        """Experts (folded to written) to whom the sighting is put and who have not answered."""
        answered = {folded(one.expert) for one in self.identifications.get(sighting, ()) if self.holds(one)}
        return {
            folded(one.expert): one.expert
            for one in self.assignments.get(sighting, ())
            if not one.withdrawn and folded(one.expert) not in answered and self.may_identify(one.expert)
        }

    def open(self, sighting: str) -> bool:
        """Whether the identifications of the sighting are closed to all."""
        kinds = {ruling.kind for ruling in self.decisions(sighting)[0]}
        if RulingKind.CLOSE in kinds:
            return False
        if self.reopened(sighting):
            return True
        if len(self.single(sighting)) < self.rule.experts:
            return True
        if any(desk.open(sighting) for desk in self._earlier):
            return True
        return bool(self.awaited(sighting)) and not kinds & {RulingKind.ADJUDICATE, RulingKind.RELEASE}

    @cached_property
    def _earlier(self) -> tuple[Desk, ...]:
        """The same rows under the rules that stood before: what one of them keeps closed, no looser one opens."""
        return tuple(Desk(self.ledger, rule, self.late, self.past) for rule in self.rule.earlier)

    def review(self, id: str, taxonomy: Taxonomy) -> Review:
        """Where one sighting stands. Raises UnknownNameError (see :meth:`get`)."""
        sighting = self.get(id)
        sources = tuple(self.source(evidence) for evidence in sorted(set(sighting.evidence)))
        rulings, stale = self.decisions(id)
        counted, faults = self.counted(id, taxonomy)
        is_open, is_verified = self.open(id), bool(sources) and all(one.verified for one in sources)
        words = [f"{one.evidence}: {text}" for one in sources for text in (*one.against, *one.missing)]
        words += [] if sources else [TAKEN_OUT]
        erased = tuple(one.evidence for one in sources if one.evidence in self.past.erased)
        words += [f"{one} was erased: nobody can inspect it any more" for one in erased]
        faults += [f"ruling {one.number} ({one.kind.value}) {NOT_STANDING}: {CHANGED}" for one in stale]
        if stale or not all(self.holds(one) for one in self.identifications.get(id, ())):
            words.append("changed since it was identified: review it again")
        again = self.reopened(id)
        if again:
            words.append(f"reopened by {again.person} ({again.reason}): who answered since may have known the answers")
        agreed: Agreed | None = None
        state = ReviewState.COLLECTED
        if is_verified and is_open:
            held = any(self.holds(one) for one in self.identifications.get(id, ()))
            begun = held or any(not one.withdrawn for one in self.assignments.get(id, ()))
            state = ReviewState.IN_REVIEW if begun else ReviewState.VERIFIED
            words += [f"awaits {', '.join(sorted(names))}" for names in [self.awaited(id).values()] if names]
        elif is_verified:
            agreed = consensus.agreed(counted, self.rule.experts, taxonomy)
            state = ReviewState.AGREED if agreed else ReviewState.DISPUTED
            if agreed is None and len(counted) < self.rule.experts:
                few = f"{len(counted)} of {self.rule.experts} independent experts answered"
                words.append(f"{few}: reopen the review and ask another")
            elif agreed is None:
                words.append("no item is supported by enough experts, or as many support another one: adjudicate")
        unsupported = sourcing.unsupported(sighting, {one.evidence: one for one in sources}, self.places)
        standing = agreed
        for ruling in rulings:
            if ruling.kind is RulingKind.WITHDRAW:
                state = ReviewState.WITHDRAWN
            elif ruling.kind is not RulingKind.CLOSE:
                try:
                    standing = self.decide(ruling, state, standing, counted, unsupported, taxonomy)
                except BadValueError as error:
                    faults.append(f"ruling {ruling.number} ({ruling.kind.value}) {NOT_STANDING}: {error}")
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
            erased=erased,
            reopened=again is not None,
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
            if not self.holds(one):
                faults.append(f"identification {one.id}: given before the sighting's files were changed; ask again")
            elif self.may_identify(one.expert):
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
    ledger: Ledger,
    sighting: str,
    rule: ReviewRule,
    taxonomy: Taxonomy,
    late: frozenset[str] = NONE_LATE,
    past: Past = NO_PAST,
) -> Review:
    """Where one sighting stands. Raises UnknownNameError for a sighting that does not go through review."""
    return Desk(ledger, rule, late, past).review(sighting, taxonomy)


def reviews(
    ledger: Ledger,
    rule: ReviewRule,
    taxonomy: Taxonomy,
    late: frozenset[str] = NONE_LATE,
    past: Past = NO_PAST,
) -> dict[str, Review]:
    """Sighting id to where it stands, for every sighting with evidence, by id."""
    desk = Desk(ledger, rule, late, past)
    return {id: desk.review(id, taxonomy) for id in desk.sightings}
