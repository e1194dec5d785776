"""Recording: what sources say of a world's movements, true and false.

A statement of grade g is true with the probability that the mapping ``holds`` has for g: for every movement with
statements of such grades, movements that never were are made up as often as it takes. Two sources that do not derive
from one another hold or fail each by itself; of a true movement at least one speaks true. What is made up looks like
what happened: the same routes, near in time and number.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from takingstock.records import (
    BadValueError,
    Basis,
    Count,
    Coverage,
    DateRange,
    Grade,
    Mode,
    Quantity,
    Reliability,
    Source,
    SourceKind,
    Statement,
)
from takingstock.worlds import reporting
from takingstock.worlds.knobs import GRADES, Knobs
from takingstock.worlds.running import Calendar, Event, Opening
from takingstock.worlds.scene import CARRIER, FAMILY, LEAVES, SINGLE, Scene
from takingstock.worlds.truth import Verdict

_TRADE = ("register", "mirror")
_FIELD = ("monitors", "observers")
_ECHO = {"register": "bulletin", "mirror": "gazette", "monitors": "wire", "observers": "evening-paper"}
IMAGES, REPOSTS, RECOVERIES = "pictures", "reposts", "recovery-team"


@dataclass(frozen=True)
class Record:
    """The degraded record. ``keys`` gives each true movement that is recorded its key, by the event's number."""

    sources: tuple[Source, ...]
    statements: tuple[Statement, ...]
    counts: tuple[Count, ...]
    verdicts: tuple[Verdict, ...]
    count_verdicts: tuple[Verdict, ...]
    keys: dict[int, str]


@dataclass(frozen=True)
class _Tale:
    """One movement as the record has it: ``voices`` are (grade, whether it speaks true), the first one leading."""

    event: Event
    true: bool
    voices: tuple[tuple[str, bool], ...]
    derived: bool
    vague: bool
    rng: random.Random


def record(
    seed: str,
    scene: Scene,
    time: Calendar,
    events: Sequence[Event],
    openings: Sequence[Opening],
    holds: Mapping[str, float],
    knobs: Knobs,
) -> Record:
    """The record of a world. Raises BadValueError where ``holds`` lacks a grade or gives no probability."""
    _check(holds)
    told = [event for event in events if event.recorded]
    tales = [tale for event in told for tale in _tales(seed, event, told, time, holds, knobs)]
    order = list(range(len(tales)))
    # Keys must not tell what is true.
    random.Random(f"{seed}/keys").shuffle(order)
    statements: list[Statement] = []
    verdicts: list[Verdict] = []
    keys: dict[int, str] = {}
    for place, index in enumerate(order, 1):
        tale, key = tales[index], f"m{place:04d}"
        if tale.true:
            keys[tale.event.number] = key
        for statement, verdict in _statements(key, tale, scene, knobs):
            statements.append(statement)
            verdicts.append(verdict)
    counts, judged = _counts(seed, time, openings, holds)
    return Record(
        sources=_sources(time),
        statements=tuple(sorted(statements, key=lambda statement: statement.id)),
        counts=tuple(sorted(counts, key=lambda count: count.id)),
        verdicts=tuple(sorted(verdicts, key=lambda verdict: verdict.id)),
        count_verdicts=tuple(sorted(judged, key=lambda verdict: verdict.id)),
        keys=keys,
    )


def _check(holds: Mapping[str, float]) -> None:
    for grade in GRADES:
        if not 0.0 < holds.get(grade, 0.0) <= 1.0:
            raise BadValueError(
                f"holds gives {holds.get(grade)!r} for the grade {grade}; give every grade of a world "
                f"({', '.join(GRADES)}) more than 0, at most 1"
            )


def _tales(
    seed: str, event: Event, told: Sequence[Event], time: Calendar, holds: Mapping[str, float], knobs: Knobs
) -> list[_Tale]:
    """A true movement as recorded, and the false ones that its grades bring with them."""
    rng = random.Random(f"{seed}/record {event.number}")
    number = 2 if rng.random() < knobs.second else 1
    grades = rng.choices(list(GRADES), list(GRADES.values()), k=number)
    chances = [holds[grade] for grade in grades]
    all_false = 1.0
    for chance in chances:
        all_false *= 1.0 - chance
    while True:
        speaks = [rng.random() < chance for chance in chances]
        if any(speaks):
            break
    tales = [_tale(event, True, tuple(zip(grades, speaks, strict=True)), rng, knobs)]
    # Of all movements told with such grades, the part `all_false` never was.
    while rng.random() < all_false:
        model = rng.choice(told)
        silent = tuple((grade, False) for grade in grades)
        tales.append(_tale(_made_up(model, time, rng, knobs), False, silent, rng, knobs))
    return tales


