"""Mapping file: which columns of somebody's table mean what, in the shape that users of FollowTheMoney know.

The shape (a data set with queries, entities, keys and properties) is that of
https://followthemoney.tech/docs/mappings, cut down to what a table of arms movements needs: one row makes one record,
and a property is one of our columns (see ``docs/mapping.md``). Everything in the file is text until a property is read,
so that the country code NO is no truth value and 2019 no number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from takingstock.exchange.mapping_fields import TARGETS, Target
from takingstock.exchange.resolving import nearest
from takingstock.records import (
    BadFileError,
    BadValueError,
    Coverage,
    DateRange,
    Reliability,
    Source,
    SourceKind,
)
from takingstock.reference.plain_yaml import parsed

LARGEST: Final = 1_000_000
"""Bytes of a mapping file; one for a wide table has a few thousand."""

_TEMPLATE: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_UNDERSTOOD: Final = set("YymdbBHMSjfpIzZaA%")


def _listed(value: object) -> object:
    """One text where a list is asked for is a list of one."""
    return [value] if isinstance(value, str) else value


def _texts(value: object) -> object:
    return {key: _listed(one) for key, one in value.items()} if isinstance(value, dict) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Wanted = Annotated[dict[str, Texts], BeforeValidator(_texts)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Property(_Part):
    """Where a property comes from: exactly one of ``column``, ``columns`` (with ``join``, or as a list), ``literal``
    and ``template`` (``{{Make}} {{Model}}``). Then, in this order: ``map`` (values to other values, without case; an
    empty key stands for an empty cell), ``format`` (a date form such as ``%d.%m.%Y``), ``decimal`` (the sign before
    decimals, where it is a comma), ``split``. ``required``: a row without it is rejected."""

    column: str = ""
    columns: Texts = ()
    literal: Texts = ()
    template: str = ""
    join: str | None = None
    split: str = ""
    map: dict[str, str] = Field(default_factory=dict)
    format: str = ""
    decimal: str = ""
    required: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns of the table that it reads, each once."""
        named = (self.column,) if self.column else (*self.columns, *_TEMPLATE.findall(self.template))
        return tuple(dict.fromkeys(named))

    @model_validator(mode="after")
    def _one_origin(self) -> Property:
        given = [name for name in ("column", "columns", "literal", "template") if getattr(self, name)]
        if len(given) != 1:
            said = f"has {' and '.join(given)}" if given else "says nothing"
            raise BadValueError(f"{said}; give exactly one of column, columns, literal, template")
        if self.join is not None and not self.columns:
            raise BadValueError("join needs columns; write columns: [A, B], or leave join out")
        for sign in re.findall(r"%(.?)", self.format):
            if sign not in _UNDERSTOOD:
                raise BadValueError(f"format {self.format!r} has %{sign}; write a date form such as %d.%m.%Y")
        if self.format and "%Y" not in self.format and "%y" not in self.format:
            raise BadValueError(f"format {self.format!r} has no year; write a date form such as %d.%m.%Y")
        if self.decimal not in {"", ",", "."}:
            raise BadValueError(f"decimal {self.decimal!r} is no sign before decimals; write ',' or '.'")
        return self


class Entity(_Part):
    """One kind of record. The id of a record is ``key_literal`` and the values of the ``keys``, or what stands in
    ``id_column``."""

    schema_: str = Field(alias="schema")
    keys: Texts = Field(default=())
    key: Texts = Field(default=())
    key_literal: str = ""
    id_column: str = ""
    properties: dict[str, Property] = Field(default_factory=dict)

    @property
    def identifying(self) -> tuple[str, ...]:
        """The columns that make the id."""
        return (self.id_column,) if self.id_column else (*self.key, *self.keys)

    @property
    def target(self) -> Target:
        return TARGETS[self.schema_.casefold()]


class Query(_Part):
    """Rows that pass the filters become ``entities`` (exactly one). ``csv_url`` is understood and left aside: the file
    is named in the call."""

    entities: dict[str, Entity]
    csv_url: str = ""
    filters: Wanted = Field(default_factory=dict)
    filters_not: Wanted = Field(default_factory=dict)

    @property
    def entity(self) -> Entity:
        return next(iter(self.entities.values()))


