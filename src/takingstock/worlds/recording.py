"""Recording: what sources say of a world's movements, true and false.

Every statement is true with the probability that the mapping ``holds`` has for its grade, each by itself, but for one
condition: of statements of one movement that clash, no two are true. A movement took place as those that are true have
it, and where none is, it never took place at all. What is made up looks like what happened: the same routes, near in
time and number. Only under a mechanism that errs does one source hold or fail as a whole.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from takingstock.records import BadValueError, Basis, Count, DateRange, Grade, Mode, Quantity, Source, Statement
from takingstock.worlds import reporting
from takingstock.worlds.consigning import consignment
from takingstock.worlds.contradicting import contradicted, field
from takingstock.worlds.knobs import GRADES, Knobs
from takingstock.worlds.running import Calendar, Event, Opening
from takingstock.worlds.scene import CARRIER, FAMILY, LEAVES, SINGLE, Scene
from takingstock.worlds.sources import ECHO, FIELD, INQUIRY, TRADE, sources
from takingstock.worlds.truth import Verdict

_DOUBTED = ("C3", "F6", "D4")
"""Grades of a source that errs as a whole or not at all."""


@dataclass(frozen=True)
class Record:
    """The degraded record. ``keys`` gives each true movement that is recorded its key, by the event's number.
    ``unreliable`` is the source that errs as a whole, if it does (``erred``)."""

    sources: tuple[Source, ...]
    statements: tuple[Statement, ...]
    counts: tuple[Count, ...]
    verdicts: tuple[Verdict, ...]
    count_verdicts: tuple[Verdict, ...]
    keys: dict[int, str]
    unreliable: str = ""
    erred: bool = False


@dataclass(frozen=True)
class _Voice:
    """What one source says: which version of a movement, and whether it is true; ``factor``: how far it is out."""

    source: str
    grade: str
    version: int
    true: bool = False
    factor: float = 1.0


@dataclass(frozen=True)
class _Tale:
    """One movement as the record has it, the first voice leading. ``took_place`` is the version that is true."""

    versions: tuple[Event, ...]
    took_place: int | None
    voices: tuple[_Voice, ...]
    derived: bool
    vague: bool
    rng: random.Random


@dataclass(frozen=True)
class _Fault:
    """A source that errs as a whole or not at all. Where it errs, its figures are out by ``factor``, or all that it
    tells is ``invented``."""

    source: str
    grade: str
    erred: bool
    invented: bool
    factor: float


def record(
    seed: str,
    scene: Scene,
    time: Calendar,
    events: Sequence[Event],
    openings: Sequence[Opening],
    holds: Mapping[str, float],
    knobs: Knobs,
    *,
    errs: bool = False,
) -> Record:
    """The record of a world; ``errs``: one source holds or fails as a whole. Raises BadValueError where ``holds`` lacks
    a grade or gives no probability."""
    _check(holds)
    told = [event for event in events if event.recorded]
    fault = _fault(random.Random(f"{seed}/fault"), holds) if errs else None
    teller = _Teller(seed, scene, time, told, holds, knobs, fault)
    tales = teller.tales()
    order = list(range(len(tales)))
    # Keys must not tell what is true.
    random.Random(f"{seed}/keys").shuffle(order)
    statements: list[Statement] = []
    verdicts: list[Verdict] = []
    keys: dict[int, str] = {}
    for place, index in enumerate(order, 1):
        tale, key = tales[index], f"m{place:04d}"
        if tale.took_place is not None:
            keys[tale.versions[tale.took_place].number] = key
        for statement, verdict in _statements(key, tale, scene, knobs):
            statements.append(statement)
            verdicts.append(verdict)
    counts, judged = _counts(seed, time, openings, holds)
    return Record(
        sources=sources(time),
        statements=tuple(sorted(statements, key=lambda statement: statement.id)),
        counts=tuple(sorted(counts, key=lambda count: count.id)),
        verdicts=tuple(sorted(verdicts, key=lambda verdict: verdict.id)),
        count_verdicts=tuple(sorted(judged, key=lambda verdict: verdict.id)),
        keys=keys,
        unreliable=fault.source if fault else "",
        erred=bool(fault and fault.erred),
    )


def _check(holds: Mapping[str, float]) -> None:
    for grade in GRADES:
        if not 0.0 < holds.get(grade, 0.0) <= 1.0:
            raise BadValueError(
                f"holds gives {holds.get(grade)!r} for the grade {grade}; give every grade of a world "
                f"({', '.join(GRADES)}) more than 0, at most 1"
            )


def _fault(rng: random.Random, holds: Mapping[str, float]) -> _Fault:
    grade = rng.choice(_DOUBTED)
    erred, invented = rng.random() >= holds[grade], rng.random() < 0.5
    return _Fault(rng.choice(TRADE + FIELD), grade, erred, invented, rng.choice((0.4, 0.5, 2.0, 2.5)))


def admissible(chances: Sequence[float], versions: Sequence[int], rng: random.Random) -> list[bool]:
    """Which statements of one movement are true: each by itself, on condition that none of two clashing versions
    are."""
    while True:
        true = [rng.random() < chance for chance in chances]
        if len({version for version, so in zip(versions, true, strict=True) if so}) < 2:
            return true


class _Teller:
    """Tells the movements of one world, and those that never were."""

    def __init__(
        self,
        seed: str,
        scene: Scene,
        time: Calendar,
        told: Sequence[Event],
        holds: Mapping[str, float],
        knobs: Knobs,
        fault: _Fault | None,
    ) -> None:
        self.seed, self.scene, self.time, self.told = seed, scene, time, told
        self.holds, self.knobs, self.fault = holds, knobs, fault

    def tales(self) -> list[_Tale]:
        found = [tale for event in self.told if not event.label for tale in self._told(event)]
        followed: dict[str, list[Event]] = defaultdict(list)
        for event in self.told:
            if event.label:
                followed[event.label].append(event)
        for label, links in followed.items():
            found += self._followed(label, links)
        return found

    def _told(self, event: Event) -> list[_Tale]:
        """A true movement as recorded, and the made-up ones that its grades bring with them."""
        rng = random.Random(f"{self.seed}/record {event.number}")
        voices, what = self._voices(event, rng)
        aside: list[_Tale] = []
        shifted: list[_Voice] = []
        fault = self.fault
        if fault and fault.erred:
            own = [voice for voice in voices if voice.source == fault.source]
            voices = [voice for voice in voices if voice.source != fault.source]
            for voice in own:
                if fault.invented:
                    aside.append(self._made_up([_Voice(voice.source, voice.grade, 0)], None, rng))
                else:
                    shifted.append(_Voice(voice.source, voice.grade, 0, factor=fault.factor))
            if not voices and not shifted:
                # Somebody else tells of what took place.
                other = next(source for source in _speakers(event) if source != fault.source)
                voices = [_Voice(other, _grade(rng), 0)]
        chances = [self._chance(voice) for voice in voices]
        while voices:
            true = admissible(chances, [voice.version for voice in voices], rng)
            if any(true):
                voices = [_Voice(v.source, v.grade, v.version, so) for v, so in zip(voices, true, strict=True)]
                break
            aside.append(self._made_up(voices, what, rng))
        took_place = next((voice.version for voice in voices if voice.true), 0)
        shifted = [_Voice(v.source, v.grade, took_place, factor=v.factor) for v in shifted]
        return [self._tale(event, took_place, [*voices, *shifted], what, rng), *aside]

    def _voices(self, event: Event, rng: random.Random) -> tuple[list[_Voice], str | None]:
        """Who speaks of a movement, which version, and in what the second version differs."""
        speakers = list(_speakers(event))
        rng.shuffle(speakers)
        speakers.append(INQUIRY)
        number = 1
        if rng.random() < self.knobs.second:
            number = 3 if rng.random() < self.knobs.third else 2
        what: str | None = None
        voices: list[_Voice] = []
        for place in range(number):
            other = field(rng, self.knobs) if place else None
            grade = _grade(rng)
            if self.fault and speakers[place] == self.fault.source:
                grade = self.fault.grade
            voice = _Voice(speakers[place], grade, int(other is not None))
            sure = {v.version for v in voices if self._chance(v) == 1.0}
            if self._chance(voice) == 1.0 and sure - {voice.version}:
                # Of two that are certain none can contradict the other.
                voice, other = _Voice(voice.source, grade, sure.pop()), None
            what = what or other
            voices.append(voice)
        return voices, what

    def _chance(self, voice: _Voice) -> float:
        if self.fault and not self.fault.erred and voice.source == self.fault.source:
            return 1.0
        return self.holds[voice.grade]

    def _tale(
        self, event: Event, took_place: int | None, voices: Sequence[_Voice], what: str | None, rng: random.Random
    ) -> _Tale:
        versions = [event]
        if what:
            other = contradicted(what, event, self.scene, self.time, rng, self.knobs)
            versions = [other, event] if took_place == 1 else [event, other]
        derived, vague = rng.random() < self.knobs.derived, rng.random() < self.knobs.vague
        # Two leaves clash only where both are named.
        vague = vague and len({version.item for version in versions}) == 1
        own = random.Random(rng.getrandbits(64))
        return _Tale(tuple(versions), took_place, tuple(voices), derived, vague, own)

    def _made_up(self, voices: Sequence[_Voice], what: str | None, rng: random.Random) -> _Tale:
        """A movement that never was, like one that was."""
        model = rng.choice(self.told)
        planned = max(float(reporting.LEAST), model.quantity * rng.lognormvariate(0.0, 0.3))
        said, quantity = reporting.figure(planned, 10 * planned, rng, self.knobs)
        time = self.time
        first = max(time.register, model.when - timedelta(days=365))
        when = reporting.day_between(first, min(time.last, model.when + timedelta(days=365)), rng)
        event = Event(-1, model.route, model.giver, model.to, model.item, quantity, said, when, model.mode, True)
        return self._tale(event, None, voices, what, rng)

    def _followed(self, label: str, links: Sequence[Event]) -> list[_Tale]:
        """A consignment that one source follows link by link, and those that it made up: all links hold or none."""
        rng = random.Random(f"{self.seed}/follow {label}")
        grade = _grade(rng)
        found = [self._link(link, 0, grade, rng) for link in links]
        while rng.random() >= self.holds[grade]:
            model = consignment(self.scene, self.time.register, self.time.last, rng)
            said, quantity = reporting.figure(model.planned, 10 * model.planned, rng, self.knobs.followed)
            for link, (route, day) in enumerate(zip(model.routes, model.days, strict=True)):
                event = Event(
                    -1,
                    route,
                    route.giver,
                    route.to,
                    model.item,
                    quantity,
                    said,
                    day,
                    route.mode,
                    True,
                    model.label,
                    link,
                )
                found.append(self._link(event, None, grade, rng))
        return found

    def _link(self, event: Event, took_place: int | None, grade: str, rng: random.Random) -> _Tale:
        voice = _Voice(INQUIRY, grade, 0, took_place is not None)
        return _Tale((event,), took_place, (voice,), False, False, random.Random(rng.getrandbits(64)))


def _speakers(event: Event) -> tuple[str, ...]:
    trade = event.mode in {Mode.EXPORT, Mode.RETRANSFER} and event.route is not None and bool(event.route.authorised)
    return TRADE if trade else FIELD


def _grade(rng: random.Random) -> str:
    return rng.choices(list(GRADES), list(GRADES.values()))[0]


def _statements(key: str, tale: _Tale, scene: Scene, knobs: Knobs) -> list[tuple[Statement, Verdict]]:
    rng = tale.rng
    found: list[tuple[Statement, Verdict]] = []
    first: dict[int, Statement] = {}
    for place, voice in enumerate(tale.voices):
        event = tale.versions[voice.version]
        # The first of a version gives the figure that the truth was drawn from.
        said = reporting.another(event.quantity, event.said, rng) if voice.version in first else event.said
        when = reporting.dated(event.when, event.mode, rng, knobs)
        if len(tale.versions) > 1 and voice.version in first:
            # Where versions clash, those of one side say the very same, so that sides are what they seem.
            said, when = first[voice.version].quantity, first[voice.version].when
        if voice.factor != 1.0:
            said = reporting.scaled(event.said, voice.factor)
        id = f"{key}{'abcd'[place]}"
        statement = _statement(id, key, voice, event, tale.vague, said, when, rng, scene, knobs)
        first.setdefault(voice.version, statement)
        verdict = Verdict(id=id, grade=voice.grade, true=voice.true, movement=key, version=voice.version)
        found.append((statement, verdict))
    if tale.derived and tale.voices[0].source in ECHO:
        original, verdict = found[0]
        id = f"{key}z"
        copy = original.model_copy(update={"id": id, "source": ECHO[original.source], "remark": "quotes the original"})
        found.append((copy, verdict.model_copy(update={"id": id, "repeats": original.id})))
    return found


def _statement(
    id: str,
    key: str,
    voice: _Voice,
    event: Event,
    vague: bool,
    said: Quantity,
    when: DateRange,
    rng: random.Random,
    scene: Scene,
    knobs: Knobs,
) -> Statement:
    assert event.route is not None
    authorised = event.route.authorised
    if authorised is False and rng.random() >= knobs.unauthorised:
        authorised = None
    carried = event.mode is Mode.EXPORT and rng.random() < 0.2
    return Statement(
        id=id,
        movement=key,
        source=voice.source,
        item=FAMILY if vague and event.item in LEAVES else event.item,
        from_party=event.giver,
        to_party=event.to,
        via=(CARRIER,) if carried else (),
        quantity=said,
        when=when,
        mode=event.mode,
        authorised=authorised,
        made_in=event.giver if event.giver in scene.makes else None,
        chain=event.label or None,
        link=event.link + 1 if event.label else None,
        grade=Grade.parse(voice.grade),
    )


def _counts(
    seed: str, time: Calendar, openings: Sequence[Opening], holds: Mapping[str, float]
) -> tuple[list[Count], list[Verdict]]:
    """Opening counts, by leaf class. A false one counts what was not there at all."""
    rng = random.Random(f"{seed}/counts")
    eve = DateRange.day(time.register - timedelta(days=1))
    owners = sorted({opening.holder for opening in openings})
    there = {(opening.holder, opening.item) for opening in openings}
    absent = [(o, item) for o in owners for item in (*LEAVES, SINGLE) if (o, item) not in there]
    rng.shuffle(absent)
    rows: list[tuple[str, str, Quantity, str, bool]] = []
    for opening in openings:
        true = round(opening.quantity)
        if not opening.counted or not true:
            continue
        grade = rng.choice(("A1", "A2"))
        rows.append((opening.holder, opening.item, Quantity.exact(true), grade, True))
        while absent and rng.random() >= holds[grade]:
            holder, item = absent.pop()
            rows.append((holder, item, Quantity.exact(max(1, round(true * rng.uniform(0.5, 1.5)))), grade, False))
    counts, verdicts = [], []
    rng.shuffle(rows)
    for place, (holder, item, quantity, grade, true_count) in enumerate(rows, 1):
        id = f"c{place:03d}"
        counts.append(
            Count(
                id=id,
                source="register",
                holder=holder,
                item=item,
                quantity=quantity,
                when=eve,
                basis=Basis.OPENING,
                grade=Grade.parse(grade),
            )
        )
        verdicts.append(Verdict(id=id, grade=grade, true=true_count))
    return counts, verdicts
