"""Applications for a transfer, from YAML or a workbook, with names as people write them.

Both forms have the same fields. In a workbook the sheet ``application`` has two columns, field and value; the sheets
``goods``, ``undertakings``, ``replies``, ``consents`` and ``parties`` have one row each. All faults of a file are
collected and told at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from takingstock.exchange.cells import complaints
from takingstock.exchange.sheet_spec import fold_header
from takingstock.exchange.workbook import is_workbook, read_workbook
from takingstock.records import (
    Application,
    BadFileError,
    BadValueError,
    Consent,
    Goods,
    Money,
    Party,
    PartyKind,
    Quantity,
    Record,
    Reply,
    TakingStockError,
    Undertaking,
    Unit,
)
from takingstock.reference.parties import Directory
from takingstock.reference.plain_yaml import parsed
from takingstock.reference.taxonomy import Taxonomy

R = TypeVar("R", bound=Record)

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "application": (
        "application",
        "kind",
        "licence",
        "authority",
        "exporter",
        "end user",
        "consignee",
        "brokers",
        "route",
        "end use",
        "date",
        "period",
        "policies",
        "remark",
    ),
    "goods": ("item", "designation", "quantity", "unit", "value", "made in", "requirement"),
    "undertakings": ("control", "standing", "date", "source", "person", "remark"),
    "replies": ("question", "answer", "reason", "source", "person", "since"),
    "consents": ("state", "given", "date", "source"),
    "parties": ("name", "kind", "part of", "country"),
}
"""Every field, by part; a test holds docs/assess.md to it."""

_UNITS: Final = {
    "items": Unit.ITEMS,
    "item": Unit.ITEMS,
    "rounds": Unit.ROUNDS,
    "round": Unit.ROUNDS,
    "tonnes": Unit.TONNES,
    "tonne": Unit.TONNES,
    "t": Unit.TONNES,
}
_LISTS: Final = tuple(name for name in FIELDS if name != "application")
_LARGEST: Final = 1_000_000
CHOICES: Final = "choices"
"""The sheet of a workbook that only holds the choices of its lists."""


def read_application(path: str | Path, known: Directory, taxonomy: Taxonomy) -> Application:
    """Read one application. Parties and items are resolved by id, name or alias.

    Raises BadFileError for a file that is neither form, or with everything in it that cannot be read."""
    file = Path(path)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadFileError(f"{file} cannot be read: {error.strerror or error}") from error
    if len(data) > _LARGEST:
        raise BadFileError(f"{file.name} has {len(data):,} bytes; an application has less than {_LARGEST:,}")
    content = _from_workbook(file) if is_workbook(file) else parsed(data, file.name)[0]
    if not isinstance(content, dict):
        raise BadFileError(
            f"{file.name} is no application; write fields such as 'exporter: Germany' (see docs/assess.md)"
        )
    return _Build(file, content, known, taxonomy).application()


def _from_workbook(file: Path) -> dict[str, Any]:
    """The fields of the sheets, all that cannot be read told at once: nothing of a sheet is passed over."""
    found: dict[str, Any] = {}
    faults: list[str] = []
    for grid in read_workbook(file):
        name = _folded(grid.name)
        if name == CHOICES:
            continue
        if name not in FIELDS:
            near = get_close_matches(name, FIELDS, 1, 0.5)
            faults.append(
                f"sheet {grid.name!r} is none of {', '.join(FIELDS)}"
                + (f"; rename it to {near[0]}" if near else "; take it out or rename it")
            )
            continue
        rows = [cells for _, cells in grid.rows if not cells[0].startswith("#")]
        if name != "application":
            heads = [_folded(cell) for cell in rows[0]] if rows else []
            found[name] = [dict(zip(heads, cells, strict=False)) for cells in rows[1:]]
            continue
        for cells in rows:
            field, values = _folded(cells[0]), [cell for cell in cells[1:] if cell]
            if field in {"", "field"} or not values:
                continue
            if field in found or len(values) > 1:
                faults.append(f"sheet application: {field} has several values; put them in one cell, parted by ;")
            found[field] = values[0]
    if faults:
        raise BadFileError(f"{file.name} cannot be read as an application: " + "; ".join(faults))
    if not found:
        raise BadFileError(
            f"{file.name} has no sheet 'application'; write an empty one with takingstock assess CASE --template FILE"
        )
    return found


def _folded(text: str) -> str:
    """A name of a sheet or field as ours are written."""
    return fold_header(text).replace("_", " ")


class _Build:
    """One file on its way to an application; faults are collected."""

    def __init__(self, file: Path, content: Mapping[str, Any], known: Directory, taxonomy: Taxonomy) -> None:
        self.file, self.content, self.known, self.taxonomy = file, dict(content), known, taxonomy
        self.faults: list[str] = []
        self.own: list[Party] = []

    def application(self) -> Application:
        self._refuse_unknown("application", self.content, (*FIELDS["application"], *_LISTS))
        for row in self._rows("parties"):
            self._refuse_unknown("parties", row, FIELDS["parties"])
            self._party(row, "parties")
        user = self.content.get("end user")
        if isinstance(user, dict):
            self._refuse_unknown("end user", user, FIELDS["parties"])
            made = self._party(user, "end user")
            user = made.name if made else None
        fields: dict[str, Any] = {
            "id": self._text(self.content, "application") or self.file.stem,
            "kind": self._word(self.content, "kind"),
            "licence": self._word(self.content, "licence"),
            "authority": self._name(self.content, "authority"),
            "exporter": self._name(self.content, "exporter"),
            "end_user": self._found(str(user), "end user") if user else None,
            "consignee": self._name(self.content, "consignee"),
            "brokers": tuple(self._names("brokers")),
            "route": tuple(self._names("route")),
            "end_use": self._text(self.content, "end use"),
            "when": self._text(self.content, "date"),
            "period": self._text(self.content, "period"),
            "policies": tuple(_split(self.content.get("policies"))),
            "remark": self._text(self.content, "remark"),
            "parties": tuple(self.own),
            "goods": self._records("goods", Goods, self._goods),
            "undertakings": self._records("undertakings", Undertaking, self._undertaking),
            "replies": self._records("replies", Reply, self._reply),
            "consents": self._records("consents", Consent, self._consent),
        }
        application = None if self.faults else self._made(Application, _given(fields), "application")
        if application is None:
            raise BadFileError(f"{self.file.name} cannot be read as an application: " + "; ".join(self.faults))
        return application

    def _records(
        self, part: str, model: type[R], fields: Callable[[Mapping[str, Any]], dict[str, Any]]
    ) -> tuple[R, ...]:
        made = []
        for number, row in enumerate(self._rows(part), start=1):
            where = f"{part}, entry {number}"
            self._refuse_unknown(where, row, FIELDS[part] + (("text",) if part == "replies" else ()))
            given = _given(fields(row))
            if part == "replies" and not given.get("value"):
                # A question that was written out to be answered, and is not yet; what was begun is not dropped.
                if set(given) & {"reason", "source", "person", "when"}:
                    self.faults.append(f"{where}: {given.get('question', '?')} has no answer; write yes, no or unknown")
                continue
            record = self._made(model, given, where)
            if record is not None:
                made.append(record)
        return tuple(made)

    def _goods(self, row: Mapping[str, Any]) -> dict[str, Any]:
        word = self._text(row, "item")
        item = self._item(word) if word else None
        return {
            "item": item,
            "quantity": self._quantity(row, "quantity", item),
            "value": self._money(self._text(row, "value")),
            "designation": self._text(row, "designation") or word,
            "made_in": self._name(row, "made in"),
            "requirement": self._quantity(row, "requirement", item),
        }

    def _quantity(self, row: Mapping[str, Any], field: str, item: str | None) -> Quantity | None:
        """With the unit that is written behind it or beside it, else the one that the class is counted in."""
        text = self._text(row, field)
        if not text:
            return None
        last = text.rpartition(" ")[2].casefold()
        unit = _UNITS.get(last)
        if unit:
            text = text[: -len(last)].strip()
        elif named := self._text(row, "unit").casefold():
            unit = _UNITS.get(named)
            if unit is None:
                self.faults.append(f"goods: no unit {named!r}; write items, rounds or tonnes")
        elif item and self.taxonomy.has(item):
            unit = self.taxonomy.get(item).unit
        try:
            found = Quantity.parse(text, unit or Unit.ITEMS)
        except BadValueError as error:
            self.faults.append(f"goods: {field}: {error}; a unit (items, rounds, tonnes) may stand behind it")
            return None
        if found.high == 0:
            self.faults.append(f"goods: {field} is 0; leave it empty where it is not known, or take the line out")
        bounds = [bound for bound in (found.low, found.high) if bound is not None]
        if found.unit is not Unit.TONNES and any(bound != int(bound) for bound in bounds):
            self.faults.append(f"goods: {field} {text!r} is no whole number of {found.unit.value}")
        return found

    def _money(self, text: str) -> Money | None:
        if not text:
            return None
        amount, _, currency = text.upper().rpartition(" ")
        if not re.fullmatch(r"[A-Z]{3}", currency):
            self.faults.append(f"goods: value {text!r}; write an amount and a currency code, such as 500000 EUR")
            return None
        try:
            return Money(amount=Quantity.parse(amount), currency=currency)
        except BadValueError as error:
            self.faults.append(f"goods: value: {error}")
            return None

    def _undertaking(self, row: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: self._text(row, name) for name in ("source", "person", "remark")}
        words = {name: self._word(row, name) for name in ("control", "standing")}
        return words | given | {"when": self._text(row, "date")}

    def _reply(self, row: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: self._text(row, name) for name in ("question", "reason", "source", "person")}
        return given | {"value": self._text(row, "answer").casefold(), "when": self._text(row, "since")}

    def _consent(self, row: Mapping[str, Any]) -> dict[str, Any]:
        word = self._text(row, "given").casefold()
        if word not in {"", "yes", "no", "unknown"}:
            self.faults.append(f"consents: given is {word!r}; write yes, no or unknown")
        given = {"yes": True, "no": False}.get(word)
        return {
            "by": self._name(row, "state"),
            "given": given,
            "when": self._text(row, "date"),
            "source": self._text(row, "source"),
        }

    def _party(self, row: Mapping[str, Any], where: str) -> Party | None:
        name, kind = self._text(row, "name"), self._text(row, "kind") or "unit"
        if not name:
            self.faults.append(f"{where}: a party without a name; write its name, kind and what it is part of")
            return None
        if kind not in {one.value for one in PartyKind}:
            self.faults.append(f"{where}: no kind of party {kind!r}; write one of {', '.join(PartyKind)}")
            return None
        if known := self.known.find(name):
            self.faults.append(
                f"{where}: {name!r} is known as {known.id} ({known.kind.value}); write {known.id} alone, or name the "
                "unit more exactly where it is another"
            )
            return None
        whole = self._name(row, "part of")
        home = self.known.country(whole) or whole if whole and self.known.has(whole) else None
        country = self._name(row, "country")
        if home and country and country not in home.split("+"):
            self.faults.append(f"{where}: {name} is said to be part of {whole} and of {country}; one of them is wrong")
        country = country or (self.known.country(whole) if whole and self.known.has(whole) else None)
        slug = re.sub(r"[^\w]+", "-", name.casefold()).strip("-") or "party"
        prefix = self._text(self.content, "application") or self.file.stem
        party = Party(id=f"{prefix}/{slug}", name=name, kind=PartyKind(kind), part_of=whole, country=country)
        if party.id not in {one.id for one in self.own}:
            self.own.append(party)
        return party

    def _name(self, row: Mapping[str, Any], field: str) -> str | None:
        word = self._text(row, field)
        return self._found(word, field) if word else None

    def _names(self, field: str) -> Iterator[str]:
        for word in _split(self.content.get(field)):
            if found := self._found(word, field):
                yield found

    def _found(self, word: str, field: str) -> str | None:
        mine = next((one.id for one in self.own if one.name == word), None)
        if mine or self.known.has(word):
            return mine or word
        try:
            return self.known.resolve(word).id
        except TakingStockError as error:
            self.faults.append(f"{field}: {error}; a party that nobody knows yet goes under parties")
            return None

    def _item(self, word: str) -> str:
        if self.taxonomy.has(word):
            return word
        found = self.taxonomy.find(word)
        if found is not None:
            return found.id
        near = ", ".join(item.id for item, _ in self.taxonomy.suggest(word, 3))
        self.faults.append(f"goods: no class {word!r}; did you mean {near}?" if near else f"goods: no class {word!r}")
        return word

    def _rows(self, part: str) -> Iterator[dict[str, Any]]:
        rows = self.content.get(part) or []
        for number, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
            if isinstance(row, dict):
                if any(value for value in row.values()):
                    yield row
            else:
                self.faults.append(f"{part}, entry {number}: write fields ({', '.join(FIELDS[part])}), not {row!r}")

    def _text(self, row: Mapping[str, Any], field: str) -> str:
        value = row.get(field)
        if value is None:
            return ""
        if isinstance(value, list | dict):
            self.faults.append(f"{field}: one value is wanted, not a list")
            return ""
        text = str(value).strip()
        # As the reader of workbooks gives a cell of a date.
        return text.removesuffix(" 00:00:00")

    def _word(self, row: Mapping[str, Any], field: str) -> str:
        """One of a fixed list of words, however it is written: small letters, hyphens between."""
        return "-".join(self._text(row, field).casefold().replace("_", " ").replace("-", " ").split())

    def _refuse_unknown(self, where: str, row: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for name in row:
            if name and name not in known:
                self.faults.append(f"{where}: no field {name!r}; there are {', '.join(known)}")

    def _made(self, model: type[R], fields: dict[str, Any], where: str) -> R | None:
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            given = (detail.get("input") for detail in error.errors())
            self.faults += [
                f"{where}: {value!r}: {text}" if isinstance(value, str) else f"{where}: {text}"
                for value, text in zip(given, complaints(error), strict=True)
            ]
        except BadValueError as error:
            self.faults.append(f"{where}: {error}")
        return None


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was left empty, so that the record's own defaults stand."""
    return {name: value for name, value in fields.items() if value not in ("", None)}


def _split(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from (str(one).strip() for one in value if str(one).strip())
    elif value:
        yield from (part.strip() for part in str(value).split(";") if part.strip())
