"""What follows from gates and policies: a bar stands first, a question before a decision, and nothing approves."""

import itertools

import pytest

from takingstock.records import Gate, Outcome, PolicyAnswer, Recommendation, RuleOutcome
from takingstock.risk.assess import recommend


def gate(outcome, id_="g"):
    return Gate(id=id_, title=f"Gate {id_}", reference="Art. 1", outcome=outcome)


def answer(outcome, rule="r"):
    return PolicyAnswer(policy="p", rule=rule, title=f"Rule {rule}", outcome=outcome, reason="so")


@pytest.mark.parametrize(
    ("gates", "answers", "expected"),
    [
        ((Outcome.BARS,), (), Recommendation.BARRED),
        ((Outcome.BARS, Outcome.NEEDS_ANSWER), (RuleOutcome.EXCEPTION_SHOWN,), Recommendation.BARRED),
        ((Outcome.BARS,), (RuleOutcome.PRESUME_DENIAL, RuleOutcome.REFUSE), Recommendation.BARRED),
        ((Outcome.PASSES,), (RuleOutcome.PRESUME_DENIAL, RuleOutcome.REFUSE), Recommendation.PRESUME_DENIAL),
        ((Outcome.NEEDS_ANSWER,), (RuleOutcome.REFUSE,), Recommendation.REFUSE),
        ((Outcome.PASSES,), (RuleOutcome.SUSPEND,), Recommendation.REFUSE),
        ((Outcome.PASSES,), (RuleOutcome.REVOKE,), Recommendation.REFUSE),
        ((Outcome.NEEDS_ANSWER,), (RuleOutcome.PASSES,), Recommendation.MORE_INFORMATION),
        ((Outcome.PASSES,), (RuleOutcome.NEEDS_ANSWER,), Recommendation.MORE_INFORMATION),
        ((Outcome.PASSES, Outcome.NOT_APPLICABLE), (RuleOutcome.CONDITIONS,), Recommendation.REFER),
        ((), (), Recommendation.REFER),
    ],
)
def test_the_order(gates, answers, expected):
    found, because = recommend(
        (gate(one, str(n)) for n, one in enumerate(gates)), (answer(one, str(n)) for n, one in enumerate(answers))
    )
    assert found is expected
    assert because


def test_all_that_stands_in_the_way_is_told():
    found, because = recommend(
        [gate(Outcome.BARS, "a"), gate(Outcome.BARS, "b")],
        [answer(RuleOutcome.REFUSE), answer(RuleOutcome.PASSES, "x")],
    )
    assert found is Recommendation.BARRED
    assert [text.split(" (")[0] for text in because] == ["Gate a", "Gate b", "Rule r"]


def test_a_worse_outcome_never_gives_a_better_answer():
    """Replacing a gate's pass by a question or a bar never moves the recommendation towards a decision."""
    order = list(Recommendation)
    worse = {Outcome.PASSES: 0, Outcome.NOT_APPLICABLE: 0, Outcome.NEEDS_ANSWER: 1, Outcome.BARS: 2}
    for a, b in itertools.product(Outcome, repeat=2):
        for rules in itertools.product(RuleOutcome, repeat=2):
            answers = [answer(one, str(n)) for n, one in enumerate(rules)]
            first = order.index(recommend([gate(a)], answers)[0])
            second = order.index(recommend([gate(b)], answers)[0])
            if worse[b] > worse[a]:
                assert second <= first, (a, b, rules)


def test_there_is_no_word_of_approval():
    assert not [one for one in Recommendation if "approv" in one.value or "authoris" in one.value]
    assert not [one for one in RuleOutcome if "approv" in one.value or "authoris" in one.value]
