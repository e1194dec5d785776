"""Reader of Oryx lists: equipment visually confirmed as captured, abandoned, destroyed or damaged.

Oryx (CC BY 4.0) counts what a picture shows: an undercount, and by its own choice of pictures. ``country`` is who owned
the item, ``origin`` whose make it is: two different states. Who captured it the list does not say, so nobody is named.
``date_recorded`` is when the entry was made: the loss is dated "by then".

Rule for a status of several words ("damaged and captured"): what happened to custody decides (captured, then abandoned,
then destroyed); an item that was only damaged changed no hands and becomes a sighting in its owner's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from takingstock.exchange.grid import Grid
from takingstock.exchange.readers import Asked, Reader
from takingstock.exchange.reading import Reading
from takingstock.exchange.resolving import known_taxonomy
from takingstock.exchange.row_names import RowNames
from takingstock.exchange.tabular import NeedsPersonError, Row, TableSpec, collect, has_header, read_table
from takingstock.records import (
    BadValueError,
    Coverage,
    DateRange,
    Mode,
    Quantity,
    Record,
    Sighting,
    Source,
    SourceKind,
    Statement,
    UnknownNameError,
)
from takingstock.reference import tables

SPEC = TableSpec(
    columns={
        "country": ("country", "owner"),
        "origin": ("origin",),
        "system": ("system",),
        "status": ("status",),
        "url": ("url",),
        "recorded": ("date_recorded", "date recorded"),
        "entry": ("matID", "material id"),
        "system_id": ("sysID",),
        "image_id": ("imageID",),
        "status_id": ("statusID",),
    },
    required=("country", "origin", "system", "status", "url"),
)

PATTERNS = "oryx_systems.csv"
"""Words and names of the list and the broad classes they mean: general knowledge, unverified."""

_CODE_POINT = re.compile(r"<U\+([0-9A-F]{4})>")
_COUNTER = re.compile(r"^\d+\s+(?!mm\b)(?=\S)")
_MODES = (("captured", Mode.CAPTURE), ("abandoned", Mode.LOSS), ("destroyed", Mode.DESTRUCTION))
_STATUSES = {"captured", "abandoned", "destroyed", "damaged", "sunk", "scuttled", "stripped"}


def plain_name(system: str) -> str:
    """The name without the counter that sticks to it ("734 BMP-2(K)") and with its escaped letters put right."""
    text = _CODE_POINT.sub(lambda match: chr(int(match[1], 16)), system.strip())
    return _COUNTER.sub("", " ".join(text.split()))


@cache
def classified(system: str) -> str:
    """The class of a system, the finest that its name supports. Raises NeedsPersonError where it supports none.

    A name of the taxonomy first (also without what is in brackets, a year of the version, a calibre before it and
    quotation marks); then what the list itself calls it; then the family that the name belongs to."""
    taxonomy = known_taxonomy()
    name = plain_name(system)
    bare = re.sub(r"\s*\([^)]*\)", "", name).strip()
    unquoted = re.sub(r"['‘’\"]+", "", bare)
    dated = re.sub(r"\s+(?:Obr\.|Zr\.)\s*\d{4}", "", unquoted)
    for text in dict.fromkeys((name, bare, unquoted, dated, re.sub(r"^\d+mm\s+", "", dated))):
        if text and (found := taxonomy.find(text)):
            return found.id
    for pattern, item in _patterns():
        if pattern.search(unquoted):
            return item
    raise NeedsPersonError(f"no class for the system {system!r}; say in the sheet namings which class it is")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["pattern"]), row["item"]) for row in tables.read(PATTERNS))


def read_oryx(path: Path, asked: Asked) -> Reading:
    """The rows of a list. Raises BadFileError where the file is none."""
    table = read_table(path, SPEC)
    names = RowNames(asked, READER.name)
    taxonomy = known_taxonomy()
    source = asked.source or "oryx"
    there = any(known.id == source for known in asked.ledger.sources)
    pictures = Counter(row.get("url") for row in table.rows)
    strange: Counter[str] = Counter()

    def origin(text: str) -> str | None:
        try:
            return names.party(text, DateRange())
        except UnknownNameError:
            strange[text] += 1
            return None

    def take(row: Row) -> Iterable[Record]:
        names.start()
        when = DateRange(last=DateRange.parse(row.get("recorded")).last) if row.get("recorded") else DateRange()
        owner = names.party(row.needed("country"), when)
        item = names.item(row.needed("system"), classified)
        words = set(re.findall(r"[a-z]+", row.needed("status").casefold())) - {"and", "but", "later", "by", "beyond"}
        if unknown := words - _STATUSES:
            raise BadValueError(f"status: {row.get('status')!r}: {', '.join(sorted(unknown))} is no status of the list")
        key = f"{source}-{row.get('entry') or row.digest('country', 'system', 'status', 'url')}"
        made = origin(row.needed("origin"))
        remark = [f"status: {row.get('status')}", f"origin as the list has it: {row.get('origin')}"]
        if pictures[row.get("url")] > 1:
            remark.append(f"{pictures[row.get('url')]} entries share this picture")
        quantity = Quantity.exact(1, taxonomy.get(item).unit)
        mode = next((mode for word, mode in _MODES if word in words), None)
        name = plain_name(row.needed("system"))
        if mode is None:
            yield Sighting(
                id=key,
                source=source,
                holder=owner,
                item=item,
                quantity=quantity,
                made_in=made,
                when=when,
                known_by="the list says whose it was",
                locator=row.needed("url"),
                remark="; ".join([name, *remark]),
            )
            return
        yield Statement(
            id=key,
            movement=key,
            source=source,
            item=item,
            from_party=owner,
            quantity=quantity,
            when=when,
            mode=mode,
            made_in=made,
            designation=name,
            locator=row.needed("url"),
            remark="; ".join(remark),
            namings=names.ids,
        )
        yield from names.rows

    def notes() -> Iterable[str]:
        shared = sum(1 for times in pictures.values() if times > 1)
        if shared:
            yield f"{shared} pictures show several items; each entry is one item, and the pictures were not looked at"
        for text, times in sorted(strange.items()):
            yield f"origin {text!r} ({times} rows) is nobody we know; the country of manufacture is left open there"

    days = sorted(day for row in table.rows if re.fullmatch(r"\d{4}-\d\d-\d\d", day := row.get("recorded")))
    register = Source(
        id=source,
        title="Oryx: equipment losses visually confirmed",
        publisher="Oryx",
        kind=SourceKind.NGO_REPORT,
        licence="CC BY 4.0",
        coverage=Coverage(
            period=asked.coverage or (DateRange.parse(f"..{days[-1]}") if days else DateRange()),
            note="only what a picture shows: an undercount; who captured an item is not said",
        ),
    )
    return collect(READER.name, path, table, take, asked, sources=lambda: () if there else (register,), notes=notes)


def _recognises(grids: Sequence[Grid]) -> str:
    return "the columns of an Oryx list" if has_header(grids, SPEC) else ""


READER = Reader(
    name="oryx",
    what="Oryx lists of equipment visually confirmed as captured, abandoned, destroyed or damaged",
    score=SPEC.score,
    recognises=_recognises,
    read=read_oryx,
)
