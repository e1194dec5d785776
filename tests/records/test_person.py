"""Names of persons: what is one person's name in two spellings, and which names are none."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.records import BadValueError, folded
from takingstock.records.person import checked_name, name_key

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202e"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Анна", "Aннa"),  # two Latin letters
        ("Roco", "Rосо"),  # three Cyrillic letters
        ("Росо", "Poco"),  # all Cyrillic, all Latin
        ("ΝΙΚΟ", "NIKO"),  # all Greek, all Latin
        ("Anna", "A\u200bn\u00adna\ufeff"),
        ("Anna", "\u202eAnna\u202c"),
        ("Anna", "  ANNA\u00a0"),
        ("A. Name", "a.name"),
        ("J. R. Smith", "J.R. Smith"),
        ("Zoë", "Zoe\u0308"),
        ("O'Brien", "O\u2019Brien"),
        ("Ann-Marie", "Ann\u2011Marie"),
        ("ａｎｎａ", "anna"),
        ("أحمد", "احمد"),
        ("علي", "علی"),
        ("فاطمة", "فاطمه"),
        ("خبير ٣", "خبير 3"),
        ("Straße", "STRASSE"),
    ],
)
def test_one_person_in_two_spellings(one: str, other: str) -> None:
    assert one != other
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana", "Anna"),
        ("Expert 1", "Expert 2"),
        ("Expert X", "Expert Y"),
        ("김", "박"),
        ("田中", "山田"),
        ("سعاد", "سعيد"),
    ],
)
def test_two_persons(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_what_is_no_word_is_kept_apart() -> None:
    """The same form compares findings and accounts: a sign or a point between letters tells them apart."""
    assert folded("-36.1") != folded("36.1")
    assert folded("john.doe") != folded("johndoe")
    assert folded("★") != folded("△")


def test_the_part_of_an_id_that_stands_for_a_person_never_changes() -> None:
    """Pinned: rows that are imported again must find themselves."""
    names = ["Anna K.", "  Zoë\u00a0K. ", "Анна", "سعاد", "علی", "O'Brien", "ＡＢ"]
    assert [name_key(name) for name in names] == ["anna k.", "zoe k.", "анна", "سعاد", "علی", "o'brien", "ab"]


@given(st.text(max_size=30))
def test_folding_again_changes_nothing(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@given(st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=1, max_size=20), st.data())
def test_marks_of_no_width_and_case_tell_nobody_apart(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name)))
    mark = data.draw(st.sampled_from(ZERO_WIDTH))
    assert folded(name[:place] + mark + name[place:]) == folded(name)
    assert folded(unicodedata.normalize("NFD", name)) == folded(name)
    assert folded(f" {name}  ") == folded(name)


@pytest.mark.parametrize("name", ["Aннa", "McДональд", "Nikоs", "B\u0391SSAM"])
def test_letters_of_two_scripts_in_a_word_are_refused(name: str) -> None:
    with pytest.raises(BadValueError, match=r"mixes [A-Z]+ and [A-Z]+ letters in one word .*write it in one script"):
        checked_name(name)


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "...", "—", "\u3164"])
def test_a_name_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(BadValueError, match="no name"):
        checked_name(name)


@pytest.mark.parametrize(
    "name", ["Анна", "Анна K.", "سعاد (Suad)", "A. Name", "田中ひろ", "Expert 1", "O’Neil", "Nguyễn Văn An", "1"]
)
def test_names_that_are_names(name: str) -> None:
    assert checked_name(f" {name}  ") == name


@pytest.mark.parametrize(
    "other", ["Bob\u2800", "Bob.", "(Bob)", "Bob/", "Bob!", "“Bob”", "Bob\x07", "Bob\u02d0", "Bob\u2024"]
)
def test_signs_make_nobody_another_person(other: str) -> None:
    assert folded(other) == folded("Bob")
