"""Two releases of one register: corrections and retractions, and both truths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from takingstock.case import Case, create
from takingstock.exchange import load
from takingstock.records import BadFileError, DateRange, ImportReport

HEADER = (
    "SIPRI AT Database ID,Supplier,Recipient,Designation,Description,Armament category,Order date,"
    "Order date is estimate,Numbers delivered,Numbers delivered is estimate,Delivery year,Delivery year is estimate,"
    "Status,SIPRI estimate,TIV deal unit,TIV delivery values,Local production\n"
)


def row(deal: int, number: int, supplier: str = "Hungary", designation: str = "T-72M1") -> str:
    return (
        f"{deal},{supplier},Iraq,{designation},tank,Armoured vehicles,2004,No,{number},No,2005,No,New,1,1,{number},No\n"
    )


FIRST = row(1, 77) + row(2, 4) + row(3, 9)
SECOND = row(1, 70) + row(3, 9) + row(4, 5)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return create(tmp_path / "case", "A case")


@pytest.fixture
def bring(case: Case, tmp_path: Path) -> Callable[..., ImportReport]:
    def do(text: str, day: str = "", complete: bool = False, name: str = "r.csv") -> ImportReport:
        (tmp_path / name).write_text(HEADER + text, encoding="utf-8")
        return load(case, tmp_path / name, released=DateRange.parse(day), complete=complete)

    return do


def held(case: Case, day: str = "") -> dict[str, str]:
    ledger = case.ledger_known(date.fromisoformat(day)) if day else case.ledger()
    return {statement.id: str(statement.quantity) for statement in ledger.statements}


def test_a_whole_release_corrects_and_retracts_and_both_truths_stay(
    case: Case, bring: Callable[..., ImportReport]
) -> None:
    bring(FIRST, "2015-03-01")
    done = bring(SECOND, "2019-03-11", complete=True)
    assert (done.ledger, done.revised, done.unchanged) == (3, 1, 1)
    assert "1 entries that this release does not hold any more are retracted" in done.notes
    now = {"sipri-at-1-2005": "70", "sipri-at-3-2005": "9", "sipri-at-4-2005": "5"}
    assert held(case) == held(case, "2019-03-11") == now
    assert held(case, "2019-03-10") == {"sipri-at-1-2005": "77", "sipri-at-2-2005": "4", "sipri-at-3-2005": "9"}
    assert case.verify() == ()
    revision = case.revision
    bring(SECOND, "2019-03-11", complete=True)
    assert case.revision == revision
    bring(FIRST, "2020-01-01", complete=True)
    assert held(case)["sipri-at-2-2005"] == "4"
    assert case.verify() == ()


def test_a_part_of_a_release_retracts_nothing_and_says_so(case: Case, bring: Callable[..., ImportReport]) -> None:
    bring(FIRST, "2015-03-01")
    done = bring(row(1, 70), "2019-03-11")
    assert any(
        "2 entries of the case under the same source are not in this file and stay" in note for note in done.notes
    )
    assert len(held(case)) == 3


def test_an_older_release_cannot_come_in_after_a_later_one(case: Case, bring: Callable[..., ImportReport]) -> None:
    bring(SECOND, "2019-03-11")
    before = held(case)
    with pytest.raises(BadFileError, match=r"release of 2019-03-11 .* later than 2015-03-01"):
        bring(FIRST, "2015-03-01")
    assert held(case) == before


def test_a_row_that_waits_for_a_person_is_not_retracted(case: Case, bring: Callable[..., ImportReport]) -> None:
    bring(FIRST, "2015-03-01")
    bring(row(1, 77) + row(2, 4, supplier="Atlantis") + row(3, 9), "2019-03-11", complete=True)
    assert set(held(case)) == {"sipri-at-1-2005", "sipri-at-2-2005", "sipri-at-3-2005"}


def test_a_complete_release_needs_its_day(bring: Callable[..., ImportReport]) -> None:
    with pytest.raises(BadFileError, match="needs its day"):
        bring(FIRST, complete=True)


def test_the_register_s_own_total_reconciles(case: Case, bring: Callable[..., ImportReport]) -> None:
    from takingstock.questions import totals
    from takingstock.reference.parties import directory

    bring(FIRST, "2015-03-01")
    (total,) = totals(case.ledger(), directory(), "recipient")
    assert (total.group, total.total, total.stated) == ("IRQ", 90.0, 3)
