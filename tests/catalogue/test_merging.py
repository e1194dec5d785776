"""Which sightings are of the very same items, however they are entered, and what the arsenal makes of it."""

from collections.abc import Callable
from itertools import combinations, permutations
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reviewing import AKM, RULE, SOURCE, TREE, rules, sees, sighting
from reviewing import ledger as review_ledger

from takingstock.catalogue import arsenal, own_populations, with_own
from takingstock.catalogue.distinct import Same, least, merge, relinked
from takingstock.catalogue.excluding import FAR, apart, excluded, facts
from takingstock.catalogue.minimum import Apart, minimum
from takingstock.catalogue.releasing import released_sightings
from takingstock.records import BadValueError, Place
from takingstock.trace.seen import _rows, _sites

Stock = Callable[..., Any]
MOSUL, TRIPOLI = (36.34, 43.13), (32.89, 13.19)


def file(letter: str) -> tuple[str, ...]:
    return (letter * 64,)


def at(spot: tuple[float, float], name: str = "", precision: str = "exact") -> Place:
    return Place(name=name, latitude=spot[0], longitude=spot[1], precision=precision)


def sets(*rows: Any, **more: Any) -> list[list[str]]:
    return sorted(sorted(s.id for s in same.members) for same in merge(rows, **more))


def within(a: str, b: str) -> bool:
    return (a, b) == ("cell", "group")


# Entered as the same


def test_a_link_through_a_sighting_that_is_not_counted_still_joins(write: SimpleNamespace, stock: Stock) -> None:
    a, b, h = (write.seen(name, "rifle", "1", when="2014", evidence=file(name), same_as=to) for name, to in
               (("a", "h"), ("b", "h"), ("f", None)))  # fmt: skip
    h = h.model_copy(update={"id": "h"})
    assert sets(a, b) == [["a", "b"]]
    assert sets(a.model_copy(update={"same_as": None}), b, links=[("h", "a")]) == [["a", "b"]]
    (table,) = stock(write.population("p", "10"), h.model_copy(update={"population": "p"}), a, b).populations[1:]
    assert (table.size.best, table.distinct.seen) == (1, 1)
    # Withdrawn or not released: the link is passed on, the row is not.
    c = write.seen("c", "rifle", "1", same_as="x")
    x = write.seen("x", "rifle", "1", same_as="b")
    left = relinked([b, c], [a, b, c, h, x])
    assert [(s.id, s.same_as) for s in left] == [("b", None), ("c", "b")]
    assert relinked([a, h], [a, h]) == (a, h)


def test_what_is_not_released_still_joins_what_is() -> None:
    rows = [*SOURCE]
    for name, link in (("a", "h"), ("b", "h"), ("h", None)):
        rows += [sighting(name, same_as=link), sees("Anna", sighting=name), sees("Ben", sighting=name)]
    done = [rules("release", sighting=name, level="model", item=AKM) for name in "ab"]
    held = review_ledger(rows, done, rules("withdraw", sighting="h"))
    counted = released_sightings(held, RULE, TREE)
    assert [(s.id, s.same_as) for s in counted] == [("a", None), ("b", "a")]
    assert sets(*(s.model_copy(update={"evidence": file(s.id)}) for s in counted)) == [["a", "b"]]


def test_across_a_group_and_its_unit_it_was_with_the_unit(write: SimpleNamespace, stock: Stock, parties: Any) -> None:
    group = write.seen("a", "rifle", "1", when="2014", evidence=file("a"), level="physical-inspection")
    unit = write.seen("b", "rifle", "1", when="2014", evidence=file("b"), holder="cell", same_as="a")
    assert sets(group, unit) == [["a"], ["b"]]
    assert sets(group, unit, part_of=within) == [["a", "b"]]
    assert merge([group, unit], part_of=within)[0].kept.holder == "cell"
    for holder in ("group", "cell"):
        (table,) = stock(group, unit, holder=holder).populations
        assert (table.id, table.size.best) == ("own-sightings-cell-items-physical-inspection-2014", 1)
    ledger = with_own(write.ledger(group, unit), parties)
    assert {s.id: (s.holder, s.same_as) for s in ledger.sightings} == {"a": ("cell", None), "b": ("cell", "a")}
    # Without evidence they are one too; with another group they are not.
    bare = [s.model_copy(update={"evidence": ()}) for s in (group, unit)]
    (single,) = stock(*bare).populations
    assert single.size.best == 1
    assert sets(group, unit.model_copy(update={"holder": "other"}), part_of=within) == [["a"], ["b"]]


