"""Archiver: the sheet that Bellingcat's auto-archiver fills, saved as CSV, with the files it points to beside it.

Columns as its Google Sheets feeder names them: Link, Archive status, Archive location, Archive date, Upload timestamp,
Upload title, Hash, Thumbnail, WACZ (https://auto-archiver.readthedocs.io/, module gsheet_feeder_db; unverified against
the current release). A location is taken where it is a file beside or below the sheet; one on a server is not fetched.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from takingstock.evidence.sources import Incoming
from takingstock.records import BadValueError, DateRange, Rejected

_LINK: Final = ("link", "url")
_PLACES: Final = ("archive location", "screenshot", "wacz")
_NEEDED: Final = "archive location"


def is_result(path: Path) -> bool:
    """Whether this is such a sheet, or a folder with one in it."""
    return _sheet(path) is not None


def archived(path: Path) -> Iterator[Incoming | Rejected]:
    """Every file that the sheet names, with the link as its address; rows without a file to take, with the reason."""
    sheet = _sheet(path)
    assert sheet is not None
    yield Incoming(sheet.name, lambda: nullcontext(sheet), {"method": "auto-archiver", "path": sheet.name})
    with sheet.open(encoding="utf-8-sig", newline="") as lines:
        for number, cells in enumerate(csv.DictReader(lines), start=2):
            row = {(name or "").strip().lower(): (value or "").strip() for name, value in cells.items() if name}
            yield from _row(sheet, number, row)


def _row(sheet: Path, number: int, row: dict[str, str]) -> Iterator[Incoming | Rejected]:
    link = next((row[name] for name in _LINK if row.get(name)), "")
    given = tuple(row.items())
    places = [(name, row[name]) for name in _PLACES if row.get(name)]
    if not places:
        status = row.get("archive status") or "no status"
        yield Rejected(line=number, reason=f"nothing was archived ({status}); archive the link again", row=given)
    for name, place in places:
        file = _local(sheet, place)
        if file is None:
            yield Rejected(
                line=number,
                reason=f"{name} is on a server or not beside the sheet: {place}; copy the file there and run it again",
                row=given,
            )
            continue
        fields = {
            "url": link,
            "collected": _utc(row.get("archive date", "")),
            "claimed_when": _day(row.get("upload timestamp", "")),
            "operator_note": row.get("upload title", ""),
            "method": "auto-archiver",
            "path": place,
        }
        yield Incoming(file.name, partial(nullcontext, file), fields)


def _sheet(path: Path) -> Path | None:
    candidates = sorted(path.glob("*.csv")) if path.is_dir() else [path] if path.suffix.lower() == ".csv" else []
    for one in candidates:
        try:
            with one.open(encoding="utf-8-sig", newline="") as lines:
                header = {cell.strip().lower() for cell in next(csv.reader(lines), [])}
        except (OSError, UnicodeDecodeError, csv.Error):
            continue
        if _NEEDED in header and header & set(_LINK):
            return one
    return None


def _local(sheet: Path, place: str) -> Path | None:
    """The file, if it lies in the folder of the sheet: a sheet must not lead anywhere else."""
    parts = urlsplit(place)
    if parts.scheme not in ("", "file"):
        return None
    top = sheet.parent.resolve()
    found = (top / unquote(parts.path)).resolve()
    return found if found.is_relative_to(top) and found.is_file() else None


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
