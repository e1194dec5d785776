"""Runs of draws: the same with one core or two, cut short or whole, whatever the order of rows."""

import time
from itertools import count

import numpy as np
import pytest
from small_ledgers import opening, planned, runner, say

from takingstock.records import OriginKind
from takingstock.trace.draws.cost import MEMORY, TooCostlyError
from takingstock.trace.draws.groups import grouping
from takingstock.trace.draws.run import How, Runner

TOLD = [
    say("d1", "USA", "iraqi-army", "50..150", "2003..2005", grade="B2"),
    say("d2", "BGR", "iraqi-army", "~80", "2004", grade="B2"),
    say("d2", "BGR", "iraqi-army", "20", "2006", source="press", grade="C3"),
    say("i", "iraqi-army", "rivals", "30..60", "2004..2006"),
    say("c", "iraqi-army", "faction", "10..90", "2004..2007", mode="capture", grade="B2"),
    say("p", "rivals", "faction", "25", "2005..2008", mode="illicit-purchase"),
    say("x", "faction", "USA", "15", "2007", mode="retransfer"),
]
COUNTS = (opening("iraqi-army", "10..40", grade="B2", when="2000"),)
CHAINS = [
    (("USA", "iraqi-army", "faction"), OriginKind.PRODUCED),
    (("BGR", "iraqi-army", "rivals", "faction"), OriginKind.UNRECORDED),
    (("iraqi-army", "faction"), OriginKind.OPENING),
    (("iraqi-army", "faction"), OriginKind.UNRECORDED),
    (("nobody", "faction"), OriginKind.UNRECORDED),
    (("faction",), OriginKind.OPENING),
]
DRAWS = 900


@pytest.fixture(scope="module")
def whole():
    return runner(TOLD, counts=COUNTS, draws=DRAWS).run(CHAINS)


def parts(drawn):
    return drawn.total, drawn.origins, drawn.channels, drawn.values


def same(one, other, draws=DRAWS):
    return all(np.array_equal(a[..., :draws], b[..., :draws]) for a, b in zip(parts(one), parts(other), strict=True))


def test_there_is_something_to_tell_apart(whole):
    assert whole.asked == whole.draws == DRAWS
    assert len(np.unique(whole.total)) > DRAWS / 3
    assert (whole.values[:4].max(axis=1) > 1).all()
    assert whole.values[4:].max() == 0
    assert whole.origins.sum(axis=0) == pytest.approx(whole.total, rel=1e-5)
    assert whole.channels.sum(axis=(0, 1)) == pytest.approx(whole.total, rel=1e-5)
    assert (whole.values.sum(axis=0) <= whole.total * (1 + 1e-5)).all()


def test_one_core_and_two_give_the_same_bit_for_bit(whole):
    assert same(whole, runner(TOLD, counts=COUNTS, draws=DRAWS).run(CHAINS, cores=2))
    assert same(whole, runner(TOLD, counts=COUNTS, draws=DRAWS).run(CHAINS, cores=3))


def test_the_order_of_rows_changes_nothing(whole):
    assert same(whole, runner(TOLD[::-1], counts=COUNTS, draws=DRAWS).run(CHAINS))


def test_another_seed_gives_another_answer(whole):
    other = runner(TOLD, counts=COUNTS, draws=DRAWS, seed=2).run(CHAINS)
    assert not np.array_equal(whole.total, other.total)
    assert np.median(other.total) == pytest.approx(np.median(whole.total), rel=0.2)


def test_a_statement_more_elsewhere_changes_no_sampled_quantity(whole):
    more = [*TOLD, say("z", "BGR", "rivals", "5", "2030")]
    assert np.array_equal(runner(more, counts=COUNTS, draws=DRAWS).run([]).total, whole.total)


def cut_after(monkeypatch, blocks, cores=1, **fields):
    """A run whose time is up after some blocks."""
    ticks = count()
    monkeypatch.setattr("takingstock.trace.draws.run.time.monotonic", lambda: float(next(ticks)))
    return runner(TOLD, counts=COUNTS, draws=DRAWS, **fields).run(CHAINS, deadline=blocks - 0.5, cores=cores)


