"""What leaves carries no metadata, and a hidden region cannot be seen; the original is as it was."""

from __future__ import annotations

import io
from pathlib import Path

import exifread
import numpy as np
import pytest
from PIL import Image

from takingstock.evidence.redacting import redacted
from takingstock.records import BadFileError, Region


def test_every_real_picture_comes_out_clean(shared: Path) -> None:
    seen = 0
    for path in sorted((shared / "exif").rglob("*.jp*g")):
        before = path.read_bytes()
        content = redacted(path, ())
        assert path.read_bytes() == before
        assert exifread.process_file(io.BytesIO(content)) == {}
        with Image.open(io.BytesIO(content)) as image:
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert not image.getexif()
        assert b"http://ns.adobe.com" not in content
        seen += 1
    assert seen > 60


def test_a_hidden_region_is_gone_and_the_rest_is_not(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    values = rng.integers(0, 255, (240, 320, 3), dtype=np.uint8)
    values[60:120, 80:160] = np.where(rng.random((60, 80, 1)) < 0.5, 0, 255)
    Image.fromarray(values).save(tmp_path / "a.png")
    region = Region(left=80 / 320, top=60 / 240, right=160 / 320, bottom=120 / 240)
    with Image.open(io.BytesIO(redacted(tmp_path / "a.png", [region]))) as image:
        after = np.asarray(image.convert("L"), dtype=float)
    before = np.asarray(Image.fromarray(values).convert("L"), dtype=float)
    hidden = np.corrcoef(before[62:118, 82:158].ravel(), after[62:118, 82:158].ravel())[0, 1]
    rest = np.corrcoef(before[130:].ravel(), after[130:].ravel())[0, 1]
    assert abs(hidden) < 0.1
    assert rest > 0.9
    # No edge is left in it either.
    assert np.abs(np.diff(after[66:114, 86:154], axis=1)).max() < 20


def test_the_orientation_is_applied_before_regions(tmp_path: Path) -> None:
    image = Image.new("RGB", (60, 40), "white")
    image.putpixel((1, 1), (0, 0, 0))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "turned.jpg", exif=exif)
    with Image.open(io.BytesIO(redacted(tmp_path / "turned.jpg", ()))) as made:
        assert made.size == (40, 60)


def test_what_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("text")
    with pytest.raises(BadFileError, match="no decoder for text/plain"):
        redacted(tmp_path / "a.jpg", ())
