"""Video: what a container says of itself, and frames sampled evenly over its length. Read by PyAV in process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PIL import Image

from takingstock.records import Place, Precision

FRAMES: Final = 12
"""Sampled of each video, evenly."""

_TIMES: Final = ("creation_time", "date", "com.apple.quicktime.creationdate")
_PLACES: Final = ("location", "location-eng", "com.apple.quicktime.location.ISO6709")
_DEVICES: Final = (("com.apple.quicktime.make", "com.apple.quicktime.model"), ("make", "model"))
_POSITION: Final = re.compile(r"^([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)")
_LONGEST: Final = 500


@dataclass
class Container:
    """``duration`` in seconds; ``frames`` as (seconds, picture) in order."""

    width: int | None = None
    height: int | None = None
    duration: float | None = None
    times: list[tuple[str, str]] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    position: Place | None = None
    device: str = ""
    frames: list[tuple[float, Image.Image]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def container(path: Path) -> Container:
    """Read one video or sound file. Raises ValueError in words for what is none or cannot be opened."""
    import av

    found = Container()
    try:
        with av.open(str(path), mode="r", metadata_errors="replace") as file:
            _facts(file, found)
            if file.streams.video:
                stream = file.streams.video[0]
                found.width, found.height = stream.codec_context.width, stream.codec_context.height
                try:
                    found.frames = list(_frames(file, stream, found.duration))
                except av.error.FFmpegError as error:
                    found.faults.append(f"the pictures cannot be decoded to the end ({error.strerror})")
                if not found.frames:
                    found.faults.append("no picture could be decoded")
    except av.error.FFmpegError as error:
        raise ValueError(f"the container cannot be opened ({error.strerror}): truncated or no video") from error
    return found


def _facts(file: Any, found: Container) -> None:
    found.duration = file.duration / 1_000_000 if file.duration else None
    found.fields.append(("container:format", str(file.format.name)))
    spaces = [("container", file.metadata)]
    spaces += [(f"stream-{stream.index}", stream.metadata) for stream in file.streams]
    for stream in file.streams:
        context = getattr(stream, "codec_context", None)
        if context is not None:
            found.fields.append((f"stream-{stream.index}:codec", f"{stream.type} {context.name}"))
    for space, metadata in spaces:
        for name, value in sorted(metadata.items()):
            text = " ".join(str(value).replace("\x00", "").split())[:_LONGEST]
            if name in _TIMES:
                found.times.append((f"{space}:{name}", text))
            elif name in _PLACES and (match := _POSITION.match(text)):
                found.fields.append((f"{space}:{name}", text))
                latitude, longitude = float(match[1]), float(match[2])
                if abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude or longitude):
                    found.position = Place(name="", latitude=latitude, longitude=longitude, precision=Precision.EXACT)
            elif text:
                found.fields.append((f"{space}:{name}", text))
    for make, model in _DEVICES:
        named = " ".join(filter(None, (file.metadata.get(make), file.metadata.get(model))))
        found.device = found.device or named


def _frames(file: Any, stream: Any, duration: float | None) -> Iterator[tuple[float, Image.Image]]:
    """Evenly spaced pictures, the nearest decodable ones at or after each wanted time, each once."""
    wanted = [0.0]
    if duration and duration > 0:
        wanted = [duration * (number + 0.5) / FRAMES for number in range(FRAMES)]
    stream.thread_type = "NONE"
    number, last = 0, None
    for frame in file.decode(stream):
        seconds = float(frame.time) if frame.time is not None else 0.0
        last = (seconds, frame)
        if number < len(wanted) and seconds >= wanted[number]:
            yield seconds, _picture(frame)
            while number < len(wanted) and seconds >= wanted[number]:
                number += 1
        if number >= len(wanted):
            return
    if number == 0 and last is not None:
        yield last[0], _picture(last[1])


def _picture(frame: Any) -> Image.Image:
    image: Image.Image = frame.to_image()
    turn = getattr(frame, "rotation", 0)
    return image.rotate(turn, expand=True) if turn else image
