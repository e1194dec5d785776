"""Two codes that share nothing, one answer: where all is recorded to the day and the item, and stocks mix, the trace
gives the truth of the world, consignments that a source follows link by link included."""

import random
from dataclasses import replace

import pytest

from takingstock.records import DateRange, Ledger
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.trace.question import trace
from takingstock.worlds import GRADES, MECHANISMS, Knobs
from takingstock.worlds.parcels import within
from takingstock.worlds.recording import record
from takingstock.worlds.running import calendar, run
from takingstock.worlds.scene import GROUP, SINGLE, scene
from takingstock.worlds.truth import goods

PLAIN = Knobs(
    old_years=0,
    vague=0.0,
    exact=1.0,
    ranges=0.0,
    at_least=0.0,
    at_most=0.0,
    years=0.0,
    months=0.0,
    capture_days=1.0,
    second=0.0,
    derived=0.0,
)


def single(seed, mechanism, knobs, size=200):
    """The ledger, the true goods and the day, for the class that stands alone: it has no vague records at all."""
    stem = f"agreement {seed}"
    place = scene(random.Random(stem), size)
    time = calendar(random.Random(stem), knobs)
    course = run(stem, place, time, size, MECHANISMS[mechanism], knobs)
    written = record(stem, place, time, course.events, course.openings, dict.fromkeys(GRADES, 1.0), knobs)
    ledger = Ledger(
        title="", revision=0, head="", sources=written.sources, parties=place.parties, statements=written.statements
    )
    amounts = {parcel: q for parcel, q in course.received.items() if within(parcel.item, SINGLE)}
    return ledger, goods(amounts) if amounts else None, time.at


def asked(ledger, at):
    found = trace(
        ledger, taxonomy(), directory(ledger.parties), GROUP, item=SINGLE, at=DateRange.day(at), chains=60, draws=0
    )
    return {
        ((c.steps[0].from_party, *(s.to_party for s in c.steps)), c.origin.value, c.label): c.share
        for c in found.items[0].chains
    }, found.items[0]


def compared(mechanism, knobs):
    for seed in range(12):
        ledger, true, at = single(seed, mechanism, knobs)
        # Of a followed consignment that left the group and came back, the trace takes all for documented.
        back = (
            true is not None and any(c.label for c in true.known) and any(c.steps.count(GROUP) > 1 for c in true.known)
        )
        if true is not None and len(true.known) > 1 and not back:
            chains, block = asked(ledger, at)
            yield true, chains, block


def test_a_mixed_world_in_plain_sight_is_traced_exactly():
    count = followed = 0
    for true, chains, block in compared("well-mixed", replace(PLAIN, documented=0.05)):
        assert block.total == pytest.approx(true.total)
        assert block.unrecorded == pytest.approx(0.0, abs=1e-9)
        assert chains == pytest.approx({(c.steps, c.kind.value, c.label): c.share for c in true.known}, abs=1e-6)
        count += 1
        followed += any(c.label for c in true.known)
    assert count >= 3
    assert followed >= 2


def test_a_world_that_does_not_mix_is_not():
    worst = []
    for true, chains, block in compared("lifo-depot", replace(PLAIN, documented=0.0)):
        assert block.total == pytest.approx(true.total)
        worst.append(max(abs(chains.get((c.steps, c.kind.value, c.label), 0.0) - c.share) for c in true.known))
    assert max(worst) > 0.02
