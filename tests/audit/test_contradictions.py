from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.audit import contradictions
from takingstock.records import Place

PLACES = (("a", "10"), ("b", "12"))


def test_conflicts_stand_side_by_side_with_source_and_grade(write: SimpleNamespace, parties: Any) -> None:
    ledger = write.ledger(
        write.source("one"),
        write.source("two"),
        write.source("copy", derives_from=("one",)),
        write.moved("m", "tank", "USA>IRQ", "63", "2010", id="a", source="one", grade="B2"),
        write.moved("m", "tank", "USA>IRQ", "70", "2010", id="b", source="two", grade="C3", claimant="embassy"),
        write.moved("m", "tank", "USA>IRQ", "99", "2010", id="c", source="copy"),
        write.moved("n", "tank", "USA>IRQ", "5", "2010"),
    )
    (found,) = contradictions(ledger.movements(parties.part_of), ledger)
    assert (found.about, found.item, found.field) == ("m", "tank", "quantity")
    assert [(s.statement, s.source, s.voice, s.claimant, s.value, str(s.grade)) for s in found.sides] == [
        ("a", "one", "one", "", "63", "B2"),
        ("b", "two", "two", "embassy", "70", "C3"),
    ]

    assert found.independent


def test_a_source_that_misquotes_the_one_it_repeats_is_no_independent_contradiction(
    write: SimpleNamespace, parties: Any
) -> None:
    ledger = write.ledger(
        write.source("one"),
        write.source("copy", derives_from=("one",)),
        write.moved("m", "tank", "USA>IRQ", "63", "2010", id="a", source="one"),
        write.moved("m", "tank", "USA>IRQ", "99", "2010", id="c", source="copy"),
    )
    (found,) = contradictions(ledger.movements(parties.part_of), ledger)
    assert not found.independent
    assert {side.voice for side in found.sides} == {"one"}


def test_counts_that_exclude_each_other(write: SimpleNamespace) -> None:
    one = write.counted("a", "tank", "force", "10", "2007", source="one")
    other = write.counted("b", "tank", "force", ">=12", "2007", source="two")

    def about(*counts: Any) -> list[str]:
        sources = (write.source("one"), write.source("copy", derives_from=("one",)))
        return [found.about for found in contradictions((), write.ledger(*sources, *counts))]

    assert about(one, other) == about(other, one) == ["a+b"]
    assert about(one, other.model_copy(update={"source": "copy"})) == []
    assert about(one, write.counted("b", "tank", "force", ">=9", "2007", source="two")) == []
    assert about(one, write.counted("b", "tank", "force", "12", "2008", source="two")) == []
    here, there = (write.counted(n, "tank", "force", q, "2007", source=n, place=Place(name=n)) for n, q in PLACES)
    assert about(here, there) == []
    assert about(here, there.model_copy(update={"place": here.place})) == ["a+b"]
    assert about(one, write.counted("b", "tank", "force", "12", "2007", source="two", basis="physical")) == []


def test_what_can_be_true_together_is_no_side(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    def sides(*said: dict[str, str]) -> list[list[str]]:
        rows = [{"item": "tank", "route": "USA>IRQ", "q": "5", "source": f"v{n}"} | one for n, one in enumerate(said)]
        ledger = write.ledger(
            *(
                write.moved("m", row.pop("item"), row.pop("route"), row.pop("q"), id=f"s{n}", grade=f"B{n + 1}", **row)
                for n, row in enumerate(rows)
            )
        )
        movements = ledger.movements(parties.part_of)
        return [[s.value for s in c.sides] for c in contradictions(movements, ledger, taxonomy, parties)]

    assert sides({"q": "2300"}, {"q": "<=2300"}, {"q": ">=2000"}, {"q": "1500"}) == [["2300", ">=2000", "1500"]]
    assert sides({"q": "2300"}, {"q": ">=5000", "item": "armour"}) == []
    assert sides({"q": "2300", "item": "tank.t-72"}, {"q": ">=5000"}) == []
    assert sides({"item": "pistol"}, {"item": "small-arms"}) == []
    assert sides({"item": "pistol"}, {"item": "rifle"}, {"item": "small-arms"}) == [["pistol", "rifle"]]
    assert sides({"q": "5"}, {"q": "12", "unit": "tonnes"}) == []
    assert sides({"q": "5"}, {"q": "12", "unit": "rounds"}) == [["5 items", "12 rounds"]]
    assert sides({"made_in": "RUS"}, {"made_in": "RUS+SUN"}) == []
    assert sides({"made_in": "RUS"}, {"made_in": "RUS+SUN"}, {"made_in": "CZE"}) == [["RUS", "RUS+SUN", "CZE"]]
    assert sides({"route": "RUS>IRQ"}, {"route": "RUS+SUN>IRQ"}) == []
    assert sides({"route": "USA>IRQ"}, {"route": "USA>army"}, {"route": "USA>militia"}) == [["army", "militia"]]


def test_sides_of_one_voice_are_marked(write: SimpleNamespace, parties: Any) -> None:
    ledger = write.ledger(
        write.moved("m", "tank", "USA>IRQ", "63", "2010", id="a", source="one"),
        write.moved("m", "tank", "USA>IRQ", "65", "2010", id="b", source="one"),
        write.moved("m", "tank", "USA>IRQ", "70", "2010", id="c", source="two"),
        write.moved("n", "tank", "USA>IRQ", "1", "2010", id="d", source="one"),
        write.moved("n", "tank", "USA>IRQ", "2", "2010", id="e", source="one"),
    )
    mixed, alone = contradictions(ledger.movements(parties.part_of), ledger)
    assert [(s.statement, s.one_voice) for s in mixed.sides] == [("a", True), ("b", True), ("c", False)]
    assert mixed.independent
    assert [s.one_voice for s in alone.sides] == [True, True]
    assert not alone.independent


@pytest.mark.parametrize(("copied", "found"), [("40", [["63", "40"]]), ("63", [])])
def test_a_misquotation_is_found_beside_a_compatible_broader_class(
    write: SimpleNamespace, taxonomy: Any, parties: Any, copied: str, found: list[list[str]]
) -> None:
    ledger = write.ledger(
        write.source("one"),
        write.source("copy", derives_from=("one",)),
        write.moved("m", "tank.t-72", "USA>IRQ", "63", id="a", source="one", grade="A1"),
        write.moved("m", "tank.t-72", "USA>IRQ", copied, id="b", source="copy", grade="C3"),
        write.moved("m", "tank", "USA>IRQ", "100", id="c", source="two", grade="B2"),
    )
    told = contradictions(ledger.movements(parties.part_of), ledger, taxonomy, parties)
    assert [[side.value for side in c.sides] for c in told] == found
    assert not any(c.independent for c in told)
