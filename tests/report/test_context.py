"""Words of values: quantities, dates and shares keep their form and never claim nothing or all."""

import re

import pytest

from takingstock.records import DateRange, Finding, FindingKind, Quantity, Unit
from takingstock.report import Paragraph
from takingstock.report.context import Context
from takingstock.report.language import messages


@pytest.fixture(scope="module")
def english(publication):
    return Context(publication, messages("en"))


def plain(html):
    return re.sub("<[^>]+>", "", str(html))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("40", "40 items"),
        ("1", "1 item"),
        (">=40", "at least 40 items"),
        ("<=52", "up to 52 items"),
        ("~185000", "about 185,000 items"),
        ("2000..2300", "2,000–2,300 items"),
        ("2000..2300~2100", "2,000–2,300 (most likely 2,100) items"),
        ("?", "number not recorded"),
    ],
)
def test_quantities(english, text, words):
    assert plain(english.quantity(Quantity.parse(text), unit=True)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2004", "2004"),
        ("2004..2006", "2004–2006"),
        ("2004-06", "June 2004"),
        ("2014-06-09..2014-06-10", "9–10 June 2014"),
        ("2015-12-12", "12 December 2015"),
        ("2014-07..2017-11", "July 2014 to November 2017"),
        ("2015-12-12..2016-02-09", "12 December 2015 to 9 February 2016"),
        ("1995..", "from 1 January 1995"),
        ("", "date not recorded"),
    ],
)
def test_dates_are_as_precise_as_they_are_known(english, text, words):
    assert english.when_text(DateRange.parse(text)) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [(1.0, ">99.9 %"), (0.99999, ">99.9 %"), (0.00001, "<0.1 %"), (0.0, "none recorded"), (None, "no share")],
)
def test_no_share_is_nothing_or_all(english, share, words):
    assert plain(english.share(share)).replace("&gt;", ">").replace("&lt;", "<") == words


@pytest.mark.parametrize(
    ("top", "bottom", "words"),
    [
        (">=40", "140", "at least 28.6 %"),
        ("<=52", "120", "up to 43.3 %"),
        ("40", ">=140", "up to 28.6 %"),
        ("40", "140", "28.6 %"),
        ("~40", "140", "about 28.6 %"),
        ("35..70", "140", "25.0 % – 50.0 %"),
    ],
)
def test_a_share_keeps_the_bound_of_its_parts(english, top, bottom, words):
    upper, lower = Quantity.parse(top), Quantity.parse(bottom)
    finding = Finding(
        id="f",
        kind=FindingKind.CLAIMED_CAPTURE,
        holder="IRQ",
        item="pistol",
        numerator=upper,
        denominator=lower,
        share=(upper.best or 0) / (lower.best or 1),
        definition="",
        words="",
        sources=(),
        rests_on=(),
    )
    assert plain(english.finding_share(finding)) == words


def test_a_mark_in_a_passage_leads_to_its_source(english):
    html = str(english.paragraph(Paragraph(text="As <b> [@study] and [@nobody] say.", rests_on=("b1",))))
    assert "href='#r5'" in html
    assert "href='#s3'" in html
    assert "&lt;b&gt;" in html
    assert "nobody" in html


def test_names_follow_the_language(publication):
    arabic = Context(publication, messages("ar"))
    assert arabic.party_text("IRQ") == "العراق"
    assert arabic.term_text("mode", "capture") == "استيلاء"
    assert plain(arabic.quantity(Quantity.parse("~1200", Unit.ROUNDS), unit=True)) == "نحو 1,200 طلقة"
    assert plain(arabic.quantity(Quantity.parse(">=4"), unit=True)) == "ما لا يقل عن 4 قطع"
    assert arabic.item_text("tank.m1.m1a1") == "دبابة M1A1 أبرامز"
    assert "lang='ar'" in arabic.item("tank")
    assert "lang='en'" in arabic.item("rifle.assault.ak.akm")
    assert plain(arabic.share(0.9999)) == "أكثر من 99.9 %"
    assert "<bdi dir='ltr' class='n'>99.9 %</bdi>" in arabic.share(0.9999)
    assert arabic.share_text(0.0001) == "أقل من \u20660.1 %\u2069"
    assert arabic.when_text(DateRange.parse("2014-06-09..2014-06-10")) == "\u20669–10\u2069 حزيران/يونيو 2014"
    assert plain(arabic.years(DateRange.parse("..2003"))) == "حتى 2003"


def test_the_span_of_contradicting_statements(english):
    assert english.stated_range(["loss"]) == (1500, 2300, 2300)
    assert english.stated_range(["m-a1"]) is None
