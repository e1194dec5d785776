"""The template's sheets and columns: names, which are required, what else people call them, and what goes in.

``docs/template.md`` describes the same; a test compares the two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

from takingstock.records import (
    Answer,
    Aspect,
    Basis,
    Condition,
    Design,
    Funding,
    Mode,
    PartyKind,
    Precision,
    ProvenanceLevel,
    Reliability,
    SourceKind,
    Stage,
    Unit,
)

YES_NO = ("yes", "no")


@dataclass(frozen=True)
class Column:
    """``choices`` are the only values a cell may have (besides empty); ``optional`` columns are written on need."""

    name: str
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class SheetSpec:
    """One sheet of the template; ``names`` are other names under which the sheet is recognised."""

    name: str
    columns: tuple[Column, ...]
    names: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    @cached_property
    def _folded(self) -> dict[str, str]:
        """Folded header to column; a column's own name wins over synonyms, an earlier column over a later one."""
        names = {fold_header(column.name): column.name for column in self.columns}
        for column in self.columns:
            for synonym in column.synonyms:
                names.setdefault(fold_header(synonym), column.name)
        return names

    def column(self, header: str) -> str | None:
        """The template's name of a header cell, or None: exact name first, then synonyms, ``name_xx`` for parties."""
        wanted = fold_header(header)
        if name := self._folded.get(wanted):
            return name
        if self.name == "parties" and re.fullmatch(r"name_[a-z]{2,3}", wanted):
            return wanted
        return None

    def score(self, cells: Iterable[str]) -> int:
        """How many cells are columns of this sheet; 0 unless at least two are."""
        found = {name for cell in cells if cell and (name := self.column(cell))}
        return len(found) if len(found) > 1 else 0


@lru_cache(maxsize=4096)
def fold_header(text: str) -> str:
    """The form in which headers are compared: case, blanks, dashes, dots and vowel marks do not count."""
    text = unicodedata.normalize("NFKC", text.strip("\ufeff\u200b \t\r\n")).casefold()
    text = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    text = text.replace("\u0640", "").replace("ى", "ي")
    return re.sub(r"[\W_]+", "_", text).strip("_")


def _choices(values: type[StrEnum]) -> tuple[str, ...]:
    return tuple(str(value.value) for value in values)


def _c(name: str, *synonyms: str, choices: Sequence[str] = ()) -> Column:
    return Column(name, synonyms=synonyms, choices=tuple(choices))


def _r(name: str, *synonyms: str, choices: Sequence[str] = ()) -> Column:
    return Column(name, required=True, synonyms=synonyms, choices=tuple(choices))


_ID = ("identifier", "key", "ref", "reference", "المعرف", "الرقم المرجعي")
_SOURCE = _r("source", "source id", "src", "المصدر")
_ITEM = ("item class", "weapon", "weapon type", "class", "type", "equipment", "goods", "الصنف", "السلاح", "نوع السلاح")
_HOLDER = ("holder id", "possessor", "group", "party", "الحائز", "الجهة")
_QUANTITY = _c("quantity", "qty", "number", "amount", "how many", "no of items", "الكمية", "العدد")
_UNIT = _c("unit", "units", "الوحدة", choices=_choices(Unit))
_WHEN = _c("when", "date", "dates", "year", "period", "as of", "التاريخ", "السنة")
_PLACE = (
    _c("place", "location", "where", "site", "المكان", "الموقع"),
    _c("latitude", "lat"),
    _c("longitude", "lon", "lng", "long"),
    _c("precision", "place precision", choices=_choices(Precision)),
)
_LOCATOR = _c("locator", "page", "pages", "where in source", "الصفحة")
_GRADE = _c("grade", "admiralty", "admiralty grade")
_REMARK = _c("remark", "remarks", "comment", "comments", "note", "notes", "ملاحظات", "ملاحظة")
_CLAIMANT = _c("claimant", "claimed by", "according to")
_MADE = _c("made", "year made", "year of manufacture", "manufactured")
_MADE_IN = _c("made_in", "country of manufacture", "manufacturer country", "origin", "بلد الصنع")
_FILES = ("sha256", "file", "files", "الدليل", "الأدلة")
_MARKS = _c("marks", "markings", "serial", "serials", "serial number", "lot")

