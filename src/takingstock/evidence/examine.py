"""Examine: all that the tools read out of one file. Runs in a worker process, since nobody trusts the file.

Every step ends by itself: one that fails says why, and the others go on. The picture is decoded once, small where the
format allows (JPEG), and the preview and the perceptual hashes share it; both are of the picture as seen, with its
orientation applied.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from takingstock import __version__
from takingstock.evidence.media_type import media_type
from takingstock.records import Examination, StepOutcome, StepResult

if TYPE_CHECKING:
    from PIL import Image

TOOL: Final = f"takingstock {__version__} examine/1"
PREVIEW: Final = 512
"""Pixels of a preview's longest side."""

PIXELS: Final = 250_000_000
"""The most a picture may have; beyond it, it is taken for a bomb."""

_FORMATS: Final = ("JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP", "HEIF", "AVIF")
_C2PA: Final = ("image/jpeg", "image/png", "image/webp", "image/tiff", "image/heic", "image/avif", "video/mp4")
_DOCUMENTS: Final = "no reader for this kind of file: kept as it is"


class _Steps:
    def __init__(self) -> None:
        self.results: list[StepResult] = []

    def add(self, step: str, outcome: StepOutcome, words: str = "") -> None:
        self.results.append(StepResult(step=step, outcome=outcome, words=" ".join(words.split())[:300]))

    def run(self, step: str, call: Callable[[], str]) -> None:
        """``call`` gives words; what it raises fails the step alone."""
        try:
            words = call()
        except MemoryError:
            raise
        except Exception as error:
            self.add(step, StepOutcome.FAILED, _plain(error))
        else:
            self.add(step, StepOutcome.DONE, words)


def examine(path: str, evidence_id: str, working: str, trust: str | None = None) -> Examination:
    """Everything about the file at ``path``; previews go to the folder ``working``. Never raises for what is in the
    file. ``trust`` is a PEM file of trusted certificates."""
    steps = _Steps()
    file = Path(path)
    kind = media_type(file)
    facts: dict[str, Any] = {"fields": [("file:type", kind)]}
    steps.add("media type", StepOutcome.DONE, kind)
    if file.stat().st_size == 0:
        steps.add("content", StepOutcome.FAILED, "the file is empty")
    elif kind.startswith("image/"):
        _picture(file, kind, Path(working) / evidence_id, trust, steps, facts)
    elif kind.startswith(("video/", "audio/")):
        _moving(file, kind, Path(working) / evidence_id, trust, steps, facts)
    else:
        steps.add("content", StepOutcome.SKIPPED, _DOCUMENTS)
    fields = facts.pop("fields")
    return Examination(
        id=evidence_id, tool=TOOL, steps=tuple(steps.results), fields=tuple(dict.fromkeys(fields)), **facts
    )


def _picture(file: Path, kind: str, working: Path, trust: str | None, steps: _Steps, facts: dict[str, Any]) -> None:
    from takingstock.evidence.embedded import embedded

    found = embedded(file)
    facts["times"], facts["position"] = tuple(dict.fromkeys(found.times)), found.position
    facts["device"], facts["serial"] = found.device, found.serial
    facts["fields"] += found.fields
    if found.faults:
        steps.add("metadata", StepOutcome.FAILED, "; ".join(found.faults))
    else:
        steps.add("metadata", StepOutcome.DONE if found.any else StepOutcome.NOTHING)
    _credentials(file, kind, trust, steps, facts)
    seen: list[Image.Image] = []

    def decode() -> str:
        try:
            image, size, words = _decoded(file)
        except _Cut as cut:
            facts["width"], facts["height"] = cut.size
            seen.append(cut.image)
            raise
        facts["width"], facts["height"] = size
        seen.append(image)
        return words

    steps.run("picture", decode)
    if seen:
        steps.run("preview", lambda: _preview(seen[0], working, "thumb.jpg"))
        steps.run("likeness", lambda: _hashes(seen[0], facts))


