"""PDQ: the hash that platforms and hash-sharing tools store, for exchange with them. Needs the extra ``pdq``."""

from __future__ import annotations

import numpy as np
from PIL import Image

from takingstock.records.base import Record
from takingstock.records.errors import TakingStockError

_SIDE = 512


class MissingExtraError(TakingStockError, ImportError):
    """A library that the core does without is not installed; the text names the extra that brings it."""


class PdqHash(Record):
    """256 bits as 64 hex digits, in the order in which PDQ prints them; ``quality`` from 0 to 100: those who exchange
    PDQ hashes leave out pictures below 50."""

    digits: str
    quality: int


def pdq_hash(image: Image.Image) -> PdqHash:
    """``image``: as seen (orientation applied). Raises MissingExtraError without the extra ``pdq``."""
    try:
        import pdqhash
    except ImportError as error:
        raise MissingExtraError(
            "PDQ hashes need the extra pdq: install takingstock[pdq] (it is compiled on the machine)"
        ) from error
    picture = image.convert("RGB")
    picture.thumbnail((_SIDE, _SIDE))
    bits, quality = pdqhash.compute(np.asarray(picture))
    return PdqHash(digits=np.packbits(bits).tobytes().hex(), quality=int(quality))
