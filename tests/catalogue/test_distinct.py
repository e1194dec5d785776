from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takingstock.catalogue.distinct import Same, merge
from takingstock.catalogue.excluding import excluded, facts, kilometres, serials
from takingstock.catalogue.minimum import PART, Apart, clique, minimum
from takingstock.catalogue.overlap import may_overlap
from takingstock.records import LikenessJudgement, Place

A, B, C = ("a" * 64,), ("b" * 64,), ("c" * 64,)


def sets(*rows: Any, likenesses: Any = ()) -> list[list[str]]:
    return sorted(sorted(s.id for s in same.members) for same in merge(rows, likenesses))


def likeness(id_: str, first: str, second: str, judgement: str) -> LikenessJudgement:
    return LikenessJudgement.model_validate(
        {"id": id_, "first": first * 64, "second": second * 64, "judgement": judgement, "person": "p", "reason": "r"}
    )


def test_the_very_same_items_are_one(write: SimpleNamespace) -> None:
    seen = write.seen
    assert sets(seen("a", "rifle"), seen("b", "pistol", same_as="a")) == [["a", "b"]]
    assert sets(seen("a", "rifle", evidence=A), seen("b", "rifle", evidence=A)) == [["a", "b"]]
    assert sets(seen("a", "rifle", evidence=A), seen("b", "pistol", evidence=A)) == [["a"], ["b"]]
    assert sets(seen("a", "rifle", marks=("serial: AB-123",)), seen("b", "rifle", marks=("S/N ab123",))) == [["a", "b"]]
    assert sets(seen("a", "rifle", marks=("serial: 12-3",)), seen("b", "rifle", marks=("S/N 123",))) == [["a"], ["b"]]
    assert sets(seen("a", "rifle", marks=("lot 3",)), seen("b", "rifle", marks=("lot 3",))) == [["a"], ["b"]]
    assert sets(seen("a", "rifle", evidence=A), seen("b", "rifle", evidence=A, holder="cell")) == [["a"], ["b"]]


def test_reposts_of_one_original_are_one_voice(write: SimpleNamespace) -> None:
    rows = [write.seen(name, "rifle", evidence=file) for name, file in (("a", A), ("b", B), ("c", C))]
    chain = likeness("1", "a", "b", "same-original"), likeness("2", "b", "c", "same-original")
    assert sets(*rows, likenesses=chain) == [["a", "b", "c"]]
    assert sets(*rows, likenesses=(likeness("1", "a", "b", "same-event"),)) == [["a"], ["b"], ["c"]]
    # A later judgement of the pair stands over an earlier one.
    assert sets(*rows, likenesses=(chain[0], likeness("3", "a", "b", "different"))) == [["a"], ["b"], ["c"]]
    assert merge(rows, chain)[0].why == ("same-original",)


def test_what_excludes_each_other_is_not_merged_by_picture_or_serial(write: SimpleNamespace) -> None:
    seen = write.seen
    one = {"evidence": A, "marks": ("serial: 1",)}
    assert sets(seen("a", "rifle", **one), seen("b", "rifle", evidence=A, marks=("serial: 2",))) == [["a"], ["b"]]
    assert sets(seen("a", "rifle", made_in="CHN", **one), seen("b", "rifle", made_in="ROU", **one)) == [["a"], ["b"]]
    # c fits both, but that does not make these one.
    three = (
        seen("a", "rifle", evidence=A, made_in="CHN"),
        seen("b", "rifle", evidence=A, made_in="ROU"),
        seen("c", "rifle", evidence=A),
    )
    assert sets(*three) == [["a", "c"], ["b"]]
    assert sets(seen("a", "rifle", made_in="CHN", same_as="b"), seen("b", "rifle", made_in="ROU")) == [["a", "b"]]


def test_the_one_kept_is_the_best_with_its_blanks_filled(write: SimpleNamespace) -> None:
    (same,) = merge(
        [
            write.seen("a", "rifle", "3", evidence=A, made_in="CHN"),
            write.seen("b", "rifle", "", evidence=A, level="physical-inspection", minimum=4),
        ]
    )
    assert (same.kept.id, same.kept.made_in, same.kept.quantity.best, same.minimum) == ("b", "CHN", 3, 4)