def _moving(file: Path, kind: str, working: Path, trust: str | None, steps: _Steps, facts: dict[str, Any]) -> None:
    from takingstock.evidence.hashing import frame_hashes
    from takingstock.evidence.video import container

    try:
        found = container(file)
    except Exception as error:
        steps.add("container", StepOutcome.FAILED, _plain(error))
        return
    facts["width"], facts["height"], facts["duration"] = found.width, found.height, found.duration
    facts["times"], facts["position"], facts["device"] = tuple(found.times), found.position, found.device
    facts["fields"] += found.fields
    if found.faults:
        steps.add("container", StepOutcome.FAILED, "; ".join(found.faults))
    else:
        steps.add("container", StepOutcome.DONE)
    _credentials(file, kind, trust, steps, facts)

    def frames() -> str:
        for seconds, image in found.frames:
            _preview(image, working, f"frame-{round(seconds * 1000):08}.jpg")
        if found.frames:
            _preview(found.frames[len(found.frames) // 2][1], working, "thumb.jpg")
        return f"{len(found.frames)} frames"

    def hashes() -> str:
        facts["hashes"] = frame_hashes(found.frames)
        return ""

    if found.frames:
        steps.run("preview", frames)
        steps.run("likeness", hashes)


def _credentials(file: Path, kind: str, trust: str | None, steps: _Steps, facts: dict[str, Any]) -> None:
    if kind not in _C2PA:
        steps.add("credentials", StepOutcome.SKIPPED, f"no reader of C2PA for {kind}")
        return
    from takingstock.evidence.credentials import credentials

    def read() -> str:
        found = credentials(file, kind, Path(trust) if trust else None)
        facts["credentials"] = found
        untold = found.verdict == "valid-untrusted" and trust is None
        return found.verdict + (" (no list of trusted certificates given)" if untold else "")

    steps.run("credentials", read)


def _decoded(file: Path) -> tuple[Image.Image, tuple[int, int], str]:
    """(the picture as seen, its longest side at least PREVIEW where it has that; its size as seen; words).

    Raises ValueError in words."""
    from PIL import Image, ImageFile, ImageOps
    from pillow_heif import register_heif_opener

    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = PIXELS // 2
    words = ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(file, formats=_FORMATS) as image:
            size = image.size
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            # A JPEG is decoded at a half, a quarter or an eighth of its size: a preview needs no more.
            image.draft("RGB", (PREVIEW, PREVIEW))
            try:
                image.load()
            except OSError as error:
                if "truncated" not in str(error):
                    raise
                words = f"the picture is cut off ({error}); what is there was read"
                image = _cut(file, ImageFile)
            # Reduced before it is turned and converted: both then cost next to nothing.
            image.thumbnail((PREVIEW, PREVIEW), Image.Resampling.BILINEAR, reducing_gap=1.0)
            seen = ImageOps.exif_transpose(image).convert("RGB")
    if words:
        raise _Cut(words, seen, (size[1], size[0]) if turned else size)
    return seen, (size[1], size[0]) if turned else size, f"{size[0]} x {size[1]}"


class _Cut(ValueError):
    """A picture that breaks off; what was decoded is kept with it."""

    def __init__(self, words: str, image: Image.Image, size: tuple[int, int]) -> None:
        super().__init__(words)
        self.image, self.size = image, size


def _cut(file: Path, files: Any) -> Any:
    from PIL import Image

    files.LOAD_TRUNCATED_IMAGES = True
    try:
        image = Image.open(file, formats=_FORMATS)
        image.load()
        return image
    finally:
        files.LOAD_TRUNCATED_IMAGES = False


def _hashes(image: Image.Image, facts: dict[str, Any]) -> str:
    from takingstock.evidence.hashing import picture_hashes

    facts["hashes"] = picture_hashes(image)
    return "" if facts["hashes"] else "too plain to compare"


def _preview(image: Image.Image, working: Path, name: str) -> str:
    """Encoded anew, so that it carries no metadata; written under another name first."""
    small = image
    if max(image.size) > PREVIEW:
        small = image.copy()
        small.thumbnail((PREVIEW, PREVIEW), reducing_gap=2.0)
    working.mkdir(parents=True, exist_ok=True)
    part = working / f".{name}.part"
    small.save(part, "JPEG", quality=80)
    part.replace(working / name)
    return f"{small.width} x {small.height}"


def _plain(error: Exception) -> str:
    name = type(error).__name__
    if name == "DecompressionBombError":
        return f"it would unpack to more than {PIXELS // 1_000_000} million pixels: not opened"
    if name == "UnidentifiedImageError":
        return "no picture that can be opened: damaged, or of another kind than its first bytes say"
    return str(error) or name