def test_what_is_not_evidenced_stays_merged_when_own_populations_are_made(
    write: SimpleNamespace, parties: Any, taxonomy: Any
) -> None:
    rows = [
        write.seen("a", "rifle", "1", when="2014", marks=("serial: 7",)),
        write.seen("b", "rifle", "1", when="2014", marks=("serial: 7",)),
        write.seen("c", "pistol", "1", when="2014", evidence=file("c")),
    ]
    ledger = write.ledger(*rows)
    before = arsenal(ledger, taxonomy, parties, "group", "class")
    assert arsenal(with_own(ledger, parties), taxonomy, parties, "group", "class") == before
    assert [table.size.best for table in before.populations] == [1, 1]


def test_an_inspected_item_linked_to_a_picture_is_no_aggregate(
    write: SimpleNamespace, stock: Stock, parties: Any
) -> None:
    inspected = {"level": "physical-inspection", "made_in": "CHN", "when": "2014"}
    rows = [
        write.seen("a", "rifle", "5", **inspected),
        write.seen("b", "rifle", "3", when="2014", evidence=file("b"), same_as="a"),
        write.seen("c", "rifle", "4", **inspected),
        write.seen("d", "rifle", "2", when="2014", evidence=file("d"), same_as="c"),
        write.seen("e", "rifle", "1", evidence=file("e"), **inspected),
    ]
    (table,) = stock(*rows).populations
    assert [(row.key, row.count) for row in table.rows] == [("CHN", 10)]
    populations, sightings = own_populations(write.ledger(*rows), parties)
    found, size = _rows(populations[0], [s for s in sightings if s.population == populations[0].id])
    assert (size, sorted(row.count for row in found), {row.states for row in found}) == (10, [1, 4, 5], {("CHN",)})


def test_aggregates_sites_and_the_best_grade_are_those_of_the_arsenal_in_the_trace(
    write: SimpleNamespace, stock: Stock, parties: Any
) -> None:
    population = write.population("p", "4")
    lots = [write.seen(f"m{n}", "rifle", "2", "p", made_in="CHN", marks=(f"lot {n}",)) for n in range(2)]
    assert [row.count for row in stock(population, *lots).populations[0].rows] == [4]
    assert [row.count for row in _rows(population, lots)[0]] == [2, 2]
    told = [
        write.seen("a", "rifle", "100", "p", made_in="CHN", grade="A3"),
        write.seen("b", "rifle", "200", "p", made_in="CHN", grade="B2"),
    ]
    assert [row.count for row in stock(write.population("p", "1000"), *told).populations[0].rows] == [200]
    assert [row.count for row in _rows(population, told)[0]] == [200]
    spots = [
        at(MOSUL, "Mosul"), at(MOSUL, " mosul "), Place(name="MOSUL"), Place(name="Iraq", precision="country"),
        at((35.001, 44.002)), at((35.004, 43.998)), at((33.0, 40.0)),
    ]  # fmt: skip
    rows = [
        write.seen(f"s{n}", "rifle", "1", made_in="CHN", evidence=file(f"{n}"), place=p) for n, p in enumerate(spots)
    ]
    (made,), own = own_populations(write.ledger(*rows), parties)
    assert (made.sites, _sites(made, _rows(made, own)[0])[0]) == (3, 3)


