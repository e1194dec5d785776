"""A party is read with the date: what did not exist then waits for a person."""

from __future__ import annotations

import pytest

from takingstock.exchange.resolving import known_directory, known_taxonomy
from takingstock.linkage.namings import Names
from takingstock.records import DateRange, NameKind, Naming, UnknownNameError


@pytest.mark.parametrize(
    ("name", "when", "meaning"),
    [
        ("Russia", "1985", None),
        ("Russia", "1995", "RUS"),
        ("Soviet Union", "1985", "SUN"),
        ("Soviet Union", "2010", None),
        ("Czech Republic", "1980", None),
        ("South Sudan", "2008", None),
        ("Serbia", "2001", None),
        ("Soviet Union", "", "SUN"),
    ],
)
def test_with_the_date(name: str, when: str, meaning: str | None) -> None:
    names = Names(known_taxonomy(), known_directory(()))
    assert names.party(name, DateRange.parse(when)).meaning == meaning
    if meaning is None:
        with pytest.raises(UnknownNameError, match="which existed"):
            names.needed_party(name, DateRange.parse(when))


def test_a_person_may_say_what_is_meant() -> None:
    said = Naming(id="n", kind=NameKind.PARTY, text="Russia", meaning="SUN", person="An analyst")
    names = Names(known_taxonomy(), known_directory(()), (said,))
    assert names.party("Russia", DateRange.parse("1985")).meaning == "SUN"
