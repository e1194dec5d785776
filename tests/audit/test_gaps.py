"""Held by nobody, closed and not empty, over the requirement, without a date, second-hand without a first owner."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.records import Adjustment, DateRange, Finding, FindingKind, Quantity, Severity

Audit = Callable[..., dict[str, Finding]]
AK, T72 = "rifle.assault.ak.ak-47", "tank.t-72.t-72m1"
NOBODY, CLOSED = [FindingKind.HELD_BY_NOBODY], [FindingKind.CLOSED_NOT_EMPTY]
EXCESS, UNDATED, FIRST = [FindingKind.EXCESS], [FindingKind.NO_DATE], [FindingKind.NO_FIRST_OWNER]


def test_held_by_nobody(audit: Audit, write: SimpleNamespace) -> None:
    rows = (
        write.moved("a", AK, "army>", "30", "2010", mode="theft-or-leakage"),
        write.moved("b", AK, "army>", "?", "2011", mode="loss"),
        write.moved("c", AK, "army>group", "70", "2012", mode="capture"),
        write.moved("d", AK, "army>", "900", "2013", mode="destruction"),
    )
    (found,) = audit(*rows, kinds=NOBODY).values()
    assert (found.id, str(found.numerator), str(found.denominator)) == (f"held-by-nobody:army:{AK}", "30", "100")
    assert "1 movement of unknown quantity not counted" in found.caution
    assert "(loss, theft or leakage) with no next holder on record (30.0 %)" in found.words
    assert not audit(*rows[2:], kinds=NOBODY)


def test_a_recipient_that_nobody_knows_is_nobody(audit: Audit, write: SimpleNamespace) -> None:
    (found,) = audit(write.moved("a", AK, "POL>unheard-of", "5", "2010"), kinds=NOBODY).values()
    assert str(found.numerator) == "5"


def test_an_adjustment_that_names_the_finding_is_shown(audit: Audit, write: SimpleNamespace) -> None:
    row = write.moved("a", AK, "army>", "30", "2010", mode="loss")
    made = Adjustment(
        id="x", holder="army", item=AK, direction="take-off", quantity=Quantity.exact(10), when=DateRange.parse("2011"),
        person="N. N.", reason="found again", finding=f"held-by-nobody:army:{AK}",
    )  # fmt: skip
    (found,) = audit(row, made, kinds=NOBODY).values()
    assert str(found.numerator) == "20"
    assert "Before adjustments: 30. Adjusted: 10 taken off (found again, 2011)." in found.caution
    assert found.words.endswith("After adjustments 20 are left.")


def closed(write: SimpleNamespace, quantity: str = "?", item: str = AK) -> Any:
    return write.counted("x", item, "army", quantity, "2010-12-31", basis="closed")


def test_a_closed_stock_with_a_balance(audit: Audit, write: SimpleNamespace) -> None:
    rows = (
        write.counted("o", AK, "army", "100", "2008", basis="physical"),
        write.moved("in", AK, "USA>army", "50", "2009"),
        write.moved("out", AK, "army>", "30", "2010-06", mode="destruction"),
    )
    (found,) = audit(*rows, closed(write), kinds=CLOSED).values()
    assert (str(found.numerator), str(found.denominator)) == ("120", "120")
    (found,) = audit(*rows, closed(write, "20"), kinds=CLOSED).values()
    assert str(found.numerator) == "100"
    assert not audit(*rows, closed(write, "120"), kinds=CLOSED)
    assert not audit(*rows, kinds=CLOSED)
    (found,) = audit(*rows[1:], closed(write), kinds=CLOSED).values()
    assert "what it held before is unknown, not zero" in found.caution


def test_a_stock_closed_as_a_whole_is_told_class_by_class(audit: Audit, write: SimpleNamespace) -> None:
    rows = (write.moved("a", AK, "USA>army", "5", "2009"), write.moved("b", "pistol", "USA>army", "7", "2009"))
    found = audit(*rows, closed(write, item="weapons"), kinds=CLOSED)
    assert {(f.item, str(f.numerator)) for f in found.values()} == {(AK, "5"), ("pistol", "7")}
    some = audit(*rows, closed(write, "6", "weapons"), kinds=CLOSED)
    assert {(f.item, str(f.numerator)) for f in some.values()} == {("pistol", "1..7")}


def test_counted_after_the_closing(audit: Audit, write: SimpleNamespace) -> None:
    later = write.counted("p", AK, "army", "4", "2012", basis="physical")
    (found,) = audit(closed(write), later, kinds=CLOSED).values()
    assert found.id == "closed-not-empty:x:p"
    assert "4 counted with Army on 2012, after its stock was said to be closed" in found.words


def need(write: SimpleNamespace, when: str = "2010-12-31") -> Any:
    return write.counted("n", AK, "army", "100", when, basis="requirement")


def test_more_than_is_said_to_be_needed(audit: Audit, write: SimpleNamespace) -> None:
    rows = (
        write.counted("o", AK, "army", "80", "2008", basis="books"),
        write.moved("a", AK, "USA>army", "50", "2009"),
        write.moved("b", AK, "USA>army", "40", "2012"),
    )
    (found,) = audit(*rows, need(write), kinds=EXCESS).values()
    assert (str(found.numerator), str(found.denominator), found.share) == ("30", "130", pytest.approx(30 / 130))
    (standing,) = audit(*rows, need(write, "2010.."), kinds=EXCESS).values()
    assert str(standing.numerator) == "70"
    assert not audit(rows[0], need(write), kinds=EXCESS)
    # Without a count it is what is recorded, and what was there before is unknown.
    assert not audit(*rows[1:2], need(write), kinds=EXCESS)


def test_records_without_a_date(audit: Audit, write: SimpleNamespace) -> None:
    rows = (
        write.moved("a", AK, "USA>army", "30"), write.moved("b", AK, "USA>army", "70", "2010"),
        write.counted("c", AK, "army", "9"),
    )  # fmt: skip
    (found,) = audit(*rows, kinds=UNDATED).values()
    assert (str(found.numerator), str(found.denominator)) == ("30", "100")
    assert found.words == "AK-47: 1 recorded delivery and 1 count of Army without a date, 30 (30.0 %)."
    assert (found.rests_on, found.severity) == (("c", "s-a"), Severity.LOW)


def used(write: SimpleNamespace, route: str = "HUN>IRQ", **more: Any) -> Any:
    return write.moved("m", more.pop("item", T72), route, "77", "2005", condition="second-hand", **more)


def test_second_hand_without_a_first_owner(audit: Audit, write: SimpleNamespace) -> None:
    (found,) = audit(used(write), kinds=FIRST).values()
    assert (found.holder, str(found.numerator), str(found.denominator)) == ("HUN", "77", "77")
    before = write.moved("b", "tank.t-72", "POL>HUN", "60", "1990")
    (found,) = audit(used(write), before, kinds=FIRST).values()
    assert (str(found.numerator), found.share) == ("17", pytest.approx(17 / 77))


@pytest.mark.parametrize("row", [{"route": "POL>IRQ"}, {"made_in": "HUN"}, {"item": "armour"}])
def test_who_may_have_been_the_first_owner_itself(audit: Audit, write: SimpleNamespace, row: dict[str, Any]) -> None:
    assert not audit(used(write, **row), kinds=FIRST)


def test_a_receipt_of_unknown_number_may_explain_it(audit: Audit, write: SimpleNamespace) -> None:
    assert not audit(used(write), write.moved("b", T72, "POL>HUN", "?", "1990"), kinds=FIRST)
    new = write.moved("m", T72, "HUN>IRQ", "77", "2005", condition="new")
    assert not audit(new, kinds=FIRST)
