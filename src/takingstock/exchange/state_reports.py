"""Readers of states' own annual reports: to the UN Register of Conventional Arms, and under the Arms Trade Treaty.

Both have a table of exports and one of imports whose rows give a category, the other state, a number (the treaty's also
a value), the state of origin and remarks; the treaty's says whether authorisations or actual transfers are reported.
Layout after the treaty's reporting template of 29 May 2017 (https://docslib.org/doc/7301911/arms-trade-treaty); of the
UN Register no download was at hand, so its columns go by the same names.

Invariant: one report is one source, ``reporter`` is the state that made it, and an export and the import that mirrors
it are two statements under two keys until somebody links them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

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
    Money,
    Quantity,
    Record,
    Source,
    SourceKind,
    Stage,
    Statement,
    Unit,
    UnknownNameError,
)

_COMMON: dict[str, tuple[str, ...]] = {
    "reporter": ("reporting state", "reporting country", "country", "state"),
    "year": ("calendar year", "reporting year", "report year"),
    "direction": ("flow", "table", "exports or imports", "type of transfer", "trade"),
    "category": ("category of arms", "category i-viii", "weapon category", "un register category"),
    "partner": (
        "final importer state",
        "final importer states",
        "final importing state",
        "exporter state",
        "exporting state",
        "importer state",
        "importing state",
        "partner",
        "importer/exporter",
    ),
    "number": ("number of items", "number of units", "no of items", "items", "quantity"),
    "origin": ("state of origin", "state of origin if not exporter", "state of origin (if not exporter)", "origin"),
    "intermediate": ("intermediate location", "intermediate location (if any)"),
    "description": ("description of item", "description of items", "description of conventional arms", "designation"),
    "comments": ("comments on the transfer", "remarks", "comments"),
}

UNROCA = TableSpec(columns=_COMMON, required=("category", "partner", "number", "intermediate"))

ATT = TableSpec(
    columns={
        **_COMMON,
        "extent": ("authorized or actual", "authorised or actual", "extent of report", "authorized/actual"),
        "value": ("value of items", "value of transfer"),
        "currency": (),
    },
    required=("category", "partner", "number", "extent"),
)

_ROMAN = {
    "i": "tank",
    "ii": "armour",
    "iii": "artillery",
    "iv": "aircraft",
    "v": "aircraft.helicopter",
    "vi": "naval",
    "vii": "missiles",
    "viii": "weapons",
}
"""The broad class of a category; a description that the taxonomy knows makes it finer."""

_SMALL = {
    "revolvers and self-loading pistols": "pistol",
    "rifles and carbines": "rifle",
    "sub-machine guns": "submachine-gun",
    "submachine guns": "submachine-gun",
    "assault rifles": "rifle.assault",
    "light machine guns": "machine-gun.light",
    "heavy machine guns": "machine-gun.heavy",
    "hand-held under-barrel and mounted grenade launchers": "grenade-launcher",
    "portable anti-tank guns": "rocket-launcher",
    "recoilless rifles": "recoilless",
    "portable anti-tank missile launchers and rocket systems": "light-weapons",
    "mortars of calibres less than 75 mm": "mortar.light",
    "small arms": "small-arms",
    "light weapons": "light-weapons",
    "others": "weapons",
}
"""Sub-types of category VIII, as both forms name them."""

_WITHHELD = re.compile(r"withheld|sensitive", re.I)
_NIL = re.compile(r"\bnil report\b", re.I)


def category(text: str, description: str = "") -> str:
    """The class of a row, the finest that its category and description support.

    Raises NeedsPersonError for a category that is none of I to VIII and no sub-type we know."""
    taxonomy = known_taxonomy()
    words = " ".join(re.sub(r"[()–-]", " ", text.casefold()).split())
    match = re.match(r"(?:category\s*)?(viii|vii|vi|iv|v|iii|ii|i)\b\.?\s*(.*)", words)
    broad = _ROMAN[match[1]] if match else ""
    rest = match[2] if match else words
    for name, item in _SMALL.items():
        if " ".join(re.sub(r"[()–-]", " ", name).split()) in rest:
            broad = item
            break
    if not broad:
        raise NeedsPersonError(f"category {text!r} is none of I to VIII; say in the sheet namings which class it is")
    found = taxonomy.find(description) if description else None
    if found and (taxonomy.is_a(found.id, broad) or broad == "weapons"):
        return found.id
    return broad if taxonomy.has(broad) else "weapons"


def _read(kind: Literal["unroca", "att"], path: Path, asked: Asked) -> Reading:
    spec, reader = (UNROCA, UNROCA_READER) if kind == "unroca" else (ATT, ATT_READER)
    table = read_table(path, spec)
    names = RowNames(asked, kind)
    taxonomy = known_taxonomy()
    known = {source.id for source in asked.ledger.sources}
    sources: dict[str, Source] = {}
    said = " ".join(cell for cells in table.before for cell in cells if cell)

    def take(row: Row) -> Iterable[Record]:
        names.start()
        when = DateRange.parse(row.get("year")) if row.get("year") else (asked.coverage or DateRange())
        if not when.known or (when.days or 999) > 366:
            raise BadValueError(
                "the year of the report is not known; add a column year, or import with --coverage 2014"
            )
        named = row.get("reporter") or asked.reporter
        if not named:
            raise BadValueError("the reporting state is not known; add a column, or import with --reporter STATE")
        reporter = names.party(named, when)
        exports = _direction(row, spec)
        partner = names.party(row.needed("partner"), when)
        item = names.item(row.needed("category"), lambda text: category(text, row.get("description")))
        number = _number(row)
        value = Quantity.parse(row.get("value")) if row.get("value") else Quantity()
        if not number.known and not value.known:
            raise BadValueError("neither a number nor a value; the row says nothing of how many")
        source = asked.source or f"{kind}-{reporter}-{when}".casefold()
        if source not in known:
            sources[source] = _report(kind, source, named, reporter, when, said)
        passing = _passing(names, row.get("intermediate"), when)
        authorised = kind == "att" and _authorised(row.get("extent"))
        origin = row.get("origin")
        key = (
            f"{source}-{'x' if exports else 'm'}-{row.digest('category', 'partner', 'description', 'origin', 'extent')}"
        )
        yield Statement(
            id=key,
            movement=key,
            source=source,
            item=item,
            from_party=reporter if exports else partner,
            to_party=partner if exports else reporter,
            via=passing,
            quantity=number.model_copy(update={"unit": taxonomy.get(item).unit if number.known else Unit.ITEMS}),
            when=when,
            mode=Mode.EXPORT,
            stage=Stage.AUTHORISED if authorised else Stage.DELIVERED,
            made_in=names.party(origin, DateRange()) if origin and origin != "-" else None,
            value=Money(amount=value, currency=row.get("currency") or "XXX") if value.known else None,
            reporter=reporter,
            designation=row.get("description"),
            locator=f"{'exports' if exports else 'imports'}, {row.needed('category')}, {row.needed('partner')}",
            remark="; ".join(
                part
                for part in (
                    f"intermediate location: {row.get('intermediate')}"
                    if row.get("intermediate") and not passing
                    else "",
                    row.get("comments"),
                )
                if part
            ),
            namings=names.ids,
        )
        yield from names.rows

    return collect(reader.name, path, table, take, asked, notes=lambda: _notes(said), sources=sources.values)


def _passing(names: RowNames, text: str, when: DateRange) -> tuple[str, ...]:
    """The party that an intermediate location names; a place that is nobody stays in the remark."""
    try:
        return (names.party(text, when),) if text and text != "-" else ()
    except UnknownNameError:
        return ()


def _report(kind: str, source: str, named: str, reporter: str, when: DateRange, said: str) -> Source:
    title = "UN Register of Conventional Arms" if kind == "unroca" else "Arms Trade Treaty annual report, Article 13(3)"
    gaps = "; sensitive data withheld, says the report" if _withheld(said) else ""
    return Source(
        id=source,
        title=f"{title}: {named}, {when}",
        publisher=named,
        kind=SourceKind.OFFICIAL,
        coverage=Coverage(period=when, parties=(reporter,), note=f"what {named} reports of {when}{gaps}"),
    )


def _withheld(said: str) -> bool:
    """Whether the page says that data were withheld: a tick beside the words, or the words as a sentence."""
    found = _WITHHELD.search(said)
    return bool(found) and not re.search(r"withheld\W*(?:no|☐)", said, re.I)


def _notes(said: str) -> Iterable[str]:
    if _withheld(said):
        yield "the report says that sensitive data were withheld: what it lacks is not zero"
    if _NIL.search(said):
        yield "the page speaks of a nil report"


def _direction(row: Row, spec: TableSpec) -> bool:
    """Whether the row is an export of the reporting state. From its column, else from what the other state
    is called in the header (a *final importer* is of an export), else from the sheet's or file's name."""
    header = next((name for name, _ in row.original if spec.named(name) == "partner"), "").casefold()
    importer, exporter = re.search(r"\bimport(?:er|ing)\b", header), re.search(r"\bexport(?:er|ing)\b", header)
    for text in (row.get("direction"), "exports" if importer else "", "imports" if exporter else "", row.sheet):
        words = set(re.findall(r"[a-z]+", text.casefold()))
        exports, imports = bool(words & {"export", "exports", "x"}), bool(words & {"import", "imports", "m"})
        if exports != imports and not (importer and exporter and text != row.get("direction") and text != row.sheet):
            return exports
    raise BadValueError("export or import? Name the sheet exports or imports, or add a column direction")


def _authorised(extent: str) -> bool:
    """Whether a row of a treaty report is an authorisation; False: an actual transfer. Raises NeedsPersonError for
    anything else, since only an actual transfer moves goods."""
    words = extent.casefold()
    authorised, actual = re.search(r"authori[sz]|licen[cs]", words), re.search(r"\bactual|deliver", words)
    if bool(authorised) == bool(actual) or "refus" in words or "deni" in words:
        raise NeedsPersonError(f"authorized or actual: {extent!r} is neither; write one of the two")
    return bool(authorised)


def _number(row: Row) -> Quantity:
    text = row.get("number").strip()
    return Quantity() if text in {"", "-", "n/a", "N/A"} else Quantity.parse(text)


def _is_unroca(grids: Sequence[Grid]) -> str:
    return "the columns of the UN Register's form" if has_header(grids, UNROCA) else ""


def _is_att(grids: Sequence[Grid]) -> str:
    return "the columns of the treaty's annual report (authorised or actual)" if has_header(grids, ATT) else ""


UNROCA_READER = Reader(
    name="unroca",
    what="reports to the UN Register of Conventional Arms: category, final importer or exporter, number, origin",
    score=UNROCA.score,
    recognises=_is_unroca,
    read=lambda path, asked: _read("unroca", path, asked),
)

ATT_READER = Reader(
    name="att",
    what="annual reports under Article 13(3) of the Arms Trade Treaty: authorised or actual, number or value",
    score=ATT.score,
    recognises=_is_att,
    read=lambda path, asked: _read("att", path, asked),
)
