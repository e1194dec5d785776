"""Cells: the template's grammar, and what is forgiven."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.exchange.cells import Cells, guarded, join_list, split_list
from takingstock.records import Condition, DateRange, Grade, Mode, Quantity, Unit


def cell(text: str) -> Cells:
    return Cells({"x": text})


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2004", "2004"),
        ("2004.0", "2004"),
        ("2004-06-08 00:00:00", "2004-06-08"),
        ("2004-06-08T13:05", "2004-06-08"),
        ("2004/6/8", "2004-06-08"),
        ("2004/06", "2004-06"),
        ("2004-2006", "2004..2006"),
        ("2004 – 2006", "2004..2006"),
        ("2004/2006", "2004..2006"),
        ("1995..", "1995.."),
        ("..2003-04", "..2003-04"),
        ("٢٠٠٤-٠٦", "2004-06"),
        ("", ""),
        ("?", ""),
    ],
)
def test_dates(text: str, meant: str) -> None:
    cells = cell(text)
    assert cells.date("x") == DateRange.parse(meant)
    assert not cells.faults


@pytest.mark.parametrize("text", ["2005-02-30", "2005-13", "8.6.2004", "2006..2004", "June 2004", "20004"])
def test_impossible_dates_are_faults(text: str) -> None:
    cells = cell(text)
    assert cells.date("x") == DateRange()
    assert text in cells.faults[0]
    assert cells.faults[0].startswith("x: ")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("3,400", 3400, 3400), ("~185000", 185000, 185000), (">=40", 40, None), ("2000–2300", 2000, 2300), ("٥٢", 52, 52)],
)
def test_quantities(text: str, low: float, high: float | None) -> None:
    cells = cell(text)
    quantity = cells.quantity("x", Unit.ROUNDS)
    assert (quantity.low, quantity.high, quantity.unit) == (low, high, Unit.ROUNDS)
    assert not cells.faults


def test_a_dot_that_may_part_thousands_is_asked_about() -> None:
    cells = cell("1.000")
    assert not cells.quantity("x", Unit.ITEMS).known
    assert "write 1000" in cells.faults[0]
    assert cell("1.25").quantity("x", Unit.TONNES) == Quantity.exact(1.25, Unit.TONNES)


@pytest.mark.parametrize("text", ["1.000..2.000", "~1.000", ">=1.000", "1..2.000", "5..9.000~6"])
def test_a_doubtful_dot_is_found_wherever_it_stands(text: str) -> None:
    cells = cell(text)
    assert not cells.quantity("x", Unit.ITEMS).known
    assert "two ways" in cells.faults[0]


def test_marks_of_no_width_do_not_count_in_what_is_looked_up() -> None:
    assert cell("\u200b2004\ufeff").date("x") == DateRange.parse("2004")
    assert cell("\ufeff yes").yes("x") is True
    assert cell("\u200bexport").choice("x", Mode) is Mode.EXPORT
    assert cell("\u200ba; b\ufeff").words("x") == ("a", "b")
    assert cell("\u200ba").text("x") == "\u200ba"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("#DIV/0!", True),
        ("#N/A", True),
        ("#NAME?", True),
        ("Err:502", True),
        ("#1", False),
        ("# N/A", False),
        ("", False),
    ],
)
def test_errors_of_spreadsheet_programs(text: str, error: bool) -> None:
    cells = Cells({"x": text, "y": "1"})
    cells.errors()
    assert bool(cells.faults) == error
    assert cells.text("x") == ("" if error else text)


@pytest.mark.parametrize("text", ["1,5", "3,7..4,2", "100 20", "1_0", "-5", "many", "5..2", "nan", "1e999"])
def test_bad_quantities_are_faults(text: str) -> None:
    cells = cell(text)
    assert not cells.quantity("x", Unit.ITEMS).known
    assert len(cells.faults) == 1


def test_shares() -> None:
    assert cell("0.435").share("x") == 0.435
    assert cell("43.5 %").share("x") == 0.435
    assert cell("٤٣٫٥٪").share("x") == 0.435
    assert cell("").share("x") is None
    for text in ("43.5", "-0.1", "nan", "half"):
        cells = cell(text)
        assert cells.share("x") is None
        assert "43.5%" in cells.faults[0]


def test_choices_fold_case_blanks_and_underscores() -> None:
    assert cell("Theft or_leakage").choice("x", Mode) is Mode.THEFT_OR_LEAKAGE
    assert cell("Second hand").choice("x", Condition) is Condition.SECOND_HAND
    cells = cell("xport")
    assert cells.choice("x", Mode) is None
    assert "export" in cells.faults[0]


def test_yes_and_no() -> None:
    assert cell("TRUE").yes("x") is True
    assert cell("no").yes("x") is False
    assert cell("").yes("x") is None
    cells = cell("perhaps")
    cells.yes("x")
    assert cells.faults


def test_numbers_stay_in_their_bounds() -> None:
    assert cell("-12.5").number("x", -90, 90) == -12.5
    for text in ("91", "nan", "east"):
        cells = cell(text)
        assert cells.number("x", -90, 90) is None
        assert cells.faults
    cells = cell("1.5")
    assert cells.whole("x", 0, 9) is None
    assert "whole" in cells.faults[0]


def test_grades() -> None:
    assert cell("b2").grade("x") == Grade.parse("B2")
    assert cell("").grade("x") == Grade()
    cells = cell("B9")
    cells.grade("x")
    assert "B2" in cells.faults[0]


def test_faults_are_collected() -> None:
    cells = Cells({"when": "x", "quantity": "-1"})
    cells.date("when")
    cells.quantity("quantity", Unit.ITEMS)
    cells.needed("id")
    assert [fault.split(":")[0] for fault in cells.faults] == ["when", "quantity", "id"]


@given(st.lists(st.text(st.characters(blacklist_categories=("Cc", "Cs")), min_size=1).map(str.strip).filter(bool)))
def test_lists_come_back_whatever_is_in_them(parts: list[str]) -> None:
    assert split_list(join_list(tuple(parts))) == tuple(parts)


@given(st.text(st.sampled_from("'=+-@#ab ")))
def test_no_text_starts_a_formula_and_all_come_back(text: str) -> None:
    written = guarded(text)
    assert not written.startswith(("=", "+", "-", "@", "#"))
    assert cell(written).text("x") == text


def test_list_separators() -> None:
    assert split_list("a; b ;;c") == ("a", "b", "c")
    assert split_list(r"a\;b; C:\x") == ("a;b", r"C:\x")
