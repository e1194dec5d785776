"""The queue of an expert as a workbook (or CSV) to fill in offline: what is to be identified, and nothing that anybody
else said of it.

One row a sighting. What the expert may know stands in the first columns; the others are to be filled in. In Arabic the
sheet runs from right to left, and headers and choices are in Arabic; both read back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from takingstock.exchange.cells import guarded, join_list
from takingstock.exchange.columns import Column, SheetSpec
from takingstock.exchange.csvtext import csv_rows
from takingstock.records import Activation, Awaiting, BadFileError, Confidence, Level
from takingstock.reference.taxonomy import Taxonomy

ARABIC: Final = {
    "sighting": "المشاهدة",
    "evidence": "الأدلة",
    "holder": "الحائز",
    "place": "المكان",
    "when": "التاريخ",
    "quantity": "الكمية",
    "expert": "الخبير",
    "picture": "الصورة",
    "level": "المستوى",
    "item": "الصنف",
    "made_in": "بلد الصنع",
    "maker": "المصنع",
    "made": "سنة الصنع",
    "serial": "الرقم التسلسلي",
    "marks": "العلامات",
    "base_item": "الصنف الأصلي",
    "victim_activated": "يفعله الضحية",
    "treaty_category": "الفئة في المعاهدات",
    "confidence": "الثقة",
    "reason": "السبب",
}
CHOICES: Final[dict[str, dict[str, str]]] = {
    "level": {
        Level.CLASS: "فئة",
        Level.FAMILY: "عائلة",
        Level.MODEL: "طراز",
        Level.VARIANT: "نسخة",
        Level.MAKER: "مصنع",
        Level.SERIAL: "رقم تسلسلي",
    },
    "victim_activated": {Activation.YES: "نعم", Activation.NO: "لا", Activation.UNKNOWN: "غير معروف"},
    "confidence": {Confidence.LOW: "منخفضة", Confidence.MODERATE: "متوسطة", Confidence.HIGH: "عالية"},
}
"""Column to the words of its choices: what is stored, and the Arabic word for it."""


def _column(name: str, *, required: bool = False) -> Column:
    return Column(name, required, (ARABIC[name],))


SPEC: Final = SheetSpec(
    "identifications",
    tuple(_column(name, required=name in {"sighting", "item", "level"}) for name in ARABIC if name != "picture"),
    ("queue", "التعريفات"),
)

_NOTES: Final = {
    "en": (
        "takingstock: what awaits you. Fill in one row for each sighting that you can identify; leave others empty.",
        "Nobody sees your answers before the review of a sighting is closed, and you see nobody else's. Work alone.",
        "level: how far the picture carries you: class, family, model, variant, maker, serial. Stop where it stops.",
        "item: a class from the sheet classes, by id or name. made_in: its country; RUS+SUN if not separable.",
        "made: 1985, 1980..1989, 1995.., ..2003. serial: only at level serial. maker: maker or factory as marked.",
        "marks: parted by ; each may say its kind and condition: factory: 66 [present]; serial: [removed]; "
        "conditions: present, removed, overstamped, illegible.",
        "Craft-made items: base_item (what it was made from), victim_activated, treaty_category. No technical detail.",
        "confidence: low, moderate, high: how good the basis is. reason: what you see that says so. Both are needed.",
    ),
    "ar": (
        "takingstock: ما ينتظر تعريفك. املأ صفا لكل مشاهدة تستطيع تعريفها واترك الباقي فارغا.",
        "لا يرى أحد إجاباتك قبل إغلاق مراجعة المشاهدة، ولا ترى إجابات غيرك. اعمل وحدك.",
        "المستوى: إلى أين تصل بك الصورة: فئة، عائلة، طراز، نسخة، مصنع، رقم تسلسلي. توقف حيث تتوقف.",
        "الصنف: من ورقة الأصناف، بالمعرف أو الاسم. بلد الصنع: RUS+SUN إن لم يمكن الفصل.",
        "سنة الصنع: 1985 أو 1980..1989. الرقم التسلسلي: في مستوى الرقم التسلسلي فقط.",
        "العلامات: يفصل بينها ; مثل factory: 66 [present]; serial: [removed] "
        "والحالات present أو removed أو overstamped أو illegible.",
        "الأصناف المصنوعة يدويا: الصنف الأصلي، هل يفعله الضحية، الفئة في المعاهدات. دون أي تفاصيل تقنية.",
        "الثقة: منخفضة أو متوسطة أو عالية. السبب: ما الذي تراه ويدل على ذلك. كلاهما مطلوب.",
    ),
}
_CLASSES: Final = {"en": "classes", "ar": "الأصناف"}
_READ_ME: Final = {"en": "read me", "ar": "اقرأني"}
_SHEET: Final = {"en": "identifications", "ar": "التعريفات"}
_PICTURE_HEIGHT: Final = 150
"""Points: three rows fit a printed page."""

_WIDTHS: Final = {"sighting": 14, "evidence": 16, "reason": 40, "item": 24, "marks": 28, "place": 16, "holder": 16}
_EPOCH: Final = datetime(2000, 1, 1)


def write_queue(
    path: Path,
    expert: str,
    items: Sequence[Awaiting],
    taxonomy: Taxonomy,
    *,
    language: str = "en",
    picture: Callable[[str], Path | None] = lambda _: None,
) -> Path:
    """Write ``items`` for ``expert``: a workbook with a small picture in each row, or CSV for another ending.

    ``picture``: evidence id to a small picture of it. Raises BadFileError where the place cannot be written or the
    language is none of en, ar."""
    if language not in _NOTES:
        raise BadFileError(f"no workbook in {language!r}; choose {', '.join(_NOTES)}")
    columns = [name for name in ARABIC if name != "picture"]
    heads = [ARABIC[name] if language == "ar" else name for name in columns]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.casefold() == ".xlsx":
            _workbook(path, expert, items, columns, heads, taxonomy, language, picture)
        else:
            rows = [[guarded(_given(item, expert).get(name, "")) for name in columns] for item in items]
            encoding = "utf-8-sig" if language == "ar" else "utf-8"
            path.write_text(csv_rows([heads, *rows]), encoding=encoding, newline="")
    except OSError as error:
        raise BadFileError(f"{path} cannot be written: {error.strerror or error}") from error
    return path


def _given(item: Awaiting, expert: str) -> dict[str, str]:
    return {
        "sighting": item.sighting,
        "evidence": join_list(item.evidence),
        "holder": item.holder,
        "place": item.place.name if item.place else "",
        "when": str(item.when),
        "quantity": str(item.quantity) if item.quantity.known else "",
        "expert": expert,
    }


def _workbook(
    path: Path,
    expert: str,
    items: Sequence[Awaiting],
    columns: list[str],
    heads: list[str],
    taxonomy: Taxonomy,
    language: str,
    picture: Callable[[str], Path | None],
) -> None:
    import xlsxwriter

    settings = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), settings) as book:
        book.set_properties({"created": _EPOCH})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        known = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#eeeeee"})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        notes = book.add_worksheet(_READ_ME[language])
        notes.set_column(0, 0, 110, wrap)
        for line, text in enumerate(_NOTES[language]):
            notes.write_string(line, 0, text, bold if line == 0 else wrap)
        sheet = book.add_worksheet(_SHEET[language])
        classes = book.add_worksheet(_CLASSES[language])
        if language == "ar":
            for one in (notes, sheet, classes):
                one.right_to_left()
        _fill(sheet, expert, items, columns, heads, language, picture, (bold, known, wrap))
        for line, one in enumerate(taxonomy.all()):
            classes.write_string(line, 0, one.id)
            classes.write_string(line, 1, taxonomy.name(one.id, language))
        classes.set_column(0, 1, 44)
        sheet.activate()


def _fill(
    sheet: Any,
    expert: str,
    items: Sequence[Awaiting],
    columns: list[str],
    heads: list[str],
    language: str,
    picture: Callable[[str], Path | None],
    formats: tuple[Any, Any, Any],
) -> None:
    bold, known, wrap = formats
    last = len(columns)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    for index, (name, head) in enumerate(zip(columns, heads, strict=True)):
        sheet.set_column(index, index, _WIDTHS.get(name, 12), wrap)
        sheet.write_string(0, index, head, bold)
    sheet.set_column(last, last, 30)
    sheet.write_string(0, last, ARABIC["picture"] if language == "ar" else "picture", bold)
    for line, item in enumerate(items, start=1):
        sheet.set_row(line, _PICTURE_HEIGHT)
        given = _given(item, expert)
        for index, name in enumerate(columns):
            if name in given:
                sheet.write_string(line, index, given[name], known)
        small = next((file for one in item.evidence if (file := picture(one)) is not None), None)
        if small is not None:
            sheet.embed_image(line, last, str(small), {"description": item.sighting})
    for name, words in CHOICES.items():
        index = columns.index(name)
        source = list(words.values()) if language == "ar" else [str(word) for word in words]
        sheet.data_validation(1, index, max(1, len(items)), index, {"validate": "list", "source": source})
