"""One file by what a person types: hash, the first characters of it, or its name."""

from __future__ import annotations

import pytest

from takingstock.records import Archive, Evidence, UnknownNameError
from takingstock.verbs.evidence.finding import found

ONE, TWO, SAME = "3f2a" + "0" * 60, "3f2b" + "0" * 60, "aa" * 32
ARCHIVE = Archive(
    revision=1,
    evidence=(
        Evidence(id=ONE, name="a.jpg", size=1),
        Evidence(id=TWO, name="b.jpg", size=1),
        Evidence(id=SAME, name="b.jpg", size=2),
    ),
)


@pytest.mark.parametrize("text", [ONE, f"  {ONE.upper()} ", "3f2a", "3F2A00", "a.jpg"])
def test_by_hash_beginning_and_name(text: str) -> None:
    assert found(ARCHIVE, text).id == ONE


def test_several_are_named_and_none_is_said() -> None:
    with pytest.raises(UnknownNameError, match=rf"2 files \({TWO[:12]}, {SAME[:12]}\)"):
        found(ARCHIVE, "b.jpg")
    # Three characters are too few to mean one file by chance.
    for text in ("3f2", "c.jpg", "", "A.JPG"):
        with pytest.raises(UnknownNameError, match="no evidence"):
            found(ARCHIVE, text)
