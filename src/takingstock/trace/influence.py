"""Influence: how far an answer rests on one source, by leaving it out and asking again.

A source goes with all that derives from it, at any depth: what only repeats it falls with it. A repeater that is left
out alone takes nothing along. With the source go its statements, its opening counts and its coverage; the movements it
spoke of are derived anew from what the others say (so a statement that it contradicted may rule now), the documented
chains are read anew, and the question is asked again: policy and births as asked, no other policy, no draws.

This is leaving one out, with a source for an observation. What is compared is the distribution of origins, by total
variation distance: half the sum of the changes of all shares.

Invariant: nothing depends on the order of rows; a source that says nothing of goods that can have reached the holder
is not listed. Per source only its own movements are derived anew, and each commodity costs one search for chains (a
second, wider one only where the chain that led is no longer among the largest).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from takingstock.records import Chain, Influence, Ledger, Mode, Movement, OriginKind, Stage, Statement, Unit, derive
from takingstock.trace.asking import Question, arrives
from takingstock.trace.block import origins_of, scene
from takingstock.trace.commodity import GROUPS, Commodity, commodities
from takingstock.trace.documented import Documented, documented
from takingstock.trace.holders import SINK, UNKNOWN_FROM, UNKNOWN_TO, lot, plain, receiver, sender
from takingstock.trace.opening import opening_counts
from takingstock.trace.telling import kinds

Route = tuple[tuple[str, ...], OriginKind]
"""A chain by what it is told as: the parties it passes, from its origin on (the holder asked about is not repeated at
the end), and the kind of its origin. A documented lot and an inferred chain of one route are one story."""

_TIE = 1e-9
_NOTHING = 1e-9
_MAKING = {Mode.PRODUCTION, Mode.CRAFT_PRODUCTION}
_WIDER = 32


@dataclass(frozen=True)
class Answer:
    """The answer of a question, without what a reader needs beside it. ``shares`` sum to 1, or are empty where no share
    can be formed; ``routes`` are the largest chains' shares, ``whole`` says that they are all there are."""

    total: float | None
    shares: Mapping[tuple[str, OriginKind], float]
    routes: Mapping[Route, float]
    whole: bool

    @property
    def unrecorded(self) -> float | None:
        """The share whose origin is unrecorded; None where no share can be formed."""
        if not self.shares:
            return None
        return sum(share for (_, kind), share in self.shares.items() if kind is OriginKind.UNRECORDED)

    @property
    def leader(self) -> Route | None:
        """The route of the largest share; of equal ones the first by name."""
        most = max(self.routes.values(), default=0.0)
        return min((route for route, share in self.routes.items() if share >= most - _TIE and share > 0), default=None)


def route(chain: Chain, own: frozenset[str] = frozenset(), holder: str = "") -> Route:
    """The route of a chain as it is told; ``own`` are the parts that ``holder`` stands for."""
    return _joined([holder if s.from_party in own else s.from_party for s in chain.steps]), chain.origin


def moved(before: Mapping[Any, float], after: Mapping[Any, float]) -> float:
    """Total variation distance of two distributions, 0 to 1. From or to no answer at all is 1; between none, 0."""
    if not before or not after:
        return 0.0 if not before and not after else 1.0
    return min(1.0, 0.5 * sum(abs(after.get(key, 0.0) - before.get(key, 0.0)) for key in before.keys() | after.keys()))


def answer(asked: Question, goods: Sequence[Commodity], limit: int | None = None) -> Answer:
    """What the ledger answers for some commodities of one unit taken together, at the cost of one search each.

    ``limit`` is how many chains are searched for (as many as the question lists, unless given)."""
    origins: dict[tuple[str, OriginKind], float] = defaultdict(float)
    routes: dict[Route, float] = defaultdict(float)
    whole = True
    alone: list[Documented] = []
    arrivals = 0
    for commodity in goods:
        found = _one(asked, commodity, limit or asked.limit)
        arrivals += sum(1 for m in commodity.movements if asked.arrives(m))
        if found is None:
            continue
        if not found.origins:
            alone += found.lots
            continue
        for origin, amount in found.origins.items():
            origins[origin] += amount
        for way, amount in found.routes.items():
            routes[way] += amount
        whole = whole and found.whole
    total = sum(origins.values())
    if total:
        share = {way: amount / total for way, amount in routes.items()}
        return Answer(total, {origin: amount / total for origin, amount in origins.items()}, share, whole)
    if arrivals == 1 and len(alone) == 1 and not alone[0].arrival.quantity.best:
        first = alone[0].links[0]
        kind = asked.kind(first)
        return Answer(None, {(plain(sender(first)), kind): 1.0}, {_lot_route(asked, alone[0]): 1.0}, True)
    return Answer(None, {}, {}, True)


