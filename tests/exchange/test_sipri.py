"""A row of the register to a statement, in both layouts."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from takingstock.exchange import read_sipri
from takingstock.records import (
    BadFileError,
    Condition,
    Coverage,
    DateRange,
    Funding,
    Ledger,
    Mode,
    Party,
    PartyKind,
    Quantity,
    Source,
    SourceKind,
    Stage,
    Statement,
    derive,
)
from takingstock.reference.parties import directory

Write = Callable[..., Path]
HEAD = (
    "SIPRI AT Database ID,Supplier,Recipient,Designation,Description,Armament category,Order date,"
    "Order date is estimate,Numbers delivered,Numbers delivered is estimate,Delivery year,"
    "Delivery year is estimate,Status,SIPRI estimate,TIV deal unit,TIV delivery values,Local production\n"
)
# Figures are made up; only the forms are the register's.
TANK = "11,Hungary,Iraq,T-72M1,tank,Armoured vehicles,2004,Yes,77,No,2005,No,Second hand,2.6,1,77,No\n"
LATER = TANK.replace(",77,No,2005", ",3,Yes,2006")
MADE = "12,China,Iran,QW-11,portable SAM,Missiles,,,10,Yes,2007,Yes,New,0.06,0.06,0.6,Yes\n"
DEALS = (
    "Trade register\n" * 9
    + "Information generated: 26 November 2014\nDeals with deliveries or orders made for year range 1950 to 2013\n"
    + 'Recipient,Supplier,Year of order,"",Number ordered,"",Weapon designation,Weapon description,Number delivered,"",'
    "Year(s) of delivery,status,Comments,SIPRI TIV per unit,SIPRI TIV for total order,SIPRI TIV of delivered weapons;\n"
)
DEAL = 'Iraq,Brazil,1979,?,(100),,T-72M1,tank,90,?,1980; 1982,New,"Part of a deal, paid in oil – à part",1,100,90;\n'
OPEN = "Syria rebels*,unknown supplier(s),2012,,5,,T-72M1,tank,,,,Second hand,,1,5,;\n"


def read(write: Write, *rows: str, head: str = HEAD, ledger: Ledger | None = None) -> tuple[Statement, ...]:
    reading = read_sipri(write("r.csv", (head + "".join(rows)).encode("latin-1", "replace")), ledger)
    assert not reading.rejected
    return reading.statements


def ledger(**tables: object) -> Ledger:
    return Ledger.model_validate({"title": "", "revision": 1, "head": "", **tables})


def test_a_delivery(write: Write) -> None:
    first, second = read(write, TANK, LATER)
    assert (first.id, first.movement) == ("sipri-at-11-2005", "sipri-11-2005")
    assert (first.source, first.item, first.designation) == ("sipri-at", "tank.t-72.t-72m1", "T-72M1")
    assert (first.from_party, first.to_party, first.mode, first.stage) == ("HUN", "IRQ", Mode.EXPORT, Stage.DELIVERED)
    assert first.quantity == Quantity.exact(77)
    assert first.when == DateRange.parse("2005")
    assert first.condition is Condition.SECOND_HAND
    assert first.funding is Funding.UNKNOWN
    assert first.value is None
    assert "delivered 77" in first.remark
    assert "not a price" in first.remark
    assert "ordered 2004 (estimate)" in first.remark
    assert second.quantity == Quantity.exact(3, about=True)


def test_local_production_is_licensed(write: Write) -> None:
    (statement,) = read(write, MADE)
    assert (statement.mode, statement.made_in) == (Mode.LICENSED_PRODUCTION, "IRN")
    assert "the year of delivery is the register's estimate" in statement.remark


@pytest.mark.parametrize("number", ["", "0", "?", ".."])
def test_a_number_that_is_not_there_is_unknown_not_zero(write: Write, number: str) -> None:
    (statement,) = read(write, TANK.replace(",77,No,2005", f",{number},No,2005"))
    assert not statement.quantity.known


def test_non_state_and_unknown_actors(write: Write) -> None:
    (statement,) = read(write, TANK.replace("Hungary,Iraq", "unknown supplier(s),Hezbollah (Lebanon)*"))
    assert (statement.from_party, statement.to_party) == ("unknown-supplier", "hezbollah")


def test_the_cases_own_parties_are_known(write: Write) -> None:
    own = ledger(parties=(Party(id="new-front", name="New Front", kind=PartyKind.ARMED_GROUP),))
    (statement,) = read(write, TANK.replace("Iraq", "New Front*"), ledger=own)
    assert statement.to_party == "new-front"


def test_what_cannot_be_placed_waits_for_a_person(write: Write) -> None:
    rows = TANK.replace("Iraq", "Atlantis rebels*") + MADE.replace("portable SAM", "death ray").replace("QW-11", "X")
    reading = read_sipri(write("r.csv", HEAD + rows))
    assert (reading.read, reading.ledger, len(reading.review), reading.rejected) == (2, 0, 2, ())
    assert "Atlantis rebels" in reading.review[0].reason
    assert "death ray" in reading.review[1].reason
    assert reading.barren == ()


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (TANK.replace(",77,", ",-77,"), "negative"),
        (TANK.replace(",77,", ",many,"), "number: not a number"),
        (TANK.replace(",2005,", ",20055,"), "year: impossible year"),
        (TANK.replace(",2005,", ",,"), "year is empty"),
        (TANK.replace(",2005,", ",2005-2006,"), "not one year"),
        (TANK.replace("11,Hungary", ",Hungary"), "deal is empty"),
        (TANK.replace("11,Hungary", "x/1,Hungary"), "not the number of a deal"),
        (TANK.replace("Hungary", ""), "supplier is empty"),
        (TANK.replace("77,No\n", "77,Perh\n"), "neither Yes nor No"),
        (TANK.replace("\n", ",more\n"), "1 cells more"),
        ("Source: somebody\n", "supplier is empty|not the number|year is empty"),
    ],
)
def test_bad_rows_are_rejected(write: Write, row: str, word: str) -> None:
    reading = read_sipri(write("r.csv", HEAD + MADE + row))
    assert (reading.read, reading.ledger, len(reading.rejected)) == (2, 1, 1)
    assert re.search(word, reading.rejected[0].reason)
    assert reading.rejected[0].line == 3


def test_one_deal_told_twice(write: Write) -> None:
    same = read_sipri(write("r.csv", HEAD + TANK + TANK + MADE))
    assert (same.read, same.ledger, len(same.statements)) == (3, 3, 2)
    assert any("1 rows repeat" in note for note in same.notes)
    other = TANK.replace(",77,No,2005", ",78,No,2005")
    for rows in (TANK + other + MADE, other + MADE + TANK):
        reading = read_sipri(write("r.csv", HEAD + rows))
        assert [statement.id for statement in reading.statements] == ["sipri-at-12-2007"]
        assert all("lines" in row.reason for row in reading.rejected)
        assert len(reading.rejected) == 2


def test_the_earlier_download_with_semicolons(write: Write) -> None:
    head = HEAD.replace("SIPRI AT Database ID,Supplier,Recipient", "Deal ID,Seller,Buyer")
    text = "SIPRI Transfers Database\n\n\n x the years from 1950 to 2022 - (created: 2023-03-11)\n\n" + head + TANK
    reading = read_sipri(write("r.txt", text.replace(",", ";")))
    assert reading.statements == read(write, TANK)
    (source,) = reading.sources
    assert source.coverage
    assert source.coverage.period == DateRange.parse("1950..2022")
    assert source.published == DateRange.parse("2023-03-11")
    assert not reading.notes


def test_trailing_semicolons_do_not_count(write: Write) -> None:
    text = (HEAD + TANK + LATER).replace("\n", ";\n")
    assert read_sipri(write("r.csv", text)).statements == read(write, TANK, LATER)


def test_a_deal(write: Write) -> None:
    delivered, ordered = read(write, DEAL, head=DEALS)
    assert delivered.movement == ordered.movement
    assert delivered.movement.startswith("sipri-deal-")
    assert (ordered.stage, ordered.when, ordered.quantity) == (
        Stage.ORDERED,
        DateRange.parse("1979"),
        Quantity.exact(100, about=True),
    )
    assert (delivered.stage, delivered.when, delivered.quantity) == (
        Stage.DELIVERED,
        DateRange.parse("1980..1982"),
        Quantity.exact(90, about=True),
    )
    assert "paid in oil – à part" not in delivered.remark  # latin-1 has no dash: the test's own encoding replaced it
    assert "à part" in delivered.remark
    movement = derive("k", (ordered, delivered), {}, directory().part_of)
    assert (movement.stage, movement.quantity.best, movement.when) == (Stage.DELIVERED, 90, delivered.when)
    assert movement.conflicts == ()


def test_a_deal_without_deliveries_is_an_order(write: Write) -> None:
    (statement,) = read(write, OPEN, head=DEALS)
    assert (statement.stage, statement.quantity) == (Stage.ORDERED, Quantity.exact(5))
    assert (statement.from_party, statement.to_party) == ("unknown-supplier", "syrian-opposition")


def test_a_deal_keeps_its_key_while_it_is_carried_out(write: Write) -> None:
    later = DEAL.replace("90,?,1980; 1982", "100,,1980; 1982; 1983").replace("90;", "100;")
    assert read(write, DEAL, head=DEALS)[0].movement == read(write, later, head=DEALS)[0].movement


def test_a_deal_delivered_at_an_unknown_date_came_after_its_order(write: Write) -> None:
    delivered = read(write, DEAL.replace("1980; 1982", ""), head=DEALS)[0]
    assert delivered.when == DateRange.parse("1979-01-01..")


def test_coverage_is_the_preambles_then_the_callers_then_what_the_rows_show(write: Write) -> None:
    def period(path: Path, coverage: DateRange | None) -> DateRange:
        cover = read_sipri(path, coverage=coverage).sources[0].coverage
        assert isinstance(cover, Coverage)
        return cover.period

    asked = DateRange.parse("1995..")
    bare, stated = write("a.csv", HEAD + TANK), write("b.csv", DEALS + DEAL)
    shown = read_sipri(bare).statements[0].when
    assert shown.known
    assert period(bare, None) == shown
    assert period(bare, asked) == asked
    assert period(stated, asked) == DateRange.parse("1950..2013")
    assert any("years of delivery" in note for note in read_sipri(bare).notes)


def after(*files: Path, there: Source | None = None, coverage: DateRange | None = None) -> Source | None:
    """The register's entry in a case after these imports."""
    for file in files:
        (there,) = read_sipri(file, ledger(sources=(there,) if there else ()), coverage=coverage).sources or (there,)
    return there


