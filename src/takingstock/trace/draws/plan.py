"""Plan: one commodity made ready for draws, as arrays that no draw changes.

A *move* is one alternative of a movement: what one of its statements says of sender, recipient, class and date. In a
draw at most one move of a movement carries goods, so contradicting statements are never averaged (method.md, section
5). Statements that do not contradict the movement's view are heard as the view has it; what clashes is another move.

Invariant: everything is sorted by record key, and randomness goes by the hash of record ids, so that no draw depends on
the order of rows or on how many draws there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from takingstock.records import Count, DateRange, Movement, OriginKind, Quantity, Statement, voice
from takingstock.trace.asking import Question
from takingstock.trace.classes import ClassRows, class_rows
from takingstock.trace.commodity import GROUPS, Commodity
from takingstock.trace.custody import aliased, aliases, lot_links, makes
from takingstock.trace.documented import Documented
from takingstock.trace.draws.choosing import choices
from takingstock.trace.draws.holding import holds
from takingstock.trace.draws.randomness import record_hashes
from takingstock.trace.draws.sampling import Law, LawKind, law_of
from takingstock.trace.holders import MARK, lot, plain, receiver, sender
from takingstock.trace.marked import Pair, rows_of

OPEN = 2**30
"""Stands for an open end among days, which are proleptic ordinals."""

KINDS = (OriginKind.PRODUCED, OriginKind.UNRECORDED, OriginKind.OPENING)
Origin = tuple[str, OriginKind]


@dataclass(frozen=True, eq=False)
class Said:
    """The statements as the sampler reads them, one element each: ``hash`` uint64, ``p`` float64, ``move`` int32,
    ``kind`` int8 with ``a``, ``b``, ``c`` float64 (its law); ``first`` int64[movements + 1] and ``movement`` uint64
    tell which statements are alternatives of one movement."""

    hash: NDArray[np.uint64]
    p: NDArray[np.float64]
    move: NDArray[np.int32]
    kind: NDArray[np.int8]
    a: NDArray[np.float64]
    b: NDArray[np.float64]
    c: NDArray[np.float64]
    first: NDArray[np.int64]
    movement: NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class Plan:
    """``labels`` are the holders by number; ``nodes`` are (label, class) pairs; ``moves`` say per move what moved, as a
    Movement; ``counted`` are (node, slot) pairs: the quantity of slot (beyond the moves) is opening stock of the node.
    ``carried`` are (lot move, moves of the mixture it is taken out of). ``known`` are links of single goods, for the
    policy ``strict``."""

    asked: int
    labels: tuple[str, ...]
    nodes: tuple[tuple[int, str], ...]
    rows: ClassRows
    moves: tuple[Movement, ...]
    said: Said
    counted: tuple[tuple[int, int], ...]
    carried: tuple[tuple[int, tuple[int, ...]], ...]
    maker: NDArray[np.bool_]
    first_day: NDArray[np.int32]
    last_day: NDArray[np.int32]
    date_hash: NDArray[np.uint64]
    rank: NDArray[np.int64]
    typical: NDArray[np.float64]
    typical_opening: NDArray[np.float64]
    until: int
    kind: NDArray[np.int8]
    origin: tuple[Origin, ...]
    known: tuple[Pair, ...] = ()

    @property
    def slots(self) -> int:
        """Rows of the quantity matrix: the moves, then the opening counts."""
        return len(self.moves) + len(self.counted)

    @cached_property
    def label(self) -> NDArray[np.int32]:
        """The holder of each node, int32[nodes]."""
        return np.array([holder for holder, _ in self.nodes], dtype=np.int32)

    @cached_property
    def number(self) -> dict[str, int]:
        """The label of each holder."""
        return {holder: number for number, holder in enumerate(self.labels)}

    @cached_property
    def linked(self) -> dict[str, NDArray[np.int64]]:
        """The moves of the movements that known links join, by key, in the order in which links are laid to them."""
        return rows_of(self.known, [move.key for move in self.moves])

    @cached_property
    def arrivals(self) -> NDArray[np.bool_]:
        """Which moves bring goods to the holder asked about, bool[moves]."""
        return np.array([receiver(m) == self.labels[self.asked] for m in self.moves], dtype=np.bool_)


Way = tuple[str, str, date | None, date | None, str]
"""What tells the moves of one movement apart: from whom, to whom, first and last day, class."""


@dataclass(frozen=True)
class _Saying:
    """One statement (or lot, or count) before it has its number."""

    id: str
    p: float
    law: Law
    move: Movement
    way: Way
    voice: str = ""


_NOTHING = Law(LawKind.EXACT, 0.0)


def plan(
    asked: Question,
    commodity: Commodity,
    lots: Sequence[Documented],
    counts: Iterable[Sequence[Count]],
    *,
    table: Mapping[str, float] | None = None,
) -> Plan:
    """The plan of one commodity. ``counts`` are the opening counts of each stock; ``table`` edits what grades are
    worth."""
    stocks = [[count for count in stock if count.quantity.known] for stock in counts]
    opening = [count for stock in stocks for count in stock]
    named = {p for m in commodity.movements for p in (plain(sender(m)), receiver(m))}
    named |= {count.holder for count in opening} | {asked.holder}
    alias = aliases(asked, named)
    hearing = _Hearing(asked, commodity, alias, table)
    sayings: dict[str, list[_Saying]] = {}
    for movement in commodity.movements:
        if heard := _between(hearing.heard(movement)):
            sayings[movement.key] = _settled(heard)
    carried_by: dict[str, list[str]] = defaultdict(list)
    for chain in lots:
        for saying, link in _lots(asked, chain, table):
            sayings[saying.move.key] = [saying]
            carried_by[saying.move.key].append(link.key)
    sayings = _in_time(sayings)
    moves, place = _numbered(sayings)
    ends = [(sender(m), receiver(m)) for m in moves]
    stocked = [alias.get(count.holder, count.holder) for count in opening]
    holders = sorted({party for pair in ends for party in pair} | set(stocked) | {asked.holder})
    number = {holder: index for index, holder in enumerate(holders)}
    counted = {(holder, count.item) for holder, count in zip(stocked, opening, strict=True)}
    busy = asked.holder in stocked or any(asked.holder in pair for pair in ends)
    # The holder asked about has a node, if only to have nothing.
    idle = set() if busy else {(asked.holder, commodity.item)}
    rows = class_rows(
        [number[start] for start, _ in ends],
        [number[end] for _, end in ends],
        [m.item for m in moves],
        [(number[holder], item) for holder, item in counted | idle],
    )
    node = {pair: index for index, pair in enumerate(rows.nodes)}
    begins = {chain.label: asked.kind(chain.links[0]) for chain in asked.lots}
    starts = [_start(asked, m, start, begins) for m, (start, _) in zip(moves, ends, strict=True)]
    makers = {
        node[(number[start], m.item)]
        for m, (start, _), kind in zip(moves, ends, starts, strict=True)
        if makes(start, kind)
    }
    days = [_days(m.when) for m in moves]
    keys = [(m.key, str(m.when), start, end, m.item) for m, (start, end) in zip(moves, ends, strict=True)]
    rank = {key: index for index, key in enumerate(sorted(keys))}
    typical = np.zeros(len(moves))
    for key, said in sayings.items():
        whole = sum(saying.p for saying in said)
        for saying in said:
            typical[place[(key, saying.way)]] += saying.law.mean * saying.p / (whole or 1.0)
    stock = np.zeros(len(rows.nodes))
    where = [node[(number[holder], count.item)] for holder, count in zip(stocked, opening, strict=True)]
    counting = [_counted(asked, together, table) for together in stocks if together]
    weights = [saying.p / sum(s.p for s in together) for together in counting for saying in together]
    for count, at, weight in zip(opening, where, weights, strict=True):
        stock[at] += weight * (count.quantity.best or 0.0)
    return Plan(
        asked=number[asked.holder],
        labels=tuple(holders),
        nodes=rows.nodes,
        rows=rows,
        moves=tuple(moves),
        said=_arrays(sayings, place, counting, len(moves)),
        counted=tuple((at, len(moves) + slot) for slot, at in enumerate(where)),
        carried=tuple(
            (
                place[(key, sayings[key][0].way)],
                tuple(sorted({place[(link, s.way)] for link in links for s in sayings.get(link, ())})),
            )
            for key, links in sorted(carried_by.items())
        ),
        maker=np.isin(np.arange(len(rows.nodes)), list(makers)),
        first_day=np.array([first for first, _ in days], dtype=np.int32),
        last_day=np.array([last for _, last in days], dtype=np.int32),
        # A lot moves on the day of its movement, and so do alternatives that do not differ in their date.
        date_hash=record_hashes([f"{key.partition(MARK)[0]}{MARK}{when}" for key, when, *_ in keys]),
        rank=np.array([rank[key] for key in keys], dtype=np.int64),
        typical=typical,
        typical_opening=stock,
        until=asked.until.toordinal() if asked.until else OPEN,
        kind=np.array([KINDS.index(kind) for kind in starts], dtype=np.int8),
        origin=tuple((plain(start), kind) for (start, _), kind in zip(ends, starts, strict=True)),
        known=tuple(pair for pair in asked.known if {pair.receipt, pair.issue} & {plain(m.key) for m in moves}),
    )


class _Hearing:
    """What the statements of a commodity's movements say, as moves between the parties that its own stand for."""

    def __init__(
        self, asked: Question, commodity: Commodity, alias: Mapping[str, str], table: Mapping[str, float] | None
    ) -> None:
        self.asked, self.commodity, self.table = asked, commodity, table
        self.alias = {party: stands for party, stands in alias.items() if party != stands}
        self.voice: dict[str, str] = {}
        self.worth: dict[tuple[str, str], float] = {}

    def heard(self, movement: Movement) -> list[_Saying]:
        """What each independent voice says of a movement; those that repeat one original are one, and hold together."""
        ledger = self.asked.ledger
        voices: dict[str, list[Statement]] = {}
        for key in movement.ruling:
            statement = ledger.statement_by_id[key]
            if statement.source not in self.voice:
                self.voice[statement.source] = voice(statement.source, ledger.source_by_id)
            voices.setdefault(self.voice[statement.source], []).append(statement)
        found: list[_Saying] = []
        for original, statements in sorted(voices.items()):
            firsthand = [s for s in statements if s.source == original] or statements[:1]
            first = min(firsthand, key=lambda s: s.id)
            said: dict[tuple[Law, Way], _Saying] = {}
            for statement in firsthand:
                saying = self._saying(movement, statement, original, _spoken(first, original, self.asked))
                known = said.get((saying.law, saying.way)) if saying else None
                if saying and (known is None or known.p < saying.p):
                    said[(saying.law, saying.way)] = saying
            found += said.values()
        return found

    def _saying(self, movement: Movement, statement: Statement, voice: str, name: str) -> _Saying | None:
        moved, elsewhere = _view(self.asked, self.commodity, statement, movement)
        law = law_of(_quantity(statement, movement))
        if law is None:
            return None
        move = aliased(moved, self.alias) if self.alias else moved
        way = (sender(move), receiver(move), move.when.first, move.when.last, move.item)
        grade = (statement.grade.reliability.value, statement.grade.credibility.value)
        if grade not in self.worth:
            self.worth[grade] = holds(statement.grade, self.table)
        return _Saying(name, self.worth[grade], _NOTHING if elsewhere or not law.mean else law, move, way, voice)


