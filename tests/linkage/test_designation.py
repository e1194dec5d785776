"""A name taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takingstock.linkage.designation import bores_of, parse
from takingstock.linkage.vocabulary import MAKERS, NATIONS, ONE_LINE, ONE_MAKER, TYPE_WORDS
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("T-72M1", ("t", "72", "m", "1")),
        ("T 72 M1", ("t", "72", "m", "1")),
        ("T72M1", ("t", "72", "m", "1")),
        ("T-72M", ("t", "72", "m")),
        ("AK 47", ("ak", "47")),
        ("AKM", ("akm",)),
        ("Type 56-1", ("type", "56", "1")),
        ("Mk II", ("mk", "2")),
        ("T-72B Obr. 2016", ("t", "72", "b", "obr", "2016")),
        ("122mm BM-21 'Grad'", ("bm", "21")),
        ("421-16Е", ("421", "16", "e")),
        ("Gvozdika", ()),
    ],
)
def test_codes(text: str, flat: tuple[str, ...]) -> None:
    assert parse(text).flat == flat


def test_words_calibre_kind_and_country() -> None:
    found = parse("Soviet 122mm 2S1 'Gvozdika' self-propelled howitzer")
    assert found.words == (("gvozdika", ""),)
    assert found.quoted == {"gvozdika"}
    assert found.bores == {122.0}
    assert found.kinds == ("self propelled howitzer",)
    assert found.states == (frozenset({"SUN"}),)
    assert found.makers == frozenset()
    assert parse("Heckler & Koch MP5").makers == parse("HK MP5").makers == {"hk"}
    assert parse("Igla-S").words == (("igla", "s"),)


def test_what_makes_a_name_speak_of_something_else() -> None:
    assert parse("9T452 loader (for BM-27 'Uragan' MRL)").apart
    assert parse("9T452 loader (for BM-27 'Uragan' MRL)").flat == ("9", "t", "452")
    assert parse("MT-LB with ZU-23").apart
    assert parse("BMP-2(K)").several
    assert parse("T-72M/M1").several
    assert parse("M1114 and M1151 HMMWV").several
    assert not parse("Heckler & Koch G3").several
    assert parse("Unknown T-72").vague
    assert parse("(Unknown) tank").bare == "tank"
    assert not parse("Type 56").vague


@pytest.mark.parametrize(
    ("text", "bores"),
    [
        ("7.62×39 mm", {7.62}),
        ("5.56x45mm NATO", {5.56}),
        ("125", {125.0}),
        ("9×19mm Parabellum, .45 ACP", {9.0, -45.0}),
        (".50 BMG", {-50.0}),
        ("12 gauge", set()),
    ],
)
def test_calibres(text: str, bores: set[float]) -> None:
    assert bores_of(text) == bores


def test_every_class_and_state_of_the_vocabulary_is_in_the_tables() -> None:
    for classes in TYPE_WORDS.values():
        assert all(taxonomy().has(one) for one in classes)
    for states in (*MAKERS.values(), *NATIONS.values(), *ONE_LINE):
        assert all(directory().has(one) for one in states)
    assert set(ONE_MAKER) <= set(MAKERS)
    assert set(ONE_MAKER.values()) <= set(MAKERS)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_taken_apart(text: str) -> None:
    found = parse(text)
    assert found.text == text
    assert all(part for chunk in found.codes for part in chunk)
