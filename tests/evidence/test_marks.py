"""A mark on a noisy, turned plate is read, with its box; what the program cannot read is said in words."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from takingstock.evidence.marks import CAUTION, _engine, read_marks
from takingstock.evidence.pdq import MissingExtraError


def plate(text: str) -> Image.Image:
    image = Image.new("RGB", (640, 320), (120, 122, 118))
    ImageDraw.Draw(image).text((120, 130), text, font=ImageFont.load_default(56), fill=(35, 35, 40))
    turned = np.asarray(image.rotate(6, fillcolor=(120, 122, 118)), dtype=float)
    noisy = turned + np.random.default_rng(8).normal(0, 14, turned.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def test_a_turned_noisy_plate_is_read() -> None:
    pytest.importorskip("rapidocr")
    (found,) = read_marks(plate("BG 4 1973 56-211"))
    assert found.text.replace(" ", "") == "BG4197356-211"
    assert found.confidence > 0.8
    assert found.left < 0.25 < 0.7 < found.right
    assert 0.2 < found.top < 0.5 < found.bottom < 0.75
    assert found.rule.startswith("rapidocr/3")
    assert found.caution == CAUTION
    assert "Cyrillic" in CAUTION
    assert "Arabic" in CAUTION


def test_nothing_is_written() -> None:
    pytest.importorskip("rapidocr")
    assert read_marks(Image.new("RGB", (200, 100), "grey")) == ()


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    _engine.cache_clear()
    with pytest.raises(MissingExtraError, match=r"takingstock\[ocr\]"):
        read_marks(Image.new("RGB", (20, 10)))
