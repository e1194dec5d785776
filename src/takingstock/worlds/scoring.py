"""Scoring: a trace held against the truth of its world. Pure functions; nothing is run or written here.

What a trace claims is what the record can know, so it is held to the truth's ``known`` chains: the real goods, followed
back as far as the record has their steps, with the beginning that the record must give them. A claim is *covered* if
its interval holds the true share, half a tenth of a percent aside (that is how finely shares are printed).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from takingstock.records import Chain, ChannelShare, Ledger, Mode, Movement, Stage, Trace, TraceItem
from takingstock.worlds.parcels import within
from takingstock.worlds.truth import Goods, Truth

TOLERANCE = 5e-4
LARGE = 0.05
"""A true chain of at least this share that a trace does not list counts as missed."""

CAME = 0.5
"""Of an item: what is less is left over from mixing, and did not come."""

_Key = tuple[tuple[str, ...], str, str]
"""The holders of a chain, its kind of beginning, and the consignment where a source follows one."""
_Known = dict[_Key, float]


@dataclass(frozen=True)
class Claim:
    """An interval and the truth. ``kind`` is ``chain``, ``origin``, ``unrecorded``, ``channel`` (an inflow as one
    population of sightings leaves it), ``unrecorded inflow`` (the same of what came in unrecorded) or ``total`` (as a
    part of the true total). ``listed`` is False for a true chain of which the trace says nothing: no interval."""

    kind: str
    name: str
    true: float
    share: float
    low: float
    high: float
    listed: bool = True

    @property
    def covered(self) -> bool:
        """Whether the interval holds the truth."""
        return self.listed and self.low - TOLERANCE <= self.true <= self.high + TOLERANCE

    @property
    def trivial(self) -> bool:
        """Whether the truth is nothing or all: a point that an interval may hold by its end alone."""
        return not 1e-9 < self.true < 1 - 1e-9

    @property
    def width(self) -> float:
        """Of the interval."""
        return self.high - self.low


@dataclass(frozen=True)
class Spoken:
    """A probability that a trace gave, and whether the thing was so. ``kind``: ``came`` (at least half an item came by
    a chain, what the trace's own event is) or ``leads`` (more than by any other listed chain)."""

    kind: str
    probability: float
    so: bool


@dataclass(frozen=True)
class Ranking:
    """Whether a reading names the true main chain, the true largest supplier (the last holder before the one asked
    about) and the true main maker; ``ends``: the maker and the last holder of the true main chain, whatever it says of
    those between."""

    chain: bool
    supplier: bool
    maker: bool
    ends: bool = False


@dataclass(frozen=True)
class Score:
    """One world. ``heard`` is the share of the true goods whose known chain the trace lists; ``answered`` is False
    where the trace has no block for what was asked. ``baseline`` walks back along the largest recorded figures,
    ``plain`` names the largest recorded supplier and nothing more."""

    seed: int
    mechanism: str
    answered: bool
    claims: tuple[Claim, ...]
    spoken: tuple[Spoken, ...]
    heard: float
    trace: Ranking
    baseline: Ranking
    plain: Ranking = Ranking(False, False, False)


def score(truth: Truth, ledger: Ledger, trace: Trace) -> Score:
    """Hold a trace (of the truth's holder and class, up to its day) against the truth. ``ledger`` is what the baseline
    reads."""
    of = truth.received if trace.of == "received" else truth.held
    block = next((item for item in trace.items if within(truth.item, item.item)), None)
    known = {(chain.steps, chain.kind.value, chain.label): chain.share for chain in of.known}
    naive = largest_recorded_supplier(ledger, truth.item, truth.holder, truth.at)
    base = _ranking(of, naive, naive[-2], naive[0]) if len(naive) > 1 else Ranking(False, False, False)
    plain = _read(of, plain_reading(ledger, truth.item, truth.holder, truth.at))
    if block is None:
        missed = tuple(_missed(known, set()))
        nothing = Ranking(False, False, False)
        return Score(truth.seed, truth.mechanism, False, missed, (), 0.0, nothing, base, plain)
    listed = {_steps(chain) for chain in block.chains}
    claims = [
        *_chains(block, known),
        *_missed(known, listed),
        *_origins(block, known),
        *_unrecorded(block, known),
        *_channels(block.attribution, of),
        *_total(block, of),
    ]
    return Score(
        seed=truth.seed,
        mechanism=truth.mechanism,
        answered=True,
        claims=tuple(claims),
        spoken=tuple(_spoken(block, known, of.total)),
        heard=sum(share for key, share in known.items() if key in listed),
        trace=_told(block, of),
        baseline=base,
        plain=plain,
    )


def largest_recorded_supplier(ledger: Ledger, item: str, holder: str, at: date) -> tuple[str, ...]:
    """What one gets without a trace: who is recorded to have given the holder most (best figures, movements that can
    have happened by ``at``), who is recorded to have given that one most, and so on, until nobody is recorded or the
    way would run in a circle. From the first holder to the one asked about; of equals the first by name."""
    given: dict[str, dict[str, float]] = {}
    for movement in _recorded(ledger, item, at):
        if movement.from_party and movement.to_party:
            of = given.setdefault(movement.to_party, {})
            of[movement.from_party] = of.get(movement.from_party, 0.0) + (movement.quantity.best or 0.0)
    way = [holder]
    while suppliers := {party: q for party, q in given.get(way[0], {}).items() if party not in way}:
        way.insert(0, min(suppliers, key=lambda party: (-suppliers[party], party)))
    return tuple(way)


def largest_recorded_exporter(ledger: Ledger, item: str, at: date) -> str | None:
    """Who is recorded to have exported most, to whomever, by ``at``; of equals the first by name."""
    sent: dict[str, float] = {}
    for movement in _recorded(ledger, item, at):
        if movement.mode is Mode.EXPORT and movement.from_party:
            sent[movement.from_party] = sent.get(movement.from_party, 0.0) + (movement.quantity.best or 0.0)
    return min(sent, key=lambda party: (-sent[party], party), default=None)


def plain_reading(ledger: Ledger, item: str, holder: str, at: date) -> tuple[str | None, str | None]:
    """The largest recorded supplier, by name: who is recorded to have exported most of the class in the whole record is
    taken to have made the arms, and who is recorded to have given the holder most to have passed them on. (maker, last
    giver); None where nobody is recorded."""
    walked = largest_recorded_supplier(ledger, item, holder, at)
    return largest_recorded_exporter(ledger, item, at), walked[-2] if len(walked) > 1 else None


def _read(of: Goods, plain: tuple[str | None, str | None]) -> Ranking:
    maker, giver = plain
    if maker is None or giver is None or not of.chains:
        return Ranking(False, False, False)
    holder = of.chains[0].steps[-1]
    steps = (maker, holder) if maker == giver else (maker, giver, holder)
    return _ranking(of, steps, giver, maker)


def _recorded(ledger: Ledger, item: str, at: date) -> Iterable[Movement]:
    above = {party.id: party.part_of for party in ledger.parties}

    def part_of(a: str, b: str) -> bool:
        current = above.get(a)
        while current is not None and current != b:
            current = above.get(current)
        return current == b

    for movement in ledger.movements(part_of):
        late = movement.when.first is not None and movement.when.first > at
        if within(movement.item, item) and not late and movement.stage is Stage.DELIVERED:
            yield movement


def _chains(block: TraceItem, known: _Known) -> Iterable[Claim]:
    """Listed chains; those of one sequence and beginning stand for the same goods only once in a world."""
    for chain in block.chains:
        if chain.share is not None and chain.low is not None and chain.high is not None:
            key = _steps(chain)
            yield Claim("chain", _name(key), known.get(key, 0.0), chain.share, chain.low, chain.high)


def _missed(known: _Known, listed: set[_Key]) -> Iterable[Claim]:
    for key, share in known.items():
        # Goods of whose arrival nothing is recorded have no chain that could be listed.
        if key not in listed and share >= LARGE and len(key[0]) > 1:
            yield Claim("chain", _name(key), share, 0.0, 0.0, 0.0, listed=False)


def _origins(block: TraceItem, known: _Known) -> Iterable[Claim]:
    for origin in block.origins:
        if origin.low is not None and origin.high is not None:
            true = sum(
                q for (steps, kind, _), q in known.items() if (steps[0], kind) == (origin.party, origin.kind.value)
            )
            yield Claim("origin", f"{origin.party} {origin.kind.value}", true, origin.share, origin.low, origin.high)


def _unrecorded(block: TraceItem, known: _Known) -> Iterable[Claim]:
    if block.unrecorded is not None and block.unrecorded_low is not None and block.unrecorded_high is not None:
        true = sum(share for (_, kind, _), share in known.items() if kind == "unrecorded")
        yield Claim("unrecorded", "unrecorded", true, block.unrecorded, block.unrecorded_low, block.unrecorded_high)


def _channels(rows: Iterable[ChannelShare], of: Goods) -> Iterable[Claim]:
    for row in rows:
        true = channel_truth(row, of)
        if true is not None:
            kind = "unrecorded inflow" if row.channel == "unrecorded" else "channel"
            yield Claim(kind, f"{row.channel} ({row.population})", true, row.share, row.low, row.high)


def channel_truth(row: ChannelShare, of: Goods) -> float | None:
    """The true share of a channel, or of those merged in it; None where its name is none of a channel. Channels are
    named ``from|mode``, what is not recorded ``unrecorded``; a row's own from and mode come before its name."""
    names = list(row.members or (row.channel,))
    if len(names) == 1 and row.from_party and row.mode:
        names = [f"{row.from_party}|{row.mode}"]
    true = {channel.id: channel.share for channel in of.channels}
    if not all(name == "unrecorded" or name.rpartition("|")[2] in set(Mode) for name in names):
        return None
    return sum(true.get(name, 0.0) for name in names)


def _total(block: TraceItem, of: Goods) -> Iterable[Claim]:
    if block.total is not None and block.total_low is not None and block.total_high is not None and of.total:
        drawn = getattr(block, "total_drawn", None)
        middle = block.total if drawn is None else drawn
        share, low, high = (value / of.total for value in (middle, block.total_low, block.total_high))
        yield Claim("total", "total", 1.0, share, low, high)


def _spoken(block: TraceItem, known: _Known, total: float) -> Iterable[Spoken]:
    shares = [known.get(_steps(chain), 0.0) for chain in block.chains]
    most = max(shares, default=0.0)
    for chain, share in zip(block.chains, shares, strict=True):
        if chain.probability is not None:
            yield Spoken("came", chain.probability, share * total >= CAME)
        if chain.leads is not None:
            yield Spoken("leads", chain.leads, share > 0.0 and share == most)


def _told(block: TraceItem, of: Goods) -> Ranking:
    """The largest chain that a trace lists, the last supplier with most over its chains, and the largest origin of what
    it takes to be made there."""
    chains = sorted(block.chains, key=lambda chain: -(chain.share or 0.0))
    made = sorted((o for o in block.origins if o.kind.value == "produced"), key=lambda origin: -origin.share)
    suppliers: dict[str, float] = {}
    for chain in chains:
        last = chain.steps[-1].from_party
        suppliers[last] = suppliers.get(last, 0.0) + (chain.share or 0.0)
    supplier = max(suppliers, key=suppliers.__getitem__, default=None)
    return _ranking(of, _steps(chains[0])[0] if chains else (), supplier, made[0].party if made else None)


def _ranking(of: Goods, steps: tuple[str, ...], supplier: str | None, maker: str | None) -> Ranking:
    suppliers: dict[str, float] = {}
    for chain in of.chains:
        suppliers[chain.steps[-2]] = suppliers.get(chain.steps[-2], 0.0) + chain.share
    return Ranking(
        chain=bool(of.chains) and steps == of.chains[0].steps,
        supplier=supplier is not None and supplier == max(suppliers, key=suppliers.__getitem__, default=None),
        maker=bool(of.origins) and maker == of.origins[0].party,
        ends=bool(of.chains) and len(steps) > 1 and _ends(steps) == _ends(of.chains[0].steps),
    )


def _ends(steps: tuple[str, ...]) -> tuple[str, str]:
    return steps[0], steps[-2]


def _steps(chain: Chain) -> _Key:
    holders = (chain.steps[0].from_party, *(step.to_party for step in chain.steps))
    return holders, chain.origin.value, chain.label


def _name(key: _Key) -> str:
    holders, kind, label = key
    return f"{' > '.join(holders)} ({kind}{f', {label}' if label else ''})"