class SourceBlock(_Part):
    """The source under which the rows stand; with an ``id`` alone, one that the case has."""

    id: str
    title: str = ""
    publisher: str = ""
    kind: SourceKind = SourceKind.OTHER
    published: DateRange = DateRange()
    url: str = ""
    reliability: Reliability = Reliability.F
    derives_from: Texts = ()
    coverage: Coverage | None = None
    licence: str = ""
    note: str = ""

    def record(self, period: DateRange | None = None) -> Source | None:
        """The source as a record; ``period`` replaces its coverage's. None where only the id is given."""
        if not self.title:
            return None
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        if period is not None:
            fields["coverage"] = (self.coverage or Coverage()).model_copy(update={"period": period})
        return Source(**fields)


class Mapping(_Part):
    """``source`` may be left out where the call names one, or every query has a property ``source``."""

    name: str
    queries: tuple[Query, ...]
    source: SourceBlock | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """Every column of the table that the mapping names, in order of first mention."""
        return tuple(dict.fromkeys(column for _, column in self._named()))

    def lacking(self, headers: tuple[str, ...]) -> list[str]:
        """A complaint for each column that a table with these headers does not have."""
        from takingstock.exchange.tabular import fold_column

        known = {fold_column(header) for header in headers}
        faults = []
        for path, column in self._named():
            if fold_column(column) not in known:
                near = nearest(column, headers, 1)
                hint = f"did you mean {near!r}?" if near else f"it has {', '.join(map(repr, headers[:30]))}"
                faults.append(f"{path}: the file has no column {column!r}; {hint}")
        return faults

    def _named(self) -> Iterator[tuple[str, str]]:
        for number, query in enumerate(self.queries):
            for kind in ("filters", "filters_not"):
                for column in getattr(query, kind):
                    yield f"queries[{number}].{kind}", column
            entity = query.entity
            path = f"queries[{number}].entities.{next(iter(query.entities))}"
            for column in entity.identifying:
                yield f"{path}.{'id_column' if entity.id_column else 'keys'}", column
            for name, one in entity.properties.items():
                for column in one.reads:
                    yield f"{path}.properties.{name}", column


def read_mapping(path: str | Path) -> Mapping:
    """Read and check a mapping file. Raises BadFileError with every fault, each with its place in the file."""
    path = Path(path)
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError as error:
        raise BadFileError(f"the mapping {path} cannot be read: {error.strerror or error}") from error
    if data is None:
        raise BadFileError(f"{path.name} has more than {LARGEST:,} bytes; a mapping file is a few pages of YAML")
    return mapping_of(parsed(data, path.name)[0], path.name)


def mapping_of(content: Any, name: str = "the mapping") -> Mapping:
    """Check what a mapping file holds. Raises BadFileError as :func:`read_mapping`."""
    faults: list[str] = []
    title, inner = _data_set(content, faults)
    found = None
    if not faults:
        try:
            found = Mapping.model_validate({"name": title, **inner})
        except ValidationError as error:
            faults += [_complaint(detail) for detail in error.errors()]
        faults += _unsound(inner)
    if faults or found is None:
        many = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        listed = "".join(f"\n  ({number}) {fault}" for number, fault in enumerate(faults, start=1))
        raise BadFileError(f"{name}: {many} in the mapping:{listed}")
    return found


def _data_set(content: Any, faults: list[str]) -> tuple[str, dict[str, Any]]:
    """The name of the data set and what stands under it; ``query`` is a list of one query."""
    title, inner = "mapping", content
    if isinstance(content, dict) and len(content) == 1 and not {"queries", "query"} & set(content):
        title, inner = next(iter(content.items()))
    if not isinstance(inner, dict) or not {"queries", "query"} & set(inner):
        faults.append("it has no queries; write the name of the data set, below it queries:, below that a list")
        return title, {}
    inner = dict(inner)
    if "query" in inner:
        one = inner.pop("query")
        inner.setdefault("queries", one if isinstance(one, list) else [one])
    return title, inner


