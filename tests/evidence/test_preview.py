"""Previews: as seen, small, and with nothing but pixels."""

import io

import numpy as np
import pytest
from PIL import Image

from takingstock.evidence.preview import LARGEST_PREVIEW, SIDE, differs, open_picture, see, turned, write_preview
from takingstock.records import BadFileError


def photograph(size=(900, 600)):
    values = np.random.default_rng(3).integers(40, 255, (6, 9, 3), dtype=np.uint8)
    return Image.fromarray(values).resize(size, Image.Resampling.BICUBIC)


def far(one, other):
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


def test_all_orientations_of_a_sample_look_alike(shared):
    for shape in ("landscape", "portrait"):
        seen = [see(shared / f"exif/jpg/orientation/{shape}_{n}.jpg", "image/jpeg", n).image for n in range(1, 9)]
        assert {image.size for image in seen} == {seen[0].size}
        assert max(far(seen[0], image) for image in seen) < 20


@pytest.mark.parametrize(("kind", "media_type"), [
    ("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("TIFF", "image/tiff"), ("GIF", "image/gif"),
    ("BMP", "image/bmp"), ("AVIF", "image/avif"), ("HEIF", "image/heic"),
])  # fmt: skip
def test_every_format_is_seen_upright_and_small(tmp_path, kind, media_type):
    import pillow_heif

    pillow_heif.register_heif_opener()
    picture = photograph()
    exif = Image.Exif()
    exif[0x0112] = 6
    more = {} if kind in {"GIF", "BMP"} else {"exif": exif}
    path = tmp_path / "p"
    picture.save(path, kind, **more)
    seen = see(path, media_type, 6 if more else 1)
    # HEIF says by a property of its own how to turn a picture; EXIF's orientation is not to be heeded there.
    upright = turned(picture, 6 if more and kind != "HEIF" else 1)
    assert seen.fault == ""
    assert max(seen.image.size) == SIDE
    assert seen.image.mode == "RGB"
    assert far(seen.image, upright.resize(seen.image.size)) < 14


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1", "I;16", "I", "F", "CMYK"])
def test_every_mode_becomes_rgb(tmp_path, mode):
    kind, media_type = ("PNG", "image/png") if mode in {"L", "LA", "RGBA", "P", "1", "I;16"} else ("TIFF", "image/tiff")
    grey = photograph((700, 500)).convert("L")
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(grey).astype(np.uint16) * 200)
    else:
        picture = photograph((700, 500)).convert("RGB" if mode in {"I", "F"} else mode)
        picture = grey.convert(mode) if mode in {"I", "F"} else picture
    picture.save(tmp_path / "p", kind)
    seen = see(tmp_path / "p", media_type, 1).image
    assert seen.mode == "RGB"
    assert np.asarray(seen).std() > 10


def test_a_preview_has_no_metadata_and_replaces_whole(tmp_path):
    picture = photograph((512, 341))
    picture.info = {"comment": b"secret", "dpi": (72, 72), "exif": b"Exif\0\0"}
    written = write_preview(picture, tmp_path / "a" / "thumb.jpg")
    write_preview(picture, tmp_path / "a" / "thumb.jpg")
    data = (tmp_path / "a" / "thumb.jpg").read_bytes()
    assert len(data) == written <= LARGEST_PREVIEW
    assert b"secret" not in data
    assert b"Exif" not in data
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["thumb.jpg"]


def test_noise_is_made_to_fit(tmp_path):
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (512, 512, 3), dtype=np.uint8))
    assert write_preview(noise, tmp_path / "t.jpg") <= LARGEST_PREVIEW


def test_a_cut_picture_says_how_much_is_missing(tmp_path):
    out = io.BytesIO()
    photograph((1200, 900)).save(out, "JPEG", quality=95)
    (tmp_path / "p.jpg").write_bytes(out.getvalue()[: len(out.getvalue()) // 2])
    seen = see(tmp_path / "p.jpg", "image/jpeg", 1)
    assert "truncated" in seen.fault
    assert seen.missing == pytest.approx(0.5, abs=0.15)


def test_bombs_are_not_decoded(tmp_path):
    import struct
    import zlib

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))))
    with pytest.raises(BadFileError, match="safe to decode"):
        open_picture(path, "image/png")


def test_only_the_decoder_of_the_content_is_called(tmp_path):
    (tmp_path / "p.jpg").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n")
    with pytest.raises(BadFileError, match="head is broken"):
        open_picture(tmp_path / "p.jpg", "image/jpeg")
    with pytest.raises(BadFileError, match="no decoder"):
        open_picture(tmp_path / "p.jpg", "application/postscript")


def test_a_thumbnail_that_shows_something_else_differs():
    picture = photograph((512, 341))
    small = picture.resize((160, 107))
    out = io.BytesIO()
    small.save(out, "JPEG")
    assert differs(out.getvalue(), picture, 1)[1] < 12
    # One part painted over after the thumbnail was made.
    painted = picture.copy()
    painted.paste((255, 255, 255), (200, 120, 300, 220))
    assert differs(out.getvalue(), painted, 1)[1] > 40
    with pytest.raises(BadFileError, match="cannot be decoded"):
        differs(b"\xff\xd8 no", picture, 1)


@pytest.mark.parametrize("size", [(1024, 683), (683, 1024), (1023, 682), (4032, 3024), (1535, 900), (513, 200)])
def test_what_is_decoded_small_is_what_is_decoded_whole(tmp_path, size):
    """Reduced in the decoder (an odd side too) or after it: as large as it may be, and nearly the same values."""
    path = tmp_path / "p.jpg"
    photograph(size).save(path, "JPEG", quality=90)
    seen = see(path, "image/jpeg", 1).image
    with Image.open(path) as image:
        whole = image.convert("RGB").resize(seen.size, Image.Resampling.BOX)
    assert max(seen.size) == SIDE
    assert seen.width / seen.height == pytest.approx(size[0] / size[1], rel=0.01)
    far = np.abs(np.asarray(seen, dtype=float) - np.asarray(whole, dtype=float))
    assert far.mean() < 3
