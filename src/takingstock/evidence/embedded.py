"""Embedded: what a camera or a program wrote into a picture (EXIF, XMP): times, position, device, other fields.

Every field keeps its own name and its text as it stands; nothing is merged, corrected or converted, except a position,
which is given in degrees. EXIF is read by the library exifread, XMP as XML without entities (defusedxml).
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from takingstock.records import Place, Precision

_TIMES: Final = {
    "EXIF DateTimeOriginal": "exif:DateTimeOriginal",
    "EXIF DateTimeDigitized": "exif:DateTimeDigitized",
    "Image DateTime": "exif:DateTime",
    "EXIF OffsetTimeOriginal": "exif:OffsetTimeOriginal",
    "EXIF OffsetTimeDigitized": "exif:OffsetTimeDigitized",
    "EXIF OffsetTime": "exif:OffsetTime",
    "EXIF SubSecTimeOriginal": "exif:SubSecTimeOriginal",
    "GPS GPSDate": "gps:DateStamp",
    "GPS GPSTimeStamp": "gps:TimeStamp",
}
_FIELDS: Final = {
    "Image Make": "exif:Make",
    "Image Model": "exif:Model",
    "Image Software": "exif:Software",
    "Image Artist": "exif:Artist",
    "Image Copyright": "exif:Copyright",
    "Image ImageDescription": "exif:ImageDescription",
    "Image Orientation": "exif:Orientation",
    "EXIF LensModel": "exif:LensModel",
    "EXIF UserComment": "exif:UserComment",
    "EXIF ImageUniqueID": "exif:ImageUniqueID",
    "GPS GPSImgDirection": "gps:ImgDirection",
    "GPS GPSAltitude": "gps:Altitude",
}
_SERIALS: Final = ("EXIF BodySerialNumber", "MakerNote SerialNumber", "EXIF CameraSerialNumber")
_XMP_TIMES: Final = re.compile(r"(CreateDate|ModifyDate|MetadataDate|DateCreated|DateTimeOriginal|DateTimeDigitized)$")
_XMP_FIELDS: Final = re.compile(
    r"(CreatorTool|softwareAgent|DocumentID|InstanceID|OriginalDocumentID|creator|City|Country|SerialNumber|"
    r"GPSLatitude|GPSLongitude)$"
)
_SPACES: Final = {
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/exif/1.0/": "exif-xmp",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
}
_LONGEST: Final = 500
_PACKET: Final = re.compile(rb"<x:xmpmeta.*?</x:xmpmeta>|<rdf:RDF.*?</rdf:RDF>", re.S)
_MOST_XMP: Final = 1 << 21


@dataclass
class Embedded:
    """What was found; ``faults`` are what could not be read, in words."""

    times: list[tuple[str, str]] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    position: Place | None = None
    device: str = ""
    serial: str = ""
    thumbnail: bytes | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def any(self) -> bool:
        return bool(self.times or self.fields or self.position or self.device or self.serial or self.thumbnail)


def embedded(path: Path) -> Embedded:
    """EXIF and XMP of a picture. What cannot be read is a fault in words, never an exception."""
    found = Embedded()
    try:
        _exif(path, found)
    except Exception as error:  # whatever a malformed file does to the library ends this step alone
        found.faults.append(f"EXIF cannot be read ({type(error).__name__}: {error})")
    try:
        _xmp(path, found)
    except Exception as error:
        found.faults.append(f"XMP cannot be read ({type(error).__name__}: {error})")
    return found


def _exif(path: Path, found: Embedded) -> None:
    import logging

    import exifread

    log = logging.getLogger("exifread")
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    log.addHandler(handler)
    propagate, log.propagate = log.propagate, False
    try:
        with path.open("rb") as file:
            tags: dict[str, Any] = exifread.process_file(file, details=True, extract_thumbnail=True)
    finally:
        log.removeHandler(handler)
        log.propagate = propagate
    for name, shown in _TIMES.items():
        if text := _text(tags.get(name)):
            found.times.append((shown, text))
    for name, shown in _FIELDS.items():
        if text := _text(tags.get(name)):
            found.fields.append((shown, text))
    found.device = " ".join(filter(None, (_text(tags.get("Image Make")), _text(tags.get("Image Model")))))
    found.serial = next((text for name in _SERIALS if (text := _text(tags.get(name)))), "")
    thumbnail = tags.get("JPEGThumbnail")
    found.thumbnail = thumbnail if isinstance(thumbnail, bytes) else None
    _position(tags, found)
    noise = ("PNG file does not have exif data", "File format not recognized", "No EXIF information found")
    lines = [line.strip() for line in told.getvalue().splitlines() if line.strip()]
    found.faults += [f"EXIF: {line[:200]}" for line in lines[:3] if not line.startswith(noise)]


def _position(tags: dict[str, Any], found: Embedded) -> None:
    degrees = []
    for name, most in (("Latitude", 90.0), ("Longitude", 180.0)):
        value, side = tags.get(f"GPS GPS{name}"), _text(tags.get(f"GPS GPS{name}Ref")).upper()[:1]
        if value is None:
            return
        try:
            parts = [float(part.num) / float(part.den) for part in value.values]
            number = sum(part / 60**power for power, part in enumerate(parts))
        except (ZeroDivisionError, AttributeError, TypeError, ValueError):
            found.faults.append(f"GPS: the {name.lower()} cannot be read ({_text(value)})")
            return
        if not side or side not in "NSEW" or number > most:
            found.faults.append(f"GPS: the {name.lower()} makes no sense ({_text(value)} {side})")
            return
        degrees.append(-number if side in "SW" else number)
    if degrees == [0.0, 0.0]:
        found.faults.append("GPS: the position is 0, 0, which is what a device without a fix writes; not taken")
        return
    found.position = Place(name="", latitude=degrees[0], longitude=degrees[1], precision=Precision.EXACT)


def _xmp(path: Path, found: Embedded) -> None:
    from defusedxml.ElementTree import fromstring

    with path.open("rb") as file:
        head = file.read(_MOST_XMP)
    packets = _PACKET.findall(head)
    seen = set()
    for packet in packets[:4]:
        for element in fromstring(packet).iter():
            inside = [(element.tag, (element.text or "").strip()), *element.attrib.items()]
            inside += [
                (element.tag, (below.text or "").strip()) for below in element.iter() if below.tag.endswith("}li")
            ]
            for tag, text in inside:
                space, _, name = str(tag).removeprefix("{").rpartition("}")
                shown = f"{_SPACES.get(space, 'xmp-other')}:{name}"
                if not text or (shown, text) in seen:
                    continue
                seen.add((shown, text))
                if _XMP_TIMES.search(name):
                    found.times.append((shown, text[:_LONGEST]))
                elif _XMP_FIELDS.search(name):
                    found.fields.append((shown, text[:_LONGEST]))
    found.serial = found.serial or next((text for name, text in found.fields if name == "aux:SerialNumber"), "")


def _text(tag: Any) -> str:
    if tag is None:
        return ""
    text = str(tag).replace("\x00", "").strip()
    return " ".join(text.split())[:_LONGEST]
