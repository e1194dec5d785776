from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takingstock.catalogue import arsenal, wilson
from takingstock.records import Arsenal, BadValueError, UnknownNameError
from takingstock.verbs.shapes import arsenal_lines

Stock = Callable[..., Arsenal]


def test_shares_as_reported_with_derived_counts(stock: Stock, write: SimpleNamespace) -> None:
    found = stock(
        write.population("p", "1832", design="purposive", title="2017"),
        write.seen("rou", "weapons", "", "p", share=0.121, made_in="ROU"),
        write.seen("chn", "weapons", "", "p", share=0.435, made_in="CHN"),
    )
    assert (found.holder, found.by, found.role, found.revision) == ("group", "country", "manufactured", 7)
    (table,) = found.populations
    assert (table.id, table.title, table.size.best, table.source) == ("p", "2017", 1832, "report")
    first, second = table.rows
    assert (first.key, first.share, first.count, first.derived) == ("CHN", 0.435, 797, True)
    assert (first.low, first.high, first.sightings) == (None, None, ("chn",))
    assert second.key == "ROU"
    assert table.rest == pytest.approx(1 - 0.435 - 0.121)
    assert "No interval: no probability sample" in table.note


def test_counts_as_reported_with_shares_of_the_size(stock: Stock, write: SimpleNamespace) -> None:
    found = stock(
        write.population("p", "~1730", unit="rounds"),
        write.seen("a", "cartridge", "492", "p", unit="rounds", made_in="SUN+RUS"),
        write.seen("b", "cartridge", "400..490", "p", unit="rounds", made_in="CHN"),
        write.seen("c", "cartridge", "170", "p", unit="rounds", made="2010..2014"),
    )
    (table,) = found.populations
    assert [(row.key, row.count, row.derived) for row in table.rows] == [("RUS+SUN", 492, False), ("CHN", 445, True)]
    assert table.rows[0].share == pytest.approx(492 / 1730)
    assert "1 of 3 rows of this population state no country" in table.note
    assert table.rest == pytest.approx(1 - 937 / 1730)


def test_by_era_takes_only_rows_that_state_it(stock: Stock, write: SimpleNamespace) -> None:
    found = stock(
        write.population("p", "1730", unit="rounds"),
        write.seen("a", "cartridge", "492", "p", unit="rounds", made_in="CHN"),
        write.seen("c", "cartridge", "170", "p", unit="rounds", made="2010..2014"),
        by="era",
    )
    (table,) = found.populations
    assert [(row.key, row.count) for row in table.rows] == [("2010s", 170)]
    assert found.role is None


def test_by_class_adds_a_breakdown_once_and_says_at_least(stock: Stock, write: SimpleNamespace) -> None:
    (table,) = stock(
        write.population("p", "1730", unit="rounds"),
        write.seen("a", "cartridge", "492", "p", unit="rounds", made_in="SUN"),
        write.seen("b", "cartridge", "445", "p", unit="rounds", made_in="CHN"),
        write.seen("c", "cartridge", "170", "p", unit="rounds", made="2010..2014"),
        by="class",
    ).populations
    assert [(row.key, row.count, row.sightings) for row in table.rows] == [("cartridge", 937, ("a", "b", "c"))]
    assert "at least" in table.note
    assert "1 row that may be part of larger figures not added" in table.note


def test_a_mixed_set_gives_no_class_rows(stock: Stock, write: SimpleNamespace) -> None:
    records = write.population("p", "100"), write.seen("a", "weapons", "", "p", share=0.4, made_in="CHN")
    (table,) = stock(*records, by="class").populations
    assert table.rows == ()
    assert table.rest is None
    assert "No sighting of this population states the class" in table.note


def test_designer_from_the_item_table_is_marked(stock: Stock, write: SimpleNamespace) -> None:
    records = [
        write.seen("a", "rifle.assault.ak.akm", "3", when="2014", made_in="ROU"),
        write.seen("b", "pistol", "1", when="2014", designed_in="ITA"),
    ]
    (table,) = stock(*records, role="designed").populations
    assert [(row.key, row.count, row.share, row.derived) for row in table.rows] == [
        ("SUN", 3, 0.75, True),
        ("ITA", 1, 0.25, False),
    ]
    assert "Designer from the item table, unverified, not stated by the source: SUN." in table.note
    assert [row.unverified for row in table.rows] == [True, False]


def test_rows_name_the_sources_of_their_own_figures(stock: Stock, write: SimpleNamespace) -> None:
    def tables(*rows: Any) -> Any:
        (found,) = stock(write.population("p", "100"), *rows).populations
        return found

    chn = write.seen("a", "weapons", "", "p", share=0.4, made_in="CHN", source="one")
    found = tables(
        chn,
        write.seen("b", "weapons", "", "p", share=0.4, made_in="CHN", source="same"),
        write.seen("c", "weapons", "", "p", share=0.3, made_in="CHN", source="other"),
        write.seen("d", "weapons", "7", "p", made_in="ROU"),
    )
    assert [(row.key, row.sources) for row in found.rows] == [("CHN", ("one", "same")), ("ROU", ("report",))]
    assert found.rows[0].sightings == ("a", "b", "c")
    assert "n is given by report; the figures of the rows are given by one, report, same." in found.note
    assert "n is given by" not in tables(chn.model_copy(update={"source": "report"})).note
    (single,) = stock(write.seen("a", "rifle", "1", when="2014", made_in="CHN", source="video")).populations
    assert single.rows[0].sources == ("video",)
    assert "n is given by" not in single.note