@dataclass(frozen=True)
class _Found:
    origins: dict[tuple[str, OriginKind], float]
    routes: dict[Route, float]
    lots: tuple[Documented, ...]
    whole: bool


def _one(asked: Question, commodity: Commodity, limit: int) -> _Found | None:
    """The amounts of one commodity by origin and by route, as :func:`takingstock.trace.block.block` finds them."""
    seen = scene(asked, commodity)
    if seen is None:
        return None
    lots, custody = seen.lots, seen.custody
    network = custody.network(asked.births)
    origins, by_lot, _ = origins_of(asked, custody, network)
    if sum(origins.values()) <= _NOTHING * max(1.0, float(custody.arrays["quantity"].sum())):
        return _Found({}, {}, lots, True)
    routes: dict[Route, float] = defaultdict(float)
    for chain in lots:
        if chain.carried and by_lot.get(chain.label):
            routes[_lot_route(asked, chain)] += by_lot[chain.label]
    result = network.chains(custody.asked, asked.policy, limit + len(lots), asked.of)
    for found in result.chains:
        if found.steps and lot(custody.holders[found.holders[0]]) is None:
            parties = _joined([plain(custody.holders[number]) for number in found.holders[:-1]])
            for kind, part in kinds(asked, custody, found, network):
                routes[(parties, kind)] += part * found.quantity
    return _Found(dict(origins), dict(routes), lots, bool(result.exact and result.remainder < _TIE))


def _lot_route(asked: Question, chain: Documented) -> Route:
    parties = [plain(sender(link)) for link in chain.links]
    return _joined([asked.holder if party in asked.own else party for party in parties]), asked.kind(chain.links[0])


def _joined(parties: Iterable[str]) -> tuple[str, ...]:
    """Without what only goes from a party to itself (from its bench to its stock)."""
    told: list[str] = []
    for party in parties:
        if not told or told[-1] != party:
            told.append(party)
    return tuple(told)


@dataclass
class Silence:
    """The question with sources left out; made once for a question, and used for all its commodities.

    ``closure`` of a source is it and all that derives from it."""

    asked: Question
    _without: dict[str, Question] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ledger = self.asked.ledger
        self.said: dict[str, list[Statement]] = defaultdict(list)
        self.spoken: dict[str, list[Statement]] = defaultdict(list)
        self.chained = [statement for statement in ledger.statements if statement.chain]
        for statement in ledger.statements:
            self.said[statement.movement].append(statement)
            self.spoken[statement.source].append(statement)
        self._by_top: dict[str, set[str]] = defaultdict(set)
        for key, view in self.asked.movements.items():
            if view.stage is Stage.DELIVERED:
                for top in {_top(view.item), *(_top(said.item) for said in self.said[key])}:
                    self._by_top[top].add(key)
        self._repeaters: dict[str, list[str]] = defaultdict(list)
        for source in ledger.sources:
            for original in source.derives_from:
                self._repeaters[original].append(source.id)

    def pool(self, commodity: Commodity) -> frozenset[str]:
        """The keys of delivered movements that are, or that some statement makes, of a class that can be tied to the
        commodity's."""
        return frozenset(self._by_top.get(_top(commodity.item), ()))

    def closure(self, source: str) -> frozenset[str]:
        """The source and all that derives from it, at any depth."""
        found, todo = {source}, [source]
        while todo:
            new = set(self._repeaters.get(todo.pop(), ())) - found
            found |= new
            todo += new
        return frozenset(found)

    def originals(self, sources: Iterable[str]) -> frozenset[str]:
        """Everything that some sources derive from, at any depth."""
        known = self.asked.ledger.source_by_id
        found: set[str] = set()
        todo = list(sources)
        while todo:
            current = todo.pop()
            new = set(known[current].derives_from) - found if current in known else set()
            found |= new
            todo += new
        return frozenset(found)

    def without(self, source: str) -> Question:
        """The question as it would be asked of a ledger that never heard of the source and what derives from it."""
        if source not in self._without:
            self._without[source] = self._leave_out(self.closure(source))
        return self._without[source]

    def _leave_out(self, silent: frozenset[str]) -> Question:
        asked, ledger = self.asked, self.asked.ledger
        # Every part is of a ledger that was checked when it was read, so nothing need be checked again.
        rest = Ledger.model_construct(
            **{name: getattr(ledger, name) for name in Ledger.model_fields}
            | {
                "sources": tuple(s for s in ledger.sources if s.id not in silent),
                "statements": tuple(s for s in ledger.statements if s.source not in silent),
                "counts": tuple(c for c in ledger.counts if c.source not in silent),
            }
        )
        movements = dict(asked.movements)
        for key in sorted({statement.movement for name in silent for statement in self.spoken.get(name, ())}):
            others = [statement for statement in self.said[key] if statement.source not in silent]
            if others:
                movements[key] = derive(key, others, rest.source_by_id, asked.parties.part_of)
            else:
                movements.pop(key, None)
        stated = [statement for statement in self.chained if statement.source not in silent]
        lots = documented(stated, movements, lambda movement: arrives(movement, asked.own, asked.until))
        taken: dict[str, float] = defaultdict(float)
        for chain in lots:
            for link in chain.links:
                taken[link.key] += chain.carried or 0.0
        return replace(asked, ledger=rest, movements=movements, lots=lots, taken=dict(taken))


