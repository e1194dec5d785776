"""Shapes of an arsenal: what was promised stays, what was added is there, and a table fits a terminal."""

from typing import Any

import pytest

from takingstock.catalogue import arsenal
from takingstock.records import Arsenal, Ledger, Party, PartyKind, Place, Population, Quantity, Sighting
from takingstock.reference.items import taxonomy
from takingstock.reference.parties import directory
from takingstock.verbs.shapes import arsenal_json, arsenal_lines, arsenal_table, arsenal_tables

PARTY = Party(id="group", name="Group", kind=PartyKind.ARMED_GROUP)
OWN = "own-sightings-group-items-imagery-only-undated"


def seen(id: str, file: str, **more: Any) -> Sighting:
    return Sighting(id=id, source="video", holder="group", item="rifle", evidence=(file * 64,), **more)


@pytest.fixture
def found() -> Any:
    rows = [
        seen("a", "a", made_in="CHN", place=Place(name="Mosul")),
        seen("b", "a"),
        seen("c", "c", made_in="ROU", made="1974"),
        Sighting(id="r", source="report", holder="group", item="rifle", population="p", share=0.4, made_in="CHN"),
    ]
    population = Population(id="p", title="p", holder="group", unit="items", size=Quantity.exact(100), source="report")
    ledger = Ledger(title="t", revision=1, head="", parties=(PARTY,), populations=(population,), sightings=tuple(rows))
    return lambda **more: arsenal(ledger, taxonomy(), directory((PARTY,)), "group", **more)


def test_json_keeps_its_promise_and_adds(found: Any) -> None:
    shown = arsenal_json(found())
    reported, own = shown["populations"]
    assert (shown["by"], reported["id"], own["id"]) == ("country", "p", OWN)
    assert {"key", "share", "count", "low", "high"} <= set(reported["rows"][0])
    assert (reported["rows"][0]["key"], reported["rows"][0]["count"], reported["n"]) == ("CHN", 40, 100)
    assert (reported["distinct"], reported["unseen"], reported["margins"]) == (None, None, [])
    assert own["distinct"] == {
        "seen": 2,
        "seen_text": ">=2",
        "compared": True,
        "minimum": 2,
        "exact": True,
        "merged": [{"kept": "a", "others": ["b"], "why": ["same-evidence"]}],
    }
    assert set(own["unseen"]) == {"types", "countries"}
    assert own["unseen"]["countries"]["chao1"]["estimate"] is None
    assert own["unseen"]["types"]["chao2"]["estimate"] is None
    assert own["cannot_tell"] == {"place": 0, "when": 0, "sightings": []}
    filtered = arsenal_json(found(place="Mosul"))
    assert (filtered["place"], filtered["populations"][1]["cannot_tell"]["place"]) == ("Mosul", 1)


def test_a_cross_table_has_a_column_for_each_key(found: Any) -> None:
    crossed: Arsenal = found(by="era,country")
    head, rows = arsenal_table(crossed)
    assert head[4:6] == ("era", "country")
    own = [row[4:6] for row in rows if row[0] == OWN]
    assert own[:2] == [("1970s", "ROU"), ("not stated", "CHN")]
    assert own[-1] == ("all", "all")
    assert arsenal_json(crossed)["populations"][1]["rows"][0]["keys"] == ["1970s", "ROU"]


def test_tables_for_people_fit_and_say_what_they_rest_on(found: Any) -> None:
    tables = arsenal_tables(found(by="class,country"))
    assert tables[0][1] == ("class", "country", "share", "interval", "count", "source")
    for _, head, rows in tables:
        widths = [max(len(str(line[n])) for line in (head, *rows)) for n in range(len(head))]
        assert sum(widths) + 2 * len(widths) <= 100
    text = " ".join(arsenal_lines(found()))
    assert "2 distinct items seen, at least 2 certainly different; 1 repeated sighting merged." in text
    assert "coverage of the sample is zero" in text
