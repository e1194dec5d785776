"""Sources: from what a person names (files, folders, browser captures, archiver results) to single files to take in.

Hidden files and folders (a leading dot) and symbolic links are passed over, and said so: a link may lead out of what
was meant to be collected. Nothing is read here beyond listings and the containers' own tables.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from takingstock.evidence.media_type import media_type
from takingstock.records import BadFileError, Rejected

Opener = Callable[[], AbstractContextManager[Any]]
"""Gives the bytes of one file (a Path or a binary stream), once, before the next file is asked for."""


@dataclass(frozen=True)
class Incoming:
    """One file on its way: its name, how to read it, and what its collection record says (fields of Collection).
    ``archive``: this is such a capture, at that path; ``whole``: this came out of that one, named as ``within``."""

    name: str
    open: Opener
    fields: dict[str, Any] = field(default_factory=dict)
    archive: Path | None = None
    whole: Path | None = None


def incoming(paths: Iterable[Path]) -> Iterator[Incoming | Rejected]:
    """Every file to take in, in a fixed order, and what was passed over with the reason."""
    from takingstock.evidence.archiver import archived, is_result

    for path in paths:
        if path.is_symlink():
            yield _passed(path, "a symbolic link: name the file itself")
        elif is_result(path):
            yield from archived(path)
        elif path.is_dir():
            for found in listed(path):
                yield from [found] if isinstance(found, Rejected) else inside(found, path)
        elif path.is_file():
            yield from inside(path, path.parent)
        elif path.exists():
            yield _passed(path, "no regular file")
        else:
            raise BadFileError(f"{path} does not exist; check the name")


def file(path: Path, top: Path, **fields: Any) -> Incoming:
    """A plain file, with its own time stamp and where it lay."""
    shown = path.relative_to(top).as_posix() if path.is_relative_to(top) else path.name
    return Incoming(path.name, lambda: nullcontext(path), {"file_time": _time(path), "path": shown, **fields})


def inside(path: Path, top: Path) -> Iterator[Incoming | Rejected]:
    """A file, and what lies in it where it is a capture."""
    from takingstock.evidence.captures import resources

    if is_capture(path):
        yield replace(file(path, top, method="browser-capture"), archive=path)
        yield from resources(path)
    else:
        yield file(path, top)


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
