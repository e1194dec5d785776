from types import SimpleNamespace
from typing import Any

from takingstock.audit import contradictions


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
    assert about(one, write.counted("b", "tank", "force", "12", "2007", source="two", basis="physical")) == []
