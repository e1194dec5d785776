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
from dataclasses import dataclass
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
    grey = np.asarray(_small(image), dtype=np.float64)
    boxes = [(WHOLE, _ALL)]
    trimmed = _inside(grey)
    if trimmed is not None:
        boxes.append((TRIMMED, trimmed))
    return tuple(_hashed(grey, (*boxes, *PARTS)))


def frame_hashes(frames: Iterable[tuple[float, Image.Image]]) -> tuple[tuple[str, str], ...]:
    """Frames as (seconds from the start, picture). Pairs (``frame:SECONDS`` or ``frame:SECONDS mirrored``, hex)."""
    found: list[tuple[str, str]] = []
    for seconds, image in frames:
        for name, digits in _hashed(np.asarray(_small(image), dtype=np.float64), ((WHOLE, _ALL),)):
            found.append((f"{FRAME}{seconds:.2f}{f' {MIRRORED}' if name == MIRRORED else ''}", digits))
    return tuple(found)


def border_box(image: Image.Image) -> Box | None:
    """What a border of nearly one colour encloses, in fractions; None without a border (at most a quarter a side)."""
    return _inside(np.asarray(image.convert("L"), dtype=np.float64))


def _inside(grey: np.ndarray) -> Box | None:
    top, bottom = _border(grey)
    left, right = _border(grey.T)
    height, width = grey.shape
    if top + bottom + left + right == 0:
        return None
    return left / width, top / height, 1 - right / width, 1 - bottom / height


def _border(grey: np.ndarray) -> tuple[int, int]:
    """How many rows at the head and at the end are of one colour, each end in its own colour."""
    limit = int(len(grey) * _BORDER_MOST)
    outer = grey[:: len(grey) - 1] if len(grey) > 1 else grey[[0, 0]]
    colours = _median(outer)
    # Most pictures have no border: the outermost rows say so.
    plain = np.abs(outer - colours[:, np.newaxis]).mean(axis=1) < _BORDER_DEPARTURE

    def count(rows: np.ndarray, colour: float) -> int:
        same = np.abs(rows[:limit] - colour).mean(axis=1) < _BORDER_DEPARTURE
        return int(limit if same.all() else same.argmin())

    if limit == 0 or not plain.any():
        return 0, 0
    return count(grey, colours[0]) if plain[0] else 0, count(grey[::-1], colours[1]) if plain[1] else 0


def _median(rows: np.ndarray) -> np.ndarray:
    """The median of each row: numpy's own, without what it costs to ask for it."""
    number = rows.shape[1]
    low, high = (number - 1) // 2, number // 2
    ordered = np.partition(rows, (low, high), axis=1)
    middle: np.ndarray = (ordered[:, low] + ordered[:, high]) / 2
    return middle


def _small(image: Image.Image) -> Image.Image:
    """A grey square of 192 x 192 (a hash knows no proportions), by the cheapest way that does not alias: grey first,
    then one channel is made small instead of three."""
    if image.mode not in {"RGB", "L"}:
        image = image.convert("RGB")
    return image.convert("L").resize((_SMALL, _SMALL), Image.Resampling.BILINEAR, reducing_gap=2.0)


@lru_cache(maxsize=64)
def _transform(begin: float, end: float) -> np.ndarray:
    """(16, 192): takes the part of 192 values from begin to end (fractions) to 64 values, and those to 16 frequencies.
    Pillow's own Lanczos weights: what its filter makes of the unit matrix."""
    unit = Image.fromarray(np.eye(_SMALL, dtype=np.float32))
    box = (0.0, begin * _SMALL, float(_SMALL), end * _SMALL)
    weights = np.asarray(unit.resize((_SMALL, _SIDE), Image.Resampling.LANCZOS, box=box), dtype=np.float64)
    return np.ascontiguousarray(_COSINES @ weights)


@dataclass(frozen=True)
class _Plan:
    """How all boxes are transformed at once. Places of those as wide as the picture, of those as high, of the others;
    and of each group the transforms, one above the other. What is as wide or as high as the picture shares one of its
    two transforms with all others that are."""

    wide: tuple[int, ...]
    high: tuple[int, ...]
    other: tuple[int, ...]
    down: np.ndarray
    across: np.ndarray
    both: tuple[np.ndarray, np.ndarray]


@lru_cache(maxsize=16)
def _plan(boxes: tuple[Box, ...]) -> _Plan:
    wide = tuple(k for k, (left, _, right, _) in enumerate(boxes) if (left, right) == (0.0, 1.0))
    high = tuple(k for k, (_, top, _, bottom) in enumerate(boxes) if (top, bottom) == (0.0, 1.0) and k not in wide)
    other = tuple(k for k in range(len(boxes)) if k not in {*wide, *high})

    def stacked(places: tuple[int, ...], begin: int) -> np.ndarray:
        found = [_transform(boxes[k][begin], boxes[k][begin + 2]) for k in places]
        return np.concatenate(found) if found else np.empty((0, _SMALL))

    across = stacked(other, 0).reshape(-1, _SIZE, _SMALL).transpose(0, 2, 1)
    return _Plan(wide, high, other, stacked(wide, 1), stacked(high, 0), (stacked(other, 1), across))


def _coefficients(values: np.ndarray, boxes: tuple[Box, ...]) -> np.ndarray:
    """(boxes, 16, 16): the lowest frequencies of each part of ``values`` (192, 192)."""
    plan, whole = _plan(boxes), _transform(0.0, 1.0)
    found = np.empty((len(boxes), _SIZE, _SIZE))
    if plan.wide:
        found[list(plan.wide)] = (plan.down @ (values @ whole.T)).reshape(-1, _SIZE, _SIZE)
    if plan.high:
        beside = ((whole @ values) @ plan.across.T).reshape(_SIZE, -1, _SIZE)
        found[list(plan.high)] = beside.transpose(1, 0, 2)
    if plan.other:
        down, across = plan.both
        found[list(plan.other)] = (down @ values).reshape(-1, _SIZE, _SMALL) @ across
    return found


def _hashed(grey: np.ndarray, boxes: Sequence[tuple[str, Box]]) -> Iterator[tuple[str, str]]:
    found = _coefficients(grey, tuple(box for _, box in boxes))
    energy = (found * np.outer(_NORM, _NORM)) ** 2
    deviation = np.sqrt((energy.sum(axis=(1, 2)) - energy[:, 0, 0]) / _SIDE**2)
    digits = _digits(np.concatenate((found, found * _FLIP)))
    upright, mirrored = digits[: len(boxes)], digits[len(boxes) :]
    for place, (name, _) in enumerate(boxes):
        if deviation[place] < _FLAT:
            continue
        yield name, upright[place]
        yield MIRRORED if name == WHOLE else f"{name} {MIRRORED}", mirrored[place]


def _digits(found: np.ndarray) -> list[str]:
    """(n, 16, 16) coefficients to n times 64 hex digits: which of them lie over their median."""
    rows = found.reshape(len(found), -1)
    digits = np.packbits(rows > _median(rows)[:, np.newaxis], axis=1).tobytes().hex()
    return [digits[k : k + BITS // 4] for k in range(0, len(digits), BITS // 4)]
