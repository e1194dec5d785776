from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.records import BadValueError, DateRange, Order

days = st.dates(date(1900, 1, 1), date(2100, 12, 30))


@st.composite
def ranges(draw):
    first, last = draw(st.none() | days), draw(st.none() | days)
    if first and last and first > last:
        first, last = last, first
    return DateRange(first=first, last=last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2004", date(2004, 1, 1), date(2004, 12, 31)),
        ("2004-02", date(2004, 2, 1), date(2004, 2, 29)),
        ("2004-6-8", date(2004, 6, 8), date(2004, 6, 8)),
        ("2004..2006", date(2004, 1, 1), date(2006, 12, 31)),
        ("1995..", date(1995, 1, 1), None),
        ("..2003-05", None, date(2003, 5, 31)),
        (" ", None, None),
        ("unknown", None, None),
    ],
)
def test_reads_what_people_write(text, first, last):
    assert DateRange.parse(text) == DateRange(first=first, last=last)


@pytest.mark.parametrize(
    "text", ["2003-02-29", "2004-13", "2004-00", "spring 2004", "04", "2006..2004", "2004-06-08T10"]
)
def test_an_impossible_date_says_what_to_write(text):
    with pytest.raises(BadValueError, match=r"write 2004|swap the two"):
        DateRange.parse(text)


@given(ranges())
def test_text_goes_there_and_back(value):
    assert DateRange.parse(str(value)) == value
    assert DateRange.model_validate_json(value.model_dump_json()) == value


def test_open_ends_are_written_short():
    assert [str(DateRange.parse(t)) for t in ("1995..", "..2003", "1995-02..")] == ["1995..", "..2003", "1995-02-01.."]


def test_a_year_is_not_an_instant():
    year, day = DateRange.parse("2014"), DateRange.parse("2014-06-10")
    assert year.order(day) is Order.UNKNOWN
    assert DateRange.parse("2013").order(day) is Order.BEFORE
    assert DateRange.parse("2015").order(day) is Order.AFTER
    assert day.order(day) is Order.SAME
    assert year.order(year) is Order.UNKNOWN
    with pytest.raises(TypeError):
        sorted([year, day])


def test_an_open_end_is_never_certain():
    assert DateRange.parse("..2003").order(DateRange.parse("2003")) is Order.UNKNOWN
    assert DateRange.parse("1995..").order(DateRange.parse("1994")) is Order.AFTER
    assert DateRange().order(DateRange.parse("1994")) is Order.UNKNOWN
    assert not DateRange.parse("1995..").within(DateRange.parse("1995..2000"))
    assert DateRange.parse("1996").within(DateRange.parse("1995.."))


@given(ranges(), ranges())
def test_order_and_overlap_agree(a, b):
    order = a.order(b)
    assert (order in {Order.BEFORE, Order.AFTER}) == (not a.overlaps(b))
    assert (b.order(a) is Order.AFTER) == (order is Order.BEFORE)
    if order is Order.BEFORE:
        assert a.may_precede(b)
        assert not b.may_precede(a)
    joined = a.joined(b)
    assert a.within(joined)
    assert b.within(joined)


def test_the_share_of_a_year_before_a_day():
    assert DateRange.parse("2014").share_before(date(2014, 6, 10)) == pytest.approx(160 / 365)
    assert DateRange.parse("2014").share_before(date(2014, 1, 1)) == 0
    assert DateRange.parse("2014").share_before(date(2020, 1, 1)) == 1
    assert DateRange.parse("2014..").share_before(date(2020, 1, 1)) is None


def test_v8_59_days_after_the_export():
    assert (date(2016, 2, 9) - date(2015, 12, 12)).days == 59
