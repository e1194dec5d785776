import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.records import Likelihood, percent


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, "almost no chance"),
        (0.049, "almost no chance"),
        (0.1, "very unlikely"),
        (0.3, "unlikely"),
        (0.5, "roughly even chance"),
        (0.55, "roughly even chance"),
        (0.7, "likely"),
        (0.9, "very likely"),
        (1.0, "almost certain"),
    ],
)
def test_the_words_of_icd_203(probability, word):
    assert Likelihood.of(probability) == word


@given(st.floats(0, 1))
def test_the_scale_is_symmetric_and_rises(p):
    words = list(Likelihood)
    assert abs(words.index(Likelihood.of(p)) + words.index(Likelihood.of(1 - p)) - 6) <= (
        1 if min(abs(p - b) for b in (0.05, 0.2, 0.45, 0.55, 0.8, 0.95)) < 1e-9 else 0
    )


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_no_probability_no_word(p):
    with pytest.raises(ValueError, match="not a probability"):
        Likelihood.of(p)


@given(st.floats(0, 1))
def test_nothing_prints_none_or_all(share):
    assert percent(share) not in {"0.0 %", "100.0 %", "0 %", "100 %"}


def test_percentages():
    assert percent(0.5352) == "53.5 %"
    assert percent(0.9999) == ">99.9 %"
    assert percent(1.0) == ">99.9 %"
    assert percent(0.0001) == "<0.1 %"
    assert percent(0.0) == "none recorded"
