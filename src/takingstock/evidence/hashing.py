"""Hashing: perceptual hashes of a picture, of its mirror image and of parts of it, and of the frames of a video.

A hash is the ``phash`` of the library imagehash with ``hash_size=16`` (64 x 64 grey values, discrete cosine transform,
the 16 x 16 lowest frequencies against their median): 256 bits as 64 hex digits. All parts and mirror images come from
one small picture by fixed linear maps, which skips the rounding between the steps; the tests hold the result to the
library's within a few bits. Two pictures are compared by the number of bits that differ. A crop of a picture is found
because the parts of the original are hashed too, a bordered one because borders are cut off. A picture or part with
hardly any structure (blank, fog, a black frame) gives no hash: all such would match each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np
from PIL import Image

Box = tuple[float, float, float, float]

WHOLE = "whole"
MIRRORED = "mirrored"
TRIMMED = "without border"
FRAME = "frame:"
BITS = 256

# Box of each part, in fractions of the picture: left, top, right, bottom.
PARTS: tuple[tuple[str, Box], ...] = (
    *((f"crop {100 * cut:g} %", (cut, cut, 1 - cut, 1 - cut)) for cut in (0.025, 0.05, 0.1, 0.15, 0.2)),
    *((f"crop {100 * cut:g} % left", (cut, 0.0, 1.0, 1.0)) for cut in (0.05, 0.1)),
    *((f"crop {100 * cut:g} % right", (0.0, 0.0, 1 - cut, 1.0)) for cut in (0.05, 0.1)),
    *((f"crop {100 * cut:g} % top", (0.0, cut, 1.0, 1.0)) for cut in (0.05, 0.1)),
    *((f"crop {100 * cut:g} % bottom", (0.0, 0.0, 1.0, 1 - cut)) for cut in (0.05, 0.1)),
    ("left half", (0.0, 0.0, 0.5, 1.0)),
    ("right half", (0.5, 0.0, 1.0, 1.0)),
    ("top half", (0.0, 0.0, 1.0, 0.5)),
    ("bottom half", (0.0, 0.5, 1.0, 1.0)),
)

_ALL: Box = (0.0, 0.0, 1.0, 1.0)
_SIZE = 16
_SIDE = 4 * _SIZE
# Everything is hashed from one small grey square: a hash sees 64 x 64 values; three times that loses next to nothing.
_SMALL = 192
_FLAT = 4.0
_BORDER_DEPARTURE = 6.0
_BORDER_MOST = 0.25
# The first 16 rows of the discrete cosine transform (type II) of 64 values, unnormalised as in imagehash; and what
# normalises them, so that the sum of squares is that of the values.
_COSINES = 2 * np.cos(np.pi * np.outer(np.arange(_SIZE), 2 * np.arange(_SIDE) + 1) / (2 * _SIDE))
_NORM = np.where(np.arange(_SIZE) == 0, 0.5, np.sqrt(0.5)) / np.sqrt(_SIDE)
# A mirror image has the same transform but for the sign of the odd horizontal frequencies.
_FLIP = np.where(np.arange(_SIZE) % 2, -1.0, 1.0)


def picture_hashes(image: Image.Image) -> tuple[tuple[str, str], ...]:
    """``image``: RGB or L, orientation applied, longest side at least 512 (or the picture's own size).

    Pairs (variant, 64 hex digits): ``whole`` and ``mirrored`` first, then ``without border`` if it has one of nearly
    one colour, and the PARTS, each also mirrored. Variants without structure are left out; a blank picture gives
    nothing.
    """
    grey = _small(image)
    boxes = [(WHOLE, _ALL)]
    trimmed = border_box(grey)
    if trimmed is not None:
        boxes.append((TRIMMED, trimmed))
    return tuple(_hashed(grey, (*boxes, *PARTS)))


def frame_hashes(frames: Iterable[tuple[float, Image.Image]]) -> tuple[tuple[str, str], ...]:
    """Frames as (seconds from the start, picture). Pairs (``frame:SECONDS`` or ``frame:SECONDS mirrored``, hex)."""
    found: list[tuple[str, str]] = []
    for seconds, image in frames:
        for name, digits in _hashed(_small(image), ((WHOLE, _ALL),)):
            found.append((f"{FRAME}{seconds:.2f}{f' {MIRRORED}' if name == MIRRORED else ''}", digits))
    return tuple(found)


def border_box(image: Image.Image) -> Box | None:
    """What a border of nearly one colour encloses, in fractions; None without a border (at most a quarter a side)."""
    grey = np.asarray(image.convert("L"), dtype=np.float32)
    top, bottom = _border(grey)
    left, right = _border(grey.T)
    height, width = grey.shape
    if top + bottom + left + right == 0:
        return None
    return left / width, top / height, 1 - right / width, 1 - bottom / height


def _border(grey: np.ndarray) -> tuple[int, int]:
    """How many rows at the head and at the end are of one colour, each end in its own colour."""
    limit = int(len(grey) * _BORDER_MOST)

    def count(rows: np.ndarray) -> int:
        if limit == 0:
            return 0
        plain = np.abs(rows[:limit] - np.median(rows[0])).mean(axis=1) < _BORDER_DEPARTURE
        return int(limit if plain.all() else plain.argmin())

    return count(grey), count(grey[::-1])


def _small(image: Image.Image) -> Image.Image:
    """A grey square of 192 x 192 (a hash knows no proportions), by the cheapest way that does not alias."""
    if image.mode not in {"RGB", "L"}:
        image = image.convert("RGB")
    return image.resize((_SMALL, _SMALL), Image.Resampling.BILINEAR, reducing_gap=2.0).convert("L")


@lru_cache(maxsize=64)
def _transform(begin: float, end: float) -> np.ndarray:
    """(16, 192): takes the part of 192 values from begin to end (fractions) to 64 values, and those to 16 frequencies.
    Pillow's own Lanczos weights: what its filter makes of the unit matrix."""
    unit = Image.fromarray(np.eye(_SMALL, dtype=np.float32))
    box = (0.0, begin * _SMALL, float(_SMALL), end * _SMALL)
    weights = np.asarray(unit.resize((_SMALL, _SIDE), Image.Resampling.LANCZOS, box=box), dtype=np.float64)
    return np.ascontiguousarray(_COSINES @ weights)


def _hashed(grey: Image.Image, boxes: Sequence[tuple[str, Box]]) -> Iterator[tuple[str, str]]:
    values = np.asarray(grey, dtype=np.float64)
    upright = {(top, bottom) for _, (_, top, _, bottom) in boxes}
    columns = {(top, bottom): _transform(top, bottom) @ values for top, bottom in upright}
    for name, (left, top, right, bottom) in boxes:
        found = columns[top, bottom] @ _transform(left, right).T
        energy = (found * np.outer(_NORM, _NORM)) ** 2
        if np.sqrt((energy.sum() - energy[0, 0]) / _SIDE**2) < _FLAT:
            continue
        yield name, _digits(found)
        yield MIRRORED if name == WHOLE else f"{name} {MIRRORED}", _digits(found * _FLIP)


def _digits(found: np.ndarray) -> str:
    """(16, 16) coefficients to 64 hex digits: which of them lie over their median."""
    return np.packbits(found > np.median(found)).tobytes().hex()
