"""Catalogues: the same keys and the same blanks to fill in, in every language; nothing the code asks for is missing."""

import re
import string

import pytest

from takingstock.records import (
    Basis,
    ChainBasis,
    Credibility,
    Design,
    FindingKind,
    Funding,
    Likelihood,
    Mode,
    OriginKind,
    Precision,
    ProvenanceLevel,
    Reliability,
    SourceKind,
    Stage,
    Unit,
    UnknownNameError,
)
from takingstock.report.language import FOLDER, languages, messages, tidy

LISTS = {
    "mode": Mode,
    "stage": Stage,
    "funding": Funding,
    "unit": Unit,
    "one": Unit,
    "few": Unit,
    "design": Design,
    "level": ProvenanceLevel,
    "count_basis": Basis,
    "source_kind": SourceKind,
    "finding": FindingKind,
    "finding_open": FindingKind,
    "definition": FindingKind,
    "kind": FindingKind,
    "origin": OriginKind,
    "basis": ChainBasis,
    "precision": Precision,
    "reliability": Reliability,
    "credibility": Credibility,
    "likelihood": Likelihood,
}


def blanks(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_there_is_english_and_arabic():
    assert {"en", "ar"} <= set(languages())
    assert messages("ar").direction == "rtl"
    assert messages("en").direction == "ltr"


@pytest.mark.parametrize("language", languages())
def test_same_keys_and_same_blanks(language):
    english, other = messages("en").texts, messages(language).texts
    assert english.keys() == other.keys()
    for key, text in english.items():
        assert blanks(text) == blanks(other[key]), key


@pytest.mark.parametrize("language", languages())
def test_every_closed_list_is_translated(language):
    texts = messages(language).texts
    for kind, values in LISTS.items():
        for value in values:
            assert texts.get(f"{kind}.{value.value}"), (kind, value)


def test_digits_are_latin_in_every_language():
    for language in languages():
        text = (FOLDER / f"{language}.toml").read_text("utf-8")
        assert not re.search("[\u0660-\u0669\u06f0-\u06f9]", text)


def test_an_unknown_language_says_what_there_is():
    with pytest.raises(UnknownNameError, match="ar, en"):
        messages("xx")


def test_plural_forms():
    arabic, english = messages("ar"), messages("en")
    assert [arabic.counted(n) for n in (1, 2, 3, 10, 11, 100, 103, 2.5, None)] == [
        "one", "unit", "few", "few", "unit", "unit", "few", "unit", "unit",
    ]  # fmt: skip
    assert [english.counted(n) for n in (1, 3)] == ["one", "unit"]


def test_percentages_and_ranges_are_isolated_in_right_to_left_text():
    assert tidy("من 12 % و2,000–2,300.", "ar") == "من \u206612 %\u2069 و\u20662,000–2,300\u2069."
    assert tidy("7.62×54R ملم", "ar") == "\u20667.62×54R\u2069 ملم"
    assert tidy("12 %", "en") == "12 %"
    assert "\u20660 %\u2069" in messages("ar").texts["front.reading"]


def test_values_are_escaped_once():
    words = messages("en")
    assert str(words.t("source.derives", refs="<b>")) == "repeats &lt;b&gt;"
    assert str(words.t("source.derives", refs=words.t("unknown"))) == "repeats not recorded"


def test_one_is_said_in_words_in_arabic(publication):
    from takingstock.records import Quantity
    from takingstock.report.context import Context

    arabic, english = Context(publication, messages("ar")), Context(publication, messages("en"))
    assert str(arabic.quantity(Quantity.exact(1), unit=True)) == "قطعة واحدة"
    assert str(english.quantity(Quantity.exact(1), unit=True)) == "1 item"
    assert "قطعة" in str(arabic.quantity(Quantity.exact(1, about=True), unit=True)), "about one is not one"


def test_of_what_is_not_more_than_is_one_word():
    words = messages("ar")
    bound = words.t("quantity.at_most", n="52")
    assert str(words.t("quantity.part", n="51", whole=bound)) == "51 مما لا يزيد على 52"
    assert "من ما" not in str(words.t("chain.share", share="98 %", numerator="51", denominator=bound, unit="قطعة"))


def test_days_of_a_range_keep_their_order_in_arabic(publication):
    from takingstock.records import DateRange
    from takingstock.report.context import Context

    arabic = Context(publication, messages("ar"))
    for when, days in (("2014-06-09..2014-06-10", "9–10"), ("2014..2016", "2014–2016")):
        assert f"\u2066{days}\u2069" in arabic.when_text(DateRange.parse(when))
