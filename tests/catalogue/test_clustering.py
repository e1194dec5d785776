"""Intervals over sites: their level is measured, also where caches hold 122 machine guns of one make."""

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from takingstock.catalogue import wilson
from takingstock.catalogue.clustering import clustered
from takingstock.records import BadValueError, Place


def draw(rng: Any, sites: int) -> tuple[Any, Any]:
    """Items of one make and all items of each site: small sites differ, one in ten is also a cache of 122 of a make."""
    size = rng.integers(3, 15, sites)
    found = rng.binomial(size, rng.beta(1, 3, sites))
    cache = np.where(rng.random(sites) < 0.1, 122, 0)
    return (found + cache).astype(float), (size + cache).astype(float)


def test_over_sites_it_covers_and_over_items_it_does_not() -> None:
    found, size = draw(np.random.default_rng(1), 400_000)
    truth = found.sum() / size.sum()
    rng = np.random.default_rng(2)
    given = over_sites = over_items = 0
    for _ in range(400):
        found, size = draw(rng, 60)
        low, high = clustered(found, size)
        if low is None or high is None:
            continue
        given += 1
        over_sites += low <= truth <= high
        naive = wilson(found.sum() / size.sum(), size.sum())
        over_items += naive[0] <= truth <= naive[1]
    assert given > 380
    assert over_sites / given >= 0.85
    assert over_items / given < 0.5


def test_independent_items_get_an_interval_much_like_the_textbook_one() -> None:
    rng = np.random.default_rng(4)
    size = np.full(100, 20.0)
    found = rng.binomial(20, 0.3, 100).astype(float)
    low, high = clustered(found, size)
    plain = wilson(found.sum() / size.sum(), size.sum())
    assert low is not None
    assert high is not None
    assert high - low == pytest.approx(plain[1] - plain[0], rel=0.35)


@pytest.mark.parametrize(
    ("found", "size"),
    [
        ([1, 2, 1, 0], [5, 5, 5, 5]),
        ([122, 1, 0, 2, 1], [122, 5, 5, 5, 5]),
        ([0, 0, 0, 0, 0], [5, 5, 5, 5, 5]),
        ([5, 5, 5, 5, 5], [5, 5, 5, 5, 5]),
        ([], []),
    ],
)
def test_no_interval_where_sites_cannot_say(found: list[float], size: list[float]) -> None:
    assert clustered(found, size) == (None, None)
    with pytest.raises(BadValueError, match="more of one kind"):
        clustered([6], [5])


def test_a_country_is_no_site(write: SimpleNamespace) -> None:
    def at(**place: Any) -> str | None:
        return write.seen("a", "rifle", place=Place(**place)).site

    assert at(name=" Tal  Afar ") == "tal afar"
    assert at(name="Iraq", precision="country") is None
    assert at(name="", latitude=36.341, longitude=43.129) == "36.34,43.13"


def test_one_cache_is_one_site_in_the_arsenal(stock: Callable[..., Any], write: SimpleNamespace) -> None:
    def rows(sites: int) -> list[Any]:
        return [
            write.seen(
                f"s{n}",
                "rifle",
                str(3 + n % 4),
                when="2014",
                made_in="CHN" if n % 3 else "ROU",
                place=Place(name=f"site {n}"),
                evidence=(f"{n:064x}",),
            )
            for n in range(sites)
        ]

    (table,) = stock(*rows(12)).populations
    assert table.sites == 12
    assert all(row.low is not None and row.low < row.share < row.high for row in table.rows)
    assert "over 12 sites, not items" in table.note
    (few,) = stock(*rows(4)).populations
    assert {row.low for row in few.rows} == {None}
    assert "fewer than 5 sites" in few.note
    cache = write.seen(
        "cache", "machine-gun", "122", when="2014", made_in="CHN", place=Place(name="south"), evidence=("f" * 64,)
    )
    (held,) = stock(*rows(12), cache).populations
    assert {row.low for row in held.rows} == {None}
    assert "one site holds more than half" in held.note


def test_the_interval_is_that_of_leaving_out_sites_with_student_s_law_of_the_effective_ones() -> None:
    found, size = [1.0, 4.0, 0.0, 9.0, 2.0, 3.0], [5.0, 8.0, 4.0, 30.0, 6.0, 9.0]
    share = sum(found) / sum(size)
    without = [(sum(found) - y) / (sum(size) - x) for y, x in zip(found, size, strict=True)]
    middle = sum(without) / 6
    error = (5 / 6 * sum((one - middle) ** 2 for one in without)) ** 0.5 / (share * (1 - share))
    effective = sum(size) ** 2 / sum(x * x for x in size)
    # Between three and four sites of one size would say as much as these six.
    assert 3 < effective < 4
    half = error * student.ppf(0.95, effective - 1)
    odds = math.log(share / (1 - share))
    expected = [1 / (1 + math.exp(-(odds + sign * half))) for sign in (-1, 1)]
    assert clustered(found, size) == pytest.approx(expected, abs=1e-12)