_KEYS: Final = {
    "Mapping": Mapping,
    "queries": Query,
    "entities": Entity,
    "properties": Property,
    "source": SourceBlock,
    "coverage": Coverage,
}


def _complaint(detail: Any) -> str:
    """One fault with its place, in our words."""
    place = [part for part in detail["loc"] if part not in {"[key]", "function-before", "function-after"}]
    path = ""
    for part in place:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    path = path or "the mapping"
    match detail["type"]:
        case "extra_forbidden":
            known = _known_keys(place[:-1])
            near = nearest(str(place[-1]), known, 1)
            return (
                f"{path}: this key is not known; {f'did you mean {near}?' if near else 'known are ' + ', '.join(known)}"
            )
        case "missing":
            return f"{path}: is missing; write it"
        case "enum":
            return f"{path}: {detail['input']!r} is none of {detail['ctx']['expected']}"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{path}: must hold keys with values, not {detail['input']!r}"
        case "tuple_type" | "list_type":
            return f"{path}: must be a list, not {detail['input']!r}"
        case "bool_parsing" | "bool_type":
            return f"{path}: {detail['input']!r} is neither true nor false"
    return f"{path}: {str(detail['msg']).removeprefix('Value error, ')}"


def _known_keys(place: list[Any]) -> list[str]:
    model: Any = Mapping
    for at, part in enumerate(place):
        if part in _KEYS:
            model = _KEYS[part]
        elif at == 0:
            break
    return [field.alias or name for name, field in model.model_fields.items() if name != "name"]


def _unsound(content: dict[str, Any]) -> Iterator[str]:
    """What is wrong beyond the form: schemas, keys, properties, and what each target cannot do without. It reads what
    the file holds, so that it finds these beside faults of form."""
    queries = content.get("queries")
    if not isinstance(queries, list):
        return
    if not queries:
        yield "queries: is empty; write at least one query"
    for number, query in enumerate(queries):
        path = f"queries[{number}].entities"
        entities = query.get("entities") if isinstance(query, dict) else None
        if not isinstance(entities, dict):
            continue
        if len(entities) != 1:
            yield f"{path}: has {len(entities)} entities; a row makes one record, so write one entity per query"
        for name, entity in entities.items():
            if isinstance(entity, dict):
                yield from (f"{path}.{name}{fault}" for fault in _entity(entity))


def _entity(entity: dict[str, Any]) -> Iterator[str]:
    keys = entity.get("keys") or entity.get("key")
    if not keys and not entity.get("id_column"):
        yield ": has no keys; write keys: [COLUMN, …], the columns that tell two rows apart"
    if entity.get("id_column") and (keys or entity.get("key_literal")):
        yield ": has keys and id_column; use one of them"
    schema, given = entity.get("schema"), entity.get("properties", {})
    if not isinstance(schema, str) or not isinstance(given, dict):
        return
    target = TARGETS.get(schema.casefold())
    if target is None:
        yield f".schema: {schema!r} is none of {', '.join(one.schema for one in TARGETS.values())}"
        return
    for name, content in given.items():
        if name not in target.properties:
            near = nearest(name, target.properties, 1)
            hint = f"did you mean {near}?" if near else f"known are {', '.join(target.properties)}"
            yield f".properties.{name}: a {target.schema} has no such property; {hint}"
            continue
        try:
            one = Property.model_validate(content)
        except ValidationError:
            continue
        yield from (f".properties.{name}: {fault}" for fault in _unfit(target, name, one))
    for names in target.needed:
        if not set(names) & set(given):
            yield f".properties.{names[0]}: is missing; a {target.schema} needs {' or '.join(names)}"


def _unfit(target: Target, name: str, one: Property) -> Iterator[str]:
    """Where a property of this kind cannot be read so."""
    if name not in target.lists:
        if len(one.columns) > 1 and one.join is None:
            yield "takes one value; add join: ' ', or name one column"
        if len(one.literal) > 1:
            yield "takes one value; write one literal"
        if one.split:
            yield "takes one value, so split does not fit; leave it out"
    if one.format and name not in target.dates:
        yield "is no date, so format does not fit; leave it out"
    if one.decimal and name not in target.numbers:
        yield "is no number, so decimal does not fit; leave it out"
