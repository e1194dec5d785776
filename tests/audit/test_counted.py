"""Books against a physical count, adjustments, and samples."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from scipy.stats import hypergeom

from takingstock.audit import KINDS, interval
from takingstock.records import Adjustment, DateRange, Finding, Place, Quantity, Sampling, Severity

Audit = Callable[..., dict[str, Finding]]
RIFLE = "rifle.assault.ak"


def adjustment(direction: str, quantity: str, when: str = "2006-06", **more: Any) -> Adjustment:
    return Adjustment(
        id=more.pop("id", f"a-{direction}-{quantity}"),
        holder="army",
        item=RIFLE,
        direction=direction,  # type: ignore[arg-type]
        quantity=Quantity.parse(quantity),
        when=DateRange.parse(when),
        person="N. N.",
        reason=more.pop("reason", "written off by order 12"),
        **more,
    )


def books(write: SimpleNamespace, quantity: str, when: str = "2006-01-31", **more: Any) -> Any:
    return write.counted(more.pop("id_", "b"), RIFLE, "army", quantity, when, **more)


def counted(write: SimpleNamespace, quantity: str, when: str = "2006-12-31", **more: Any) -> Any:
    return write.counted(more.pop("id_", "p"), RIFLE, "army", quantity, when, basis="physical", **more)


def only(found: dict[str, Finding], prefix: str = "books-differ") -> list[Finding]:
    return [finding for name, finding in found.items() if name.startswith(prefix)]


def test_fewer_counted_than_in_the_books(audit: Audit, write: SimpleNamespace) -> None:
    (found,) = only(audit(books(write, "1000"), counted(write, "940"), kinds=KINDS))
    assert (str(found.numerator), str(found.denominator), found.share) == ("60", "1000", pytest.approx(0.06))
    assert "940 counted on 2006-12-31 against 1,000 by the books (cut-off date 2006-01-31); 60 fewer" in found.words
    assert found.severity is Severity.MEDIUM
    assert found.rests_on == ("b", "p")


def test_more_counted_than_in_the_books(audit: Audit, write: SimpleNamespace) -> None:
    (found,) = only(audit(books(write, "1000"), counted(write, "1200"), kinds=KINDS))
    assert str(found.numerator) == "200"
    assert "200 more" in found.words


def test_what_came_and_left_in_between_is_carried_forward(audit: Audit, write: SimpleNamespace) -> None:
    rows = (
        books(write, "1000"),
        counted(write, "940"),
        write.moved("in", RIFLE, "USA>army", "100", "2006-03"),
        write.moved("out", RIFLE, "army>group", "160", "2006-05", mode="capture"),
        write.moved("old", RIFLE, "USA>army", "500", "2005"),
        write.moved("late", RIFLE, "USA>army", "500", "2007"),
    )
    assert not only(audit(*rows, kinds=KINDS))
    (found,) = only(audit(*rows, write.moved("more", RIFLE, "USA>army", "50", "2006-07"), kinds=KINDS))
    assert str(found.numerator) == "50"
    # Dated "2006" only, it may have come before the books were closed.
    assert not only(audit(*rows, write.moved("more", RIFLE, "USA>army", "50", "2006"), kinds=KINDS))


def test_places_and_conditions_are_not_mixed(audit: Audit, write: SimpleNamespace) -> None:
    here, there = {"place": Place(name="Taji")}, {"place": Place(name="Erbil")}
    rows = (
        books(write, "100", id_="b1", **here),
        books(write, "100", id_="b2", **there),
        counted(write, "90", id_="p1", **here),
        counted(write, "100", id_="p2", **there),
    )
    (found,) = only(audit(*rows, kinds=KINDS))
    assert (found.place, str(found.numerator)) == ("Taji", "10")
    good, bad = {"condition": "serviceable"}, {"condition": "unserviceable"}
    rows = (books(write, "100"), counted(write, "80", id_="p1", **good), counted(write, "20", id_="p2", **bad))
    assert not only(audit(*rows, kinds=KINDS))
    rows = (books(write, "100", **good), *rows[1:])
    (found,) = only(audit(*rows, kinds=KINDS))
    assert str(found.numerator) == "20"
    assert "serviceable" in found.words


def test_ranges_that_meet_are_no_difference(audit: Audit, write: SimpleNamespace) -> None:
    assert not only(audit(books(write, "900..1000"), counted(write, "950..1100"), kinds=KINDS))
    (found,) = only(audit(books(write, "900..1000"), counted(write, "700..800"), kinds=KINDS))
    assert str(found.numerator) == "100..300"


def test_adjustments_are_applied_and_shown(audit: Audit, write: SimpleNamespace) -> None:
    rows = (books(write, "1000"), counted(write, "940"))
    (found,) = only(audit(*rows, adjustment("take-off", "50"), kinds=KINDS))
    assert (str(found.numerator), str(found.denominator)) == ("10", "950")
    assert "Adjusted: 50 taken off (written off by order 12, 2006-06)." in found.caution
    (found,) = only(audit(*rows, adjustment("take-off", "60"), kinds=KINDS))
    assert found.numerator.high == 0
    assert found.severity is Severity.NOTE
    assert "agrees with the books" in found.words
    (found,) = only(audit(*rows, adjustment("add", "20"), kinds=KINDS))
    assert str(found.numerator) == "80"
    # Before the books were closed it is in them; for another holder it says nothing.
    for other in (
        adjustment("take-off", "50", "2005"),
        adjustment("take-off", "50").model_copy(update={"holder": "m"}),
    ):
        (found,) = only(audit(*rows, other, kinds=KINDS))
        assert str(found.numerator) == "60"


def test_below_materiality_is_a_note(audit: Audit, write: SimpleNamespace) -> None:
    (found,) = only(audit(books(write, "1000"), counted(write, "940", materiality=60), kinds=KINDS))
    assert (found.severity, found.severity_reason) == (Severity.NOTE, "Not above the stated materiality.")
    (found,) = only(audit(books(write, "1000"), counted(write, "939", materiality=60), kinds=KINDS))
    assert found.severity is Severity.MEDIUM


def test_an_adjustment_that_names_a_finding_takes_from_its_gap(audit: Audit, write: SimpleNamespace) -> None:
    rows = (
        write.moved("i", RIFLE, "mission>army", "1000", "2005", mode="issue", source="audit"),
        books(write, "400", "2007"),
    )
    named = adjustment("take-off", "100", "2004", finding="not-in-books:b")
    assert str(audit(*rows)["not-in-books:b"].numerator) == "600"
    found = audit(*rows, named)["not-in-books:b"]
    assert (str(found.numerator), found.share) == ("500", pytest.approx(0.5))
    assert "written off by order 12" in found.caution
    explained = adjustment("take-off", "600", "2004", finding="not-in-books:b")
    assert audit(*rows, explained)["not-in-books:b"].numerator.high == 0


def plan(**more: Any) -> Sampling:
    given = {"direction": "book-to-floor", "of": 1000, "drawn": 100, "matched": 97, "random": True}
    return Sampling.model_validate(given | more)


def test_a_random_sample_is_extrapolated_with_its_interval(audit: Audit, write: SimpleNamespace) -> None:
    found = audit(counted(write, "1000", sampling=plan()), kinds=KINDS)["not-counted:book-to-floor:p"]
    low, high = interval(3, 100, 1000)
    assert (found.numerator.low, found.numerator.high, found.numerator.mode) == (low, high, 30)
    assert str(found.denominator) == "1000"
    assert found.share is None
    assert "3 of 100 drawn" in found.words
    assert "with 95 % confidence" in found.words


@pytest.mark.parametrize(
    ("more", "said"), [({"random": False}, "not drawn by chance"), ({"strata": "by depot"}, "drawn by strata")]
)
def test_no_other_sample_is(audit: Audit, write: SimpleNamespace, more: dict[str, Any], said: str) -> None:
    found = audit(counted(write, "1000", sampling=plan(**more)), kinds=KINDS)["not-counted:book-to-floor:p"]
    assert (str(found.numerator), str(found.denominator), found.share) == ("3", "100", pytest.approx(0.03))
    assert said in found.caution
    assert "not extrapolated" in found.words


def test_floor_to_book_is_the_other_way(audit: Audit, write: SimpleNamespace) -> None:
    rows = counted(write, "1000", sampling=plan(direction="floor-to-book"))
    found = audit(rows, kinds=KINDS)["books-differ-from-count:floor-to-book:p"]
    assert "items on the floor not in the books" in found.words
    assert not audit(counted(write, "1000", sampling=plan(matched=100)), kinds=KINDS)


@pytest.mark.parametrize(("x", "drawn", "of"), [(0, 20, 200), (3, 20, 200), (20, 20, 200), (5, 5, 5), (2, 50, 60)])
def test_the_interval_is_the_inversion_of_the_two_tests(x: int, drawn: int, of: int) -> None:
    low, high = interval(x, drawn, of)
    possible = range(x, of - (drawn - x) + 1)
    kept = [k for k in possible if hypergeom.sf(x - 1, of, k, drawn) > 0.025 and hypergeom.cdf(x, of, k, drawn) > 0.025]
    assert (low, high) == (min(kept), max(kept))


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    drawn, of = 15, 60
    bounds = [interval(x, drawn, of) for x in range(drawn + 1)]
    for true in range(of + 1):
        covered = sum(
            float(hypergeom.pmf(x, of, true, drawn)) for x, (low, high) in enumerate(bounds) if low <= true <= high
        )
        assert covered >= 0.95 - 1e-12
