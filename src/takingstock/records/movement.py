"""Movement: a stable key under which statements stand; its fields are a view derived by a stated rule.

The rule (:func:`derive`): only statements at the furthest stage count. Statements of one voice (a source and what
derives from it) are one, spoken by the original where it speaks. They are ranked by grade (both axes together, then
credibility; F and 6 stand in the middle: they are not judged, not bad), then by how much they say, then by date of
publication, then by id. Each field
is taken from the first ranked statement that has it. A party is refined: "Iraq" gives way to "Iraqi Army" where
another statement names the part. Nothing is averaged. What the others say differently is listed as conflicts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from takingstock.records.base import Record
from takingstock.records.dates import DateRange
from takingstock.records.grade import Grade
from takingstock.records.place import Place
from takingstock.records.quantity import Quantity
from takingstock.records.source import Source
from takingstock.records.statement import Condition, Funding, Mode, Stage, Statement

T = TypeVar("T")
PartOf = Callable[[str, str], bool]
"""``part_of(a, b)``: whether party a belongs to party b (army to state), at any depth."""

_STAGES = (Stage.REFUSED, Stage.NEGOTIATED, Stage.NOTIFIED, Stage.AUTHORISED, Stage.ORDERED, Stage.DELIVERED)


class Conflict(Record):
    """Statements that cannot all be right on one field. ``independent`` is False where only those differ that repeat
    one source: then one of them misquotes it."""

    field: str
    statements: tuple[str, ...]
    values: tuple[str, ...]
    independent: bool = True


class Movement(Record):
    """The view. ``statements`` are all of the key's, ranked; ``ruling`` those at the furthest stage."""

    key: str
    item: str
    from_party: str | None
    to_party: str | None
    via: tuple[str, ...]
    quantity: Quantity
    when: DateRange
    mode: Mode
    stage: Stage
    funding: Funding
    payer: str | None
    authorised: bool | None
    made_in: str | None
    made: DateRange
    condition: Condition
    place: Place | None
    chain: str | None
    link: int | None
    marks: tuple[str, ...]
    grade: Grade
    statements: tuple[str, ...]
    ruling: tuple[str, ...]
    sources: tuple[str, ...]
    conflicts: tuple[Conflict, ...] = ()


def voice(source: str, sources: Mapping[str, Source]) -> str:
    """The original that a source repeats (the smallest id among its roots), or the source itself."""
    roots: set[str] = set()
    seen: set[str] = set()
    todo = [source]
    while todo:
        current = todo.pop()
        if current in seen:
            continue
        seen.add(current)
        parents = sources[current].derives_from if current in sources else ()
        todo.extend(parents)
        if not parents:
            roots.add(current)
    # Sources that only quote each other are one voice too.
    return min(roots or seen)


def derive(key: str, statements: Iterable[Statement], sources: Mapping[str, Source], part_of: PartOf) -> Movement:
    """The view of one movement from all its statements (at least one). See the module's rule."""
    everyone = sorted(statements, key=lambda s: _rank(s, sources))
    furthest = max(_STAGES.index(s.stage) for s in everyone)
    ruling = [s for s in everyone if _STAGES.index(s.stage) == furthest]
    speakers = _one_per_voice(ruling, sources)
    lead = speakers[0]
    return Movement(
        key=key,
        item=_finest_item(speakers),
        from_party=_finest_party([s.from_party for s in speakers], part_of),
        to_party=_finest_party([s.to_party for s in speakers], part_of),
        via=tuple(dict.fromkeys(party for s in speakers for party in s.via)),
        quantity=_first((s.quantity for s in speakers if s.quantity.known), Quantity(unit=lead.quantity.unit)),
        when=_first((s.when for s in speakers if s.when.known), DateRange()),
        mode=lead.mode,
        stage=lead.stage,
        funding=_first((s.funding for s in speakers if s.funding is not Funding.UNKNOWN), Funding.UNKNOWN),
        payer=_first((s.payer for s in speakers if s.payer), None),
        authorised=_first((s.authorised for s in speakers if s.authorised is not None), None),
        made_in=_first((s.made_in for s in speakers if s.made_in), None),
        made=_first((s.made for s in speakers if s.made.known), DateRange()),
        condition=_first((s.condition for s in speakers if s.condition is not Condition.UNKNOWN), Condition.UNKNOWN),
        place=_first((s.place for s in speakers if s.place), None),
        chain=_first((s.chain for s in speakers if s.chain), None),
        link=_first((s.link for s in speakers if s.link is not None), None),
        marks=tuple(sorted({mark for s in speakers for mark in s.marks})),
        grade=lead.grade,
        statements=tuple(s.id for s in everyone),
        ruling=tuple(s.id for s in ruling),
        sources=tuple(dict.fromkeys(s.source for s in everyone)),
        conflicts=_all_conflicts(speakers, ruling, part_of),
    )


