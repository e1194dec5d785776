"""One row of a mapped table into one record: the rule, row by row, to which the bulk lane is held byte for byte."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from takingstock.exchange.cells import complaints, is_error, is_grouped, join_list
from takingstock.exchange.grid import bare
from takingstock.exchange.mapping import _TEMPLATE, Entity, Property, Query
from takingstock.exchange.mapping import Mapping as MappingFile
from takingstock.exchange.mapping_fields import Names, Slot, Target, Texts
from takingstock.exchange.tabular import NeedsPersonError, fold_column
from takingstock.records import BadFileError, BadValueError, Record

LONGEST_KEY: Final = 500
LONGEST_READABLE: Final = 120
"""Characters of an id made of keys; a longer one gives way to a digest."""

_FIGURES = re.compile(r"\d{1,3}(?:[. ']\d{3})+(?:,\d+)?|\d+,\d+")


@dataclass(frozen=True)
class Given:
    """What the call says beside the mapping; both are ids that somebody has checked."""

    source: str = ""
    reporter: str = ""


@dataclass(frozen=True)
class TextRule:
    """One property over the columns ``at`` of a table: the texts of these cells into the property's text."""

    name: str
    at: tuple[int, ...]
    spec: Property
    many: bool
    _map: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, name: str, spec: Property, at: tuple[int, ...], many: bool) -> TextRule:
        return cls(name, at, spec, many, {bare(key).casefold(): value for key, value in spec.map.items()})

    @property
    def copies(self) -> bool:
        """Whether the text is one cell as it stands."""
        spec = self.spec
        changed = spec.map or spec.format or spec.decimal or spec.split or spec.required or self.many
        return bool(spec.column) and not changed

    def text(self, cells: Sequence[str]) -> str:
        """Raises BadValueError for a cell that holds an error, one that is required and empty, a date of another
        form."""
        for cell, column in zip(cells, self.spec.reads, strict=True):
            if is_error(cell):
                raise BadValueError(f"{self.name}: the cell {column} holds the error {cell}; mend it, import again")
        parts = [self._translated(part) for part in self._parts(cells)]
        parts = [self._shaped(part) for part in parts if part]
        if self.spec.split:
            parts = [piece for part in parts for piece in part.split(self.spec.split)]
        text = join_list(tuple(parts)) if self.many and (len(parts) > 1 or self.spec.split) else "".join(parts)
        if self.spec.required and not bare(text):
            raise BadValueError(f"{self.name}: is empty, and the mapping requires it")
        return text

    def _parts(self, cells: Sequence[str]) -> Sequence[str]:
        spec = self.spec
        if spec.literal:
            return spec.literal
        if spec.template:
            values = dict(zip(spec.reads, cells, strict=True))
            filled = _TEMPLATE.sub(lambda match: values[match[1]], spec.template)
            return (filled.strip() if any(cells) else "",)
        if spec.join is not None:
            return (spec.join.join(cell for cell in cells if cell),)
        return cells

    def _translated(self, text: str) -> str:
        return self._map.get(bare(text).casefold(), text) if self._map else text

    def _shaped(self, text: str) -> str:
        if self.spec.format:
            return _dated(self.name, bare(text), self.spec.format)
        if self.spec.decimal == ",":
            return _with_point(bare(text))
        if self.spec.decimal == "." and is_grouped(bare(text)) and bare(text).count(".") == 1:
            # Said to be no thousand: a zero more says so to whoever reads the figure.
            return f"{bare(text)}0"
        return text


def _dated(name: str, text: str, form: str) -> str:
    """A date in our grammar, no finer than the form says. Raises BadValueError."""
    try:
        found = datetime.strptime(text, form)
    except ValueError as error:
        raise BadValueError(f"{name}: {text!r} does not fit the format {form}; mend the cell or the mapping") from error
    if re.search(r"%[dj]", form):
        return f"{found:%Y-%m-%d}"
    return f"{found.year:04}-{found.month:02}" if re.search(r"%[mbB]", form) else f"{found.year:04}"


def _with_point(text: str) -> str:
    """A figure with a comma before its decimals, in ours; anything else as it is."""
    if not _FIGURES.fullmatch(text):
        return text
    plain = re.sub(r"[. ']", "", text).replace(",", ".")
    return f"{plain}0" if is_grouped(plain) else plain


