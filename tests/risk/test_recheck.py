"""A standing decision looked at again: what changed, by which facts, and whether it is worse."""

from takingstock.records import (
    Application,
    Assessment,
    DateRange,
    Decision,
    DecisionKind,
    Estimate,
    Forecast,
    Gate,
    Goods,
    Horizon,
    Outcome,
    PolicyAnswer,
    Recommendation,
    RuleOutcome,
    Visit,
    VisitState,
)
from takingstock.risk.recheck import compare


def estimate(value):
    return Estimate(value=value, low=value / 2, high=min(1, value * 2))


def forecast(value, rests_on=()):
    horizon = Horizon(years=5, any=estimate(value), tenth=estimate(value / 2), expected=estimate(value))
    return Forecast(horizons=(horizon,), rests_on=rests_on)


def assessment(outcome=Outcome.PASSES, rule=RuleOutcome.PASSES, value=0.1, rests_on=(), said=Recommendation.REFER):
    return Assessment(
        application="a",
        recommendation=said,
        because=("so",),
        gates=(
            Gate(id="e", title="Embargo", reference="R", outcome=outcome, rests_on=rests_on, facts=("a new embargo",)),
        ),
        policy=(PolicyAnswer(policy="p", rule="r", title="Rule", outcome=rule, reason="a loss"),),
        forecast=forecast(value),
    )


def decision(then, kind=DecisionKind.AUTHORISED):
    return Decision(
        id="a",
        application=Application(id="a", goods=(Goods(item="pistol"),)),
        assessment=then,
        kind=kind,
        reason="r",
        person="P",
        decided=DateRange.parse("2020-01-02"),
    )


def test_nothing_new_is_no_news():
    assert compare(decision(assessment()), assessment()) is None
    assert compare(decision(assessment()), assessment(value=0.12)) is None


def test_a_new_bar_is_worse_and_names_its_facts():
    now = assessment(Outcome.BARS, rests_on=("embargo:x",), said=Recommendation.BARRED)
    found = compare(decision(assessment()), now)
    assert found.worse
    assert found.new == ("embargo:x",)
    assert found.before == "refer to a decision"
    assert found.now == "barred"
    assert "Embargo: passes, now bars" in " ".join(found.why)


def test_a_refusal_that_a_new_fact_touches_is_told_but_not_worse():
    found = compare(decision(assessment(), DecisionKind.REFUSED), assessment(Outcome.BARS))
    assert found is not None
    assert not found.worse


def test_a_bar_that_falls_away_is_told_and_is_not_worse():
    found = compare(decision(assessment(Outcome.BARS), DecisionKind.AUTHORISED), assessment(Outcome.PASSES))
    assert "Embargo: bars, now passes" in " ".join(found.why)
    assert not found.worse


def test_a_suspension_a_forecast_and_a_visit():
    assert compare(decision(assessment()), assessment(rule=RuleOutcome.SUSPEND)).worse
    up, down = (
        compare(decision(assessment()), assessment(value=0.2)),
        compare(decision(assessment()), assessment(value=0.02)),
    )
    assert up.worse
    assert not down.worse
    assert "0.10, now 0.20" in up.why[0]
    visit = Visit(
        holder="h", item="pistol", due=DateRange.parse("2021"), state=VisitState.OVERDUE, re_opens=True, words="missed"
    )
    found = compare(decision(assessment()), assessment(), (visit,))
    assert found.worse
    assert found.why == ("missed",)
