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


def test_what_the_catalogue_says_of_own_sightings_is_arabic(arabic):
    """Whatever the sites, every sentence under an own population's table has its words."""
    from takingstock.catalogue import arsenal
    from takingstock.records import Ledger, Place, Quantity, Sighting
    from takingstock.reference.items import taxonomy
    from takingstock.reference.parties import directory

    def note(*rows):
        seen = [
            Sighting(
                id=f"s{n}", source="t", holder="islamic-state", item=item, made_in=made, quantity=Quantity.parse(many),
                place=Place(name=place) if place else None, evidence=(f"{n:064x}",),
            )
            for n, (item, made, many, place) in enumerate(rows)
        ]  # fmt: skip
        book = Ledger(title="t", revision=1, head="0", sightings=tuple(seen))
        (table,) = arsenal(book, taxonomy(), directory(()), "islamic-state").populations
        return table.note

    spread = [("rifle", "CHN" if n % 2 else "ROU", "2", f"town {n}") for n in range(8)]
    notes = [
        note(("rifle", "CHN", "30..50", "one"), ("pistol", "ROU", "1", "two")),
        note(*spread),
        note(*spread, ("rifle", "CHN", "90", "town 1")),
        note(*spread, ("rifle", "CHN", "90", "")),
        note(*((item, "CHN", many, place) for item, _, many, place in spread)),
    ]
    assert len(set(notes)) == len(notes)
    for text in notes:
        assert known(text), text
        assert not re.search("[a-mo-zA-Z]", plain(spoken(arabic, text))), text


def test_every_caution_is_arabic():
    from takingstock.catalogue.cautions import cautions
    from takingstock.catalogue.releasing import Counting, Lost
    from takingstock.records import LikenessJudgement, Sighting

    a, b = "a" * 64, "b" * 64
    rows = [
        Sighting(id=id, source="t", holder=holder, item="rifle", evidence=(file,))
        for id, holder, file in (("s", "g", a), ("t", "g", b), ("u", "h", a))
    ]
    judged = [
        LikenessJudgement(id=who, first=a, second=b, judgement=what, person=who, reason="r")
        for who, what in (("x", "same-original"), ("y", "different"))
    ]
    counting = Counting(tuple(rows), tuple((rows[0], why) for why in Lost), ("s",), ("t",))
    found = cautions(counting, judged, [(a, b)])
    assert len(found) == 5 + len(Lost)
    assert all(map(known, found)), found
