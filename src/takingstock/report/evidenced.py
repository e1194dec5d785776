"""Evidenced: what a report says of the files behind a case and of how experts identified what they show.

Computed from the whole ledger, since the state of a review depends on rows that nobody may see while it is open; what
leaves this module tells of an open review its state and nothing else. Without ``names`` experts are numbered, and what
the team wrote (reasons of rulings, dissent) is empty: that there is a reason is told, not the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from takingstock.catalogue.cautions import cautions
from takingstock.catalogue.past import NO_PAST, Past
from takingstock.catalogue.releasing import counting
from takingstock.catalogue.review import NONE_LATE, Desk
from takingstock.exchange.publishing import public
from takingstock.records import (
    Agreed,
    AgreementRow,
    Answer,
    Archive,
    Aspect,
    DateRange,
    Incident,
    Ledger,
    Level,
    Precision,
    Review,
    ReviewRule,
    ReviewState,
    Ruling,
    RulingKind,
    TakingStockError,
    folded,
    joined,
    same_originals,
)
from takingstock.reference.parties import directory
from takingstock.reference.taxonomy import Taxonomy

NO_EXTRA = "the extra agreement is not installed"
"""Why there is no agreement, where what computes it is missing."""


@dataclass(frozen=True)
class File:
    """One file. ``voice`` numbers the voices: copies of one original, and what one account published, share one.
    ``settled`` is how each aspect of its source stands; ``name`` is empty where names stay out."""

    id: str
    media_type: str
    size: int
    secret: bool
    voice: int
    collected: int
    settled: tuple[tuple[Aspect, Answer], ...]
    sightings: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True)
class Expert:
    """Who identified; without a name by number."""

    number: int
    name: str = ""


@dataclass(frozen=True)
class Opinion:
    """One identification that contradicts what was released, with its reason."""

    expert: Expert
    level: Level
    item: str
    made_in: str | None
    made: DateRange
    reason: str


@dataclass(frozen=True)
class Decision:
    """An adjudication that stands."""

    sighting: str
    level: Level
    item: str
    reason: str


@dataclass(frozen=True)
class Released:
    """One released sighting: what, under which rule, on whose identifications, and who dissented."""

    sighting: str
    evidence: tuple[str, ...]
    what: Agreed
    rule: str
    reason: str
    experts: tuple[Expert, ...]
    dissent: tuple[Opinion, ...]


@dataclass(frozen=True)
class Evidenced:
    """``states`` are the sightings with evidence by the state of their review, each with the files behind them.
    ``agreement`` are rows of Krippendorff's alpha (over all, by level, by class), ``agreement_words`` why there are
    none; ``notes`` what to look at before the released figures are used."""

    files: tuple[File, ...]
    voices: int
    rule: str
    states: tuple[tuple[ReviewState, tuple[str, ...], tuple[str, ...]], ...]
    released: tuple[Released, ...]
    decisions: tuple[Decision, ...]
    incidents: tuple[Incident, ...]
    agreement: tuple[AgreementRow, ...] = ()
    agreement_words: str = ""
    notes: tuple[str, ...] = ()

    @property
    def reviewed(self) -> int:
        """Number of sightings with evidence."""
        return sum(len(ids) for _, ids, _ in self.states)


def evidenced(
    ledger: Ledger,
    archive: Archive,
    rule: ReviewRule,
    taxonomy: Taxonomy,
    *,
    late: frozenset[str] = NONE_LATE,
    names: bool = False,
    past: Past = NO_PAST,
    alike: Iterable[tuple[str, str]] = (),
) -> Evidenced | None:
    """What the section on evidence prints; None where the case holds no file, no sighting with evidence and no
    incident. ``ledger`` is the whole one, with open identifications; ``names``: redaction level *none*;
    ``past`` is what the history says of it, ``alike`` pairs of files that look alike and that nobody judged."""
    desk = Desk(ledger, rule, late, past)
    if not (archive.evidence or desk.sightings or ledger.incidents):
        return None
    reviews = {id: desk.review(id, taxonomy) for id in desk.sightings}
    people = _People(ledger, names)
    voice = voices(ledger, archive)
    rows, words = _agreement(ledger, rule, taxonomy, late, past)
    return Evidenced(
        files=tuple(_file(archive, desk, one.id, voice[one.id], names) for one in archive.evidence),
        voices=len(set(voice.values())),
        rule=rule.words,
        states=_states(desk, reviews),
        released=tuple(_released(desk, now, people) for now in reviews.values() if now.state is ReviewState.RELEASED),
        decisions=tuple(
            found for id, now in reviews.items() for found in _decisions(desk.decisions(id)[0], now, people)
        ),
        incidents=tuple(people.incident(one) for one in _incidents(ledger, names)),
        agreement=rows,
        agreement_words=words,
        notes=cautions(counting(ledger, rule, taxonomy, late, past), ledger.likenesses, alike),
    )


def _incidents(ledger: Ledger, names: bool) -> tuple[Incident, ...]:
    if names or not ledger.incidents:
        return ledger.incidents
    return public(ledger, directory(ledger.parties), printed=True, only={"incidents"}).incidents


def voices(ledger: Ledger, archive: Archive) -> dict[str, int]:
    """File to the number of its voice, from 1 in the order of the files: copies that people judged to be of one
    original are one voice, and so is what one account published."""
    published: dict[str, str] = {}
    accounts = [
        (published.setdefault(folded(row.account), row.evidence), row.evidence)
        for row in archive.collections
        if row.account
    ]
    voice = joined([*same_originals(ledger.likenesses), *accounts])
    tops = [voice.get(one.id, one.id) for one in archive.evidence]
    numbers = {top: n for n, top in enumerate(dict.fromkeys(tops), 1)}
    return {one.id: numbers[top] for one, top in zip(archive.evidence, tops, strict=True)}


class _People:
    """Names of those who work on the case, and the numbers that stand for experts where names stay out."""

    def __init__(self, ledger: Ledger, names: bool) -> None:
        self.names = names
        rows = sorted(ledger.identifications, key=lambda one: (one.sighting, one.id))
        self.numbers = {key: n for n, key in enumerate(dict.fromkeys(folded(one.expert) for one in rows), 1)}
        said = {one.expert for one in rows} | {one.expert for one in ledger.assignments}
        said |= {one.person for one in ledger.verifications} | {one.person for one in ledger.rulings}
        said |= {one.person for one in ledger.likenesses}
        longest = sorted((re.escape(name) for name in said if name.strip()), key=len, reverse=True)
        self._known = re.compile(rf"(?<!\w)(?:{'|'.join(longest)})(?!\w)", re.I) if longest else None

    def expert(self, name: str) -> Expert:
        return Expert(self.numbers.get(folded(name), 0), name if self.names else "")

    def text(self, text: str) -> str:
        """A text that a member of the team wrote: whole, or not at all. It may hold a surname, a serial or a place, and
        no program finds them all."""
        return text if self.names else ""

    def _blank(self, text: str) -> str:
        """A text out of a published source, in which a name of the team is a blank."""
        return text if self.names or self._known is None else self._known.sub("…", text)

    def incident(self, one: Incident) -> Incident:
        """Without names also without an exact place."""
        hidden = one.place is not None and one.place.precision is Precision.EXACT and not self.names
        told = {name: self._blank(getattr(one, name)) for name in ("what", "qualified_by", "remark")}
        return one.model_copy(update=told | ({"place": None} if hidden else {}))


def _file(archive: Archive, desk: Desk, id: str, voice: int, names: bool) -> File:
    one = archive.evidence_by_id[id]
    return File(
        id=id,
        media_type="" if one.secret else one.media_type,
        size=one.size,
        secret=one.secret,
        voice=voice,
        collected=len(archive.collections_of.get(id, ())),
        settled=desk.source(id).settled,
        sightings=tuple(key for key, sighting in desk.sightings.items() if id in sighting.evidence),
        name=one.name if names else "",
    )


def _states(
    desk: Desk, reviews: Mapping[str, Review]
) -> tuple[tuple[ReviewState, tuple[str, ...], tuple[str, ...]], ...]:
    found = []
    for state in ReviewState:
        ids = tuple(id for id, now in reviews.items() if now.state is state)
        if ids:
            files = dict.fromkeys(file for id in ids for file in desk.sightings[id].evidence)
            found.append((state, ids, tuple(sorted(files))))
    return tuple(found)


def _released(desk: Desk, now: Review, people: _People) -> Released:
    assert now.standing is not None
    said = {one.id: one for one in desk.identifications.get(now.sighting, ())}
    ruling = _last(desk.rulings.get(now.sighting, ()), now, RulingKind.RELEASE)
    dissent = [said[id] for id in now.standing.dissent if id in said]
    return Released(
        sighting=now.sighting,
        evidence=desk.sightings[now.sighting].evidence,
        what=now.standing,
        rule=ruling.rule,
        reason=people.text(ruling.reason),
        experts=tuple(people.expert(name) for name in now.standing.experts),
        dissent=tuple(
            Opinion(people.expert(one.expert), one.level, one.item, one.made_in, one.made, people.text(one.reason))
            for one in dissent
        ),
    )


def _decisions(rulings: Iterable[Ruling], now: Review, people: _People) -> list[Decision]:
    """The adjudications of a closed review that hold, in order."""
    if now.open:
        return []
    return [
        Decision(one.sighting, one.level, one.item, people.text(one.reason))
        for one in sorted(rulings, key=lambda one: one.number)
        if one.kind is RulingKind.ADJUDICATE and one.level and one.item and _stands(one, now)
    ]


def _last(rulings: Iterable[Ruling], now: Review, kind: RulingKind) -> Ruling:
    return max((one for one in rulings if one.kind is kind and _stands(one, now)), key=lambda one: one.number)


def _stands(ruling: Ruling, now: Review) -> bool:
    return not any(
        text.startswith(f"ruling {ruling.number} ({ruling.kind.value}) does not stand") for text in now.faults
    )


def _agreement(
    ledger: Ledger, rule: ReviewRule, taxonomy: Taxonomy, late: frozenset[str], past: Past
) -> tuple[tuple[AgreementRow, ...], str]:
    """Rows that have something to compare; by expert only inside the team, so not here."""
    from takingstock.catalogue.agreement import agreement

    if not ledger.identifications:
        return (), ""
    try:
        found = agreement(ledger, rule, taxonomy, late, past)
    except TakingStockError:
        return (), NO_EXTRA
    rows = [row for row in found.rows if row.scope != "expert"]
    kept = tuple(row for row in rows if row.alpha is not None)
    return kept, "" if kept else next((row.words for row in rows if row.words), "")


__all__ = ["Decision", "Evidenced", "Expert", "File", "Opinion", "Released", "evidenced", "voices"]
