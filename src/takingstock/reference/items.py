"""The shipped item taxonomy: reads the tables in ``data/`` once and gives a :class:`Taxonomy`.

Tables: ``items.csv`` (one row per class), ``items_productions.csv`` (which state made what, when),
``sipri_descriptions.csv`` (the SIPRI register's descriptions and our broad classes), ``item_names.csv`` (names in
other languages). ``docs/items.md`` says how they are made. In ``items.csv`` an empty group, unit, UNROCA category or
military-list class is that of the class above; ``-`` is none.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from takingstock.records import BadValueError, DateRange, ItemClass, ItemGroup, Production, Unit
from takingstock.reference.taxonomy import ItemEvidence, ProductionFact, Taxonomy

ITEMS = "items.csv"
PRODUCTIONS = "items_productions.csv"
DESCRIPTIONS = "sipri_descriptions.csv"
NAMES = "item_names.csv"
TABLES = (ITEMS, PRODUCTIONS, DESCRIPTIONS, NAMES)
_INHERITED = ("group", "unit", "unroca", "military_list")


@cache
def taxonomy() -> Taxonomy:
    """The item taxonomy, read once. The tests call :meth:`Taxonomy.check` on the shipped tables."""
    return build(*(_text(name) for name in TABLES))


def build(items: str, productions: str, descriptions: str, names: str = "") -> Taxonomy:
    """A taxonomy from the text of the tables (CSV with a header each; ``names`` may be empty). A cell that cannot be
    read is a BadValueError or pydantic's ValidationError."""
    dates = cache(DateRange.parse)
    lines = list(_rows(productions))
    makers: dict[str, list[Production]] = {}
    for item, state, when, licensed, _, _ in lines:
        production = Production(state=state, when=dates(when), licensed=licensed == "yes")
        makers.setdefault(item, []).append(production)
    rows = _inherited(items)
    return Taxonomy(
        items=[
            ItemClass(
                id=row["id"],
                name=row["name"],
                group=ItemGroup(row["group"]),
                unit=Unit(row["unit"] or Unit.ITEMS),
                designer=row["designer"] or None,
                producers=tuple(makers.get(row["id"], ())),
                calibre=row["calibre"],
                unroca=row["unroca"].strip("-"),
                military_list=row["military_list"].strip("-"),
                aliases=(*_list(row["aliases"]), *_list(row["sipri"])),
                source=row["source"],
                verified=row["verified"] == "yes",
            )
            for row in rows
        ],
        # Generators: most callers never ask for the evidence, and building it would double the loading time.
        facts=(
            ProductionFact(
                item=item,
                state=state,
                when=dates(when),
                licensed=licensed == "yes",
                source=source,
                verified=verified == "yes",
            )
            for item, state, when, licensed, source, verified in lines
        ),
        evidence=(
            ItemEvidence(
                item=row["id"],
                source=row["source"],
                supported=_list(row["supported"]),
                verified=row["verified"] == "yes",
            )
            for row in rows
        ),
        descriptions={row[0]: row[1] for row in _rows(descriptions)},
        names={(row[0], row[1]): row[2] for row in _rows(names)} if names else {},
        version=hashlib.sha256("\0".join((items, productions, descriptions, names)).encode()).hexdigest(),
    )


def _inherited(text: str) -> list[dict[str, str]]:
    lines = csv.reader(text.splitlines())
    header = next(lines)
    rows: list[dict[str, str]] = []
    known: dict[str, dict[str, str]] = {}
    for cells in lines:
        if len(cells) != len(header):
            raise BadValueError(f"{ITEMS} line {lines.line_num}: {len(cells)} cells instead of {len(header)}")
        row = dict(zip(header, cells, strict=True))
        above = known.get(row["id"].rpartition(".")[0], {})
        for field in _INHERITED:
            row[field] = row[field] or above.get(field, "")
        rows.append(row)
        known[row["id"]] = row
    return rows


def _list(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("; ")) if cell else ()


def _rows(text: str) -> Iterator[list[str]]:
    lines = csv.reader(text.splitlines())
    next(lines)
    return lines


def _text(name: str) -> str:
    # A checkout may convert line ends; the version must not depend on that.
    return (files("takingstock.reference") / "data" / name).read_text(encoding="utf-8").replace("\r\n", "\n")