def test_a_source_has_no_population_with_the_name_of_an_own_one(write: SimpleNamespace, stock: Stock) -> None:
    with pytest.raises(BadValueError, match="give the population another id"):
        stock(write.population("own-sightings-2014", "400"), write.seen("z", "rifle", "100", "own-sightings-2014"))


# Serials and classes


def test_sightings_that_share_a_serial_are_one_set_with_all_serials(write: SimpleNamespace) -> None:
    def marked(id_: str, quantity: str, *serials: str, item: str = "rifle", **more: Any) -> Any:
        return write.seen(id_, item, quantity, marks=tuple(f"serial: {one}" for one in serials), **more)

    one, two = marked("a", "1", "1"), marked("b", "2", "1", "2")
    assert sets(one, two) == [["a", "b"]]
    assert sets(one, two, marked("c", "1", "2")) == [["a", "b", "c"]]
    (same,) = merge([two, marked("c", "2", "2", "3")])
    assert (same.minimum, same.kept.quantity.best) == (3, 3)
    assert minimum([same, *merge([marked("d", "1", "9")])]) == (4, True)
    # A reading of a serial of another maker is no link; two readings that a person calls the same item do not add up.
    assert sets(marked("a", "1", "1", made_in="CHN"), marked("b", "2", "1", "2", made_in="ROU")) == [["a"], ["b"]]
    assert merge([one, marked("b", "1", "2", same_as="a")])[0].minimum == 1
    # A serial of any sighting of the set keeps it from another.
    first = [write.seen("a", "rifle", "1", level="physical-inspection"), marked("b", "1", "1", same_as="a")]
    assert minimum(merge([*first, marked("c", "1", "2", level="physical-inspection")])) == (2, True)
    assert excluded(facts(two), facts(marked("c", "2", "2", "3"))) is False
    assert not Apart([facts(two), facts(marked("c", "2", "2", "3"))]).row(0).any()
    assert Apart([facts(two), facts(marked("c", "2", "4", "3"))]).row(0).tolist() == [False, True]


def test_one_picture_released_at_two_depths_of_a_class_counts_once(write: SimpleNamespace, stock: Stock) -> None:
    rows = [
        write.seen("a", "rifle.assault", "1", evidence=file("a")),
        write.seen("b", "rifle.assault.ak", "1", evidence=file("a")),
    ]
    (table,) = stock(*rows, by="class").populations
    assert [(row.key, row.count) for row in table.rows] == [("rifle.assault.ak", 1)]
    marked = [write.seen("a", "rifle", "1", marks=("sn 1",)), write.seen("b", "rifle.assault", "1", marks=("sn 1",))]
    assert sets(*marked) == [["a", "b"]]
    # What shows fewer makes not all of them so; a mixed set may show what stands beside.
    fewer = [rows[0].model_copy(update={"quantity": write.seen("x", "rifle", "5").quantity}), rows[1]]
    assert merge(fewer)[0].kept.item == "rifle.assault"
    assert sets(rows[0], write.seen("b", "small-arms", "3", evidence=file("a"))) == [["a"], ["b"]]
    assert sets(rows[0], write.seen("b", "pistol", "1", evidence=file("a"))) == [["a"], ["b"]]


def test_the_one_kept_takes_dates_of_manufacture_and_place_from_the_others(write: SimpleNamespace) -> None:
    one = write.seen("a", "rifle", "1", evidence=file("a"), when="2014-06-01", level="physical-inspection")
    other = {"evidence": file("a"), "made": "1974", "place": at(MOSUL, "Mosul")}
    (same,) = merge([one, write.seen("b", "rifle", "1", when="2014-06-01", **other)])
    assert (same.kept.id, str(same.kept.made), same.kept.place and same.kept.place.name) == ("a", "1974", "Mosul")
    # The place of another day was not that of this one.
    (same,) = merge([one, write.seen("b", "rifle", "1", when="2014-12-01", **other)])
    assert (str(same.kept.made), same.kept.place) == ("1974", None)


