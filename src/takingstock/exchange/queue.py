"""The queue of an expert as a workbook (or CSV) to fill in offline: what is to be identified, and nothing that anybody
else said of it.

One row a sighting: the picture, what the expert may know (grey), then what is to be filled in. Printed, a row is two
sheets of A4 wide, and the picture stands on both. In Arabic the sheet runs from right to left, and headers and choices
are in Arabic; both read back. Every cell to be filled in is formatted as text, so that no serial becomes a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from takingstock.exchange.cells import guarded, join_list
from takingstock.exchange.csvtext import csv_rows
from takingstock.exchange.sheet_spec import Column, SheetSpec
from takingstock.records import Activation, Awaiting, BadFileError, Confidence, Level
from takingstock.reference.taxonomy import Taxonomy, fold

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

ARABIC: Final = {
    "picture": "الصورة",
    "sighting": "المشاهدة",
    "holder": "الحائز",
    "place": "المكان",
    "when": "التاريخ",
    "quantity": "الكمية",
    "level": "المستوى",
    "item": "الصنف",
    "confidence": "الثقة",
    "reason": "السبب",
    "made_in": "بلد الصنع",
    "made": "سنة الصنع",
    "maker": "المصنع",
    "serial": "الرقم التسلسلي",
    "marks": "العلامات",
    "base_item": "الصنف الأصلي",
    "victim_activated": "يفعله الضحية",
    "treaty_category": "الفئة في المعاهدات",
    "evidence": "الأدلة",
    "expert": "الخبير",
}
"""The columns in the order of the sheet, and their Arabic names."""
GIVEN: Final = ("sighting", "holder", "place", "when", "quantity", "evidence", "expert")
NEEDED: Final = ("level", "item", "confidence", "reason")
ANSWERS: Final = tuple(name for name in ARABIC if name not in {*GIVEN, "picture"})
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
        "item: a class from the sheet classes, by id or name. made_in: the state that there was when it was made "
        "(for an item of 1985: Soviet Union, not Russia); RUS+SUN if the two cannot be told apart.",
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
        "الصنف: من ورقة الأصناف، بالمعرف أو الاسم. بلد الصنع: الدولة القائمة وقت الصنع "
        "(ما صنع عام 1985: الاتحاد السوفيتي لا روسيا)، و RUS+SUN إن لم يمكن الفصل.",
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
_TEXT: Final = 49
"""The format "text" of spreadsheet programs, by its number."""
_FONT: Final = {"en": "Calibri", "ar": "Arial"}
_NO_PICTURE: Final = {"en": "no picture of {}", "ar": "لا صورة لـ {}"}
_MORE: Final = {"en": "{} more file(s)", "ar": "{} ملفات أخرى"}
_LEFT_TO_RIGHT: Final = {"sighting", "when", "quantity", "made_in", "made", "serial", "marks", "evidence"}
"""Columns of codes and figures, which run from left to right in an Arabic sheet, too."""

_WIDTHS: Final = {
    "picture": 40,
    "sighting": 10,
    "place": 12,
    "quantity": 9,
    "level": 10,
    "item": 18,
    "reason": 28,
    "made_in": 12,
    "maker": 13,
    "serial": 16,
    "marks": 20,
    "base_item": 13,
    "victim_activated": 13,
    "treaty_category": 14,
}
"""Characters; any other column has 11. Each of the two printed sheets holds 160 or less: at 72 % a landscape A4,
also where the usual font is missing and a wider one takes its place."""
_SCALE: Final = 72
_FIRST_SHEET_ENDS: Final = "reason"
_LAST_PRINTED: Final = "treaty_category"
_FONT_SIZE: Final = 13
"""Points; at the scale of print, nine."""
_HEAD_SIZE: Final = 11
_HEAD_HEIGHT: Final = 32
_ROW_HEIGHT: Final = 205
"""Points: three sightings to a printed sheet."""
_PICTURES: Final = 4
"""In one cell, in two rows of two where there are more than one."""
_PIXELS_A_POINT: Final = 96 / 72
_MARGIN: Final = 4
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
    heads = [ARABIC[name] if language == "ar" else name.replace("_", " ") for name in columns]
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
        notes = book.add_worksheet(_READ_ME[language])
        sheet = book.add_worksheet(_SHEET[language])
        classes = book.add_worksheet(_CLASSES[language])
        if language == "ar":
            for one in (notes, sheet, classes):
                one.right_to_left()
        _explain(book, notes, language)
        choices = _choices(classes, taxonomy, language)
        _fill(book, sheet, expert, items, columns, heads, language)
        beside = _format(book, language, valign="bottom", border=1, border_color="#999999")
        for line, item in enumerate(items, start=1):
            _show(sheet, line, item, language, picture, beside)
        _offer(sheet, columns, language, max(1, len(items)), f"='{_CLASSES[language]}'!$A$1:$A${choices}")
        sheet.activate()


def _format(book: Workbook, language: str, **extra: Any) -> Any:
    base = {"text_wrap": True, "valign": "top", "font_name": _FONT[language], "font_size": _FONT_SIZE}
    if language == "ar":
        base |= {"reading_order": 2, "align": "right"}
    return book.add_format(base | extra)


def _cells(book: Workbook, language: str, name: str, **extra: Any) -> Any:
    """The format of a column's cells: text, whatever is typed in."""
    order = {"reading_order": 1} if language == "ar" and name in _LEFT_TO_RIGHT else {}
    return _format(book, language, num_format=_TEXT, **order, **extra)


