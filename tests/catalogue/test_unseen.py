from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from takingstock.catalogue.unseen import chao, log_normal, unseen
from takingstock.records import Place, Unit


def test_the_bias_corrected_form() -> None:
    # By hand: 8 singletons, 5 doubletons, 18 kinds: 18 + 8*7/(2*6).
    assert chao(8, 5, 18)[0] == pytest.approx(18 + 56 / 12)
    assert chao(8, 5, 18, 0.9)[0] == pytest.approx(18 + 0.9 * 56 / 12)
    assert chao(0, 3, 9)[0] == 9
    low, high = log_normal(18, *chao(8, 5, 18))
    assert 18 < low < chao(8, 5, 18)[0] < high


def test_the_interval_covers_equally_common_kinds_near_its_level() -> None:
    rng, inside, runs = np.random.default_rng(5), 0, 400
    for _ in range(runs):
        counts = rng.multinomial(150, [1 / 100] * 100)
        once, twice, seen = (counts == 1).sum(), (counts == 2).sum(), (counts > 0).sum()
        low, high = log_normal(int(seen), *chao(int(once), int(twice), int(seen)))
        inside += low <= 100 <= high
    assert 0.84 <= inside / runs <= 0.97


def rows(write: SimpleNamespace, sites: int, kinds: Any, **more: Any) -> list[Any]:
    return [
        write.seen(f"s{n}", item, "1", place=Place(name=f"site {n % sites}"), **more) for n, item in enumerate(kinds)
    ]


def test_types_over_items_and_over_sites(write: SimpleNamespace) -> None:
    kinds = ["a", "b", "c", "d", "d", "e", "e", "e", "e", "e", "e"]
    found = {(one.of, one.method): one for one in unseen(rows(write, 6, kinds), Unit.ITEMS)}
    one = found["types", "chao1"]
    assert (one.seen, one.once, one.twice, one.sites, one.estimate) == (5, 3, 1, 6, pytest.approx(5 + 6 / 4))
    assert one.low is not None
    assert one.high is not None
    assert 5 <= one.low < 6.5 < one.high
    assert "estimate" in one.words
    assert "not of the arsenal" in one.words
    assert found["types", "chao2"].estimate == pytest.approx(5 + 5 / 6 * 6 / 4)
    assert found["countries", "chao1"].estimate is None
    assert "no countries are stated" in found["countries", "chao1"].words


def test_it_refuses_in_words(write: SimpleNamespace) -> None:
    by = {(one.of, one.method): one for one in unseen(rows(write, 3, "abcdd"), Unit.ITEMS)}
    assert (by["types", "chao1"].estimate, by["types", "chao1"].low) == (4 + 6 / 4, None)
    assert "fewer than 5 sites" in by["types", "chao1"].words
    assert by["types", "chao2"].estimate is None
    many = {(one.of, one.method): one for one in unseen(rows(write, 6, "aabbccdd"), Unit.ITEMS)}
    assert many["types", "chao1"].estimate is None
    assert "not shown" in many["types", "chao1"].words
    for one in unseen(rows(write, 6, "abcdef", made_in="CHN"), Unit.ITEMS)[:2]:
        assert (one.estimate, one.low) == (None, None)
        assert "coverage of the sample is zero" in one.words
    assert "come in lots" in unseen(rows(write, 6, "abcd", unit="rounds"), Unit.ROUNDS)[0].words


def test_a_class_above_another_is_no_type_of_its_own(write: SimpleNamespace) -> None:
    found = unseen(rows(write, 6, ["rifle", "rifle.assault", "weapons", "pistol"]), Unit.ITEMS)
    assert found[0].seen == 2
    joined = [write.seen("a", "x", made_in="RUS+SUN"), write.seen("b", "x", made_in="SUN"), write.seen("c", "x")]
    assert [one.seen for one in unseen(joined, Unit.ITEMS) if one.of == "countries"] == [1, 0]


@pytest.mark.parametrize(("once", "twice", "more", "scale"), [(6, 3, 4, 1.0), (5, 1, 2, 0.9), (9, 5, 10, 0.95)])
def test_the_variance_is_that_of_the_delta_method_in_every_frequency(
    once: int, twice: int, more: int, scale: float
) -> None:
    def estimate(f1: float, f2: float, rest: float) -> float:
        return f1 + f2 + rest + scale * f1 * (f1 - 1) / (2 * (f2 + 1))

    at, step = (once, twice, more), 1e-5
    slopes = []
    for n in range(3):
        up, down = ([value + sign * step * (m == n) for m, value in enumerate(at)] for sign in (1, -1))
        slopes.append((estimate(*up) - estimate(*down)) / (2 * step))
    found, variance = chao(once, twice, once + twice + more, scale)
    assert found == pytest.approx(estimate(*at))
    mean = sum(many * slope for many, slope in zip(at, slopes, strict=True))
    squares = sum(many * slope**2 for many, slope in zip(at, slopes, strict=True))
    assert variance == pytest.approx(squares - mean**2 / found, rel=1e-6)
