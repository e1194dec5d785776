"""Small cases as the other side's lawyer would put them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from takingstock.records import Adjustment, DateRange, Finding, FindingKind, Quantity, Severity

Audit = Callable[..., dict[str, Finding]]
AK = "rifle.assault.ak.ak-47"
COUNTED, CLOSED, NEED = FindingKind.BOOKS_AND_COUNT, FindingKind.CLOSED_NOT_EMPTY, FindingKind.EXCESS


def stock(write: SimpleNamespace, **more: Any) -> list[Any]:
    item = more.pop("item", AK)
    return [
        write.counted("b", item, "army", "1000", "2008-01-31", **more),
        write.counted("p", item, "army", "800", "2008-12-31", basis="physical", **more),
        write.counted("n", item, "army", "500", "2009", basis="requirement", **more),
        write.counted("z", item, "army", "?", "2010", basis="closed", **more),
    ]


@pytest.mark.parametrize(
    ("item", "unit", "quantity", "other", "said"),
    [
        (AK, "items", "?", "items", "1 movement of unknown quantity not counted."),
        ("cartridge", "rounds", "2", "tonnes", "1 movement told in another unit not counted."),
    ],
)
def test_what_has_no_number_in_the_unit_is_named_and_may_explain_it(
    audit: Audit, write: SimpleNamespace, item: str, unit: str, quantity: str, other: str, said: str
) -> None:
    gone = [
        write.moved(f"o{when}", item, "army>CHE", quantity, when, mode="retransfer", unit=other)
        for when in ("2008-06", "2009-06")
    ]
    rows = stock(write, item=item, unit=unit)
    for kind in (COUNTED, CLOSED, NEED):
        plain = {f.severity for f in audit(*rows, kinds=[kind]).values()}
        found = audit(*rows, *gone, kinds=[kind])
        assert plain <= {Severity.HIGH, Severity.MEDIUM}
        assert {f.severity for f in found.values()} == {Severity.LOW}, kind
        assert all(said in f.caution for f in found.values())
        assert "may explain it" in next(iter(found.values())).severity_reason


def test_a_receipt_after_the_cut_off_is_not_certain(audit: Audit, write: SimpleNamespace) -> None:
    book = write.counted("b", AK, "force", "100", "2007-01", source="s")
    sure = write.moved("r", AK, "CHN>force", "120", "2006", source="s")
    may = write.moved("t", AK, "CHN>force", "50", "2006..2008", source="s")
    (found,) = audit(book, sure, may, kinds=[FindingKind.NOT_IN_BOOKS]).values()
    assert (str(found.numerator), str(found.denominator)) == ("20..70", "120..170")
    assert "1 receipt that may lie after the cut-off date: in the upper bound only." in found.caution
    undated = write.moved("t", AK, "CHN>force", "50", "", source="s")
    (full,) = audit(book, sure, undated, kinds=[FindingKind.NOT_IN_BOOKS]).values()
    assert str(full.denominator) == "170"


def test_a_report_of_none_is_no_supply(audit: Audit, write: SimpleNamespace) -> None:
    nil = write.moved("r", AK, "CHN>IRQ", "0", "1995"), write.moved("q", AK, "army>", "0", "1995", mode="loss")
    assert not audit(*nil, kinds=[FindingKind.IN_EMBARGO, FindingKind.HELD_BY_NOBODY])


def adjustment(id_: str, direction: Any, quantity: str) -> Adjustment:
    return Adjustment(
        id=id_, holder="army", item=AK, direction=direction, quantity=Quantity.parse(quantity),
        when=DateRange.parse("2011"), person="N. N.", reason="reason", finding=f"held-by-nobody:army:{AK}",
    )  # fmt: skip


def test_adding_to_what_nobody_counted_is_a_lower_bound(audit: Audit, write: SimpleNamespace) -> None:
    gone = write.moved("x", AK, "army>", "?", "2010")
    (found,) = audit(gone, adjustment("a", "add", "5"), kinds=[FindingKind.HELD_BY_NOBODY]).values()
    assert str(found.numerator) == ">=5"
    assert found.share is None


def test_taking_off_more_than_is_there_leaves_nothing(audit: Audit, write: SimpleNamespace) -> None:
    gone = write.moved("x", AK, "army>", "3", "2010")
    (found,) = audit(gone, adjustment("a", "take-off", "5"), kinds=[FindingKind.HELD_BY_NOBODY]).values()
    assert (str(found.numerator), found.severity) == ("0", Severity.NOTE)
    both = adjustment("a", "take-off", "3"), adjustment("b", "add", "3")
    (same,) = audit(gone, *both, kinds=[FindingKind.HELD_BY_NOBODY]).values()
    assert str(same.numerator) == "3"


def test_two_openings_of_one_stock_are_not_two_stocks(audit: Audit, write: SimpleNamespace) -> None:
    rows = [
        write.counted(id_, AK, "army", number, "2005", basis="opening", source=id_)
        for id_, number in (("x", "100"), ("y", "140"))
    ]
    (found,) = audit(*rows, write.counted("z", AK, "army", "?", "2010", basis="closed"), kinds=[CLOSED]).values()
    assert str(found.numerator) == "100..140"


def test_all_and_more_than_all(audit: Audit, write: SimpleNamespace) -> None:
    held = write.counted("h", AK, "force", "100", "2009", source="s")
    for number, said in (("100", "(all of 100)"), ("150", "(150.0 %, more than recorded)"), ("99.99", "(>99.9 %)")):
        lost = write.counted("l", AK, "force", number, "2010", basis="lost", source="s")
        (found,) = audit(held, lost, kinds=[FindingKind.LOST_OR_SOLD]).values()
        assert said in found.words