def influence(asked: Question, commodity: Commodity, silence: Silence | None = None) -> tuple[Influence, ...]:
    """The influence of each source on the answer for one commodity, the one that moves it most first.

    Listed are the sources that state something (themselves, or through those that repeat them) about a movement out of
    a holder from which goods can have reached the one asked about, about a link of a documented chain, or about an
    opening stock there; sources that only quote one another are one. Equal moves are sorted by the change of the total,
    then by id. ``leading`` is None where no share can be formed, or where even a wide search did not get to the chain:
    it is then none of the largest. Without a source its classes may come apart, or be tied to more; what is compared
    then is all of them together. ``silence`` is shared between the commodities of a question."""
    quiet = silence or Silence(asked)
    full = answer(asked, [commodity])
    leader = full.leader
    pool = quiet.pool(commodity)
    keys, holders = _upstream(quiet, commodity, pool)
    speaking = _speaking(quiet, commodity, keys, holders)
    told = []
    for source in _sources(quiet, set(speaking)):
        closure = quiet.closure(source)
        question = quiet.without(source)
        goods = _again(question, commodity, pool)
        found = answer(question, goods)
        leading = found.routes.get(leader) if leader else None
        if leader and leading is None and found.shares:
            wider = found if found.whole else answer(question, goods, _WIDER * asked.limit)
            leading = wider.routes.get(leader, 0.0 if wider.whole else None)
        most = max(found.routes.values(), default=0.0)
        told.append(
            Influence(
                source=source,
                sources=(source, *sorted(closure - {source})),
                total=found.total,
                leading=leading,
                leads=bool(leading) and (leading or 0.0) >= most - _TIE,
                unrecorded=found.unrecorded,
                moves=max(moved(full.shares, found.shares), moved(full.routes, found.routes)),
                movements=tuple(sorted({key for name in closure for key in speaking.get(name, ())})),
            )
        )
    return tuple(sorted(told, key=lambda i: (-round(i.moves, 9), -round(_change(full.total, i.total), 9), i.source)))


def _change(before: float | None, after: float | None) -> float:
    """The change of a total, as a part of the larger of the two."""
    most = max(before or 0.0, after or 0.0)
    return abs((after or 0.0) - (before or 0.0)) / most if most else 0.0


def _sources(quiet: Silence, speaking: set[str]) -> list[str]:
    """Those to leave out: who speaks, and an original that is heard only through several who repeat it."""
    by_voice: dict[frozenset[str], str] = {}
    for source in sorted(speaking):
        by_voice.setdefault(quiet.closure(source) & speaking, source)
    for source in sorted(quiet.originals(speaking) - speaking):
        by_voice.setdefault(quiet.closure(source) & speaking, source)
    return sorted(by_voice.values())


