from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.catalogue.populations import groups, years
from takingstock.records import DateRange, Design


@pytest.mark.parametrize(
    ("when", "span"),
    [
        ("2014-06-11", "2014"),
        ("2014..2017", "2014-2017"),
        ("2014..", "since-2014"),
        ("..2016", "until-2016"),
        ("", "undated"),
    ],
)
def test_span_of_years(when: str, span: str) -> None:
    assert years(DateRange.parse(when)) == span


def test_single_sightings_meet_their_own_kind_only(write: SimpleNamespace, parties: Any) -> None:
    ledger = write.ledger(
        write.seen("a", "rifle", "2", when="2014-06"),
        write.seen("b", "pistol", "3", when="2014-07", source="video"),
        write.seen("c", "rifle", "1", when="2017"),
        write.seen("d", "rifle", "1", when="2014", level="physical-inspection"),
        write.seen("e", "cartridge", "40", when="2014", unit="rounds"),
        write.seen("f", "rifle", "1", when="2014", holder="other"),
        write.seen("g", "rifle", "", when="2014", holder="cell"),
    )
    found = {group.id: group for group in groups(ledger, parties, "group")}
    assert {id_: [s.id for s in group.sightings] for id_, group in found.items()} == {
        "sightings-items-imagery-only-2014": ["a", "b", "g"],
        "sightings-items-imagery-only-2017": ["c"],
        "sightings-items-physical-inspection-2014": ["d"],
        "sightings-rounds-imagery-only-2014": ["e"],
    }
    pictures = found["sightings-items-imagery-only-2014"]
    assert (pictures.size.best, pictures.source, pictures.design) == (5, "report; video", Design.PURPOSIVE)


def test_reported_populations_come_first_and_are_those_of_the_holder(write: SimpleNamespace, parties: Any) -> None:
    ledger = write.ledger(
        write.seen("s", "rifle", "1", when="2014"),
        write.population("z", "10"),
        write.population("m", "10", holder="cell"),
        write.population("theirs", "10", holder="other"),
        write.seen("a", "rifle", "4", population="m"),
        write.seen("b", "rifle", "4", population="theirs"),
        write.seen("c", "rifle", "4", population="not-described"),
    )
    ids = [group.id for group in groups(ledger, parties, "group")]
    assert ids == ["m", "not-described", "z", "sightings-items-imagery-only-2014"]
    undescribed = groups(ledger, parties, "group")[1]
    assert not undescribed.size.known
    assert "does not describe" in undescribed.note
