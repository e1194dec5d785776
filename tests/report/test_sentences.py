"""Sentences of other rooms: recognised by the English templates, worded in the page's language, never lost."""

import re

import pytest

from takingstock.report.context import Context
from takingstock.report.language import messages
from takingstock.report.sentences import known, spoken


@pytest.fixture(scope="module")
def arabic(publication):
    return Context(publication, messages("ar"))


def plain(html):
    return re.sub("<[^>]+>", "", str(html))


def test_every_template_recognises_itself():
    english = messages("en").texts
    templates = [text for key, text in english.items() if key.startswith("sentence.")]
    assert len(templates) > 30
    values = {"definition": english["sentence.own_number"], "n": "3", "all": "9"}
    for text in templates:
        blanks = re.findall(r"{(\w+)}", text)
        assert known(text.format(**{name: values.get(name, "a thing") for name in blanks})), text


def test_known_sentences_are_arabic_and_the_rest_stays_english_and_marked(arabic):
    html = spoken(arabic, "A new sentence. What the holder had before is unknown, not zero. Another one.")
    assert plain(html) == "A new sentence. ما كان لدى الحائز من قبل مجهول، لا صفر. Another one."
    assert str(html).count("dir='ltr' lang='en'") == 2
    assert not known("A new sentence.")


def test_remarks_of_sources_stay_as_they_are(arabic):
    html = spoken(
        arabic, "What an inquiry found is a floor: it may not have seen every loss. The records note: U.S. arms."
    )
    assert "حدٌّ أدنى" in str(html)
    assert "lang='en'>U.S. arms</span>" in str(html)


def test_a_definition_inside_a_definition(arabic):
    text = (
        "found lost or illegally sold by an inquiry, divided by the number that the inquiry's own source gives for "
        "the same holder"
    )
    words = plain(spoken(arabic, text))
    assert "العدد الذي يعطيه مصدر التحقيق نفسه" in words
    assert not re.search("[a-z]", words)


def test_claims_are_replaced_by_what_the_caller_knows(arabic):
    text = (
        "Also claimed, not in the figure: 52 (M198; not named, in U.S. Howitzers. Lost; grade D3). The records note: x."
    )
    words = plain(spoken(arabic, text, claims=messages("ar").t("unknown")))
    assert "غير مسجَّل" in words
    assert "Howitzers" not in words
    assert words.endswith("x")


def test_an_english_page_has_the_words_as_they_are(publication):
    context = Context(publication, messages("en"))
    assert plain(spoken(context, "Claimed, of delivered")) == "Claimed, of delivered."
