"""Judgement: the assessment of an application as one page that prints, without script. Pure: equal in, equal out.

Headings, outcomes and labels are in the language asked for; what gates, policies and indicators say is in their own
words (English), marked as such, so that a reader of Arabic sees where the translation ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from takingstock.records import (
    Application,
    Assessment,
    Decision,
    Estimate,
    Forecast,
    Likelihood,
    Outcome,
    Policy,
    PolicyAnswer,
    RuleOutcome,
    Swing,
    chance,
)
from takingstock.report.language import Messages, messages
from takingstock.report.model import Classes, Names
from takingstock.report.pages import environment, hashed, style_sheet

_SHOWN = frozenset(RuleOutcome) - {RuleOutcome.NOT_APPLICABLE, RuleOutcome.PASSES}


@dataclass(frozen=True)
class Bar:
    """One bar of the tornado: percentages of the width of its scale. ``ends``: the results at the low and at the high
    end of the assumption, in that order."""

    swing: Swing
    start: float
    width: float
    ends: str


@dataclass(frozen=True)
class Sheet:
    """Words and figures of one page, as the template asks for them."""

    made: Assessment
    application: Application
    words: Messages
    directory: Names
    taxonomy: Classes
    policies: Mapping[str, Policy]
    decision: Decision | None = None

    def t(self, key: str, **values: object) -> str:
        return self.words.plain(f"judgement.{key}", **values)

    def party(self, id_: str | None) -> str:
        if not id_:
            return ""
        own = next((one.name for one in self.application.parties if one.id == id_), None)
        return own or (self.directory.name(id_, self.words.code) if self.directory.has(id_) else id_)

    def item(self, id_: str) -> str:
        return self.taxonomy.name(id_, self.words.code) if self.taxonomy.has(id_) else id_

    def outcome(self, value: str) -> str:
        return self.t(f"outcome_{value.replace(' ', '_').replace('-', '_')}")

    def colour(self, value: str) -> str:
        """The class of a badge: stops, asks, goes on, or says nothing."""
        if value in {Outcome.BARS, RuleOutcome.REFUSE, RuleOutcome.PRESUME_DENIAL, "barred", "revoke", "suspend"}:
            return "stop"
        if value in {Outcome.NEEDS_ANSWER, RuleOutcome.CONSULT, "more information"}:
            return "ask"
        return "none" if value == Outcome.NOT_APPLICABLE else "pass"

    def answers(self) -> tuple[PolicyAnswer, ...]:
        return tuple(one for one in self.made.policy if one.outcome in _SHOWN)

    def rule_title(self, answer: PolicyAnswer) -> str:
        policy = self.policies.get(answer.policy)
        rule = next((one for one in policy.rules if one.id == answer.rule), None) if policy else None
        return dict(rule.titles).get(self.words.code, answer.title) if rule else answer.title

    def policy_title(self, id_: str) -> str:
        policy = self.policies.get(id_)
        return dict(policy.titles).get(self.words.code, policy.title) if policy else id_

    def standing(self, id_: str) -> str:
        policy = self.policies.get(id_)
        return policy.standing if policy else ""

    def word(self, one: Estimate) -> str:
        return self.words.plain(f"likelihood.{Likelihood.of(min(max(one.value, 0.0), 1.0)).value}")

    def likely(self, one: Estimate) -> str:
        return f"{chance(one.value)} ({chance(one.low)} – {chance(one.high)})"

    def expected(self, one: Estimate, forecast: Forecast) -> str:
        if forecast.quantity is None:
            return f"{chance(one.value)} ({chance(one.low)} – {chance(one.high)})"
        return f"{one.value:,.1f} ({one.low:,.1f} – {one.high:,.1f}) / {forecast.quantity:,.0f}"

    def bars(self) -> tuple[Bar, ...]:
        """The widest bars of the tornado on one scale."""
        swings = self.made.forecast.tornado[:10] if self.made.forecast else ()
        if not swings:
            return ()
        low = min(min(one.at_low, one.at_high) for one in swings)
        high = max(max(one.at_low, one.at_high) for one in swings)
        span = (high - low) or 1.0
        return tuple(
            Bar(
                one,
                100 * (min(one.at_low, one.at_high) - low) / span,
                max(100 * one.width / span, 0.8),
                f"{chance(one.at_low)} → {chance(one.at_high)}",
            )
            for one in swings
        )

    def mitigated(self) -> tuple[tuple[str, str, str], ...]:
        """(control, any at the last horizon, change) for each control, and for all of them."""
        forecast = self.made.forecast
        if forecast is None or not forecast.horizons:
            return ()
        base = forecast.horizons[-1].any.value
        rows = []
        for one in forecast.mitigated:
            value = one.horizons[-1].any
            rows.append(
                (
                    one.control,
                    f"{chance(value.value)} ({chance(value.low)} – {chance(value.high)})",
                    f"{100 * (value.value - base):+.1f}",
                )
            )
        return tuple(rows)


def as_html(
    made: Assessment,
    application: Application,
    language: str,
    *,
    directory: Names,
    taxonomy: Classes,
    policies: tuple[Policy, ...] = (),
    decision: Decision | None = None,
) -> str:
    """The page. Raises UnknownNameError for a language that there are no words of."""
    words = messages(language)
    style = style_sheet("judgement")
    sheet = Sheet(made, application, words, directory, taxonomy, {one.id: one for one in policies}, decision)
    return (
        environment()
        .get_template("judgement.html.j2")
        .render(
            sheet=sheet,
            made=made,
            application=application,
            t=sheet.t,
            share=chance,
            language=words.code,
            direction=words.direction,
            style=Markup(style),
            # Widths of the bars are the page's own styles of single elements.
            policy=f"default-src 'none'; style-src '{hashed(style)}'; style-src-attr 'unsafe-inline'; "
            "base-uri 'none'; form-action 'none'",
        )
    )
