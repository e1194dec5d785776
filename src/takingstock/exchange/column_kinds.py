"""The columns that several sheets of the template share, and how a column is written down."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from takingstock.exchange.sheet_spec import Column
from takingstock.records import Precision, Unit

YES_NO = ("yes", "no")


def choices_of(values: type[StrEnum]) -> tuple[str, ...]:
    return tuple(str(value.value) for value in values)


def column(name: str, *synonyms: str, choices: Sequence[str] = ()) -> Column:
    return Column(name, synonyms=synonyms, choices=tuple(choices))


def needed(name: str, *synonyms: str, choices: Sequence[str] = ()) -> Column:
    return Column(name, required=True, synonyms=synonyms, choices=tuple(choices))


ID = ("identifier", "key", "ref", "reference", "المعرف", "الرقم المرجعي")
SOURCE = needed("source", "source id", "src", "المصدر")
ITEM = ("item class", "weapon", "weapon type", "class", "type", "equipment", "goods", "الصنف", "السلاح", "نوع السلاح")
HOLDER = ("holder id", "possessor", "group", "party", "الحائز", "الجهة")
QUANTITY = column("quantity", "qty", "number", "amount", "how many", "no of items", "الكمية", "العدد")
UNIT = column("unit", "units", "الوحدة", choices=choices_of(Unit))
WHEN = column("when", "date", "dates", "year", "period", "as of", "التاريخ", "السنة")
PLACE = (
    column("place", "location", "where", "site", "المكان", "الموقع"),
    column("latitude", "lat"),
    column("longitude", "lon", "lng", "long"),
    column("precision", "place precision", choices=choices_of(Precision)),
)
LOCATOR = column("locator", "page", "pages", "where in source", "الصفحة")
GRADE = column("grade", "admiralty", "admiralty grade")
REMARK = column("remark", "remarks", "comment", "comments", "note", "notes", "ملاحظات", "ملاحظة")
CLAIMANT = column("claimant", "claimed by", "according to")
MADE = column("made", "year made", "year of manufacture", "manufactured")
MADE_IN = column("made_in", "country of manufacture", "manufacturer country", "origin", "بلد الصنع")
FILES = ("sha256", "file", "files", "الدليل", "الأدلة")
MARKS = column("marks", "markings", "serial", "serials", "serial number", "lot")
