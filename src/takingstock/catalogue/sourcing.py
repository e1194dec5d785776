"""Sourcing: whether the source of a file is verified, so that an identification of what it shows may count.

Each aspect (origin, place, time) is settled when as many different people as the case's rule asks for gave the same
answer and nobody stands against it. One who could not determine an aspect does not stand against those who confirmed
it; any other different answer does, and so do two findings of dates that share no day. A person who gives two answers
on one aspect stands against both. The origin has to be confirmed; place and time may be settled as undetermined, but
then a sighting may not state a place or a date that nothing but such evidence supports. Nor may it state a date that
shares no day with one that was confirmed, or a place where people found another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations

from takingstock.records import (
    Answer,
    Aspect,
    BadValueError,
    DateRange,
    Ledger,
    ReviewRule,
    Sighting,
    SourceState,
    Verification,
    folded,
)


def by_evidence(ledger: Ledger) -> dict[str, tuple[Verification, ...]]:
    """Evidence id to its verifications, by id."""
    found: dict[str, list[Verification]] = {}
    for one in sorted(ledger.verifications, key=lambda v: v.id):
        found.setdefault(one.evidence, []).append(one)
    return {key: tuple(rows) for key, rows in found.items()}


def source_state(ledger: Ledger, evidence: str, rule: ReviewRule) -> SourceState:
    """Where the verification of one evidence stands, with what is missing and who stands against it in words."""
    return settle_source(evidence, [one for one in ledger.verifications if one.evidence == evidence], rule)


def settle_source(evidence: str, verifications: Iterable[Verification], rule: ReviewRule) -> SourceState:
    """As :func:`source_state`, from the verifications of that evidence alone."""
    rows = sorted(verifications, key=lambda v: v.id)
    settled: list[tuple[Aspect, Answer]] = []
    missing: list[str] = []
    against: list[str] = []
    remarks: list[str] = []
    found: list[tuple[Aspect, str]] = []
    for aspect in Aspect:
        own = [row for row in rows if row.aspect is aspect]
        answer, short, contra = _settle(aspect, own, rule.people)
        missing += short
        against += contra
        if answer is not None:
            settled.append((aspect, answer))
            findings = sorted({row.finding for row in own if row.answer is answer and row.finding})
            found += [(aspect, text) for text in findings if answer is Answer.CONFIRMED]
            if len({folded(text) for text in findings}) > 1:
                remarks.append(f"{aspect.value}: findings read differently: {'; '.join(findings)}")
    return SourceState(
        evidence=evidence,
        verified=len(settled) == len(Aspect),
        settled=tuple(settled),
        missing=tuple(missing),
        against=tuple(against),
        remarks=tuple(remarks),
        findings=tuple(found),
    )


def _settle(aspect: Aspect, rows: list[Verification], people: int) -> tuple[Answer | None, list[str], list[str]]:
    """The answer that is settled, or what is missing and who contradicts."""
    who: dict[Answer, dict[str, str]] = {answer: {} for answer in Answer}
    for row in rows:
        who[row.answer].setdefault(folded(row.person), row.person)
    sides = [answer for answer in Answer if who[answer]]
    given = [(answer, ", ".join(sorted(who[answer].values()))) for answer in sides]
    unsure_only = set(sides) == {Answer.CONFIRMED, Answer.UNDETERMINED}
    enough = len(who[Answer.CONFIRMED]) >= people
    torn = any(who[a].keys() & who[b].keys() for a, b in combinations(sides, 2))
    if torn or (len(sides) > 1 and not (unsure_only and enough)):
        said = "; ".join(f"{answer.value} says {names}" for answer, names in given)
        return None, [], [f"{aspect.value}: answers contradict: {said}; let them agree and retire an answer"]
    if not sides:
        return None, [f"{aspect.value}: 0 of {people} people"], []
    answer = Answer.CONFIRMED if unsure_only else sides[0]
    names = ", ".join(sorted(who[answer].values()))
    if answer is Answer.REFUTED:
        return None, [], [f"{aspect.value}: refuted says {names}"]
    if len(who[answer]) < people:
        return None, [f"{aspect.value}: {len(who[answer])} of {people} people ({answer.value})"], []
    if answer is Answer.UNDETERMINED and aspect is Aspect.ORIGIN:
        return None, [f"origin: has to be confirmed; undetermined says {names}"], []
    if aspect is Aspect.TIME and answer is Answer.CONFIRMED and (apart := _apart(rows)):
        return None, [], [apart]
    return answer, [], []


def _apart(rows: list[Verification]) -> str:
    """In words, two confirmed dates that share no day; findings that are no dates are for people to compare."""
    dates: list[tuple[Verification, DateRange]] = []
    for row in rows:
        when = _date(row.finding)
        if row.answer is Answer.CONFIRMED and when:
            dates.append((row, when))
    for (a, first), (b, second) in combinations(dates, 2):
        if not first.overlaps(second):
            return f"time: {a.person} finds {first}, {b.person} finds {second}; let them agree and retire an answer"
    return ""


def unsupported(sighting: Sighting, states: Mapping[str, SourceState], places: Collection[str] = ()) -> tuple[str, ...]:
    """What the sighting states although all of its (verified) evidence leaves it undetermined, or although what was
    confirmed of any of it is something else, in words. ``places`` are the names of places in the ledger."""
    own = [states[id] for id in sighting.evidence]
    if not own or not all(state.verified for state in own):
        return ()
    faults = []
    for aspect, stated, what in (
        (Aspect.PLACE, sighting.place is not None, "place"),
        (Aspect.TIME, sighting.when.known, "date"),
    ):
        if stated and not any(state.answer(aspect) is Answer.CONFIRMED for state in own):
            faults.append(
                f"the sighting states a {what}, but {aspect.value} is undetermined in all of its evidence; "
                f"take the {what} out or verify a file that shows it"
            )
    for id in sighting.evidence:
        faults += _otherwise(sighting, states[id], places)
    return tuple(faults)


def _otherwise(sighting: Sighting, state: SourceState, places: Collection[str]) -> Iterator[str]:
    """What people confirmed of one evidence that is not what the sighting states."""
    place = sighting.place.name if sighting.place else ""
    for aspect, finding in state.findings:
        other = ""
        if aspect is Aspect.TIME and (when := _date(finding)) and not sighting.when.overlaps(when):
            other = f"date, {sighting.when}"
        elif aspect is Aspect.PLACE and place and _another(place, finding, places):
            other = f"place, {place}"
        if other:
            yield (
                f"the sighting states a {other}, but people confirmed {finding} for {state.evidence[:12]}; mend the "
                "sighting, or take the file out of it and link it to one of its own"
            )


def _another(place: str, finding: str, places: Collection[str]) -> bool:
    """Whether a finding names another place than the one stated: one that the ledger has, or a town and a country of
    which neither is named. Another spelling alone is for people to compare."""
    stated, found = _words(place), _words(finding)
    if set(stated) & set(found):
        return False
    if "," in place and "," in finding:
        return True
    return any(_within(_words(name.partition(",")[0]), found) for name in places)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _within(part: list[str], whole: list[str]) -> bool:
    return bool(part) and any(whole[n : n + len(part)] == part for n in range(len(whole)))


def _date(text: str) -> DateRange | None:
    """The date that a finding is, if it is one."""
    try:
        when = DateRange.parse(text)
    except BadValueError:
        return None
    return when if when.known else None
