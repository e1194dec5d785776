"""Stock-years and losses of small ledgers that can be worked out by hand."""

from datetime import date

import pytest
from ledgers import RIFLE, background, dossier, lost, moved

from takingstock.records import Basis, DateRange, Grade, Mode
from takingstock.reference.surroundings import Surroundings
from takingstock.risk.forecast import DiversionMode, GoodsClass, diversion, history
from takingstock.risk.forecast.exposure import middle
from takingstock.trace.draws.holding import holds

UNIT = "alphaland-first"


def stock(found, holder=UNIT, goods=GoodsClass.PORTABLE, unit="items"):
    return history(found).found.stocks[holder, goods, unit]


def told(found, goods=GoodsClass.PORTABLE):
    return history(found).pools[goods].told


def watched(*rows, counts=()):
    """Until the end of 2010, by a delivery to somebody else."""
    return background([*rows, moved("end", None, "betaland-army", 500, "2010-12-31")], counts)


def test_a_stock_stands_from_the_middle_of_its_range():
    assert stock(watched(moved("a", None, UNIT, 1000, "2000-12-31"))).years == pytest.approx(10, abs=0.01)
    assert stock(watched(moved("a", None, UNIT, 1000, "2000..2001"))).years == pytest.approx(10, abs=0.02)


def test_silence_after_the_last_lawful_record_is_no_safe_custody():
    def found(day):
        rows = moved("a", None, UNIT, 1000, "2000-12-31"), moved("end", None, "betaland-army", 500, "2010-12-31")
        return background(rows, known=day)

    assert stock(found(date(2011, 1, 1))) == stock(found(date(2026, 1, 1))) == stock(found(None))
    assert stock(found(date(2005, 12, 31))).years == pytest.approx(5, abs=0.01)


def test_a_second_delivery_makes_earlier_years_count_less():
    rows = moved("a", None, UNIT, 1000, "2000-12-31"), moved("b", None, UNIT, 1000, "2005-12-31")
    found = stock(watched(*rows))
    assert found.whole == pytest.approx(2000 * holds(Grade.parse("B2")))
    assert found.years == pytest.approx(5 * 0.5 + 5, abs=0.01)


def test_what_leaves_counts_no_more():
    rows = (
        moved("a", None, UNIT, 1000, "2000-12-31"),
        moved("b", UNIT, "alphaland-army", 500, "2005-12-31", Mode.RETURN),
    )
    assert stock(watched(*rows)).years == pytest.approx(7.5, abs=0.01)
    loss = moved("c", UNIT, "red-group", 500, "2005-12-31", Mode.CAPTURE)
    assert stock(watched(rows[0], loss)).years == pytest.approx(7.5, abs=0.01)
    assert stock(watched(rows[0], loss)).whole == stock(watched(rows[0])).whole


def test_a_stock_lacks_nothing_below_nothing():
    rows = moved("a", None, UNIT, 1000, "2000-12-31"), moved("c", UNIT, "red-group", 9000, "2005-12-31", Mode.CAPTURE)
    assert stock(watched(*rows)).years == pytest.approx(5, abs=0.01)
    (one,) = told(watched(*rows))
    assert one.share == pytest.approx(one.loss.chance)


def test_rounds_and_rifles_are_stocks_of_their_own():
    cartridge = moved("a", None, UNIT, 1000, "2000", item="ammunition")
    found = history(watched(cartridge, moved("b", None, UNIT, 1000, "2000"))).found.stocks
    assert {goods for holder, goods, _ in found if holder == UNIT} == {GoodsClass.PORTABLE, GoodsClass.AMMUNITION}


def test_one_rifle_is_no_stock():
    rows = moved("a", None, UNIT, 1, "2000"), moved("b", UNIT, "red-group", 1, "2005", Mode.CAPTURE)
    (one,) = told(watched(*rows))
    assert one.share == pytest.approx(0.01 * one.loss.chance)


def test_a_loss_without_a_stock_has_no_known_size_and_no_years():
    found = watched(moved("b", UNIT, "red-group", 50, "2005", Mode.CAPTURE))
    (one,) = told(found)
    assert one.share == 0.0
    assert stock(found).years == 0.0


