"""Assess: gates, policies, forecast, indicators and controls of one application, and what follows from them.

The order is fixed (:func:`recommend`): a bar of a gate stands whatever any number says; then a presumption of denial
to which no exception is shown; then a refusal by a policy; then what is not known; else the decision is a person's.
There is no outcome that approves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from takingstock.records import (
    Assessment,
    DateRange,
    Gate,
    Outcome,
    Policy,
    PolicyAnswer,
    Recommendation,
    RuleOutcome,
)
from takingstock.risk.controls import plan
from takingstock.risk.dossier import Dossier
from takingstock.risk.forecast import Priors, forecast
from takingstock.risk.gates import judge
from takingstock.risk.indicators import indicators
from takingstock.risk.policies import apply
from takingstock.risk.replies import unasked
from takingstock.risk.score import comparable

_CONDITIONAL = (RuleOutcome.EXCEPTION_SHOWN, RuleOutcome.CONSULT, RuleOutcome.CONDITIONS, RuleOutcome.CHECKS)
_REFUSING = (RuleOutcome.REFUSE, RuleOutcome.REVOKE, RuleOutcome.SUSPEND)


@dataclass(frozen=True)
class Terms:
    """By what an application is judged. ``policies`` are those that may speak; ``priors`` None: the shipped ones;
    ``brief``: without controls, tornado and mitigation, for many applications at once."""

    policies: tuple[Policy, ...]
    priors: Priors | None = None
    seed: int = 0
    draws: int = 2_000
    brief: bool = False
    versions: tuple[tuple[str, str], ...] = ()


def assess(dossier: Dossier, terms: Terms) -> Assessment:
    """The assessment of one application. Nothing in it depends on the clock."""
    gates = judge(dossier)
    given = indicators(dossier)
    expected = forecast(dossier, priors=terms.priors, seed=terms.seed, draws=terms.draws, brief=terms.brief)
    answers = apply(terms.policies, dossier, gates, expected, given)
    recommendation, because = recommend(gates, answers)
    known = dossier.background.known
    return Assessment(
        application=dossier.application.id,
        application_digest=dossier.application.fingerprint(),
        recommendation=recommendation,
        because=because,
        gates=gates,
        policy=answers,
        forecast=expected,
        indicators=given,
        comparable=comparable(dossier, given),
        cautions=unasked(dossier.application, terms.policies, gates, answers),
        controls=() if terms.brief else plan(dossier, expected),
        known=DateRange(first=known, last=known) if known else DateRange(),
        revision=dossier.ledger.revision,
        head=dossier.ledger.head,
        versions=(*terms.versions, *_policy_versions(terms.policies, answers)),
    )


def recommend(gates: Iterable[Gate], answers: Iterable[PolicyAnswer]) -> tuple[Recommendation, tuple[str, ...]]:
    """What follows, and because of what: first what decides, then what else would have stood in the way."""
    gates, answers = tuple(gates), tuple(answers)
    bars = tuple(f"{gate.title} ({gate.reference}) bars" for gate in gates if gate.outcome is Outcome.BARS)
    presumed = _saying(answers, (RuleOutcome.PRESUME_DENIAL,))
    refused = _saying(answers, _REFUSING)
    open_ = tuple(
        f"{gate.title} ({gate.reference}) needs an answer" for gate in gates if gate.outcome is Outcome.NEEDS_ANSWER
    )
    rules = tuple(one for one in answers if one.outcome is RuleOutcome.NEEDS_ANSWER)
    if rules:
        named = ", ".join(dict.fromkeys(one.policy for one in rules))
        open_ += (f"{len(rules)} {'rule' if len(rules) == 1 else 'rules'} of policies need an answer ({named})",)
    for found, recommendation in (
        (bars, Recommendation.BARRED),
        (presumed, Recommendation.PRESUME_DENIAL),
        (refused, Recommendation.REFUSE),
        (open_, Recommendation.MORE_INFORMATION),
    ):
        if found:
            rest = [text for other in (bars, presumed, refused) if other is not found for text in other]
            return recommendation, (*found, *rest)
    terms = tuple(f"{one.title} ({one.policy}): {one.outcome.value}" for one in answers if one.outcome in _CONDITIONAL)
    return Recommendation.REFER, (
        "No gate bars and no question is open; whether to authorise is for a person to decide",
        *terms,
    )


def _saying(answers: tuple[PolicyAnswer, ...], outcomes: tuple[RuleOutcome, ...]) -> tuple[str, ...]:
    return tuple(
        f"{one.title} ({one.policy}, {one.reference or one.rule}): {one.outcome.value}: {one.reason}"
        for one in answers
        if one.outcome in outcomes
    )


def _policy_versions(policies: tuple[Policy, ...], answers: tuple[PolicyAnswer, ...]) -> tuple[tuple[str, str], ...]:
    """The digests of the policies that spoke."""
    spoke = {one.policy for one in answers}
    return tuple((f"policy {one.id} {one.version}", one.digest) for one in policies if one.id in spoke)