def _rank(statement: Statement, sources: Mapping[str, Source]) -> tuple[tuple[int, int], int, tuple[str, str], str]:
    silent = sum(
        (
            not statement.quantity.known,
            not statement.when.known,
            not statement.from_party,
            not statement.to_party,
        )
    )
    source = sources.get(statement.source)
    published = source.published.sort_key if source else DateRange().sort_key
    return statement.grade.rank, silent, published, statement.id


def _one_per_voice(ranked: list[Statement], sources: Mapping[str, Source]) -> list[Statement]:
    groups: dict[str, list[Statement]] = {}
    for statement in ranked:
        groups.setdefault(voice(statement.source, sources), []).append(statement)
    spoken = []
    for original, members in groups.items():
        firsthand = [s for s in members if s.source == original]
        spoken.extend(firsthand or members[:1])
    return [s for s in ranked if s in spoken]


def _first(values: Iterable[T], default: T) -> T:
    return next(iter(values), default)


def _finest_item(speakers: list[Statement]) -> str:
    item = speakers[0].item
    for other in speakers[1:]:
        if other.item.startswith(f"{item}."):
            item = other.item
    return item


def _finest_party(parties: list[str | None], part_of: PartOf) -> str | None:
    named = [party for party in parties if party]
    if not named:
        return None
    finest = named[0]
    for other in named[1:]:
        if part_of(other, finest):
            finest = other
    return finest


def _all_conflicts(speakers: list[Statement], ruling: list[Statement], part_of: PartOf) -> tuple[Conflict, ...]:
    found = {conflict.field: conflict for conflict in _conflicts(speakers, part_of)}
    for conflict in _conflicts(ruling, part_of):
        found.setdefault(conflict.field, conflict.model_copy(update={"independent": False}))
    return tuple(found.values())


def _conflicts(speakers: list[Statement], part_of: PartOf) -> Iterable[Conflict]:
    def related(a: str, b: str) -> bool:
        return a == b or part_of(a, b) or part_of(b, a)

    def clash(name: str, given: list[tuple[str, str]]) -> Conflict:
        return Conflict(field=name, statements=tuple(i for i, _ in given), values=tuple(value for _, value in given))

    amounts = [s for s in speakers if s.quantity.known]
    if len({s.quantity.unit for s in amounts}) > 1:
        yield clash("unit", [(s.id, f"{s.quantity} {s.quantity.unit.value}") for s in amounts])
    if any(_disjoint(a.quantity, b.quantity) for a in amounts for b in amounts):
        yield clash("quantity", [(s.id, str(s.quantity)) for s in amounts])
    dated = [s for s in speakers if s.when.known]
    if any(not a.when.overlaps(b.when) for a in dated for b in dated):
        yield clash("when", [(s.id, str(s.when)) for s in dated])
    for name in ("from_party", "to_party"):
        named = [(s.id, party) for s in speakers if (party := getattr(s, name))]
        if any(not related(a, b) for _, a in named for _, b in named):
            yield clash(name, named)
    items = [(s.id, s.item) for s in speakers]
    if any(not (a == b or a.startswith(f"{b}.") or b.startswith(f"{a}.")) for _, a in items for _, b in items):
        yield clash("item", items)
    modes = [(s.id, s.mode.value) for s in speakers]
    if len({mode for _, mode in modes}) > 1:
        yield clash("mode", modes)
    makers = [(s.id, s.made_in) for s in speakers if s.made_in]
    if len({maker for _, maker in makers}) > 1:
        yield clash("made_in", makers)


def _disjoint(a: Quantity, b: Quantity) -> bool:
    if a.unit is not b.unit:
        return False
    a_low, a_high = a.low or 0.0, a.high if a.high is not None else float("inf")
    b_low, b_high = b.low or 0.0, b.high if b.high is not None else float("inf")
    return a_high < b_low or b_high < a_low
