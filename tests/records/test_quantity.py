import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from takingstock.records import BadValueError, Money, Quantity, Unit

numbers = st.integers(0, 10**9).map(float) | st.floats(0, 1e9, allow_nan=False).map(lambda x: round(x, 3))


@st.composite
def quantities(draw):
    low, high = draw(st.none() | numbers), draw(st.none() | numbers)
    if low is not None and high is not None and low > high:
        low, high = high, low
    exact = low is not None and low == high
    mode = draw(st.none() | st.floats(low, high)) if low is not None and high is not None and low < high else None
    return Quantity(low=low, high=high, mode=mode, about=exact and draw(st.booleans()))


@pytest.mark.parametrize(
    ("text", "form", "best"),
    [
        ("2300", "exact", 2300),
        ("5,000,000", "exact", 5e6),
        ("about 185000", "exact", 185000),
        ("2000..2300", "range", 2150),
        ("2000–2300", "range", 2150),
        ("2000..2300~2250", "range", 2250),
        (">=40", "at least", 40),
        ("≤ 52", "at most", 52),
        ("?", "unknown", None),
    ],
)
def test_reads_what_sources_say(text, form, best):
    quantity = Quantity.parse(text)
    assert (quantity.form, quantity.best) == (form, best)


@pytest.mark.parametrize(
    "text", ["-5", "- 5", "many", "5..", "10..5", "1e9", "NaN", "1,5", "2004,2005", "3,7..4,2", "100 20"]
)
def test_a_bad_quantity_is_refused(text):
    with pytest.raises(BadValueError, match=r"write 40|swap the two"):
        Quantity.parse(text)


def test_a_most_likely_value_lies_inside():
    with pytest.raises(ValidationError, match="outside its range"):
        Quantity(low=1, high=2, mode=3)


@given(quantities())
def test_text_goes_there_and_back(quantity):
    assert Quantity.parse(str(quantity)) == quantity
    assert Quantity.model_validate_json(quantity.canonical()) == quantity


def test_units_stay_apart():
    assert Quantity.exact(5, Unit.ROUNDS) != Quantity.exact(5, Unit.ITEMS)


def test_money_has_currency_and_price_year():
    money = Money(amount=Quantity.parse("500000000"), currency="USD", price_year=1980)
    assert Money.model_validate_json(money.canonical()) == money