def _speaking(quiet: Silence, commodity: Commodity, keys: set[str], holders: set[str]) -> dict[str, set[str]]:
    """The sources that state something which can matter, each with the movements it speaks of."""
    speaking: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        view = quiet.asked.movements[key]
        for statement in quiet.said[key]:
            # What got less far than the ruling statements is not heard, unless it numbers the link of a chain.
            if statement.id in view.ruling or statement.chain:
                speaking[statement.source].add(key)
    for count in commodity.counts:
        if _place(quiet.asked, count.holder) in holders:
            speaking[count.source] |= set()
    return speaking


def _upstream(quiet: Silence, commodity: Commodity, pool: frozenset[str]) -> tuple[set[str], set[str]]:
    """The movements that can matter to the answer, and the holders from which goods can have come, whoever is right.

    A movement matters where it leaves such a holder: what goes elsewhere decides what is left for the one asked about.
    Every pairing of the parties that the statements under a movement name counts, since any of them may rule."""
    asked = quiet.asked
    ends = {key: _ends(quiet, key) for key in sorted(pool) if _counts(quiet, key)}
    givers: dict[str, set[str]] = defaultdict(set)
    for senders, receivers in ends.values():
        for party in receivers:
            givers[party] |= senders
    holders, todo = {asked.holder}, [asked.holder]
    while todo:
        new = givers.get(todo.pop(), set()) - holders
        holders |= new
        todo += new
    keys = {key for key, (senders, _) in ends.items() if senders & holders}
    arriving = {m.key for m in commodity.movements if asked.arrives(m)}
    keys |= {link.key for chain in asked.lots if chain.arrival.key in arriving for link in chain.links}
    return keys, holders


def _ends(quiet: Silence, key: str) -> tuple[set[str], set[str]]:
    asked, view = quiet.asked, quiet.asked.movements[key]
    senders, receivers = {plain(sender(view))}, {plain(receiver(view))}
    for said in quiet.said[key]:
        making = said.mode in _MAKING
        senders.add(said.from_party or (said.to_party if making else None) or UNKNOWN_FROM)
        to = said.to_party or (said.from_party if making else None) or UNKNOWN_TO
        receivers.add(SINK if said.mode.ends else to)
    return {_place(asked, party) for party in senders}, {_place(asked, party) for party in receivers}


def _place(asked: Question, party: str) -> str:
    """Who a party is taken for; with joined forces its state, so that none that may be joined is missed."""
    if party in asked.own:
        return asked.holder
    if asked.joined:
        state = asked.state(party)
        return asked.holder if state in asked.own else state or party
    return party


def _counts(quiet: Silence, key: str) -> bool:
    """Whether a movement can have moved goods in time, whoever is right. An arrival without a quantity may be all
    there is."""
    asked, view, said = quiet.asked, quiet.asked.movements[key], quiet.said[key]
    dated = [statement.when.first for statement in said if statement.when.known]
    if asked.until and dated and all(day is not None and day > asked.until for day in dated):
        return False
    return bool(view.quantity.best or any(s.quantity.best for s in said) or asked.arrives(view))


def _top(item: str) -> str:
    """The broadest class above an item that can tie others to it."""
    parts = item.split(".")
    paths = [".".join(parts[: depth + 1]) for depth in range(len(parts))]
    return next((path for path in paths if path not in GROUPS), item)


def _within(item: str, top: str) -> bool:
    return item == top or (top not in GROUPS and item.startswith(f"{top}."))


def _again(asked: Question, commodity: Commodity, pool: frozenset[str]) -> list[Commodity]:
    """What a commodity is in a question from which a source was left out; more than one where the source's own record
    had tied its classes."""
    top = _top(commodity.item)
    movements: list[Movement] = [
        m
        for key in sorted(pool)
        if (m := asked.movements.get(key)) and m.stage is Stage.DELIVERED and m.quantity.unit is not Unit.TONNES
    ]
    counts = [count for count in opening_counts(asked.ledger.counts) if _within(count.item, top)]
    keys, classes = {movement.key for movement in commodity.movements}, set(commodity.classes)
    return [
        found
        for found in commodities(movements, counts)
        if found.unit is commodity.unit
        and (
            classes & set(found.classes)
            or (_tied(found.item, commodity.item) and any(movement.key in keys for movement in found.movements))
        )
    ]


def _tied(one: str, other: str) -> bool:
    """Whether one class lies in the other, and neither is a mixed set."""
    return _within(one, other) or _within(other, one)
