"""Kleene's laws, and that only what is open asks."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.records import Question
from takingstock.risk.policies.truth import Found, Truth, all_of, answered, any_of, negated

ASKS = Question(id="q", text="?")
EVERY = [Found(Truth.MET, ("a",)), Found(Truth.NOT_MET, ("b",)), Found(Truth.OPEN, ("c",), (ASKS,))]
ORDER = {Truth.NOT_MET: 0, Truth.OPEN: 1, Truth.MET: 2}

founds = st.lists(st.sampled_from(EVERY), max_size=6)


@given(founds)
def test_all_is_the_least_and_any_the_greatest(some):
    values = [ORDER[one.truth] for one in some]
    assert ORDER[all_of(some).truth] == min(values, default=2)
    assert ORDER[any_of(some).truth] == max(values, default=0)


@given(founds)
def test_de_morgan(some):
    assert negated(all_of(some)).truth is any_of(negated(one) for one in some).truth
    assert negated(any_of(some)).truth is all_of(negated(one) for one in some).truth


@pytest.mark.parametrize("one", EVERY)
def test_not_turns_twice_to_itself_and_open_stays_open(one):
    assert negated(negated(one)) == one
    assert (negated(one).truth is Truth.OPEN) == (one.truth is Truth.OPEN)


@given(founds, founds)
def test_order_and_grouping_do_not_matter(left, right):
    for join in (all_of, any_of):
        assert join([*left, *right]).truth is join([*right, *left]).truth
        assert join([join(left), join(right)]).truth is join([*left, *right]).truth


@given(founds, st.integers(0, 5), st.sampled_from([Truth.MET, Truth.NOT_MET]))
def test_learning_more_never_turns_a_settled_answer(some, at, learnt):
    """What is met or not met stays so when something open is answered."""
    if at >= len(some) or some[at].truth is not Truth.OPEN:
        return
    more = [*some[:at], Found(learnt), *some[at + 1 :]]
    for join in (all_of, any_of):
        before = join(some).truth
        assert before in {Truth.OPEN, join(more).truth}


@given(founds)
def test_only_what_is_open_asks(some):
    for found in (all_of(some), any_of(some)):
        assert bool(found.questions) == (found.truth is Truth.OPEN)


def test_an_answer_elsewhere_stands_for_the_own_one_only_where_there_is_none():
    table = {
        (Truth.MET, Truth.MET): Truth.MET,
        (Truth.MET, Truth.OPEN): Truth.MET,
        (Truth.MET, Truth.NOT_MET): Truth.MET,
        (Truth.OPEN, Truth.MET): Truth.MET,
        (Truth.OPEN, Truth.OPEN): Truth.OPEN,
        (Truth.OPEN, Truth.NOT_MET): Truth.OPEN,
        (Truth.NOT_MET, Truth.MET): Truth.OPEN,
        (Truth.NOT_MET, Truth.OPEN): Truth.NOT_MET,
        (Truth.NOT_MET, Truth.NOT_MET): Truth.NOT_MET,
    }
    for own, other in itertools.product(EVERY, EVERY):
        assert answered(own, other).truth is table[own.truth, other.truth]


def test_two_answers_that_contradict_each_other_are_asked_about():
    found = answered(Found(Truth.NOT_MET, ("no",), rests_on=("reply:a",)), Found(Truth.MET, ("yes",), rests_on=("g",)))
    assert [one.id for one in found.questions] == ["contradiction.reply:a.g"]
    assert "contradict" in found.facts[0]
