"""A list has room for one failure: the one that says most of the file."""

from __future__ import annotations

import pytest

from takingstock.records import Examination, StepOutcome, StepResult


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([("metadata", "EXIF: a tag is cut"), ("picture", "cannot be decoded")], "picture failed: cannot be decoded"),
        ([("metadata", "EXIF: a tag is cut"), ("credentials", "x")], "metadata failed: EXIF: a tag is cut"),
        ([("metadata", "m"), ("capture", "c"), ("preview", "p")], "capture failed: c"),
        ([], "examined"),
    ],
)
def test_the_worst_failure_is_told(steps: list[tuple[str, str]], status: str) -> None:
    made = tuple(StepResult(step=step, outcome=StepOutcome.FAILED, words=words) for step, words in steps)
    fine = StepResult(step="likeness", outcome=StepOutcome.DONE)
    assert Examination(id="a" * 64, tool="t", steps=(fine, *made)).status == status
