"""decide: a person's decision on an application, with all that was known; reprinted years later; re-checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.records import (
    BadValueError,
    ControlKind,
    DateRange,
    Decision,
    DecisionKind,
    Recommendation,
    UnknownNameError,
)
from takingstock.records.person import checked_name
from takingstock.verbs.assess import DRAWS, at_bench, with_named

if TYPE_CHECKING:
    from takingstock.risk.assess import Terms
    from takingstock.risk.recheck import Touched

_LETS_PASS = (Recommendation.REFER,)


def decide(
    folder: Path,
    application: Path,
    *,
    kind: str,
    reason: str,
    person: str,
    when: str,
    conditions: Sequence[str] = (),
    policies: Sequence[str] = (),
    priors: Path | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> Decision:
    """Judge the application and write down the decision with the whole assessment, in one event.

    A decision that lets goods move against a bar is refused: the law leaves no room for it. One against any other
    recommendation is written with ``against`` set. Raises BadValueError for what is missing, BadFileError,
    NotACaseError."""
    from takingstock.case import Rows, open_case

    if kind not in set(DecisionKind):
        raise BadValueError(f"no decision {kind!r}; write one of {', '.join(DecisionKind)}")
    if not reason.strip():
        raise BadValueError('a decision has a reason; say it: --reason "…"')
    day = DateRange.parse(when)
    if not day.known or day.first != day.last:
        raise BadValueError(f"{when!r} is no day; write the day of the decision, such as 2026-11-24")
    asked = tuple(_control(name) for name in conditions)
    made = DecisionKind(kind)
    if made is DecisionKind.CONDITIONAL and not asked:
        raise BadValueError("a decision with conditions names them: --condition delivery-verification, and so on")
    with at_bench(folder, priors=priors, seed=seed, draws=draws) as bench:
        # Named policies come beside those that ship: a decision is not to be made by leaving out the rule in its way.
        bench = replace(bench, terms=replace(bench.terms, policies=with_named(bench.terms.policies, policies)))
        read = bench.application(application)
        assessment = bench.judge(read)
        used = {one.policy for one in assessment.policy}
        texts = tuple((one.id, one.canonical()) for one in bench.terms.policies if one.id in used)
    if made.lets_goods_move and assessment.recommendation is Recommendation.BARRED:
        raise BadValueError(
            f"{read.id} is barred and cannot be authorised: {'; '.join(assessment.because[:3])}. If a fact is wrong, "
            "correct it in the application or the case and assess again"
        )
    decision = Decision(
        id=read.id,
        application=read,
        assessment=assessment,
        kind=made,
        reason=reason,
        person=checked_name(person),
        decided=day,
        conditions=asked,
        policies=texts,
        against=made.lets_goods_move and assessment.recommendation not in _LETS_PASS,
    )
    with open_case(folder) as case:
        standing = {one.id: one for one in case.ledger().decisions}.get(decision.id)
        if standing:
            _refuse_another(standing, decision)
        case.write(Rows(decisions=(decision,)), actor=decision.person, reason=f"decision on {read.id}: {reason}")
    return decision


def _refuse_another(standing: Decision, now: Decision) -> None:
    """A decision may revise an earlier one on the same application; it may not take the place of another's."""
    then, new = standing.application, now.application
    pairs = {
        "exporter": (then.exporter, new.exporter),
        "end user": (then.end_user, new.end_user),
        "goods": (sorted(line.item for line in then.goods), sorted(line.item for line in new.goods)),
    }
    other = [name for name, (a, b) in pairs.items() if a != b]
    if other:
        raise BadValueError(
            f"{now.id} was decided on {standing.decided} for another {' and '.join(other)}; give this application an "
            "id of its own (the field application)"
        )
    if not standing.decided.may_precede(now.decided):
        raise BadValueError(
            f"{now.decided} is before the decision of {standing.decided} that it would revise; correct --date"
        )


def earlier(folder: Path) -> tuple[Decision, ...]:
    """The decisions that a later one revised, oldest first for each application. Raises NotACaseError."""
    from takingstock.case import open_case

    with open_case(folder) as case:
        standing = set(case.ledger().decisions)
        every = (Decision.model_validate_json(text) for _, _, text in case.revised("decisions"))
        return tuple(one for one in every if one not in standing)


def page(folder: Path, id_: str, *, language: str = "en") -> str:
    """One standing decision with its whole assessment as an HTML page, as it was when it was decided."""
    from takingstock.records import Policy
    from takingstock.report.judgement import as_html
    from takingstock.verbs.desk import at_desk

    found = decision_of(folder, id_)
    with at_desk(folder) as desk:
        return as_html(
            found.assessment,
            found.application,
            language,
            directory=desk.directory,
            taxonomy=desk.taxonomy,
            policies=tuple(Policy.model_validate_json(text) for _, text in found.policies),
            decision=found,
        )


def decisions(folder: Path) -> tuple[Decision, ...]:
    """The standing decisions, by id. Raises NotACaseError."""
    from takingstock.case import open_case

    with open_case(folder) as case:
        return case.ledger().decisions


def decision_of(folder: Path, id_: str) -> Decision:
    """One standing decision, as it was written. Raises UnknownNameError."""
    every = {one.id: one for one in decisions(folder)}
    if id_ in every:
        return every[id_]
    near = [one for one in every if id_ and id_ in one]
    if len(near) == 1:
        return every[near[0]]
    raise UnknownNameError(f"no decision on {id_!r}; the case has {', '.join(sorted(every)) or 'none'}")


def recheck(folder: Path, *, today: date, draws: int = DRAWS) -> tuple[Touched, ...]:
    """Which standing decisions a new fact touches, and why: those that let goods move and look worse first.

    ``today`` is the day by which visits are due. Each is judged by the policies of its decision."""
    from takingstock.records import Policy
    from takingstock.risk.recheck import compare
    from takingstock.risk.visits import visits

    found = []
    with at_bench(folder, draws=draws) as bench:
        for decision in bench.desk.ledger.decisions:
            kept = tuple(Policy.model_validate_json(text) for _, text in decision.policies)
            # The figures of the decision may rest on priors that it alone was given: then they are not compared.
            own = replace(bench, terms=_as_then(replace(bench.terms, policies=kept), decision))
            made = visits(decision, bench.desk.ledger, today)
            if any(one.re_opens for one in made):
                # A rule of a policy may ask for missed visits, which need the day.
                own = replace(own, background=replace(own.background, known=today, kept={}))
            touched = compare(decision, own.judge(decision.application), made)
            if touched:
                found.append(touched)
    return tuple(sorted(found, key=lambda one: (not one.worse, one.decision)))


def _as_then(terms: Terms, decision: Decision) -> Terms:
    """The terms with the seed and the number of draws of the decision, so that the forecast moves by facts alone."""
    then = dict(decision.assessment.versions)
    own = {name: then[name] for name in ("seed", "draws") if then.get(name, "").lstrip("-").isdecimal()}
    versions = tuple((name, own.get(name, value)) for name, value in terms.versions)
    seed, draws = int(own.get("seed", terms.seed)), int(own.get("draws", terms.draws))
    return replace(terms, seed=seed, draws=draws, versions=versions)


def _control(name: str) -> ControlKind:
    if name not in set(ControlKind):
        raise BadValueError(f"no control {name!r}; write one of {', '.join(ControlKind)}")
    return ControlKind(name)
