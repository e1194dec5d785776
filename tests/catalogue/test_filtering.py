from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.catalogue.filtering import Told, at_place, in_time
from takingstock.records import BadValueError, DateRange, Place

MOSUL = {"latitude": 36.34, "longitude": 43.13}


@pytest.mark.parametrize(
    ("when", "asked", "told"),
    [
        ("2014-06", "2014", Told.YES),
        ("2014..2015", "2014", Told.UNKNOWN),
        ("2015", "2014", Told.NO),
        ("", "2014", Told.UNKNOWN),
        ("2016", "2014..", Told.YES),
    ],
)
def test_time(write: SimpleNamespace, when: str, asked: str, told: Told) -> None:
    assert in_time(DateRange.parse(asked))(write.seen("a", "rifle", when=when), None) is told


@pytest.mark.parametrize(
    ("place", "asked", "told"),
    [
        ({"name": "Mosul"}, "mosul", Told.YES),
        ({"name": "east Mosul, Iraq"}, "Mosul", Told.YES),
        ({"name": "Mosulia"}, "Mosul", Told.NO),
        ({"name": "Iraq", "precision": "country"}, "Mosul", Told.UNKNOWN),
        (None, "Mosul", Told.UNKNOWN),
        ({"name": "Mosul, Iraq"}, "IRQ", Told.YES),
        ({"name": "Raqqa, Syria"}, "Iraq", Told.NO),
        ({"name": "Mosul"}, "Iraq", Told.UNKNOWN),
        ({"name": "x", "precision": "exact", **MOSUL}, "36,43..37,44", Told.YES),
        ({"name": "x", "precision": "exact", **MOSUL}, "33,43..34,44", Told.NO),
        ({"name": "x", "precision": "locality", **MOSUL}, "36.3,43.0..37,44", Told.UNKNOWN),
        ({"name": "x", "precision": "country", **MOSUL}, "36,43..37,44", Told.UNKNOWN),
        ({"name": "x"}, "36,43..37,44", Told.UNKNOWN),
        ({"name": "x", "precision": "exact", "latitude": 0, "longitude": -179}, "-5,170..5,-170", Told.YES),
        ({"name": "x", "precision": "exact", "latitude": 0, "longitude": 0}, "-5,170..5,-170", Told.NO),
        ({"name": "x", "precision": "exact", **MOSUL}, "30@36.5,43.2", Told.YES),
        ({"name": "x", "precision": "vicinity", **MOSUL}, "20 km@36.5,43.2", Told.UNKNOWN),
        ({"name": "x", "precision": "exact", **MOSUL}, "10@36.5,43.2", Told.NO),
    ],
)
def test_place(write: SimpleNamespace, parties: Any, place: Any, asked: str, told: Told) -> None:
    sighting = write.seen("a", "rifle", place=Place(**place) if place else None)
    assert at_place(asked, parties)(sighting, None) is told


def test_a_reported_row_is_where_and_when_its_population_is(write: SimpleNamespace, parties: Any) -> None:
    row = write.seen("a", "rifle", population="p")
    population = write.population("p", when="2014-07..2014-08", territory=("IRQ",))
    assert in_time(DateRange.parse("2014"))(row, population) is Told.YES
    assert at_place("Iraq", parties)(row, population) is Told.YES
    assert at_place("Syria", parties)(row, population) is Told.NO
    both = population.model_copy(update={"territory": ("IRQ", "SYR")})
    assert at_place("Iraq", parties)(row, both) is Told.UNKNOWN


@pytest.mark.parametrize("text", ["95,43..96,44", "10@36,200", "36,43", "??"])
def test_an_impossible_place_says_what_to_write(parties: Any, text: str) -> None:
    with pytest.raises(BadValueError, match="LAT,LON"):
        at_place(text, parties)


def test_what_cannot_be_told_is_counted_apart(stock: Callable[..., Any], write: SimpleNamespace) -> None:
    rows = [
        write.seen("in", "rifle", "2", when="2014-06", made_in="CHN", evidence=("a" * 64,), place=Place(name="Mosul")),
        write.seen("no-place", "rifle", "3", when="2014-07", made_in="CHN", evidence=("b" * 64,)),
        write.seen("out", "rifle", "4", when="2014-06", made_in="CHN", evidence=("c" * 64,), place=Place(name="Erbil")),
        write.seen(
            "late", "rifle", "5", when="2014-12", made_in="CHN", evidence=("d" * 64,), place=Place(name="Mosul")
        ),
    ]
    (table,) = stock(*rows, place="Mosul", when="2014-05..2014-08").populations
    assert [(row.count, row.sightings) for row in table.rows] == [(2, ("in",))]
    assert (table.size.best, table.distinct.seen) == (2, 2)
    assert (table.cannot_tell.place, table.cannot_tell.when, table.cannot_tell.sightings) == (1, 0, ("no-place",))
    assert "too imprecise" in table.note
    (whole,) = stock(
        write.population("p", "100", when="2014"), write.seen("a", "rifle", "30", "p", made_in="CHN"), when="2014-06"
    ).populations
    assert (whole.rows, whole.cannot_tell.when, whole.size.best) == ((), 1, 100)


@pytest.mark.parametrize("asked", ["nan@1,2", "inf@1,2", "1e400@1,2", "@1,2", "30@nan,2", "1,2..nan,3", "a..b"])
def test_a_distance_or_box_that_is_none_is_no_name(parties: Any, asked: str) -> None:
    with pytest.raises(BadValueError, match="not a place"):
        at_place(asked, parties)


def test_a_name_that_no_place_bears_is_told_with_those_there_are(stock: Any, write: SimpleNamespace) -> None:
    row = write.seen("a", "rifle", "1", place=Place(name="Mosul, Iraq"))
    found = stock(row, place="Mosull")
    assert found.notes == ("No recorded place has the name 'Mosull'; recorded are: Mosul, Iraq.",)
    for place in ("mosul", "Iraq", "Syria", "30@36.5,43.2", ""):
        assert stock(row, place=place).notes == ()
    assert stock(write.seen("a", "rifle", "1"), place="Mosul").notes[0].endswith("recorded are: none.")


def test_near_the_edge_of_a_box_a_vicinity_cannot_be_told(write: SimpleNamespace, parties: Any) -> None:
    told = at_place("36,43..37,44", parties)

    def at(lat: float, lon: float, precision: str = "vicinity") -> Told:
        place = Place(name="x", latitude=lat, longitude=lon, precision=precision)
        return told(write.seen("a", "rifle", place=place), None)

    # Five kilometres are 0.045 degrees of latitude, and 0.056 of longitude at 36.5 degrees north.
    assert [at(36.5, 43.5), at(36.02, 43.5), at(35.98, 43.5), at(35.9, 43.5)] == [
        Told.YES, Told.UNKNOWN, Told.UNKNOWN, Told.NO,
    ]  # fmt: skip
    assert [at(36.5, 43.03), at(36.5, 42.97), at(36.5, 43.05), at(36.5, 42.95), at(36.5, 43.07), at(36.5, 42.9)] == [
        *[Told.UNKNOWN] * 4, Told.YES, Told.NO,
    ]  # fmt: skip
    assert [at(36.5, 44.03), at(36.5, 44.1), at(36.98, 43.5), at(37.1, 43.5)] == [
        Told.UNKNOWN, Told.NO, Told.UNKNOWN, Told.NO,
    ]  # fmt: skip
    assert [at(36.0, 43.0, "exact"), at(35.99, 43.0, "exact"), at(36.2, 43.2, "locality")] == [
        Told.YES, Told.NO, Told.UNKNOWN,
    ]  # fmt: skip
