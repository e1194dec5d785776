import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.catalogue.interval import interval, wilson
from takingstock.records import BadValueError, Design


# Reference values: scipy 1.x, binomtest(k, n).proportion_ci(0.90, "wilson").
@pytest.mark.parametrize(
    ("found", "n", "low", "high"),
    [(30, 100, 0.2307049543691453, 0.3798321339441244), (0, 20, 0.0, 0.11915783736096448)],
)
def test_known_values(found: int, n: int, low: float, high: float) -> None:
    assert wilson(found / n, n) == pytest.approx((low, high), abs=1e-12)


@given(st.integers(1, 5000), st.floats(0, 1), st.floats(0.5, 0.99))
def test_lies_in_zero_to_one_holds_the_share_and_mirrors(n: int, share: float, level: float) -> None:
    low, high = wilson(share, n, level)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    assert wilson(1 - share, n, level) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize(("share", "n", "level"), [(-0.1, 10, 0.9), (1.1, 10, 0.9), (0.5, 0, 0.9), (0.5, 10, 1.0)])
def test_what_has_no_interval_is_an_error(share: float, n: float, level: float) -> None:
    with pytest.raises(BadValueError, match="no interval"):
        wilson(share, n, level)


@pytest.mark.parametrize("design", [Design.PURPOSIVE, Design.UNKNOWN, Design.CENSUS])
def test_only_a_probability_sample_justifies_one(design: Design) -> None:
    assert interval(0.3, 100, design) == (None, None)
    assert interval(0.3, 100, Design.PROBABILITY) == wilson(0.3, 100)
    assert interval(None, 100, Design.PROBABILITY) == (None, None)
    assert interval(0.3, None, Design.PROBABILITY) == (None, None)