@pytest.mark.parametrize(("unit", "count"), [("items", 12), ("rounds", 12), ("tonnes", 12.5)])
def test_derived_counts_are_whole_half_to_even(stock: Stock, write: SimpleNamespace, unit: str, count: float) -> None:
    population = write.population("p", "100", unit=unit)
    (table,) = stock(population, write.seen("a", "rifle", "", "p", share=0.125, made_in="CHN", unit=unit)).populations
    assert (table.rows[0].count, table.rows[0].share, table.rows[0].derived) == (count, 0.125, True)
    assert ("rounded to whole numbers" in table.note) is (unit != "tonnes")
    reported = write.seen("a", "rifle", "12.5", "p", made_in="CHN", unit=unit)
    assert stock(population, reported).populations[0].rows[0].count == 12.5


def test_interval_for_a_probability_sample_only(stock: Stock, write: SimpleNamespace) -> None:
    def rows(design: str) -> Any:
        population = write.population("p", "100", design=design)
        return stock(population, write.seen("a", "rifle", "30", "p", made_in="CHN")).populations[0]

    sample = rows("probability-sample")
    assert (sample.rows[0].low, sample.rows[0].high) == wilson(0.3, 100)
    assert "90 % Wilson" in sample.note
    for design in ("purposive", "census", "unknown"):
        table = rows(design)
        assert (table.rows[0].low, table.rows[0].high) == (None, None)
        assert "No interval" in table.note
    assert rows("census").note == "No interval: all items were looked at."
    no_size = stock(
        write.population("p", design="probability-sample"), write.seen("a", "rifle", "3", "p", made_in="CHN")
    )
    assert "No interval: size of the sample unknown." in no_size.populations[0].note


def test_overlapping_rows_and_shares_above_the_whole_are_said(stock: Stock, write: SimpleNamespace) -> None:
    (nested,) = stock(
        write.population("p", "100"),
        write.seen("a", "rifle", "50", "p"),
        write.seen("b", "rifle.assault", "30", "p"),
        by="class",
    ).populations
    assert [row.key for row in nested.rows] == ["rifle", "rifle.assault"]
    assert nested.rest == pytest.approx(0.5)
    assert "Rows overlap and must not be added: rifle.assault" in nested.note
    (over,) = stock(
        write.population("p", "100"),
        write.seen("a", "rifle", "", "p", share=0.7, made_in="CHN"),
        write.seen("b", "rifle", "", "p", share=0.4, made_in="ROU"),
    ).populations
    assert over.rest is None
    assert "sum to 110.0 %" in over.note


def test_unknown_size_leaves_shares_open(stock: Stock, write: SimpleNamespace) -> None:
    (table,) = stock(write.population("p"), write.seen("a", "rifle", "30", "p", made_in="CHN")).populations
    assert (table.rows[0].count, table.rows[0].share, table.rest) == (30, None, None)


def test_a_sighting_without_quantity_is_listed_and_not_counted(stock: Stock, write: SimpleNamespace) -> None:
    (table,) = stock(write.seen("a", "rifle", "", when="2014", made_in="CHN")).populations
    assert [(row.key, row.count, row.share) for row in table.rows] == [("CHN", None, None)]
    assert "1 sighting without a quantity not counted" in table.note


def test_other_units_do_not_enter_a_population(stock: Stock, write: SimpleNamespace) -> None:
    (table,) = stock(
        write.population("p", "100"),
        write.seen("a", "rifle", "30", "p", made_in="CHN"),
        write.seen("b", "cartridge", "30", "p", made_in="CHN", unit="rounds"),
    ).populations
    assert table.rows[0].count == 30
    assert table.rows[0].sightings == ("a",)


def test_names_that_are_not_known_name_those_that_are(stock: Stock, write: SimpleNamespace) -> None:
    records = write.population("p", "100"), write.seen("a", "rifle", "1", when="2014")
    with pytest.raises(UnknownNameError, match="there are sightings of: group"):
        stock(*records, holder="grp")
    with pytest.raises(UnknownNameError, match="p, sightings-items-imagery-only-2014"):
        stock(*records, population="q")
    with pytest.raises(BadValueError, match="country, class, era"):
        stock(*records, by="colour")
    with pytest.raises(BadValueError, match="manufactured, designed, supplied"):
        stock(*records, role="sold")
    assert stock(*records, holder="other").populations == ()
    assert [t.id for t in stock(*records, population="p").populations] == ["p"]


