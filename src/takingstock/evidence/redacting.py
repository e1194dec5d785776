"""Redacting: what may leave at redaction level *public*. Originals are never touched; what leaves is made anew.

A picture is decoded, turned upright, its hidden regions made unreadable, and encoded anew from its pixels alone, so
that no metadata, thumbnail, profile or trailing byte goes with it. A region is replaced by a few flat tiles whose
colours are averages of large parts of it, then blurred: what was there cannot be computed back.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageFilter

from takingstock.evidence.looking import picture
from takingstock.records import BadFileError, Region

TILES: Final = 3
"""A hidden region is left with so many tiles across and down."""

QUALITY: Final = 88
_MARGIN: Final = 0.05
"""Wider on each side than the box that was drawn."""


def redacted(path: Path, regions: Sequence[Region]) -> bytes:
    """A new JPEG of the picture with the regions unreadable. Runs in a worker: the file is untrusted.

    Raises BadFileError for what is no picture."""
    try:
        image = picture(str(path))
    except (OSError, ValueError) as error:
        raise BadFileError(f"no picture that can be redacted: {error}") from error
    for region in regions:
        _hide(image, region)
    out = io.BytesIO()
    # Pixels only: a picture that was opened carries its metadata along.
    clean = Image.frombytes("RGB", image.size, image.tobytes())
    clean.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def leave(path: str, sha256: str, regions: Sequence[Region], out: str) -> int:
    """Write the redacted picture to ``out``, if the original is what it was; its bytes. What a worker calls."""
    check_original(path, sha256)
    content = redacted(Path(path), regions)
    Path(out).write_bytes(content)
    return len(content)


def check_original(path: str, sha256: str) -> None:
    """Raises BadFileError for a file that does not have this SHA-256: somebody looked at another picture."""
    with Path(path).open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise BadFileError(f"{sha256} was altered; run takingstock verify, restore a copy")


def anew(path: str, sha256: str, out: str) -> bool:
    """Write a small copy of an original, made from it now, to ``out``: what lies in ``working/`` anybody could have
    exchanged. False for what has no picture. What a worker calls. Raises BadFileError for an altered original."""
    from takingstock.evidence.media_type import Kind, kind, media_type
    from takingstock.evidence.preview import SIDE, write_preview
    from takingstock.evidence.video import Frames

    check_original(path, sha256)
    found = media_type(Path(path))
    try:
        if kind(found) is Kind.PICTURE:
            image = picture(path)
        elif kind(found) is Kind.VIDEO:
            frames = [image for _, image in Frames(Path(path), found)]
            if not frames:
                return False
            image = frames[len(frames) // 2]
        else:
            return False
    except (BadFileError, OSError, ValueError):
        return False
    image.thumbnail((SIDE, SIDE))
    write_preview(image, out)
    return True


def _hide(image: Image.Image, region: Region) -> None:
    across, down = _MARGIN * (region.right - region.left), _MARGIN * (region.bottom - region.top)
    left = int(max(0.0, region.left - across) * image.width)
    top = int(max(0.0, region.top - down) * image.height)
    right = max(left + 1, math.ceil(min(1.0, region.right + across) * image.width))
    bottom = max(top + 1, math.ceil(min(1.0, region.bottom + down) * image.height))
    part = image.crop((left, top, right, bottom))
    tiles = part.resize((TILES, TILES), Image.Resampling.BOX).resize(part.size, Image.Resampling.NEAREST)
    soft = tiles.filter(ImageFilter.GaussianBlur(max(2.0, min(part.size) / (2 * TILES))))
    image.paste(soft, (left, top))
