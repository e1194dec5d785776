"""Re-check: which standing decisions a new fact touches, and why.

Each standing decision's application is judged again with what the case holds now and by the policies of the decision.
What differs from the assessment that was decided on is told, with the records that brought it; a decision that lets
goods move while a gate bars now is told first.
"""

from __future__ import annotations

from takingstock.records import (
    Assessment,
    Decision,
    Gate,
    Outcome,
    PolicyAnswer,
    Record,
    RuleOutcome,
    Visit,
)

_ALARMING = (RuleOutcome.REFUSE, RuleOutcome.PRESUME_DENIAL, RuleOutcome.SUSPEND, RuleOutcome.REVOKE)
_QUIET = (RuleOutcome.NOT_APPLICABLE, RuleOutcome.PASSES)
_NOTICEABLE = 0.05
"""A change of the forecast's probability of any diversion that is told, in points of one."""


class Touched(Record):
    """One standing decision that something new touches. ``worse``: a bar, refusal, suspension or missed visit that was
    not there; ``new`` are ids of facts that the earlier assessment did not rest on."""

    decision: str
    kind: str
    worse: bool
    before: str
    now: str
    why: tuple[str, ...]
    new: tuple[str, ...] = ()


def compare(decision: Decision, now: Assessment, visits: tuple[Visit, ...] = ()) -> Touched | None:
    """What changed since the decision; None: nothing that it rests on."""
    then = decision.assessment
    why = [*_gates(then.gates, now.gates), *_rules(then.policy, now.policy), *_visits(visits), *_forecast(then, now)]
    if then.recommendation is not now.recommendation:
        why.insert(0, (True, f"the assessment said {then.recommendation.value}, and says {now.recommendation.value}"))
    new = tuple(sorted(_facts(now) - _facts(then)))
    if not why:
        return None
    return Touched(
        decision=decision.id,
        kind=decision.kind.value,
        worse=decision.kind.lets_goods_move and any(bad for bad, _ in why),
        before=then.recommendation.value,
        now=now.recommendation.value,
        why=tuple(text for _, text in why),
        new=new,
    )


def _gates(then: tuple[Gate, ...], now: tuple[Gate, ...]) -> list[tuple[bool, str]]:
    before = {gate.id: gate for gate in then}
    told = []
    for gate in now:
        was = before.get(gate.id)
        if was is None or was.outcome is not gate.outcome:
            first = was.outcome.value if was else "not there"
            reasons = [fact for fact in gate.facts if was is None or fact not in was.facts]
            because = f" ({'; '.join(reasons[:3])})" if reasons else ""
            bad = gate.outcome in {Outcome.BARS, Outcome.NEEDS_ANSWER}
            told.append((bad, f"{gate.title}: {first}, now {gate.outcome.value}{because}"))
    return told


def _rules(then: tuple[PolicyAnswer, ...], now: tuple[PolicyAnswer, ...]) -> list[tuple[bool, str]]:
    before = {(one.policy, one.rule): one.outcome for one in then}
    told = []
    for one in now:
        was = before.get((one.policy, one.rule))
        if was is not one.outcome and not (was is None and one.outcome in _QUIET):
            first = was.value if was else "not asked"
            told.append((one.outcome in _ALARMING, f"{one.title}: {first}, now {one.outcome.value}: {one.reason}"))
    return told


def _visits(visits: tuple[Visit, ...]) -> list[tuple[bool, str]]:
    return [(True, one.words) for one in visits if one.re_opens]


def _forecast(then: Assessment, now: Assessment) -> list[tuple[bool, str]]:
    if then.forecast is None or now.forecast is None or _made(then) != _made(now):
        return []
    told = []
    before = {one.years: one for one in then.forecast.horizons}
    for one in now.forecast.horizons:
        was = before.get(one.years)
        if was and abs(one.any.value - was.any.value) >= _NOTICEABLE:
            said = f"probability of any diversion in {one.years} years: {was.any.value:.2f}, now {one.any.value:.2f}"
            told.append((one.any.value > was.any.value, said))
    return told


def _made(assessment: Assessment) -> tuple[str, ...]:
    """Seed, draws and priors: forecasts made otherwise differ without any new fact."""
    versions = dict(assessment.versions)
    return tuple(versions.get(name, "") for name in ("seed", "draws", "priors"))


def _facts(assessment: Assessment) -> set[str]:
    found = {id_ for gate in assessment.gates for id_ in gate.rests_on}
    found |= {id_ for one in assessment.policy for id_ in one.rests_on}
    return found | (set(assessment.forecast.rests_on) if assessment.forecast else set())
