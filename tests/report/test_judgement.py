"""The page of an assessment: everything of it, escaped, in both languages, without script or network."""

import re
from html import unescape

import pytest

from takingstock.records import (
    Application,
    Assessment,
    Estimate,
    Forecast,
    Gate,
    Goods,
    Horizon,
    Outcome,
    Party,
    PartyKind,
    PolicyAnswer,
    Question,
    Recommendation,
    RuleOutcome,
    Swing,
    UnknownNameError,
    chance,
)
from takingstock.records.control import ControlStage, Standing
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.report.judgement import as_html
from takingstock.report.language import languages, messages

NASTY = '<script>alert("x")</script>'


def estimate(value):
    return Estimate(value=value, low=value / 3, high=min(1.0, value * 3))


@pytest.fixture
def application():
    return Application(
        id="a-1",
        exporter="DEU",
        end_user="a-1/unit",
        parties=(Party(id="a-1/unit", name=f"Unit {NASTY}", kind=PartyKind.UNIT, part_of="iraqi-army", country="IRQ"),),
        goods=(Goods(item="rifle.assault.ak.akm"),),
    )


@pytest.fixture
def made():
    horizons = tuple(
        Horizon(years=years, any=estimate(p), tenth=estimate(p / 2), expected=estimate(10 * p))
        for years, p in ((1, 0.0), (5, 0.2), (10, 1.0))
    )
    return Assessment(
        application="a-1",
        recommendation=Recommendation.MORE_INFORMATION,
        because=("because of this",),
        gates=(
            Gate(
                id="g",
                title="A gate",
                reference="Article 6(1)",
                outcome=Outcome.NEEDS_ANSWER,
                facts=(f"a fact {NASTY}",),
                questions=(Question(id="g.q", text="Is it so?"),),
            ),
            Gate(id="h", title="Another gate", reference="R", outcome=Outcome.NOT_APPLICABLE, verified=True),
        ),
        policy=(
            PolicyAnswer(policy="p", rule="r", title="A rule", outcome=RuleOutcome.PRESUME_DENIAL, reason="a reason"),
            PolicyAnswer(policy="p", rule="s", title="A silent rule", outcome=RuleOutcome.PASSES, reason="x"),
        ),
        forecast=Forecast(
            horizons=horizons,
            tornado=(
                Swing(assumption="prior", kind="prior", low=0.1, high=1, at_low=0.1, at_high=0.4, years=5),
                Swing(assumption="flat", kind="effect", low=0, high=1, at_low=0.2, at_high=0.2, years=5),
            ),
            quantity=500,
        ),
        versions=(("takingstock", "9.9.9"),),
    )


def page(made, application, language="en"):
    return as_html(made, application, language, directory=directory(), taxonomy=taxonomy())


@pytest.mark.parametrize("language", languages())
def test_everything_is_on_the_page(made, application, language):
    html = unescape(page(made, application, language))
    for text in ("A gate", "Article 6(1)", "Is it so?", "g.q", "A rule", "a reason", "Another gate", "9.9.9", "a-1"):
        assert text in html, text
    assert "A silent rule" not in html
    assert messages(language).plain("judgement.outcome_more_information") in html
    assert messages(language).plain("judgement.person_decides") in html


def test_what_comes_from_outside_is_escaped(made, application):
    html = page(made, application)
    assert NASTY not in html
    assert "&lt;script&gt;" in html
    assert "<script" not in html


def test_nothing_is_asked_of_a_network(made, application):
    html = unescape(page(made, application))
    assert "default-src 'none'" in html
    assert not re.search(r'(src|href)="', html)


def test_never_nothing_and_never_certain(made, application):
    html = page(made, application)
    assert not re.search(r"(?<![\d.])0 %|(?<!\d)0\.0 %|(?<![\d.])100 %", html)
    assert chance(0.0) == "<0.1 %"
    assert chance(1.0) == ">99 %"


def test_a_rule_that_nobody_read_says_so(made, application):
    marked = messages("en").plain("judgement.unverified")
    assert page(made, application).count(marked) == 2


def test_the_bars_lie_on_one_scale(made, application):
    widths = re.findall(r"left:([\d.]+)%;width:([\d.]+)%", page(made, application))
    assert widths == [("0.00", "100.00"), ("33.33", "0.80")]


def test_a_bar_tells_the_low_end_of_the_assumption_first(made, application):
    falling = Swing(assumption="effect", kind="effect", low=0, high=1, at_low=0.44, at_high=0.31, years=5)
    update = {"forecast": made.forecast.model_copy(update={"tornado": (falling,)})}
    assert "44 % → 31 %" in unescape(page(made.model_copy(update=update), application)).replace("\u00a0", " ")


def test_the_page_is_pure(made, application):
    assert page(made, application) == page(made, application)


@pytest.mark.parametrize("language", languages())
def test_every_outcome_has_its_word(language):
    words = messages(language)
    for value in (*Outcome, *RuleOutcome, *Recommendation, *Standing, *ControlStage):
        assert words.has(f"judgement.outcome_{value.value.replace(' ', '_').replace('-', '_')}"), value


def test_an_unknown_language(made, application):
    with pytest.raises(UnknownNameError, match="choose one of"):
        page(made, application, "xx")
