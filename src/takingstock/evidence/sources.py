"""Sources: from what a person names (files, folders, browser captures, archiver results) to single files to take in.

Hidden files and folders (a leading dot) and symbolic links are passed over, and said so: a link may lead out of what
was meant to be collected. Nothing is read here beyond listings and the first bytes of a file: captures and sheets are
opened in a process of its own (containers.py).

Where a file lay is told from the name of the folder that was named: the same file in two folders was found twice.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from takingstock.evidence.containers import Apart
from takingstock.evidence.media_type import media_type
from takingstock.records import BadFileError, Rejected, StepOutcome, StepResult

Opener = Callable[[], AbstractContextManager[Any]]
"""Gives the bytes of one file (a Path or a binary stream), once, before the next file is asked for."""

Scratch = Callable[[], AbstractContextManager[Path]]
"""Gives an empty folder for what is unpacked."""


@dataclass(frozen=True)
class Incoming:
    """One file on its way: its name, how to read it, and what its collection record says (fields of Collection).
    ``archive``: this is such a capture, at that path; ``whole``: this came out of that one, named as ``within``.
    ``steps``: how it went to open it as a container; they belong to its examination."""

    name: str
    open: Opener
    fields: dict[str, Any] = field(default_factory=dict)
    archive: Path | None = None
    whole: Path | None = None
    steps: tuple[StepResult, ...] = ()


@dataclass(frozen=True)
class Way:
    """How containers are opened, and where they are unpacked to."""

    apart: Apart
    scratch: Scratch


@contextmanager
def _temporary() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="takingstock-") as folder:
        yield Path(folder)


def incoming(paths: Iterable[Path], *, scratch: Scratch = _temporary) -> Iterator[Incoming | Rejected]:
    """Every file to take in, in a fixed order, and what was passed over with the reason. ``scratch``: where captures
    are unpacked to. Raises BadFileError for a path that does not exist."""
    from takingstock.evidence.archiver import archived, sheets_of

    paths = tuple(paths)
    labels = _labels(paths)
    with Apart() as apart:
        way = Way(apart, scratch)
        for path in paths:
            if path.is_symlink():
                yield _passed(path, "a symbolic link: name the file itself")
            elif sheets := sheets_of(path, apart):
                top = path if path.is_dir() else path.parent
                yield from archived(path, sheets, way, labels[_real(top)])
            elif path.is_dir():
                label = labels[_real(path)]
                for found in listed(path):
                    yield from [found] if isinstance(found, Rejected) else inside(found, path, way, label)
            elif path.is_file():
                yield from inside(path, path.parent, way, labels[_real(path)].rpartition("/")[0])
            elif path.exists():
                yield _passed(path, "no regular file")
            else:
                raise BadFileError(f"{path} does not exist; check the name")


def _labels(paths: Sequence[Path]) -> dict[Path, str]:
    """What each named place is called: by its own name, and by as much of what lies above it as tells it from another
    of the same name. Not by its whole path, which would tell of the person who named it."""
    from takingstock.evidence.archiver import may_be_sheet

    places = {_real(path) for path in paths}
    # A sheet stands for the folder that it lies in.
    places |= {place.parent for place in places if may_be_sheet(place)}
    length = dict.fromkeys(places, 1)
    while True:
        labels = {place: "/".join(place.parts[1:][-length[place] :]) for place in places}
        times = Counter(labels.values())
        alike = [place for place, label in labels.items() if times[label] > 1 and length[place] < len(place.parts) - 1]
        if not alike:
            return labels
        for place in alike:
            length[place] += 1


def _real(path: Path) -> Path:
    # Path.resolve raises for a circle of links.
    return Path(os.path.realpath(path))


def file(path: Path, top: Path, label: str = "", **fields: Any) -> Incoming:
    """A plain file, with its own time stamp and where it lay: below ``top``, which is called ``label``."""
    shown = path.relative_to(top).as_posix() if path.is_relative_to(top) else path.name
    shown = f"{label}/{shown}" if label else shown
    return Incoming(path.name, lambda: nullcontext(path), {"file_time": _time(path), "path": shown, **fields})


def inside(path: Path, top: Path, way: Way, label: str = "") -> Iterator[Incoming | Rejected]:
    """A file, and what lies in it where it is a capture."""
    from takingstock.evidence.captures import opened

    if is_capture(path):
        with way.scratch() as folder:
            step, found = opened(path, folder, way.apart)
            yield replace(file(path, top, label, method="browser-capture"), archive=path, steps=(step,))
            yield from found
    elif words := way.apart.faults.get(path.resolve()):
        step = StepResult(step="sheet", outcome=StepOutcome.FAILED, words=words)
        yield replace(file(path, top, label), steps=(step,))
    else:
        yield file(path, top, label)


def is_capture(path: Path) -> bool:
    """A WARC by its first bytes, a WACZ (a zip) by its name."""
    if not path.is_file():
        return False
    try:
        kind = media_type(path)
    except OSError:
        return False
    return kind.startswith("application/warc") or (kind == "application/zip" and path.suffix.lower() == ".wacz")


def listed(folder: Path) -> Iterator[Path | Rejected]:
    """Every regular file below a folder, and what is passed over with the reason."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield _passed(folder, f"the folder cannot be read ({error.strerror}); make it readable and run it again")
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.is_symlink():
            yield _passed(path, "a symbolic link: name the file itself")
        elif entry.name.startswith("."):
            yield _passed(path, "hidden (its name starts with a dot): name the file itself")
        elif entry.is_dir():
            yield from listed(path)
        elif entry.is_file():
            yield path
        else:
            yield _passed(path, "no regular file")


def _passed(path: Path, reason: str) -> Rejected:
    return Rejected(sheet="", line=0, reason=reason, row=(("file", str(path)),))


def _time(path: Path) -> str:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OSError, OverflowError, ValueError):
        return ""
