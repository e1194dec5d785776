"""Preview: a picture as seen, reduced once, for the hashes and for a small copy without any metadata.

Decoders are called by the type that the content has, never by guessing; formats that are programs (EPS, WMF, SVG) have
no decoder here. A JPEG is decoded at half, quarter or eighth scale where that is enough.
"""

from __future__ import annotations

import importlib
import io
import os
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from takingstock.records.errors import BadFileError

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageFile import ImageFile

SIDE = 512
LARGEST_PREVIEW = 400_000
# A phone's 200-megapixel JPEG is decoded reduced; other formats have to be decoded whole, at up to 4 bytes a pixel.
MOST_PIXELS_REDUCED = 220_000_000
MOST_PIXELS_WHOLE = 100_000_000
# Media type: Pillow's format, and the module that has its decoder.
_DECODERS = {
    "image/jpeg": ("JPEG", "PIL.JpegImagePlugin"),
    "image/png": ("PNG", "PIL.PngImagePlugin"),
    "image/gif": ("GIF", "PIL.GifImagePlugin"),
    "image/webp": ("WEBP", "PIL.WebPImagePlugin"),
    "image/tiff": ("TIFF", "PIL.TiffImagePlugin"),
    "image/bmp": ("BMP", "PIL.BmpImagePlugin"),
    "image/jp2": ("JPEG2000", "PIL.Jpeg2KImagePlugin"),
    "image/avif": ("AVIF", "PIL.AvifImagePlugin"),
    "image/heic": ("HEIF", "pillow_heif"),
    "image/heif": ("HEIF", "pillow_heif"),
}
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
# Their decoders, or Pillow on loading, turn the picture themselves.
_TURNED = {"HEIF", "TIFF"}


@dataclass(frozen=True)
class Seen:
    """``image``: RGB, orientation applied, longest side at most 512. ``missing``: the share (0 to 1) of its rows that
    could not be decoded, None if none. ``fault``: the decoder's words, empty if all is there."""

    image: Image.Image
    missing: float | None = None
    fault: str = ""


def open_picture(path: str | Path, media_type: str) -> ImageFile:
    """Read the head of a picture, no pixels: size, and its metadata blocks in ``info``. Raises BadFileError for what
    has no decoder here, is broken, or has more pixels than are safe to decode."""
    from PIL import Image, UnidentifiedImageError

    if media_type not in _DECODERS:
        raise BadFileError(f"no decoder for {media_type}: kept as it is")
    name, module = _DECODERS[media_type]
    decoder = importlib.import_module(module)
    if name == "HEIF":
        decoder.register_heif_opener()
    with _limits(truncated=False):
        try:
            image = Image.open(path, formats=[name])
        except UnidentifiedImageError:
            raise BadFileError(
                "the file begins like a picture, but its head is broken: nothing can be decoded"
            ) from None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise BadFileError("more pixels than are safe to decode (decompression bomb?): not decoded") from None
        except Exception as fault:
            raise BadFileError(f"the head of the picture is broken ({_said(fault)})") from fault
    pixels = image.width * image.height
    most = MOST_PIXELS_REDUCED if image.format in {"JPEG", "MPO"} else MOST_PIXELS_WHOLE
    if pixels > most:
        raise BadFileError(f"{image.width} x {image.height} pixels are more than the {most} that are safe to decode")
    return image