def test_years_that_were_read_off_grow_with_every_file_in_any_order(write: Write) -> None:
    early = write("a.csv", "(created: 2019-03-11)\n" + HEAD + TANK.replace(",2005,", ",1991,"))
    middle, late = write("b.csv", HEAD + TANK + MADE), write("c.csv", HEAD + LATER.replace(",2006,", ",2014,"))
    orders = list(itertools.permutations([early, middle, late]))
    entries = [after(*order) for order in orders]
    assert all(entry == entries[0] for entry in entries)
    assert entries[0]
    assert entries[0].coverage
    assert entries[0].coverage.period == DateRange.parse("1991..2014")
    assert entries[0].published == DateRange.parse("2019-03-11")
    known = ledger(sources=(entries[0],))
    for file in (early, middle, late):
        again = read_sipri(file, known)
        assert (again.sources, again.notes) == ((), ())
    reading = read_sipri(late, ledger(sources=(after(middle),)))
    (note,) = reading.notes
    assert "sipri-at now covers 2005..2014; before: 2005..2007" in note


def test_a_file_without_deliveries_leaves_the_years_that_were_read_off(write: Write) -> None:
    entry = after(write("a.csv", HEAD + TANK), write("b.csv", HEAD + TANK.replace("Iraq", "Atlantis*")))
    assert entry == after(write("b.csv", HEAD + TANK.replace("Iraq", "Atlantis*")), write("a.csv", HEAD + TANK))
    assert entry
    assert entry.coverage
    assert entry.coverage.period == DateRange.parse("2005")


