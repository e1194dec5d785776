"""Small ledgers for the tests of draws, and the question put to them step by step."""

import numpy as np

from takingstock.records import (
    Basis,
    Count,
    DateRange,
    Grade,
    ItemClass,
    Ledger,
    Party,
    Quantity,
    Source,
    Stage,
    Statement,
    Unit,
)
from takingstock.reference.parties import directory
from takingstock.trace.asking import Question, arrives
from takingstock.trace.block import block
from takingstock.trace.commodity import commodities
from takingstock.trace.documented import documented
from takingstock.trace.draws.groups import grouping
from takingstock.trace.draws.plan import plan
from takingstock.trace.draws.run import How, Runner
from takingstock.trace.holders import family, plain, receiver, sender
from takingstock.trace.opening import counted_stocks, opening_counts
from takingstock.trace.question import trace

PARTIES = (
    Party(id="faction", name="A faction", kind="armed-group"),
    Party(id="rivals", name="Another faction", kind="armed-group"),
    Party(id="depot", name="Depot 7", kind="depot", part_of="iraqi-army", country="IRQ"),
    Party(id="broker", name="Broker Ltd", kind="company"),
    *(Party(id=f"party-{n}", name=f"Party {n}", kind="armed-group") for n in range(5)),
)
SOURCES = (
    Source(id="press", title="A newspaper"),
    Source(id="radio", title="Another voice"),
    Source(id="register", title="The register"),
    Source(id="repeater", title="It quotes the newspaper", derives_from=("press",)),
    Source(id="second-repeater", title="So does it", derives_from=("press", "repeater")),
)
WORTH = {"A1": 1.0, "B2": 0.5, "C3": 0.25, "F6": 1.0}
"""What grades are worth here: statements hold always, in half, and in a quarter of the draws."""


class Items:
    """The USA makes all vehicles, Bulgaria some rifles; of the rest nothing is known."""

    def get(self, item):
        groups = {"vehicle": "armour", "rifle": "small-arms", "ammunition": "ammunition"}
        group = groups.get(item.partition(".")[0], "small-arms")
        return ItemClass(id=item, name=item.rpartition(".")[2].upper(), group=group)

    def is_a(self, item, other):
        return item == other or item.startswith(f"{other}.")

    def makes(self, state, item, when):
        maker = {"vehicle": "USA", "rifle": "BGR"}.get(item.partition(".")[0])
        return None if maker is None else state == maker

    def production_note(self, item, state):
        return ""


def say(key, start=None, end=None, quantity="100", when="", source="register", **fields):
    """One statement; its id is the movement's key and its source, unless given."""
    return Statement(
        id=fields.pop("id", f"s-{key}-{source}"),
        movement=key,
        source=source,
        from_party=start,
        to_party=end,
        quantity=Quantity.parse(quantity, fields.pop("unit", Unit.ITEMS)),
        when=DateRange.parse(when),
        item=fields.pop("item", "vehicle.truck"),
        mode=fields.pop("mode", "export"),
        grade=Grade.model_validate(fields.pop("grade", "A1")),
        **fields,
    )


def opening(party, quantity="100", item="vehicle.truck", **fields):
    """One opening count."""
    return Count(
        id=fields.pop("id", f"c-{party}"),
        source="register",
        holder=party,
        item=item,
        quantity=Quantity.parse(quantity),
        basis=Basis.OPENING,
        grade=Grade.model_validate(fields.pop("grade", "A1")),
        **fields,
    )


def ledger_of(statements, counts=(), populations=(), sightings=()):
    """As the case store hands it out: rows by id."""
    return Ledger(
        title="t",
        revision=1,
        head="0",
        sources=SOURCES,
        parties=PARTIES,
        statements=tuple(sorted(statements, key=lambda s: s.id)),
        counts=tuple(counts),
        populations=tuple(populations),
        sightings=tuple(sightings),
    )


def ask(statements, holder="faction", counts=(), populations=(), sightings=(), **options):
    """The whole question."""
    options.setdefault("holds", WORTH)
    return trace(ledger_of(statements, counts, populations, sightings), Items(), directory(PARTIES), holder, **options)


def question(statements, holder="faction", counts=(), populations=(), sightings=(), *, at="", joined=False, **fields):
    """A question as `trace` puts it, for a look inside."""
    ledger, parties = ledger_of(statements, counts, populations, sightings), directory(PARTIES)
    movements = {movement.key: movement for movement in ledger.movements(parties.part_of)}
    named = {party for m in movements.values() for party in (plain(sender(m)), receiver(m))}
    own = family(holder, named | {count.holder for count in counts}, parties)
    if joined and parties.country(holder):
        own |= {parties.country(holder)}
    until = DateRange.parse(at).last
    lots = documented(ledger.statements, movements, lambda movement: arrives(movement, own, until))
    taken = {}
    for chain in lots:
        for link in chain.links:
            taken[link.key] = taken.get(link.key, 0.0) + (chain.carried or 0.0)
    given = {"policy": "proportional", "births": "late", "of": "received", "limit": 10, "draws": 100, "holds": WORTH}
    return Question(
        ledger=ledger,
        items=Items(),
        parties=parties,
        holder=holder,
        own=own,
        until=until,
        joined=joined,
        movements=movements,
        lots=lots,
        taken=taken,
        **(given | fields),
    )


def planned(statements, holder="faction", counts=(), item=None, **fields):
    """The question and the plan of the one commodity (or that of ``item``)."""
    asked = question(statements, holder, counts, **fields)
    moved = [m for m in asked.movements.values() if m.stage is Stage.DELIVERED]
    found = [c for c in commodities(moved, opening_counts(counts)) if item is None or item in c.classes]
    assert len(found) == 1
    part = block(asked, found[0])
    lots = part.lots if part else ()
    return asked, plan(asked, found[0], lots, counted_stocks(found[0]), table=asked.holds)


def runner(statements, holder="faction", counts=(), draws=64, seed=1, **fields):
    """All that is needed to make draws."""
    asked, laid = planned(statements, holder, counts, **fields)
    how = How(asked.policy, asked.births, asked.of, seed)
    return Runner(laid, grouping(asked, laid, asked.of), how, draws)


def sampled(made):
    """The quantity of each move (and count) in every draw, float64[slots, draws], and the order of every block."""
    worker, told, orders = made.worker(), [], []
    for number in range(made.shape.blocks):
        worker.sample(number)
        told.append(worker.quantity.copy())
        orders.append(worker.order_now.copy())
    return np.hstack(told)[:, : made.shape.draws], orders


def moves(laid):
    """The moves of a plan as (key, from, to), as far as they tell something."""
    return [(m.key, sender(m), receiver(m)) for m in laid.moves]
