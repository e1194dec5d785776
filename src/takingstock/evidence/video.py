"""Video and sound: what a container says of itself, and frames sampled evenly over its length. Read by PyAV.

The reader is chosen by the content's type and may open this one file only: formats that name other files or addresses
(play lists) are never tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from takingstock.evidence.exif import plain
from takingstock.records import BadFileError, Place, Precision

if TYPE_CHECKING:
    from PIL import Image

FRAMES: Final = 12
"""Sampled of each video, at the middles of twelve equal parts."""

SIDE: Final = 512
PIXELS: Final = 1_500_000_000
"""Decoded per video, at most; then the nearest key frame before each time is taken instead of the frame itself."""

MOST_PIXELS_A_FRAME: Final = 40_000_000

_READERS: Final = {
    "video/mp4": "mp4", "video/x-m4v": "mp4", "video/quicktime": "mov", "video/3gpp": "mp4", "audio/mp4": "mp4",
    "video/webm": "matroska", "video/x-matroska": "matroska", "video/x-msvideo": "avi", "video/mp2t": "mpegts",
    "video/mpeg": "mpeg", "video/x-flv": "flv", "video/x-ms-asf": "asf", "video/ogg": "ogg", "audio/ogg": "ogg",
    "audio/mpeg": "mp3", "audio/wav": "wav", "audio/flac": "flac", "audio/aac": "aac", "audio/amr": "amr",
}  # fmt: skip
_TIME: Final = re.compile(r"(creation_time|creationdate|date|DateTimeOriginal)$", re.IGNORECASE)
_PLACE: Final = re.compile(r"^(location(-\w+)?|com\.apple\.quicktime\.location\.ISO6709)$")
# ISO 6709 annex H: +DD.DDD+DDD.DDD, +DDMM.MMM+DDDMM.MMM or +DDMMSS.S+DDDMMSS.S, perhaps an altitude, a slash.
_POSITION: Final = re.compile(r"^([+-])(\d{2}|\d{4}|\d{6})(\.\d+)?([+-])(\d{3}|\d{5}|\d{7})(\.\d+)?(?=[+-/]|CRS|$)")
_DEVICES: Final = (
    ("com.apple.quicktime.make", "com.apple.quicktime.model"),
    ("com.android.manufacturer", "com.android.model"),
    ("make", "model"),
)


@dataclass(frozen=True)
class Container:
    """``width`` and ``height`` as seen (rotation applied), ``duration`` in seconds, ``times`` as written."""

    width: int | None = None
    height: int | None = None
    duration: float | None = None
    pictures: bool = False
    times: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    position: Place | None = None
    device: str = ""
    doubts: tuple[str, ...] = ()


def read_container(path: Path, media_type: str) -> Container:
    """Facts of one file, nothing decoded. Raises BadFileError in words for what cannot be opened."""
    with _opened(path, media_type) as file:
        pairs = [("container:format", str(file.format.name))]
        texts = [("container", name, value) for name, value in sorted(file.metadata.items())]
        for stream in file.streams:
            context = getattr(stream, "codec_context", None)
            if context is not None:
                pairs.append((f"stream-{stream.index}:codec", f"{stream.type} {context.name}"))
            texts += [(f"stream-{stream.index}", name, value) for name, value in sorted(stream.metadata.items())]
        written = [(f"{space}:{name}", plain(str(value))) for space, name, value in texts if str(value).strip()]
        times = tuple(pair for pair in written if _TIME.search(pair[0]))
        position, doubts = _position(texts)
        width = height = None
        if file.streams.video:
            context = file.streams.video[0].codec_context
            width, height = context.width or None, context.height or None
        return Container(
            width=width,
            height=height,
            duration=file.duration / 1_000_000 if file.duration else None,
            pictures=bool(file.streams.video) and not media_type.startswith("audio/"),
            times=times,
            fields=(*pairs, *(pair for pair in written if pair not in times)),
            position=position,
            device=_device(file.metadata),
            doubts=doubts,
        )


class Frames:
    """Iterates over (seconds, RGB picture as seen, longest side at most 512), each frame once, in order. ``fault`` is
    in words what ended it before its end. Times that decoding cannot reach within PIXELS give the key frame before."""

    def __init__(self, path: Path, media_type: str) -> None:
        self.path, self.media_type, self.fault = path, media_type, ""

    def __iter__(self) -> Iterator[tuple[float, Image.Image]]:
        import av

        last = float("-inf")
        try:
            with _opened(self.path, self.media_type) as file:
                stream = file.streams.video[0]
                context = stream.codec_context
                context.thread_count = 1
                if context.width * context.height > MOST_PIXELS_A_FRAME:
                    raise BadFileError(f"frames of {context.width} x {context.height} pixels are not decoded")
                for frame in _sampled(file, stream):
                    seconds = float(frame.time or 0.0)
                    if seconds > last:
                        yield seconds, _picture(frame)
                        last = seconds
        except av.error.FFmpegError as error:
            self.fault = f"the video breaks off or is damaged ({error.strerror})"
        except BadFileError as error:
            self.fault = str(error)


@contextmanager
def _opened(path: Path, media_type: str) -> Iterator[Any]:
    import av

    reader = _READERS.get(media_type)
    if reader is None:
        raise BadFileError(f"no reader for {media_type}: kept as it is")
    try:
        file = av.open(
            str(path.resolve()), format=reader, metadata_errors="replace", options={"protocol_whitelist": "file"}
        )
    except av.error.FFmpegError as error:
        raise BadFileError(
            f"the container cannot be opened ({error.strerror}): the file is cut off, damaged or no {media_type}"
        ) from error
    with file:
        yield file


def _sampled(file: Any, stream: Any) -> Iterator[Any]:
    start = float(stream.start_time * stream.time_base) if stream.start_time is not None else 0.0
    duration = float(stream.duration * stream.time_base) if stream.duration else (file.duration or 0) / 1_000_000
    wanted = [start + duration * (number + 0.5) / FRAMES for number in range(FRAMES)] if duration > 0 else [start]
    size = max(1, stream.codec_context.width * stream.codec_context.height)
    budget = PIXELS // size
    # A short video is decoded from end to end; a long one from the key frame before each time.
    rate = float(stream.average_rate or 25)
    if duration * rate <= budget:
        yield from _forward(file, stream, wanted)
        return
    each = max(1, budget // FRAMES)
    for time in wanted:
        file.seek(int(time / stream.time_base), stream=stream, backward=True, any_frame=False)
        first = nearest = None
        for number, frame in enumerate(file.decode(stream)):
            first = first or frame
            nearest = frame if frame.time is not None and frame.time >= time else None
            if nearest or number >= each or (first.time is not None and (time - first.time) * rate > each):
                break
        if nearest or first:
            yield nearest or first


def _forward(file: Any, stream: Any, wanted: list[float]) -> Iterator[Any]:
    number, last = 0, None
    for frame in file.decode(stream):
        last = frame
        if number < len(wanted) and frame.time is not None and frame.time >= wanted[number]:
            yield frame
            while number < len(wanted) and frame.time >= wanted[number]:
                number += 1
        if number >= len(wanted):
            return
    if last is not None and number == 0:
        yield last


def _picture(frame: Any) -> Image.Image:
    scale = min(1.0, SIDE / max(frame.width, frame.height))
    size = max(2, round(frame.width * scale)), max(2, round(frame.height * scale))
    image: Image.Image = frame.to_image(width=size[0], height=size[1], interpolation="AREA")
    turn = getattr(frame, "rotation", 0)
    return image.rotate(turn, expand=True) if turn else image


def _position(texts: list[tuple[str, str, Any]]) -> tuple[Place | None, tuple[str, ...]]:
    doubts = []
    for _, name, value in texts:
        if not _PLACE.match(name):
            continue
        match = _POSITION.match(str(value).strip())
        if match is None:
            doubts.append(f"the position {plain(str(value))!r} is not in the form of ISO 6709; none is taken")
            continue
        latitude = _angle(match[1], match[2], match[3], 2)
        longitude = _angle(match[4], match[5], match[6], 3)
        if abs(latitude) > 90 or abs(longitude) > 180:
            doubts.append(f"the position {plain(str(value))!r} is none on earth; none is taken")
            continue
        if latitude == longitude == 0:
            doubts.append("the position is 0, 0: doubtful, receivers write it when they have none")
        return Place(name="", latitude=latitude, longitude=longitude, precision=Precision.EXACT), tuple(doubts)
    return None, tuple(doubts)


def _angle(sign: str, digits: str, fraction: str | None, degrees: int) -> float:
    parts = [digits[:degrees], *(digits[at : at + 2] for at in range(degrees, len(digits), 2))]
    values = [float(part) for part in parts]
    values[-1] += float(fraction or 0)
    angle = sum((value / 60.0**power for power, value in enumerate(values)), 0.0)
    return -angle if sign == "-" else angle


def _device(metadata: dict[str, str]) -> str:
    for make, model in _DEVICES:
        if named := plain(" ".join(filter(None, (metadata.get(make), metadata.get(model))))):
            return named
    return ""