def _tale(event: Event, true: bool, voices: tuple[tuple[str, bool], ...], rng: random.Random, knobs: Knobs) -> _Tale:
    derived, vague = rng.random() < knobs.derived, rng.random() < knobs.vague
    return _Tale(event, true, voices, derived, vague, random.Random(rng.getrandbits(64)))


def _made_up(model: Event, time: Calendar, rng: random.Random, knobs: Knobs) -> Event:
    """A movement that never was, like one that was."""
    planned = max(float(reporting.LEAST), model.quantity * rng.lognormvariate(0.0, 0.3))
    said, quantity = reporting.figure(planned, 10 * planned, rng, knobs)
    first = max(time.register, model.when - timedelta(days=365))
    when = reporting.day_between(first, min(time.last, model.when + timedelta(days=365)), rng)
    return Event(-1, model.route, model.giver, model.to, model.item, quantity, said, when, model.mode, True)


def _statements(key: str, tale: _Tale, scene: Scene, knobs: Knobs) -> list[tuple[Statement, Verdict]]:
    rng, event = tale.rng, tale.event
    trade = event.mode in {Mode.EXPORT, Mode.RETRANSFER} and event.route is not None and bool(event.route.authorised)
    sources = list(_TRADE if trade else _FIELD)
    rng.shuffle(sources)
    found: list[tuple[Statement, Verdict]] = []
    spoken = False
    for place, (grade, true) in enumerate(tale.voices):
        if true or not tale.true:
            # The first that speaks true gives the figure that the truth was drawn from; made-up ones may differ.
            if not spoken:
                said = event.said
            elif tale.true or rng.random() < 0.5:
                said = reporting.another(event.quantity, rng)
            else:
                said = reporting.wrong(event.quantity, event.said, rng)
            spoken = True
        else:
            said = reporting.wrong(event.quantity, event.said, rng)
        id = f"{key}{'abcd'[place]}"
        statement = _statement(id, key, sources[place], tale, said, grade, scene, knobs)
        found.append((statement, Verdict(id=id, grade=grade, true=true, movement=key)))
    if tale.derived:
        original, verdict = found[0]
        id = f"{key}z"
        copy = original.model_copy(update={"id": id, "source": _ECHO[original.source], "remark": "quotes the original"})
        found.append((copy, Verdict(id=id, grade=verdict.grade, true=verdict.true, movement=key, repeats=original.id)))
    return found


def _statement(
    id: str, key: str, source: str, tale: _Tale, said: Quantity, grade: str, scene: Scene, knobs: Knobs
) -> Statement:
    rng, event = tale.rng, tale.event
    assert event.route is not None
    leaf = event.item in LEAVES
    authorised = event.route.authorised
    if authorised is False and rng.random() >= knobs.unauthorised:
        authorised = None
    carried = event.mode is Mode.EXPORT and rng.random() < 0.2
    return Statement(
        id=id,
        movement=key,
        source=source,
        item=FAMILY if leaf and tale.vague else event.item,
        from_party=event.giver,
        to_party=event.to,
        via=(CARRIER,) if carried else (),
        quantity=said,
        when=reporting.dated(event.when, event.mode, rng, knobs),
        mode=event.mode,
        authorised=authorised,
        made_in=event.giver if event.giver in scene.makes else None,
        grade=Grade.parse(grade),
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


def _sources(time: Calendar) -> tuple[Source, ...]:
    """The sources of every world; the register and its mirror say from when on they cover."""
    covers = Coverage(period=DateRange(first=time.register, last=time.last), note="deliveries and issues; none earlier")
    after = DateRange.day(date(time.last.year + 1, 3, 1))

    def made(
        id: str, title: str, kind: SourceKind, reliability: Reliability, *, of: str = "", covering: bool = False
    ) -> Source:
        return Source(
            id=id,
            title=title,
            kind=kind,
            reliability=reliability,
            published=after,
            derives_from=(of,) if of else (),
            coverage=covers if covering else None,
            note="invented for a synthetic world",
        )

    found = [
        made("register", "Invented register of transfers", SourceKind.REGISTER, Reliability.B, covering=True),
        made("mirror", "Invented register of the recipients", SourceKind.REGISTER, Reliability.B, covering=True),
        made("monitors", "Invented monitors' reports", SourceKind.OFFICIAL, Reliability.B),
        made("observers", "Invented observers' reports", SourceKind.NGO_REPORT, Reliability.B),
        made(IMAGES, "Invented archive of pictures", SourceKind.FIELD, Reliability.B),
        made(REPOSTS, "Invented accounts that repost pictures", SourceKind.PRESS, Reliability.D, of=IMAGES),
        made(RECOVERIES, "Invented inspections of recovered arms", SourceKind.FIELD, Reliability.B),
    ]
    for original, echo in _ECHO.items():
        found.append(made(echo, f"Invented paper that quotes {original}", SourceKind.PRESS, Reliability.D, of=original))
    return tuple(sorted(found, key=lambda source: source.id))
