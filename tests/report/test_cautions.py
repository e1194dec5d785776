"""Cautions: worded from their fields in the page's language; the English words only where the fields do not suffice."""

import re

import pytest

from takingstock.records import Caution, DateRange, Quantity
from takingstock.report.cautions import caution_words
from takingstock.report.context import Context
from takingstock.report.language import messages

HMMWV = "vehicle.light.hmmwv"
WHOLE = {
    "before-coverage": {"party": "USA", "item": HMMWV, "source": "register", "when": DateRange.parse("1995..")},
    "no-opening-count": {"party": "USA", "item": HMMWV},
    "no-opening-stock": {"item": HMMWV, "parties": ("iraqi-army",), "when": DateRange.parse("1995..")},
    "production-unverified": {"party": "USA", "item": "artillery.towed.howitzer.m198"},
    "recipient-not-broken-down": {
        "party": "iraqi-army", "parties": ("iraqi-army", "IRQ"), "item": HMMWV, "quantity": Quantity.exact(69)
    },
    "quantity-not-recorded": {"movements": ("rounds-taken",)},
    "date-straddles": {
        "item": HMMWV, "when": DateRange.parse("2014"), "movements": ("m-a1", "loss"), "share": 0.44
    },
    "contradiction": {"item": HMMWV, "movements": ("loss",), "field": "quantity"},
    "dated-across-at": {
        "item": HMMWV, "movements": ("loss",), "quantity": Quantity.exact(2300), "when": DateRange.parse("..2014-06-09")
    },
    "undated": {"item": HMMWV, "movements": ("loss",)},
    "opening-count-contradicted": {"party": "iraqi-army", "item": HMMWV, "quantity": Quantity.exact(40)},
    "opening-count-not-first": {"party": "iraqi-army", "item": HMMWV, "when": DateRange.parse("2012")},
    "search-cut": {"item": HMMWV},
    "order-open": {"item": HMMWV, "movements": ("loss",)},
}  # fmt: skip
SAYS = {
    "before-coverage": ("1995", "الولايات المتحدة"),
    "no-opening-count": ("الولايات المتحدة", "عربة همفي"),
    "no-opening-stock": ("قبل 1995", "الجيش العراقي"),
    "production-unverified": ("معرفة عامة", "غير متحقَّق منه", "1978–1992"),
    "recipient-not-broken-down": ("69 قطعة", "العراق", "الجيش العراقي"),
    "quantity-not-recorded": ("في المجموع: 1",),
    "date-straddles": ("44.0 %", "حزيران/يونيو 2014"),
    "contradiction": ("2,300", "1,500", "الكمية"),
    "dated-across-at": ("2,300 قطعة", "9 حزيران/يونيو 2014", "s4"),
    "undated": ("بلا أي تاريخ", "s4"),
    "opening-count-contradicted": ("40 قطعة", "الجيش العراقي", "عربة همفي"),
    "opening-count-not-first": ("2012", "الجيش العراقي"),
    "search-cut": ("عربة همفي",),
    "order-open": ("عربة همفي", "s4"),
}


@pytest.fixture(scope="module")
def arabic(publication):
    return Context(publication, messages("ar"))


@pytest.mark.parametrize("kind", WHOLE)
def test_from_the_fields(arabic, kind):
    html = str(caution_words(arabic, Caution(kind=kind, words="English words.", **WHOLE[kind])))
    assert "English words" not in html
    text = re.sub("<[^>]+>", "", html)
    for words in SAYS[kind]:
        assert words in text, text


def test_tied_classes_are_named(arabic):
    caution = Caution(kind="tied-classes", words="English words.", item=HMMWV)
    text = re.sub("<[^>]+>", "", str(caution_words(arabic, caution, (HMMWV, "pistol"))))
    assert "English words" not in text
    assert "عربة همفي" in text
    assert "، " in text


@pytest.mark.parametrize("kind", [*WHOLE, "tied-classes", "of-a-new-kind"])
def test_without_the_fields_the_english_words_stand_and_are_marked(arabic, kind):
    html = str(caution_words(arabic, Caution(kind=kind, words="English words.")))
    assert "<span class='passage' dir='ltr' lang='en'>English words.</span>" in html


def test_an_english_page_is_worded_from_the_fields_too(publication):
    caution = Caution(kind="contradiction", words="m-1: <=2300 (s-raw-key).", **WHOLE["contradiction"])
    html = caution_words(Context(publication, messages("en")), caution)
    assert "s-raw-key" not in html
    bare = caution_words(Context(publication, messages("en")), Caution(kind="contradiction", words="W."))
    assert "W." in bare
