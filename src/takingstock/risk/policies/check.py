"""Check: the tests that lie beside a policy, run. What differs from what was expected comes back as sentences."""

from __future__ import annotations

from collections.abc import Iterable

from takingstock.records import (
    Assessment,
    DateRange,
    Decision,
    Estimate,
    Forecast,
    Gate,
    Horizon,
    Indicator,
    Ledger,
    Policy,
    PolicyAnswer,
    Recommendation,
    RuleOutcome,
)
from takingstock.reference.embargoes import embargoes
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.reference.policy_tests import PolicyTest
from takingstock.risk.dossier import Background, Dossier
from takingstock.risk.policies.rules import apply

_SILENT = frozenset({RuleOutcome.NOT_APPLICABLE, RuleOutcome.PASSES})


def check(policy: Policy, tests: Iterable[PolicyTest]) -> tuple[str, ...]:
    """Everything in which the policy answers otherwise than its tests expect; empty: all hold."""
    return tuple(f"{test.name}: {text}" for test in tests for text in _differs(test, answers(policy, test)))


def answers(policy: Policy, test: PolicyTest) -> tuple[PolicyAnswer, ...]:
    """What the policy says of the application of one test, over the reference tables and the facts of the test."""
    gates = tuple(Gate(id=id_, title=id_, reference=id_, outcome=outcome) for id_, outcome in test.gates.items())
    figures = tuple(Indicator(id=id_, name=id_, party="", value=value) for id_, value in test.indicators.items())
    return apply((policy,), dossier_of(test), gates, _forecast(test), figures)


def dossier_of(test: PolicyTest) -> Dossier:
    """The application of a test with a case of its facts and the shipped tables."""
    ledger = Ledger(
        title="test",
        revision=0,
        head="",
        parties=test.parties,
        sources=test.sources,
        statements=test.statements,
        counts=test.counts,
        incidents=test.incidents,
        decisions=_standing(test),
    )
    background = Background(ledger, taxonomy(), directory(test.parties), embargoes=embargoes(), findings=test.findings)
    return Dossier(background, test.application)


def uncovered(policy: Policy, tests: Iterable[PolicyTest]) -> tuple[str, ...]:
    """Rules that no test has speaking, or none has silent (not applicable, or passing), in what is expected."""
    every = tuple(tests)
    gaps = []
    for rule in policy.rules:
        said = {test.expect[rule.id] for test in every if rule.id in test.expect}
        if not said - _SILENT:
            gaps.append(f"{rule.id}: no test has it speaking")
        if not said & _SILENT:
            gaps.append(f"{rule.id}: no test has it silent")
    return tuple(gaps)


def _differs(test: PolicyTest, given: tuple[PolicyAnswer, ...]) -> Iterable[str]:
    if test.silent:
        if given:
            yield f"the policy speaks ({', '.join(one.rule for one in given)}), and should not"
        return
    if not given and test.expect:
        yield "the policy does not speak"
        return
    said = {one.rule: one for one in given}
    for rule, outcome in test.expect.items():
        if rule not in said:
            yield f"there is no answer of the rule {rule!r}; there are {', '.join(said)}"
        elif said[rule].outcome is not outcome:
            found = said[rule]
            yield f"{rule}: expected {outcome.value}, found {found.outcome.value} ({found.reason})"
    asked = {question.id for one in given for question in one.questions}
    for id_ in test.asks:
        if id_ not in asked:
            yield f"the question {id_!r} is not asked; asked are {', '.join(sorted(asked)) or 'none'}"


def _forecast(test: PolicyTest) -> Forecast | None:
    """A forecast with the figures of the test and nothing around them; a measure that is not given is zero."""
    if not test.forecast:
        return None
    given: dict[int, dict[str, float]] = {}
    for name, value in test.forecast.items():
        measure, _, years = name.partition("@")
        given.setdefault(int(years), {})[measure] = value
    none = Estimate(value=0, low=0, high=0)
    return Forecast(
        horizons=tuple(
            Horizon.model_validate(
                {"years": years, "any": none, "tenth": none, "expected": none}
                | {name: Estimate(value=value, low=value, high=value) for name, value in figures.items()}
            )
            for years, figures in sorted(given.items())
        )
    )


def _standing(test: PolicyTest) -> tuple[Decision, ...]:
    if test.standing is None:
        return ()
    then = Assessment(
        application=test.application.id,
        recommendation=Recommendation.REFER,
        because=(),
        gates=(),
        visits=test.visits,
    )
    return (
        Decision(
            id=test.application.id,
            application=test.application,
            assessment=then,
            kind=test.standing.kind,
            reason="test",
            person="test",
            decided=DateRange.parse(test.standing.decided),
        ),
    )