def _explain(book: Workbook, notes: Worksheet, language: str) -> None:
    plain, bold = _format(book, language), _format(book, language, bold=True)
    notes.set_column(0, 0, 100)
    notes.set_landscape()
    notes.set_paper(9)
    notes.fit_to_pages(1, 0)
    for line, text in enumerate(_NOTES[language]):
        notes.write_string(line, 0, text, plain if line else bold)


def _choices(classes: Worksheet, taxonomy: Taxonomy, language: str) -> int:
    """What to choose a class by, and beside it its other name; returns how many. In Arabic it is the Arabic name, but
    for a name that two classes share or that means another class."""
    every = taxonomy.all()
    many = Counter(fold(taxonomy.name(one.id, "ar")) for one in every)
    for line, one in enumerate(every):
        name = taxonomy.name(one.id, language)
        other = taxonomy.find(name)
        clear = language == "ar" and many[fold(name)] == 1 and (other is None or other.id == one.id)
        for column, text in enumerate((name, one.id) if clear else (one.id, name)):
            classes.write_string(line, column, text)
    classes.set_column(0, 1, 44)
    return len(every)


def _fill(
    book: Workbook,
    sheet: Worksheet,
    expert: str,
    items: Sequence[Awaiting],
    columns: list[str],
    heads: list[str],
    language: str,
) -> None:
    """Heads, what is given, and empty cells for the answers, ready to be printed. The picture is column 0."""
    edge = {"border": 1, "border_color": "#999999"}
    head = _format(book, language, bold=True, bg_color="#dddddd", font_size=_HEAD_SIZE, **edge)
    needed = _format(book, language, bold=True, bg_color="#ffe699", font_size=_HEAD_SIZE, **edge)
    given = {name: _cells(book, language, name, bg_color="#eeeeee", **edge) for name in GIVEN}
    answer = {name: _cells(book, language, name, **edge) for name in ANSWERS}
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.5)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, 1)
    sheet.set_print_scale(_SCALE)
    sheet.set_v_pagebreaks([columns.index(_FIRST_SHEET_ENDS) + 2])
    sheet.print_area(0, 0, max(1, len(items)), columns.index(_LAST_PRINTED) + 1)
    sheet.print_across()
    sheet.set_footer(f"&C&P / &N&R{expert.replace('&', '&&')[:200]}")
    sheet.set_row(0, _HEAD_HEIGHT)
    sheet.set_column(0, 0, _WIDTHS["picture"])
    sheet.write_string(0, 0, ARABIC["picture"] if language == "ar" else "picture", head)
    for index, (name, text) in enumerate(zip(columns, heads, strict=True), start=1):
        # The format of the column holds for rows that are added by hand.
        sheet.set_column(index, index, _WIDTHS.get(name, 11), _cells(book, language, name))
        sheet.write_string(0, index, text, needed if name in NEEDED else head)
    for line, item in enumerate(items, start=1):
        sheet.set_row(line, _ROW_HEIGHT)
        known = _given(item, expert)
        for index, name in enumerate(columns, start=1):
            if name in known:
                sheet.write_string(line, index, known[name], given[name])
            else:
                sheet.write_blank(line, index, None, answer[name])


def _show(
    sheet: Worksheet,
    line: int,
    item: Awaiting,
    language: str,
    picture: Callable[[str], Path | None],
    beside: Any,
) -> None:
    """Up to four pictures in the row's first cell, each as large as it fits, and in words what is not shown."""
    shown, words = [], []
    for one in item.evidence:
        small = picture(one)
        size = _size(small) if small is not None else None
        if small is None or size is None:
            words.append(_NO_PICTURE[language].format(one[:12]))
        else:
            shown.append((small, size))
    if len(shown) > _PICTURES:
        words.append(_MORE[language].format(len(shown) - _PICTURES))
        shown = shown[:_PICTURES]
    across = 1 if len(shown) < 2 else 2
    down = 1 if len(shown) < 3 else 2
    width = (_WIDTHS["picture"] * 7 + 5) / across - _MARGIN
    # A line of words under the pictures needs its own height.
    height = (_ROW_HEIGHT - 18 * len(words)) * _PIXELS_A_POINT / down - _MARGIN
    for number, (small, (wide, high)) in enumerate(shown):
        scale = min(width / wide, height / high)
        place = {
            "x_offset": _MARGIN / 2 + number % across * (width + _MARGIN),
            "y_offset": _MARGIN / 2 + number // across * (height + _MARGIN),
            "x_scale": scale,
            "y_scale": scale,
            # Moved and sized with its cell, so that it stays beside its row when rows are sorted out of the way.
            "object_position": 1,
            "description": f"{item.sighting} {number + 1}",
        }
        sheet.insert_image(line, 0, str(small), place)
    sheet.write(line, 0, "\n".join(words), beside)


def _size(picture: Path) -> tuple[float, float] | None:
    """Width and height in pixels at 96 to the inch, as the workbook's writer counts them; None: it is no picture."""
    from PIL import Image

    try:
        with Image.open(picture) as image:
            across, down = image.info.get("dpi", (96, 96))
            return image.width * 96 / (across or 96), image.height * 96 / (down or 96)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _offer(sheet: Worksheet, columns: list[str], language: str, rows: int, classes: str) -> None:
    """Lists to choose from. Only the words of a choice are enforced: a class may be written by any of its names."""
    for name, words in CHOICES.items():
        source = list(words.values()) if language == "ar" else [str(word) for word in words]
        index = columns.index(name) + 1
        sheet.data_validation(1, index, rows, index, {"validate": "list", "source": source})
    for name in ("item", "base_item"):
        index = columns.index(name) + 1
        sheet.data_validation(1, index, rows, index, {"validate": "list", "source": classes, "show_error": False})
