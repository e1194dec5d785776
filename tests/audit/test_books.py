from collections.abc import Callable
from types import SimpleNamespace

import pytest

from takingstock.records import Finding

Audit = Callable[..., dict[str, Finding]]
AK, G36 = "rifle.assault.ak.ak-47", "rifle.assault.g36"


def issue(write: SimpleNamespace, key: str, item: str, quantity: str, **more: str) -> object:
    more = {"mode": "issue", "source": "audit", "when": "2004-06..2005-09-22"} | more
    return write.moved(key, item, more.pop("route", "mission>force"), quantity, **more)


def test_recorded_issues_less_the_books(audit: Audit, write: SimpleNamespace) -> None:
    book = write.counted("c", AK, "force", "~75000", "2007-01", remark="discrepancy in records, not proven theft")
    found = audit(issue(write, "i", AK, "~185000"), book)["not-in-books:c"]
    assert (found.numerator.best, found.denominator.best) == (110_000, 185_000)
    assert found.share == pytest.approx(110 / 185)
    assert found.sources == ("audit",)
    assert found.rests_on == ("c", "s-i")
    assert "about 110,000 of about 185,000" in found.words
    assert "not in the property books as of 2007-01 (59.5 %)" in found.words
    assert "missing" not in found.words + found.definition
    assert "discrepancy in records, not proven theft" in found.caution


def test_receipts_of_other_sources_never_enlarge_the_denominator(audit: Audit, write: SimpleNamespace) -> None:
    records = [
        issue(write, "i", AK, "185000"),
        write.moved("gift", AK, "HUN>force", "26000", "2005", mode="aid", source="alliance"),
        write.counted("c", AK, "force", "75000", "2007-01"),
    ]
    found = audit(*records)["not-in-books:c"]
    assert found.denominator.best == 185_000
    assert "1 recorded receipt that only other sources report" in found.caution
    assert "s-gift" not in found.rests_on


def test_a_paper_that_repeats_the_audit_is_the_audits_voice(audit: Audit, write: SimpleNamespace) -> None:
    sources = [write.source("audit"), write.source("paper", derives_from=("audit",))]
    book = write.counted("c", AK, "force", "75000", "2007-01")
    told_again = issue(write, "i", AK, "185000", source="paper", id="s-paper")
    found = audit(*sources, book, told_again)["not-in-books:c"]
    assert found.denominator.best == 185_000
    assert "the source of the books reports itself" in found.definition
    both = audit(*sources, book, told_again, issue(write, "i", AK, "185000"))["not-in-books:c"]
    assert both.denominator.best == 185_000


def test_without_receipts_of_its_own_the_book_is_set_against_all_with_a_warning(
    audit: Audit, write: SimpleNamespace
) -> None:
    book = write.counted("c", AK, "force", "60", "2007-01")
    received = [write.moved("a", AK, "HUN>army", "100", "2005"), write.moved("b", AK, "HUN>force", "30", "2007")]
    found = audit(book, *received)["not-in-books:c"]
    assert str(found.denominator) == "100..130"
    assert str(found.numerator) == "40..70"
    assert found.share is None
    assert "may not be meant to cover them all" in found.definition
    # The lowest reading leaves no gap, so nothing is said.
    assert not audit(write.counted("c", AK, "force", "100", "2007-01"), *received)
    # Without a date it cannot be known what the book should cover.
    assert not audit(write.counted("c", AK, "force", "60"), *received)


def test_what_does_not_belong_is_left_out(audit: Audit, write: SimpleNamespace) -> None:
    book = write.counted("c", "rifle", "force", "10", "2007-01")
    records = [
        issue(write, "below", G36, "15"),
        issue(write, "inside", AK, "1000", route="force>army"),
        issue(write, "back", AK, "1000", mode="return"),
        issue(write, "later", AK, "1000", when="2008"),
        issue(write, "state", AK, "1000", route="mission>IRQ"),
        issue(write, "sister", AK, "1000", route="mission>militia"),
        issue(write, "unit", AK, "1000", unit="tonnes"),
        write.moved("notified", AK, "USA>force", "1000", "2005", source="audit", stage="notified"),
        issue(write, "other", "pistol", "1000"),
    ]
    found = audit(book, *records)["not-in-books:c"]
    assert (str(found.numerator), str(found.denominator)) == ("5", "15")
    assert found.rests_on == ("c", "s-below")


