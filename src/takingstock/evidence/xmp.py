"""XMP: the metadata packet that editing programs write, with its times, its history and its document identifiers.

Read by the rules of ISO 16684-1 for simple properties, arrays and structures, from a parser that refuses document type
definitions (so no entity can grow). Prefixes of the packet are names of its writer: the namespaces decide. A packet
over 64 KB is split in a JPEG: its rest stands in segments of their own, named by its MD5, and is joined here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from takingstock.evidence.exif import plain
from takingstock.records.errors import BadFileError
from takingstock.records.place import Place, Precision

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_NAMESPACES = {
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
    "http://ns.adobe.com/xmp/note/": "xmpNote",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/exif/1.0/": "xmp-exif",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
}
_TIME = re.compile(r"(Date|DateTimeOriginal|DateTimeDigitized|DateCreated|GPSTimeStamp|stEvt:when|[a-z]Date)$")
_ANGLE = re.compile(r"^\s*(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?\s*([NSEW])\s*$", re.IGNORECASE)
_LARGEST = 4_000_000
_MOST_FIELDS = 400
_DEEPEST = 20


EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
"""What a segment with a part of the rest begins with (XMP Specification Part 3, 1.1.3.1)."""


@dataclass(frozen=True)
class Xmp:
    """What one packet says: pairs (field, text as written). ``tools`` are the programs that its history names."""

    times: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    position: Place | None = None
    tools: tuple[str, ...] = ()
    orientation: int = 1
    doubts: tuple[str, ...] = ()


def read_xmp(packet: bytes) -> Xmp:
    """Read one packet. Raises BadFileError, in words, for what is no XML, holds a document type definition or is too
    large (4 MB)."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(packet) > _LARGEST:
        raise BadFileError(f"XMP: the packet has {len(packet)} bytes, over {_LARGEST} are not read")
    try:
        root = fromstring(packet.strip(b"\0 \r\n\t"), forbid_dtd=True)
    except DefusedXmlException:
        raise BadFileError(
            "XMP: the packet holds a document type definition, which no camera writes: not read"
        ) from None
    except (ParseError, ValueError, LookupError) as fault:
        raise BadFileError(f"XMP: the packet is no XML ({fault})") from None
    pairs: list[tuple[str, str]] = []
    for block in root.iter(f"{_RDF}Description"):
        # Descriptions inside others are structures; they are reached from their owner.
        pairs.extend(_properties(block, "", 0))
        if len(pairs) > _MOST_FIELDS:
            break
    pairs = [(name, plain(text)) for name, text in dict.fromkeys(pairs) if text.strip()][:_MOST_FIELDS]
    doubts: list[str] = []
    named = dict(reversed(pairs))
    return Xmp(
        times=tuple(pair for pair in pairs if _TIME.search(pair[0])),
        fields=tuple(pair for pair in pairs if not _TIME.search(pair[0])),
        position=_position(named, doubts),
        tools=tuple(
            dict.fromkeys(text for name, text in pairs if name.endswith(("stEvt:softwareAgent", "CreatorTool")))
        ),
        orientation=int(named["tiff:Orientation"]) if re.fullmatch("[1-8]", named.get("tiff:Orientation", "")) else 1,
        doubts=tuple(doubts),
    )


def join(segments: Iterable[bytes], name: str) -> bytes:
    """The rest of a packet, from the contents of a JPEG's APP1 segments. ``name``: what the packet calls it
    (``xmpNote:HasExtendedXMP``). Raises BadFileError where parts are missing, overlap or are too many, or the whole is
    not what it is called; segments of another name are no part of it."""
    parts: dict[int, bytes] = {}
    size: int | None = None
    head = len(EXTENSION)
    for segment in segments:
        called = segment[head : head + 32].decode("ascii", "replace")
        if not segment.startswith(EXTENSION) or called.upper() != name.upper() or len(segment) < head + 40:
            continue
        said = int.from_bytes(segment[head + 32 : head + 36], "big")
        if said > _LARGEST:
            raise BadFileError(f"XMP: the rest of the packet has {said} bytes, over {_LARGEST} are not read")
        if size not in {None, said}:
            raise BadFileError("XMP: the parts of the rest do not agree on its size: not read")
        size = said
        parts[int.from_bytes(segment[head + 36 : head + 40], "big")] = segment[head + 40 :]
    if size is None:
        raise BadFileError("XMP: the packet names a rest, which is not in the file: what it held is lost")
    whole = b""
    for begin in sorted(parts):
        if begin != len(whole):
            raise BadFileError(f"XMP: the rest of the packet has a gap or an overlap at byte {begin}: not read")
        whole += parts[begin]
    if len(whole) != size:
        raise BadFileError(f"XMP: of the rest of the packet {len(whole)} of {size} bytes are there: not read")
    if hashlib.md5(whole, usedforsecurity=False).hexdigest().upper() != name.upper():
        raise BadFileError("XMP: the rest of the packet is not the one that the packet names: not read")
    return whole


def _name(tag: str) -> str:
    space, _, local = tag.removeprefix("{").rpartition("}")
    return f"{_NAMESPACES.get(space, 'other')}:{local}"


def _properties(node: Any, before: str, depth: int) -> Iterator[tuple[str, str]]:
    """Pairs of one description: its attributes and elements; members of arrays are numbered from 1."""
    if depth > _DEEPEST:
        return
    for tag, value in node.attrib.items():
        if not tag.startswith((_RDF, "{http://www.w3.org/XML/")) and tag.startswith("{"):
            yield f"{before}{_name(tag)}", value
    for child in node:
        if not isinstance(child.tag, str) or child.tag.startswith(_RDF):
            continue
        name = f"{before}{_name(child.tag)}"
        yield from _value(child, name, depth + 1)


def _value(node: Any, name: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        return
    if node.text and node.text.strip():
        yield name, node.text
    if resource := node.attrib.get(f"{_RDF}resource"):
        yield name, resource
    yield from _properties(node, f"{name}/", depth + 1)
    for child in node:
        if child.tag == f"{_RDF}Description":
            yield from _properties(child, f"{name}/", depth + 1)
        elif child.tag in {f"{_RDF}Seq", f"{_RDF}Bag", f"{_RDF}Alt"}:
            members = child.findall(f"{_RDF}li")
            for number, member in enumerate(members[:_MOST_FIELDS], 1):
                yield from _value(member, name if len(members) == 1 else f"{name}[{number}]", depth + 1)


def _position(named: dict[str, str], doubts: list[str]) -> Place | None:
    texts = [named.get(f"xmp-exif:GPS{name}") for name in ("Latitude", "Longitude")]
    if texts[0] is None or texts[1] is None:
        return None
    angles = []
    for text, sides, most in zip(texts, ("NS", "EW"), (90, 180), strict=True):
        match = _ANGLE.match(str(text))
        if not match or match[4].upper() not in sides:
            doubts.append(f"XMP: GPS position {text!r} is not in the form 54,59.380N; no position is taken")
            return None
        angle = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
        if angle > most:
            doubts.append(f"XMP: GPS position {text!r} is no angle up to {most} degrees; no position is taken")
            return None
        angles.append(-angle if match[4].upper() in "SW" else angle)
    if angles == [0, 0]:
        doubts.append("the XMP position is 0, 0: doubtful")
    return Place(name="", latitude=angles[0], longitude=angles[1], precision=Precision.EXACT)
