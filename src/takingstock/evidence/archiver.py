"""Archiver: the sheet that Bellingcat's auto-archiver fills, saved as CSV or Excel, with the files beside it.

Columns as its Google Sheets feeder names them by default: Link, Archive status, Archive location, Archive date, Upload
timestamp, Upload title, Hash, Screenshot, WACZ (source: bellingcat/auto-archiver, module gsheet_feeder_db). The
location is that of *one* file of a link, as a rule the page made of it, or several, one a line, one for each storage;
the pictures and videos lie beside it, unnamed by the sheet. So the whole folder is taken in: a file that lies in the
folder of one link alone gets that link's address (local storage with its path generator ``url``), any other none.
A file on a server is not fetched.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from takingstock.evidence.containers import Apart, bounded, check_zip
from takingstock.evidence.sources import Incoming, Way
from takingstock.evidence.workers import Failure
from takingstock.records import BadFileError, BadValueError, DateRange, Rejected, StepOutcome, StepResult

_LINK: Final = ("link", "url")
_PLACES: Final = ("archive location", "screenshot", "wacz")
_NEEDED: Final = "archive location"
_SHEETS: Final = (".csv", ".xlsx")
_SHA256: Final = re.compile(r"SHA-?256:([0-9a-f]{64})", re.IGNORECASE)
_METHOD: Final = "auto-archiver"

ROWS: Final = 500_000
TEXT: Final = 64 * 1024**2
LINE: Final = 1024**2
"""Rows, and characters of a whole sheet and of one line of a CSV file, beyond which it is not read further."""

UNPACKED: Final = 512 * 1024**2
PARTS: Final = 10_000
"""Bytes that a workbook may unpack to, and the parts that it may have."""

_DOCTYPE: Final = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E", re.IGNORECASE)

Row = dict[str, str]
Numbered = tuple[int, Row | str]
"""(line, cells by lower-case heading), or the reason why there are no more."""


def may_be_sheet(path: Path) -> bool:
    """Whether a file is one to open for a look at its columns, by its name."""
    return path.suffix.lower() in _SHEETS and _is_file(path)


def sheets_of(path: Path, apart: Apart) -> list[Path]:
    """The sheets with the columns that are needed: this file, or those in this folder. None: it is no such result.
    A sheet that cannot be opened at all is among the faults of ``apart``."""
    try:
        found = sorted(path.iterdir()) if path.is_dir() else [path]
    except OSError:
        return []
    return [one for one in found if may_be_sheet(one) and _has_columns(one, apart)]


def archived(path: Path, sheets: Iterable[Path], way: Way, label: str = "") -> Iterator[Incoming | Rejected]:
    """Every file that the sheets name, with the link as its address; rows without a file to take, with the reason;
    then, of a folder, every other file in it, and of a sheet, what lies in the folders that belong to one link.
    ``label``: what the folder is called."""
    from takingstock.evidence.sources import file, inside

    named: set[Path] = set()
    owners: dict[Path, dict[str, dict[str, Any]]] = {}
    for sheet in sheets:
        named.add(sheet.resolve())
        rows = _rows(sheet, way.apart)
        failed = next((row for _, row in rows if isinstance(row, str)), "")
        outcome = StepOutcome.FAILED if failed else StepOutcome.DONE
        step = StepResult(step="sheet", outcome=outcome, words=failed or f"{len(rows)} rows of an auto-archiver sheet")
        yield replace(file(sheet, sheet.parent, label, method=_METHOD), steps=(step,))
        for number, row in rows:
            if isinstance(row, str):
                yield Rejected(line=number, reason=row, row=(("file", str(sheet)),))
                continue
            for found, fields in _row(sheet, number, row):
                if isinstance(found, Rejected):
                    yield found
                    continue
                named.add(found)
                if found.parent != sheet.parent.resolve():
                    owners.setdefault(found.parent, {})[fields["url"]] = fields
                for one in inside(found, sheet.parent.resolve(), way, label):
                    yield _said(one, fields)
    own = {folder: next(iter(links.values())) for folder, links in owners.items() if len(links) == 1}
    for folder in [path.resolve()] if path.is_dir() else sorted(own):
        yield from _others(folder, path, named, own, way, label)


def _others(
    folder: Path, path: Path, named: set[Path], own: dict[Path, dict[str, Any]], way: Way, label: str
) -> Iterator[Incoming | Rejected]:
    """The files that no row names."""
    from takingstock.evidence.sources import inside, listed

    top = path.resolve() if path.is_dir() else path.parent.resolve()
    for found in listed(folder):
        if isinstance(found, Rejected):
            yield found
        elif found not in named:
            named.add(found)
            owner = own.get(found.parent, {})
            said = {name: owner[name] for name in ("url", "collected") if owner.get(name)}
            for one in inside(found, top, way, label):
                yield _said(one, {**said, "method": _METHOD})


def _said(one: Incoming | Rejected, fields: dict[str, Any]) -> Incoming | Rejected:
    """What the sheet says of a file. What came out of a capture has an address and a time of its own."""
    if isinstance(one, Rejected) or one.whole is not None:
        return one
    return replace(one, fields={**one.fields, **{name: value for name, value in fields.items() if value}})


def _row(sheet: Path, number: int, row: Row) -> Iterator[tuple[Path | Rejected, dict[str, Any]]]:
    link = next((row[name] for name in _LINK if row.get(name)), "")
    given = tuple(row.items())
    places = [(name, row[name].splitlines()) for name in _PLACES if row.get(name)]
    if not places and (link or row.get("archive status")):
        status = row.get("archive status") or "no status"
        yield Rejected(line=number, reason=f"nothing was archived ({status}); archive the link again", row=given), {}
    fields = {
        "url": link,
        "collected": _utc(row.get("archive date", "")),
        "claimed_when": _day(row.get("upload timestamp", "")),
        "operator_note": row.get("upload title", ""),
        "method": _METHOD,
    }
    wanted = match.group(1).lower() if (match := _SHA256.search(row.get("hash", ""))) else ""
    for name, lines in places:
        expected = wanted if name == _NEEDED else ""
        file = next((found for place in lines if (found := _local(sheet, place.strip(), expected))), None)
        if file is None:
            yield (
                Rejected(
                    line=number,
                    reason=f"{name} is on a server or not beside the sheet: {' '.join(lines)}; "
                    "copy the file there and run it again",
                    row=given,
                ),
                {},
            )
            continue
        if expected and not _fits(file, expected):
            yield file, {**fields, "operator_note": f"{fields['operator_note']} [not the hash in the sheet]".strip()}
            continue
        yield file, fields


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith("~$")


def _has_columns(sheet: Path, apart: Apart) -> bool:
    _, header = next(iter(_rows(sheet, apart, just_header=True)), (1, {}))
    if isinstance(header, str):
        apart.faults[Path(os.path.realpath(sheet))] = header
        return False
    return _NEEDED in header and bool(header.keys() & set(_LINK))


def _rows(sheet: Path, apart: Apart, *, just_header: bool = False) -> list[Numbered]:
    result = apart.do("rows", sheet, just_header)
    if isinstance(result, Failure):
        return [(1, _broken(result.words))]
    return list(result)


def _broken(words: object) -> str:
    return f"the sheet cannot be read on from here ({words}); files are taken in without the links it gives them"


def read_rows(path: str, just_header: bool = False) -> list[Numbered]:
    """The rows of a sheet, or its headings as one row, and the reason as the last where it cannot be read to its end.
    Bytes that are no UTF-8 are kept as ``\\xHH``: an address or a title must not cost the rest of the sheet. Runs in a
    process of its own, with a limit of memory."""
    found: list[Numbered] = []
    number, left = 1, TEXT
    try:
        header: list[str] | None = None
        for cells in _cells(Path(path), just_header):
            left -= sum(map(len, cells))
            if left < 0 or number > ROWS:
                raise BadFileError(f"more than {ROWS} rows or {TEXT // 1024**2} M characters are not read; split it")
            if header is None:
                header = [cell.strip().lower() for cell in cells]
                if just_header:
                    return [(number, dict.fromkeys(header, ""))]
            else:
                found.append((number, {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}))
            number += 1
    except MemoryError:
        raise
    except Exception as error:
        found.append((number, _broken(error)))
    return found


def _cells(sheet: Path, just_header: bool) -> Iterator[list[str]]:
    if sheet.suffix.lower() == ".csv":
        with sheet.open(encoding="utf-8-sig", newline="", errors="backslashreplace") as lines:
            yield from csv.reader(iter(partial(bounded, lines.readline, LINE), ""))
        return
    import fastexcel

    check_workbook(sheet)
    book = fastexcel.read_excel(sheet)
    if not book.sheet_names:
        return
    rows = {"n_rows": 1} if just_header else {}
    table = book.load_sheet(0, header_row=None, dtypes="string", **rows).to_arrow()
    columns = [column.to_pylist() for column in table.columns]
    for cells in zip(*columns, strict=True):
        yield [cell or "" for cell in cells]


def check_workbook(path: Path) -> None:
    """Raises BadFileError for a file that is no workbook, or one that no honest program writes: a bomb of a zip, or a
    document type definition, whose entities may grow without end."""
    if not zipfile.is_zipfile(path):
        raise BadFileError("it is no workbook (xlsx)")
    with zipfile.ZipFile(path) as package:
        check_zip(package, path.stat().st_size, entries=PARTS, total=UNPACKED, fits=package.namelist())
        for info in package.infolist():
            if info.filename.lower().endswith((".xml", ".rels")):
                with package.open(info) as part:
                    before = b""
                    while block := part.read(1024**2):
                        if _DOCTYPE.search(before + block):
                            raise BadFileError(f"{info.filename} holds a document type definition: not read")
                        before = block[-32:]


def _local(sheet: Path, place: str, expected: str) -> Path | None:
    """The file, if it lies in the folder of the sheet: a sheet must not lead anywhere else. A location is written as
    seen from where the archiver ran (``local_archive/…``), so its beginning is dropped where it ends in the name of
    the sheet's own folder, or where the hash in the sheet vouches for the file."""
    scheme = urlsplit(place).scheme
    if not place or (len(scheme) > 1 and scheme != "file"):
        return None
    raw = place.removeprefix("file://")
    top = sheet.parent.resolve()
    for text in dict.fromkeys((raw, unquote(raw))):
        parts = [part for part in PurePosixPath(text.replace("\\", "/")).parts if part != "/"]
        for start in range(len(parts)):
            found = _within(top, parts[start:])
            if found and (start == 0 or parts[start - 1] == top.name or (expected and _fits(found, expected))):
                return found
    return None


def _within(top: Path, parts: list[str]) -> Path | None:
    try:
        found = top.joinpath(*parts).resolve()
        return found if found.is_relative_to(top) and found.is_file() else None
    except (OSError, ValueError):
        return None


def _fits(file: Path, expected: str) -> bool:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == expected
    except OSError:
        return False


def _utc(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return ""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(text: str) -> DateRange:
    try:
        return DateRange.parse(text[:10])
    except (BadValueError, ValueError):
        return DateRange()