def _between(heard: Sequence[_Saying]) -> list[_Saying]:
    """Those between two holders. What says that nothing came, or that it came from the holder itself, is an alternative
    too: where it is true none of the others is, so it stands among their moves, with nothing to move."""
    some = next((saying for saying in heard if saying.law.mean and saying.way[0] != saying.way[1]), None)
    if some is None:
        return []
    return [
        saying
        if saying.way[0] != saying.way[1] and saying.law.mean
        else replace(saying, law=_NOTHING, move=some.move, way=some.way)
        for saying in heard
    ]


def _spoken(statement: Statement, original: str, asked: Question) -> str:
    """What holds or fails together: the links of a chain as one source states it, else what a voice says of a
    movement."""
    if statement.chain and any(chain.label == statement.chain for chain in asked.lots):
        return f"{original}{MARK}{statement.chain}"
    return statement.id


def _agrees(statement: Statement, movement: Movement) -> bool:
    """Whether a statement's class does not contradict the view's, which is as fine or finer."""
    item = statement.item
    return movement.item == item or movement.item.startswith(f"{item}.") or item in GROUPS


def _quantity(statement: Statement, movement: Movement) -> Quantity:
    """The statement's own figure where it clashes with the view, in the figure or in the class, else the view's."""
    own, view = statement.quantity, movement.quantity
    if not own.known or own.unit is not view.unit:
        return view
    if not _agrees(statement, movement) or not view.known:
        return own
    if statement.item != movement.item:
        return view
    mine, theirs = law_of(own), law_of(view)
    assert mine is not None
    assert theirs is not None
    # As they are read, so that 18 does not clash with "about 20".
    return own if mine.most < theirs.least or mine.least > theirs.most else view


