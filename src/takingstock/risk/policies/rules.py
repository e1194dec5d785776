"""Rules: what each rule of each policy says of one application. None of them approves.

Where ``applies`` is not met, the rule does not apply; where that cannot be known, it needs an answer. Where it is met,
``then`` follows, but for ``unless``. If that is met, the exception is shown (to a presumption of denial) or the rule
passes; if it is not met, ``then`` follows; if it is open, the rule needs an answer. Conditions, checks, consultation,
suspension and revocation hold until something is shown, so they follow also while ``unless`` is open. Suspension and
revocation speak only of an application on which a decision stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from takingstock.records import (
    BadValueError,
    DateRange,
    Forecast,
    Gate,
    Indicator,
    Policy,
    PolicyAnswer,
    PolicyRule,
    Question,
    RuleOutcome,
    UnknownNameError,
)
from takingstock.risk.dossier import Dossier
from takingstock.risk.policies.matter import Matter
from takingstock.risk.policies.parties import in_force
from takingstock.risk.policies.table import evaluate
from takingstock.risk.policies.truth import Found, Truth, all_of

_OF_STANDING = frozenset({RuleOutcome.SUSPEND, RuleOutcome.REVOKE})
_UNTIL_SHOWN = _OF_STANDING | {RuleOutcome.CONDITIONS, RuleOutcome.CHECKS, RuleOutcome.CONSULT}
_NO_CONDITIONS = frozenset({RuleOutcome.NOT_APPLICABLE, RuleOutcome.PASSES, RuleOutcome.REFUSE})
SCOPE = "scope"
"""The rule of an answer that a policy gives where it cannot be known whether it speaks at all."""


def apply(
    policies: Iterable[Policy],
    dossier: Dossier,
    gates: tuple[Gate, ...] = (),
    forecast: Forecast | None = None,
    indicators: tuple[Indicator, ...] = (),
) -> tuple[PolicyAnswer, ...]:
    """What every policy that speaks says of the application, rule by rule, in their order.

    A policy speaks where its own ``applies`` and ``when`` are met, and where the application names it. Where that
    cannot be known, it gives one answer under the name :data:`SCOPE`. Raises UnknownNameError for a policy that the
    application names and that is not given, BadValueError for two different policies of one id."""
    by_id: dict[str, Policy] = {}
    for policy in policies:
        if by_id.setdefault(policy.id, policy) != policy:
            raise BadValueError(f"two policies have the id {policy.id!r}; give one of them another id")
    named = dossier.application.policies
    if missing := [one for one in named if one not in by_id]:
        raise UnknownNameError(
            f"the application is to be judged by {', '.join(missing)}, which is not given; "
            f"known: {', '.join(sorted(by_id))}"
        )
    matter = Matter(dossier, gates, forecast, indicators)
    return tuple(answer for policy in by_id.values() for answer in _policy(policy, matter, policy.id in named))


def timeless(policy: Policy) -> Policy:
    """The policy as if it had been in force at any date (its rules keep their own): for asking of past transfers what
    a later recommendation would have said of them."""
    return policy.model_copy(update={"when": DateRange()})


def _policy(policy: Policy, matter: Matter, named: bool) -> tuple[PolicyAnswer, ...]:
    if not named:
        scope = all_of((in_force(matter, policy.when, policy.title), evaluate(policy.applies, matter)))
        if scope.truth is Truth.NOT_MET:
            return ()
        if scope.truth is Truth.OPEN:
            return (_unsure(policy, scope),)
    return tuple(_rule(policy, rule, matter) for rule in policy.rules)


def _unsure(policy: Policy, scope: Found) -> PolicyAnswer:
    return PolicyAnswer(
        policy=policy.id,
        rule=SCOPE,
        title=policy.title,
        outcome=RuleOutcome.NEEDS_ANSWER,
        reason=f"whether this policy speaks cannot be known yet: {'; '.join(scope.facts)}",
        reference=policy.source,
        verified=policy.verified,
        questions=scope.questions,
        facts=scope.facts,
        rests_on=scope.rests_on,
    )


def _rule(policy: Policy, rule: PolicyRule, matter: Matter) -> PolicyAnswer:
    follows = rule.then in _OF_STANDING or "standing" in rule.applies
    matter = replace(matter, questions={one.id: one for one in rule.questions}, follows=follows)
    applies = all_of((in_force(matter, rule.when, "the rule"), evaluate(rule.applies, matter)))
    if applies.truth is Truth.NOT_MET:
        return _answer(policy, rule, RuleOutcome.NOT_APPLICABLE, "does not apply", applies)
    if rule.then in _OF_STANDING and matter.standing is None:
        nothing = Found(Truth.NOT_MET, ("no decision stands on this application",))
        return _answer(policy, rule, RuleOutcome.NOT_APPLICABLE, "does not apply", nothing)
    if applies.truth is Truth.OPEN:
        return _answer(policy, rule, RuleOutcome.NEEDS_ANSWER, "whether it applies cannot be known yet", applies)
    if not rule.unless:
        return _answer(policy, rule, rule.then, rule.says or "follows", applies)
    unless = evaluate(rule.unless, matter)
    if unless.truth is Truth.MET:
        shown = rule.then is RuleOutcome.PRESUME_DENIAL
        outcome = RuleOutcome.EXCEPTION_SHOWN if shown else RuleOutcome.PASSES
        return _answer(policy, rule, outcome, "an exception is shown" if shown else "nothing stands against it", unless)
    # What the exception lacks goes into the reason; what the rule rests on is both.
    both = replace(unless, rests_on=tuple(dict.fromkeys((*applies.rests_on, *unless.rests_on))))
    if unless.truth is Truth.NOT_MET or rule.then in _UNTIL_SHOWN:
        return _answer(policy, rule, rule.then, rule.says or "follows", both)
    return _answer(policy, rule, RuleOutcome.NEEDS_ANSWER, "not shown yet", both)


def _answer(policy: Policy, rule: PolicyRule, outcome: RuleOutcome, words: str, found: Found) -> PolicyAnswer:
    facts = tuple(one for one in found.facts if one)
    questions = found.questions
    if outcome is RuleOutcome.NEEDS_ANSWER and not questions:
        questions = (Question(id=f"{policy.id}.{rule.id}", text=f"{rule.title}: how does it stand?"),)
    known = tuple(one if one.reference else one.model_copy(update={"reference": rule.reference}) for one in questions)
    return PolicyAnswer(
        policy=policy.id,
        rule=rule.id,
        title=rule.title,
        outcome=outcome,
        reason=f"{words.rstrip('.')}: {'; '.join(facts)}" if facts else words,
        reference=rule.reference,
        verified=rule.verified,
        questions=known if outcome not in {RuleOutcome.NOT_APPLICABLE, RuleOutcome.PASSES} else (),
        conditions=() if outcome in _NO_CONDITIONS else rule.conditions,
        facts=facts,
        rests_on=tuple(dict.fromkeys(id_ for id_ in found.rests_on if id_)),
    )