def see(path: str | Path, media_type: str, orientation: int, opened: ImageFile | None = None) -> Seen:
    """Decode the picture once, reduced, and turn it as its ``orientation`` (EXIF, 1 to 8) says. What a cut file still
    holds is used. Raises BadFileError if nothing can be decoded. Of an animated picture the first one is taken.
    ``opened``: the picture as :func:`open_picture` gave it, so that its head is not read again; closed here."""
    fault = ""
    try:
        image = _reduced(path, media_type, truncated=False, opened=opened)
    except BadFileError:
        raise
    except Exception as first:
        fault = _said(first)
        try:
            image = _reduced(path, media_type, truncated=True)
        except Exception as second:
            raise BadFileError(f"the picture cannot be decoded ({_said(second)})") from second
    missing = _missing(image) if fault else None
    if missing == 1.0:
        raise BadFileError(f"no part of the picture can be decoded ({fault})")
    if image.info.get("turned") is None:
        image = turned(image, orientation)
    image.info = {}
    return Seen(image=image, missing=missing, fault=fault)


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as seen, from the picture as stored (EXIF orientation, table 6 of the EXIF standard)."""
    from PIL.Image import Transpose

    ways = {
        2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM, 5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270, 7: Transpose.TRANSVERSE, 8: Transpose.ROTATE_90,
    }  # fmt: skip
    return image.transpose(ways[orientation]) if orientation in ways else image


def turns_itself(image: Image.Image) -> bool:
    """Is this a format whose decoder applies the orientation?"""
    return image.format in _TURNED


def write_preview(image: Image.Image, path: str | Path) -> int:
    """Write ``image`` (RGB) as a JPEG without metadata, at most 400 KB; whole or not at all. Returns its bytes."""
    clean = image.copy()
    clean.info = {}
    for quality in (80, 60, 40, 20):
        buffer = io.BytesIO()
        clean.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= LARGEST_PREVIEW:
            break
    data, target = buffer.getvalue(), Path(path)
    part = target.with_name(f".{target.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        try:
            handle = os.open(part, _CREATE, 0o600)
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(part, _CREATE, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return len(data)


def differs(thumbnail: bytes, seen: Image.Image, orientation: int) -> tuple[tuple[int, int], float]:
    """Size of an embedded JPEG thumbnail, and how far it is from the picture where they differ most: grey values (0 to
    255) of the worst of 24 x 24 places, after brightness and contrast are evened out. Raises BadFileError if it cannot
    be decoded."""
    import numpy as np
    from PIL import Image

    importlib.import_module("PIL.JpegImagePlugin")
    with _limits(truncated=True):
        try:
            small = Image.open(io.BytesIO(thumbnail), formats=["JPEG"])
            size = small.size
            if small.width * small.height > 4_000_000:
                raise BadFileError(f"the embedded thumbnail has {size[0]} x {size[1]} pixels: not decoded")
            small.draft("L", (160, 160))
            small.load()
        except BadFileError:
            raise
        except Exception as fault:
            raise BadFileError(f"the embedded thumbnail cannot be decoded ({_said(fault)})") from fault
    first, second = turned(small.convert("L"), orientation), seen.convert("L")
    pairs = [(first, second)]
    # Cameras fit a picture into another shape by bars, or cut its sides off.
    if abs(first.width * second.height / (first.height * second.width) - 1) > 0.02:
        pairs += [(_fitted(first, second), second), (first, _fitted(second, first))]
    far = []
    for pair in pairs:
        one, other = (np.asarray(each.resize((_GRID, _GRID), Image.Resampling.BOX), dtype=np.float64) for each in pair)
        spread = one.std()
        evened = (one - one.mean()) * (other.std() / spread if spread > 1 else 1.0) - (other - other.mean())
        # The mean of 3 x 3 cells: edges that lie half a pixel off cancel out, a part that was changed does not.
        blocks = np.lib.stride_tricks.sliding_window_view(evened, (3, 3)).mean(axis=(2, 3))
        far.append(float(np.abs(blocks).max()))
    return size, min(far)


_GRID = 24


def _fitted(image: Image.Image, shape: Image.Image) -> Image.Image:
    """The middle of ``image`` that has the proportions of ``shape``."""
    width = min(image.width, image.height * shape.width / shape.height)
    height = min(image.height, image.width * shape.height / shape.width)
    left, top = (image.width - width) / 2, (image.height - height) / 2
    return image.crop((round(left), round(top), max(1, round(left + width)), max(1, round(top + height))))


def _reduced(path: str | Path, media_type: str, *, truncated: bool, opened: ImageFile | None = None) -> Image.Image:
    from PIL import Image

    with opened or open_picture(path, media_type) as image, _limits(truncated=truncated):
        itself = turns_itself(image)
        scale = SIDE / max(image.size)
        if scale < 1:
            # Rounded down: the decoder halves only what is at least twice as large as this on both sides.
            image.draft("RGB", (max(1, int(image.width * scale)), max(1, int(image.height * scale))))
        image.load()
        flat = _rgb(image) if image.mode not in {"RGB", "L"} and not _reducible(image.mode) else image
        if max(flat.size) > SIDE:
            # A TIFF may have been turned while loading, so the size is taken anew.
            scale = SIDE / max(flat.size)
            size = (max(1, round(flat.width * scale)), max(1, round(flat.height * scale)))
            flat = flat.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
        flat = _rgb(flat) if flat is not image or image.mode != "RGB" else image.copy()
        flat.info = {"turned": True} if itself else {}
        return flat


def _reducible(mode: str) -> bool:
    """Modes that can be made small before they are made RGB, which is cheaper."""
    return mode in {"LA", "RGBA", "RGBX", "CMYK", "YCbCr"}


def _rgb(image: Image.Image) -> Image.Image:
    """RGB; transparent parts become white; deep greys are scaled to the values that occur."""
    import numpy as np
    from PIL import Image

    if image.mode == "RGB":
        return image
    if image.mode.startswith(("I", "F")):
        values = np.nan_to_num(np.asarray(image, dtype=np.float64))
        low, high = float(values.min()), float(values.max())
        scaled = (values - low) * (255 / (high - low)) if high > low else np.zeros_like(values)
        return Image.fromarray(scaled.astype(np.uint8)).convert("RGB")
    if image.mode in {"LA", "RGBA", "PA"} or "transparency" in image.info:
        clear = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")
    return image.convert("RGB")


def _missing(image: Image.Image) -> float:
    """Rows at the end that no decoder has written are of one colour throughout (grey or black), which those of a camera
    never are: their share. Of a progressive JPEG, whose cut takes detail and not rows, nothing is missing."""
    import numpy as np

    values = np.asarray(image)
    written = (values != values[-1, -1]).any(axis=(1, 2)).nonzero()[0]
    return 1.0 - (int(written[-1]) + 1) / image.height if written.size else 1.0


@contextmanager
def _limits(*, truncated: bool) -> Iterator[None]:
    """Pillow's limits are globals of its modules: set for one call and put back."""
    from PIL import Image, ImageFile

    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = MOST_PIXELS_REDUCED, truncated
    try:
        with warnings.catch_warnings():
            # Corrupt metadata makes Pillow warn; the words of our own readers say it. A bomb is an error.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    finally:
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = before


def _said(fault: BaseException) -> str:
    return f"{fault}"[:200] or type(fault).__name__
