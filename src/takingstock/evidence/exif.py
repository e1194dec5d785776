"""EXIF: what a camera, or whoever wrote in its name, says in a file. All of it can be forged; nothing is corrected.

The block is read by the library exifread. Maker notes are left alone: their formats are secret and their readers long.
A block may be made so that reading it takes minutes; it gets so many reads, and the rest of the file its own time.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from takingstock.records.place import Place, Precision

TIMES = (
    "DateTime", "DateTimeOriginal", "DateTimeDigitized", "SubSecTime", "SubSecTimeOriginal", "SubSecTimeDigitized",
    "OffsetTime", "OffsetTimeOriginal", "OffsetTimeDigitized", "TimeZoneOffset", "GPSDateStamp", "GPSTimeStamp",
)  # fmt: skip
# Pointers and lengths inside the block say nothing of the picture.
_LEFT_OUT = re.compile(r"(Offset|IFD|Interoperability|MakerNote|Padding|Pointer|ByteCounts|StripOffsets|Tag 0x|SubIFD)")
_EXIFREAD_NAMES = {"GPSDate": "GPSDateStamp"}
_LONGEST = 500
_MOST_FIELDS = 400
READS = 100_000
BYTES = 64 * 1024**2
"""Of one block: how often something may be read in it, and how much altogether. Those of cameras take some hundreds."""


@dataclass(frozen=True)
class Exif:
    """What one EXIF block says. ``orientation`` is 1 to 8; ``faults`` are in words, one per field that is not read."""

    times: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    position: Place | None = None
    device: str = ""
    serial: str = ""
    orientation: int = 1
    thumbnail: bytes = b""
    count: int = 0
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


class _TooMuchError(BaseException):
    """No Exception, so that the library does not take it for a fault of one field."""


class _Counted(io.BytesIO):
    """A block that is read so often and no more: the library asks for each value anew, however often they repeat."""

    def __init__(self, block: bytes) -> None:
        super().__init__(block)
        self._reads, self._bytes = READS, BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self._reads -= 1
        self._bytes -= len(found)
        if self._reads < 0:
            raise _TooMuchError(f"it takes over {READS} reads")
        if self._bytes < 0:
            raise _TooMuchError(f"it takes over {BYTES // 1024**2} MB to read")
        return found


@dataclass
class _Notes:
    faults: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def read_exif(block: bytes) -> Exif:
    """``block``: the TIFF structure of the EXIF block, with or without the ``Exif`` mark before it, or a whole file
    that has one. Never raises for bad content: what cannot be read is in ``faults``, the rest is there."""
    import exifread

    notes = _Notes()
    tags: dict[str, Any] = {}
    with _heard(notes.faults):
        try:
            tags = exifread.process_file(
                _Counted(block.removeprefix(b"Exif\0\0")),
                details=False,
                truncate_tags=False,
                extract_thumbnail=False,
            )
        except _TooMuchError as stop:
            notes.faults.append(f"the block is made to keep a reader busy: {stop}; nothing of it was read")
        except Exception as fault:  # the library raises whatever its parsing runs into
            notes.faults.append(f"the block is broken ({type(fault).__name__}: {fault}); nothing of it was read")
    written = dict(_written(tags))
    return Exif(
        times=tuple((f"exif:{name}", text) for name, text in written.items() if name in TIMES and text),
        fields=tuple((f"exif:{name}", text) for name, text in written.items() if name not in TIMES and text),
        position=_position(tags, notes),
        device=_device(written),
        serial=written.get("BodySerialNumber", "") or written.get("SerialNumber", ""),
        orientation=_orientation(tags, notes),
        thumbnail=_thumbnail(block, tags, notes),
        count=len(tags),
        faults=tuple(notes.faults),
        doubts=tuple(notes.doubts),
    )


@contextmanager
def _heard(faults: list[str]) -> Iterator[None]:
    """Keep what the library only logs: which fields it gave up."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if len(faults) < 20:
                faults.append(record.getMessage())

    logger, ear = logging.getLogger("exifread"), Ear(logging.WARNING)
    before = logger.propagate, logger.level
    logger.addHandler(ear)
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.removeHandler(ear)
        logger.propagate = before[0]
        logger.setLevel(before[1])


