"""Hashes are the library's within a few bits, of parts and mirror images too; what has no structure has none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from imagehash import hex_to_hash, phash
from PIL import Image, ImageOps

from takingstock.evidence import hashing
from takingstock.evidence.hashing import PARTS, TRIMMED, WHOLE, border_box, frame_hashes, picture_hashes


def photograph(shared: Path, name: str = "M113.jpg") -> Image.Image:
    with Image.open(shared / "images" / "images" / name) as image:
        return image.convert("RGB")


def structured(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    values = np.random.default_rng(seed).integers(0, 255, (9, 12, 3), dtype=np.uint8)
    return Image.fromarray(values).resize(size, Image.Resampling.BICUBIC)


@pytest.mark.parametrize("name", ["M113.jpg", "2s35.jpg", "T_14.jpg", "SA80_Bravo.jpg"])
def test_a_hash_is_that_of_the_library(shared: Path, name: str) -> None:
    image = photograph(shared, name)
    found = dict(picture_hashes(image))
    w, h = image.size
    boxes = {"whole": (0.0, 0.0, 1.0, 1.0), **dict(PARTS)}
    for part, (left, top, right, bottom) in boxes.items():
        cut = image.crop((round(left * w), round(top * h), round(right * w), round(bottom * h)))
        for wanted, mirrored in ((cut, False), (ImageOps.mirror(cut), True)):
            key = ("mirrored" if part == "whole" else f"{part} mirrored") if mirrored else part
            # Half a pixel of a crop's edge costs a few bits; any two parts differ in many more.
            assert hex_to_hash(found[key]) - phash(wanted, hash_size=16) <= 16, key


def test_a_border_of_one_colour_is_cut_off() -> None:
    image = structured(1)
    framed = ImageOps.expand(image, 20, "black")
    box = border_box(framed)
    assert box is not None
    assert box == pytest.approx((20 / 360, 20 / 280, 340 / 360, 260 / 280), abs=0.01)
    assert hex_to_hash(dict(picture_hashes(framed))[TRIMMED]) - hex_to_hash(dict(picture_hashes(image))["whole"]) <= 24


def test_what_has_no_structure_has_no_hash() -> None:
    assert picture_hashes(Image.new("RGB", (800, 600), "grey")) == ()
    assert picture_hashes(Image.new("L", (1, 1))) == ()
    noise = np.random.default_rng(2).integers(125, 130, (600, 800), dtype=np.uint8)
    assert picture_hashes(Image.fromarray(noise)) == ()
    half = Image.new("RGB", (800, 600), "white")
    half.paste(structured(3, (380, 600)), (0, 0))
    names = {name for name, _ in picture_hashes(half)}
    assert "left half" in names
    assert "right half" not in names


def test_frames_are_named_by_their_seconds() -> None:
    found = frame_hashes([(0.0, Image.new("RGB", (64, 64))), (3.2, structured(4))])
    assert [name for name, _ in found] == ["frame:3.20", "frame:3.20 mirrored"]
    assert all(len(digits) == 64 for _, digits in found)


def one_by_one(image: Image.Image) -> tuple[tuple[str, str], ...]:
    """The same hashes as plainly as can be: one part after another, by two products and the library's median."""
    grey = hashing._small(image)
    values = np.asarray(grey, dtype=np.float64)
    trimmed = border_box(grey)
    boxes = [(WHOLE, (0.0, 0.0, 1.0, 1.0)), *([(TRIMMED, trimmed)] if trimmed else []), *PARTS]
    norm = np.where(np.arange(16) == 0, 0.5, np.sqrt(0.5)) / 8
    signs = np.where(np.arange(16) % 2, -1.0, 1.0)
    found = []
    for name, (left, top, right, bottom) in boxes:
        low = hashing._transform(top, bottom) @ values @ hashing._transform(left, right).T
        energy = (low * np.outer(norm, norm)) ** 2
        if np.sqrt((energy.sum() - energy[0, 0]) / 64**2) >= 4.0:
            for turned, words in ((low, name), (low * signs, "mirrored" if name == WHOLE else f"{name} mirrored")):
                found.append((words, np.packbits(turned > np.median(turned)).tobytes().hex()))
    return tuple(found)


def test_all_parts_at_once_are_as_one_by_one(shared: Path) -> None:
    pictures = [photograph(shared, name) for name in ("M113.jpg", "2s35.jpg", "T_14.jpg", "SA80_Bravo.jpg")]
    pictures += [structured(seed) for seed in range(8)]
    pictures += [ImageOps.expand(one, one.width // 20, "white") for one in pictures]
    half = Image.new("RGB", (800, 600), "white")
    half.paste(structured(3, (380, 600)), (0, 0))
    for one in (*pictures, half):
        assert picture_hashes(one) == one_by_one(one)