COUNTRIES = st.sampled_from([None, "CHN", "ROU", "RUS", "SUN", "RUS+SUN"])


@st.composite
def records(draw: st.DrawFn, write: SimpleNamespace) -> list[Any]:
    made = st.sampled_from(["", "1974", "1970..1979", "2010.."])
    items = st.sampled_from(["weapons", "rifle", "rifle.assault.ak", "rifle.assault.ak.akm", "machine-gun"])
    found: list[Any] = [write.population("p", "200", design="probability-sample"), write.population("q")]
    for number in range(draw(st.integers(0, 12))):
        population = draw(st.sampled_from([None, "p", "p", "q"]))
        share = draw(st.none() | st.floats(0, 0.4)) if population else None
        found.append(
            write.seen(
                f"s{number}",
                draw(items),
                draw(st.sampled_from(["", "1", "7", "12..20", ">=3"])),
                population,
                share=share,
                made_in=draw(COUNTRIES),
                designed_in=draw(COUNTRIES),
                made=draw(made),
                when=draw(st.sampled_from(["2014", "2017"])),
            )
        )
    return found


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(), by=st.sampled_from(["country", "class", "era"]), role=st.sampled_from(["manufactured", "designed"])
)
def test_row_order_changes_nothing_and_no_sum_passes_the_whole_in_silence(
    data: st.DataObject, by: str, role: str, write: SimpleNamespace, taxonomy: Any, parties: Any
) -> None:
    rows = data.draw(records(write))
    found = arsenal(write.ledger(*rows), taxonomy, parties, "group", by, role)
    shuffled = write.ledger(*data.draw(st.permutations(rows)))
    assert arsenal(shuffled, taxonomy, parties, "group", by, role) == found
    for table in found.populations:
        shares = [row.share for row in table.rows if row.share is not None]
        if sum(shares) > 1 + 1e-6:
            assert "overlap" in table.note
        if table.rest is not None:
            assert 0 <= table.rest <= 1
        keys = [row.key for row in table.rows]
        assert len(set(keys)) == len(keys)


def test_more_than_the_whole_is_said_though_another_row_has_no_share(write: SimpleNamespace, stock: Stock) -> None:
    rows = [("a", "RUS", 0.375, "CHN"), ("b", "ROU", 0.375, None), ("c", "RUS", 0.375, "ROU"), ("d", "CHN", None, None)]
    seen = [
        write.seen(id, "rifle", population="p", share=share, made_in=made, designed_in=designed)
        for id, made, share, designed in rows
    ]
    found = stock(write.population("p", "200"), *seen)
    assert "The shares sum to 112.5 % of the population" in found.populations[0].note


def test_a_range_stays_a_range_and_the_shares_say_so(stock: Stock, write: SimpleNamespace) -> None:
    file = ("a" * 64,)
    found = stock(
        write.seen("a", "rifle", "30..50", made_in="CHN", evidence=file),
        write.seen("b", "pistol", "10", made_in="ROU", evidence=("b" * 64,)),
    )
    (table,) = found.populations
    assert str(table.size) == "40..60"
    assert table.distinct is not None
    assert (str(table.distinct.quantity), table.distinct.compared) == ("40..60", True)
    assert "n is not one figure but 40..60; the shares are of its middle figure, 50." in table.note
    assert [(row.count, row.derived) for row in table.rows] == [(40, True), (10, False)]
    assert "not one figure" not in stock(write.seen("b", "pistol", "10", made_in="ROU")).populations[0].note


def test_rows_without_files_are_reported_not_compared(stock: Stock, write: SimpleNamespace) -> None:
    found = stock(write.seen("a", "rifle", "3", made_in="CHN"), write.seen("b", "rifle", "2", made_in="CHN"))
    (line,) = [text for text in arsenal_lines(found) if "reported" in text]
    assert "5 items reported, not compared with each other: no files stand behind these rows" in line
    assert not any("distinct items seen" in text for text in arsenal_lines(found))


def test_a_minimum_above_the_quantity_is_never_printed(write: SimpleNamespace, stock: Stock) -> None:
    old = write.seen("a", "rifle", "2", evidence=("a" * 64,)).model_copy(update={"minimum": 5})
    (table,) = stock(old, by="class").populations
    assert table.distinct is not None
    assert table.distinct.minimum <= table.distinct.seen


def test_one_picture_named_more_and_less_finely_counts_once(write: SimpleNamespace, stock: Stock) -> None:
    file = ("a" * 64,)
    seen = [
        write.seen(id, item, "1", evidence=file) for id, item in (("a", "rifle.assault"), ("b", "rifle.assault.ak"))
    ]
    (table,) = stock(*seen, by="class").populations
    assert [(row.key, row.count) for row in table.rows] == [("rifle.assault.ak", 1)]
    (table,) = stock(*seen, write.seen("c", "machine-gun", "1", evidence=file), by="class").populations
    assert {row.key: row.count for row in table.rows} == {"rifle.assault.ak": 1, "machine-gun": 1}
