"""Marks: proposals of what is written in a picture, each with its box and how sure the program is. Extra ``ocr``.

A machine suggestion, to be read against the picture by a person. The models lie inside the wheel of rapidocr; nothing
is fetched.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
from PIL import Image

from takingstock.evidence.pdq import MissingExtraError
from takingstock.records.base import Record

# Goes with every result, since a reader who sees Latin letters cannot tell.
CAUTION = (
    "The program reads Latin letters, digits and Chinese only. Cyrillic letters come out as Latin look-alikes, "
    "Arabic writing comes out wrong or not at all. Check each mark against the picture."
)


class ReadMark(Record):
    """One proposal. The box is in fractions of the picture as seen; ``confidence`` is the program's own score (0 to 1),
    no probability."""

    text: str
    confidence: float
    left: float
    top: float
    right: float
    bottom: float
    rule: str
    caution: str = CAUTION


@cache
def _engine() -> Any:
    """Loaded once a process (half a second)."""
    try:
        from rapidocr import RapidOCR
    except ImportError as error:
        raise MissingExtraError("reading marks needs the extra ocr: install takingstock[ocr]") from error
    return RapidOCR(params={"Global.log_level": "error"})


def read_marks(image: Image.Image) -> tuple[ReadMark, ...]:
    """Proposals from top to bottom; none: nothing was read, which does not mean that nothing is written there.

    ``image``: as seen (orientation applied). Raises MissingExtraError without the extra ``ocr``."""
    engine = _engine()
    picture = image.convert("RGB")
    # The program takes colours in the order blue, green, red.
    result = engine(np.ascontiguousarray(np.asarray(picture)[:, :, ::-1]))
    if result.boxes is None:
        return ()
    rule = f"rapidocr/{version('rapidocr')}"
    found = []
    for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        across = np.clip(np.asarray(corners)[:, 0] / picture.width, 0, 1)
        down = np.clip(np.asarray(corners)[:, 1] / picture.height, 0, 1)
        box = [round(float(edge), 4) for edge in (across.min(), down.min(), across.max(), down.max())]
        found.append(
            ReadMark(
                text=unicodedata.normalize("NFC", text),
                confidence=round(float(score), 3),
                left=box[0],
                top=box[1],
                right=box[2],
                bottom=box[3],
                rule=rule,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.top, one.left)))
