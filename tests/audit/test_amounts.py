import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.audit.amounts import (
    contradict,
    excess,
    excess_ratio,
    joint,
    of_whole,
    portion,
    ratio,
    share_words,
    single,
    spoken,
    total,
)
from takingstock.records import Quantity

q = Quantity.parse
figures = st.integers(0, 10_000)


@st.composite
def ranges(draw: st.DrawFn) -> Quantity:
    low, high = sorted((draw(figures), draw(figures)))
    return Quantity(low=low, high=high)


@pytest.mark.parametrize(
    ("claims", "figure"),
    [
        (["2300", ">=2000"], "2300"),
        (["<=52", "52"], "<=52"),
        (["4000", "74000"], "4000..74000"),
        (["100..200", ">=300"], ">=100"),
        (["~30", "40"], "30..40"),
    ],
)
def test_claims_that_agree_keep_the_first_form_and_others_span(claims: list[str], figure: str) -> None:
    assert str(joint(map(q, claims))) == figure
    assert contradict(map(q, claims)) is (figure not in claims)


def test_sum_counts_what_is_only_possible_in_the_upper_bound() -> None:
    assert str(total([q("51"), q("28")], [q("41")])) == "79..120"
    assert str(total([], [q("41")])) == "<=41"
    assert str(total([q("51"), q(">=10")])) == ">=61"
    assert str(total([q("?")])) == "?"
    assert total([q("~51"), q("28")]).about
    assert str(total([q("~51")], [q("28")])) == "51..79"


def test_excess_and_its_share() -> None:
    assert str(excess(q("185000"), q("75000"))) == "110000"
    assert str(excess(q("10"), q("25"))) == "0"
    assert str(excess(q(">=100"), q("40"))) == ">=60"
    assert str(excess(q("100"), q(">=40"))) == "<=60"
    assert single(excess_ratio(q("185000"), q("75000"))) == pytest.approx(110 / 185)


@given(ranges(), ranges(), st.data())
def test_bounds_hold_for_every_truth_inside_them(more: Quantity, less: Quantity, data: st.DataObject) -> None:
    def truth(quantity: Quantity) -> int:
        return data.draw(st.integers(int(quantity.low or 0), int(quantity.high or 0)))

    a, b = truth(more), truth(less)
    gap = excess(more, less)
    assert (gap.low or 0) <= max(0, a - b) <= (gap.high if gap.high is not None else float("inf"))
    for (low, high), value in (
        (ratio(more, less), a / b if b else None),
        (excess_ratio(more, less), max(0, a - b) / a if a else None),
    ):
        if value is not None:
            assert low is None or low <= value + 1e-12
            assert high is None or value <= high + 1e-12


@pytest.mark.parametrize(
    ("part", "whole", "share", "words"),
    [
        ("190000", "355000", 190 / 355, "53.5 %"),
        (">=40", "140", 40 / 140, "at least 28.6 %"),
        ("<=52", "120", 52 / 120, "at most 43.3 %"),
        ("2000..2300", "8564", None, "23.4 % to 26.9 %"),
        ("40", "100..140", None, "28.6 % to 40.0 %"),
        ("180", "120", 1.5, "150.0 %"),
        ("40", "?", None, ""),
        ("?", "40", None, ""),
    ],
)
def test_share_is_one_figure_or_one_bound(part: str, whole: str, share: float | None, words: str) -> None:
    bounds = ratio(q(part), q(whole))
    assert single(bounds) == (pytest.approx(share) if share is not None else None)
    assert share_words(bounds) == words


def test_quantities_in_words() -> None:
    given_forms = ["~110000", ">=40", "<=52", "2000..2300", "?", "0.5"]
    assert [spoken(q(text)) for text in given_forms] == [
        "about 110,000",
        "at least 40",
        "up to 52",
        "2,000 to 2,300",
        "an unknown number",
        "0.5",
    ]


@pytest.mark.parametrize(
    ("part", "whole", "figures", "sentence"),
    [
        ("120", "120", "all of 120", "all of 120"),
        ("150", "100", "150 of 100, more than recorded", "150.0 %, more than recorded"),
        (">=120", "120", "at least 120 of 120", "all or more"),
        ("<=120", "120", "up to 120 of 120", "at most all"),
        (">=150", "100", "at least 150 of 100, more than recorded", "at least 150.0 %, more than recorded"),
        ("1199", "1200", "", "99.9 %"),
        ("119999", "120000", "", ">99.9 %"),
        ("60..120", "120", "", "50.0 % to all"),
        ("40", "?", "", ""),
    ],
)
def test_an_arithmetic_share_of_one_or_more_is_no_estimate(part: str, whole: str, figures: str, sentence: str) -> None:
    bounds = ratio(q(part), q(whole))
    assert portion(q(part), q(whole), single(bounds)) == figures
    assert of_whole(q(part), q(whole), bounds) == sentence


def test_the_rule_for_estimates_stays() -> None:
    from takingstock.records import percent

    assert (percent(1.0), percent(0.0001)) == (">99.9 %", "<0.1 %")