@pytest.mark.parametrize("cores", [1, 2])
def test_a_run_that_is_cut_short_has_made_the_first_draws_of_the_whole(whole, monkeypatch, cores):
    lanes = runner(TOLD, counts=COUNTS, draws=DRAWS).shape.lanes
    part = cut_after(monkeypatch, 7, cores)
    assert part.asked == DRAWS
    assert part.draws == 8 * lanes
    assert same(whole, part, part.draws)


def test_time_that_is_up_leaves_one_block(whole):
    made = runner(TOLD, counts=COUNTS, draws=DRAWS)
    part = made.run(CHAINS, deadline=time.monotonic() - 1)
    assert part.draws == made.shape.lanes > 0
    assert same(whole, part, part.draws)


@pytest.mark.parametrize("draws", [1, 3, 5, 17, 203])
def test_odd_numbers_of_draws_are_made_in_full(draws):
    made = runner(TOLD, counts=COUNTS, draws=draws)
    told = []
    drawn = made.run(CHAINS, progress=told.append)
    assert all(part.shape[-1] == draws for part in parts(drawn))
    assert sum(told) == draws
    assert drawn.origins.sum(axis=0) == pytest.approx(drawn.total, rel=1e-5)


def test_lanes_do_not_fill_what_is_beyond_the_last_draw():
    # Dates that leave nothing open: 16 lanes, the last block half full.
    told = [say("d", "USA", "faction", "50..150", "2004-01-01", grade="B2")]
    some, more = (runner(told, draws=draws).run([]) for draws in (24, 32))
    assert np.array_equal(some.total, more.total[:24])
    assert not np.array_equal(more.total[:16], more.total[16:])


def test_fewer_draws_are_the_first_of_more_where_their_blocks_are_alike():
    told = [say("d", "USA", "faction", "50..150", "2004-01-01", grade="B2")]
    assert np.array_equal(runner(told, draws=100).run([]).total, runner(told, draws=400).run([]).total[:100])


def test_memory_kept_grows_only_by_what_is_kept():
    few, many = (runner(TOLD, counts=COUNTS, draws=draws) for draws in (3200, 32000))
    sizes = []
    for made in (few, many):
        worker = made.worker()
        worker.follow(CHAINS[:1])
        sizes.append((made.shape.lanes, worker.quantity.nbytes, worker.opening.nbytes, worker.block.ratio.nbytes))
    assert sizes[0] == sizes[1]
    kept = 1 + len(few.grouping.origins) + len(few.grouping.channels) * len(few.grouping.finest) + 10
    grown = many._cost(1, 10).bytes - few._cost(1, 10).bytes
    assert grown == 8 * kept * (32000 - 3200)
    many.check("vehicle", 1, 10)
    with pytest.raises(TooCostlyError, match="draws of vehicle"):
        many.check("vehicle", 1, MEMORY // 32000)


def test_a_failure_in_a_thread_is_not_lost(monkeypatch):
    def fails(self, number):
        raise ZeroDivisionError

    monkeypatch.setattr("takingstock.trace.draws.run.Worker.sample", fails)
    for cores in (1, 2):
        with pytest.raises(ZeroDivisionError):
            runner(TOLD, draws=DRAWS).run([], cores=cores)


def test_one_order_serves_where_dates_leave_nothing_open():
    told = [say("d", "USA", "rivals", when="2004-01-01"), say("e", "rivals", "faction", when="2004-02-01")]
    assert not runner(told).uncertain
    assert runner(TOLD).uncertain
    assert runner(TOLD, draws=1000).shape.blocks >= 200


def test_stock_that_was_counted_but_never_moved_is_held():
    made = runner([], holder="faction", counts=(opening("faction", "30..50", when="2000"),), of="held", draws=50)
    drawn = made.run([(("faction",), OriginKind.OPENING)])
    assert drawn.total.min() >= 30
    assert np.array_equal(drawn.values[0], drawn.total)


def test_an_empty_plan_runs_to_nothing():
    asked, laid = planned([say("d", "USA", "rivals", "5"), say("e", "rivals", "USA", "5")], "faction")
    for of in ("received", "held"):
        found = Runner(laid, grouping(asked, laid, of), How("proportional", "opening", of, 1), 10).run(CHAINS[5:])
        assert found.total.tolist() == [0.0] * 10