@dataclass(frozen=True)
class SlotRule:
    """One slot over the table: which cells it needs, and what it makes of them."""

    slot: Slot
    rules: tuple[TextRule, ...]
    constant: Mapping[str, str]

    @property
    def at(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(index for rule in self.rules for index in rule.at))

    def read(self, cells: Mapping[int, str], told: Mapping[str, str], names: Names) -> Made:
        """``cells`` by their index in the table, trimmed."""
        texts = Texts({**self.constant})
        values = dict(self.constant)
        for rule in self.rules:
            try:
                values[rule.name] = rule.text([cells[index] for index in rule.at])
            except BadValueError as error:
                texts.faults.append(str(error))
        texts.values = {name: value for name, value in values.items() if value}
        if texts.faults:
            return Made({}, {}, tuple(texts.faults), ())
        names.resolver.rested()
        try:
            fields, tells = self.slot.make(texts, names, told)
        except (ValidationError, BadValueError) as error:
            said = complaints(error) if isinstance(error, ValidationError) else [str(error)]
            return Made({}, {}, (*texts.faults, *said), ())
        return Made(fields, tells, tuple(texts.faults), tuple(texts.waits), names.resolver.rested())


@dataclass(frozen=True)
class Made:
    """What a slot made of its cells. ``namings`` are the decisions of persons about names that it rests on."""

    fields: Mapping[str, Any]
    tells: Mapping[str, str]
    faults: tuple[str, ...]
    waits: tuple[str, ...]
    namings: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        return not self.faults and not self.waits


@dataclass(frozen=True)
class Filter:
    """``values`` are compared without case; ``keep``: what is among them passes, else what is not."""

    column: str
    at: int
    values: frozenset[str]
    keep: bool

    def passes(self, cell: str) -> bool:
        return (bare(cell).casefold() in self.values) == self.keep


@dataclass(frozen=True)
class QueryRule:
    """A query over a table with known columns."""

    target: Target
    entity: Entity
    filters: tuple[Filter, ...]
    keys: tuple[int, ...]
    prefix: str
    slots: tuple[SlotRule, ...]
    source: TextRule | str
    movement: TextRule | None

    @property
    def at(self) -> frozenset[int]:
        """Every column that is read."""
        texts = [rule for rule in (self.source, self.movement) if isinstance(rule, TextRule)]
        own = {index for slot in self.slots for index in slot.at} | {index for rule in texts for index in rule.at}
        return frozenset(own | set(self.keys) | {one.at for one in self.filters})

    def id(self, cells: Mapping[int, str]) -> str:
        """The id of a row. Raises BadValueError where its keys are empty or too long."""
        parts = [key_part(cells[index]) for index in self.keys]
        if not any(parts):
            named = ", ".join(self.entity.identifying)
            raise BadValueError(f"{named}: empty, and without it nothing tells this row from others; fill it")
        return self.named(parts)

    def named(self, parts: Sequence[str]) -> str:
        """The id of key parts (see :func:`key_part`)."""
        if self.entity.id_column:
            found = parts[0]
        else:
            found = "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)
            if len(found) > LONGEST_READABLE:
                found = hashlib.sha256(found.encode()).hexdigest()[:32]
            found = f"{self.prefix}/{found}"
        if len(found) > LONGEST_KEY:
            raise BadValueError(f"the id {found[:40]!r}… has more than {LONGEST_KEY} characters; shorten it")
        return found

    def record(self, cells: Mapping[int, str], names: Names) -> Record:
        """The record of a row whose cells (by index, trimmed) passed the filters.

        Raises BadValueError or ValidationError (rejected), NeedsPersonError (to review)."""
        faults: list[str] = []
        waits: list[str] = []
        fields: dict[str, Any] = {}
        told: dict[str, str] = {}
        namings: set[str] = set()
        try:
            fields["id"] = self.id(cells)
        except BadValueError as error:
            faults.append(str(error))
        for slot in self.slots:
            made = slot.read(cells, told, names)
            fields |= made.fields
            told |= made.tells
            faults += made.faults
            waits += made.waits
            namings.update(made.namings)
        try:
            fields |= self._movement(cells, str(fields.get("id", "")))
            fields |= self._source(cells, names, waits)
        except BadValueError as error:
            faults.append(str(error))
        if not faults and not waits and (wrong := self.target.whole(fields)):
            faults.append(wrong)
        if faults:
            raise BadValueError("; ".join(dict.fromkeys((*faults, *waits))))
        if waits:
            raise NeedsPersonError("; ".join(dict.fromkeys(waits)))
        if namings and "namings" in self.target.model.model_fields:
            fields["namings"] = tuple(sorted(namings))
        return self.target.model(**fields)

    def source_of(self, text: str, names: Names) -> str:
        """The id of a source that is known. Raises NeedsPersonError."""
        if text not in names.resolver.sources:
            raise NeedsPersonError(f"source: unknown source {text!r}; add it to the case, or to the mapping")
        return text

    def movement_of(self, text: str, id: str) -> str:
        """The key of the movement; empty is the row's own. Raises BadValueError."""
        key = bare(text) or id
        if "\x00" in key or len(key) > LONGEST_KEY:
            raise BadValueError(f"movement: {key[:40]!r} is no key of at most {LONGEST_KEY} characters; shorten it")
        return key

    def _source(self, cells: Mapping[int, str], names: Names, waits: list[str]) -> dict[str, str]:
        if isinstance(self.source, str):
            return {"source": self.source}
        text = bare(self.source.text([cells[index] for index in self.source.at]))
        if not text:
            raise BadValueError("source: is empty; fill it")
        try:
            return {"source": self.source_of(text, names)}
        except NeedsPersonError as error:
            waits.append(str(error))
            return {}

    def _movement(self, cells: Mapping[int, str], id: str) -> dict[str, str]:
        if self.target.table != "statements":
            return {}
        text = self.movement.text([cells[index] for index in self.movement.at]) if self.movement else ""
        return {"movement": self.movement_of(text, id)}