def test_the_larger_of_count_and_thefts_counts_not_their_sum():
    base = moved("a", None, UNIT, 1000, "2000")
    theft = moved("t", UNIT, None, 30, "2003", Mode.THEFT_OR_LEAKAGE)

    def stolen(*rows, counts=()):
        return sum(one.share for one in told(watched(base, *rows, counts=counts)))

    assert stolen(theft, counts=(lost("c", UNIT, 30, "2004"),)) == pytest.approx(stolen(theft))
    assert stolen(theft, counts=(lost("c", UNIT, 50, "2004"),)) == pytest.approx(
        stolen(counts=(lost("c", UNIT, 50, "2004"),))
    )
    two = (lost("c", UNIT, 50, "2004"), lost("d", UNIT, 40, "2005"))
    assert stolen(counts=two) == pytest.approx(stolen(counts=two[:1]))


def test_an_opening_count_is_a_stock_but_not_after_a_receipt():
    opening = lost("o", UNIT, 1000, "2000-12-31").model_copy(update={"basis": Basis.OPENING})
    assert stock(watched(counts=(opening,))).years == pytest.approx(10, abs=0.01)
    later = opening.model_copy(update={"when": DateRange.parse("2008-12-31")})
    row = moved("a", None, UNIT, 1000, "2005-12-31")
    assert stock(watched(row, counts=(later,))) == stock(watched(row))


def test_a_closed_stock_counts_no_more_years():
    row = moved("a", None, UNIT, 1000, "2000-12-31")
    closed = lost("o", UNIT, 0, "2005-12-31").model_copy(update={"basis": Basis.CLOSED})
    assert stock(watched(row, counts=(closed,))).years == pytest.approx(5, abs=0.01)


def test_what_happens_to_an_armed_group_is_no_diversion_and_no_stock():
    rows = (
        moved("a", "alphaland", "red-group", 100, "2001", Mode.CAPTURE),
        moved("b", "red-group", "blue-group", 10, "2002", Mode.CAPTURE),
    )
    found = history(watched(*rows))
    assert not any(holder == "red-group" for holder, _, _ in found.found.stocks)
    assert [one.loss.holder for one in found.pools[GoodsClass.PORTABLE].told] == ["alphaland"]


@pytest.mark.parametrize(
    ("mode", "to", "authorised", "expected"),
    [
        (Mode.CAPTURE, "red-group", None, DiversionMode.CAPTURE),
        (Mode.ILLICIT_PURCHASE, "red-group", None, DiversionMode.THEFT),
        (Mode.LOSS, None, None, DiversionMode.COLLAPSE),
        (Mode.RETRANSFER, "betaland", None, None),
        (Mode.RETRANSFER, "betaland", True, None),
        (Mode.RETRANSFER, "betaland", False, DiversionMode.RETRANSFER),
        (Mode.EXPORT, "betaland", False, DiversionMode.RETRANSFER),
        (Mode.RETRANSFER, "red-group", None, DiversionMode.RETRANSFER),
        (Mode.RETRANSFER, "red-group", True, None),
        (Mode.DESTRUCTION, None, None, None),
        (Mode.ISSUE, "alphaland-army", None, None),
    ],
)
def test_which_movement_is_a_diversion(mode, to, authorised, expected):
    found = background([moved("a", "alphaland", to, 10, "2001", mode, authorised=authorised)])
    around = Surroundings(found.taxonomy, found.directory)
    assert diversion(around, found.movements[0]) is expected


def test_middles():
    assert middle(DateRange()) is None
    assert middle(DateRange.parse("2001-03-01..")) == middle(DateRange.parse("2001-03-01"))


def test_a_movement_that_was_only_authorised_moves_nothing():
    row = moved("a", None, UNIT, 1000, "2000", stage="authorised")
    assert UNIT not in {holder for holder, _, _ in history(watched(row)).found.stocks}


def test_nothing_recorded_at_all():
    found = background()
    assert history(found).found.end is None
    assert dossier(found, item=RIFLE).goods
