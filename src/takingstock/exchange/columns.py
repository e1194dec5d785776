"""The template's sheets and columns: names, which are required, what else people call them, and what goes in.

``docs/template.md`` describes the same; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from takingstock.exchange.sheet_spec import Column, SheetSpec, fold_header
from takingstock.records import (
    Answer,
    Aspect,
    Basis,
    Condition,
    ContactKind,
    Design,
    FigureKind,
    FollowUpStatus,
    Funding,
    LinkKind,
    Mode,
    NameKind,
    PartyKind,
    Precision,
    ProvenanceLevel,
    Reliability,
    RequestStatus,
    SamplingDirection,
    SourceKind,
    Stage,
    Unit,
)

YES_NO = ("yes", "no")


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
            _c("reporter", "reporting state", "reported by", "الدولة المبلغة"),
            _c("criteria", "refusal criteria", "criteria cited"),
            _c("tiv", "tiv of delivered weapons"),
            _c("tiv_per_unit", "tiv deal unit"),
            _c("level", "provenance level", choices=_choices(ProvenanceLevel)),
            _c("namings", "names read by"),
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
            _MARKS,
            _c("materiality", "material above", "threshold"),
            _c("sample_direction", "direction of sample", choices=_choices(SamplingDirection)),
            _c("sample_of", "sampled from"),
            _c("sample_drawn", "sample drawn", "drawn"),
            _c("sample_matched", "matched", "found in sample"),
            _c("sample_random", "random sample", choices=YES_NO),
            _c("sample_strata", "strata", "sampling plan"),
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
    SheetSpec(
        "payments",
        (
            _c("id", *_ID, "payment", "transaction", "txn id"),
            _SOURCE,
            _r("from_account", "account from", "payer account", "src id", "من حساب"),
            _r("to_account", "account to", "payee account", "tgt id", "إلى حساب"),
            _r("amount", "amt", "sum", "المبلغ"),
            _r("currency", "العملة"),
            _c("price_year"),
            _c("at", "timestamp", "time"),
            _c("when", "date", "day", "التاريخ"),
            _c("category", "type"),
            _c("kind", choices=("deposit", "transfer", "withdrawal")),
            _c("from_party", "payer"),
            _c("to_party", "payee"),
            _c("balance_from", "src balance"),
            _c("balance_to", "tgt balance"),
            _LOCATOR,
            _GRADE,
            _REMARK,
        ),
        ("payment", "transactions", "المدفوعات"),
    ),
    SheetSpec(
        "adjustments",
        (
            _r("id", *_ID, "adjustment"),
            _r("holder", *_HOLDER),
            _r("item", *_ITEM),
            _r("direction", "add or take off", choices=("add", "take-off")),
            Column("quantity", True, _QUANTITY.synonyms),
            _UNIT,
            Column("when", True, _WHEN.synonyms),
            _r("person", "made by", "adjusted by", "القائم بالتعديل"),
            _r("reason", "reasons", "why", "السبب"),
            _c("source", "source id", "src", "المصدر"),
            _c("finding", "answers finding"),
            *_PLACE,
        ),
        ("adjustment", "corrections", "التعديلات"),
    ),
    SheetSpec(
        "followups",
        (
            _r("id", "finding", "finding id", *_ID),
            _r("owner", "who acts", "responsible", "المسؤول"),
            _r("status", "state", choices=_choices(FollowUpStatus)),
            _r("person", "written by"),
            _c("due", "deadline", "until"),
            _c("note", "notes", "remark", "remarks", "ملاحظات"),
        ),
        ("followup", "follow up", "follow ups", "المتابعة"),
    ),
    SheetSpec(
        "requests",
        (
            _r("id", *_ID, "request"),
            _r("recipient", "asked", "addressee"),
            _r("requester", "asking", "الطالب"),
            _r("item", *_ITEM),
            _c("make", "manufacturer", "maker"),
            _c("model", "الطراز"),
            _c("calibre", "caliber", "العيار"),
            _c("serial", "serial number", "الرقم التسلسلي"),
            _c("lot", "lot number"),
            _MADE_IN,
            _MADE,
            _c("import_marks", "import mark"),
            _c("marks", "markings", "other marks"),
            _c("circumstances", "circumstances of recovery"),
            _c("why_illicit", "why illicit"),
            _c("intended_use", "use of the answer"),
            _c("found", "date found", "recovered on"),
            _c("place", "place found", "location", "where"),
            _c("sightings", "sighting"),
            _c("movement", "transfer"),
            _c("drafted", "date of draft"),
            _c("due", "deadline", "answer until"),
            _c("language", "lang"),
            _REMARK,
        ),
        ("request", "trace requests", "طلبات التتبع"),
    ),
    SheetSpec(
        "steps",
        (
            _r("id", *_ID, "step"),
            _r("request", "trace request"),
            _r("status", "what happened", choices=tuple(s for s in _choices(RequestStatus) if s != "overdue")),
            Column("when", True, _WHEN.synonyms),
            _r("person", "written by"),
            _c("reference", "letter", "file number"),
            _c("note", "notes", "remark", "remarks", "answer"),
            _c("statement", "became statement"),
        ),
        ("step", "request steps"),
    ),
    SheetSpec(
        "contacts",
        (
            _r("id", *_ID, "contact"),
            _r("party", "who is named", "asked party", "الجهة"),
            _r("kind", "what happened", choices=_choices(ContactKind)),
            Column("when", True, _WHEN.synonyms),
            _r("person", "written by"),
            _c("channel", "by what way"),
            _c("about", "statements"),
            _c("deadline", "answer until"),
            _c("text", "what was said", "reply"),
            _c("reference", "letter", "file number"),
        ),
        ("contact", "right of reply", "replies", "حق الرد"),
    ),
    SheetSpec(
        "namings",
        (
            _r("id", *_ID, "naming"),
            _r("kind", "what is named", choices=_choices(NameKind)),
            _r("text", "name", "as written", "الاسم"),
            _c("meaning", "means"),
            _c("usage", "register"),
            _WHEN,
            _c("fallback"),
            _c("person", "decided by"),
            _c("rule"),
            _c("score"),
            _c("reason", "why", "السبب"),
            _c("withdrawn", choices=YES_NO),
        ),
        ("naming", "names"),
    ),
    SheetSpec(
        "linkings",
        (
            _r("id", *_ID, "linking"),
            _r("kind", choices=_choices(LinkKind)),
            _r("movements", "movement keys"),
            _c("statements", "statement ids"),
            _c("into", "new movement"),
            _c("person", "decided by"),
            _c("rule"),
            _c("score"),
            _r("reason", "why", "السبب"),
            _c("withdrawn", choices=YES_NO),
        ),
        ("linking", "links"),
    ),
    SheetSpec(
        "embargoes",
        (
            _r("id", *_ID, "embargo"),
            _r("body", "imposed by"),
            _r("target", "who is bound"),
            _c("territory", "state", "الدولة"),
            _r("scope", "goods covered"),
            Column("when", True, _WHEN.synonyms),
            _r("reference", "document", "founding document"),
            _c("exemptions"),
            _r("source", "source id", "src", "المصدر"),
            _c("verified", choices=YES_NO),
            _c("note", "notes", "remark", "remarks", "ملاحظات"),
        ),
        ("embargo", "arms embargoes", "حظر الأسلحة"),
    ),
    SheetSpec(
        "figures",
        (
            _r("id", *_ID, "figure"),
            _SOURCE,
            _r("kind", "what is counted", choices=_choices(FigureKind)),
            _r("parties", "about whom", "sides"),
            Column("quantity", True, _QUANTITY.synonyms),
            _UNIT,
            _WHEN,
            _c("definition", "what the source counts"),
            _CLAIMANT,
            _LOCATOR,
            _GRADE,
            _REMARK,
        ),
        ("figure", "published figures", "أرقام منشورة"),
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