def test_serials_and_distances(write: SimpleNamespace) -> None:
    assert serials(write.seen("a", "rifle", marks=("Serial no. ab 12", "1974", "sn:7"))) == {"ab12", "7"}
    # Mosul to Baghdad is some 356 km.
    assert kilometres((36.34, 43.13), (33.31, 44.37)) == pytest.approx(355, abs=5)


def spot(lat: float, lon: float, precision: str = "exact") -> Place:
    return Place(name="x", latitude=lat, longitude=lon, precision=precision)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ({}, {}, False),
        ({"made_in": "CHN"}, {"made_in": "ROU"}, True),
        ({"made_in": "CHN+ROU"}, {"made_in": "ROU"}, False),
        ({"made": "1974"}, {"made": "1980..1989"}, True),
        ({"marks": ("serial: 1",)}, {"marks": ("serial: 2",)}, True),
        ({"marks": ("serial: 1",), "minimum": 5}, {"marks": ("serial: 2",)}, False),
        ({"when": "2014-06-01", "place": spot(36, 43)}, {"when": "2014-06-01", "place": spot(36, 60)}, True),
        ({"when": "2014-06-01", "place": spot(36, 43)}, {"when": "2014-06-02", "place": spot(36, 60)}, False),
        ({"when": "2014-06-01", "place": spot(36, 43)}, {"when": "2014-06-01", "place": spot(36, 45)}, False),
        (
            {"when": "2014-06-01", "place": spot(36, 43)},
            {"when": "2014-06-01", "place": spot(36, 60, "locality")},
            False,
        ),
    ],
)
def test_what_is_certainly_different(write: SimpleNamespace, one: Any, other: Any, apart: bool) -> None:
    rows = [facts(write.seen("a", "rifle", **one)), facts(write.seen("b", "rifle", **other))]
    assert excluded(*rows) is apart
    assert excluded(*reversed(rows)) is apart
    assert bool(Apart(rows).row(0)[1]) is apart


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 11), st.floats(0, 1))
def test_the_heaviest_clique_is_that_of_brute_force(seed: int, size: int, density: float) -> None:
    rng = np.random.default_rng(seed)
    upper = np.triu(rng.random((size, size)) < density, 1)
    apart, weights = upper | upper.T, rng.integers(1, 9, size).astype(float).tolist()
    best = max(
        sum(weights[n] for n in chosen)
        for many in range(1, size + 1)
        for chosen in combinations(range(size), many)
        if all(apart[a, b] for a, b in combinations(chosen, 2))
    )
    assert clique(apart, weights) == (best, True)


def test_beyond_the_limit_it_is_a_lower_bound_and_says_so() -> None:
    rng = np.random.default_rng(3)
    upper = np.triu(rng.random((PART + 10, PART + 10)) < 0.5, 1)
    found, exact = clique(upper | upper.T, [1.0] * (PART + 10))
    assert (found > 3, exact) == (True, False)


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["weapons", "rifle", "rifle.assault", "rifle.assault.ak", "machine-gun", "pistol"]),
        st.sampled_from([None, "CHN", "ROU", "CHN+ROU"]),
        st.sampled_from(["", "1974", "1970..1979", "1990.."]),
        st.sampled_from([(), ("serial: 1",), ("serial: 2",)]),
        st.sampled_from([None, 1, 3]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_the_minimum_is_that_of_all_subsets(write: SimpleNamespace, drawn: Any) -> None:
    rows = [
        write.seen(f"s{n}", item, made_in=country, made=made, marks=marks, minimum=least)
        for n, (item, country, made, marks, least) in enumerate(drawn)
    ]

    def apart(a: Any, b: Any) -> bool:
        return not may_overlap(a, b) or excluded(facts(a), facts(b))

    best = max(
        sum(s.minimum or 1 for s in chosen)
        for many in range(1, len(rows) + 1)
        for chosen in combinations(rows, many)
        if all(apart(a, b) for a, b in combinations(chosen, 2))
    )
    assert minimum([Same(row, (row,), ()) for row in rows]) == (best, True)