def test_a_stated_period_takes_the_place_of_one_that_was_read_off(write: Write) -> None:
    bare = write("a.csv", HEAD + TANK.replace(",2005,", ",2019,"))
    stated = write("b.csv", "the years from 1950 to 2013 - (created: 2014-11-26)\n" + HEAD + TANK)
    one, two = after(bare, stated), after(stated, bare)
    assert one == two == after(bare, stated, bare, stated)
    assert one
    assert one.coverage
    assert one.coverage.period == DateRange.parse("1950..2013")
    assert "read off" not in one.coverage.note
    (note,) = read_sipri(stated, ledger(sources=(after(bare),))).notes
    assert "sipri-at now covers 1950..2013, as is stated; before: 2019" in note
    asked = read_sipri(bare, ledger(sources=(after(bare),)), coverage=DateRange.parse("1995.."))
    assert asked.sources[0].coverage
    assert asked.sources[0].coverage.period == DateRange.parse("1995..")


def test_a_period_that_somebody_stated_is_kept(write: Write) -> None:
    bare, late = write("a.csv", HEAD + TANK), write("b.csv", HEAD + LATER.replace(",2006,", ",2019,"))
    asked = after(bare, coverage=DateRange.parse("1995..2010"))
    by_hand = Source(id="sipri-at", title="R", coverage=Coverage(period=DateRange.parse("2000..2010")))
    shown = after(bare)
    assert shown
    assert shown.coverage
    narrowed = shown.coverage.model_copy(update={"period": DateRange.parse("2005..2010")})
    edited = shown.model_copy(update={"coverage": narrowed})
    for there in (asked, by_hand, by_hand.model_copy(update={"coverage": None}), edited):
        assert there
        assert read_sipri(late, ledger(sources=(there,))).sources == ()


