"""What a call gives for an option."""

import pytest

from takingstock.records import BadValueError, Level
from takingstock.verbs.filled import chosen, filled


def test_a_choice_in_any_case_or_all_choices_in_one_line() -> None:
    assert chosen(Level, " Model ", "--level") is Level.MODEL
    with pytest.raises(BadValueError, match=r"^--level '': write one of class, family, model, variant, maker, serial$"):
        chosen(Level, "", "--level")


def test_a_text_that_says_something() -> None:
    assert filled(" why ", "--reason") == "why"
    with pytest.raises(BadValueError, match=r"^--reason is empty"):
        filled("\n", "--reason")
