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
import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from takingstock.evidence.sources import Incoming
from takingstock.records import BadValueError, DateRange, Rejected

_LINK: Final = ("link", "url")
_PLACES: Final = ("archive location", "screenshot", "wacz")
_NEEDED: Final = "archive location"
_SHEETS: Final = (".csv", ".xlsx")
_SHA256: Final = re.compile(r"SHA-?256:([0-9a-f]{64})", re.IGNORECASE)
_METHOD: Final = "auto-archiver"

Row = dict[str, str]


def is_result(path: Path) -> bool:
    """Whether this is such a sheet, or a folder with one in it."""
    return bool(_sheets(path))


def archived(path: Path) -> Iterator[Incoming | Rejected]:
    """Every file that the sheets name, with the link as its address; rows without a file to take, with the reason;
    then, of a folder, every other file in it, and of a sheet, what lies in the folders that belong to one link."""
    from takingstock.evidence.sources import inside

    named: set[Path] = set()
    owners: dict[Path, dict[str, dict[str, Any]]] = {}
    for sheet in _sheets(path):
        named.add(sheet.resolve())
        yield Incoming(sheet.name, partial(nullcontext, sheet), {"method": _METHOD, "path": sheet.name})
        for number, row in _rows(sheet):
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
                for one in inside(found, sheet.parent.resolve()):
                    yield _said(one, fields)
    own = {folder: next(iter(links.values())) for folder, links in owners.items() if len(links) == 1}
    for folder in [path.resolve()] if path.is_dir() else sorted(own):
        yield from _others(folder, path, named, own)


def _others(
    folder: Path, path: Path, named: set[Path], own: dict[Path, dict[str, Any]]
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
            for one in inside(found, top):
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


def _sheets(path: Path) -> list[Path]:
    """The sheets with the columns that are needed."""
    found = sorted(path.iterdir()) if path.is_dir() else [path]
    return [one for one in found if _is_file(one) and one.suffix.lower() in _SHEETS and _has_columns(one)]


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith("~$")


def _has_columns(sheet: Path) -> bool:
    header = next((row for _, row in _rows(sheet, just_header=True)), {})
    return not isinstance(header, str) and _NEEDED in header and bool(header.keys() & set(_LINK))


def _rows(sheet: Path, *, just_header: bool = False) -> Iterator[tuple[int, Row | str]]:
    """(line, cells by lower-case heading), or the reason why there are no more. Bytes that are no UTF-8 are kept as
    ``\\xHH``: an address or a title must not cost the rest of the sheet."""
    number = 1
    try:
        header: list[str] | None = None
        for cells in _cells(sheet):
            if header is None:
                header = [cell.strip().lower() for cell in cells]
                if just_header:
                    yield number, dict.fromkeys(header, "")
                    return
            else:
                yield number, {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
            number += 1
    except Exception as error:
        yield number, f"the sheet cannot be read on from here ({error}); its files are taken in without their links"


def _cells(sheet: Path) -> Iterable[list[str]]:
    if sheet.suffix.lower() == ".csv":
        with sheet.open(encoding="utf-8-sig", newline="", errors="backslashreplace") as lines:
            yield from csv.reader(lines)
        return
    import fastexcel

    book = fastexcel.read_excel(sheet)
    if not book.sheet_names:
        return
    table = book.load_sheet(0, header_row=None, dtypes="string").to_arrow()
    for index in range(table.num_rows):
        yield [str(column[index].as_py() or "") for column in table.columns]


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