def test_what_a_person_wrote_into_the_entry_stays(write: Write) -> None:
    entry = after(write("a.csv", HEAD + TANK))
    assert entry
    edited = entry.model_copy(update={"title": "The register", "reliability": "B"})
    wider = after(write("b.csv", HEAD + LATER), there=edited)
    assert wider
    assert (wider.title, wider.reliability) == ("The register", "B")
    assert wider.coverage
    assert wider.coverage.period == DateRange.parse("2005..2006")


def test_a_register_row_from_a_state_to_itself_is_rejected(write: Write) -> None:
    reading = read_sipri(write("r.csv", HEAD + MADE + TANK.replace("Hungary", "Iraq")))
    assert (reading.read, reading.ledger) == (2, 1)
    assert "from and to are both IRQ" in reading.rejected[0].reason


def test_an_error_of_a_spreadsheet_program_is_rejected(write: Write) -> None:
    reading = read_sipri(write("r.csv", HEAD + MADE + TANK.replace("T-72M1", "#N/A")))
    assert "designation: the cell holds the error #N/A" in reading.rejected[0].reason


def test_marks_of_no_width_do_not_count(write: Write) -> None:
    marked = read_sipri(write("r.csv", HEAD + TANK.replace("Hungary", "\u200bHungary\ufeff"))).statements
    assert marked == read_sipri(write("r.csv", HEAD + TANK)).statements


def test_a_register_that_the_case_knows_is_one_voice(write: Write) -> None:
    known = Source(
        id="sipri-2026",
        title="The register",
        kind=SourceKind.REGISTER,
        url="https://www.sipri.org/databases/armstransfers",
        published=DateRange.parse("2026-02-12"),
        coverage=Coverage(period=DateRange.parse("1995..")),
    )
    reading = read_sipri(write("r.csv", DEALS + DEAL), ledger(sources=(known,)))
    assert reading.sources == ()
    assert {statement.source for statement in reading.statements} == {"sipri-2026"}
    assert len([note for note in reading.notes if "the case" in note]) == 2


def test_no_register_half_a_register_and_a_missing_column(write: Write) -> None:
    with pytest.raises(BadFileError, match="no SIPRI trade register"):
        read_sipri(write("r.csv", "a,b\n1,2\n"))
    with pytest.raises(BadFileError, match="half a file"):
        read_sipri(write("r.csv", (HEAD + TANK)[:-40]))
    with pytest.raises(BadFileError, match="Delivery year is missing"):
        read_sipri(write("r.csv", (HEAD + TANK).replace("Delivery year,", "Year nought,")))


def test_rows_in_any_order_give_the_same_records(write: Write) -> None:
    rows = [TANK, LATER, MADE, TANK]
    whole = read(write, *rows)
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert read(write, *rows) == whole


def test_the_extract_goes_in_whole(extract: Path) -> None:
    reading = read_sipri(extract, coverage=DateRange.parse("1995.."))
    assert reading.read == 1538
    assert reading.ledger + len(reading.review) + len(reading.rejected) == 1538
    assert reading.rejected == ()
    assert len(reading.review) <= 15
    assert all(row.reason for row in reading.review)
    hmmwv = [
        statement.quantity.best
        for statement in reading.statements
        if (statement.from_party, statement.to_party, statement.item) == ("USA", "IRQ", "vehicle.light.hmmwv")
        and statement.when.within(DateRange.parse("2006..2010"))
    ]
    assert sum(value for value in hmmwv if value) == 8564
