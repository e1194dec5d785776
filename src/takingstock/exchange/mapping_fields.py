"""What a mapped row can become: for each kind of record its properties, and how their texts become fields.

A record is read in *slots*: a few properties that belong together (a value and its currency) become one or more
fields. A slot sees nothing of the rest of the row but what earlier slots tell it (the date, by which a party is
resolved; the unit, by which a quantity is counted). So what it makes of a text is the same in every row, and is made
once per text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from takingstock.exchange.cells import Cells
from takingstock.exchange.resolving import Resolver, known_directory, known_taxonomy
from takingstock.records import (
    Basis,
    Condition,
    Count,
    DateRange,
    Funding,
    Ledger,
    Mode,
    Money,
    Payment,
    Place,
    Precision,
    ProvenanceLevel,
    Quantity,
    Record,
    Sighting,
    Stage,
    Statement,
    Unit,
    canonical_json,
)

WHEN: Final = "when"
MADE: Final = "made"
UNIT: Final = "unit"
"""What slots tell later ones: the moment of the row, that of manufacture (keys of :meth:`Names.moment`), the unit."""

_MOST: Final = 10**12


class Texts(Cells):
    """The texts of a slot. ``faults`` reject the row; ``waits`` are names that a person must decide about."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.waits: list[str] = []

    def plain(self, name: str) -> str:
        """A text for people. A NUL character is a fault: no file could carry it."""
        value = self.text(name).strip()
        if "\x00" in value:
            self.fault(name, "holds a NUL character; remove it")
        return value


class Names:
    """Every name that a row can mention, looked up in the case and the reference tables; nothing is made up.

    Two days between which no name changes its meaning are one *moment*: looking up by moments instead of days gives the
    same answers and keeps the number of look-ups small."""

    def __init__(self, ledger: Ledger | None = None, sources: Iterable[str] = (), usage: str = "") -> None:
        populations = ledger.populations if ledger else ()
        parties = ledger.parties if ledger else ()
        known = [source.id for source in ledger.sources] if ledger else []
        self.populations = {one.id: one.unit for one in populations}
        namings = ledger.namings if ledger else ()
        self.resolver = Resolver(
            known_taxonomy(),
            known_directory(parties),
            (*known, *sources),
            (one.id for one in populations),
            namings,
            usage,
        )
        self._edges = _edges(parties, [one.when for one in namings])
        self._moments: dict[str, DateRange] = {}

    def moment(self, when: DateRange) -> str:
        """The key of all ranges that no name's dates can tell apart."""
        key = f"{self._at(when.first)}:{self._at(when.last)}"
        self._moments.setdefault(key, when)
        return key

    def within(self, key: str) -> DateRange:
        """One of the ranges of a moment."""
        return self._moments[key] if key else DateRange()

    def party(self, texts: Texts, name: str, when: DateRange = DateRange()) -> str | None:
        found: str | None = _waiting(texts, lambda: self.resolver.party(texts, name, when))
        return found

    def parties(self, texts: Texts, name: str, when: DateRange = DateRange()) -> tuple[str, ...]:
        return _waiting(texts, lambda: self.resolver.parties(texts, name, when)) or ()

    def _at(self, day: date | None) -> str:
        return "" if day is None else f"{bisect_left(self._edges, day) + bisect_right(self._edges, day)}"


def _edges(parties: Iterable[Any], more: Iterable[DateRange]) -> list[date]:
    """Every day on which a name begins or ends to mean a party."""
    from takingstock.reference import party_tables

    tables = party_tables.load()
    ranges = {use.when for uses in tables.names.values() for use in uses}.union(more)
    ranges |= {party.exists for party in (*tables.parties.values(), *parties)}
    return sorted({day for one in ranges for day in (one.first, one.last) if day})


def _waiting(texts: Texts, find: Callable[[], Any]) -> Any:
    """What ``find`` gives; the faults it notes are names nobody knows, which wait for a person."""
    before = len(texts.faults)
    found = find()
    texts.waits += texts.faults[before:]
    del texts.faults[before:]
    return found