def _view(asked: Question, commodity: Commodity, statement: Statement, movement: Movement) -> tuple[Movement, bool]:
    """The movement as one statement has it: refined by the others, contradicted by none; and whether it says that
    goods of another commodity moved, so that none of this one did."""
    changed: dict[str, Any] = {}
    for name in ("from_party", "to_party"):
        own, view = getattr(statement, name), getattr(movement, name)
        if own and view and own != view and not asked.parties.part_of(view, own):
            changed[name] = own
            if name == "from_party":
                # Who made it is said of the giver that the source itself names.
                changed["made_in"] = statement.made_in
    if statement.when is not movement.when and statement.when.known and not statement.when.overlaps(movement.when):
        changed["when"] = statement.when
    if not _agrees(statement, movement):
        if statement.item != commodity.item and not statement.item.startswith(f"{commodity.item}."):
            return movement, True
        changed["item"] = statement.item
    return (movement.model_copy(update=changed) if changed else movement), False


def _lots(asked: Question, chain: Documented, table: Mapping[str, float] | None) -> Iterable[tuple[_Saying, Movement]]:
    """The links of a documented chain as its lot; they hold together, as well as the weakest of them does."""
    if not chain.carried:
        return
    original = min(voice(s.source, asked.ledger.source_by_id) for s in _spoken_of(asked, chain))
    p, law = standing(asked, chain, table), _carried(chain)
    for move, link in zip(lot_links(chain, chain.carried, asked.holder), chain.links, strict=True):
        way = (sender(move), receiver(move), move.when.first, move.when.last, move.item)
        yield _Saying(f"{original}{MARK}{chain.label}", p, law, move, way), link


