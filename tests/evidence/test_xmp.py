"""XMP: times, history, positions; what could explode is refused."""

import hashlib

import pytest
from PIL import Image

from takingstock.evidence import xmp
from takingstock.evidence.xmp import EXTENSION, join, read_xmp
from takingstock.records import BadFileError

PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:a="http://ns.adobe.com/xap/1.0/" xmlns:e="http://ns.adobe.com/exif/1.0/"
 xmlns:m="http://ns.adobe.com/xap/1.0/mm/" xmlns:v="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
 xmlns:d="http://purl.org/dc/elements/1.1/"
 a:CreateDate="2014-06-10T08:00:00+03:00" a:CreatorTool="Painter 9" e:GPSLatitude="{latitude}" e:GPSLongitude="43,7.5W">
<d:creator><rdf:Seq><rdf:li>A. Name</rdf:li></rdf:Seq></d:creator>
<m:DocumentID>xmp.did:1</m:DocumentID>
<m:History><rdf:Seq>
 <rdf:li rdf:parseType="Resource"><v:action>saved</v:action><v:softwareAgent>Retoucher 2</v:softwareAgent>
  <v:when>2014-06-11T09:00:00Z</v:when></rdf:li>
 <rdf:li v:action="derived" v:softwareAgent="Painter 9"/></rdf:Seq></m:History>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def packet(latitude="36,20,24N"):
    return PACKET.replace("{latitude}", latitude).encode()


def test_times_tools_ids_and_position_whatever_the_prefixes():
    said = read_xmp(packet())
    assert ("xmp:CreateDate", "2014-06-10T08:00:00+03:00") in said.times
    assert ("xmpMM:History[1]/stEvt:when", "2014-06-11T09:00:00Z") in said.times
    assert ("xmpMM:DocumentID", "xmp.did:1") in said.fields
    assert ("dc:creator", "A. Name") in said.fields
    assert set(said.tools) == {"Painter 9", "Retoucher 2"}
    assert said.position is not None
    assert (said.position.latitude, said.position.longitude) == pytest.approx((36.34, -43.125))


@pytest.mark.parametrize("latitude", ["36.34", "99,0,0N", "36,20,24E", "x"])
def test_a_position_that_makes_no_sense_is_doubted(latitude):
    said = read_xmp(packet(latitude))
    assert said.position is None
    assert said.doubts


def test_entities_are_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
    with pytest.raises(BadFileError, match="document type definition"):
        read_xmp(bomb)
    with pytest.raises(BadFileError, match="document type definition"):
        read_xmp(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>')


def test_what_is_no_xml_or_too_large_says_so():
    with pytest.raises(BadFileError, match="no XML"):
        read_xmp(packet()[:400])
    with pytest.raises(BadFileError, match="are not read"):
        read_xmp(b" " * 4_000_001)
    assert read_xmp(b"<x>" * 500 + b"</x>" * 500).fields == ()


def test_a_sample_without_exif(shared):
    with Image.open(shared / "exif/jpg/xmp/no_exif.jpg") as image:
        said = read_xmp(image.info["xmp"])
    assert any(name == "xmp:CreateDate" for name, _ in said.times)
    assert any("Photoshop" in tool or "Lightroom" in tool for tool in said.tools), said.tools


REST = b"<x>" + b"a long list " * 50 + b"</x>"
NAME = hashlib.md5(REST, usedforsecurity=False).hexdigest().upper()


def parts(rest=REST, name=NAME, size=None, step=200):
    size = len(rest) if size is None else size
    return [
        EXTENSION + name.encode() + size.to_bytes(4, "big") + at.to_bytes(4, "big") + rest[at : at + step]
        for at in range(0, len(rest), step)
    ]


def test_the_rest_of_a_packet_is_joined_in_any_order_and_beside_others():
    assert join([b"Exif\0\0", *reversed(parts()), *parts(b"other", "0" * 32)], NAME.lower()) == REST


@pytest.mark.parametrize(("segments", "words"), [
    ([], "is not in the file"),
    (parts()[:-1], "of 607 bytes are there"),
    (parts()[:1] + parts()[2:], "a gap or an overlap at byte 400"),
    ([*parts(), *parts(step=300)], "a gap or an overlap"),
    (parts(REST.replace(b"long", b"tall")), "not the one that the packet names"),
    (parts(size=2**32 - 1), "over 4000000 are not read"),
    ([*parts(), *parts(size=9)], "do not agree on its size"),
    ([EXTENSION + NAME.encode()], "is not in the file"),
])  # fmt: skip
def test_a_rest_that_does_not_fit_is_not_read(segments, words):
    with pytest.raises(BadFileError, match=words):
        join(segments, NAME)


def test_a_rest_of_too_many_bytes_is_not_joined(monkeypatch):
    monkeypatch.setattr(xmp, "_LARGEST", 100)
    with pytest.raises(BadFileError, match="are not read"):
        join(parts(), NAME)