def test_a_stated_zero_is_none(write: SimpleNamespace, stock: Stock) -> None:
    assert least(write.seen("a", "rifle", "0")) == 0
    assert [least(write.seen("a", "rifle", text)) for text in ("", "0..5", "2..5", ">=3", "<=5")] == [1, 0, 2, 3, 1]
    (table,) = stock(write.seen("a", "rifle", "0", evidence=file("a")), by="class").populations
    assert (table.size.best, table.rows[0].count, table.distinct.minimum) == (0, 0, 0)


# The minimum


def test_serials_of_any_sighting_of_the_set_count_in_its_minimum(write: SimpleNamespace) -> None:
    (same,) = merge(
        [
            write.seen("a", "rifle", "2", evidence=file("a"), level="physical-inspection"),
            write.seen("b", "rifle", "", evidence=file("a"), minimum=2, marks=("serial: 1", "serial: 2", "serial: 3")),
        ]
    )
    assert same.minimum == 3
    assert least(write.seen("a", "rifle", "", marks=("serial: 1", "serial: 2"))) == 2


def test_the_minimum_is_that_of_all_sightings_of_the_set_not_of_the_one_kept(write: SimpleNamespace) -> None:
    wide = write.seen("a", "rifle", "0..10", evidence=file("a"))
    (same,) = merge([wide, write.seen("b", "rifle", "3", evidence=file("a"))])
    assert (same.kept.id, least(same.kept), same.minimum) == ("a", 0, 3)
    marks = [("serial: 1", "serial: 2"), ("serial: 2", "serial: 3")]
    few = [write.seen(f"b{n}", "rifle", "2", evidence=file("a"), marks=one) for n, one in enumerate(marks)]
    (same,) = merge([wide, *few])
    assert (same.kept.id, same.minimum) == ("a", 3)


def test_a_place_of_another_day_does_not_make_two_items_certain(write: SimpleNamespace) -> None:
    rows = [
        write.seen("a", "rifle", "1", evidence=file("a"), when="2014-06-11", level="physical-inspection"),
        write.seen("b", "rifle", "1", evidence=file("b"), when="2014-12-01", same_as="a", place=at(MOSUL)),
        write.seen("c", "rifle", "1", evidence=file("c"), when="2014-06-11", place=at(TRIPOLI)),
    ]
    assert minimum(merge(rows)) == (1, True)
    rows[1] = rows[1].model_copy(update={"when": rows[0].when})
    assert minimum(merge(rows)) == (2, True)


def test_what_is_said_of_some_items_does_not_hold_of_all(write: SimpleNamespace) -> None:
    rows = [
        write.seen("a", "rifle", "3", evidence=file("a")),
        write.seen("b", "rifle", "1", evidence=file("b"), same_as="a", made_in="CHN"),
        write.seen("c", "rifle", "1", evidence=file("c"), made_in="ROU"),
    ]
    # One of the two others of a may be c.
    assert minimum(merge(rows)) == (3, False)
    rows[2] = write.seen("c", "rifle", "3", evidence=file("c"), made_in="ROU")
    assert minimum(merge(rows)) == (4, False)
    rows[1] = rows[1].model_copy(update={"quantity": rows[0].quantity})
    assert minimum(merge(rows)) == (6, True)


@pytest.mark.parametrize(("east", "precision", "certain"), [
    (52.0, "exact", False), (52.0, "vicinity", False), (57.0, "exact", True), (57.0, "vicinity", True),
    (57.0, "locality", False),
])  # fmt: skip
def test_a_day_apart_is_a_thousand_kilometres(
    write: SimpleNamespace, east: float, precision: str, certain: bool
) -> None:
    # At 36 degrees north a degree of longitude is 90 km: 801 and 1251 km east of 43.1.
    assert FAR == 1000
    rows = [write.seen(name, "rifle", "1", when="2014-06-11", place=at(spot, precision=precision)) for name, spot in
            (("a", (36.0, 43.1)), ("b", (36.0, east)))]  # fmt: skip
    assert excluded(*map(facts, rows)) is certain
    assert minimum(merge(rows))[0] == (2 if certain else 1)


