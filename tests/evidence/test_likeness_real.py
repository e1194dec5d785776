"""Likeness on real photographs: altered copies find their originals, and no two different ones are alike."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from measure_likeness import ALTERATIONS, alike, found, originals, photographs

from takingstock.evidence.likeness import THRESHOLD, suggestions

MUST = (
    "halved in size",
    "recompressed at quality 40",
    "mirrored",
    "border of 5 % added",
    "cropped by 5 % on each side",
    "a tenth each way painted over",
    "cut to its left half",
)


def test_nothing_is_like_nothing() -> None:
    assert suggestions([]) == ()


def test_every_copy_finds_its_original_and_nothing_else(shared: Path) -> None:
    paths = photographs(shared / "images" / "images")
    known = originals(paths)
    assert len(known) > 60
    assert alike(known, THRESHOLD) == []
    for name in MUST:
        assert found(known, paths, ALTERATIONS[name], THRESHOLD) == (len(paths), 0), name


@pytest.mark.parametrize("one", ["rotated by 10 degrees", "cropped by 25 % on each side"])
def test_what_is_said_not_to_be_found_is_not(shared: Path, one: str) -> None:
    paths = photographs(shared / "images" / "images")[:10]
    assert found(originals(paths), paths, ALTERATIONS[one], THRESHOLD)[0] == 0
