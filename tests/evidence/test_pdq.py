"""PDQ keeps a small picture near its original; without the extra the error names it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from imagehash import hex_to_hash
from PIL import Image

from takingstock.evidence.pdq import MissingExtraError, pdq_hash


def test_a_halved_picture_is_near_and_another_is_not(shared: Path) -> None:
    pytest.importorskip("pdqhash")
    with Image.open(shared / "images" / "images" / "M113.jpg") as image:
        one = pdq_hash(image)
        half = pdq_hash(image.resize((image.width // 2, image.height // 2)))
    with Image.open(shared / "images" / "images" / "T_14.jpg") as image:
        other = pdq_hash(image)
    assert len(one.digits) == 64
    assert one.quality > 50
    # The distance at which tools that exchange PDQ call two pictures the same.
    assert hex_to_hash(one.digits) - hex_to_hash(half.digits) <= 31
    assert hex_to_hash(one.digits) - hex_to_hash(other.digits) > 80


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pdqhash", None)
    with pytest.raises(MissingExtraError, match=r"takingstock\[pdq\]"):
        pdq_hash(Image.new("RGB", (64, 64)))