def _carried(chain: Documented) -> Law:
    """What a chain carries: its smallest link's quantity, as uncertain as that is where no other link can be smaller,
    else the one figure."""
    assert chain.carried is not None
    links = [m for m in chain.links if m.quantity.best and m.quantity.unit is chain.arrival.quantity.unit]
    least = min(links, key=lambda m: m.quantity.best or 0.0)
    law = law_of(least.quantity)
    if law is None or not least.quantity.best:
        return Law(LawKind.EXACT, chain.carried)
    others = [other for m in links if m.quantity != least.quantity and (other := law_of(m.quantity))]
    if any(other.least < law.most for other in others):
        return Law(LawKind.EXACT, chain.carried)
    part = chain.carried / least.quantity.best
    return law if part == 1.0 else Law(law.kind, law.a * part, law.b * part, law.c * part)


def standing(asked: Question, chain: Documented, table: Mapping[str, float] | None = None) -> float:
    """The probability that a documented chain holds: that of its weakest link, as the best of those who state it has
    it."""
    best: dict[str, float] = defaultdict(float)
    for statement in _spoken_of(asked, chain):
        best[statement.movement] = max(best[statement.movement], holds(statement.grade, table))
    return min(best.values())


def _spoken_of(asked: Question, chain: Documented) -> list[Statement]:
    ruling = [asked.ledger.statement_by_id[key] for link in chain.links for key in link.ruling]
    return [statement for statement in ruling if statement.chain == chain.label]