SHEETS = (
    SheetSpec(
        "sources",
        (
            _r("id", *_ID, "source id"),
            _r("title", "name", "العنوان"),
            _c("publisher", "author", "الناشر"),
            _c("kind", "type", "النوع", choices=_choices(SourceKind)),
            _c("published", "date", "publication date", "year", "التاريخ"),
            _c("url", "link", "address", "الرابط"),
            _c("reliability", "source reliability", choices=_choices(Reliability)),
            _c("derives_from", "quotes", "based on"),
            _c("coverage_period"),
            _c("coverage_items"),
            _c("coverage_parties"),
            _c("coverage_note"),
            _c("licence", "license"),
            _c("read", "was read", choices=YES_NO),
            _c("note", "notes", "remark", "remarks", "ملاحظات"),
        ),
        ("source", "المصادر"),
    ),
    SheetSpec(
        "parties",
        (
            _r("id", *_ID),
            _r("name", "party", "الاسم"),
            _r("kind", "type", "النوع", choices=_choices(PartyKind)),
            _c("part_of", "belongs to", "parent"),
            _c("country", "state", "الدولة", "البلد"),
            _c("aliases", "alias", "other names", "also known as", "aka"),
            _c("exists", "existed", "active"),
            _c("successors", "successor"),
            _c("name_ar", "arabic name", "الاسم بالعربية"),
            Column("codes", synonyms=("code",), optional=True),
            _c("source", "المصدر"),
            _c("verified", choices=YES_NO),
            _REMARK,
        ),
        ("party", "actors", "الأطراف"),
    ),
    SheetSpec(
        "statements",
        (
            _r("id", *_ID, "statement", "statement id"),
            _c("movement", "movement key", "movement id", "transfer"),
            _SOURCE,
            _r("item", *_ITEM),
            _c("from", "from party", "supplier", "seller", "exporter", "sender", "المورد", "البائع", "من"),
            _c(
                "to",
                "to party",
                "recipient",
                "buyer",
                "importer",
                "receiver",
                "end user",
                "المستلم",
                "المتلقي",
                "المشتري",
                "إلى",
            ),
            _c("via", "broker", "brokers", "carrier", "intermediary", "الوسيط"),
            _QUANTITY,
            _UNIT,
            Column("when", synonyms=(*_WHEN.synonyms, "delivery date", "delivered", "delivery year")),
            _r("mode", "how", "transfer mode", "طريقة النقل", choices=_choices(Mode)),
            _c("stage", choices=_choices(Stage)),
            _c("funding", "paid how", choices=_choices(Funding)),
            _c("payer", "paid by", "who paid"),
            _c("authorised", "authorized", choices=YES_NO),
            _MADE_IN,
            _MADE,
            _c("condition", "status", choices=_choices(Condition)),
            _c("value", "price"),
            _c("currency"),
            _c("price_year"),
            _MARKS,
            *_PLACE,
            _c("chain"),
            _c("link", "link number"),
            _CLAIMANT,
            _c("allegation"),
            _c("allegation_status"),
            _c("designation", "model", "weapon designation", "الطراز"),
            _LOCATOR,
            _GRADE,
            _REMARK,
        ),
        ("statement", "movements", "transfers", "عمليات النقل"),
    ),
    SheetSpec(
        "counts",
        (
            _r("id", *_ID, "count"),
            _SOURCE,
            _r("holder", *_HOLDER),
            _r("item", *_ITEM),
            Column("quantity", True, _QUANTITY.synonyms),
            _UNIT,
            _WHEN,
            _r("basis", choices=_choices(Basis)),
            *_PLACE,
            _c("condition", "status"),
            _CLAIMANT,
            _LOCATOR,
            _GRADE,
            _REMARK,
        ),
        ("count", "stock", "stocks", "inventory", "المخزون"),
    ),
    SheetSpec(
        "populations",
        (
            _r("id", *_ID, "population"),
            _r("title", "name", "العنوان"),
            _r("holder", *_HOLDER),
            _r("unit", "units", choices=_choices(Unit)),
            _c("size", "n", "number", "sample size"),
            _c("sites", "number of sites", "places"),
            _WHEN,
            _c("design", "sampling", choices=_choices(Design)),
            _c("level", "provenance level", choices=_choices(ProvenanceLevel)),
            _c("territory", "territories", "countries"),
            _SOURCE,
            _LOCATOR,
            _c("note", "notes", "remark", "remarks"),
        ),
        ("population", "samples"),
    ),
    SheetSpec(
        "sightings",
        (
            _r("id", *_ID, "sighting"),
            _SOURCE,
            _r("holder", *_HOLDER),
            _r("item", *_ITEM),
            _c("population", "sample"),
            _QUANTITY,
            _UNIT,
            _c("minimum", "minimum number", "distinct", "distinct items", "الحد الأدنى"),
            _c("share", "percent", "percentage", "النسبة"),
            _MADE_IN,
            _c("designed_in", "country of design", "design"),
            _c("supplied_by", "supplier", "exporter", "المورد"),
            _MADE,
            _c("recoverer", "recovered by"),
            *_PLACE,
            _WHEN,
            _c("level", "provenance level", choices=_choices(ProvenanceLevel)),
            _MARKS,
            _c("marking_condition"),
            _c("evidence", *_FILES),
            _c("known_by", "how known", "basis", "known how", "كيف عرف"),
            _c("same_as", "duplicate of", "same sighting", "مطابق ل"),
            _c("chain"),
            _LOCATOR,
            _GRADE,
            _REMARK,
        ),
        ("sighting", "observations", "المشاهدات"),
    ),
    SheetSpec(
        "incidents",
        (
            _r("id", *_ID, "incident"),
            _SOURCE,
            _r("what", "incident type", "violation", "allegation", "alleged violation", "الانتهاك", "الحادث"),
            _r("qualified_by", "qualified as violation by", "called so by", "alleged by", "من وصفه", "الجهة الواصفة"),
            _WHEN,
            *_PLACE,
            _c("parties", "party", "alleged responsible", "alleged perpetrator", "الأطراف", "الجهة المسؤولة"),
            _c("sightings", "sighting", "arms seen", "المشاهدات"),
            _LOCATOR,
            _GRADE,
            _REMARK,
        ),
        ("incident", "violations", "الحوادث", "الانتهاكات"),
    ),
    SheetSpec(
        "verifications",
        (
            _c("id", *_ID, "verification"),
            _r("evidence", *_FILES),
            _r("person", "verified by", "checked by", "verifier", "who", "القائم بالتحقق"),
            _r("aspect", "what was checked", "الجانب", choices=_choices(Aspect)),
            _r("answer", "verdict", "result", "النتيجة", choices=_choices(Answer)),
            _r("method", "how", "الطريقة"),
            _r("reason", "reasons", "why", "السبب"),
            _c("finding", "found", "what was found", "ما تبين"),
        ),
        ("verification", "source checks", "التحقق"),
    ),
)

BY_NAME = {spec.name: spec for spec in SHEETS}


def sheet_named(name: str) -> SheetSpec | None:
    """The sheet that a file or worksheet name means, or None."""
    wanted = fold_header(name)
    for spec in SHEETS:
        if wanted in {fold_header(other) for other in (spec.name, *spec.names)}:
            return spec
    return None


def header_score(cells: Sequence[str]) -> int:
    """How much a row looks like the header of any sheet."""
    return max(spec.score(cells) for spec in SHEETS)
