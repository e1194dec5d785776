"""What was painted out, blurred or pasted over in a real photograph is inside a box; an unaltered copy has none."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from takingstock.evidence.differing import Difference, difference, side_by_side
from takingstock.evidence.hashing import picture_hashes
from takingstock.evidence.likeness import suggestions
from takingstock.records import Examination

NAMES = ("M113.jpg", "2S7_Bravo.jpg")
BOX = (0.44, 0.46, 0.56, 0.55)
Alter = Callable[[Image.Image], Image.Image]


def quality_40(image: Image.Image) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=40)
    return Image.open(out).convert("RGB")


def halved(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2))


def cropped(image: Image.Image) -> Image.Image:
    w, h = image.size
    return image.crop((round(0.05 * w), round(0.05 * h), round(0.95 * w), round(0.95 * h)))


AFTER: dict[str, Alter] = {
    "as it is": lambda image: image,
    "quality 40": quality_40,
    "halved": halved,
    "mirrored": ImageOps.mirror,
    "cropped": cropped,
}


def edges(image: Image.Image) -> tuple[int, int, int, int]:
    left, top, right, bottom = BOX
    return int(left * image.width), int(top * image.height), int(right * image.width), int(bottom * image.height)


def painted(image: Image.Image) -> Image.Image:
    copy = image.copy()
    colour = image.resize((1, 1), box=edges(image)).getpixel((0, 0))
    ImageDraw.Draw(copy).rectangle(edges(image), fill=colour)
    return copy


def blurred(image: Image.Image) -> Image.Image:
    copy = image.copy()
    copy.paste(image.crop(edges(image)).filter(ImageFilter.GaussianBlur(image.width / 50)), edges(image)[:2])
    return copy


def pasted(image: Image.Image) -> Image.Image:
    copy = image.copy()
    left, top, right, bottom = edges(image)
    copy.paste(image.crop((10, 10, 10 + right - left, 10 + bottom - top)), (left, top))
    return copy


def photograph(shared: Path, name: str) -> Image.Image:
    with Image.open(shared / "images" / "images" / name) as image:
        picture = image.convert("RGB")
    picture.thumbnail((1000, 1000))
    return picture


def compared(first: Image.Image, second: Image.Image) -> Difference:
    """As a reviewer gets it: the variants are those that the suggestion names."""
    rows = [
        Examination(id=digit * 64, tool="t", hashes=picture_hashes(image))
        for digit, image in (("0", first), ("1", second))
    ]
    (found,) = suggestions(rows)
    return difference(first, second, (found.first_variant, found.second_variant))


def covered(changed: np.ndarray, boxes: list[tuple[float, float, float, float]]) -> tuple[float, float]:
    """Share of the changed pixels that lie in a box; share of the picture that the boxes take."""
    height, width = changed.shape
    inside = np.zeros_like(changed)
    for left, top, right, bottom in boxes:
        inside[int(top * height) : int(np.ceil(bottom * height)), int(left * width) : int(np.ceil(right * width))] = (
            True
        )
    return float((changed & inside).sum() / changed.sum()), float(inside.mean())


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("edit", [painted, blurred, pasted])
def test_the_box_covers_what_was_altered(shared: Path, edit: Alter, after: str) -> None:
    for name in NAMES:
        first = photograph(shared, name)
        edited = edit(first)
        second = AFTER[after](edited)
        found = compared(first, second)
        assert found.aligned, name
        changed = np.abs(np.asarray(first, dtype=float) - np.asarray(edited, dtype=float)).max(axis=2) > 25
        share, taken = covered(changed, [here for here, _ in found.regions])
        assert share > 0.9, name
        assert taken < 0.12, name
        # In the second picture too.
        mask = AFTER[after](Image.fromarray(changed).convert("RGB"))
        share, taken = covered(np.asarray(mask.convert("L")) > 128, [there for _, there in found.regions])
        assert share > 0.9, name


@pytest.mark.parametrize("after", AFTER)
def test_an_unaltered_copy_has_no_box(shared: Path, after: str) -> None:
    for name in NAMES:
        first = photograph(shared, name)
        found = compared(first, AFTER[after](first))
        assert found.aligned
        assert found.regions == ()


def test_two_different_pictures_are_not_laid_over_each_other(shared: Path) -> None:
    # Both are sky over ground, so that their grey values as a whole go together.
    found = difference(photograph(shared, "M113.jpg"), photograph(shared, "T_14.jpg"))
    assert not found.aligned
    assert found.regions == ()


def test_the_sheet_shows_both_with_boxes(shared: Path) -> None:
    first = photograph(shared, NAMES[0])
    second = painted(first)
    found = compared(first, second)
    with Image.open(io.BytesIO(side_by_side(first, second, found, height=300))) as sheet:
        assert sheet.size == (2 * round(first.width * 300 / first.height) + 8, 300)
        plain = Image.open(
            io.BytesIO(side_by_side(first, second, found.model_copy(update={"regions": ()}), height=300))
        )
        changed = (np.asarray(sheet) != np.asarray(plain)).any(axis=(0, 2))
    middle = sheet.width // 2
    assert changed[:middle].any()
    assert changed[middle:].any()
