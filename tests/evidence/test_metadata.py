"""Metadata: the blocks stand side by side."""

import hashlib
import io

import pytest
from PIL import Image, PngImagePlugin

from takingstock.evidence.metadata import read_metadata
from takingstock.evidence.xmp import EXTENSION


def saved(tmp_path, image, kind, **more):
    path = tmp_path / f"p.{kind.lower()}"
    image.save(path, kind, **more)
    return path


def read(path):
    with Image.open(path) as image:
        return read_metadata(path, image)


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:a="http://ns.adobe.com/xap/1.0/" a:CreateDate="2014-06-10"/></rdf:RDF></x:xmpmeta>'
)


def test_exif_and_xmp_times_are_not_merged(tmp_path):
    exif = Image.Exif()
    exif[0x0132] = "2013:01:01 00:00:00"
    for kind in ("JPEG", "WEBP"):
        said = read(saved(tmp_path, Image.new("RGB", (8, 8)), kind, exif=exif, xmp=XMP))
        assert said.times == (("exif:DateTime", "2013:01:01 00:00:00"), ("xmp:CreateDate", "2014-06-10"))


def test_xmp_of_a_png(tmp_path):
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    assert read(saved(tmp_path, Image.new("RGB", (8, 8)), "PNG", pnginfo=info)).times == (
        ("xmp:CreateDate", "2014-06-10"),
    )


def test_exif_of_a_tiff(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    assert read(saved(tmp_path, Image.new("RGB", (8, 8)), "TIFF", exif=exif)).device == "Maker"


def test_broken_xmp_leaves_exif(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    said = read(saved(tmp_path, Image.new("RGB", (8, 8)), "JPEG", exif=exif, xmp=XMP[:90]))
    assert said.device == "Maker"
    assert said.faults[0].startswith("XMP: the packet is no XML")


def test_iptc(tmp_path):
    record = b"".join(
        b"\x1c\x02" + bytes([number]) + len(value).to_bytes(2, "big") + value
        for number, value in ((55, b"20140610"), (90, b"Mosul"))
    )
    resource = b"8BIM\x04\x04\0\0" + len(record).to_bytes(4, "big") + record + b"\0" * (len(record) % 2)
    body = b"Photoshop 3.0\0" + resource
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    data = out.getvalue()
    path = tmp_path / "p.jpg"
    path.write_bytes(data[:2] + b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body + data[2:])
    said = read(path)
    assert ("iptc:DateCreated", "20140610") in said.times
    assert ("iptc:City", "Mosul") in said.fields


def test_a_picture_that_cannot_be_opened_is_searched(tmp_path):
    path = tmp_path / "p.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe1" + b"rubbish" + XMP)
    assert read_metadata(path, None).times == (("xmp:CreateDate", "2014-06-10"),)


def in_two_parts(tmp_path, damage=0):
    """A JPEG whose second part holds the date of the first; its segments are written by hand: Pillow writes none."""
    rest = XMP.replace(b"CreateDate", b"ModifyDate") + b" " * 100_000
    name = hashlib.md5(rest, usedforsecurity=False).hexdigest().upper()
    note = f'xmlns:n="http://ns.adobe.com/xmp/note/" n:HasExtendedXMP="{name}" a:CreateDate'.encode()
    path = saved(tmp_path, Image.new("RGB", (8, 8)), "JPEG", xmp=XMP.replace(b"a:CreateDate", note))
    segments = b""
    for at in range(0, len(rest) - damage, 60_000):
        body = EXTENSION + name.encode() + len(rest).to_bytes(4, "big") + at.to_bytes(4, "big") + rest[at : at + 60_000]
        segments += b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
    data = path.read_bytes()
    path.write_bytes(data[:2] + segments + data[2:])
    return path


def test_the_second_part_of_a_packet_is_read(tmp_path):
    said = read(in_two_parts(tmp_path))
    assert said.faults == ()
    assert said.times == (("xmp:CreateDate", "2014-06-10"), ("xmp:ModifyDate", "2014-06-10"))


def test_a_second_part_that_is_cut_is_a_fault_and_the_first_is_read(tmp_path):
    said = read(in_two_parts(tmp_path, damage=60_000))
    assert said.times == (("xmp:CreateDate", "2014-06-10"),)
    assert said.faults[0].startswith("XMP: of the rest of the packet 60000 of ")


@pytest.mark.parametrize("opened", [True, False])
def test_a_second_part_that_is_not_there_is_said(tmp_path, opened):
    note = b'xmlns:n="http://ns.adobe.com/xmp/note/" n:HasExtendedXMP="' + b"A" * 32 + b'" a:CreateDate'
    path = saved(tmp_path, Image.new("RGB", (8, 8)), "JPEG", xmp=XMP.replace(b"a:CreateDate", note))
    said = read(path) if opened else read_metadata(path, None)
    assert ("not in the file" if opened else "second part") in said.faults[0]