@dataclass(frozen=True)
class _Counting:
    id: str
    p: float
    law: Law


def _counted(asked: Question, counts: Sequence[Count], table: Mapping[str, float] | None) -> list[_Counting]:
    """The counts of one stock, of which one is true, or none."""
    laws = [law_of(count.quantity) for count in counts]
    told = [
        (holds(count.grade, table), voice(count.source, asked.ledger.source_by_id), law)
        for count, law in zip(counts, laws, strict=True)
    ]
    return [
        _Counting(f"{MARK}count {count.id}", p, law)
        for count, law, p in zip(counts, laws, _chances(told), strict=True)
        if law is not None
    ]


def _chances(told: Sequence[tuple[float, str, Hashable]]) -> list[float]:
    return [told[0][0]] if len(told) == 1 else choices(told)


def _settled(heard: Sequence[_Saying]) -> list[_Saying]:
    """The sayings with the chance that each is the true one. What a source says of a chain stands first, so that it is
    chosen only in draws in which its lot holds too."""
    told = [(saying.p, saying.voice, (saying.law, saying.way)) for saying in heard]
    with_chances = [replace(saying, p=p) for saying, p in zip(heard, _chances(told), strict=True)]
    return sorted(with_chances, key=lambda saying: (MARK not in saying.id, saying.id))


def _in_time(sayings: Mapping[str, list[_Saying]]) -> dict[str, list[_Saying]]:
    """By date and key, so that what moves together lies together in memory; nothing else depends on it."""

    def day(key: str) -> tuple[date, date, str]:
        when = sayings[key][0].move.when
        return when.last or date.max, when.first or date.min, key

    return {key: sayings[key] for key in sorted(sayings, key=day)}


def _numbered(sayings: Mapping[str, list[_Saying]]) -> tuple[list[Movement], dict[tuple[str, Way], int]]:
    """The distinct moves, in the order of their movements, then as their statements stand."""
    moves: list[Movement] = []
    place: dict[tuple[str, Way], int] = {}
    for key, said in sayings.items():
        for saying in said:
            if (key, saying.way) not in place:
                place[(key, saying.way)] = len(moves)
                moves.append(saying.move)
    return moves, place


def _arrays(
    sayings: Mapping[str, list[_Saying]],
    place: Mapping[tuple[str, Way], int],
    counts: Sequence[Sequence[_Counting]],
    moves: int,
) -> Said:
    flat = [(s.id, s.p, s.law, place[(key, s.way)]) for key, said in sayings.items() for s in said]
    counted = [count for together in counts for count in together]
    flat += [(count.id, count.p, count.law, moves + slot) for slot, count in enumerate(counted)]
    laws = [law for _, _, law, _ in flat]
    sizes = [*(len(said) for said in sayings.values()), *(len(together) for together in counts)]
    # What chooses among the statements about a movement is what its lot stands or falls by, where it has one.
    names = [said[0].id if MARK in said[0].id else key for key, said in sayings.items()]
    names += [f"{together[0].id}{MARK}of" for together in counts]
    return Said(
        hash=record_hashes([name for name, *_ in flat]),
        p=np.array([p for _, p, _, _ in flat], dtype=np.float64),
        move=np.array([move for *_, move in flat], dtype=np.int32),
        kind=np.array([law.kind for law in laws], dtype=np.int8),
        a=np.array([law.a for law in laws], dtype=np.float64),
        b=np.array([law.b for law in laws], dtype=np.float64),
        c=np.array([law.c for law in laws], dtype=np.float64),
        first=np.cumsum([0, *sizes]).astype(np.int64),
        movement=record_hashes(names),
    )


def _start(asked: Question, movement: Movement, start: str, begins: Mapping[str, OriginKind]) -> OriginKind:
    label = lot(start)
    return begins[label] if label else asked.kind(movement)


def _days(when: DateRange) -> tuple[int, int]:
    return (
        when.first.toordinal() if when.first else -OPEN,
        when.last.toordinal() if when.last else OPEN,
    )
