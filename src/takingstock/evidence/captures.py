"""Captures: what lies in a browser capture (WARC, or WACZ: a zip with WARCs in it). The capture itself is kept whole;
pictures, videos, documents and pages in it are taken in besides, each with the address and time it was loaded from.

A process of its own unpacks it (:func:`unpack`) and notes each resource as soon as it is whole, so that one that is
stopped, since the capture asks for too much, leaves what came before.

Formats: WARC 1.1 (https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/), read by warcio;
WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/).
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Final, TextIO
from urllib.parse import urlsplit

from takingstock.evidence.containers import Apart, bounded, check_zip, swollen
from takingstock.evidence.sources import Incoming
from takingstock.evidence.vault import no_room
from takingstock.evidence.workers import Failure
from takingstock.records import BadFileError, Rejected, StepOutcome, StepResult

LARGEST: Final = 512 * 1024 * 1024
"""Bytes of one resource beyond which it is left in the capture, and said so: a few bytes may unpack to anything."""

WHOLE: Final = 1024**3
TIMES: Final = 20
"""All resources of a capture may unpack to WHOLE bytes and TIMES its size; the rest is left in it, and said so."""

RECORDS: Final = 1_000_000
LINE: Final = 64 * 1024
HEADERS: Final = 1024**2
"""Bytes of one line, and of all header lines of one record."""

_TAKEN: Final = ("image/", "video/", "audio/", "application/pdf")
_PAGE: Final = "text/html"
_TABLE: Final = 64 * 1024 * 1024
"""Bytes of a datapackage.json beyond which it is not read: a zip of 2 MB may hold gigabytes of blanks."""

_INDEX: Final = "index.jsonl"
_BLOCK: Final = 1024**2


def opened(capture: Path, folder: Path, apart: Apart) -> tuple[StepResult, Iterator[Incoming | Rejected]]:
    """Unpack a capture into ``folder`` (empty): how that ended, then every resource worth keeping, in the order of the
    capture, and what could not be read with the reason. Raises TakingStockError where there is no room."""
    result = apart.do("unpack", capture, str(folder))
    if isinstance(result, OSError):
        raise no_room(folder, result)
    notes = list(_notes(folder))
    if isinstance(result, Failure):
        words = f"the capture cannot be read to its end ({result.words}); it is kept whole all the same"
        notes.append({"passed": words})
    passed = [str(note["passed"]) for note in notes if "passed" in note]
    count = f"{len(notes) - len(passed)} resources taken in besides"
    if passed:
        more = f"; and {len(passed) - 3} more" if len(passed) > 3 else ""
        step = StepResult(
            step="capture", outcome=StepOutcome.FAILED, words=f"{'; '.join(passed[:3])}{more}; {count}"[:1000]
        )
    else:
        outcome = StepOutcome.DONE if notes else StepOutcome.NOTHING
        step = StepResult(step="capture", outcome=outcome, words=count)
    return step, (_resource(note, capture, folder) for note in notes)


def _notes(folder: Path) -> Iterator[dict[str, Any]]:
    """What the process noted. It may have been stopped in the middle of a line."""
    try:
        with (folder / _INDEX).open(encoding="utf-8") as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield json.loads(line)
    except FileNotFoundError:
        return


def _resource(note: dict[str, Any], capture: Path, folder: Path) -> Incoming | Rejected:
    if "passed" in note:
        return Rejected(line=0, reason=note["passed"], row=(("file", str(capture)),))
    return Incoming(name=note["name"], open=partial(_once, folder / note["file"]), fields=note["fields"], whole=capture)


@contextlib.contextmanager
def _once(path: Path) -> Iterator[Path]:
    """The disk holds what is unpacked twice only while it is copied."""
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def unpack(capture: str, folder: str) -> OSError | None:
    """Write each resource and the notes of them to ``folder``. Gives the error of a folder that cannot be written.
    Raises whatever a malformed capture makes of its readers: runs in a process that may be lost."""
    file, out = Path(capture), Path(folder)
    # The library reports on standard error, in the words of the capture.
    with (out / _INDEX).open("x", encoding="utf-8") as index, contextlib.redirect_stderr(_Silence()):
        work = _Unpacking(out, index, WHOLE + TIMES * file.stat().st_size)
        try:
            if zipfile.is_zipfile(file):
                _wacz(file, work)
            else:
                with file.open("rb") as stream:
                    _warc(stream, "", work)
        except _NoRoomError as error:
            return OSError(error.errno, error.strerror)
    return None


class _NoRoomError(OSError):
    """The folder cannot be written; no fault of the capture."""


class _Silence(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


class _Unpacking:
    """Writes resources and notes, and counts what is left to unpack."""

    def __init__(self, folder: Path, index: TextIO, left: int) -> None:
        self.folder, self.index, self.left = folder, index, left
        self.number = 0

    def passed(self, reason: str) -> None:
        self._note({"passed": reason})

    def take(self, stream: Any, name: str, fields: dict[str, str]) -> None:
        self.number += 1
        path = self.folder / f"{self.number:07}"
        try:
            size = self._copied(stream, path)
        except BadFileError as error:
            path.unlink(missing_ok=True)
            self.passed(f"{name} ({fields['path']}): {error}")
            return
        self.left -= size
        self._note({"file": path.name, "name": name, "fields": fields})

    def _copied(self, stream: Any, path: Path) -> int:
        size = 0
        try:
            out = path.open("xb", buffering=0)
        except OSError as error:
            raise _NoRoomError(error.errno, error.strerror) from error
        with out:
            while True:
                try:
                    block = stream.read(_BLOCK)
                except MemoryError:
                    raise
                except Exception as error:
                    # Each layer below (gzip, zip, chunks) has its own errors.
                    raise BadFileError(f"breaks off in the capture ({error})") from error
                if not block:
                    return size
                size += len(block)
                if size > LARGEST:
                    raise BadFileError(f"unpacks to more than {LARGEST // 1024**2} MB: left in the capture")
                if size > self.left:
                    raise BadFileError("the capture unpacks to far more than it is, as a bomb does: left in it")
                try:
                    rest = memoryview(block)
                    while rest:
                        rest = rest[out.write(rest) :]
                except OSError as error:
                    raise _NoRoomError(error.errno, error.strerror) from error

    def _note(self, note: dict[str, Any]) -> None:
        try:
            self.index.write(json.dumps(note) + "\n")
            self.index.flush()
        except OSError as error:
            raise _NoRoomError(error.errno, error.strerror) from error


def _wacz(capture: Path, work: _Unpacking) -> None:
    with zipfile.ZipFile(capture) as package:
        check_zip(package, capture.stat().st_size)
        _unfitting(package, work)
        for name in sorted(set(package.namelist())):
            if not (name.startswith("archive/") and name.endswith((".warc", ".warc.gz"))):
                continue
            if words := swollen(package.getinfo(name)):
                work.passed(f"{name} in the WACZ {words}")
                continue
            try:
                with package.open(name) as inside:
                    _warc(inside, f"{name}#", work)
            except (_NoRoomError, MemoryError):
                raise
            except Exception as error:
                # The other parts of the package are none the worse for it.
                work.passed(f"{name} in the WACZ cannot be read to its end ({error}); it is kept whole all the same")


def _unfitting(package: zipfile.ZipFile, work: _Unpacking) -> None:
    """Parts of a WACZ whose hash is not the one its datapackage.json gives."""
    if "datapackage.json" not in package.namelist():
        work.passed("the WACZ has no datapackage.json, so its hashes cannot be checked")
        return
    try:
        with package.open("datapackage.json") as file:
            text = file.read(_TABLE + 1)
        if len(text) > _TABLE:
            raise ValueError(f"it unpacks to more than {_TABLE // 1024**2} MB")
        listed = [part for part in json.loads(text)["resources"] if isinstance(part, dict)]
    except Exception as error:
        work.passed(f"its datapackage.json cannot be read ({error}), so its hashes cannot be checked")
        return
    wanted = {(str(part.get("path", "")), str(part.get("hash", ""))): None for part in listed}
    found: dict[str, str] = {}
    for path, said in wanted:
        kind, _, digest = said.partition(":")
        if kind != "sha256":
            continue
        try:
            if words := swollen(package.getinfo(path)):
                work.passed(f"{path} in the WACZ {words}")
                continue
            if path not in found:
                with package.open(path) as inside:
                    found[path] = hashlib.file_digest(inside, "sha256").hexdigest()  # type: ignore[arg-type]
        except KeyError:
            work.passed(f"the WACZ lists {path}, which is not in it")
            continue
        except Exception as error:
            work.passed(f"{path} in the WACZ cannot be read to its end ({error})")
            continue
        if found[path] != digest.lower():
            work.passed(f"{path} in the WACZ does not have the hash that its datapackage.json gives")


def _warc(stream: Any, prefix: str, work: _Unpacking) -> None:
    from warcio.archiveiterator import ArchiveIterator

    iterator = ArchiveIterator(stream)
    lines = _Lines(iterator.reader.readline)
    iterator.reader.readline = lines
    for number, record in enumerate(lines.counted(iterator)):
        if number >= RECORDS:
            raise BadFileError(f"more than {RECORDS} records are not read")
        if record.rec_type not in ("response", "resource"):
            continue
        headers = record.http_headers
        status = (headers.get_statuscode() if headers else "200") or ""
        kind = (headers.get_header("Content-Type") if headers else record.content_type) or ""
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        page = kind.startswith(_PAGE)
        if not status.startswith("2") or not (kind.startswith(_TAKEN) or page):
            continue
        work.take(
            record.content_stream(),
            _last(url) or ("page.html" if page else "resource"),
            {
                "url": url,
                "collected": record.rec_headers.get_header("WARC-Date") or "",
                "method": "browser-capture",
                "path": f"{prefix}{number}",
            },
        )
        if missing := _missing(record.raw_stream):
            work.passed(f"{url} ({prefix}{number}) breaks off in the capture: {missing} bytes of it are missing")
    if iterator.err_count:
        work.passed(f"{prefix}{iterator.err_count} record(s) do not end where they say: what lies there was not read")


class _Lines:
    """Lines of bounded length, and headers of bounded size: the library would keep a line of any length in memory."""

    def __init__(self, readline: Any) -> None:
        self._readline, self._read, self._counts = readline, 0, True

    def counted(self, records: Iterable[Any]) -> Iterator[Any]:
        """The records. Lines read between two of them are headers; those of a body are not counted."""
        for record in records:
            self._counts = False
            yield record
            self._read, self._counts = 0, True

    def __call__(self, length: int | None = None) -> bytes:
        line: bytes = self._readline(length) if length and length <= LINE else bounded(self._readline, LINE)
        if self._counts:
            self._read += len(line)
            if self._read > HEADERS:
                raise BadFileError(f"the headers of one record have more than {HEADERS // 1024} KB: not read further")
        return line


def _missing(stream: Any) -> int:
    """Bytes that a record says it has and has not: the library takes the end of a file for the end of its record."""
    while stream.read(_BLOCK):
        pass
    return max(0, int(getattr(stream, "limit", 0)))


def _last(url: str) -> str:
    """The last part of an address, also of one that is none."""
    try:
        return PurePosixPath(urlsplit(url).path).name
    except ValueError:
        return PurePosixPath(url).name