Make = Callable[[Texts, Names, Mapping[str, str]], tuple[dict[str, Any], dict[str, str]]]
"""Texts, names, what was told before -> fields of the record, and what later slots are told."""


@dataclass(frozen=True)
class Slot:
    """``fields`` are those of the record that it makes (the property itself, where it does not say), ``given`` what it
    has to be told, ``tells`` what it tells; ``plain``: the field is the text as it stands."""

    properties: tuple[str, ...]
    make: Make
    fields: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    plain: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", self.fields or self.properties)


@dataclass(frozen=True)
class Target:
    """One kind of record. ``needed`` are groups of properties of which a mapping must give one each. ``lists`` take
    several values; ``dates`` may have a format, ``numbers`` a sign before decimals. ``whole`` says what is wrong
    between fields of different slots, beyond what the record itself refuses."""

    schema: str
    table: str
    model: type[Record]
    slots: tuple[Slot, ...]
    needed: tuple[tuple[str, ...], ...]
    whole: Callable[[Mapping[str, Any]], str] = lambda _: ""

    @property
    def properties(self) -> tuple[str, ...]:
        found = [name for slot in self.slots for name in slot.properties]
        return tuple(dict.fromkeys((*found, "source", *(("movement",) if self.table == "statements" else ()))))

    @property
    def lists(self) -> frozenset[str]:
        return frozenset({"via", "marks", "criteria"}).intersection(self.properties)

    @property
    def dates(self) -> frozenset[str]:
        return frozenset({"when", "made"}).intersection(self.properties)

    @property
    def numbers(self) -> frozenset[str]:
        return _NUMBERS.intersection(self.properties)


_NUMBERS: Final = frozenset(
    {"quantity", "value", "latitude", "longitude", "tiv", "tiv_per_unit", "share", "materiality"}
    | {"balance_from", "balance_to"}
)


def _text(name: str) -> Slot:
    return Slot((name,), lambda texts, *_: ({name: texts.plain(name)}, {}), plain=True)


def _text_or_none(name: str) -> Slot:
    return Slot((name,), lambda texts, *_: ({name: texts.plain(name) or None}, {}))


def _needed_text(name: str) -> Slot:
    def make(texts: Texts, *_: Any) -> tuple[dict[str, Any], dict[str, str]]:
        texts.needed(name)
        return {name: texts.plain(name)}, {}

    return Slot((name,), make)


def _choice(name: str, kind: type[StrEnum], default: StrEnum | None) -> Slot:
    """``default`` None: an empty cell is a fault."""

    def make(texts: Texts, *_: Any) -> tuple[dict[str, Any], dict[str, str]]:
        if default is None and not texts.word(name):
            texts.fault(name, f"is empty; write one of {', '.join(str(one.value) for one in kind)}")
        return {name: texts.choice(name, kind) or default or next(iter(kind))}, {}

    return Slot((name,), make)


def _level(default: ProvenanceLevel | None) -> Slot:
    return Slot(("level",), lambda texts, *_: ({"level": texts.choice("level", ProvenanceLevel) or default}, {}))


def _date(name: str) -> Slot:
    def make(texts: Texts, names: Names, _: Any) -> tuple[dict[str, Any], dict[str, str]]:
        when = texts.date(name)
        return {name: when}, {name: names.moment(when)}

    return Slot((name,), make, tells=(name,))