def key_part(cell: str) -> str:
    """A key as it stands in an id: no blanks around it, one blank where there are several, no guard of a spreadsheet.

    Raises BadValueError for an error of a spreadsheet program and for a NUL character."""
    if is_error(cell):
        raise BadValueError(f"a key holds the error {cell}; mend it, import again")
    if "\x00" in cell:
        raise BadValueError("a key holds a NUL character; remove it")
    return re.sub(r"\s+", " ", Texts({"key": cell}).word("key")).strip()


def rules(mapping: MappingFile, headers: Sequence[str], given: Given, file: str) -> tuple[QueryRule, ...]:
    """The mapping over a table with these headers. Raises BadFileError for every column that the table lacks or has
    twice, and where nothing says under which source the rows stand."""
    if faults := mapping.lacking(tuple(headers)):
        listed = "".join(f"\n  ({number}) {fault}" for number, fault in enumerate(faults, start=1))
        raise BadFileError(f"{file} does not fit the mapping:{listed}")
    if given.reporter and not any("reporter" in query.entity.target.properties for query in mapping.queries):
        raise BadFileError("no record of this mapping has a reporter; leave --reporter out")
    where: dict[str, int] = {}
    twice: list[str] = []
    for index, header in enumerate(headers):
        folded = fold_column(header)
        if folded and folded in where and any(fold_column(name) == folded for name in mapping.reads):
            twice.append(header)
        where.setdefault(folded, index)
    if twice:
        raise BadFileError(f"{file}: the column {twice[0]} comes twice; keep one of them, or give one a new name")
    return tuple(_rule(mapping, query, lambda name: where[fold_column(name)], given, file) for query in mapping.queries)


def _rule(mapping: MappingFile, query: Query, index: Callable[[str], int], given: Given, file: str) -> QueryRule:
    entity = query.entity
    target = entity.target

    def text_rule(name: str) -> TextRule:
        spec = entity.properties[name]
        return TextRule.of(name, spec, tuple(map(index, spec.reads)), name in target.lists)

    constants = {"reporter": given.reporter} if given.reporter and "reporter" not in entity.properties else {}
    slots = []
    for slot in target.slots:
        mapped = [name for name in slot.properties if name in entity.properties]
        slots.append(
            SlotRule(
                slot,
                tuple(map(text_rule, mapped)),
                {name: constants[name] for name in slot.properties if name in constants},
            )
        )
    source: TextRule | str = given.source or (mapping.source.id if mapping.source else "")
    if not given.source and "source" in entity.properties:
        source = text_rule("source")
    if not source:
        raise BadFileError(
            f"{file}: nothing says under which source its rows stand; add a block source to the mapping, or name a "
            "source of the case with --source"
        )
    filters = tuple(
        Filter(column, index(column), frozenset(bare(value).casefold() for value in values), keep)
        for wanted, keep in ((query.filters, True), (query.filters_not, False))
        for column, values in wanted.items()
    )
    return QueryRule(
        target=target,
        entity=entity,
        filters=filters,
        keys=tuple(map(index, entity.identifying)),
        prefix=entity.key_literal or mapping.name,
        slots=tuple(slots),
        source=source,
        movement=text_rule("movement") if "movement" in entity.properties else None,
    )


def chosen(queries: Iterable[QueryRule], cells: Mapping[int, str]) -> QueryRule:
    """The first query whose filters a row passes. Raises BadValueError where it passes none."""
    stopped = []
    for query in queries:
        failing = next((one for one in query.filters if not one.passes(cells[one.at])), None)
        if failing is None:
            return query
        stopped.append(f"{failing.column} is {cells[failing.at]!r}")
    raise BadValueError(f"left out by the mapping's filters: {', '.join(dict.fromkeys(stopped))}")
