"""Serials, lots, and production against marks."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.audit import findings, listed
from takingstock.audit.marks import fold, gaps, ranges
from takingstock.records import DateRange, Finding, FindingKind, Quantity, Severity, Sighting, Unit

Audit = Callable[..., dict[str, Finding]]
AK = "rifle.assault.ak.ak-47"
TWICE, UNSEEN = [FindingKind.DUPLICATE_SERIAL], [FindingKind.SERIAL_NOT_SEEN]
LOTS, MADE = [FindingKind.LOT_SPLIT], [FindingKind.PRODUCTION_AND_MARKS]


def listing(write: SimpleNamespace, id_: str, holder: str, *marks: str, when: str = "2010-05", **more: Any) -> Any:
    basis = more.pop("basis", "physical")
    return write.counted(id_, more.pop("item", AK), holder, str(len(marks)), when, basis=basis, marks=marks, **more)


def test_one_serial_with_two_holders(audit: Audit, write: SimpleNamespace) -> None:
    rows = (listing(write, "a", "army", "AB 1001", "1002"), listing(write, "b", "group", "ab1001", "1003"))
    (found,) = audit(*rows, kinds=TWICE).values()
    assert found.id == f"duplicate-serial:army:group:{AK}"
    assert (str(found.numerator), str(found.denominator)) == ("1", "3")
    assert found.severity is Severity.MEDIUM
    assert found.rests_on == ("a", "b")
    assert "1001" not in found.words + found.caution + found.definition


@pytest.mark.parametrize(
    "other",
    [
        {"when": "2011"},  # another time
        {"item": "pistol"},  # another class
        {"holder": "force"},  # the army is a part of it
        {"marks": ("AB-10-01",)},  # another mark
        {"marks": ("lot 1001",)},
    ],
)
def test_what_is_no_double(audit: Audit, write: SimpleNamespace, other: dict[str, Any]) -> None:
    given = {"holder": "group", "marks": ("AB1001",)} | other
    holder, marks = given.pop("holder"), given.pop("marks")
    rows = (listing(write, "a", "army", "AB1001"), listing(write, "b", holder, *marks, **given))
    assert not audit(*rows, kinds=TWICE)


def test_one_list_that_repeats_itself(audit: Audit, write: SimpleNamespace) -> None:
    found = audit(listing(write, "a", "army", "serial 7", "s/n 7", "No. 8"), kinds=TWICE)["duplicate-serial:within:a"]
    assert (str(found.numerator), str(found.denominator), found.severity) == ("1", "2", Severity.LOW)


def test_serials_on_a_list_that_the_count_did_not_see(audit: Audit, write: SimpleNamespace, taxonomy: Any) -> None:
    delivery = write.moved("d", AK, "USA>army", "4", "2009", marks=("1", "2", "3", "4"))
    left = write.moved("l", AK, "army>group", "1", "2009-06", mode="capture", marks=("3",))
    rows = (delivery, left, listing(write, "p", "army", "1"), listing(write, "q", "army", "2", when="2010-06"))
    found = audit(*rows, kinds=UNSEEN)
    # Number 3 has left; number 2 was seen at a later count.
    assert str(found["serial-not-seen:p"].numerator) == "1"
    assert str(found["serial-not-seen:q"].numerator) == "2"
    assert "1 of 4 serials on the lists of Army not seen at the count on 2010-05" in found["serial-not-seen:p"].words
    book = listing(write, "b", "army", "9", basis="books", when="2008")
    assert str(audit(*rows, book, kinds=UNSEEN)["serial-not-seen:p"].numerator) == "2"


def test_the_serials_stand_beside_the_finding(write: SimpleNamespace, taxonomy: Any, parties: Any) -> None:
    delivery = write.moved("d", AK, "USA>army", "2", "2009", marks=("AB-1", "AB-2"))
    (row,) = listed(write.ledger(delivery, listing(write, "p", "army", "ab 1")), taxonomy, parties, kinds=UNSEEN)
    assert row.marks == ("ab2",)
    assert (row.finding,) == findings(
        write.ledger(delivery, listing(write, "p", "army", "ab 1")), taxonomy, parties, kinds=UNSEEN
    )


def test_a_gap_in_a_block_is_a_note_only(audit: Audit, write: SimpleNamespace) -> None:
    block = [f"K{n}" for n in range(100, 120) if n != 110]
    (found,) = audit(listing(write, "p", "army", *block), kinds=UNSEEN).values()
    assert found.id == "serial-not-seen:block:p"
    assert found.severity is Severity.NOTE
    assert "need not give numbers in sequence" in found.caution
    assert not gaps(f"{n}" for n in range(0, 100, 7))


def test_marks_are_compared_without_blanks_and_case_but_not_by_look() -> None:
    assert fold("AB 10-01") == fold("ab.10.01") == "ab10·01"
    assert fold("O1") != fold("01")
    assert ranges(["AB1001..AB1999", "7"]) == [("ab", 1001, 1999)]


def sighted(id_: str, holder: str, *marks: str, quantity: str = "1", **more: Any) -> Sighting:
    unit = Unit(more.pop("unit", "rounds"))
    return Sighting(
        id=id_, source="field", holder=holder, item=more.pop("item", "cartridge"), marks=marks,
        quantity=Quantity.parse(quantity, unit), **more,
    )  # fmt: skip


def test_a_lot_with_holders_to_whom_nothing_brings_it(audit: Audit, write: SimpleNamespace) -> None:
    came = write.moved("d", "cartridge", "USA>army", "5000", "2005", unit="rounds", marks=("lot 04-77",))
    rows = (came, sighted("o1", "army", "04-77", quantity="100"), sighted("o2", "group", "Lot 04 77", quantity="40"))
    (found,) = audit(*rows, kinds=LOTS).values()
    assert (str(found.numerator), str(found.denominator)) == ("40", "5000")
    assert "no record brings it to Group" in found.words
    assert "suggests, and does not show" in found.caution
    brought = write.moved("c", "cartridge", "army>group", "?", "2014", mode="capture", unit="rounds", marks=("04-77",))
    assert not audit(*rows, brought, kinds=LOTS)
    (unknown,) = audit(*rows[1:], kinds=LOTS).values()
    assert (str(unknown.numerator), str(unknown.denominator)) == ("40", "140")
    assert not audit(*rows[:2], kinds=LOTS)


def made(write: SimpleNamespace, quantity: str = "1000", when: str = "1970..1980", **more: Any) -> Any:
    return write.moved("m", "tank", "POL>POL", quantity, when, mode="production", **more)


def tank(id_: str, year: str = "", *marks: str, **more: Any) -> Sighting:
    return sighted(id_, "group", *marks, item="tank", unit="items", made_in="POL", made=DateRange.parse(year), **more)


def test_years_in_which_nobody_has_it_made(audit: Audit, write: SimpleNamespace) -> None:
    rows = (made(write), tank("a", "1975"), tank("b", "1983"), tank("c"))
    (found,) = audit(*rows, kinds=MADE).values()
    assert found.id == "production-and-marks:years:POL:tank"
    assert (str(found.numerator), str(found.denominator)) == ("1", "2")
    assert "marked 1983; production there is on record for 1970 to 1980" in found.words
    assert not audit(*rows[:2], tank("d", "1980..1985"), kinds=MADE)
    assert not audit(tank("b", "1983"), kinds=MADE)
    other = tank("b", "1983").model_copy(update={"made_in": "CZE"})
    assert not audit(made(write), other, kinds=MADE)


def test_serials_outside_the_blocks_that_production_states(audit: Audit, write: SimpleNamespace) -> None:
    rows = (made(write, marks=("P100..P200",)), tank("a", "", "P150"), tank("b", "", "P201"), tank("c", "", "X9"))
    (found,) = audit(*rows, kinds=MADE).values()
    assert (found.id, str(found.numerator), str(found.denominator)) == (
        "production-and-marks:serials:POL:tank",
        "1",
        "2",
    )


def test_more_seen_than_made(audit: Audit, write: SimpleNamespace) -> None:
    (found,) = audit(made(write, "10"), tank("a", quantity="14"), kinds=MADE).values()
    assert (found.id, str(found.numerator), str(found.denominator)) == (
        "production-and-marks:number:POL:tank",
        "4",
        "14",
    )
    assert not audit(made(write, "?"), tank("a", quantity="14"), kinds=MADE)
