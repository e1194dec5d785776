"""Copies of one original are one voice; what people dispute joins nothing, whatever they are called."""

from __future__ import annotations

import random

import pytest

from takingstock.records import Judgement, LikenessJudgement, joined, originals

SAME, DIFFERENT = Judgement.SAME_ORIGINAL, Judgement.DIFFERENT


def judged(first: int, second: int, kind: Judgement, person: str = "A") -> LikenessJudgement:
    one, other = f"{first:064x}", f"{second:064x}"
    return LikenessJudgement(
        id=f"{one}/{other}/{person}", first=one, second=other, judgement=kind, person=person, reason="r"
    )


def test_reposts_of_one_original_are_one_voice() -> None:
    said = [judged(2, 3, SAME), judged(1, 3, SAME), judged(4, 5, Judgement.SAME_EVENT)]
    assert originals(said) == {f"{n:064x}": f"{1:064x}" for n in (1, 2, 3)}
    assert originals([]) == {}


@pytest.mark.parametrize("names", [("A", "B"), ("B", "A")])
def test_a_disputed_pair_joins_nothing_whoever_says_what(names: tuple[str, str]) -> None:
    assert originals([judged(6, 7, SAME, names[0]), judged(6, 7, DIFFERENT, names[1])]) == {}


def test_the_order_of_pairs_is_of_no_account() -> None:
    pairs = [("d", "e"), ("a", "b"), ("c", "d"), ("b", "e"), ("x", "y")]
    wanted = dict.fromkeys("abcde", "a") | dict.fromkeys("xy", "x")
    for seed in range(20):
        shuffled = random.Random(seed).sample([random.Random(seed).sample(pair, 2) for pair in pairs], len(pairs))
        assert joined([(first, second) for first, second in shuffled]) == wanted
