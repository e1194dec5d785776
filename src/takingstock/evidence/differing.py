"""Differing: where two pictures that look alike differ, so that a marking that was painted out is seen.

The second picture is laid over the first: first as the matching variants say (mirrored, a part of it), then moved and
stretched until they fit best (Gauss-Newton on grey values from coarse to fine, after Lucas and Kanade; points that do
not fit, such as what was painted over, lose their weight). Where both still differ by more than another encoding
explains is a differing region.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageOps

from takingstock.evidence.hashing import MIRRORED, PARTS, TRIMMED, Box, border_box
from takingstock.records.base import Record

RULE = "differing-regions/1"

Plane = npt.NDArray[np.float64]

_LONGEST = 640
_MOST_REGIONS = 12
# Of detail: sky over ground is like any other sky over ground. Copies have over 0.9, different pictures under 0.1.
_LEAST_CORRELATION = 0.4
_DETAIL = 8.0
# Grey levels that another encoding changes anywhere, and the share of the local contrast that it may change.
_NOISE = 7.0
_CONTRAST = 0.55
# A region is where the departure passes 1 somewhere, and reaches as far as it stays above this.
_REACH = 0.5
_LEAST_AREA = 0.0004
_MARGIN = 3


class Difference(Record):
    """``regions``: boxes in fractions of the first and of the second picture, the most different first. ``aligned`` is
    False when the pictures could not be laid over one another; then no region is given, which says nothing.
    ``correlation`` is that of the detail where both overlap; ``compared`` what of the first was compared."""

    aligned: bool
    correlation: float
    compared: Box
    regions: tuple[tuple[Box, Box], ...] = ()
    rule: str = RULE


def difference(first: Image.Image, second: Image.Image, variants: tuple[str, str] = ("whole", "whole")) -> Difference:
    """``first``, ``second``: as seen (orientation applied). ``variants``: of each, the one that matched."""
    mirrored = variants[0].endswith(MIRRORED) != variants[1].endswith(MIRRORED)
    turned = ImageOps.mirror(second) if mirrored else second
    size = _common_size(first, turned)
    one = _planes(first, size[0])
    other = _planes(turned, size[1])
    start = _start(_box(first, variants[0]), _box(second, variants[1], turn=mirrored), one.shape, other.shape)
    fit = _aligned(one.mean(axis=2), other.mean(axis=2), start)
    warped, valid = _warped(other, fit, one.shape[:2])
    compared = _extent(valid)
    correlation = _correlation(_detail(one)[valid], _detail(warped)[valid])
    if correlation < _LEAST_CORRELATION or valid.mean() < 0.1:
        return Difference(aligned=False, correlation=round(correlation, 3), compared=compared)
    regions = []
    for left, top, right, bottom in _regions(one, warped, valid):
        height, width = one.shape[:2]
        here: Box = (left / width, top / height, right / width, bottom / height)
        there = _box_in_second((left, top, right, bottom), fit, other.shape, mirrored)
        regions.append((_rounded(here), _rounded(there)))
    return Difference(aligned=True, correlation=round(correlation, 3), compared=compared, regions=tuple(regions))


def side_by_side(first: Image.Image, second: Image.Image, found: Difference, *, height: int = 480) -> bytes:
    """A PNG of both pictures with the numbered regions drawn. No words, so that it serves every language."""
    sheets = []
    for side, image in enumerate((first, second)):
        sheet = image.convert("RGB").resize((max(1, round(image.width * height / image.height)), height))
        draw = ImageDraw.Draw(sheet)
        for number, boxes in enumerate(found.regions, start=1):
            left, top, right, bottom = (
                edge * (sheet.height if k % 2 else sheet.width) for k, edge in enumerate(boxes[side])
            )
            draw.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline="black", width=4)
            draw.rectangle((left, top, right, bottom), outline="yellow", width=2)
            draw.text((left + 4, top + 2), str(number), fill="yellow", stroke_fill="black", stroke_width=2)
        sheets.append(sheet)
    both = Image.new("RGB", (sheets[0].width + sheets[1].width + 8, height), "white")
    both.paste(sheets[0], (0, 0))
    both.paste(sheets[1], (sheets[0].width + 8, 0))
    out = io.BytesIO()
    both.save(out, "PNG")
    return out.getvalue()


def _box(image: Image.Image, variant: str, *, turn: bool = False) -> Box:
    """The part of the picture that a variant hashed; ``turn``: as it lies in the picture's mirror image."""
    name = variant.removesuffix(MIRRORED).strip()
    box = border_box(image.convert("L").resize((192, 192))) if name == TRIMMED else dict(PARTS).get(name)
    left, top, right, bottom = box or (0.0, 0.0, 1.0, 1.0)
    return (1 - right, top, 1 - left, bottom) if turn else (left, top, right, bottom)


