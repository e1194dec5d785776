from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.catalogue.overlap import Cell, add, may_overlap
from takingstock.records import Grade, Place


def cell(sighting: Any) -> Cell:
    return Cell(sighting, sighting.aggregate, sighting.share, sighting.quantity.best, False)


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        ({"item": "rifle"}, True),
        ({"item": "rifle.assault.ak"}, True),
        ({"item": "weapons"}, True),
        ({"item": "machine-gun"}, False),
        ({"item": "rifle", "made_in": "CHN"}, True),
        ({"item": "rifle", "made_in": "ROU"}, False),
        ({"item": "rifle", "made_in": "CHN+ROU"}, True),
        ({"item": "rifle", "made": "1985"}, True),
        ({"item": "rifle", "made": "1990.."}, False),
        ({"item": "rifle", "supplied_by": "USA"}, True),
    ],
)
def test_what_may_be_the_same_items(write: SimpleNamespace, other: dict[str, str], overlap: bool) -> None:
    one = write.seen("a", "rifle", "10", "p", made_in="CHN", made="1980..1989")
    two = write.seen("b", other.pop("item"), "5", "p", **other)
    assert may_overlap(one, two) is overlap
    assert may_overlap(two, one) is overlap


def test_aggregates_speak_of_a_population_not_of_a_site(write: SimpleNamespace) -> None:
    assert write.seen("a", "rifle", "10", "p").aggregate
    assert write.seen("a", "rifle", "", "p", share=0.5, marks=("x",)).aggregate
    assert write.seen("a", "rifle", "10", "p", place=Place(name="Iraq", precision="country")).aggregate
    assert not write.seen("a", "rifle", "10").aggregate
    assert not write.seen("a", "rifle", "1", "p").aggregate
    assert not write.seen("a", "rifle", "10", "p", evidence=("file",)).aggregate
    assert not write.seen("a", "rifle", "10", "p", place=Place(name="Mosul")).aggregate


def test_of_figures_that_may_overlap_the_larger_stands(write: SimpleNamespace) -> None:
    rows = [
        write.seen("part", "rifle.assault", "90", "p"),
        write.seen("whole", "rifle", "300", "p"),
        write.seen("apart", "machine-gun", "20", "p"),
    ]
    total = add(map(cell, rows))
    assert [c.sighting.id for c in total.added] == ["whole", "apart"]
    assert [c.sighting.id for c in total.left_out] == ["part"]


def test_single_items_differ_from_each_other_but_lie_inside_an_aggregate(write: SimpleNamespace) -> None:
    singles = [write.seen(f"s{n}", "rifle", "1", "p") for n in range(3)]
    assert len(add(map(cell, singles)).added) == 3
    with_whole = add(map(cell, [*singles, write.seen("whole", "weapons", "", "p", share=0.2)]))
    assert [c.sighting.id for c in with_whole.added] == ["whole"]


def test_one_figure_told_twice_counts_once_in_its_best_grade(write: SimpleNamespace) -> None:
    rows = [
        write.seen("high", "rifle", "", "p", share=0.5, grade=Grade.parse("D4")),
        write.seen("good", "rifle", "", "p", share=0.4, grade=Grade.parse("B2")),
    ]
    total = add(map(cell, rows))
    assert [c.sighting.id for c in total.added] == ["good"]
    assert total.differing == ("good", "high")
    same = [row.model_copy(update={"share": 0.4}) for row in rows]
    assert add(map(cell, same)).differing == ()
