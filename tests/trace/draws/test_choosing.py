"""Which of several statements is true: against all cases, one by one."""

from itertools import product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.trace.draws.choosing import choices


def by_cases(said):
    """All cases of true and false, those left out in which two different assertions are true."""
    held = {assertion: 0.0 for _, assertion in said}
    none = 0.0
    for case in product((False, True), repeat=len(said)):
        weight = prod(p if true else 1 - p for (p, _), true in zip(said, case, strict=True))
        true = {assertion for (_, assertion), holds in zip(said, case, strict=True) if holds}
        if len(true) == 1:
            held[true.pop()] += weight
        elif not true:
            none += weight
    whole = none + sum(held.values())
    return {assertion: weight / whole for assertion, weight in held.items()}


@given(st.lists(st.tuples(st.floats(0.05, 0.95), st.sampled_from("abc")), min_size=1, max_size=5))
def test_as_by_cases(said):
    found = choices([(p, number, assertion) for number, (p, assertion) in enumerate(said)])
    expected = by_cases(said)
    for assertion, chance in expected.items():
        summed = sum(c for c, (_, other) in zip(found, said, strict=True) if other == assertion)
        assert summed == pytest.approx(chance)
    assert sum(found) <= 1 + 1e-12


def test_a_weak_voice_is_heard_less_than_its_own_probability():
    strong, weak = choices([(0.9, 1, "x"), (0.4, 2, "y")])
    assert strong == pytest.approx(0.9 * 0.6 / (0.9 * 0.6 + 0.1 * 0.4 + 0.1 * 0.6))
    assert weak == pytest.approx(0.1 * 0.4 / (0.9 * 0.6 + 0.1 * 0.4 + 0.1 * 0.6))


def test_agreeing_voices_raise_the_chance_and_one_voice_has_one():
    assert sum(choices([(0.8, 1, "x"), (0.5, 2, "x")])) == pytest.approx(0.9)
    assert choices([(0.8, 1, "x"), (0.8, 1, "y")]) == pytest.approx([0.4, 0.4])


def test_two_certainties_that_exclude_each_other():
    assert choices([(1.0, 1, "x"), (1.0, 2, "y")]) == [0.5, 0.5]
