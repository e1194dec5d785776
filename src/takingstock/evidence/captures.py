"""Captures: what lies in a browser capture (WARC, or WACZ: a zip with WARCs in it). The capture itself is kept whole;
pictures, videos, documents and pages in it are taken in besides, each with the address and time it was loaded from.
A resource is read from the stream as it passes, so each must be opened before the next one is asked for.

Formats: WARC 1.1 (https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/), read by warcio;
WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/).
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from takingstock.evidence.sources import Incoming
from takingstock.records import Rejected

LARGEST: Final = 512 * 1024 * 1024
"""Bytes of one resource beyond which it is left in the capture, and said so: a few bytes may unpack to anything."""

_TAKEN: Final = ("image/", "video/", "audio/", "application/pdf")
_PAGE: Final = "text/html"
_TABLE: Final = 64 * 1024 * 1024
"""Bytes of a datapackage.json beyond which it is not read: a zip of 2 MB may hold gigabytes of blanks."""


def resources(capture: Path) -> Iterator[Incoming | Rejected]:
    """Every resource worth keeping, in the order of the capture, and what could not be read with the reason."""
    try:
        if zipfile.is_zipfile(capture):
            yield from _wacz(capture)
        else:
            with capture.open("rb") as file:
                yield from _warc(file, capture, "")
    except Exception as error:
        yield _passed(capture, f"the capture cannot be read to its end ({error}); it is kept whole all the same")


def _wacz(capture: Path) -> Iterator[Incoming | Rejected]:
    with zipfile.ZipFile(capture) as package:
        yield from _unfitting(package, capture)
        for name in sorted(package.namelist()):
            if name.startswith("archive/") and name.endswith((".warc", ".warc.gz")):
                with package.open(name) as inside:
                    yield from _warc(inside, capture, f"{name}#")


def _unfitting(package: zipfile.ZipFile, capture: Path) -> Iterator[Rejected]:
    """Parts of a WACZ whose hash is not the one its datapackage.json gives."""
    if "datapackage.json" not in package.namelist():
        yield _passed(capture, "the WACZ has no datapackage.json, so its hashes cannot be checked")
        return
    try:
        with package.open("datapackage.json") as file:
            text = file.read(_TABLE + 1)
        if len(text) > _TABLE:
            raise ValueError(f"it unpacks to more than {_TABLE // 1024**2} MB")
        listed = [part for part in json.loads(text)["resources"] if isinstance(part, dict)]
    except Exception as error:
        yield _passed(capture, f"its datapackage.json cannot be read ({error}), so its hashes cannot be checked")
        return
    for part in listed:
        kind, _, wanted = str(part.get("hash", "")).partition(":")
        path = str(part.get("path", ""))
        if kind != "sha256":
            continue
        try:
            with package.open(path) as inside:
                found = hashlib.file_digest(inside, "sha256").hexdigest()  # type: ignore[arg-type]
        except KeyError:
            yield _passed(capture, f"the WACZ lists {path}, which is not in it")
            continue
        except Exception as error:
            yield _passed(capture, f"{path} in the WACZ cannot be read to its end ({error})")
            continue
        if found != wanted:
            yield _passed(capture, f"{path} in the WACZ does not have the hash that its datapackage.json gives")


def _warc(stream: Any, capture: Path, prefix: str) -> Iterator[Incoming | Rejected]:
    from warcio.archiveiterator import ArchiveIterator

    for number, record in enumerate(ArchiveIterator(stream)):
        if record.rec_type not in ("response", "resource"):
            continue
        headers = record.http_headers
        status = headers.get_statuscode() if headers else "200"
        kind = (headers.get_header("Content-Type") if headers else record.content_type) or ""
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        page = kind.startswith(_PAGE)
        if not status.startswith("2") or not (kind.startswith(_TAKEN) or page):
            continue
        yield Incoming(
            name=_last(url) or ("page.html" if page else "resource"),
            open=partial(_opened, record),
            fields={
                "url": url,
                "collected": record.rec_headers.get_header("WARC-Date") or "",
                "method": "browser-capture",
                "path": f"{prefix}{number}",
            },
            whole=capture,
        )


def _opened(record: Any) -> AbstractContextManager[Any]:
    return nullcontext(_Limited(record.content_stream()))


class _Limited(io.RawIOBase):
    """A stream that refuses to give more than LARGEST bytes."""

    def __init__(self, stream: Any) -> None:
        self._stream, self._given = stream, 0

    def read(self, size: int = -1) -> bytes:
        try:
            block: bytes = self._stream.read(size)
        except Exception as error:
            # Each layer below (gzip, zip, chunks) has its own errors; to the caller it is a file that breaks off.
            raise OSError(f"breaks off in the capture ({error})") from error
        self._given += len(block)
        if self._given > LARGEST:
            raise OSError(f"unpacks to more than {LARGEST // 1024**2} MB: left in the capture")
        return block


def _last(url: str) -> str:
    """The last part of an address, also of one that is none."""
    try:
        return PurePosixPath(urlsplit(url).path).name
    except ValueError:
        return PurePosixPath(url).name


def _passed(path: Path, reason: str) -> Rejected:
    return Rejected(line=0, reason=reason, row=(("file", str(path)),))
