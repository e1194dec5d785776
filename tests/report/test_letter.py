"""The letter of a trace request: what it says, in both languages, as a page and as text; hostile text stays text."""

import re

import pytest

from takingstock.records import DateRange, TraceRequest, UnknownNameError
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.report.language import languages, messages
from takingstock.report.letter import as_html, as_text, compose

REQUEST = TraceRequest(
    id="tr-1",
    recipient="ROU",
    requester="Documentation Centre",
    item="rifle.assault.ak.akm",
    model="AKM",
    calibre="7.62×39 mm",
    serial="1978 AB 4471",
    made_in="ROU",
    made=DateRange.parse("1978"),
    circumstances="Found in <b>a house</b>",
    why_illicit="Held by an armed group",
    found=DateRange.parse("2016-02-09"),
    place="Ramadi",
    due=DateRange.parse("2016-09-01"),
)


def made(form, language="en", request=REQUEST, covered=True):
    return form(request, language, directory=directory(), taxonomy=taxonomy(), covered=covered)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("form", [as_html, as_text])
def test_the_letter_has_every_field_and_says_what_is_not_given(form, language):
    text = made(form, language)
    for words in ("1978 AB 4471", "Documentation Centre", "7.62×39 mm", "2016-02-09", "2016-09-01", "Ramadi", "tr-1"):
        assert words in text
    assert directory().name("ROU", language) in text
    # Manufacturer, import marks, other marks, intended use, and the date of the draft.
    assert text.count(messages(language).plain("letter.empty")) == 5


def test_the_page_stands_alone_and_text_stays_text():
    html = made(as_html)
    assert "Found in &lt;b&gt;a house&lt;/b&gt;" in html
    assert "<script" not in html
    assert "http" not in re.sub(r"Content-Security-Policy", "", html.replace("http-equiv", ""))
    assert "size: A4" in html
    assert 'dir="rtl"' in made(as_html, "ar")


def test_the_instrument_is_cited_only_for_what_it_is_about():
    assert "8 December 2005" in made(as_html)
    assert "8 December 2005" not in made(as_html, covered=False)


def test_a_lot_a_movement_and_a_remark_have_lines_only_where_given():
    labels = {line.label for part in made(compose).parts for line in part.lines}
    assert "Lot number" not in labels
    full = REQUEST.model_copy(update={"lot": "7-12", "movement": "m1", "remark": "Please treat as urgent."})
    labels = {line.label for part in made(compose, request=full).parts for line in part.lines}
    assert {"Lot number", "Transfer asked about"} <= labels
    assert "Please treat as urgent." in made(as_text, request=full)


def test_a_language_without_words():
    with pytest.raises(UnknownNameError, match="no report language"):
        made(as_text, "xx")