def _common_size(first: Image.Image, second: Image.Image) -> tuple[tuple[int, int], tuple[int, int]]:
    """Both pictures at about the scale of the smaller, so that neither has detail that the other cannot have."""
    longest = min(_LONGEST, max(first.size), max(second.size))
    one, other = (
        (
            max(8, round(image.width * longest / max(image.size))),
            max(8, round(image.height * longest / max(image.size))),
        )
        for image in (first, second)
    )
    return one, other


def _planes(image: Image.Image, size: tuple[int, int]) -> Plane:
    """(height, width, 3), slightly softened."""
    from scipy.ndimage import gaussian_filter

    values = np.asarray(image.convert("RGB").resize(size, Image.Resampling.LANCZOS), dtype=np.float64)
    return np.asarray(gaussian_filter(values, (0.8, 0.8, 0)))


def _start(one: Box, other: Box, shape: Sequence[int], other_shape: Sequence[int]) -> Plane:
    """Scale and offset down and across, from pixels of the first to pixels of the second: the boxes coincide."""
    fit = []
    for axis, size, other_size in ((1, shape[0], other_shape[0]), (0, shape[1], other_shape[1])):
        scale = (other[axis + 2] - other[axis]) * other_size / ((one[axis + 2] - one[axis]) * size)
        fit += [scale, other[axis] * other_size - scale * one[axis] * size]
    return np.array(fit)


def _aligned(one: Plane, other: Plane, start: Plane) -> Plane:
    """Grey pictures; refine scale and offset (down, across) together with brightness and contrast."""
    from scipy.ndimage import gaussian_filter

    fit = start.copy()
    rows, columns = np.mgrid[0 : one.shape[0], 0 : one.shape[1]].astype(np.float64)
    for soft in (6.0, 3.0, 1.5):
        here, there = gaussian_filter(one, soft), gaussian_filter(other, soft)
        down, across = np.gradient(there)
        step = max(1, int(soft / 1.5))
        grid = (slice(None, None, step), slice(None, None, step))
        r, c, target = rows[grid], columns[grid], here[grid]
        for _ in range(12):
            values, valid = _sampled(there, fit, r, c)
            slope_down, _ = _sampled(down, fit, r, c)
            slope_across, _ = _sampled(across, fit, r, c)
            if valid.sum() < 100:
                return start
            v, t = values[valid], target[valid]
            gain = max(1e-3, float(np.std(t) / max(1e-6, float(np.std(v)))))
            residual = t - (np.median(t) + gain * (v - np.median(v)))
            spread = 1.4826 * float(np.median(np.abs(residual))) + 1e-3
            weight = np.maximum(0, 1 - (residual / (4.7 * spread)) ** 2) ** 2
            a, b = gain * slope_down[valid], gain * slope_across[valid]
            design = np.stack([a * r[valid], a, b * c[valid], b, np.ones_like(a), v - v.mean()], axis=1)
            normal = design.T @ (weight[:, None] * design)
            normal[np.diag_indices(6)] *= 1 + 1e-6
            change = np.linalg.lstsq(normal, design.T @ (weight * residual), rcond=None)[0][:4]
            fit = fit + change
            if np.abs(change * [one.shape[0], 1, one.shape[1], 1]).max() < 0.01:
                break
    return fit


def _sampled(plane: Plane, fit: Plane, rows: Plane, columns: Plane) -> tuple[Plane, npt.NDArray[np.bool_]]:
    from scipy.ndimage import map_coordinates

    # Pixels have their middle at a half.
    r = fit[0] * (rows + 0.5) + fit[1] - 0.5
    c = fit[2] * (columns + 0.5) + fit[3] - 0.5
    valid = (r >= 0) & (r <= plane.shape[0] - 1) & (c >= 0) & (c <= plane.shape[1] - 1)
    return np.asarray(map_coordinates(plane, [r, c], order=1, mode="nearest")), valid


