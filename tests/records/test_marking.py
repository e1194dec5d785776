"""One rule for what a mark is, and one form to compare marks in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takingstock.records import MarkCondition
from takingstock.records.marking import block_of, fold_mark, read_mark


@pytest.mark.parametrize(
    ("text", "rounds", "kind", "mark"),
    [
        ("serial: 1234", False, "serial", "1234"),
        ("serial 1234", True, "serial", "1234"),
        ("s/n AB-1", False, "serial", "AB-1"),
        ("№ 77", False, "serial", "77"),
        ("1234", False, "serial", "1234"),
        ("1234", True, "lot", "1234"),
        ("lot 7", False, "lot", "7"),
        ("lot7", False, "lot", "7"),
        ("Batch no. 4-70", False, "lot", "4-70"),
        ("factory: 66", False, "factory", "66"),
        ("factory code 386", False, "factory", "386"),
        ("import: US 2004", False, "import", "US 2004"),
        # No word: a name that merely begins like one.
        ("Lotus 12", False, "serial", "Lotus 12"),
        ("Noricum", False, "other", "Noricum"),
        ("triangle", False, "other", "triangle"),
        ("1001..1010", False, "other", "1001..1010"),
    ],
)
def test_what_a_mark_is(text: str, rounds: bool, kind: str, mark: str) -> None:
    found = read_mark(text, rounds=rounds)
    assert (found.kind, found.text, found.condition) == (kind, mark, MarkCondition.PRESENT)


def test_a_condition_is_read_off() -> None:
    for text in ("serial: [removed]", "serial [removed]", "s/n [ Removed ]"):
        found = read_mark(text, rounds=False)
        assert (found.kind, found.text, found.condition) == ("serial", "", MarkCondition.REMOVED)
    assert read_mark("factory: 66 [Overstamped]", rounds=False).text == "66"


def test_blocks() -> None:
    assert block_of("serial AB1001..AB1999") == ("ab", 1001, 1999)
    assert block_of("1999..1001") is None
    assert block_of("serial 1001") is None
    # A block of lots is no block of bare serials.
    assert block_of("lot 7..9") != ("", 7, 9)


@given(st.text(max_size=20), st.booleans())
def test_any_text_is_read_and_folding_is_stable(text: str, rounds: bool) -> None:
    read_mark(text, rounds=rounds)
    block_of(text)
    assert fold_mark(fold_mark(text)) == fold_mark(text)