FILES = st.sets(st.sampled_from("abcd"), min_size=1, max_size=2)
DRAWN = st.lists(
    st.tuples(
        st.sampled_from(["weapons", "rifle", "rifle.assault", "rifle.assault.ak", "pistol"]),
        st.sampled_from(["", "1", "2", "2..4", ">=3", "0..2"]),
        FILES,
        st.sampled_from([None, "CHN", "ROU", "CHN+ROU"]),
        st.sampled_from(["", "1980", "1980..1985", "1990"]),
        st.sampled_from([(), (), ("serial: 1",), ("serial: 2",), ("serial: 1", "serial: 2")]),
        st.sampled_from([None, MOSUL, TRIPOLI]),
        st.sampled_from(["2014-06-11", "2014-06-12", "2014"]),
        st.sampled_from([None, None, None, 0, 1]),
    ),
    min_size=1,
    max_size=6,
)


def drawn_rows(write: SimpleNamespace, drawn: Any, names: Any) -> list[Any]:
    return [
        write.seen(
            names[n], item, quantity, evidence=tuple(sorted(one * 64 for one in files)), made_in=country, made=made,
            marks=marks, place=spot and at(spot), when=when,
            same_as=names[same] if same is not None and same < n else None,
        )
        for n, (item, quantity, files, country, made, marks, spot, when, same) in enumerate(drawn)
    ]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(DRAWN)
def test_the_minimum_is_never_more_than_what_the_sightings_themselves_exclude(
    write: SimpleNamespace, drawn: Any
) -> None:
    found = merge(drawn_rows(write, drawn, "abcdef"))
    stated = {id(same): [facts(member) for member in same.members] for same in found}

    def different(a: Same, b: Same) -> bool:
        return any(apart(x, y) for x in stated[id(a)] for y in stated[id(b)])

    most = max(
        sum(same.minimum for same in chosen)
        for many in range(1, len(found) + 1)
        for chosen in combinations(found, many)
        if all(different(a, b) for a, b in combinations(chosen, 2))
    )
    got, exact = minimum(found)
    assert got <= most
    if exact:
        assert got == most


@settings(max_examples=60, deadline=None)
@given(DRAWN, st.randoms(use_true_random=False))
def test_no_figure_depends_on_ids_or_order(write: SimpleNamespace, drawn: Any, random: Any) -> None:
    def figures(rows: Any) -> Any:
        found = merge(rows)
        parts = sorted(
            (same.kept.item, same.kept.quantity.best or 0, same.minimum, len(same.members)) for same in found
        )
        return parts, minimum(found)

    names = list("uvwxyz")
    random.shuffle(names)
    other = drawn_rows(write, drawn, names)
    random.shuffle(other)
    assert figures(other) == figures(drawn_rows(write, drawn, "abcdef"))


@settings(max_examples=60, deadline=None)
@given(DRAWN)
def test_the_arsenal_is_the_same_with_own_populations_made(
    write: SimpleNamespace, parties: Any, taxonomy: Any, drawn: Any
) -> None:
    rows = drawn_rows(write, drawn, "abcdef")
    # Some without files, some with a part of the group.
    rows = [row.model_copy(update={"evidence": ()}) if n % 3 == 2 else row for n, row in enumerate(rows)]
    rows = [row.model_copy(update={"holder": "cell"}) if n == 1 else row for n, row in enumerate(rows)]
    ledger = write.ledger(*rows)
    applied = with_own(ledger, parties)
    assert with_own(applied, parties) == applied
    assert arsenal(applied, taxonomy, parties, "group") == arsenal(ledger, taxonomy, parties, "group")