def _warped(other: Plane, fit: Plane, shape: Sequence[int]) -> tuple[Plane, npt.NDArray[np.bool_]]:
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float64)
    planes = [_sampled(other[:, :, k], fit, rows, columns) for k in range(3)]
    return np.stack([plane for plane, _ in planes], axis=2), planes[0][1]


def _detail(planes: Plane) -> Plane:
    from scipy.ndimage import gaussian_filter

    grey = planes.mean(axis=2)
    return np.asarray(grey - gaussian_filter(grey, _DETAIL))


def _correlation(one: Plane, other: Plane) -> float:
    if one.size < 100 or one.std() < 1e-6 or other.std() < 1e-6:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _regions(one: Plane, other: Plane, valid: npt.NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, right, bottom) in pixels, the most different first."""
    from scipy.ndimage import binary_closing, binary_erosion, gaussian_filter, label, maximum, sum_labels

    # Another encoding may change brightness and contrast as a whole; that is no region.
    other = other.copy()
    for k in range(3):
        gain, offset = _brightness(one[:, :, k][valid], other[:, :, k][valid])
        other[:, :, k] = gain * other[:, :, k] + offset
    soft = 2.5
    gap = np.sqrt(gaussian_filter(np.square(one - other).max(axis=2), soft))
    contrast = np.maximum(_contrast(one.mean(axis=2), soft), _contrast(other.mean(axis=2), soft))
    inside = binary_erosion(valid, iterations=_MARGIN, border_value=0)
    usual = float(np.median((gap / (_NOISE + contrast))[inside])) if inside.any() else 0.0
    departure = np.where(inside, gap / (_NOISE + (_CONTRAST + usual) * contrast), 0.0)
    labels, count = label(binary_closing(departure > _REACH, iterations=2) & inside)
    if count == 0:
        return []
    numbers = np.arange(1, count + 1)
    peaks = maximum(departure, labels, numbers)
    areas = sum_labels(departure > _REACH, labels, numbers)
    weight = sum_labels(departure, labels, numbers)
    kept = [n for n in numbers if peaks[n - 1] > 1 and areas[n - 1] >= _LEAST_AREA * labels.size]
    boxes = []
    for number in sorted(kept, key=lambda n: -float(weight[n - 1]))[:_MOST_REGIONS]:
        rows, columns = np.nonzero(labels == number)
        boxes.append((int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1))
    return boxes


def _brightness(here: Plane, there: Plane) -> tuple[float, float]:
    """Gain and offset from the second's values to the first's, by least squares over the 70 % that fit best."""
    gain, offset = 1.0, 0.0
    for _ in range(4):
        gap = np.abs(here - gain * there - offset)
        close = gap <= np.quantile(gap, 0.7)
        x, y = there[close], here[close]
        spread = float(np.var(x))
        gain = float(np.clip(np.mean((x - x.mean()) * (y - y.mean())) / spread, 0.8, 1.25)) if spread > 1 else 1.0
        offset = float(y.mean() - gain * x.mean())
    return gain, offset


def _contrast(grey: Plane, soft: float) -> Plane:
    from scipy.ndimage import gaussian_filter

    level = gaussian_filter(grey, soft)
    return np.asarray(np.sqrt(np.maximum(0, gaussian_filter(np.square(grey), soft) - np.square(level))))


def _extent(valid: npt.NDArray[np.bool_]) -> Box:
    rows, columns = np.flatnonzero(valid.any(axis=1)), np.flatnonzero(valid.any(axis=0))
    if not len(rows):
        return (0.0, 0.0, 0.0, 0.0)
    height, width = valid.shape
    return _rounded((columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height))


def _box_in_second(box: tuple[int, int, int, int], fit: Plane, shape: Sequence[int], mirrored: bool) -> Box:
    left, right = ((fit[2] * edge + fit[3]) / shape[1] for edge in (box[0], box[2]))
    top, bottom = ((fit[0] * edge + fit[1]) / shape[0] for edge in (box[1], box[3]))
    return (1 - right, top, 1 - left, bottom) if mirrored else (left, top, right, bottom)


def _rounded(box: Box) -> Box:
    left, top, right, bottom = (round(float(min(1.0, max(0.0, edge))), 4) for edge in box)
    return left, top, right, bottom
