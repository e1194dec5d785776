"""EXIF: positions against Pillow's own reading, times as written, faults in words."""

import time
from fractions import Fraction

import pytest
from PIL import Image

from takingstock.evidence import exif
from takingstock.evidence.exif import read_exif

NORTH, EAST = (48.0, 51.0, 30.0), (2.0, 17.0, 40.2)


def block(gps=None, **tags):
    exif = Image.Exif()
    for tag, value in tags.items():
        exif[int(tag[1:], 16)] = value
    if gps is not None:
        exif.get_ifd(0x8825).update(gps)
    return exif.tobytes()


def position(latitude=NORTH, north="N", longitude=EAST, east="E"):
    return read_exif(block({1: north, 2: latitude, 3: east, 4: longitude}))


def test_positions_of_the_samples(shared):
    seen = 0
    for path in sorted((shared / "exif").rglob("*.jp*g")):
        with Image.open(path) as image:
            gps = image.getexif().get_ifd(0x8825)
            said = read_exif(image.info.get("exif", b""))
        if not gps.get(2):
            assert said.position is None
            continue
        expected = []
        for value, side in ((gps[2], gps[1]), (gps[4], gps[3])):
            angle = float(value[0]) + float(value[1]) / 60 + float(value[2]) / 3600
            expected.append(-angle if side in "SW" else angle)
        assert said.position is not None, path
        assert (said.position.latitude, said.position.longitude) == pytest.approx(expected, abs=1e-4), path
        seen += 1
    assert seen >= 11


def test_times_device_and_thumbnail_of_a_sample(shared):
    with Image.open(shared / "exif/jpg/gps/DSCN0010.jpg") as image:
        said = read_exif(image.info["exif"])
    times = dict(said.times)
    assert times["exif:DateTimeOriginal"] == "2008:10:22 16:28:39"
    assert times["exif:GPSDateStamp"] == "2008:10:23"
    assert times["exif:GPSTimeStamp"] == "14:27:07.240"
    assert said.device == "NIKON COOLPIX P6000"
    assert said.thumbnail.startswith(b"\xff\xd8")
    assert not said.faults


@pytest.mark.parametrize(("north", "east", "signs"), [
    ("N", "E", (1, 1)), ("S", "E", (-1, 1)), ("N", "W", (1, -1)), ("S", "W", (-1, -1)), ("s", "w", (-1, -1)),
])  # fmt: skip
def test_hemispheres(north, east, signs):
    place = position(north=north, east=east).position
    assert place is not None
    assert (place.latitude, place.longitude) == pytest.approx((signs[0] * 48.858333, signs[1] * 2.294500), abs=1e-6)


def test_what_makes_no_position_says_why():
    for said, words in (
        (position(north="X"), "hemisphere"),
        (position(latitude=(91.0, 0.0, 0.0)), "no angle between 0 and 90"),
        (position(latitude=(10.0, 75.0, 0.0)), "no angle"),
        (read_exif(block({1: "N", 2: NORTH})), "only one of"),
    ):
        assert said.position is None
        assert any(words in fault for fault in said.faults), said.faults


def test_a_zero_denominator_is_no_position_and_the_rest_is_read():
    raw = bytearray(block({1: "N", 2: NORTH, 3: "E", 4: EAST}, x010F="Maker"))
    good = raw.find((48).to_bytes(4, "little") + (1).to_bytes(4, "little"))
    if good < 0:
        good = raw.find((48).to_bytes(4, "big") + (1).to_bytes(4, "big"))
    assert good > 0
    raw[good + 4 : good + 8] = bytes(4)
    said = read_exif(bytes(raw))
    assert said.position is None
    assert any("type error in field GPSLatitude" in fault for fault in said.faults)
    assert ("exif:Make", "Maker") in said.fields


def test_zero_zero_is_kept_and_doubted():
    said = position(latitude=(0.0, 0.0, 0.0), longitude=(0.0, 0.0, 0.0))
    assert said.position is not None
    assert "doubtful" in said.doubts[0]


def test_offsets_and_serial_stand_as_written():
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9003: "2021:05:04 10:11:12", 0x9011: "+03:00", 0xA431: "SN-1"})
    said = read_exif(exif.tobytes())
    assert dict(said.times) == {
        "exif:DateTimeOriginal": "2021:05:04 10:11:12", "exif:OffsetTimeOriginal": "+03:00",
    }  # fmt: skip
    assert said.serial == "SN-1"


def test_rubbish_never_raises():
    whole = block({1: "N", 2: NORTH, 3: "E", 4: EAST}, x010F="Maker", x0110="Model")
    for end in range(len(whole)):
        read_exif(whole[:end])
        read_exif(whole[:end] + b"\xff" * 8 + whole[end + 8 :])
    assert read_exif(b"").count == 0
    assert Fraction(1, 2) == 0.5


def test_a_block_made_to_keep_a_reader_busy_is_left():
    """5 300 fields of 999 fractions each, all read from the same few bytes of 64 KB."""
    number = 5300
    entries = b"".join(
        (0x9000 + k % 5000).to_bytes(2, "little") + b"\x05\0" + (999).to_bytes(4, "little") + (8).to_bytes(4, "little")
        for k in range(number)
    )
    block = b"II*\0\x08\0\0\0" + number.to_bytes(2, "little") + entries + bytes(4)
    start = time.monotonic()
    said = read_exif(block)
    assert time.monotonic() - start < 3
    assert said.faults[-1].startswith("the block is made to keep a reader busy: it takes over 100000 reads")
    assert said.count == 0


def test_a_block_that_repeats_one_long_text_is_left():
    """3 000 fields, each the same 30 KB of text."""
    behind = 8 + 2 + 3000 * 12 + 4
    entries = b"".join(
        (0x9000 + k).to_bytes(2, "little") + b"\x02\0" + (30_000).to_bytes(4, "little") + behind.to_bytes(4, "little")
        for k in range(3000)
    )
    block = b"II*\0\x08\0\0\0" + (3000).to_bytes(2, "little") + entries + bytes(4) + b"x" * 30_000
    assert "it takes over 64 MB to read" in read_exif(block).faults[-1]


def test_what_cameras_write_takes_a_fraction_of_what_is_allowed(shared, monkeypatch):
    monkeypatch.setattr(exif, "READS", exif.READS // 20)
    for path in sorted((shared / "exif").rglob("*.jp*g")):
        with Image.open(path) as image:
            said = read_exif(image.info.get("exif", b""))
        assert not any("keep a reader busy" in fault for fault in said.faults), path