def test_names_do_not_decide_how_many_are_seen(write: SimpleNamespace) -> None:
    def seen(a: str, b: str, c: str, d: str) -> float:
        rows = [
            write.seen(a, "rifle", "1", evidence=file("f"), made_in="CHN"),
            write.seen(b, "rifle", "1", evidence=file("f"), made_in="ROU", made="1980"),
            write.seen(c, "rifle", "1", evidence=file("f"), made="1990", marks=("serial: 1",)),
            write.seen(d, "rifle", "1", evidence=file("f"), marks=("serial: 2",)),
        ]
        return sum(same.kept.quantity.best or 0 for same in merge(rows))

    assert {seen(*names) for names in permutations("abcd")} == {2}


# Filters


def test_an_item_was_where_any_of_its_sightings_was_made(write: SimpleNamespace, stock: Stock) -> None:
    rows = [
        write.seen("a", "rifle", "2", when="2014-06-11", evidence=file("a"), place=at(MOSUL, "Mosul, Iraq")),
        write.seen("b", "rifle", "1", when="2014-12-01", evidence=file("b"), place=Place(name="Raqqa"), same_as="a"),
    ]

    def told(**filters: str) -> tuple[Any, Any, Any]:
        found = stock(*rows, by="class", **filters)
        (table,) = found.populations
        return table.size.best, table.cannot_tell.sightings, found.notes

    assert told(place="Mosul") == (2, (), ())
    # Only one of them was seen there.
    assert told(place="Raqqa") == (1, (), ())
    assert told(place="Raqqa", when="2014-12") == (1, (), ())
    # Nobody saw it there then: place and date are of one sighting.
    assert told(place="Mosul", when="2014-12")[:2] == (0, ())
    assert told(place="Basra")[:2] == (0, ())
    rows[1] = rows[1].model_copy(update={"place": None})
    assert told(place="Raqqa")[:2] == (0, ("a",))


# Cross-tables and notes


def test_cells_add_up_to_their_margins_also_for_ranges(write: SimpleNamespace, stock: Stock) -> None:
    (table,) = stock(
        write.seen("a", "rifle", "2..3", evidence=file("a"), made_in="CHN", made="1985"),
        write.seen("b", "rifle", "2..3", evidence=file("b"), made_in="CHN", made="1975"),
        write.seen("c", "rifle", "4..5", evidence=file("c"), made_in="ROU", made="1975"),
        by="era,country",
    ).populations
    cells = {row.keys: row.count for row in table.rows}
    assert table.margins
    for row in table.margins:
        inside = [n for keys, n in cells.items() if all(m in {"all", k} for m, k in zip(row.keys, keys, strict=True))]
        assert row.count == sum(inside)
        assert row.derived
    assert table.size.best == sum(cells.values()) == 9.5
    assert "not rounded" in table.note


def test_margins_keep_what_their_cells_rest_on(write: SimpleNamespace, stock: Stock) -> None:
    (table,) = stock(
        write.seen("a", "rifle.assault.ak.akm", "3", when="2014"), by="class,country", role="designed"
    ).populations
    assert [(row.derived, row.unverified) for row in (*table.rows, *table.margins)] == [(True, True)] * 4


def test_the_note_claims_no_interval_that_is_not_there(write: SimpleNamespace, stock: Stock) -> None:
    def note(*more: Any, **many: Any) -> tuple[str, set[Any]]:
        rows = [
            write.seen(f"s{n}", "rifle", "1", when="2014", evidence=file(f"{n}"), place=Place(name=f"site {n}"), **many)
            for n in range(6)
        ]
        (table,) = stock(*rows, *more, by="class").populations
        return table.note, {row.low for row in table.rows}

    found, low = note(write.seen("x", "pistol", "100", when="2014", evidence=file("a")))
    assert low == {None}
    assert "90 % intervals" not in found
    assert "at no known place" in found
    found, low = note()
    assert low == {None}
    assert "no row differs from site to site" in found
    beside = [write.seen(f"p{n}", "pistol", "1", when="2014", evidence=file("abc"[n]), place=Place(name=f"site {n}"))
              for n in range(3)]  # fmt: skip
    found, low = note(*beside)
    assert None not in low
    assert "90 % intervals over 6 sites" in found
