"""Metadata: the blocks that a picture carries (EXIF, XMP, IPTC), side by side under their own names, never merged."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from takingstock.evidence.exif import Exif, plain, read_exif
from takingstock.evidence.xmp import Xmp, join, read_xmp
from takingstock.records import BadFileError, Place

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_PACKET = re.compile(rb"<x:xmpmeta\b.*?</x:xmpmeta>", re.DOTALL)
_HEAD = 4_000_000
# IPTC-IIM record 2, by number of the data set.
_IPTC_TIMES = {55: "DateCreated", 60: "TimeCreated", 62: "DigitalCreationDate", 63: "DigitalCreationTime"}
_IPTC_FIELDS = {
    5: "ObjectName", 40: "SpecialInstructions", 65: "OriginatingProgram", 80: "By-line", 90: "City", 92: "Sublocation",
    95: "Province", 101: "Country", 105: "Headline", 110: "Credit", 115: "Source", 116: "CopyrightNotice",
    120: "Caption",
}  # fmt: skip


@dataclass(frozen=True)
class Metadata:
    """Pairs (field, text as written). ``position`` is EXIF's, else XMP's. ``more`` is said beside the size."""

    times: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    position: Place | None = None
    device: str = ""
    serial: str = ""
    orientation: int = 1
    thumbnail: bytes = b""
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    more: str = ""


def read_metadata(path: Path, image: ImageFile | None) -> Metadata:
    """``image``: the opened picture, whose blocks are used; None if it could not be opened: the file is searched."""
    faults: list[str] = []
    doubts: list[str] = []
    exif, xmp, iptc, more = Exif(), Xmp(), [], ""
    if image is None:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        exif = read_exif(head)
        match = _PACKET.search(head)
        packet: bytes | None = match[0] if match else None
    else:
        block = image.info.get("exif")
        if not block and image.format == "TIFF":
            with path.open("rb") as file:
                block = file.read(_HEAD)
        exif = read_exif(block) if block else exif
        packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
        if isinstance(packet, str):
            packet = packet.encode("utf-8", "replace")
        if isinstance(packet, tuple):
            packet = bytes(packet)
        iptc = _iptc(image, faults)
        more = _more(image)
    if packet:
        try:
            xmp = read_xmp(packet)
        except BadFileError as error:
            faults.append(str(error))
    rest = _rest(xmp, image, faults)
    xmp = replace(
        xmp,
        times=(*xmp.times, *rest.times),
        fields=(*xmp.fields, *rest.fields),
        position=xmp.position or rest.position,
        doubts=(*xmp.doubts, *rest.doubts),
    )
    if exif.position and xmp.position and _apart(exif.position, xmp.position):
        doubts.append("EXIF and XMP give different positions; EXIF's stands, XMP's is among the fields")
    found = dict(xmp.fields)
    return Metadata(
        times=tuple(dict.fromkeys((*exif.times, *xmp.times, *(pair for time, pair in iptc if time)))),
        fields=tuple(dict.fromkeys((*exif.fields, *xmp.fields, *(pair for time, pair in iptc if not time)))),
        position=exif.position or xmp.position,
        device=exif.device,
        serial=exif.serial or found.get("aux:SerialNumber", "") or found.get("exifEX:BodySerialNumber", ""),
        orientation=exif.orientation if exif.orientation != 1 else xmp.orientation if not exif.count else 1,
        thumbnail=exif.thumbnail,
        faults=(*(f"EXIF: {fault}" for fault in exif.faults), *faults),
        doubts=(*exif.doubts, *xmp.doubts, *doubts),
        more=more,
    )


def _rest(xmp: Xmp, image: ImageFile | None, faults: list[str]) -> Xmp:
    """What the packet of a JPEG says in its second part."""
    name = dict(xmp.fields).get("xmpNote:HasExtendedXMP", "")
    if not name:
        return Xmp()
    if image is None:
        faults.append("XMP: the packet has a second part, which is not read where the picture cannot be opened")
        return Xmp()
    try:
        return read_xmp(join((content for _, content in getattr(image, "applist", ())), name))
    except BadFileError as error:
        faults.append(str(error))
        return Xmp()


def _apart(first: Place, second: Place) -> bool:
    pairs = ((first.latitude, second.latitude), (first.longitude, second.longitude))
    return any(abs((a or 0) - (b or 0)) > 1e-3 for a, b in pairs)


def _iptc(image: ImageFile, faults: list[str]) -> list[tuple[bool, tuple[str, str]]]:
    if "photoshop" not in image.info and image.format != "TIFF":
        return []
    from PIL import IptcImagePlugin

    try:
        found: dict[Any, Any] = IptcImagePlugin.getiptcinfo(image) or {}
    except Exception as fault:  # the library reads without checking lengths
        faults.append(f"IPTC cannot be read ({type(fault).__name__}: {fault})")
        return []
    pairs = []
    for (record, number), value in found.items():
        name = _IPTC_TIMES.get(number) or _IPTC_FIELDS.get(number)
        for one in value if isinstance(value, list) else [value]:
            if record == 2 and name and isinstance(one, bytes):
                pairs.append((number in _IPTC_TIMES, (f"iptc:{name}", plain(one.decode("utf-8", "replace")))))
    return pairs


def _more(image: ImageFile) -> str:
    """Is the picture the first of several? Looks one picture ahead, never through all."""
    try:
        if image.format == "MPO":
            return f"; the file holds {getattr(image, 'n_frames', 1)} pictures, the first is examined"
        if getattr(image, "is_animated", False):
            return "; animated or of several pages, the first picture is examined"
    except Exception:  # a broken second picture is no fault of the first
        return "; what follows the first picture is broken"
    return ""