def _party(name: str, field: str = "", at: str = WHEN, needed: bool = False) -> Slot:
    def make(texts: Texts, names: Names, told: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        if needed and not texts.word(name):
            texts.fault(name, "is empty; fill it")
        when = names.within(told.get(at, "")) if at else DateRange()
        found = names.party(texts, name, when)
        return {field or name: (found or "") if needed else found}, {}

    return Slot((name,), make, (field or name,), (at,) if at else ())


def _via(texts: Texts, names: Names, told: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    return {"via": names.parties(texts, "via", names.within(told.get(WHEN, "")))}, {}


def _goods(texts: Texts, names: Names, _: Any) -> tuple[dict[str, Any], dict[str, str]]:
    inside = texts.word("population")
    if not texts.word("item"):
        texts.fault("item", "is empty; fill it")
        return {"item": ""}, {UNIT: Unit.ITEMS.value}
    item = _waiting(texts, lambda: names.resolver.item(texts))
    unit = names.resolver.unit(texts, item, names.populations.get(inside) if inside else None)
    return {"item": item.id if item else ""}, {UNIT: unit.value}


def _amount(name: str = "quantity") -> Slot:
    def make(texts: Texts, _: Names, told: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        return {name: texts.quantity(name, Unit(told.get(UNIT) or "items"))}, {}

    return Slot((name,), make, given=(UNIT,))


def _money(field: str, needed: bool) -> Slot:
    def make(texts: Texts, *_: Any) -> tuple[dict[str, Any], dict[str, str]]:
        amount = texts.quantity("value", Unit.ITEMS)
        currency, year = texts.plain("currency"), texts.whole("price_year", 1800, 2200)
        if not needed and not amount.known and not currency:
            return {field: None}, {}
        if needed and not texts.word("value"):
            texts.fault("value", "is empty; a payment needs its amount")
        if not currency:
            texts.fault("currency", "is empty; a value needs its currency, for example USD")
        return {field: Money(amount=amount, currency=currency, price_year=year)}, {}

    return Slot(("value", "currency", "price_year"), make, (field,))


def _place(texts: Texts, *_: Any) -> tuple[dict[str, Any], dict[str, str]]:
    latitude, longitude = texts.number("latitude", -90, 90), texts.number("longitude", -180, 180)
    if (latitude is None) != (longitude is None):
        texts.fault("latitude, longitude", "only one of the two is filled")
    precision, name = texts.choice("precision", Precision), texts.plain("place")
    if not name and latitude is None and precision is None:
        return {"place": None}, {}
    made = Place(name=name, latitude=latitude, longitude=longitude, precision=precision or Precision.LOCALITY)
    return {"place": made}, {}


def _share(texts: Texts, names: Names, _: Any) -> tuple[dict[str, Any], dict[str, str]]:
    inside, share = texts.word("population") or None, texts.share("share")
    if inside and inside not in names.populations:
        texts.waits.append(f"population: unknown population {inside!r}; add it to the case first")
    if share is not None and not inside:
        texts.fault("share", "needs the population it is a share of; map the property population")
    return {"population": inside, "share": share}, {}


def _list(name: str) -> Slot:
    def make(texts: Texts, *_: Any) -> tuple[dict[str, Any], dict[str, str]]:
        texts.plain(name)
        return {name: texts.list(name)}, {}

    return Slot((name,), make)


def _number(name: str, low: float, high: float) -> Slot:
    return Slot((name,), lambda texts, *_: ({name: texts.number(name, low, high)}, {}))


def _whole(name: str, low: int, high: int) -> Slot:
    return Slot((name,), lambda texts, *_: ({name: texts.whole(name, low, high)}, {}))


_YES = Slot(("authorised",), lambda texts, *_: ({"authorised": texts.yes("authorised")}, {}))
_GRADE = Slot(("grade",), lambda texts, *_: ({"grade": texts.grade("grade")}, {}))
_GOODS = Slot(("item", "unit"), _goods, ("item",), tells=(UNIT,))
_PLACE = Slot(("place", "latitude", "longitude", "precision"), _place, ("place",))
_VIA = Slot(("via",), _via, given=(WHEN,))


def _ends(fields: Mapping[str, Any]) -> str:
    named = fields.get("from_party") or fields.get("to_party")
    return "" if named else "from, to: both are empty; name at least one (unknown-supplier, unknown-recipient)"


_ALL = (
    Target(
        "Statement",
        "statements",
        Statement,
        (
            _date("when"),
            _date("made"),
            _GOODS,
            _amount(),
            _party("from", "from_party"),
            _party("to", "to_party"),
            _VIA,
            _choice("mode", Mode, None),
            _choice("stage", Stage, Stage.DELIVERED),
            _choice("funding", Funding, Funding.UNKNOWN),
            _party("payer"),
            _YES,
            _party("made_in", at=MADE),
            _choice("condition", Condition, Condition.UNKNOWN),
            _money("value", needed=False),
            _list("marks"),
            _PLACE,
            _text_or_none("chain"),
            _whole("link", 0, 10_000),
            _text("claimant"),
            _text("allegation"),
            _text("allegation_status"),
            _text("designation"),
            _text("locator"),
            _GRADE,
            _text("remark"),
            _party("reporter"),
            _list("criteria"),
            _number("tiv", 0, _MOST),
            _number("tiv_per_unit", 0, _MOST),
            _level(None),
        ),
        (("item",), ("mode",), ("from", "to")),
        _ends,
    ),
    Target(
        "Count",
        "counts",
        Count,
        (
            _date("when"),
            _GOODS,
            _amount(),
            _party("holder", needed=True),
            _choice("basis", Basis, None),
            _PLACE,
            _text("condition"),
            _text("claimant"),
            _text("locator"),
            _GRADE,
            _text("remark"),
            _list("marks"),
            _number("materiality", 0, _MOST),
        ),
        (("holder",), ("item",), ("quantity",), ("basis",)),
    ),
    Target(
        "Payment",
        "payments",
        Payment,
        (
            _date("when"),
            _needed_text("from_account"),
            _needed_text("to_account"),
            _money("amount", needed=True),
            _text("at"),
            _text("category"),
            _text("kind"),
            _party("from_party"),
            _party("to_party"),
            _number("balance_from", -_MOST, _MOST),
            _number("balance_to", -_MOST, _MOST),
            _text("locator"),
            _GRADE,
            _text("remark"),
        ),
        (("from_account",), ("to_account",), ("value",), ("currency",)),
    ),
    Target(
        "Sighting",
        "sightings",
        Sighting,
        (
            _date("when"),
            _date("made"),
            Slot(("item", "unit", "population"), _goods, ("item",), tells=(UNIT,)),
            _amount(),
            _party("holder", needed=True),
            Slot(("population", "share"), _share),
            _whole("minimum", 1, _MOST),
            _party("made_in", at=MADE),
            _party("designed_in", at=""),
            _party("supplied_by", at=""),
            _party("recoverer"),
            _PLACE,
            _level(ProvenanceLevel.IMAGERY),
            _list("marks"),
            _text("marking_condition"),
            _text("known_by"),
            _text_or_none("chain"),
            _text("locator"),
            _GRADE,
            _text("remark"),
        ),
        (("holder",), ("item",)),
    ),
)

TARGETS: Final = {target.schema.casefold(): target for target in _ALL}
"""What a row can become, by the small name of its schema."""


def fragments(model: type[Record], fields: Mapping[str, Any]) -> dict[str, str]:
    """Each field as it stands in the record's canonical JSON, with its name; a field at its default is left out."""
    partly = _blank(model).model_copy(update=fields)
    said = partly.model_dump(mode="json", include=set(fields), exclude_none=True, exclude_defaults=True)
    return {name: f'"{name}":{canonical_json(value)}' for name, value in said.items()}


@lru_cache(maxsize=16)
def _blank(model: type[Record]) -> Record:
    """A record of nothing but defaults, to be copied with fields in their places."""
    return model.model_construct()


def columns_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The typed columns that a table has for these fields (more than it has do no harm)."""
    own: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, DateRange):
            if name == "when":
                own["first"] = value.first.isoformat() if value.first else None
                own["last"] = value.last.isoformat() if value.last else None
        elif isinstance(value, Quantity):
            if name == "quantity":
                own |= {"low": value.low, "high": value.high, "unit": value.unit.value}
        else:
            own[name] = value.value if isinstance(value, StrEnum) else value
    return own