def _written(tags: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, tag in list(tags.items())[:_MOST_FIELDS]:
        group, _, name = key.partition(" ")
        name = _EXIFREAD_NAMES.get(name, name)
        if group not in {"Image", "EXIF", "GPS"} or not hasattr(tag, "values"):
            continue
        if _LEFT_OUT.search(name) and name not in TIMES:
            continue
        text = _time_of_day(tag.values) if name == "GPSTimeStamp" else ""
        if not text:
            text = tag.values if isinstance(tag.values, str) else str(tag.printable)
        yield name, plain(text)


def plain(text: str) -> str:
    """Text of a file, made fit for a record: no control characters, no lone surrogates, at most 500 characters."""
    text = text.encode("utf-8", "replace").decode()
    text = "".join(c if c.isprintable() else " " for c in text).strip()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} … ({len(text)} characters)"


def _numbers(values: Any) -> list[float] | None:
    """Rationals as numbers; None if one is no number or has a zero denominator."""
    found = []
    for value in values if isinstance(values, list) else []:
        if getattr(value, "denominator", None) == 0 or isinstance(value, tuple):
            return None
        try:
            found.append(float(value))
        except (TypeError, ValueError, ArithmeticError):
            return None
    return found or None


def _time_of_day(values: Any) -> str:
    parts = _numbers(values)
    if parts is None or len(parts) != 3:
        return ""
    return f"{parts[0]:02.0f}:{parts[1]:02.0f}:{parts[2]:06.3f}".removesuffix(".000")


def _position(tags: dict[str, Any], notes: _Notes) -> Place | None:
    latitude = _angle(tags, "Latitude", "N", "S", 90, notes)
    longitude = _angle(tags, "Longitude", "E", "W", 180, notes)
    if latitude is None or longitude is None:
        if latitude is not None or longitude is not None:
            notes.faults.append("GPS position: only one of latitude and longitude can be read; no position is taken")
        return None
    if latitude == 0 and longitude == 0:
        notes.doubts.append("the GPS position is 0, 0: doubtful, receivers write it when they have none")
    if "GPS GPSStatus" in tags and str(tags["GPS GPSStatus"].values).startswith("V"):
        notes.doubts.append("the GPS receiver says that its position was not valid (status V)")
    return Place(name="", latitude=latitude, longitude=longitude, precision=Precision.EXACT)


def _angle(tags: dict[str, Any], name: str, plus: str, minus: str, most: int, notes: _Notes) -> float | None:
    if f"GPS GPS{name}" not in tags:
        return None
    side = str(getattr(tags.get(f"GPS GPS{name}Ref"), "values", "")).strip().upper()[:1]
    if side not in {plus, minus}:
        notes.faults.append(f"GPS{name}: the hemisphere (GPS{name}Ref) is missing or is not {plus} or {minus}")
        return None
    parts = _numbers(tags[f"GPS GPS{name}"].values)
    if parts is None or len(parts) > 3:
        notes.faults.append(f"type error in field GPS{name}: three fractions were expected, none with denominator 0")
        return None
    degrees, minutes, seconds = (*parts, 0.0, 0.0)[:3]
    angle = degrees + minutes / 60 + seconds / 3600
    if not 0 <= angle <= most or minutes >= 60 or seconds > 60 or min(parts) < 0:
        notes.faults.append(f"GPS{name}: {parts} is no angle between 0 and {most} degrees")
        return None
    return -angle if side == minus else angle


def _device(written: dict[str, str]) -> str:
    make, model = written.get("Make", ""), written.get("Model", "")
    return model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()


def _orientation(tags: dict[str, Any], notes: _Notes) -> int:
    values = getattr(tags.get("Image Orientation"), "values", None)
    if not values:
        return 1
    value = values[0]
    if isinstance(value, int) and 1 <= value <= 8:
        return value
    notes.doubts.append(f"orientation {plain(str(value))} has no meaning; the picture is taken as stored")
    return 1


def _thumbnail(block: bytes, tags: dict[str, Any], notes: _Notes) -> bytes:
    """The embedded JPEG, found by hand: the library stops at the first bad pointer and would lose all fields."""
    offset = getattr(tags.get("Thumbnail JPEGInterchangeFormat"), "values", None)
    length = getattr(tags.get("Thumbnail JPEGInterchangeFormatLength"), "values", None)
    if not offset or not length or not isinstance(offset[0], int) or not isinstance(length[0], int):
        return b""
    found = block.removeprefix(b"Exif\0\0")[offset[0] : offset[0] + length[0]]
    if len(found) < length[0] or not found.startswith(b"\xff\xd8"):
        notes.doubts.append("an embedded thumbnail is announced, but it is not there or is no JPEG")
        return b""
    return found
