"""Looking: what is done to pictures on demand, in a worker process: comparing two, reading marks, looking for faces.

Only the largest sides that the methods can use are decoded; orientation is applied.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

    from takingstock.evidence.differing import Difference
    from takingstock.evidence.marks import ReadMark
    from takingstock.evidence.pdq import PdqHash
    from takingstock.records import Region

LONGEST = 2048
"""Pixels of the longest side that is looked at."""

COMPARE = "takingstock.evidence.looking:compare"
READ = "takingstock.evidence.looking:read"
PDQ = "takingstock.evidence.looking:pdq"
FACES = "takingstock.evidence.looking:faces"
MEMORY = 12 * 1024**3
"""Bytes of address space: the reader of marks reserves far more than it uses."""


def picture(path: str) -> Image.Image:
    """RGB as seen, longest side at most LONGEST. Raises BadFileError, OSError or ValueError for what is no picture, or
    one too large to be safe."""
    from PIL import Image, ImageOps

    from takingstock.evidence.media_type import media_type
    from takingstock.evidence.preview import open_picture

    with open_picture(path, media_type(path)) as image:
        image.draft("RGB", (LONGEST, LONGEST))
        image.thumbnail((LONGEST, LONGEST))
        turned = ImageOps.exif_transpose(image)
        if turned.has_transparency_data:
            # Colours hidden under what is transparent would come out otherwise.
            clear = turned.convert("RGBA")
            turned = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
        return turned.convert("RGB")


def compare(first: str, second: str, variants: tuple[str, str], out: str) -> Difference:
    """Where two pictures differ; ``out``: also a picture of both with the places drawn, if not empty."""
    from takingstock.evidence.differing import difference, side_by_side

    one, other = picture(first), picture(second)
    found = difference(one, other, variants)
    if out:
        Path(out).write_bytes(side_by_side(one, other, found))
    return found


def read(path: str) -> tuple[ReadMark, ...]:
    """Proposals of what is written on a picture."""
    from takingstock.evidence.marks import read_marks

    return read_marks(picture(path))


def pdq(path: str) -> PdqHash:
    """The PDQ hash of a picture."""
    from takingstock.evidence.pdq import pdq_hash

    return pdq_hash(picture(path))


def faces(path: str, model: str) -> tuple[Region, ...]:
    """Proposals of where faces are, by the detector in the file ``model``."""
    from takingstock.evidence.faces import suggested_faces

    return suggested_faces(picture(path), Path(model))
