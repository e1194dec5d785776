"""Shapes of an assessment: JSON for tools, lines and tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from takingstock.records import (
    Assessment,
    Decision,
    Estimate,
    Forecast,
    Gate,
    Horizon,
    Indicator,
    Likelihood,
    Outcome,
    PlannedControl,
    Policy,
    PolicyAnswer,
    Question,
    RuleOutcome,
    chance,
)
from takingstock.verbs.shapes.figures import Json, Table, plain

if TYPE_CHECKING:
    from takingstock.risk.recheck import Touched
    from takingstock.risk.replay import Replayed

UNVERIFIED = "[unverified]"
_SILENT = (RuleOutcome.NOT_APPLICABLE, RuleOutcome.PASSES)


def assessment_json(made: Assessment) -> Json:
    """The assessment as docs/json.md states it."""
    return {
        "application": made.application,
        "recommendation": made.recommendation.value,
        "because": list(made.because),
        "gates": [_gate(one) for one in made.gates],
        "policy": [_answer(one) for one in made.policy],
        "forecast": _forecast(made.forecast) if made.forecast else None,
        "indicators": [_indicator(one) for one in made.indicators],
        "comparable": made.comparable.model_dump(mode="json") if made.comparable else None,
        "controls": [_control(one) for one in made.controls],
        "questions": [_question(one) for one in made.questions],
        "cautions": list(made.cautions),
        "known": str(made.known) if made.known.known else "",
        "revision": made.revision,
        "head": made.head,
        "application_digest": made.application_digest,
        "versions": dict(made.versions),
    }


def _gate(gate: Gate) -> Json:
    return {
        "id": gate.id,
        "title": gate.title,
        "reference": gate.reference,
        "outcome": gate.outcome.value,
        "facts": list(gate.facts),
        "questions": [_question(one) for one in gate.questions],
        "source": gate.source,
        "verified": gate.verified,
        "rests_on": list(gate.rests_on),
    }


def _question(question: Question) -> Json:
    return {"id": question.id, "text": question.text, "reference": question.reference}


def _answer(one: PolicyAnswer) -> Json:
    return {
        "policy": one.policy,
        "rule": one.rule,
        "title": one.title,
        "outcome": one.outcome.value,
        "reason": one.reason,
        "reference": one.reference,
        "verified": one.verified,
        "questions": [_question(each) for each in one.questions],
        "conditions": [each.value for each in one.conditions],
        "facts": list(one.facts),
        "rests_on": list(one.rests_on),
    }


def _forecast(found: Forecast) -> Json:
    return {
        "horizons": [_horizon(one) for one in found.horizons],
        "modes": [one.model_dump(mode="json") for one in found.modes],
        "receivers": [one.model_dump(mode="json") for one in found.receivers],
        "mitigated": [
            {"control": one.control, "horizons": [_horizon(each) for each in one.horizons]} for one in found.mitigated
        ],
        "tornado": [one.model_dump(mode="json") for one in found.tornado],
        "speaks": found.speaks,
        "prior_weight": found.prior_weight,
        "assumptions": list(found.assumptions),
        "quantity": plain(found.quantity),
        "unit": found.unit,
        "seed": found.seed,
        "draws": found.draws,
    }


def _horizon(one: Horizon) -> Json:
    """``low`` and ``high`` are the 90 % interval of the expected number; those of the probabilities have their name."""
    return {
        "years": one.years,
        "any": one.any.value,
        "any_low": one.any.low,
        "any_high": one.any.high,
        "tenth": one.tenth.value,
        "tenth_low": one.tenth.low,
        "tenth_high": one.tenth.high,
        "expected": one.expected.value,
        "low": one.expected.low,
        "high": one.expected.high,
    }


def _indicator(one: Indicator) -> Json:
    return one.model_dump(mode="json", exclude={"rests_on"}) | {"rests_on": list(one.rests_on)}


def _control(one: PlannedControl) -> Json:
    return one.model_dump(mode="json")


def probability(one: Estimate) -> str:
    """``12 % (3–31 %), very unlikely``: never nothing and never certain."""
    word = Likelihood.of(min(max(one.value, 0.0), 1.0)).value
    low, high = (chance(value) for value in (one.low, one.high))
    return f"{chance(one.value)} ({low} to {high}), {word}"


def expected(one: Estimate, forecast: Forecast) -> str:
    """How many, or which share where the application gives no quantity."""
    if forecast.quantity is None:
        return f"{chance(one.value)} of what is delivered ({chance(one.low)} to {chance(one.high)})"
    return f"{one.value:,.1f} of {forecast.quantity:,.0f} {forecast.unit} ({one.low:,.1f} to {one.high:,.1f})"


def assessment_lines(made: Assessment) -> Iterator[tuple[str, str]]:
    """The assessment for a terminal, as lines of :func:`takingstock.cli.render.tell`."""
    yield "head", f"{made.application}: {made.recommendation.value}"
    for text in made.because:
        yield "note", text
    for text in made.cautions:
        yield "caution", text
    yield "note", "This is an assessment. The decision is a person's; it is written down with takingstock decide."
    yield "head", "Gates"
    for gate in made.gates:
        if gate.outcome is Outcome.NOT_APPLICABLE:
            continue
        yield "chain", f"{gate.outcome.value.upper()}: {gate.title} ({gate.reference}){_mark(gate.verified)}"
        for fact in gate.facts:
            yield "detail", fact
    silent = [gate.title for gate in made.gates if gate.outcome is Outcome.NOT_APPLICABLE]
    if silent:
        yield "note", f"Not applicable: {'; '.join(silent)}."
    if any(one.outcome not in _SILENT for one in made.policy):
        yield "head", "Policies"
        for one in made.policy:
            if one.outcome not in _SILENT:
                named = f"{one.policy}, {one.reference}" if one.reference else one.policy
                yield "chain", f"{one.outcome.value.upper()}: {one.title} ({named}){_mark(one.verified)}"
                yield "detail", one.reason
                if one.conditions:
                    yield "detail", f"Conditions: {', '.join(each.value for each in one.conditions)}."
    if made.questions:
        yield "head", f"To be answered ({len(made.questions)})"
        for question in made.questions:
            yield "chain", f"{question.id}: {question.text}"
    yield from _forecast_lines(made)
    yield "head", "Indicators"
    for indicator in made.indicators:
        if indicator.value is None and indicator.missing:
            yield "chain", f"{indicator.name}: missing; {indicator.missing}"
        else:
            dated = f" ({indicator.when})" if indicator.when.known else ""
            yield "chain", f"{indicator.name}{dated}: {indicator.words}{_mark(indicator.verified)}"
    if made.comparable:
        yield "note", made.comparable.words
        for caution in made.comparable.cautions:
            yield "caution", caution
    if made.controls:
        yield "head", "Controls"
        for control in made.controls:
            due = f", by {control.due.last or control.due}" if control.due.known else ""
            effect = "; ".join(
                f"{each.mode} {each.value:.0%} ({each.low:.0%} to {each.high:.0%}, {each.source or 'assumption'})"
                for each in control.effects
            )
            yield "chain", f"{control.stage.value}: {control.name} [{control.standing.value}]{due}"
            yield "detail", f"{control.why}{' Assumed effect: ' + effect + '.' if effect else ''}"
    yield "head", "Made with"
    yield "note", "; ".join(f"{name} {value[:12]}" for name, value in made.versions)
    yield "note", f"revision {made.revision} of the case, head {made.head[:16]}"


def _forecast_lines(made: Assessment) -> Iterator[tuple[str, str]]:
    forecast = made.forecast
    if forecast is None:
        return
    yield "head", "Forecast of diversion (no gate looks at it)"
    for one in forecast.horizons:
        yield "chain", f"{one.years} {'year' if one.years == 1 else 'years'}: any {probability(one.any)}"
        yield "detail", f"a tenth or more: {probability(one.tenth)}; expected: {expected(one.expected, forecast)}"
    yield "note", forecast.speaks
    for mode in forecast.modes:
        rests = f"{mode.losses:,.0f} lost in {mode.exposure:,.0f} stock-years recorded"
        yield "detail", f"{mode.mode}: {chance(mode.share)} of the expected number; {rests}"
    last = forecast.horizons[-1].years if forecast.horizons else 0
    for each in forecast.mitigated:
        if each.control.startswith("all "):
            yield "detail", f"with {each.control}: any in {last} years {probability(each.horizons[-1].any)}"
    for swing in forecast.tornado[:6]:
        ends = f"{chance(swing.at_low)} to {chance(swing.at_high)}"
        varied = "" if swing.kind in {"effect", "source"} else f" from {swing.low:g} to {swing.high:g}"
        yield "detail", f"{swing.assumption}{varied}: any in {swing.years} years {ends}"
    for text in forecast.assumptions:
        yield "caution", text


def _mark(verified: bool) -> str:
    return "" if verified else f" {UNVERIFIED}"


GATE_HEAD = ("part", "id", "outcome", "reference", "text", "verified")


def assessment_table(made: Assessment) -> Table:
    """One row for each gate, rule, question and figure, for a spreadsheet."""
    rows: list[tuple[Any, ...]] = [
        ("recommendation", made.application, made.recommendation.value, "", "; ".join(made.because), "")
    ]
    rows += [("gate", g.id, g.outcome.value, g.reference, " ".join(g.facts), _yes(g.verified)) for g in made.gates]
    rows += [
        ("policy", f"{a.policy}/{a.rule}", a.outcome.value, a.reference, a.reason, _yes(a.verified))
        for a in made.policy
    ]
    rows += [("question", q.id, "", q.reference, q.text, "") for q in made.questions]
    if made.forecast:
        for one in made.forecast.horizons:
            for name in ("any", "tenth", "expected"):
                found: Estimate = getattr(one, name)
                told = expected(found, made.forecast) if name == "expected" else probability(found)
                rows.append(("forecast", f"{name} in {one.years}", f"{found.value:.4f}", "", told, ""))
                rows.append(("forecast", f"{name} in {one.years}, low", f"{found.low:.4f}", "", "", ""))
                rows.append(("forecast", f"{name} in {one.years}, high", f"{found.high:.4f}", "", "", ""))
        for mitigated in made.forecast.mitigated:
            any_ = mitigated.horizons[-1].any
            name = f"any in {mitigated.horizons[-1].years} with {mitigated.control}"
            rows.append(("forecast", name, f"{any_.value:.4f}", "", probability(any_), ""))
    if made.comparable:
        share = f"{made.comparable.share:.4f}"
        rows.append(("comparable", made.comparable.version, share, "", made.comparable.words, ""))
    rows += [
        ("indicator", i.id, plain(i.value), i.source, i.words or i.missing, _yes(i.verified)) for i in made.indicators
    ]
    rows += [("control", c.kind.value, c.standing.value, c.reference, c.why, _yes(c.verified)) for c in made.controls]
    return GATE_HEAD, rows


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def many_table(made: Sequence[Assessment]) -> Table:
    """One row an application."""
    rows = []
    for one in made:
        last = one.forecast.horizons[-1] if one.forecast and one.forecast.horizons else None
        rows.append(
            (
                one.application,
                one.recommendation.value,
                len(one.questions),
                f"{chance(last.any.value)} in {last.years} years" if last else "",
                one.because[0] if one.because else "",
            )
        )
    return ("application", "recommendation", "questions", "any diversion", "because"), rows


def comparison_table(a: Assessment, b: Assessment) -> Table:
    """Where two assessments differ; equal answers are left out."""
    rows: list[tuple[Any, ...]] = [("recommendation", "", a.recommendation.value, b.recommendation.value)]
    pairs = (
        ("gate", {g.id: g.outcome.value for g in a.gates}, {g.id: g.outcome.value for g in b.gates}),
        (
            "policy",
            {f"{p.policy}/{p.rule}": p.outcome.value for p in a.policy},
            {f"{p.policy}/{p.rule}": p.outcome.value for p in b.policy},
        ),
        ("question", {q.id: "open" for q in a.questions}, {q.id: "open" for q in b.questions}),
        ("forecast", _figures(a), _figures(b)),
        (
            "indicator",
            {i.id: i.words or i.missing for i in a.indicators},
            {i.id: i.words or i.missing for i in b.indicators},
        ),
        (
            "control",
            {c.kind.value: c.standing.value for c in a.controls},
            {c.kind.value: c.standing.value for c in b.controls},
        ),
    )
    for part, first, second in pairs:
        for name in dict.fromkeys((*first, *second)):
            if first.get(name) != second.get(name):
                rows.append((part, name, first.get(name, ""), second.get(name, "")))
    return ("part", "id", a.application, b.application), rows


def comparison_json(a: Assessment, b: Assessment) -> Json:
    """Both in full, and the rows that differ."""
    head, rows = comparison_table(a, b)
    return {
        "first": assessment_json(a),
        "second": assessment_json(b),
        "differences": [dict(zip(("part", "id", "first", "second"), row, strict=True)) for row in rows],
        "columns": list(head),
    }


def _figures(made: Assessment) -> dict[str, str]:
    horizons = made.forecast.horizons if made.forecast else ()
    return {f"any diversion in {one.years} years": probability(one.any) for one in horizons}


def replay_json(rows: Sequence[Replayed]) -> list[Json]:
    return [
        {
            "movement": one.movement,
            "from": one.application.exporter,
            "to": one.application.end_user,
            "item": one.application.goods[0].item,
            "quantity": str(one.application.goods[0].quantity),
            "when": str(one.application.when),
            "known": str(one.known) if one.known.known else "",
            "recommendation": one.recommendation.value if one.recommendation else None,
            "because": list(one.because),
            "questions": one.questions,
            "after": [each.model_dump(mode="json") for each in one.after],
            "skipped": one.skipped,
        }
        for one in rows
    ]


def replay_table(rows: Sequence[Replayed]) -> Table:
    head = ("when", "from", "to", "item", "quantity", "would have been", "because", "recorded after")
    made = []
    for one in rows:
        goods = one.application.goods[0]
        said = one.recommendation.value if one.recommendation else f"not judged: {one.skipped}"
        made.append(
            (
                str(one.application.when) or "?",
                one.application.exporter or "?",
                one.application.end_user or "?",
                goods.item,
                str(goods.quantity),
                said,
                one.because[0] if one.because else "",
                "; ".join(f"{each.mode} {each.quantity} {each.when}" for each in one.after),
            )
        )
    return head, made


def decision_json(one: Decision) -> Json:
    """The decision with the assessment it was made on."""
    return {
        "application": one.id,
        "decision": one.kind.value,
        "reason": one.reason,
        "person": one.person,
        "decided": str(one.decided),
        "conditions": [each.value for each in one.conditions],
        "against": one.against,
        "assessment": assessment_json(one.assessment),
    }


def decisions_table(rows: Sequence[Decision], earlier: Sequence[Decision] = ()) -> Table:
    """The standing decisions, and those that later ones revised."""
    head = (
        "application",
        "stands",
        "decision",
        "conditions",
        "decided",
        "person",
        "assessment said",
        "against it",
        "reason",
    )
    every = [(one, True) for one in rows] + [(one, False) for one in earlier]
    return head, [
        (
            one.id,
            _yes(stands),
            one.kind.value,
            ", ".join(each.value for each in one.conditions),
            str(one.decided),
            one.person,
            one.assessment.recommendation.value,
            _yes(one.against),
            one.reason,
        )
        for one, stands in sorted(every, key=lambda pair: (pair[0].id, pair[0].decided.sort_key, pair[1]))
    ]


def touched_table(rows: Sequence[Touched]) -> Table:
    head = ("application", "decision", "worse", "said then", "says now", "why")
    return head, [(one.decision, one.kind, _yes(one.worse), one.before, one.now, "; ".join(one.why)) for one in rows]


def policies_table(rows: Sequence[Policy]) -> Table:
    head = ("policy", "title", "body", "standing", "version", "in force", "rules", "verified")
    return head, [
        (p.id, p.title, p.body, p.standing, p.version, str(p.when), len(p.rules), _yes(p.verified)) for p in rows
    ]


def rules_table(policy: Policy) -> Table:
    head = ("rule", "title", "then", "unless", "reference", "source", "verified")
    return head, [
        (r.id, r.title, r.then.value, "an exception" if r.unless else "", r.reference, r.source, _yes(r.verified))
        for r in policy.rules
    ]
