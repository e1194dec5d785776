import pytest
from pydantic import ValidationError

from takingstock.records import Grade


@pytest.mark.parametrize("text", ["A1", "b2", " F6 ", "E5"])
def test_reads_the_admiralty_code(text):
    assert str(Grade.parse(text)) == text.strip().upper()
    assert Grade.model_validate_json(Grade.parse(text).model_dump_json()) == Grade.parse(text)


@pytest.mark.parametrize("text", ["G1", "A7", "1A", "A", "A10"])
def test_another_code_says_what_to_write(text):
    with pytest.raises((ValidationError, ValueError), match="A to F and 1 to 6"):
        Grade.parse(text)


def test_no_grade_is_not_judged():
    assert str(Grade.parse("")) == "F6"
    assert "cannot be judged" in Grade().words