def test_more_in_the_books_than_received_is_no_finding(audit: Audit, write: SimpleNamespace) -> None:
    assert not audit(issue(write, "i", AK, "10"), write.counted("c", AK, "force", "12", "2007"))
    assert not audit(issue(write, "i", AK, "10"), write.counted("c", AK, "force", "5", "2007", basis="physical"))


def test_what_left_the_holder_is_named_not_deducted(audit: Audit, write: SimpleNamespace) -> None:
    lost = write.moved("l", AK, "army>group", "20", "2006", mode="capture")
    found = audit(issue(write, "i", AK, "100"), write.counted("c", AK, "force", "70", "2007"), lost)
    assert str(found["not-in-books:c"].numerator) == "30"
    assert "20 recorded as having left the holder by then, not deducted" in found["not-in-books:c"].caution


def test_sum_over_one_weapons_group_only(audit: Audit, write: SimpleNamespace) -> None:
    rows = {AK: (185, 75), "pistol": (170, 90), "equipment.body-armour": (215, 80), "equipment.helmet": (140, 25)}
    records = []
    for number, (item, (issued, held)) in enumerate(rows.items()):
        records.append(issue(write, f"i{number}", item, str(issued)))
        records.append(write.counted(f"c{number}", item, "force", str(held), "2007-01"))
    found = audit(*records)
    sums = [f for f in found.values() if f.item == "small-arms"]
    assert [(f.id, f.numerator.best, f.denominator.best) for f in sums] == [
        ("not-in-books:force:small-arms:audit:2007-01", 190, 355)
    ]
    assert sums[0].share == pytest.approx(190 / 355)
    assert sums[0].rests_on == ("c0", "c1", "s-i0", "s-i1")
    assert len(found) == 5
    assert not any(f.item == "equipment" for f in found.values())


def test_sum_needs_two_gaps_of_one_source_and_date(audit: Audit, write: SimpleNamespace) -> None:
    issued = [issue(write, "a", AK, "100"), issue(write, "b", "pistol", "50"), issue(write, "c", G36, "10")]

    def items(*books: object) -> set[str]:
        return {finding.item for finding in audit(*issued, *books).values()}

    ak = write.counted("ak", AK, "force", "60", "2007")
    assert "small-arms" not in items(ak, write.counted("p", "pistol", "force", "20", "2008"))
    assert "small-arms" not in items(ak, write.counted("p", "pistol", "militia", "20", "2007"))
    assert "small-arms" not in items(ak, write.counted("p", "pistol", "force", "50", "2007"))
    assert "small-arms" in items(ak, write.counted("p", "pistol", "force", "20", "2007"))


def test_sum_counts_no_class_twice_and_no_surplus_hides_a_gap(audit: Audit, write: SimpleNamespace) -> None:
    issued = [issue(write, "a", AK, "100"), issue(write, "b", "pistol", "50"), issue(write, "c", G36, "10")]
    books = [
        write.counted("ak", AK, "force", "60", "2007"),
        write.counted("p", "pistol", "force", "20", "2007"),
        write.counted("g", G36, "force", "25", "2007"),
    ]
    found = audit(*issued, *books)["not-in-books:force:small-arms:audit:2007"]
    assert (found.numerator.best, found.denominator.best) == (70, 160)
    assert found.share == pytest.approx(70 / 160)
    nested = audit(*issued, *books, write.counted("r", "rifle", "force", "80", "2007"))
    total = nested["not-in-books:force:small-arms:audit:2007"]
    assert (total.numerator.best, total.denominator.best) == (110 - 80 + 30, 160)


def test_the_difference_is_nobodys_figure(audit: Audit, write: SimpleNamespace) -> None:
    found = audit(
        write.moved("i", "pistol", "mission>force", "~170", "2005", mode="issue", source="audit", claimant="commander"),
        write.counted("b", "pistol", "force", "~90", "2007", claimant="property books"),
    )["not-in-books:b"]
    assert found.claimants == ()
    assert (
        "In the books: about 90 (property books, in audit). Issued or received: about 170 (commander, in audit)."
        in (found.caution)
    )
